import type { DecisionWords } from './en.ts';

const nl: DecisionWords = {
  lead: 'Wat beslist werd over een element of op een publicatie, wie het uitvoert, en tegen wanneer. Een open beslissing komt in elke boordtabel terug tot ze uitgevoerd is.',
  counts: (open, overdue) => `${open} open, waarvan ${overdue} te laat.`,
  open: 'Open', closed: 'Uitgevoerd of opgegeven', all: 'Alle', decision: 'Beslissing', about: 'Over', responsible: 'Verantwoordelijk', decided: 'Beslist', due: 'Verwacht', state: 'Toestand',
  states: { open: 'open', inProgress: 'in uitvoering', done: 'uitgevoerd', dropped: 'opgegeven' },
  overdue: (days) => `${days} dagen te laat`, doneOn: (day) => `uitgevoerd ${day}`, droppedOn: (day) => `opgegeven ${day}`, none: 'Nog geen beslissingen.', noneHere: 'Geen enkele beslissing voldoet aan de filter.',
  publication: (number, quarter) => `publicatie ${number} van ${quarter}`, details: 'Tekst en opvolging', notes: 'Opvolging', byAuthor: (who) => `door ${who}`, enter: 'Een beslissing invoeren', edit: 'Opvolgen',
};
export default nl;
