// The principals of the demo, in words.
import type { Widened } from '../words/en.ts';
import type { Dictionary } from '../words/words.ts';

const en = { label: 'Act as', board: 'Board (reads)', names: { planner: 'Planner', reporter: 'Reporter', validator: 'Validator', publisher: 'Publisher', sender: 'Sender', admin: 'Administrator' } };
type ActingWords = Widened<typeof en>;
const nl: ActingWords = { label: 'Optreden als', board: 'Bestuur (leest)', names: { planner: 'Planner', reporter: 'Rapporteur', validator: 'Validator', publisher: 'Uitgever', sender: 'Leverancier', admin: 'Beheerder' } };
const fr: ActingWords = { label: 'Agir comme', board: 'Direction (lit)', names: { planner: 'Planificateur', reporter: 'Rapporteur', validator: 'Validateur', publisher: 'Éditeur', sender: 'Expéditeur', admin: 'Administrateur' } };
export const acting: Dictionary<ActingWords> = { en, nl, fr };
