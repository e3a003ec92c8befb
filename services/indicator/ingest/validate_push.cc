#include "services/indicator/ingest/validate_push.h"

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "services/indicator/model/limits.h"

namespace athena::indicator {
namespace {

void ValidateMode(const v1::PushObservationsRequest& request, status::FieldFaults* faults) {
  if (!v1::PushMode_IsValid(request.mode())) {
    faults->Add("mode", static_cast<int>(request.mode()), "MERGE or REPLACE");
  }
  const bool replace = request.mode() == v1::PUSH_MODE_REPLACE;
  if (replace && request.partial()) faults->Add("partial", true, "false with REPLACE");
  const int scopes = request.scopes_size();
  if (replace && (scopes == 0 || scopes > kMaxScopes)) {
    faults->Add("scopes", absl::StrCat(scopes, " scopes"),
                absl::StrCat("1 to ", kMaxScopes, " scopes with REPLACE"));
  }
  if (!replace && scopes > 0) {
    faults->Add("scopes", absl::StrCat(scopes, " scopes"),
                "none with MERGE, which retracts only what a row says it retracts");
  }
}

void ValidateRowMask(const v1::PushObservationsRequest& request, status::FieldFaults* faults) {
  const auto& paths = request.row_mask().paths();
  if (!paths.empty() && request.mode() == v1::PUSH_MODE_REPLACE) {
    faults->Add("row_mask", paths[0], "none with REPLACE, which sets whole cells");
  }
  for (const std::string& path : paths) {
    if (path == "value" || path == "status" || path == "comment") continue;
    faults->Add("row_mask", path, "value, status or comment");
  }
}

}  // namespace

absl::Status ValidatePush(const v1::PushObservationsRequest& request, size_t rows) {
  status::FieldFaults faults;
  if (!request.validate_only() || !request.push_id().empty()) {
    fields::CheckText("push_id", request.push_id(), kMaxPushIdBytes, fields::Need::kRequired,
                      &faults);
  }
  fields::CheckText("correction_reason", request.correction_reason(), fields::kMaxReasonBytes,
                    fields::Need::kOptional, &faults);
  ValidateMode(request, &faults);
  ValidateRowMask(request, &faults);
  if (!v1::OutcomeDetail_IsValid(request.outcome_detail())) {
    faults.Add("outcome_detail", static_cast<int>(request.outcome_detail()), "EXCEPTIONS or ALL");
  }
  // A REPLACE without rows empties its scopes.
  const size_t min_rows = request.mode() == v1::PUSH_MODE_REPLACE ? 0 : 1;
  if (rows < min_rows || rows > kMaxPushRows) {
    faults.Add("observations", absl::StrCat(rows, " rows"),
               absl::StrCat(min_rows, " to ", kMaxPushRows, " rows"));
  }
  return faults.ToStatus();
}

}  // namespace athena::indicator
