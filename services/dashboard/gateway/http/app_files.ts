// The built app: its page, and files whose names have the hash of their content.
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

import sirv from 'sirv';

import { firstCall } from './first_call.ts';
import { linkHeader, type Manifest, manifestIn } from './preloads.ts';

/** Serves the files of `folder`; every other path is the page, which shows what the path says. `maySee`: whether
 *  calls of who asks may be answered; if not, none is announced. */
export function appFiles(folder: string, maySee: (request: IncomingMessage) => boolean): (request: IncomingMessage, response: ServerResponse) => void {
  if (!existsSync(join(folder, 'index.html'))) throw new Error(`${folder} has no index.html`);
  const serve = sirv(folder, {
    etag: true,
    single: true,
    gzip: true,
    brotli: true,
    setHeaders: (response, path) => {
      // The name of an asset changes with its content; the page names the present ones.
      const hashed = path.startsWith('/assets/');
      response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const manifest = manifestIn(folder);
  return (request, response) => {
    // A page of an older build may ask for its own files, which are gone: that is no page.
    const missing = (): void => void response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
    if (request.url?.startsWith('/assets/') === true && !existsSync(assetPath(folder, request.url))) missing();
    else {
      if (request.url?.startsWith('/assets/') !== true) preload(manifest, maySee(request), request, response);
      serve(request, response, missing);
    }
  };
}

function assetPath(folder: string, url: string): string {
  const name = url.slice('/assets/'.length).split(/[?#]/, 1)[0] ?? '';
  return /^[\w.-]+$/.test(name) ? join(folder, 'assets', name) : join(folder, 'assets', ' ');
}

// A malformed address, such as "//", is not found; it is no fault of the gateway.
function preload(manifest: Manifest, calls: boolean, request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? '/';
  if (!URL.canParse(url, 'http://page.invalid')) return;
  const link = linkHeader(manifest, url, calls ? firstCall(url) : undefined);
  if (link !== undefined) response.setHeader('link', link);
}
