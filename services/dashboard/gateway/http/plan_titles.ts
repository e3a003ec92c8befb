// The titles of the plans that the public mode shows. Its readers, and its credential, may read no plan; each
// publication has the title of its plan, in each language, in its document.
import { create, fromJson } from '@bufbuild/protobuf';

import {
  DownloadPublicationRequestSchema,
  type DownloadPublicationResponse,
  ListPublicationsRequestSchema,
  type ListPublicationsResponse,
  ReportingService,
} from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { type Publication, PublicationDocumentSchema } from '#gen/athena/reporting/v1/publication_pb.js';

import type { Forward } from '../calls/handlers.ts';
import type { Call, Upstream } from '../calls/upstream.ts';
import { DEFAULT_DEADLINE_MS, MAX_TITLED_BYTES, TITLES_KEPT_MS } from '../limits.ts';
import type { Log } from '../log.ts';

/** By language, "nl". */
export type Titles = Readonly<Record<string, string>>;

export class PlanTitles {
  readonly #plans: readonly string[];
  readonly #reporting: Upstream;
  readonly #forward: Forward;
  readonly #authorization: () => Promise<string | undefined>;
  readonly #log: Log;
  // By the SHA-256 of the document that has them.
  readonly #read = new Map<string, Titles>();
  #latest: { readonly at: number; readonly titles: Promise<Readonly<Record<string, Titles>>> } | undefined;

  constructor(
    plans: readonly string[], reporting: Upstream, forward: Forward, authorization: () => Promise<string | undefined>, log: Log,
  ) {
    this.#plans = plans;
    this.#reporting = reporting;
    this.#forward = forward;
    this.#authorization = authorization;
    this.#log = log;
  }

  /** Those of each plan that has a publication, by the plan's resource name. What cannot be read is left out. */
  all(now = Date.now()): Promise<Readonly<Record<string, Titles>>> {
    if (this.#latest === undefined || now - this.#latest.at >= TITLES_KEPT_MS) {
      this.#latest = { at: now, titles: this.#all() };
    }
    return this.#latest.titles;
  }

  async #all(): Promise<Readonly<Record<string, Titles>>> {
    const found: Record<string, Titles> = {};
    for (const plan of this.#plans) {
      try {
        const titles = await this.#titlesOf(plan);
        if (titles !== undefined) found[plan] = titles;
      } catch (error) {
        this.#log('error', 'title not read', { plan, message: String(error).slice(0, 500) });
        this.#latest = undefined; // the next reader tries again
      }
    }
    return found;
  }

  async #titlesOf(plan: string): Promise<Titles | undefined> {
    const { listPublications } = ReportingService.method;
    const request = create(ListPublicationsRequestSchema, { parent: `${plan}/scorecards/-`, pageSize: 1000, filter: 'audience = PUBLIC AND NOT superseded_by:*' });
    const { publications } = (await this.#forward.unary(this.#reporting, listPublications, request, await this.#call())) as ListPublicationsResponse;
    const latest = publications.reduce<Publication | undefined>((last, one) => (last === undefined || one.period > last.period ? one : last), undefined);
    if (latest === undefined || latest.documentBytes > MAX_TITLED_BYTES) return undefined;
    const known = this.#read.get(latest.sha256) ?? titlesIn(await this.#documentOf(latest));
    this.#read.set(latest.sha256, known);
    return known;
  }

  async #documentOf({ name }: Publication): Promise<string> {
    const { downloadPublication } = ReportingService.method;
    const parts = this.#forward.stream(this.#reporting, downloadPublication, create(DownloadPublicationRequestSchema, { name }), await this.#call());
    const decoder = new TextDecoder();
    let text = '';
    for await (const part of parts as AsyncIterable<DownloadPublicationResponse>) {
      for (const piece of part.pieces) text += decoder.decode(piece, { stream: true });
    }
    return text + decoder.decode();
  }

  async #call(): Promise<Call> {
    return { signal: new AbortController().signal, timeoutMs: DEFAULT_DEADLINE_MS, authorization: await this.#authorization(), traceparent: undefined };
  }
}

function titlesIn(document: string): Titles {
  const { scorecards } = fromJson(PublicationDocumentSchema, JSON.parse(document) as never, { ignoreUnknownFields: true });
  return Object.fromEntries(scorecards.flatMap(({ languageCode, result }) => (result?.root?.title ? [[languageCode, result.root.title]] : [])));
}
