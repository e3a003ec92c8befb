import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonical, isCanonical } from './canonical.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('the example of RFC 8785, section 3.2.3', () => {
  const input = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  assert.equal(
    canonical(input),
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('keys are ordered by UTF-16 code units (RFC 8785, section 3.2.3)', () => {
  const input = JSON.parse(
    String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
  );
  const order = [...canonical(input).matchAll(/:"([A-Z][^":]*)/g)].map((match) => match[1]);
  assert.deepEqual(order, [
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji',
    'Hebrew Letter Dalet With Dagesh',
  ]);
});

test('what differs from the canonical form in bytes is not canonical', () => {
  assert.equal(isCanonical(bytes('{"a":1,"b":[]}')).ok, true);
  for (const text of ['{"a":1,"b":[] }', '{"b":[],"a":1}', '{"a":1,"a":1}', '{"a":1.0}', '{"a":"\\u0041"}', '\ufeff{"a":1}', '{"a":']) {
    assert.equal(isCanonical(bytes(text)).ok, false, text);
  }
  assert.equal(isCanonical(new Uint8Array([0x22, 0xff, 0x22])).ok, false, 'bad UTF-8');
});
