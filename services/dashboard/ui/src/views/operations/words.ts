// What the page of operational plans says.
import type { Widened } from '../../words/en.ts';
import type { Dictionary } from '../../words/words.ts';

const en = {
  lead: 'What a unit, with the units that are part of it, does in a year to carry out the plan, and the staff and money it sets aside for that.',
  unit: 'Unit', year: 'Year', version: 'Version', none: 'There is no operational plan of this unit and year yet.', noneAtAll: 'There are no operational plans of this plan yet.',
  state: { draft: 'draft', submitted: 'submitted', approved: 'approved', returned: 'returned' },
  approved: (day: string, who: string) => `approved ${day} by ${who}`, submitted: (day: string, who: string) => `submitted ${day} by ${who}`, derived: (day: string) => `derived from the plan on ${day}`,
  title: (unit: string, year: string) => `${unit}, ${year}`,
  action: 'Action', role: 'Role', roles: { owner: 'answers for it', contributor: 'contributes' }, dates: 'Dates', milestones: 'Milestones of the year', staff: 'Staff (FTE)', money: 'Money', notes: 'Notes', total: 'Total',
  gone: 'no part of the strategic plan any more', done: (day: string) => `reached ${day}`, missed: 'missed', until: (day: string) => `until ${day}`, completed: (day: string) => `completed ${day}`, actions: (count: number) => (count === 1 ? '1 action' : `${count} actions`),
};
export type OperationsWords = Widened<typeof en>;
const nl: OperationsWords = {
  lead: 'Wat een dienst, met de diensten die er deel van zijn, in een jaar doet om het plan uit te voeren, en het personeel en geld dat daarvoor voorzien is.',
  unit: 'Dienst', year: 'Jaar', version: 'Versie', none: 'Van deze dienst en dit jaar is er nog geen operationeel plan.', noneAtAll: 'Van dit plan zijn er nog geen operationele plannen.',
  state: { draft: 'ontwerp', submitted: 'ingediend', approved: 'goedgekeurd', returned: 'teruggestuurd' },
  approved: (day, who) => `goedgekeurd ${day} door ${who}`, submitted: (day, who) => `ingediend ${day} door ${who}`, derived: (day) => `afgeleid uit het plan op ${day}`,
  title: (unit, year) => `${unit}, ${year}`,
  action: 'Actie', role: 'Rol', roles: { owner: 'verantwoordelijk', contributor: 'werkt mee' }, dates: 'Data', milestones: 'Mijlpalen van het jaar', staff: 'Personeel (VTE)', money: 'Geld', notes: 'Opmerkingen', total: 'Totaal',
  gone: 'maakt geen deel meer uit van het strategisch plan', done: (day) => `bereikt ${day}`, missed: 'gemist', until: (day) => `tot ${day}`, completed: (day) => `voltooid ${day}`, actions: (count) => (count === 1 ? '1 actie' : `${count} acties`),
};
const fr: OperationsWords = {
  lead: 'Ce qu’une administration, avec celles qui en font partie, fait en un an pour exécuter le plan, et le personnel et l’argent qu’elle y consacre.',
  unit: 'Administration', year: 'Année', version: 'Version', none: 'Il n’y a pas encore de plan opérationnel de cette administration et année.', noneAtAll: 'Il n’y a pas encore de plans opérationnels de ce plan.',
  state: { draft: 'projet', submitted: 'introduit', approved: 'approuvé', returned: 'renvoyé' },
  approved: (day, who) => `approuvé le ${day} par ${who}`, submitted: (day, who) => `introduit le ${day} par ${who}`, derived: (day) => `dérivé du plan le ${day}`,
  title: (unit, year) => `${unit}, ${year}`,
  action: 'Action', role: 'Rôle', roles: { owner: 'responsable', contributor: 'contribue' }, dates: 'Dates', milestones: 'Jalons de l’année', staff: 'Personnel (ETP)', money: 'Argent', notes: 'Remarques', total: 'Total',
  gone: 'ne fait plus partie du plan stratégique', done: (day) => `atteint ${day}`, missed: 'manqué', until: (day) => `jusqu’au ${day}`, completed: (day) => `achevé ${day}`, actions: (count) => (count === 1 ? '1 action' : `${count} actions`),
};
export const dictionary: Dictionary<OperationsWords> = { en, nl, fr };
