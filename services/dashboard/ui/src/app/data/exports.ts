// Scorecards as files, and the observations behind them.
import { ExportFormat } from '#gen/athena/reporting/v1/export_pb.js';
import type { ScorecardAsOf } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { reporting } from './clients/reporting.ts';
import { joined } from './files.ts';

export const formats = {
  xlsx: ExportFormat.XLSX, csv: ExportFormat.CSV, html: ExportFormat.HTML, json: ExportFormat.JSON, stratml: ExportFormat.STRATML,
} as const;
export type Kind = keyof typeof formats | 'observations';

export interface ExportRequest {
  name: string; // of the scorecard
  asOf?: ScorecardAsOf;
  languageCode: string;
}

export interface ExportedFile {
  bytes: Uint8Array;
  name: string;
  type: string;
  // How many indicators are not in it, because the reader may not read them.
  withheld: number;
}

interface Part {
  readonly file?: { readonly fileName: string; readonly mediaType: string };
  readonly pieces: readonly Uint8Array[];
  readonly withheldIndicators?: readonly string[];
}

// Tables are opened in spreadsheets, which must not run a text as a formula: `guard`.
export async function exportFile(kind: Kind, { name, asOf, languageCode }: ExportRequest, signal: AbortSignal): Promise<ExportedFile> {
  const at = asOf ? { asOf } : {};
  const call = { signal, timeoutMs: 120_000 };
  const parts: AsyncIterable<Part> =
    kind === 'observations' ?
      reporting.exportObservations({ name, ...at, guard: true }, call)
    : reporting.exportScorecard({ name, ...at, format: formats[kind], languageCode, guard: kind === 'csv' }, call);
  const pieces: Uint8Array[] = [];
  let file = { fileName: '', mediaType: '' };
  let withheld = 0;
  for await (const part of parts) {
    if (part.file) file = part.file;
    pieces.push(...part.pieces);
    withheld += part.withheldIndicators?.length ?? 0;
  }
  return { bytes: joined(pieces), name: file.fileName, type: file.mediaType, withheld };
}
