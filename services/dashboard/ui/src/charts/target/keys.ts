// What the legend of the target chart shows: only what the chart has.
import type { ChartInput } from './target-chart.ts';

export type ChartKey = 'value' | 'provisional' | 'forecast' | 'target' | 'original' | 'red' | 'correction';

export function keysOf(input: ChartInput): ChartKey[] {
  const keys: ChartKey[] = [];
  if (input.values.length > 0) keys.push('value');
  if (input.values.some((v) => v.provisional)) keys.push('provisional');
  if (input.forecasts.length > 0) keys.push('forecast');
  if (input.thresholds.some((t) => t.target !== undefined || t.low !== undefined || t.high !== undefined)) {
    keys.push('target');
  }
  if (input.original.length > 0) keys.push('original');
  if (input.thresholds.some((t) => t.red !== undefined || t.redLow !== undefined || t.redHigh !== undefined)) {
    keys.push('red');
  }
  if (input.corrections.length > 0) keys.push('correction');
  return keys;
}
