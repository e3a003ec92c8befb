// The dashboard's gateway.
import { createServer } from 'node:http';

createServer((_request, response) => response.end('hello\n')).listen(7700, '127.0.0.1');
