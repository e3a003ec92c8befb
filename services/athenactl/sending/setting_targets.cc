#include "services/athenactl/sending/setting_targets.h"

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/resources/differences.h"
#include "services/athenactl/sending/batches.h"
#include "services/athenactl/terminal/explain.h"

namespace athena::athenactl {

namespace v1 = athena::indicator::v1;

namespace {

// The one that holds: the target in force, or the declared original. NOT_FOUND when there is none.
absl::StatusOr<v1::Target> PresentTarget(const Connections& connections, const v1::Target& wanted) {
  if (!wanted.declared_original()) {
    v1::GetTargetRequest get;
    get.set_indicator(wanted.indicator());
    *get.mutable_slice() = wanted.slice();
    return connections.Call<v1::Target>(get);
  }
  v1::ListTargetVersionsRequest list;
  list.set_indicator(wanted.indicator());
  *list.mutable_slice() = wanted.slice();
  ATHENA_ASSIGN_OR_RETURN(const auto versions,
                          connections.Call<v1::ListTargetVersionsResponse>(list));
  const v1::Target* last = nullptr;
  for (const v1::Target& version : versions.targets()) {
    if (version.declared_original()) last = &version;
  }
  if (last == nullptr) return absl::NotFoundError("no declared original");
  return *last;
}

}  // namespace

absl::StatusOr<TargetsSet> SetTargets(const Connections& connections,
                                      const std::string& institution,
                                      absl::Span<const TargetToSet> targets,
                                      const TargetOptions& options) {
  TargetsSet done;
  std::vector<v1::SetTargetRequest> requests;
  std::vector<std::string> labels;
  for (const TargetToSet& wanted : targets) {
    const auto present = PresentTarget(connections, wanted.target);
    if (!present.ok() && present.status().code() != absl::StatusCode::kNotFound) {
      return At(wanted.label, present.status());
    }
    if (present.ok()) {
      const std::vector<std::string> fields = Differences(wanted.target, *present);
      if (fields.empty()) {
        ++done.unchanged;
        continue;
      }
      for (const std::string& change : FieldChanges(fields, *present, wanted.target)) {
        done.changes.push_back(absl::StrCat(wanted.label, ": ", change));
      }
      ++(options.update ? done.updated : done.differing);
      if (!options.update) continue;
    } else {
      ++done.created;
    }
    v1::SetTargetRequest& request = requests.emplace_back();
    *request.mutable_target() = wanted.target;
    request.set_declared_original(wanted.target.declared_original());
    labels.push_back(wanted.label);
  }
  if (options.dry_run) return done;
  for (const auto& [begin, end] : Batches(requests.size(), kMaxRequestsOfBatch, kMaxBytesOfBatch,
                                          [&](size_t at) { return requests[at].ByteSizeLong(); })) {
    v1::BatchSetTargetsRequest batch;
    batch.set_parent(institution);
    batch.set_request_id(connections.NewRequestId());
    batch.set_reason(options.reason);
    for (size_t at = begin; at < end; ++at) *batch.add_requests() = requests[at];
    const std::vector<std::string> names(labels.begin() + static_cast<std::ptrdiff_t>(begin),
                                         labels.begin() + static_cast<std::ptrdiff_t>(end));
    ATHENA_RETURN_IF_ERROR(
        At(begin == 0 ? "no target was set" : absl::StrCat("the first ", begin, " were set"),
           connections.Call<v1::BatchSetTargetsResponse>(batch).status(), names));
  }
  return done;
}

}  // namespace athena::athenactl
