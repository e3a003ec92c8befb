// The views, and what each has to say: the same as the services' answer, asked through the command line.
import { strict as assert } from 'node:assert';

import { DETAIL_VIEWS } from './detail_views.ts';
import { CLOSED_QUARTER, type Demo, IN_PLAN, QUARTER } from './demo.ts';
import { fieldsNamed, type Language, says, type Visit } from './pages.ts';

export interface ViewCase {
  readonly name: string;
  /** Path and parameters, without language and theme. */
  readonly path: string;
  /** Compares the page with the answer. */
  readonly same: (visit: Visit, demo: Demo, language: Language) => Promise<void>;
}

export interface Scored {
  readonly code?: string;
  readonly title?: string;
  readonly score?: { readonly decimal: string };
  readonly children?: readonly Scored[];
  readonly indicators?: readonly Scored[];
}

// By hand, with one decimal; none of the demo's scores lies so near to a colour's end that it needs more.
export function scoreText(decimal: string, language: Language): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  const tenths = BigInt(whole) * 10n + BigInt(fraction[0] ?? '0') + (Number(fraction[1] ?? '0') >= 5 ? 1n : 0n);
  return `${tenths / 10n}${language === 'en' ? '.' : ','}${tenths % 10n}`;
}

// An answer without the fields with these names, at any depth.
function without(answer: unknown, names: readonly string[]): unknown {
  if (Array.isArray(answer)) return answer.map((one) => without(one, names));
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !names.includes(name)).map(([name, value]) => [name, without(value, names)]));
}

const BOARD_TEXTS = [
  'heading', 'summary', 'statusText', 'scoreText', 'scaleText', 'periodText', 'why', 'note', 'sinceText', 'dueText', 'timingText',
  'treatmentText', 'valueText', 'title', 'code', 'lead', 'owedBy', 'responsible', 'ownerText', 'since',
];

async function sameBoard(visit: Visit, demo: Demo, language: Language, quarter: string): Promise<void> {
  const answer = demo.json('board', 'gob', quarter, '--language', language) as Record<string, object>;
  const { verdict, red, held, risks, missing, decisions, moves, ...others } = answer;
  const page = await visit.text();
  const say = (part: unknown, texts: readonly string[]): void => says(page, fieldsNamed(part, texts), `board of ${quarter} in ${language}`);
  say([verdict, red, held], BOARD_TEXTS);
  say(verdict, ['text']);
  say(without(others, ['lead']), BOARD_TEXTS);
  // A move is shown as two statuses with their symbols, not as "Green → Red".
  say(without(moves, ['lead', 'statusText']), BOARD_TEXTS);
  // Here an element is named by its code alone.
  say(without([risks, missing, decisions], ['elements', 'element']), BOARD_TEXTS);
  say([risks, missing, decisions], ['code']);
}

async function sameScorecard(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const { result } = demo.json('scorecard', 'gob', QUARTER, '--language', language) as { readonly result: { readonly root: Scored } };
  const expected: string[] = [];
  const add = (node: Scored): void => {
    expected.push(`${node.code ?? ''}${node.title ?? ''}|${node.score ? scoreText(node.score.decimal, language) : ''}`);
    for (const indicator of node.indicators ?? []) expected.push(`${indicator.title ?? ''}|${indicator.score ? scoreText(indicator.score.decimal, language) : ''}`);
    for (const child of node.children ?? []) add(child);
  };
  add(result.root);
  await visit.page.goto(`${visit.page.url()}&open=all`);
  await visit.settled();
  const shown = await visit.page.locator('[role="treegrid"] tbody tr').evaluateAll((rows) =>
    rows.map((row) => `${row.querySelector('a')?.textContent ?? ''}|${row.querySelector('.scorecell > b')?.firstChild?.nodeType === Node.TEXT_NODE ? (row.querySelector('.scorecell > b')?.textContent ?? '') : ''}`),
  );
  assert.deepEqual(shown, expected, `scorecard in ${language}`);
}

export const VIEWS: readonly ViewCase[] = [
  { name: 'board', path: `/board/${IN_PLAN}/${QUARTER}`, same: (visit, demo, language) => sameBoard(visit, demo, language, QUARTER) },
  { name: 'board of a closed quarter', path: `/board/${IN_PLAN}/${CLOSED_QUARTER}`, same: (visit, demo, language) => sameBoard(visit, demo, language, CLOSED_QUARTER) },
  { name: 'scorecard', path: `/scorecard/${IN_PLAN}/${QUARTER}`, same: sameScorecard },
  ...DETAIL_VIEWS,
];
