// Scorecards as lists.
import type { ScorecardNode } from '#gen/athena/reporting/v1/scorecard_pb.js';

// The node and all below it.
export function nodesOf(node: ScorecardNode | undefined): ScorecardNode[] {
  return node ? [node, ...node.children.flatMap(nodesOf)] : [];
}
