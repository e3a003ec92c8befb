import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ExplainedPart_Kind, ExplanationSchema, ExplanationStep_Kind as Kind } from '#gen/athena/reporting/v1/explanation_pb.js';
import { partRows } from './parts.ts';

const decimal = (value: number) => ({ value, decimal: String(value) });
const part = (name: string, weight: number, score?: number) => ({
  kind: ExplainedPart_Kind.ELEMENT, name, weight: decimal(weight), ...(score === undefined ? {} : { score: decimal(score) }),
});

test('pulls add up to what the score is away from green', () => {
  const parts = [part('a', 2, 26.7), part('b', 1, 83.3), part('c', 1, 11.1), part('d', 3)];
  const explanation = create(ExplanationSchema, {
    steps: [{ kind: Kind.PARTS, parts }, { kind: Kind.MEAN, parts: parts.slice(0, 3) }],
  });
  const { rows, equation } = partRows(explanation);
  // By hand: (2 x 26.7 + 83.3 + 11.1) / 4 = 36.95, which is 29.7167 below 66.6667.
  assert.equal(equation?.weights, 4);
  assert.ok(Math.abs((equation?.sum ?? 0) - 147.8) < 1e-9);
  assert.ok(Math.abs(rows.reduce((sum, { pull }) => sum + pull, 0) + 29.716666666666667) < 1e-9);
  assert.deepEqual(rows.map((row) => row.part.name), ['a', 'c', 'b', 'd']);
  assert.equal(rows[3]?.counts, false);
});

test('without a mean nothing counts', () => {
  const { rows, equation } = partRows(create(ExplanationSchema, { steps: [{ kind: Kind.PARTS, parts: [part('a', 1)] }] }));
  assert.equal(equation, undefined);
  assert.equal(rows[0]?.counts, false);
});
