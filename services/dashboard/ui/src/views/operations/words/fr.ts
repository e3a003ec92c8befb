import type { OperationsWords } from './en.ts';

const fr: OperationsWords = {
  lead: 'Ce qu’une administration, avec celles qui en font partie, fait en un an pour exécuter le plan, et le personnel et l’argent qu’elle y consacre.',
  unit: 'Administration', year: 'Année', version: 'Version', none: 'Il n’y a pas encore de plan opérationnel de cette administration et année.', noneAtAll: 'Il n’y a pas encore de plans opérationnels de ce plan.',
  state: { draft: 'projet', submitted: 'introduit', approved: 'approuvé', returned: 'renvoyé' },
  approved: (day, who) => `approuvé le ${day} par ${who}`, submitted: (day, who) => `introduit le ${day} par ${who}`, derived: (day) => `dérivé du plan le ${day}`,
  title: (unit, year) => `${unit}, ${year}`,
  action: 'Action', role: 'Rôle', roles: { owner: 'responsable', contributor: 'contribue' }, dates: 'Dates', milestones: 'Jalons de l’année', staff: 'Personnel (ETP)', money: 'Argent', notes: 'Remarques', total: 'Total',
  gone: 'ne fait plus partie du plan stratégique', done: (day) => `atteint ${day}`, missed: 'manqué', until: (day) => `jusqu’au ${day}`, completed: (day) => `achevé ${day}`, actions: (count) => (count === 1 ? '1 action' : `${count} actions`),
};
export default fr;
