// Limits of the gateway, with the reason for each.

/** Request line and headers. A GET has its message in the request line; the services take 16 KiB. */
export const MAX_HEADER_BYTES = 16 << 10;
/** A request's message, before and after it is inflated: what the services take. */
export const MAX_REQUEST_BYTES = 4 << 20;
/** Requests up to this size count as small: the dashboard's own. */
export const SMALL_REQUEST_BYTES = 64 << 10;
/** Larger requests, and those that do not tell their size, at once: each may hold MAX_REQUEST_BYTES. */
export const MAX_LARGE_REQUESTS = 16;
/** A message of an answer: what the services send, and a reserve. */
export const MAX_ANSWER_BYTES = 5 << 20;
/** Unary calls and streams at once. A watch is a stream that stays open: one for each page in use. */
export const MAX_CALLS = 128;
export const MAX_STREAMS = 400;
/** Calls on one connection to a service, which takes 100. */
export const MAX_CALLS_PER_CONNECTION = 90;
/** Connections of clients. A browser opens about six. */
export const MAX_CONNECTIONS = 2000;
/** Answers that clients have not taken yet, in all: beyond this the largest are cut off. */
export const MAX_UNSENT_BYTES = 64 << 20;

/** Publications whose documents are larger are not read for the title of their plan. */
export const MAX_TITLED_BYTES = 16 << 20;
/** How long the titles of plans are kept before publications are listed again. */
export const TITLES_KEPT_MS = 60_000;

/** A client sends its headers, and its whole request, within these times. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 30_000;
/** A client that takes nothing of its answer for so long is cut off. */
export const STALLED_MS = 30_000;
/** A connection without request closes. */
export const KEEP_ALIVE_MS = 60_000;
/** A unary call whose caller sets no deadline: as at the services. */
export const DEFAULT_DEADLINE_MS = 30_000;
/** The services close idle connections after five minutes, which must not meet a call. */
export const IDLE_UPSTREAM_MS = 120_000;
/** How long calls in flight may take after SIGTERM: as at the services. */
export const DRAIN_MS = 10_000;
