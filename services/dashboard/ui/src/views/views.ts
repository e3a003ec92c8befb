// The views of the app. Each is loaded when it is first opened.
import type { Component } from 'svelte';
import { router } from '../app/router.svelte.ts';
import type { Dictionary } from '../words/dictionary.svelte.ts';
import type { Words } from '../words/en.ts';
import { dictionary as administration } from './administration/words.ts';
import { boardWords } from './board/words.ts';
import { dictionary as budget } from './budget/words.ts';
import { dictionary as compare } from './compare/words.ts';
import { dictionary as decisions } from './decisions/words.ts';
import { dictionary as element } from './element/words.ts';
import { dictionary as indicator } from './indicator/words.ts';
import { dictionary as operations } from './operations/words.ts';
import { dictionary as publications } from './publications/words.ts';
import { dictionary as quality } from './quality/words.ts';
import { dictionary as risks } from './risks/words.ts';
import { scorecardWords } from './scorecard/words.ts';
import { shared } from './shared/words.ts';
import { dictionary as work } from './work/words.ts';

type Load = () => Promise<{ default: Component }>;

export interface View {
  name: keyof Words['view'];
  // Whether it stands in the navigation; the others are reached from a line of these.
  listed: boolean;
  // Whether it needs a plan and a quarter in the address.
  planned: boolean;
  // Whether nothing that it asks depends on what the plan is, so that it need not wait for it.
  early: boolean;
  // Whether it is there in public mode, where only publications can be read.
  public: boolean;
  load: Load;
}

const view = (name: View['name'], load: Load, dictionaries: readonly Dictionary<unknown>[], settings: Partial<View> = {}): View => ({
  name, listed: true, planned: true, early: false, public: false, ...settings,
  load: async () => {
    const [module] = await Promise.all([load(), ...dictionaries.map((one) => one.fetch(router.language))]);
    return module;
  },
});

export const views: readonly View[] = [
  view('board', () => import('./board/Board.svelte'), [boardWords], { early: true }),
  view('scorecard', () => import('./scorecard/Scorecard.svelte'), [scorecardWords], { early: true }),
  view('element', () => import('./element/Element.svelte'), [element, shared], { listed: false }),
  view('indicator', () => import('./indicator/Indicator.svelte'), [indicator, shared], { listed: false }),
  view('risks', () => import('./risks/Risks.svelte'), [risks]),
  view('budget', () => import('./budget/Budget.svelte'), [budget]),
  view('quality', () => import('./quality/Quality.svelte'), [quality]),
  view('operations', () => import('./operations/Operations.svelte'), [operations]),
  view('decisions', () => import('./decisions/Decisions.svelte'), [decisions]),
  view('work', () => import('./work/Work.svelte'), [work]),
  view('compare', () => import('./compare/Compare.svelte'), [compare]),
  view('administration', () => import('./administration/Administration.svelte'), [administration, work]),
  // In public mode there is no plan to be read, only what was published of it.
  view('publications', () => import('./publications/Publications.svelte'), [publications], { planned: false, public: true }),
];

export const viewNamed = (name: string): View | undefined => views.find((candidate) => candidate.name === name);
