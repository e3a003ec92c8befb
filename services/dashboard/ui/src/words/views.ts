// The words of the views but the first: one file for each language, fetched with the first such view. The
// first view, the board table, has a file of its own.
import type { AdministrationWords } from '../views/administration/words/en.ts';
import type { BudgetWords } from '../views/budget/words/en.ts';
import type { CompareWords } from '../views/compare/words/en.ts';
import type { DecisionWords } from '../views/decisions/words/en.ts';
import type { ElementWords } from '../views/element/words/en.ts';
import type { IndicatorWords } from '../views/indicator/words/en.ts';
import type { OperationsWords } from '../views/operations/words/en.ts';
import type { PublicationWords } from '../views/publications/words/en.ts';
import type { QualityWords } from '../views/quality/words/en.ts';
import type { RiskWords } from '../views/risks/words/en.ts';
import type { ScorecardWords } from '../views/scorecard/words/en.ts';
import type { SharedWords } from '../views/shared/words/en.ts';
import type { WorkWords } from '../views/work/words/en.ts';
import { Dictionary } from './dictionary.svelte.ts';

interface ViewWords {
  readonly administration: AdministrationWords;
  readonly budget: BudgetWords;
  readonly compare: CompareWords;
  readonly decisions: DecisionWords;
  readonly element: ElementWords;
  readonly indicator: IndicatorWords;
  readonly operations: OperationsWords;
  readonly publications: PublicationWords;
  readonly quality: QualityWords;
  readonly risks: RiskWords;
  readonly scorecard: ScorecardWords;
  readonly shared: SharedWords;
  readonly work: WorkWords;
}

const files = {
  nl: (): Promise<ViewWords> => import('./views/nl.ts'), fr: (): Promise<ViewWords> => import('./views/fr.ts'), en: (): Promise<ViewWords> => import('./views/en.ts'),
};

export function viewWords<V extends keyof ViewWords>(view: V): Dictionary<ViewWords[V]> {
  return new Dictionary((language) => files[language]().then((all) => all[view]));
}
