// What the page of decisions says.
import type { Widened } from '../../words/en.ts';
import type { Dictionary } from '../../words/words.ts';

const en = {
  lead: 'What was decided about an element or on a publication, who carries it out, and until when. An open decision returns in every board table until it is done.',
  counts: (open: string, overdue: string) => `${open} open, ${overdue} of them overdue.`,
  open: 'Open', closed: 'Done or dropped', all: 'All', decision: 'Decision', about: 'About', responsible: 'Responsible', decided: 'Decided', due: 'Due', state: 'State',
  states: { open: 'open', inProgress: 'in progress', done: 'done', dropped: 'dropped' },
  overdue: (days: string) => `${days} days overdue`, doneOn: (day: string) => `done ${day}`, droppedOn: (day: string) => `dropped ${day}`, none: 'No decisions yet.', noneHere: 'No decision meets the filter.',
  publication: (number: string, quarter: string) => `publication ${number} of ${quarter}`, details: 'Text and follow-up', notes: 'Follow-up', byAuthor: (who: string) => `by ${who}`, enter: 'Enter a decision', edit: 'Follow up',
};
export type DecisionWords = Widened<typeof en>;
const nl: DecisionWords = {
  lead: 'Wat beslist werd over een element of op een publicatie, wie het uitvoert, en tegen wanneer. Een open beslissing komt in elke boordtabel terug tot ze uitgevoerd is.',
  counts: (open, overdue) => `${open} open, waarvan ${overdue} te laat.`,
  open: 'Open', closed: 'Uitgevoerd of opgegeven', all: 'Alle', decision: 'Beslissing', about: 'Over', responsible: 'Verantwoordelijk', decided: 'Beslist', due: 'Verwacht', state: 'Toestand',
  states: { open: 'open', inProgress: 'in uitvoering', done: 'uitgevoerd', dropped: 'opgegeven' },
  overdue: (days) => `${days} dagen te laat`, doneOn: (day) => `uitgevoerd ${day}`, droppedOn: (day) => `opgegeven ${day}`, none: 'Nog geen beslissingen.', noneHere: 'Geen enkele beslissing voldoet aan de filter.',
  publication: (number, quarter) => `publicatie ${number} van ${quarter}`, details: 'Tekst en opvolging', notes: 'Opvolging', byAuthor: (who) => `door ${who}`, enter: 'Een beslissing invoeren', edit: 'Opvolgen',
};
const fr: DecisionWords = {
  lead: 'Ce qui a été décidé sur un élément ou une publication, qui l’exécute et pour quand. Une décision ouverte revient dans chaque tableau de bord jusqu’à son exécution.',
  counts: (open, overdue) => `${open} ouvertes, dont ${overdue} en retard.`,
  open: 'Ouvertes', closed: 'Exécutées ou abandonnées', all: 'Toutes', decision: 'Décision', about: 'Sur', responsible: 'Responsable', decided: 'Décidée', due: 'Échéance', state: 'État',
  states: { open: 'ouverte', inProgress: 'en exécution', done: 'exécutée', dropped: 'abandonnée' },
  overdue: (days) => `${days} jours de retard`, doneOn: (day) => `exécutée le ${day}`, droppedOn: (day) => `abandonnée le ${day}`, none: 'Pas encore de décisions.', noneHere: 'Aucune décision ne répond au filtre.',
  publication: (number, quarter) => `publication ${number} de ${quarter}`, details: 'Texte et suivi', notes: 'Suivi', byAuthor: (who) => `par ${who}`, enter: 'Introduire une décision', edit: 'Suivre',
};
export const dictionary: Dictionary<DecisionWords> = { en, nl, fr };
