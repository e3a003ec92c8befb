#ifndef ATHENA_SERVICES_PLAN_INDICATORS_INDICATOR_SERVICE_H_
#define ATHENA_SERVICES_PLAN_INDICATORS_INDICATOR_SERVICE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace athena::rpc {
class Call;
}  // namespace athena::rpc

namespace athena::plan {

// An indicator, or a slice of one, that something links to.
struct IndicatorSelection {
  std::string indicator;                     // a resource name
  std::map<std::string, std::string> slice;  // dimension id to code; empty: the whole indicator

  friend bool operator==(const IndicatorSelection&, const IndicatorSelection&) = default;
  friend auto operator<=>(const IndicatorSelection&, const IndicatorSelection&) = default;
};

// Whether an institution may link to a selection.
enum class Linkable {
  kYes,
  kUnknown,      // there is no such indicator, or it is not shared with the institution
  kNoSuchSlice,  // the indicator has no such dimension or code
};

// What the plan service asks the indicator service, with the credential of the call that it serves.
// Ask before a transaction begins, never inside one: an answer may take seconds.
//
// Errors: UNAVAILABLE (DEPENDENCY_UNAVAILABLE, with RetryInfo), naming the service, when it does
// not answer in time; PERMISSION_DENIED and UNAUTHENTICATED as the service answers them.
// Implementations are thread-safe.
class IndicatorService {
 public:
  virtual ~IndicatorService() = default;

  // Whether `institution` (an id) may link to each of the selections: the indicator exists, and it
  // is the institution's own or shared with it. In the order of the selections, which may be many.
  virtual absl::StatusOr<std::vector<Linkable>> CheckLinks(
      const rpc::Call& call, const std::string& institution,
      absl::Span<const IndicatorSelection> selections) const = 0;

  // Which of these quarters ("2026-Q3") of `institution` (an id) are closed now.
  virtual absl::StatusOr<std::set<std::string>> ClosedQuarters(
      const rpc::Call& call, const std::string& institution,
      const std::set<std::string>& quarters) const = 0;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_INDICATORS_INDICATOR_SERVICE_H_
