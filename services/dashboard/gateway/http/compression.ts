// Compression of answers and requests. The levels are low: above them answers shrink by a few percent,
// and take several times as long.
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

import type { Compression } from '@connectrpc/connect/protocol';
import { compressionBrotli, compressionGzip } from '@connectrpc/connect-node';

const gzipped = promisify(gzip);
const brotlied = promisify<Uint8Array, object, Buffer>(brotliCompress);

export const gzipFast: Compression = {
  ...compressionGzip,
  compress: async (bytes) => new Uint8Array(await gzipped(bytes, { level: 4 })),
};
export const brotliFast: Compression = {
  ...compressionBrotli,
  compress: async (bytes) =>
    new Uint8Array(await brotlied(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })),
};
