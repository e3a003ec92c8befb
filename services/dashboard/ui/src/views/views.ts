// The views of the app. Each is loaded when it is first opened.
import type { Component } from 'svelte';
import type { Words } from '../words/en.ts';

type Load = () => Promise<{ default: Component }>;

export interface View {
  name: keyof Words['view'];
  // Whether it stands in the navigation; the others are reached from a line of these.
  listed: boolean;
  // Whether it needs a plan and a quarter in the address.
  planned: boolean;
  // Whether it is there in public mode, where only publications can be read.
  public: boolean;
  load: Load;
}

const view = (name: View['name'], load: Load, settings: Partial<View> = {}): View => ({ name, load, listed: true, planned: true, public: false, ...settings });

export const views: readonly View[] = [
  view('board', () => import('./board/Board.svelte')),
  view('scorecard', () => import('./scorecard/Scorecard.svelte')),
  view('element', () => import('./element/Element.svelte'), { listed: false }),
  view('indicator', () => import('./indicator/Indicator.svelte'), { listed: false }),
  view('risks', () => import('./risks/Risks.svelte')),
  view('budget', () => import('./budget/Budget.svelte')),
  view('quality', () => import('./quality/Quality.svelte')),
  view('operations', () => import('./operations/Operations.svelte')),
  view('decisions', () => import('./decisions/Decisions.svelte')),
  view('work', () => import('./work/Work.svelte')),
  view('compare', () => import('./compare/Compare.svelte')),
  // In public mode there is no plan to be read, only what was published of it.
  view('publications', () => import('./publications/Publications.svelte'), { planned: false, public: true }),
];

export const viewNamed = (name: string): View | undefined => views.find((candidate) => candidate.name === name);
