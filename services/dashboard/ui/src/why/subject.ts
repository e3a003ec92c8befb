// What an explanation is about, as the address writes it: "" is the plan, "e1-3-1" an element,
// "e1-3-1/gob/sick-leave?theme=WORK" an indicator of it.
import { idOf } from '../app/address/route.ts';

export interface Subject {
  element: string; // resource name; empty: the plan
  indicator: string; // resource name; empty: the element itself
  slice: Readonly<Record<string, string>>;
}

// Never empty, so that it can stand in an address.
export function formatSubject({ element, indicator, slice }: Subject): string {
  if (!element) return 'plan';
  let text = idOf(element);
  if (indicator) {
    const [, institution = '', , id = ''] = indicator.split('/');
    text += `/${institution}/${id}`;
    for (const dimension of Object.keys(slice).sort()) text += `/${dimension}:${slice[dimension] ?? ''}`;
  }
  return text;
}

export function parseSubject(text: string, plan: string): Subject {
  const nothing: Subject = { element: '', indicator: '', slice: {} };
  if (text === 'plan') return nothing;
  const [element = '', institution, indicator, ...slice] = text.split('/');
  if (!element) return nothing;
  return {
    element: `${plan}/elements/${element}`,
    indicator: institution && indicator ? `institutions/${institution}/indicators/${indicator}` : '',
    slice: Object.fromEntries(
      slice.map((part) => {
        const at = part.indexOf(':');
        return [part.slice(0, at), part.slice(at + 1)];
      }),
    ),
  };
}
