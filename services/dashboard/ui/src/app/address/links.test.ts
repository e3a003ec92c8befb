import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indicatorPage } from '../../components/indicator_link.ts';
import { elementOf, indicatorOf, parseSlice, toElement } from './links.ts';
import { changed, formatRoute, parseRoute } from './route.ts';

const board = parseRoute(new URL('http://x/board/gob/p1/2026-Q3?lang=nl&asof=closing'));
const element = 'institutions/gob/plans/p1/elements/e2-1-5';

test('an element has an address that leads back to it', () => {
  const there = changed(board, toElement(element));
  assert.equal(formatRoute(there), '/element/gob/p1/2026-Q3/e2-1-5?asof=closing&lang=nl');
  assert.equal(elementOf(there), element);
  assert.equal(formatRoute(changed(board, toElement('institutions/gob/plans/p1'))), '/scorecard/gob/p1/2026-Q3?asof=closing&lang=nl');
});

test('an indicator, of this and of another institution, with a slice', () => {
  const own = changed(board, indicatorPage('institutions/gob/indicators/rate', { sex: 'F', project: 'CRM' }, element));
  const address = formatRoute(own);
  assert.equal(address, '/indicator/gob/p1/2026-Q3/gob/rate?asof=closing&element=e2-1-5&slice=project:CRM,sex:F&lang=nl');
  const read = indicatorOf(parseRoute(new URL(`http://x${address}`)));
  assert.deepEqual(read, { element, indicator: 'institutions/gob/indicators/rate', slice: { project: 'CRM', sex: 'F' } });
  const other = changed(board, indicatorPage('institutions/talent-brussels/indicators/heads', {}, element));
  assert.deepEqual(indicatorOf(parseRoute(new URL(`http://x${formatRoute(other)}`)))?.indicator, 'institutions/talent-brussels/indicators/heads');
});

test('what is no address of an indicator names nothing', () => {
  for (const rest of ['', '/gob', '/gob/UPPER', '/../x', '/gob/a.b.c', '/gob/%2e%2e%2fx', '/gob/x?element=A']) {
    assert.equal(indicatorOf(parseRoute(new URL(`http://x/indicator/gob/p1/2026-Q3${rest}`))), undefined, rest);
  }
  assert.deepEqual(parseSlice('a:b,<script>:x,c:d e'), { a: 'b' });
});
