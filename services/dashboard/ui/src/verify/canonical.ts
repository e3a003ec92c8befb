// The canonical form of JSON (RFC 8785): what publications are signed in.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * A JSON value in canonical form. JavaScript's own rules are those of the RFC for numbers, for the
 * escapes of texts and for the order of keys (UTF-16 code units); only the order has to be made.
 */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const parts = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`);
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value);
}

/**
 * Whether bytes are UTF-8 of JSON in canonical form. White space, another order, a key given twice
 * or a number written otherwise make a difference that a reader may not see.
 */
export function isCanonical(bytes: Uint8Array): { ok: boolean; value?: Json } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = JSON.parse(text) as Json;
    return { ok: canonical(value) === text, value };
  } catch {
    return { ok: false };
  }
}
