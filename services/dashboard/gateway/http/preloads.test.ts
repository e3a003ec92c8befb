import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { linkHeader } from './preloads.ts';

const manifest = {
  'index.html': { file: 'assets/index.js', css: ['assets/index.css'] },
  'src/views/board/Board.svelte': { file: 'assets/Board.js', isDynamicEntry: true, imports: ['_shared.js', 'index.html'], css: ['assets/Board.css'] },
  '_shared.js': { file: 'assets/shared.js', imports: ['index.html'] },
  'src/words/nl.ts': { file: 'assets/nl.js', isDynamicEntry: true },
  'src/views/board/words/nl.ts': { file: 'assets/nl2.js', isDynamicEntry: true },
};

test('a page names what its view needs, each once, and its words', () => {
  assert.equal(
    linkHeader(manifest, '/board/gob/plan/2026-Q3?asof=closing&lang=nl'),
    '</assets/Board.css>; rel=preload; as=style; crossorigin, </assets/index.css>; rel=preload; as=style; crossorigin, </assets/Board.js>; rel=modulepreload, '
      + '</assets/shared.js>; rel=modulepreload, </assets/index.js>; rel=modulepreload, </assets/nl.js>; rel=modulepreload, </assets/nl2.js>; rel=modulepreload',
  );
  assert.doesNotMatch(linkHeader(manifest, '/board/gob/plan/2026-Q3?lang=../x') ?? '', /nl|x\.js>;.*\.\./);
});

test('an address that names no view, or something of its own, names nothing', () => {
  for (const url of ['/', '/nothing/gob', '/__proto__', '//board', '/board/../../etc?lang=nl&lang=fr']) {
    const found = linkHeader(manifest, url);
    assert.ok(found === undefined || /^<\/assets\/[\w.]+>/.test(found), url);
  }
  assert.equal(linkHeader({}, '/board/gob/plan/2026-Q3?lang=nl'), undefined);
});
