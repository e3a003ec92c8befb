// What the page of the budget says.
import type { Widened } from '../../words/en.ts';
import type { Dictionary } from '../../words/words.ts';

const en = {
  lead: (quarter: string, elapsed: string) => `Cumulative since 1 January, up to the end of ${quarter}; ${elapsed} of the year has elapsed. An element has the budget of those below it.`,
  element: 'Element', initial: 'Initial', adjusted: 'Adjusted', committed: 'Committed', paid: 'Paid', execution: 'Execution', payments: 'Payments', cost: 'Cost per unit',
  timing: { behind: 'behind', inStep: 'in step', ahead: 'ahead' },
  key: 'Bar: committed behind, paid in front, of what is appropriated. Mark: the part of the year that has elapsed.',
  kinds: { payment: 'Payment appropriations', commitment: 'Commitment appropriations' },
  elements: 'By element', lines: 'By budget line', line: 'Line', shares: 'Pays for', incomplete: (count: string) => `${count} lines incomplete`, noAmounts: 'no amounts of the quarter',
  none: 'No budget line has a share for an element of the plan.', unassigned: 'for no element', plan: 'Plan', total: 'All lines',
  costOf: (cost: string, output: string) => `${cost} each (${output})`,
};
export type BudgetWords = Widened<typeof en>;
const nl: BudgetWords = {
  lead: (quarter, elapsed) => `Samen sinds 1 januari, tot het einde van ${quarter}; ${elapsed} van het jaar is verstreken. Een element heeft ook het budget van wat eronder ligt.`,
  element: 'Element', initial: 'Initieel', adjusted: 'Aangepast', committed: 'Vastgelegd', paid: 'Betaald', execution: 'Uitvoering', payments: 'Betalingen', cost: 'Kost per eenheid',
  timing: { behind: 'achter', inStep: 'in de pas', ahead: 'voor' },
  key: 'Balk: vastgelegd achteraan, betaald vooraan, van wat voorzien is. Streep: het verstreken deel van het jaar.',
  kinds: { payment: 'Vereffeningskredieten', commitment: 'Vastleggingskredieten' },
  elements: 'Per element', lines: 'Per budgetlijn', line: 'Lijn', shares: 'Betaalt voor', incomplete: (count) => `${count} lijnen onvolledig`, noAmounts: 'geen bedragen van het kwartaal',
  none: 'Geen enkele budgetlijn heeft een aandeel voor een element van het plan.', unassigned: 'voor geen element', plan: 'Plan', total: 'Alle lijnen',
  costOf: (cost, output) => `${cost} per stuk (${output})`,
};
const fr: BudgetWords = {
  lead: (quarter, elapsed) => `Cumul depuis le 1er janvier, jusqu’à la fin de ${quarter} ; ${elapsed} de l’année est écoulé. Un élément a aussi le budget de ceux en dessous.`,
  element: 'Élément', initial: 'Initial', adjusted: 'Ajusté', committed: 'Engagé', paid: 'Payé', execution: 'Exécution', payments: 'Paiements', cost: 'Coût par unité',
  timing: { behind: 'en retard', inStep: 'au rythme', ahead: 'en avance' },
  key: 'Barre : engagé derrière, payé devant, de ce qui est prévu. Trait : la part de l’année écoulée.',
  kinds: { payment: 'Crédits de liquidation', commitment: 'Crédits d’engagement' },
  elements: 'Par élément', lines: 'Par ligne budgétaire', line: 'Ligne', shares: 'Paie', incomplete: (count) => `${count} lignes incomplètes`, noAmounts: 'pas de montants du trimestre',
  none: 'Aucune ligne budgétaire n’a de part pour un élément du plan.', unassigned: 'pour aucun élément', plan: 'Plan', total: 'Toutes les lignes',
  costOf: (cost, output) => `${cost} pièce (${output})`,
};
export const dictionary: Dictionary<BudgetWords> = { en, nl, fr };
