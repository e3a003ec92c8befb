import type { RiskWords } from './en.ts';

const nl: RiskWords = {
  lead: 'Open risico’s naar waarschijnlijkheid en impact, elk van 1 tot 5. Hoe donkerder een vak, hoe hoger de score.',
  residual: 'Met beheersing (restrisico)', inherent: 'Zonder beheersing (inherent)',
  likelihood: 'Waarschijnlijkheid', impact: 'Impact',
  cell: (count, l, i) => `${count} ${count === 1 ? 'risico' : 'risico’s'} met waarschijnlijkheid ${l} en impact ${i}`,
  cellTitle: (l, i) => `waarschijnlijkheid ${l}, impact ${i}`,
  allRisks: 'Alle risico’s', onlyOverdue: 'Herziening te laat', onlyUntreated: 'Zonder behandeling',
  counts: (open, high, overdue, untreated) => `${open} open; ${high} van 10 of meer; ${overdue} met een herziening die te laat is; ${untreated} zonder besliste behandeling.`,
  risk: 'Risico', score: 'Restrisico', before: 'Inherent', treatment: 'Behandeling', owner: 'Eigenaar', review: 'Volgende herziening', elements: 'Bedreigt', none: 'Geen open risico’s.', noneHere: 'Geen enkel risico voldoet aan de filter.',
  treatments: { none: 'niet beslist', avoid: 'vermijden', reduce: 'verkleinen', transfer: 'overdragen', accept: 'aanvaarden' },
  overdue: 'te laat', category: 'Categorie', controls: 'Beheersmaatregelen', plan: 'Wat eraan gedaan wordt', why: 'Waarom het hoger is dan zonder beheersing', details: 'Details', lastReview: (day) => `laatst herzien ${day}`, notJudged: 'niet beoordeeld met beheersing',
};
export default nl;
