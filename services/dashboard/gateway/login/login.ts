// Who calls. The gateway decides nothing about permissions: it finds the caller's credential, and the
// services decide.
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { PageConfig } from '../page_config.ts';

export interface Login {
  /** The `authorization` that the caller's calls take along; undefined: none. */
  authorization(request: IncomingMessage): Promise<string | undefined>;

  /** What the page is told. */
  pageConfig(request: IncomingMessage): Promise<PageConfig>;

  /** Answers the paths of signing in and out; false: the path is none of them. */
  answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean>;
}
