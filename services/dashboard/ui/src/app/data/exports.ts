// Scorecards as files. Services that do not offer them yet answer UNIMPLEMENTED.
import { Code } from '@connectrpc/connect';
import { ReportingService } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import type { ScorecardAsOf } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { reporting } from './clients/reporting.ts';
import { isCode } from './transport.ts';

// The numbers of athena.reporting.v1.ExportFormat.
export const formats = { json: 1, csv: 2, xlsx: 3, html: 4, stratml: 5 } as const;
export type Format = keyof typeof formats;

export interface ExportRequest {
  name: string;
  format: number;
  asOf?: ScorecardAsOf;
  languageCode: string;
  element?: string;
  guard?: boolean;
}
interface ExportPart {
  file?: { fileName?: string; mediaType?: string };
  pieces: Uint8Array[];
}
type Exporter = (request: ExportRequest, options: { signal: AbortSignal; timeoutMs: number }) => AsyncIterable<ExportPart>;

// The contract that this page was built with may be older than the RPC.
export const offered = ReportingService.methods.some((method) => (method.localName as string) === 'exportScorecard');

export interface ExportedFile {
  bytes: Uint8Array;
  name: string | undefined;
  type: string | undefined;
}

// Undefined where the service does not offer it.
export async function exportScorecard(request: ExportRequest, signal: AbortSignal): Promise<ExportedFile | undefined> {
  const exporter = (reporting as unknown as Partial<Record<string, Exporter>>)['exportScorecard'];
  if (!offered || !exporter) return undefined;
  const pieces: Uint8Array[] = [];
  let name: string | undefined;
  let type: string | undefined;
  try {
    for await (const part of exporter(request, { signal, timeoutMs: 120_000 })) {
      name ??= part.file?.fileName;
      type ??= part.file?.mediaType;
      pieces.push(...part.pieces);
    }
  } catch (error) {
    if (isCode(error, Code.Unimplemented)) return undefined;
    throw error;
  }
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes, name, type };
}
