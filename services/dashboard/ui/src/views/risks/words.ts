// What the page of risks says.
import type { Widened } from '../../words/en.ts';
import type { Dictionary } from '../../words/words.ts';

const en = {
  lead: 'Open risks by likelihood and impact, each from 1 to 5. The darker a cell, the higher the score.',
  residual: 'With controls (residual)', inherent: 'Without controls (inherent)',
  likelihood: 'Likelihood', impact: 'Impact',
  cell: (count: number, l: number, i: number) => `${count} ${count === 1 ? 'risk' : 'risks'} with likelihood ${l} and impact ${i}`,
  cellTitle: (l: number, i: number) => `likelihood ${l}, impact ${i}`,
  allRisks: 'All risks', onlyOverdue: 'Review overdue', onlyUntreated: 'Without treatment',
  counts: (open: string, high: string, overdue: string, untreated: string) => `${open} open; ${high} of 10 or more; ${overdue} with an overdue review; ${untreated} without a decided treatment.`,
  risk: 'Risk', score: 'Residual', before: 'Inherent', treatment: 'Treatment', owner: 'Owner', review: 'Next review', elements: 'Threatens', none: 'No open risks.', noneHere: 'No risk meets the filter.',
  treatments: { none: 'not decided', avoid: 'avoid', reduce: 'reduce', transfer: 'transfer', accept: 'accept' },
  overdue: 'overdue', category: 'Category', controls: 'Controls', plan: 'What is done', why: 'Why it is higher than without controls', details: 'Details', lastReview: (day: string) => `last reviewed ${day}`, notJudged: 'not judged with controls',
};
export type RiskWords = Widened<typeof en>;
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
const fr: RiskWords = {
  lead: 'Risques ouverts par probabilité et impact, chacun de 1 à 5. Plus une case est foncée, plus le score est élevé.',
  residual: 'Avec les mesures (résiduel)', inherent: 'Sans mesures (inhérent)',
  likelihood: 'Probabilité', impact: 'Impact',
  cell: (count, l, i) => `${count} ${count === 1 ? 'risque' : 'risques'} de probabilité ${l} et d’impact ${i}`,
  cellTitle: (l, i) => `probabilité ${l}, impact ${i}`,
  allRisks: 'Tous les risques', onlyOverdue: 'Révision en retard', onlyUntreated: 'Sans traitement',
  counts: (open, high, overdue, untreated) => `${open} ouverts ; ${high} de 10 ou plus ; ${overdue} dont la révision est en retard ; ${untreated} sans traitement décidé.`,
  risk: 'Risque', score: 'Résiduel', before: 'Inhérent', treatment: 'Traitement', owner: 'Responsable', review: 'Prochaine révision', elements: 'Menace', none: 'Aucun risque ouvert.', noneHere: 'Aucun risque ne répond au filtre.',
  treatments: { none: 'non décidé', avoid: 'éviter', reduce: 'réduire', transfer: 'transférer', accept: 'accepter' },
  overdue: 'en retard', category: 'Catégorie', controls: 'Mesures de maîtrise', plan: 'Ce qui est fait', why: 'Pourquoi il est plus élevé que sans mesures', details: 'Détails', lastReview: (day) => `dernière révision ${day}`, notJudged: 'non évalué avec les mesures',
};
export const dictionary: Dictionary<RiskWords> = { en, nl, fr };
