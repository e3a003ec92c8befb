// What passes in public mode: reads of publications for the audience PUBLIC. Everything else is refused
// here, whatever the services would allow the gateway's credential.
import { create, type Message } from '@bufbuild/protobuf';
import { Code, type ConnectError } from '@connectrpc/connect';

import {
  GetPublicationRequestSchema,
  type ListPublicationsResponse,
  ReportingService,
} from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { type Publication, Publication_Audience } from '#gen/athena/reporting/v1/publication_pb.js';

import type { Forward } from './handlers.ts';
import { refusal } from './errors.ts';
import type { Call, Upstream } from './upstream.ts';

const { getPublication, listPublications, verifyPublication, downloadPublication } = ReportingService.method;

export const PUBLIC_ONLY: Forward = {
  looksInside: true,
  async unary(upstream, method, request, call) {
    switch (method) {
      case getPublication:
        return await publication(upstream, request as Message & { name: string }, call);
      case listPublications: {
        const answer = (await upstream.unary(method, request, call)) as ListPublicationsResponse;
        answer.publications = answer.publications.filter(isPublic);
        return answer;
      }
      case verifyPublication:
        await publication(upstream, request as Message & { name: string }, call);
        return await upstream.unary(method, request, call);
      default:
        throw withheld();
    }
  },
  async *stream(upstream, method, request, call) {
    if (method !== downloadPublication) throw withheld();
    await publication(upstream, request as Message & { name: string }, call);
    yield* upstream.stream(method, request, call);
  },
};

async function publication(upstream: Upstream, request: { name: string }, call: Call): Promise<Publication> {
  const found = (await upstream.unary(
    getPublication, create(GetPublicationRequestSchema, { name: request.name }), call)) as Publication;
  if (!isPublic(found)) throw withheld();
  return found;
}

function isPublic(one: Publication): boolean {
  return one.audience === Publication_Audience.PUBLIC;
}

function withheld(): ConnectError {
  return refusal(Code.PermissionDenied, 'PUBLICATIONS_ONLY', 'this address shows public publications alone');
}
