// What stands at the head of every page of a quarter: whether it was closed, what changed since, and
// its latest publication.
import { Code } from '@connectrpc/connect';
import type { Publication } from '#gen/athena/reporting/v1/publication_pb.js';
import type { Scorecard } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { scorecardName } from '../address/route.ts';
import { context } from '../context.svelte.ts';
import { router } from '../router.svelte.ts';
import { asOfRequest } from './basis.ts';
import { getScorecard, listPublications } from './clients/first.ts';
import { isCode } from './transport.ts';
import { type Load, load } from './load.svelte.ts';

export interface ScorecardHead {
  scorecard: Scorecard; // the plan alone, without what is below it
  publication: Publication | null | undefined; // null: none; undefined: the reader may not know
}

export async function latestPublication(parent: string, signal: AbortSignal): Promise<Publication | null | undefined> {
  try {
    const page = await listPublications({ parent, pageSize: 1 }, { signal });
    return page.publications[0] ?? null;
  } catch (error) {
    if (isCode(error, Code.PermissionDenied, Code.NotFound)) return undefined;
    throw error;
  }
}

// To be called while a component is set up.
export function loadScorecardHead(): Load<ScorecardHead> {
  return load(() => {
    const { route, language } = router;
    const name = scorecardName(route);
    const asOf = asOfRequest(route.asOf, context.timeZone);
    return {
      key: `head ${router.href({ view: '', rest: [], theme: undefined })}`,
      subject: `head ${name}`,
      fetch: async (signal) => {
        const [scorecard, publication] = await Promise.all([
          // Depth 0 would leave out what changed below the plan since the closing.
          getScorecard({ name, languageCode: language, ...(asOf ? { asOf } : {}) }, { signal }),
          latestPublication(name, signal),
        ]);
        return { scorecard, publication };
      },
    };
  });
}
