// Changed fields of resources, in words.
import type { Value } from '@bufbuild/protobuf/wkt';
import type { Language } from '../../app/address/languages.ts';

const fields: Record<Language, Record<string, string>> = {
  en: {
    title: 'title', description: 'description', code: 'code', weight: 'weight', critical: 'critical', owner_unit: 'owner', lead: 'lead', contributors: 'contributors', scope: 'scope',
    priority: 'priority', start_date: 'first day', end_date: 'last day', state: 'state', completed_on: 'completed on', deferred_on: 'deferred on', resumed_on: 'resumed on', cancelled_on: 'cancelled on',
    milestones: 'milestone', due_date: 'due day', done_date: 'reached on', indicators: 'indicator', delivery_weight: 'weight of the delivery', reporters: 'reporters', tags: 'tags', steering: 'steering',
    parent_element: 'above it', withdrawn_on: 'withdrawn on', value: 'value', anchors: 'target', baseline: 'baseline', percent_complete: 'percent complete', narrative: 'text of the report',
  },
  nl: {
    title: 'titel', description: 'beschrijving', code: 'nummer', weight: 'gewicht', critical: 'kritiek', owner_unit: 'eigenaar', lead: 'trekker', contributors: 'medewerkende diensten', scope: 'bereik',
    priority: 'prioriteit', start_date: 'eerste dag', end_date: 'laatste dag', state: 'toestand', completed_on: 'voltooid op', deferred_on: 'uitgesteld op', resumed_on: 'hervat op', cancelled_on: 'geannuleerd op',
    milestones: 'mijlpaal', due_date: 'verwacht op', done_date: 'bereikt op', indicators: 'indicator', delivery_weight: 'gewicht van de oplevering', reporters: 'rapporteurs', tags: 'trefwoorden', steering: 'sturing',
    parent_element: 'erboven', withdrawn_on: 'ingetrokken op', value: 'waarde', anchors: 'doel', baseline: 'nulmeting', percent_complete: 'percentage klaar', narrative: 'tekst van het rapport',
  },
  fr: {
    title: 'titre', description: 'description', code: 'numéro', weight: 'poids', critical: 'critique', owner_unit: 'responsable', lead: 'pilote', contributors: 'contributeurs', scope: 'portée',
    priority: 'priorité', start_date: 'premier jour', end_date: 'dernier jour', state: 'état', completed_on: 'achevé le', deferred_on: 'reporté le', resumed_on: 'repris le', cancelled_on: 'annulé le',
    milestones: 'jalon', due_date: 'échéance', done_date: 'atteint le', indicators: 'indicateur', delivery_weight: 'poids de la réalisation', reporters: 'rapporteurs', tags: 'mots-clés', steering: 'pilotage',
    parent_element: 'au-dessus', withdrawn_on: 'retiré le', value: 'valeur', anchors: 'cible', baseline: 'valeur de départ', percent_complete: 'pourcentage réalisé', narrative: 'texte du rapport',
  },
};

// "milestones[m2].due_date" is "milestone m2, due day"; a field without a word keeps its name.
export function fieldName(path: string, language: Language): string {
  const words = fields[language];
  return path
    .split('.')
    .map((part) => {
      const found = /^([a-z_0-9]+)(?:\[(.*)\])?$/.exec(part);
      const [, name = part, key] = found ?? [];
      const word = words[name] ?? name.replaceAll('_', ' ');
      // Of a resource name the id is enough.
      const id = key?.replace(/^"|"$/g, '').replace(/^.*\//, '');
      return name === 'text' && id ? id : id ? `${word} ${id}` : word;
    })
    .join(', ');
}

// A value as a short text; the last part of a resource name is enough.
export function valueText(value: Value | undefined): string {
  const { kind } = value ?? { kind: { case: undefined } };
  switch (kind.case) {
    case 'stringValue':
      return kind.value.replace(/^institutions\/.*\//, '');
    case 'numberValue':
      return String(kind.value);
    case 'boolValue':
      return kind.value ? '✓' : '✗';
    case 'listValue':
      return kind.value.values.map(valueText).join(', ');
    case 'structValue':
      return Object.entries(kind.value.fields)
        .map(([, field]) => valueText(field as unknown as Value))
        .filter((text) => text !== '')
        .slice(0, 4)
        .join(', ');
    default:
      return '–';
  }
}
