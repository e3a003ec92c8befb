// Tones of charts from statuses of the services.
import { ScorecardStatus } from '#gen/athena/reporting/v1/scorecard_pb.js';
import type { Tone } from '../../charts/target/target-chart.ts';

export function toneOf(status: ScorecardStatus | undefined): Tone {
  switch (status) {
    case ScorecardStatus.GREEN:
      return 'g';
    case ScorecardStatus.AMBER:
      return 'a';
    case ScorecardStatus.RED:
      return 'r';
    default:
      return 'n';
  }
}
