// What the page reads from /config before it makes calls.

/** demo: everybody who reaches the loopback address reads, and may act as one of `principals`.
 *  login: callers sign in. public: publications alone, nobody signs in. */
export type Mode = 'demo' | 'login' | 'public';

export interface PageConfig {
  readonly mode: Mode;
  /** demo: the credentials that the page may offer to act as, by `authorization: Bearer ...`. */
  readonly principals?: readonly string[];
  /** login: who has signed in; absent before. The page /login?return_to=PATH signs in; a POST to /logout
   *  signs out and answers {"location": where the page goes next}. Calls without session are refused with
   *  UNAUTHENTICATED, LOGIN_REQUIRED. `institution` and `roles` are what the provider says of them; the
   *  services decide for themselves. */
  readonly user?: { readonly subject: string; readonly name: string; readonly institution?: string; readonly roles?: readonly string[] };
  /** public: the plans whose publications are shown, by resource name. /plan-titles has the titles of those
   *  that have publications, by resource name and language. */
  readonly plans?: readonly string[];
  /** Whether /public-key.pem has the key that publications are verified with. */
  readonly publicKey?: boolean;
}
