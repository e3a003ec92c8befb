// Who may ask, and what browsers may do with the answers.
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

import type { Mode } from '../page_config.ts';

// No inline script or style, nothing from elsewhere. Svelte makes its templates with the policy named.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

export interface Site {
  readonly mode: Mode;
  /** Where browsers find it, "https://athena.example.org"; needed to sign in. */
  readonly url: URL | undefined;
}

export function setSecurityHeaders(response: ServerResponse, site: Site): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  if (site.url?.protocol === 'https:') response.setHeader('strict-transport-security', 'max-age=31536000');
}

export type Target = 'call' | 'page';

/** Why a request is refused; undefined: it is not. */
export function refusedBecause(
  headers: IncomingHttpHeaders,
  method: string,
  target: Target,
  site: Site,
): string | undefined {
  const host = headers.host ?? '';
  if (site.mode === 'demo') {
    // A name of somebody else that resolves to this address makes its pages same-origin.
    if (!isLoopbackHost(host)) return `the demo answers at its loopback address, not at ${JSON.stringify(host)}`;
    if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) {
      return 'the demo has no login: it is not to be made available by a proxy';
    }
  } else if (site.url !== undefined && host !== site.url.host) {
    return `this is ${site.url.host}, not ${JSON.stringify(host)}`;
  }
  const from = headers['sec-fetch-site'];
  if (from !== undefined) {
    if (from === 'same-origin' || from === 'none') return undefined;
    if (target === 'page' && isNavigation(headers, method)) return undefined;
    return 'requests by other sites are refused';
  }
  // Programs send neither; older browsers send Origin with everything that can change something.
  const origin = headers.origin;
  if (origin !== undefined && hostOf(origin) !== host) return 'requests by other sites are refused';
  return undefined;
}

/** A link on another page that is followed. */
function isNavigation(headers: IncomingHttpHeaders, method: string): boolean {
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined; // "null": a page without origin
  }
}
