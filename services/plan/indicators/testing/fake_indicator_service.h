#ifndef ATHENA_SERVICES_PLAN_INDICATORS_TESTING_FAKE_INDICATOR_SERVICE_H_
#define ATHENA_SERVICES_PLAN_INDICATORS_TESTING_FAKE_INDICATOR_SERVICE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "services/plan/indicators/indicator_service.h"

namespace athena::plan::testing {

// An indicator service that knows every indicator and has closed no quarter, until a test says
// otherwise. Remembers what it was asked. Thread-safe.
class FakeIndicatorService final : public IndicatorService {
 public:
  // There is no such indicator (a resource name) from now on.
  void Forget(const std::string& indicator) {
    absl::MutexLock lock(&mutex_);
    unknown_.insert(indicator);
  }
  // No indicator has such a code from now on.
  void ForgetCode(const std::string& code) {
    absl::MutexLock lock(&mutex_);
    unknown_codes_.insert(code);
  }
  // These quarters of every institution are closed from now on, and no others.
  void SetClosed(const std::set<std::string>& quarters) {
    absl::MutexLock lock(&mutex_);
    closed_ = quarters;
  }
  // Whether it answers; UNAVAILABLE while it is down.
  void SetDown(bool down) {
    absl::MutexLock lock(&mutex_);
    down_ = down;
  }
  // The selections of each CheckLinks, "indicator" or "indicator{dimension=code}".
  std::vector<std::vector<std::string>> questions() const {
    absl::MutexLock lock(&mutex_);
    return questions_;
  }

  absl::StatusOr<std::vector<Linkable>> CheckLinks(
      const rpc::Call& call, const std::string& institution,
      absl::Span<const IndicatorSelection> selections) const override;
  absl::StatusOr<std::set<std::string>> ClosedQuarters(
      const rpc::Call& call, const std::string& institution,
      const std::set<std::string>& quarters) const override;

 private:
  mutable absl::Mutex mutex_;
  std::set<std::string> unknown_;
  std::set<std::string> unknown_codes_;
  std::set<std::string> closed_;
  bool down_ = false;
  mutable std::vector<std::vector<std::string>> questions_;
};

}  // namespace athena::plan::testing

#endif  // ATHENA_SERVICES_PLAN_INDICATORS_TESTING_FAKE_INDICATOR_SERVICE_H_
