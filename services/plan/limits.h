#ifndef ATHENA_SERVICES_PLAN_LIMITS_H_
#define ATHENA_SERVICES_PLAN_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

// Every limit of the plan service, with the reason for it; those of the field types that all
// services share are in libs/fields.
namespace athena::plan {

// 25 years: the longest strategy anybody plans by quarters.
inline constexpr int kMaxQuarters = 100;
inline constexpr size_t kMaxCodeBytes = 32;
inline constexpr size_t kMaxLeadBytes = 200;
inline constexpr int kMaxContributors = 50;
inline constexpr int kMaxReporters = 20;
// Subjects of credentials: one line.
inline constexpr size_t kMaxSubjectBytes = 200;
inline constexpr int kMaxMilestones = 100;
inline constexpr int kMaxIndicatorLinks = 100;
// As many dimensions as an indicator can have.
inline constexpr int kMaxSliceDimensions = 8;
inline constexpr int kMaxWeight = 1'000'000;
// Decimals of a weight: sums of weights stay exact and readable.
inline constexpr int kWeightDecimals = 6;
inline constexpr int kMostPriority = 5;
// A leap year: reports that come later than that are not waited for.
inline constexpr int kMaxReportDelayDays = 366;
inline constexpr int kDefaultReportDelayDays = 14;
// Deeper trees are not read by people. (Also what bounds every walk towards the top.)
inline constexpr int kMaxLevels = 10;
// Decimals of a report's percentage: a part in ten thousand, of which nobody knows more.
inline constexpr int kPercentDecimals = 2;
// What an auditor follows up of one report.
inline constexpr int kMaxEvidence = 20;
inline constexpr size_t kMaxUrlBytes = 2000;  // what browsers and proxies take
// Follow-up of one decision: monthly for eight years.
inline constexpr int kMaxFollowUpNotes = 100;
// Risks are judged on a matrix of five by five.
inline constexpr int kMostLikelihood = 5;
inline constexpr int kMaxControls = 50;
inline constexpr size_t kMaxCategoryBytes = 64;  // as a tag
inline constexpr size_t kMaxOwnerBytes = 200;    // as a lead
// Elements, risks or indicators that one risk or process names, and elements that share a budget
// line.
inline constexpr int kMaxLinks = 100;
inline constexpr int kMaxDataItems = 100;
inline constexpr size_t kMaxJustificationBytes = 1000;  // of a text that explains one field
inline constexpr size_t kMaxRetentionBytes = 300;       // a term, not a policy
// Decimals of a share: a euro in a million.
inline constexpr int kShareDecimals = 6;
// More than any state spends in a year; in cents exact as a double too.
inline constexpr int64_t kMaxEuros = 10'000'000'000'000;
// As a push of observations.
inline constexpr int kMaxPushRows = 10'000;
inline constexpr size_t kMaxPushIdBytes = 128;
// Faults of a push that are described: its answer stays under 4 MiB.
inline constexpr int kMaxDescribedRows = 1000;
inline constexpr int kAmountsPage = 1000;
inline constexpr int kMaxAmountsPage = 10'000;
// A batch of elements: a transaction of a fraction of a second.
inline constexpr int kMaxBatchElements = 1000;
// Quarters of a tree's parts: ten years of scorecards, and the quarter before them, whose reports
// are carried.
inline constexpr int kMaxTreeQuarters = 41;
// A part of a stream: small beside the 4 MiB that every client takes.
inline constexpr size_t kMaxPartBytes = 1 << 20;
inline constexpr size_t kMaxPartRows = 100'000;  // no bound beside the bytes
// StratML documents of one import: an institution has no more units. All of them fit a request of
// 4 MiB beside its other fields.
inline constexpr int kMaxStratmlDocuments = 1000;
inline constexpr size_t kMaxStratmlBytes = (4 << 20) - (64 << 10);
// As many elements as a plan is built for; their places fit an answer of 4 MiB.
inline constexpr size_t kMaxImportedElements = 10'000;
// As any resource (libs/resource): it fits a part of a stream.
inline constexpr size_t kMaxImportedElementBytes = 768 << 10;
// How many revisions a watch reads at once.
inline constexpr int64_t kWatchReadRevisions = 64;

// Of an operational plan: more than the actions of any unit.
inline constexpr int kMaxOperationalItems = 1000;
// What the resource kit stores of one resource.
inline constexpr size_t kMaxOperationalPlanBytes = 768 << 10;
// Beyond the staff and the budget of any administration; a thousand of them add up exactly.
inline constexpr int kMaxItemStaff = 100'000;
inline constexpr int kStaffDecimals = 2;
inline constexpr int64_t kMaxItemEuros = 1'000'000'000'000;

// What the indicator service takes in one request.
inline constexpr size_t kMaxSelectionsOfQuestion = 20'000;
inline constexpr int kClosingsOfPage = 1000;
// The longest that a question to the indicator service may take: a thread waits for it, and nothing
// else in a change does.
inline constexpr absl::Duration kLongestIndicatorRead = absl::Seconds(5);
// How long readiness waits for the health of the indicator service.
inline constexpr absl::Duration kIndicatorHealthDeadline = absl::Milliseconds(500);
// The RetryInfo when the indicator service did not answer.
inline constexpr absl::Duration kRetryAfter = absl::Seconds(1);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_LIMITS_H_
