// The log, as the services write it: one JSON object a line on stderr, with the members "time",
// "level", "event" and the fields of the event. Never a credential, a cookie or a request's content.

export type Level = 'debug' | 'info' | 'warning' | 'error';
export type Fields = Readonly<Record<string, string | number | boolean>>;
export type Log = (level: Level, event: string, fields?: Fields) => void;

const RANK: Readonly<Record<Level, number>> = { debug: 0, info: 1, warning: 2, error: 3 };
// Lines that stderr has not taken are held in memory; beyond this they are dropped.
const MOST_PENDING_BYTES = 1 << 20;

export function isLevel(text: string): text is Level {
  return Object.hasOwn(RANK, text);
}

/** Writes lines of at least `lowest` to stderr. */
export function logTo(stream: NodeJS.WriteStream, lowest: Level): Log {
  return (level, event, fields = {}) => {
    if (RANK[level] < RANK[lowest] || stream.writableLength > MOST_PENDING_BYTES) return;
    stream.write(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }) + '\n');
  };
}
