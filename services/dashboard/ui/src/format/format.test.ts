import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { compare, decimalsThatTellApart, fixed, shifted } from './decimal.ts';
import { decimalsOf } from './measures.ts';
import { exact, number, percent, score, signed } from './numbers.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('decimals are rounded exactly, halves away from zero', () => {
  assert.equal(fixed('2.675', 2), '2.68'); // a double would be 2.67
  assert.equal(fixed('-2.675', 2), '-2.68');
  assert.equal(fixed('-0.04', 1), '0.0');
  assert.equal(fixed('999999999999999.95', 1), '1000000000000000.0');
  assert.equal(fixed('7', 3), '7.000');
  assert.equal(fixed('NaN', 1), 'NaN');
});

test('rounding never contradicts the colour', () => {
  assert.equal(score('66.66', 'en'), '66.66'); // amber: green starts at 66.7
  assert.equal(score('66.666666666666', 'en'), '66.666666666666');
  assert.equal(score('66.7', 'en'), '66.70');
  assert.equal(score('69.328998550194', 'nl'), '69,3');
  assert.equal(score('33.3', 'fr'), '33,30');
  assert.equal(plain(percent('0.9996', 1, 'en')), '99.96 %');
  assert.equal(plain(percent('1', 1, 'nl')), '100,0 %');
  assert.equal(plain(percent('0.947814789377', 1, 'fr')), '94,8 %');
});

test('numbers are written as the language does, with a true minus', () => {
  assert.equal(plain(number('-1234567.5', 1, 'fr')), '−1 234 567,5');
  assert.equal(number('-1234567.5', 1, 'nl'), '−1.234.567,5');
  assert.equal(number('1234567.5', 1, 'en'), '1,234,567.5');
  assert.equal(number('9007199254740993', 0, 'en'), '9,007,199,254,740,993'); // no double has it
  assert.deepEqual([signed('0.04', 1, 'en'), signed('1.17', 1, 'en'), signed('-2', 1, 'en')], ['0.0', '+1.2', '−2.0']);
  assert.equal(exact('0.747945205479', 'nl'), '0,747945205479');
});

test('as many decimals as tell numbers apart', () => {
  assert.equal(decimalsThatTellApart(0, ['7.54', '7.5']), 2);
  assert.equal(decimalsThatTellApart(1, ['1', '1.0']), 1);
  // 81 against a target of 81.3 and a gap of -0.3: one decimal more than usual.
  assert.equal(decimalsOf(0, { decimal: '81' }, [{ target: { decimal: '81.3' }, gap: { decimal: '-0.3' } }]), 1);
  assert.equal(decimalsOf(0, { decimal: '58' }, [{ target: { decimal: '70' }, redFlag: { decimal: '60' }, gap: { decimal: '-12' } }]), 0);
});

test('shifting and comparing are exact', () => {
  assert.equal(shifted('0.953271', 2), '95.3271');
  assert.equal(shifted('-0.001', 2), '-0.1');
  assert.equal(shifted('0', 2), '0');
  assert.deepEqual([compare('0.1', '0.10'), compare('-1', '1'), compare('66.666666666667', '66.666666666666')], [0, -1, 1]);
});
