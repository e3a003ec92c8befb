#ifndef ATHENA_SERVICES_INDICATOR_MODEL_LIMITS_H_
#define ATHENA_SERVICES_INDICATOR_MODEL_LIMITS_H_

#include <cstddef>
#include <cstdint>

// Every limit of the indicator service that does not belong to one rule alone, with the reason for
// it.
namespace athena::indicator {

// Rows of one push: with long codes and comments they still fit the 4 MiB that every gRPC server
// takes, and a commit of them is a matter of milliseconds.
inline constexpr int kMaxPushRows = 10'000;
// Scopes of a REPLACE: one for each indicator of a department.
inline constexpr int kMaxScopes = 100;
// Cells that one REPLACE retracts because it leaves them out: a commit of a quarter of a second.
inline constexpr size_t kMaxSweptCells = 50'000;
// Holds any UUID, any URN, and what a scheduler calls its runs.
inline constexpr size_t kMaxPushIdBytes = 128;
// A remark, not a report.
inline constexpr size_t kMaxCommentBytes = 1000;
// Beyond it not every whole number has a double of its own; no administration counts further.
inline constexpr double kMaxObservationMagnitude = 1e15;
// Bad rows whose faults are described: whoever gets more wrong has one mistake, not a thousand.
inline constexpr size_t kMaxDescribedRows = 1000;
// Of one indicator: more is another indicator.
inline constexpr int kMaxDimensions = 8;
// Of one dimension: the municipalities of a large country.
inline constexpr int kMaxCodes = 10'000;
// Cells that are expected in each period whether or not they ever came: they are counted one by
// one.
inline constexpr int64_t kMaxExpectedCombinations = 100'000;
inline constexpr size_t kMaxUnitBytes = 64;
// A unit of the organisation, a function, a system, by name.
inline constexpr size_t kMaxOwnerBytes = 200;
// As many as results have.
inline constexpr int kMaxDecimals = 12;
// A year and a day: whatever is later belongs to the next period.
inline constexpr int kMaxReportingDelayDays = 366;
// Of Indicator.disclosure. Below 3 a count that is withheld could be told: 1 is all that lies
// between 0 and 2.
inline constexpr int kDefaultDisclosureThreshold = 10;
inline constexpr int kMinDisclosureThreshold = 3;
inline constexpr int kMaxDisclosureThreshold = 1'000'000;
// Contents that a period had since its quarter was closed for the first time: with more of them,
// restricted readers see nothing of it, and finding out what they may see costs no more.
inline constexpr size_t kMaxReleasedContents = 16;
// Indicators or targets in one batch: a transaction of a fraction of a second.
inline constexpr int kMaxBatch = 1000;
// Versions of one target: one a week for twenty years.
inline constexpr int32_t kMaxTargetVersions = 1000;
// And what they may take before another one is added: all of them fit one answer.
inline constexpr int64_t kMaxTargetBytes = 3 << 20;
// Selections of one query: every indicator of the largest plan, twice.
inline constexpr int kMaxSelections = 20'000;
// A year of days, and ten years of quarters.
inline constexpr int kMaxPeriods = 400;
// Selections, or their groups, times periods: the most selections in the six quarters that a
// scorecard with trends is made of; an answer of some 36 MiB.
inline constexpr int64_t kMaxPeriodValues = 6 * kMaxSelections;
// A part of a stream: small beside the 4 MiB that every client takes.
inline constexpr size_t kMaxPartBytes = 1 << 20;
// Pages of indicators.
inline constexpr int32_t kIndicatorPage = 100;  // where the request names no size
inline constexpr int32_t kMaxIndicatorPage = 1000;
// How many revisions a watch reads at once: each may be a megabyte.
inline constexpr int64_t kFeedReadRevisions = 16;
// Pages of pushes: a few hundred bytes each, with long scopes still below 4 MiB, mostly.
inline constexpr int32_t kPushPage = 100;  // where the request names no size
inline constexpr int32_t kMaxPushPage = 1000;
// A page ends before it is larger than this: every client takes 4 MiB.
inline constexpr size_t kMaxPageBytes = 2 << 20;
// Pages of cells: 10,000 cells take about 1 MiB.
inline constexpr int32_t kObservationPage = 1000;  // where the request names no size
inline constexpr int32_t kMaxObservationPage = 10'000;
// Of one question about completeness: five years.
inline constexpr int kMaxCompletenessQuarters = 20;
inline constexpr int kMaxCompletenessIndicators = 1000;
// Indicators x quarters of it: some seconds of reading.
inline constexpr size_t kMaxCompletenessRows = 20'000;
// Pages of them: 1,000 with all their senders take about 3 MiB.
inline constexpr int32_t kCompletenessPage = 100;  // where the request names no size
inline constexpr int32_t kMaxCompletenessPage = 1000;
// Senders whose values are overdue: of one indicator and quarter, and of all.
inline constexpr int kMaxRowSenders = 20;
inline constexpr int kMaxOverdueSenders = 100;
// Revisions of cells read in one transaction, and a little more: half a second of reading.
inline constexpr int64_t kCompletenessCellsAtOnce = 200'000;

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_MODEL_LIMITS_H_
