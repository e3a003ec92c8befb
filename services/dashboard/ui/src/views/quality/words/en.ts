// What the page of data quality says. In English; nl and fr must have the same entries.
import type { Widened } from '../../../words/en.ts';

const en = {
  lead: 'Whether all expected figures came, and by the day they were due. A figure is one series in one period.',
  summary: (rate: string, quarter: string) => `${rate} of what was due in ${quarter} is there`,
  onTime: (rate: string) => `${rate} came in time`,
  owed: (cells: number, text: string, indicators: string) => (cells === 1 ? '1 figure is overdue.' : `${text} figures are overdue, of ${indicators} indicators.`),
  nothingOwed: 'Nothing is overdue.',
  who: 'Who owes what',
  whoText: 'An overdue figure is asked of whoever last sent its series.',
  sender: 'Sender',
  figures: 'Figures',
  series: 'Series',
  indicators: 'Indicators',
  since: 'Due since',
  last: 'Last push',
  days: (days: string) => `${days} days`,
  unknownSender: 'nobody has sent it yet',
  askOwner: (owner: string) => `ask ${owner}`,
  table: 'By indicator and quarter',
  indicator: 'Indicator',
  owner: 'Owner',
  all: 'All indicators',
  onlyOverdue: 'Only what is overdue',
  shown: (shown: string, all: string) => `${shown} of ${all} indicators`,
  total: 'All together',
  states: { onTime: 'in time', late: 'late', overdue: 'overdue', notDue: 'not due', notExpected: 'nothing expected' },
  of: (actual: string, expected: string) => `${actual} of ${expected}`,
  declared: (count: string) => `${count} declared missing`,
  none: 'No figures of this institution’s indicators are expected.',
};
export default en;

export type QualityWords = Widened<typeof en>;
