import type { OperationsWords } from './en.ts';

const nl: OperationsWords = {
  lead: 'Wat een dienst, met de diensten die er deel van zijn, in een jaar doet om het plan uit te voeren, en het personeel en geld dat daarvoor voorzien is.',
  unit: 'Dienst', year: 'Jaar', version: 'Versie', none: 'Van deze dienst en dit jaar is er nog geen operationeel plan.', noneAtAll: 'Van dit plan zijn er nog geen operationele plannen.',
  state: { draft: 'ontwerp', submitted: 'ingediend', approved: 'goedgekeurd', returned: 'teruggestuurd' },
  approved: (day, who) => `goedgekeurd ${day} door ${who}`, submitted: (day, who) => `ingediend ${day} door ${who}`, derived: (day) => `afgeleid uit het plan op ${day}`,
  title: (unit, year) => `${unit}, ${year}`,
  action: 'Actie', role: 'Rol', roles: { owner: 'verantwoordelijk', contributor: 'werkt mee' }, dates: 'Data', milestones: 'Mijlpalen van het jaar', staff: 'Personeel (VTE)', money: 'Geld', notes: 'Opmerkingen', total: 'Totaal',
  gone: 'maakt geen deel meer uit van het strategisch plan', done: (day) => `bereikt ${day}`, missed: 'gemist', until: (day) => `tot ${day}`, completed: (day) => `voltooid ${day}`, actions: (count) => (count === 1 ? '1 actie' : `${count} acties`),
};
export default nl;
