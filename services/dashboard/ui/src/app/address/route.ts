// The address of a page. Everything that decides what a page shows is in it, so that whoever opens
// the link sees the same:
//
//   /VIEW/INSTITUTION/PLAN/QUARTER/REST...?lang=nl&theme=dark&asof=closing&...
//
// REST and the other parameters belong to the view.
import { type AsOf, formatAsOf, now, parseAsOf } from './as_of.ts';
import { isLanguage, type Language } from './languages.ts';
import { isQuarter } from './quarters.ts';

export type Theme = 'light' | 'dark';

export interface Route {
  view: string; // empty: the start page
  institution: string;
  plan: string;
  quarter: string;
  rest: readonly string[];
  language: Language | undefined; // undefined: not said yet
  theme: Theme | undefined; // undefined: as the reader's system has it
  asOf: AsOf;
  // The parameters of the view, and `why`, `as`.
  query: Readonly<Record<string, string>>;
}

export const start: Route = {
  view: '', institution: '', plan: '', quarter: '', rest: [], language: undefined, theme: undefined, asOf: now, query: {},
};

const id = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

export function parseRoute(address: URL): Route {
  const [view = '', institution = '', plan = '', quarter = '', ...rest] = address.pathname.slice(1).split('/').map(decode);
  const query: Record<string, string> = {};
  for (const [name, value] of address.searchParams) {
    if (!['lang', 'theme', 'asof'].includes(name)) query[name] = value;
  }
  const lang = address.searchParams.get('lang');
  const theme = address.searchParams.get('theme');
  return {
    view: /^[a-z-]+$/.test(view) ? view : '',
    institution: id.test(institution) ? institution : '',
    plan: id.test(plan) ? plan : '',
    quarter: isQuarter(quarter) ? quarter : '',
    rest: rest.filter((part) => part !== ''),
    language: isLanguage(lang) ? lang : undefined,
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    asOf: parseAsOf(address.searchParams.get('asof')),
    query,
  };
}

// As browsers encode parameters, but for some marks that may stand as they are. A page of many rows has many
// links, whose parameters hardly ever need it.
const plain = /^[\w.*~@:,/-]*$/;
function encode(text: string): string {
  if (plain.test(text)) return text;
  return new URLSearchParams([['', text]]).toString().slice(1)
    .replaceAll('%7E', '~').replaceAll('%40', '@').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%2F', '/');
}

// The path and the parameters, always in the same order, so that equal pages have equal addresses.
export function formatRoute(route: Route): string {
  const parts = [route.view, route.institution, route.plan, route.quarter, ...route.rest];
  while (parts.length > 0 && parts[parts.length - 1] === '') parts.pop();
  const query: string[] = [];
  const set = (name: string, value: string | undefined): void => {
    if (value) query.push(`${encode(name)}=${encode(value)}`);
  };
  set('asof', formatAsOf(route.asOf));
  for (const name of Object.keys(route.query).sort()) set(name, route.query[name]);
  set('lang', route.language);
  set('theme', route.theme);
  const text = query.join('&');
  return `/${parts.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`;
}

// A change of the address. Fields that it leaves out stay as they are.
export interface Change {
  view?: string;
  institution?: string;
  plan?: string;
  quarter?: string;
  rest?: readonly string[];
  language?: Language;
  theme?: Theme | undefined;
  asOf?: AsOf;
  // Parameters to set; undefined or "" removes one. Parameters of the view that are not named stay,
  // unless the view changes.
  query?: Readonly<Record<string, string | undefined>>;
}

// Parameters that outlive a change of view: in the demo, as whom one reads.
const lasting = ['as'];

export function changed(route: Route, change: Change): Route {
  const leaves =
    (change.view !== undefined && change.view !== route.view) ||
    (change.institution !== undefined && change.institution !== route.institution) ||
    (change.plan !== undefined && change.plan !== route.plan);
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(route.query)) {
    if (!leaves || lasting.includes(name)) query[name] = value;
  }
  for (const [name, value] of Object.entries(change.query ?? {})) {
    if (value) query[name] = value;
    else delete query[name];
  }
  return {
    ...route,
    ...change,
    rest: change.rest ?? (leaves ? [] : route.rest),
    asOf: change.asOf ?? route.asOf,
    query,
  };
}

// Resource names of what the address names.
export const institutionName = (route: Route) => `institutions/${route.institution}`;
export const planName = (route: Route) => `${institutionName(route)}/plans/${route.plan}`;
export const scorecardName = (route: Route, quarter = route.quarter) => `${planName(route)}/scorecards/${quarter}`;
// The last part of a resource name: "institutions/gob/units/bcit" is "bcit".
export const idOf = (name: string) => name.slice(name.lastIndexOf('/') + 1);
