// Publications, their documents, and what is known of their keys.
import { fromJson, toJson } from '@bufbuild/protobuf';
import {
  type Publication, type PublicationDocument, PublicationDocumentSchema, PublicationSchema, type PublicationCheck,
} from '#gen/athena/reporting/v1/publication_pb.js';
import { planName, type Route } from '../../app/address/route.ts';
import { reads, reporting } from '../../app/data/clients/reporting.ts';
import { joined } from '../../app/data/files.ts';
import type { Json } from '../../verify/canonical.ts';
import { type Claim, publicKeyOf } from '../../verify/publication.ts';

export async function fetchList(route: Route, signal: AbortSignal): Promise<Publication[]> {
  const list: Publication[] = [];
  for (let pageToken = ''; ; ) {
    const page = await reporting.listPublications({ parent: `${planName(route)}/scorecards/-`, pageSize: 500, pageToken }, { signal });
    list.push(...page.publications);
    pageToken = page.nextPageToken;
    if (!pageToken) return list;
  }
}

export const fetchOne = (name: string, signal: AbortSignal): Promise<Publication> => reads.getPublication({ name }, { signal });

// The bytes that were signed. `told` hears how many are there.
export async function fetchDocument(publication: Publication, told: (bytes: number) => void, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const part of reporting.downloadPublication({ name: publication.name }, { signal, timeoutMs: 120_000 })) {
    for (const piece of part.pieces) {
      pieces.push(piece);
      size += piece.length;
    }
    told(size);
  }
  return joined(pieces);
}

export async function fetchChecks(name: string, signal: AbortSignal): Promise<{ valid: boolean; checks: PublicationCheck[] }> {
  return reporting.verifyPublication({ name }, { signal, timeoutMs: 120_000 });
}

// What the publication says of its document; the document has to say the same.
export function claimOf(publication: Publication): Claim {
  const json = toJson(PublicationSchema, publication) as Record<string, Json>;
  const repeated = ['name', 'plan', 'period', 'number', 'audience', 'languages', 'basis', 'publishTime', 'reason', 'quarterOpen', 'openInstitutions', 'supersedes', 'inputsSha256'];
  return {
    sha256: publication.sha256,
    signature: publication.signature,
    keyId: publication.keyId,
    fields: Object.fromEntries(repeated.flatMap((name) => (json[name] === undefined ? [] : [[name, json[name]]]))),
  };
}

// The document as a message; undefined where it is none of this version.
export function parseDocument(bytes: Uint8Array): PublicationDocument | undefined {
  try {
    return fromJson(PublicationDocumentSchema, JSON.parse(new TextDecoder().decode(bytes)) as never, { ignoreUnknownFields: true });
  } catch {
    return undefined;
  }
}

// The public key that this site offers; undefined where it offers none. Who wants to be sure compares
// its id with one that the publisher gave elsewhere.
export async function fetchKey(signal: AbortSignal): Promise<string | undefined> {
  const answer = await fetch('/public-key.pem', { signal, headers: { accept: 'application/x-pem-file' } });
  const text = answer.ok ? await answer.text() : '';
  return publicKeyOf(text) ? text : undefined;
}

// "gob-strategy-2021-Q3-1": the name of its files.
export function fileName(publication: string): string {
  const parts = publication.split('/').filter((_, at) => at % 2 === 1);
  return parts.join('-').replace(/[^A-Za-z0-9.-]/g, '_');
}

// Titles of the plans of a public site, by resource name and language.
export type PlanTitles = Readonly<Record<string, Readonly<Record<string, string>>>>;

export async function fetchTitles(signal: AbortSignal): Promise<PlanTitles> {
  const answer = await fetch('/plan-titles', { signal, headers: { accept: 'application/json' } });
  return answer.ok ? ((await answer.json()) as PlanTitles) : {};
}
