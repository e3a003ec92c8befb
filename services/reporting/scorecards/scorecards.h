#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_SCORECARDS_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_SCORECARDS_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/cache/cache.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "services/reporting/limits.h"
#include "services/reporting/reading/closings.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/scorecards/scored_plan.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {

// Serialises map entries in the order of their keys, so that equal messages give equal bytes.
std::string Serialised(const google::protobuf::Message& message);

// Replaces `closing` of a request by the time of the last closing; returns it, or nullopt where the
// request did not ask for it. NEVER_CLOSED; errors of ClosingRead.
absl::StatusOr<std::optional<LastClosing>> ResolveClosing(const Dependencies& dependencies,
                                                          const rpc::Call& call,
                                                          ReadRequest* request);

// Scorecards, scored when they are read. Thread-safe.
//
// Scored plans and serialised answers are cached, but a cached one is never answered by itself:
// every read asks both services, with the caller's credential, what changed since. When nothing
// did, that costs one round trip and no scoring; otherwise the changes are merged into the cached
// plan. So an answer always includes every push that was acknowledged before the read began, and a
// caller sees only what the two services answer to that caller.
class Scorecards {
 public:
  // The basis of a publication by its name, as far as the caller may read it.
  using FindBasis = std::function<absl::StatusOr<v1::Basis>(const rpc::Call&, const std::string&)>;

  // `now` is the clock. "Today" follows from it, in the institution's time zone.
  Scorecards(const Dependencies& dependencies, std::function<absl::Time()> now,
             FindBasis basis_of_publication, size_t cache_bytes = kMaxCacheBytes)
      : dependencies_(dependencies),
        now_(std::move(now)),
        basis_of_publication_(std::move(basis_of_publication)),
        cache_(cache_bytes) {}

  absl::Time Now() const { return now_(); }

  // A serialised v1::Scorecard. Errors as the contract lists them.
  absl::StatusOr<rpc::PreparedAnswer> Get(const rpc::Call& call,
                                          const v1::GetScorecardRequest& request);
  // Errors as the contract lists them.
  absl::StatusOr<v1::ListScorecardsResponse> List(const rpc::Call& call,
                                                  const v1::ListScorecardsRequest& request);

  // A plan's quarters, read and scored, and their basis.
  struct Read {
    std::shared_ptr<const ScoredPlan> plan;
    v1::Basis basis;
    std::shared_ptr<const ScoredPlan> known;  // the earlier result, which may be the same
  };
  // What other answers are made of. `request` was resolved. Errors of ScorecardRead.
  absl::StatusOr<Read> ReadPlan(const rpc::Call& call, const ReadRequest& request);
  // A whole scorecard as a message of any size, with what it was made of.
  struct Whole {
    Read read;
    v1::Scorecard card;
  };
  // Errors as of GetScorecard, without ANSWER_TOO_LARGE.
  absl::StatusOr<Whole> GetWhole(const rpc::Call& call, ScorecardRequest request);
  // Replaces `closing` and `publication` of a request by the points in history that they stand for.
  // See ResolveClosing; errors also as of GetPublication.
  absl::StatusOr<std::optional<LastClosing>> Resolve(const rpc::Call& call, ReadRequest* request);
  // The last closing of the quarter at the revision of the read; nullopt when it was never closed,
  // or the caller may not read closings. A closing is a revision of its institution, and so is what
  // decides who may read it: an answer at one revision is cached, and asked for once.
  absl::StatusOr<std::optional<LastClosing>> ClosingAt(const rpc::Call& call,
                                                       const ReadRequest& request,
                                                       const v1::Basis& basis);
  // A serialised v1::Scorecard of what was read, with the closing that ClosingAt returned. Its
  // pieces: the result with the name, the basis, and where there is one the closing.
  absl::StatusOr<rpc::PreparedAnswer> ScorecardOf(const rpc::Call& call,
                                                  const ScorecardRequest& request, const Read& read,
                                                  const std::optional<LastClosing>& closing);

  // A serialised answer about what was read: that of `make`, which is cached by `key` for the
  // scored plan, and beside it `basis`, a message of the answer's type with nothing but the basis,
  // which may change when the answer does not.
  absl::StatusOr<rpc::PreparedAnswer> Answer(const rpc::Call& call, const Read& read,
                                             const std::string& key,
                                             const google::protobuf::Message& basis,
                                             absl::FunctionRef<absl::StatusOr<std::string>()> make);

  const Dependencies& dependencies() const { return dependencies_; }

 private:
  // How the scorecard differs from what it was when its quarter was closed. The past does not
  // change, so that it is cached with the scored plan.
  absl::StatusOr<v1::ScorecardClosing> SinceClosing(const rpc::Call& call,
                                                    const ScorecardRequest& request,
                                                    const Read& read, const LastClosing& closing);
  // See ScorecardOf.
  absl::StatusOr<rpc::PreparedAnswer> InPieces(const rpc::Call& call,
                                               const ScorecardRequest& request, const Read& read,
                                               std::optional<v1::ScorecardClosing> closing);

  // The closing of a scorecard, and what has changed since. `asked` is what Resolve returned.
  absl::StatusOr<std::optional<v1::ScorecardClosing>> ClosingOf(
      const rpc::Call& call, const ScorecardRequest& request, const Read& read,
      const std::optional<LastClosing>& asked);

  struct Cached {  // one of the two
    std::shared_ptr<const ScoredPlan> plan;
    std::shared_ptr<const std::string> answer;
  };

  const Dependencies& dependencies_;
  const std::function<absl::Time()> now_;
  const FindBasis basis_of_publication_;
  Cache<std::string, Cached> cache_;  // charged by memory
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_SCORECARDS_H_
