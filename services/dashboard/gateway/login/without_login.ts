// Gateways that nobody signs in to.
import type { IncomingMessage } from 'node:http';

import type { PageConfig } from '../page_config.ts';
import type { Login } from './login.ts';

/** The demo: whoever reaches the loopback address may act as any of the demo's principals. */
export function demoLogin(principals: readonly string[]): Login {
  return {
    authorization: async (request: IncomingMessage) => request.headers.authorization,
    pageConfig: async (): Promise<PageConfig> => ({ mode: 'demo', principals }),
    answer: async () => false,
  };
}

/** Publications for everybody. All calls have the same credential, of a principal of no institution, or
 *  none. What a caller sends is ignored. */
export function publicLogin(credential: string | undefined, plans: readonly string[]): Login {
  const authorization = credential === undefined ? undefined : `Bearer ${credential}`;
  return {
    authorization: async () => authorization,
    pageConfig: async (): Promise<PageConfig> => ({ mode: 'public', plans }),
    answer: async () => false,
  };
}
