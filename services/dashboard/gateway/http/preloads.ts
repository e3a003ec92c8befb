// What a page will need, told with the page itself, so that browsers ask for all of it at once and not
// for one file after the other: the files of the view that the address names, and its words.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the app, as vite's manifest describes it. */
interface Chunk {
  readonly file: string;
  readonly isDynamicEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}
export type Manifest = Readonly<Record<string, Chunk>>;

/** The manifest of a built app; none where the build made none. */
export function manifestIn(folder: string): Manifest {
  const file = join(folder, '.vite/manifest.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {};
}

/** The header Link for the page of an address, "/board/gob/...?lang=nl", and, first of all, for the call that
 *  it will make; undefined: nothing is known. */
export function linkHeader(manifest: Manifest, url: string, call?: string): string | undefined {
  const { pathname, searchParams } = new URL(url, 'http://page.invalid');
  const view = /^\/([a-z]+)(\/|$)/.exec(pathname)?.[1];
  const page = Object.keys(manifest).find(
    (name) => name.startsWith(`src/views/${view}/`) && name.endsWith('.svelte') && manifest[name]?.isDynamicEntry);
  if (view === undefined || page === undefined) return undefined;
  const files = new Set<string>();
  const styles = new Set<string>();
  const add = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const style of chunk.css ?? []) styles.add(style);
    for (const other of chunk.imports ?? []) add(other);
  };
  add(page);
  const language = searchParams.get('lang') ?? '';
  if (/^[a-z]{2}$/.test(language)) {
    add(`src/words/${language}.ts`);
    // Of the first view; the others share a file.
    const own = `src/views/${view}/words/${language}.ts`;
    add(own in manifest ? own : `src/words/views/${language}.ts`);
  }
  return [
    ...(call === undefined ? [] : [`<${call}>; rel=preload; as=fetch; crossorigin`]),
    ...[...styles].map((style) => `</${style}>; rel=preload; as=style; crossorigin`),
    ...[...files].map((file) => `</${file}>; rel=modulepreload`),
  ].join(', ');
}
