import type { BudgetWords } from './en.ts';

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
export default nl;
