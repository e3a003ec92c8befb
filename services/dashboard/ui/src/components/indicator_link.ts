// The address of an indicator's page, in the quarter and language that one reads.
import { type Change, idOf } from '../app/address/route.ts';

export function indicatorPage(indicator: string, slice: { readonly [dimension: string]: string }, element: string | undefined): Change {
  const codes = Object.keys(slice).sort().map((dimension) => `${dimension}:${slice[dimension]}`).join(',');
  return { view: 'indicator', rest: [indicator.split('/')[1] ?? '', idOf(indicator)], query: { why: undefined, element: element ? idOf(element) : undefined, slice: codes } };
}
