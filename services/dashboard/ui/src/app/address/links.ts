// What the addresses of elements and indicators look like:
//
//   /element/INSTITUTION/PLAN/QUARTER/ELEMENT
//   /indicator/INSTITUTION/PLAN/QUARTER/OWNER/INDICATOR?element=ELEMENT&slice=project:CRM
//
// OWNER is the institution of the indicator; ELEMENT is the element that links it, absent where an
// indicator is read by itself. Other parameters are the views' own.
import type { Change, Route } from './route.ts';

// The ids in a resource name: "institutions/gob/plans/p/elements/e" has "gob", "p" and "e".
export function idsOf(name: string): string[] {
  return name.split('/').filter((_, at) => at % 2 === 1);
}

// A slice as the address has it, "project:CRM,sex:F".
export function parseSlice(text: string | undefined): Record<string, string> {
  const slice: Record<string, string> = {};
  for (const part of (text ?? '').split(',')) {
    const found = /^([A-Za-z_][A-Za-z0-9_-]{0,62}):([A-Za-z0-9_@$-]{1,64})$/.exec(part);
    if (found?.[1] && found[2]) slice[found[1]] = found[2];
  }
  return slice;
}

// The page of an element, by resource name; for the plan itself, its scorecard.
export function toElement(name: string): Change {
  const [, , element] = idsOf(name);
  return element === undefined ? { view: 'scorecard', rest: [], query: { why: undefined } } : { view: 'element', rest: [element], query: { why: undefined } };
}

export interface IndicatorAddress {
  element: string | undefined; // resource name; undefined: read by itself
  indicator: string; // resource name
  slice: Record<string, string>;
}

const id = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

// What an address of this shape names; undefined where it names nothing.
export function indicatorOf(route: Route): IndicatorAddress | undefined {
  const [owner = '', indicator = ''] = route.rest;
  const element = route.query['element'];
  if (!id.test(owner) || !id.test(indicator) || (element !== undefined && !id.test(element))) return;
  return {
    element: element === undefined ? undefined : elementName(route, element),
    indicator: `institutions/${owner}/indicators/${indicator}`,
    slice: parseSlice(route.query['slice']),
  };
}

export function elementName(route: Route, element: string): string {
  return `institutions/${route.institution}/plans/${route.plan}/elements/${element}`;
}

// The element that an address of its page names.
export function elementOf(route: Route): string | undefined {
  const [element = ''] = route.rest;
  return id.test(element) ? elementName(route, element) : undefined;
}
