// Cookies that only this host sets and gets, over TLS, and that no script reads (the prefix __Host- makes
// browsers hold to it).

/** Set-Cookie for a name that lives as long as the browser's session, or for `seconds`. */
export function setCookie(name: string, value: string, seconds?: number): string {
  const age = seconds === undefined ? '' : `; Max-Age=${seconds}`;
  return `__Host-${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax${age}`;
}

export function clearCookie(name: string): string {
  return setCookie(name, '', 0);
}

/** The value that a request's Cookie header has for a name. Two of them are none: one is not ours. */
export function cookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').map((part) => part.trim())
    .filter((part) => part.startsWith(`__Host-${name}=`)).map((part) => part.slice(name.length + 8));
  return values.length === 1 && /^[\w-]{43}$/.test(values[0] ?? '') ? values[0] : undefined;
}

/** Where to go after signing in: a path of this site, never another one. */
export function safePath(path: string | null): string {
  if (path === null || path.length > 2000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(path) || path.includes('\\')) return '/';
  return path;
}
