#ifndef ATHENA_SERVICES_REPORTING_LIMITS_H_
#define ATHENA_SERVICES_REPORTING_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

// Every limit of the reporting service, with the reason for it.
namespace athena::reporting {

// The default limit of gRPC clients.
inline constexpr size_t kMaxAnswerBytes = 4 << 20;
// Far deeper than a plan can be (10 levels).
inline constexpr int kMaxDepth = 100;
// What the indicator service takes in one request.
inline constexpr size_t kMaxSelections = 20'000;
// Values (selections times quarters) that the indicator service answers in one request: enough
// for the six quarters of a scorecard with trends.
inline constexpr size_t kMaxValues = 6 * kMaxSelections;
// Ten years: the longest row of quarters that a reader compares.
inline constexpr int kMaxListedQuarters = 40;
// The lines of a section of a board table: what fits on one page, and what a meeting can discuss.
inline constexpr size_t kMaxBoardLines = 10;
// The quarters whose scores a board table shows: two years.
inline constexpr int kBoardQuarters = 8;
// The least important priority of an element (plan.v1.Element.priority).
inline constexpr int kMaxPriority = 5;
// What an explanation shows of the data behind a value: more than a person reads.
inline constexpr size_t kMaxExplainedSources = 50;
inline constexpr int kMaxExplainedCells = 200;
// What a comparison says of revisions, and how many linked indicators it looks for pushes: each
// takes two questions.
inline constexpr int kMaxComparedRevisions = 500;
inline constexpr int kMaxTracedIndicators = 200;
// All parts of one answer of another service: a plan of 10,000 elements takes about 20 MiB.
inline constexpr size_t kMaxReadBytes = 96 << 20;
// Memory for cached scorecards and what they were scored from, about: it leaves the process well
// below 150 MiB.
inline constexpr size_t kMaxCacheBytes = 64 << 20;
// The longest that a read of another service may take: a thread waits for it.
inline constexpr absl::Duration kLongestRead = absl::Seconds(20);
// How often a thread that waits for another service looks at whether its caller still waits.
inline constexpr absl::Duration kLookAtCall = absl::Milliseconds(20);
// How often a service that is not there is asked in all: a restarting one is often back by then.
inline constexpr int kReadAttempts = 3;
// A tenth of the caller's time, within these bounds, is kept for answering which service failed.
inline constexpr absl::Duration kLeastReserve = absl::Milliseconds(5);
inline constexpr absl::Duration kMostReserve = absl::Milliseconds(250);
// The RetryInfo of DEPENDENCY_UNAVAILABLE.
inline constexpr absl::Duration kRetryAfter = absl::Seconds(1);
// How often a watched scorecard is looked at, and how often it is sent at most: what a reader can
// follow, and few enough that watchers do not slow down pushes.
inline constexpr absl::Duration kWatchInterval = absl::Seconds(1);
// The scorecards that one caller watches at once: as many streams as a connection has
// (rpc::kMaxStreamsPerConnection), and a fifth of those of the server (rpc::kMaxWatches).
inline constexpr int kMaxWatchesOfCaller = 100;
// The watched plans that are looked at at once. Each look holds a worker until the services have
// answered; the other workers (rpc::kWorkers, 32, in all) are left to other calls even when a
// service hangs.
inline constexpr int kMaxLooksAtOnce = 8;
// How long readiness waits for the health of another service.
inline constexpr absl::Duration kHealthDeadline = absl::Milliseconds(500);
// The document of a publication: three languages of a plan of 5,000 indicators. It is in memory
// while it is made and verified.
inline constexpr size_t kMaxDocumentBytes = 64 << 20;
// A piece of a document, stored and sent: well below the largest message.
inline constexpr size_t kMaxPieceBytes = 1 << 20;
// The scorecard that is written to a file, as a message: of a plan of 20,000 indicators. Files take
// up to four times as much, and are in memory while they are made and sent.
inline constexpr size_t kMaxExportedBytes = 32 << 20;
// The quarters whose scores an exported page shows: two years, as a board table does.
inline constexpr int kPageQuarters = 8;
// A page of observations that are exported, and for how many indicators they are asked at a time.
inline constexpr int kExportedPage = 5000;
inline constexpr size_t kExportsAtATime = 8;
// How often a publication is numbered anew because another one took its number meanwhile.
inline constexpr int kPublishAttempts = 5;

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_LIMITS_H_
