import type { DecisionWords } from './en.ts';

const fr: DecisionWords = {
  lead: 'Ce qui a été décidé sur un élément ou une publication, qui l’exécute et pour quand. Une décision ouverte revient dans chaque tableau de bord jusqu’à son exécution.',
  counts: (open, overdue) => `${open} ouvertes, dont ${overdue} en retard.`,
  open: 'Ouvertes', closed: 'Exécutées ou abandonnées', all: 'Toutes', decision: 'Décision', about: 'Sur', responsible: 'Responsable', decided: 'Décidée', due: 'Échéance', state: 'État',
  states: { open: 'ouverte', inProgress: 'en exécution', done: 'exécutée', dropped: 'abandonnée' },
  overdue: (days) => `${days} jours de retard`, doneOn: (day) => `exécutée le ${day}`, droppedOn: (day) => `abandonnée le ${day}`, none: 'Pas encore de décisions.', noneHere: 'Aucune décision ne répond au filtre.',
  publication: (number, quarter) => `publication ${number} de ${quarter}`, details: 'Texte et suivi', notes: 'Suivi', byAuthor: (who) => `par ${who}`, enter: 'Introduire une décision', edit: 'Suivre',
};
export default fr;
