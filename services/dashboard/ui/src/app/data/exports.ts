// Scorecards as files.
import { ExportFormat } from '#gen/athena/reporting/v1/export_pb.js';
import type { ScorecardAsOf } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { reporting } from './clients/reporting.ts';

export const formats = { csv: ExportFormat.CSV, xlsx: ExportFormat.XLSX, html: ExportFormat.HTML } as const;
export type Format = keyof typeof formats;

export interface ExportRequest {
  name: string;
  format: ExportFormat;
  asOf?: ScorecardAsOf;
  languageCode: string;
  guard?: boolean;
}

export interface ExportedFile {
  bytes: Uint8Array;
  name: string;
  type: string;
}

export async function exportScorecard(request: ExportRequest, signal: AbortSignal): Promise<ExportedFile> {
  const pieces: Uint8Array[] = [];
  let name = '';
  let type = '';
  for await (const part of reporting.exportScorecard(request, { signal, timeoutMs: 120_000 })) {
    if (part.file) {
      name = part.file.fileName;
      type = part.file.mediaType;
    }
    pieces.push(...part.pieces);
  }
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes, name, type };
}
