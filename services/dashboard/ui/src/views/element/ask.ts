// What the page of an element asks of the services, all of one basis.
import { Code } from '@connectrpc/connect';
import type { Revision } from '#gen/athena/common/v1/history_pb.js';
import type { AsOf } from '#gen/athena/common/v1/values_pb.js';
import type { BudgetAmountsRecord } from '#gen/athena/plan/v1/budget_amounts_pb.js';
import type { BudgetLine } from '#gen/athena/plan/v1/budget_line_pb.js';
import type { Decision } from '#gen/athena/plan/v1/decision_pb.js';
import type { Element } from '#gen/athena/plan/v1/plan_pb.js';
import type { ProgressReport } from '#gen/athena/plan/v1/progress_report_pb.js';
import type { Risk } from '#gen/athena/plan/v1/risk_pb.js';
import type { Explanation } from '#gen/athena/reporting/v1/explanation_pb.js';
import { type ListScorecardsResponse, ScorecardView } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import type { Scorecard, ScorecardNode } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { fromOrdinal, ordinal } from '../../app/address/quarters.ts';
import { institutionName, planName, type Route, scorecardName } from '../../app/address/route.ts';
import { asOfRequest, keyOf } from '../../app/data/basis.ts';
import { followUp } from '../../app/data/clients/follow_up.ts';
import { planHistory } from '../../app/data/clients/history.ts';
import { operations } from '../../app/data/clients/operations.ts';
import { plans } from '../../app/data/clients/plans.ts';
import { reporting } from '../../app/data/clients/reporting.ts';
import { isCode } from '../../app/data/transport.ts';
import { nodesOf } from '../shared/nodes.ts';
import { planRevision } from '../shared/point.ts';

export interface ElementPage {
  scorecard: Scorecard;
  explanation: Explanation;
  scores: ListScorecardsResponse;
  element: Element;
  // The elements above it, from the top.
  above: Element[];
  // The weights of its parts' siblings, itself included.
  siblings: number;
}

export async function fetchPage(route: Route, element: string, timeZone: string, signal: AbortSignal): Promise<ElementPage> {
  const name = scorecardName(route);
  const languageCode = route.language ?? 'en';
  const asked = { name, asOf: asOfRequest(route.asOf, timeZone), languageCode, view: ScorecardView.FULL, element };
  const scorecard = await reporting.getScorecard(asked, { signal }).catch((error: unknown) => {
    // Too large with all that is below it: then without what is below its parts.
    if (isCode(error, Code.ResourceExhausted)) return reporting.getScorecard({ ...asked, depth: 1 }, { signal });
    throw error;
  });
  const basis = scorecard.basis;
  const fixed = basis ? asOfRequest({ kind: 'basis', basis: keyOf(basis) }, timeZone) : undefined;
  const last = ordinal(route.quarter);
  const [explanation, scores, chain] = await Promise.all([
    reporting.explainScore({ name, asOf: fixed, languageCode, element }, { signal }),
    reporting.listScorecards({ parent: planName(route), firstQuarter: fromOrdinal(last - 7), lastQuarter: route.quarter, asOf: fixed, element, languageCode }, { signal }),
    elementChain(element, basis ? planRevision(basis) : undefined, signal),
  ]);
  const [self, ...above] = chain;
  if (!self) throw new Error('an element without itself');
  const parent = above[0]?.name ?? '';
  const siblings = await reporting.getScorecard({ name, asOf: fixed, element: parent, depth: 1 }, { signal });
  const weights = (siblings.result?.root?.children ?? []).map(({ weight }) => weight?.value ?? 0);
  return { scorecard, explanation, scores, element: self, above: above.reverse(), siblings: weights.reduce((sum, weight) => sum + weight, 0) };
}

// The element and those above it.
async function elementChain(name: string, asOf: AsOf | undefined, signal: AbortSignal): Promise<Element[]> {
  const chain: Element[] = [];
  for (let next = name; next !== '' && chain.length < 12; ) {
    const element = await plans.getElement(asOf ? { name: next, asOf } : { name: next }, { signal });
    chain.push(element);
    next = element.parentElement;
  }
  return chain;
}

export interface Surroundings {
  reports: ProgressReport[];
  risks: Risk[];
  lines: { line: BudgetLine; share: number; amounts: BudgetAmountsRecord | undefined }[];
  decisions: Decision[];
  history: Revision[];
  // The caller belongs to another institution and may read none of it.
  denied: boolean;
}

export async function fetchSurroundings(route: Route, page: ElementPage, signal: AbortSignal): Promise<Surroundings> {
  const basis = page.scorecard.basis;
  const asOf = basis ? planRevision(basis) : undefined;
  const parent = institutionName(route);
  const names = new Set(namesOf(page.scorecard.result?.root));
  const year = Number(route.quarter.slice(0, 4));
  const allowed = async <T>(ask: Promise<T>): Promise<T | undefined> => {
    try {
      return await ask;
    } catch (error) {
      if (isCode(error, Code.PermissionDenied)) return undefined;
      throw error;
    }
  };
  const [reports, risks, lines, amounts, decisions, history] = await Promise.all([
    allowed(followUp.listProgressReports({ parent: page.element.name, orderBy: 'quarter desc', pageSize: 12, asOf }, { signal })),
    allowed(operations.listRisks({ parent, filter: 'state = OPEN', orderBy: 'residual_score desc, code', pageSize: 1000, asOf }, { signal })),
    allowed(operations.listBudgetLines({ parent, filter: `year = ${year}`, pageSize: 1000, asOf }, { signal })),
    allowed(operations.listBudgetAmounts({ parent, quarter: route.quarter, pageSize: 10_000, asOf }, { signal })),
    allowed(followUp.listDecisions({ parent, orderBy: 'due_date', pageSize: 1000, asOf }, { signal })),
    allowed(planHistory.listRevisions({ parent: page.element.name, pageSize: 30, ...(basis ? { beforeRevision: basis.planRevision + 1n } : {}) }, { signal })),
  ]);
  return {
    reports: (reports?.progressReports ?? []).filter(({ quarter }) => quarter <= route.quarter),
    risks: (risks?.risks ?? []).filter(({ elements }) => elements.some((element) => names.has(element))),
    lines: (lines?.budgetLines ?? []).flatMap((line) => {
      const share = line.shares.filter(({ element }) => names.has(element)).reduce((sum, one) => sum + one.share, 0);
      const id = line.name.slice(line.name.lastIndexOf('/') + 1);
      return share > 0 ? [{ line, share, amounts: amounts?.amounts.find((record) => record.amounts?.budgetLine === id) }] : [];
    }),
    decisions: (decisions?.decisions ?? []).filter(({ element }) => names.has(element)),
    history: history?.revisions ?? [],
    denied: [reports, risks, lines, decisions].every((answer) => answer === undefined),
  };
}

const namesOf = (node: ScorecardNode | undefined): string[] => nodesOf(node).map(({ name }) => name);
