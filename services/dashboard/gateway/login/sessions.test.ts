import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Sessions } from './sessions.ts';

const LIMITS = { lifetimeMs: 100, idleMs: 40, most: 3 };

test('a session is found by its name alone', () => {
  const sessions = new Sessions<string>(LIMITS, () => 0);
  const anna = sessions.add('Anna');
  const bram = sessions.add('Bram');
  assert.notEqual(anna, bram);
  assert.match(anna, /^[\w-]{43}$/);
  assert.equal(sessions.use(anna), 'Anna');
  assert.equal(sessions.use(bram), 'Bram');
  assert.equal(sessions.use(''), undefined);
  assert.equal(sessions.use(undefined), undefined);
});

test('a session ends after its lifetime, and when it is not used', () => {
  let now = 0;
  const sessions = new Sessions<string>(LIMITS, () => now);
  const used = sessions.add('used');
  const idle = sessions.add('idle');
  for (now = 30; now < 100; now += 30) assert.equal(sessions.use(used), 'used');
  assert.equal(sessions.use(idle), undefined);
  now = 100;
  assert.equal(sessions.use(used), undefined);
});

test('a session that was ended is gone', () => {
  const sessions = new Sessions<string>(LIMITS, () => 0);
  const name = sessions.add('Anna');
  assert.equal(sessions.end(name), 'Anna');
  assert.equal(sessions.use(name), undefined);
  assert.equal(sessions.end(name), undefined);
});

test('one too many ends the one that was unused for longest', () => {
  const sessions = new Sessions<string>(LIMITS, () => 0);
  const names = ['a', 'b', 'c'].map((value) => sessions.add(value));
  sessions.use(names[0]);
  const last = sessions.add('d');
  assert.deepEqual([...names, last].map((name) => sessions.use(name)), ['a', undefined, 'c', 'd']);
});
