import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { traceparentOf } from './trace.ts';

// The example of the standard, 3.2.2.
const EXAMPLE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test('a well-formed traceparent goes on, of a later version its beginning', () => {
  assert.equal(traceparentOf(EXAMPLE), EXAMPLE);
  const later = `cc${EXAMPLE.slice(2)}`;
  assert.equal(traceparentOf(later), later);
  assert.equal(traceparentOf(`${later}-more`), later);
});

test('anything else is replaced by a random one', () => {
  const bad = [
    null, '', 'hello', `${EXAMPLE}-more`, `cc${EXAMPLE.slice(2)}.more`, `ff${EXAMPLE.slice(2)}`, EXAMPLE.toUpperCase(),
    EXAMPLE.replace(/4\w{31}/u, '0'.repeat(32)), EXAMPLE.replace(/00f\w{13}/u, '0'.repeat(16)), `${EXAMPLE}\n`,
  ];
  for (const sent of bad) {
    const made = traceparentOf(sent);
    assert.match(made, /^00-[\da-f]{32}-[\da-f]{16}-00$/u, String(sent));
    assert.equal(traceparentOf(made), made);
    assert.notEqual(traceparentOf(sent), made);
  }
});
