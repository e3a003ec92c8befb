// Requests by clients that share no code with the gateway: curl, node:http, grpc-js.
import { spawnSync } from 'node:child_process';
import { type IncomingHttpHeaders, request } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { ROOT } from './running.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: () => unknown;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** A request by node:http, with exactly the headers named. */
export function ask(port: number, path: string, { method, headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((done, fail) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method: method ?? (body === undefined ? 'GET' : 'POST'), headers, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', fail);
        response.on('end', () => {
          const all = Buffer.concat(parts);
          done({
            status: response.statusCode ?? 0, headers: response.headers, body: all,
            json: () => JSON.parse(all.toString()) as unknown,
          });
        });
      },
    );
    asked.on('error', fail);
    asked.end(body);
  });
}

/** A call in JSON, as by curl's -d. */
export function askJson(port: number, path: string, message: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(port, path, { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(message) });
}

export function curl(...args: readonly string[]): string {
  const ran = spawnSync('curl', ['--silent', '--show-error', ...args], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`curl ${args.join(' ')}: ${ran.stderr}`);
  return ran.stdout;
}

/** Waits until something is so, which it becomes by itself; a test that waits in vain is ended by its
 *  timeout. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((done) => setTimeout(done, 20));
}

// grpc-js and proto-loader are tools of all tests, installed in tests/.
const require = createRequire(join(ROOT, 'tests/package.json'));

interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: { get(key: string): (string | Buffer)[] };
}
interface GrpcStream extends AsyncIterable<Uint8Array> {
  cancel(): void;
}
interface GrpcClient {
  makeUnaryRequest(
    path: string, write: (m: Uint8Array) => Buffer, read: (b: Buffer) => Buffer, message: Uint8Array,
    metadata: unknown, options: unknown, done: (error: GrpcStatus | null, answer?: Buffer) => void): void;
  makeServerStreamRequest(
    path: string, write: (m: Uint8Array) => Buffer, read: (b: Buffer) => Buffer, message: Uint8Array,
    metadata: unknown): GrpcStream;
  close(): void;
}
interface GrpcJs {
  readonly Client: new (address: string, credentials: unknown) => GrpcClient;
  readonly Metadata: new () => { set(key: string, value: string): void };
  readonly credentials: { createInsecure(): unknown };
}

/** A service, asked directly by grpc-js: bytes in, bytes out. */
export class Direct {
  readonly #grpc = require('@grpc/grpc-js') as GrpcJs;
  readonly #client: GrpcClient;

  constructor(port: number) {
    this.#client = new this.#grpc.Client(`127.0.0.1:${port}`, this.#grpc.credentials.createInsecure());
  }

  unary(path: string, message: Uint8Array, token?: string): Promise<Buffer> {
    return new Promise((done, fail) => {
      this.#client.makeUnaryRequest(path, Buffer.from, same, message, this.#metadata(token), {}, (error, answer) =>
        error === null && answer !== undefined ? done(answer) : fail(error));
    });
  }

  async stream(path: string, message: Uint8Array, token?: string): Promise<Buffer[]> {
    const parts: Buffer[] = [];
    const answers = this.#client.makeServerStreamRequest(path, Buffer.from, same, message, this.#metadata(token));
    for await (const part of answers) parts.push(Buffer.from(part));
    return parts;
  }

  close(): void {
    this.#client.close();
  }

  #metadata(token: string | undefined): unknown {
    const metadata = new this.#grpc.Metadata();
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    return metadata;
  }
}

function same(bytes: Buffer): Buffer {
  return bytes;
}
