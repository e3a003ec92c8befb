#include "services/athenactl/setting_targets.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "services/athenactl/batches.h"
#include "services/athenactl/differences.h"
#include "services/athenactl/explain.h"

namespace athena::athenactl {

namespace v1 = athena::indicator::v1;
using IndicatorStub = Connections::IndicatorStub;

absl::StatusOr<TargetsSet> SetTargets(Connections& connections, const std::string& institution,
                                      absl::Span<const TargetToSet> targets,
                                      const std::string& reason, bool dry_run) {
  TargetsSet done;
  std::vector<v1::SetTargetRequest> requests;
  std::vector<std::string> called;
  for (const TargetToSet& wanted : targets) {
    v1::GetTargetRequest get;
    get.set_indicator(wanted.target.indicator());
    *get.mutable_slice() = wanted.target.slice();
    const auto present = connections.Indicator(&IndicatorStub::GetTarget, get);
    if (!present.ok() && present.status().code() != absl::StatusCode::kNotFound) {
      return At(wanted.called, present.status());
    }
    if (present.ok()) {
      const std::vector<std::string> fields = Differences(wanted.target, *present);
      if (fields.empty()) {
        ++done.unchanged;
        continue;
      }
      ++done.updated;
      done.changes.push_back(absl::StrCat(wanted.called, ": ", absl::StrJoin(fields, ", ")));
    } else {
      ++done.created;
    }
    *requests.emplace_back().mutable_target() = wanted.target;
    called.push_back(wanted.called);
  }
  if (dry_run) return done;
  size_t begin = 0;
  for (const auto& part : Batches(requests)) {
    v1::BatchSetTargetsRequest batch;
    batch.set_parent(institution);
    batch.set_request_id(connections.NewRequestId());
    batch.set_reason(reason);
    for (const v1::SetTargetRequest& set : part) *batch.add_requests() = set;
    const auto set = connections.Indicator(&IndicatorStub::BatchSetTargets, batch, kChangeAttempts);
    if (!set.ok()) {
      const auto first = called.begin() + static_cast<std::ptrdiff_t>(begin);
      return At(begin == 0 ? "no target was set" : absl::StrCat("the first ", begin, " were set"),
                set.status(), {first, first + static_cast<std::ptrdiff_t>(part.size())});
    }
    begin += part.size();
  }
  return done;
}

}  // namespace athena::athenactl
