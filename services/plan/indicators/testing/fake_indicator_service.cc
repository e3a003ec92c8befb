#include "services/plan/indicators/testing/fake_indicator_service.h"

#include <algorithm>
#include <iterator>

#include "absl/time/time.h"
#include "libs/rpc/client.h"

namespace athena::plan::testing {
namespace {

absl::Status Down() { return rpc::DependencyUnavailable("indicator", "down", absl::Seconds(1)); }

}  // namespace

absl::StatusOr<std::vector<Linkable>> FakeIndicatorService::CheckLinks(
    const rpc::Call&, const std::string&, absl::Span<const IndicatorSelection> selections) const {
  absl::MutexLock lock(&mutex_);
  if (down_) return Down();
  std::vector<Linkable> answers;
  questions_.emplace_back();
  for (const IndicatorSelection& selection : selections) {
    std::string text = selection.indicator;
    Linkable answer = unknown_.count(text) == 1 ? Linkable::kUnknown : Linkable::kYes;
    for (const auto& [dimension, code] : selection.slice) {
      text += "{" + dimension + "=" + code + "}";
      if (answer == Linkable::kYes && unknown_codes_.count(code) == 1) {
        answer = Linkable::kNoSuchSlice;
      }
    }
    questions_.back().push_back(text);
    answers.push_back(answer);
  }
  return answers;
}

absl::StatusOr<std::set<std::string>> FakeIndicatorService::ClosedQuarters(
    const rpc::Call&, const std::string&, const std::set<std::string>& quarters) const {
  absl::MutexLock lock(&mutex_);
  if (down_) return Down();
  std::set<std::string> closed;
  std::set_intersection(quarters.begin(), quarters.end(), closed_.begin(), closed_.end(),
                        std::inserter(closed, closed.end()));
  return closed;
}

}  // namespace athena::plan::testing
