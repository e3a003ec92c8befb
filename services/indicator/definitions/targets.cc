#include "services/indicator/definitions/targets.h"

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/definitions/definition_reader.h"
#include "services/indicator/definitions/operands.h"
#include "services/indicator/definitions/target_store.h"
#include "services/indicator/definitions/validate_indicator.h"
#include "services/indicator/model/errors.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/names.h"
#include "services/indicator/model/target_message.h"

namespace athena::indicator {
namespace {

// A target to set.
struct NewTarget {
  std::string path;  // in the request: "target", "requests[3].target"
  IndicatorName indicator;
  std::string slice;  // SliceKey
  const v1::Target* message = nullptr;
  bool declared_original = false;
  Direction direction = Direction::kHigher;  // of the definition, once checked
};

// Validates what does not depend on the definition.
NewTarget ReadNewTarget(std::string path, const v1::SetTargetRequest& request,
                        status::FieldFaults* faults) {
  const v1::Target& target = request.target();
  NewTarget wanted;
  wanted.path = std::move(path);
  wanted.message = &target;
  wanted.declared_original = request.declared_original();
  wanted.indicator = ReadIndicatorName(wanted.path + ".indicator", target.indicator(), faults)
                         .value_or(IndicatorName());
  CheckSlice(wanted.path + ".slice", target.slice(), faults);
  wanted.slice = SliceKey(target.slice());
  return wanted;
}

// The content of a target as one text: without its output-only fields, and with defaults filled in.
std::string ContentOf(const v1::Target& target) {
  v1::Target plain = target;
  if (plain.interpolation() == v1::Target::INTERPOLATION_UNSPECIFIED) {
    plain.set_interpolation(v1::Target::INTERPOLATION_LINEAR);
  }
  return CanonicalJson(plain, {"version", "revision", "set_time", "set_by", "reason",
                               "declared_original", "direction"});
}

// Checks that there is a reason where a target is ended or declared original.
void CheckReason(std::string_view reason, const std::vector<NewTarget>& wanted,
                 status::FieldFaults* faults) {
  if (!reason.empty()) return;  // that it is no blanks is checked with the request
  for (const NewTarget& one : wanted) {
    if (!one.declared_original && one.message->ended_from().empty()) continue;
    faults->Add("reason", "nothing",
                absl::StrCat("why ", one.path,
                             one.declared_original ? " is declared original" : " is ended"));
    return;
  }
}

// Validates the targets against the definitions in the transaction.
absl::Status CheckTargets(std::vector<NewTarget>& wanted, versioned::Edit& edit) {
  DefinitionReader definitions(
      [&edit](const std::string& id) { return edit.Find<v1::Indicator>(kIndicators, id); });
  status::FieldFaults faults;
  for (NewTarget& one : wanted) {
    ATHENA_ASSIGN_OR_RETURN(const Definition* const found,
                            definitions.Find(one.indicator.indicator));
    if (found == nullptr) return status::NotFound(one.message->indicator());
    if (found->retired) return IndicatorRetired(one.message->indicator());
    ATHENA_RETURN_IF_ERROR(
        CheckSliceOf(one.path + ".slice", *found, one.message->slice(), definitions, &faults));
    ReadTarget(one.path, *one.message, *found, &faults);
    one.direction = found->direction;
  }
  return faults.ToStatus();
}

// Stores a new version, or a declared original, unless the one that holds has the same content.
// Returns the one that holds.
absl::StatusOr<v1::Target> SetOne(const NewTarget& wanted, std::string_view subject,
                                  std::string_view reason, versioned::Edit& edit) {
  const TargetKey key = {edit.institution(), wanted.indicator.indicator, wanted.slice};
  const auto find = wanted.declared_original ? FindDeclaredOriginal : FindTarget;
  ATHENA_ASSIGN_OR_RETURN(const std::optional<v1::Target> known,
                          find(edit.tx(), key, edit.revision()));
  const std::string content = ContentOf(*wanted.message);
  if (known.has_value() && ContentOf(*known) == content) return *known;
  v1::Target target = *wanted.message;
  const int32_t before = known.has_value() ? known->version() : 0;
  target.set_version(wanted.declared_original ? 0 : before + 1);
  target.set_declared_original(wanted.declared_original);
  target.set_direction(DirectionMessage(wanted.direction));
  ATHENA_ASSIGN_OR_RETURN(const int64_t bytes, TargetBytes(edit.tx(), key));
  if (target.version() > kMaxTargetVersions || bytes > kMaxTargetBytes) {
    return TooManyTargetVersions(wanted.message->indicator(), before);
  }
  target.set_revision(edit.revision());
  *target.mutable_set_time() = fields::TimestampOf(edit.time());
  target.set_set_by(std::string(subject));
  target.set_reason(std::string(reason));
  ATHENA_RETURN_IF_ERROR(InsertTarget(edit.tx(), key, target));
  edit.Record(absl::StrCat(wanted.message->indicator(), "/targets/", target.version(),
                           wanted.slice.empty() ? "" : absl::StrCat("?", wanted.slice)),
              content);
  return target;
}

// Runs `read` at a point in history, if the caller may read the indicator.
absl::Status ReadTargets(
    const auth::Principal& principal, const std::string& indicator,
    const google::protobuf::Map<std::string, std::string>& slice, const common::v1::AsOf& as_of,
    const resource::Resources& resources, Catalog& catalog,
    absl::FunctionRef<absl::Status(const versioned::Snapshot&, const TargetKey&)> read) {
  status::FieldFaults faults;
  const std::optional<IndicatorName> name = ReadIndicatorName("indicator", indicator, &faults);
  CheckSlice("slice", slice, &faults);
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_ASSIGN_OR_RETURN(const auto definitions, catalog.Current(name->institution));
  ATHENA_RETURN_IF_ERROR(
      RequireReadable(principal, name->institution, definitions->Find(name->indicator), indicator));
  const std::string key = SliceKey(slice);
  return resources.store().Read(name->institution, as_of, resources.clock().Now(),
                                [&](const versioned::Snapshot& snapshot) {
                                  return read(snapshot, {name->institution, name->indicator, key});
                                });
}

absl::Status NoTarget(const TargetKey& key, const std::string& indicator) {
  return status::NotFound(key.slice.empty() ? absl::StrCat("the target of ", indicator)
                                            : absl::StrCat("the target of ", indicator, " {",
                                                           std::string(key.slice), "}"));
}

}  // namespace

absl::StatusOr<v1::Target> Targets::Set(const auth::Principal& principal,
                                        const v1::SetTargetRequest& request) const {
  status::FieldFaults faults;
  std::vector<NewTarget> wanted = {ReadNewTarget("target", request, &faults)};
  const IndicatorName name = wanted.front().indicator;
  if (!name.institution.empty()) {
    ATHENA_RETURN_IF_ERROR(
        principal.RequireInstitution(name.institution, "set targets of " + name.ToString()));
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  CheckReason(request.reason(), wanted, &faults);
  if (!faults.empty()) return faults.ToStatus();
  v1::Target target;
  const auto set = [&](versioned::Edit& edit) -> absl::Status {
    ATHENA_RETURN_IF_ERROR(CheckTargets(wanted, edit));
    ATHENA_ASSIGN_OR_RETURN(target,
                            SetOne(wanted.front(), principal.subject, request.reason(), edit));
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(resources_.Mutate(principal, name.institution, request, &target, set));
  return target;
}

absl::StatusOr<v1::BatchSetTargetsResponse> Targets::BatchSet(
    const auth::Principal& principal, const v1::BatchSetTargetsRequest& request) const {
  status::FieldFaults faults;
  const std::string institution =
      ReadInstitutionName("parent", request.parent(), &faults).value_or("");
  if (!institution.empty()) {
    ATHENA_RETURN_IF_ERROR(principal.RequireInstitution(
        institution, "set targets of " + InstitutionName(institution)));
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  std::vector<NewTarget> wanted;
  if (request.requests().empty() || request.requests_size() > kMaxBatch) {
    faults.Add("requests", request.requests_size(), absl::StrCat("1 to ", kMaxBatch));
  } else {
    absl::flat_hash_set<std::tuple<std::string, std::string, bool>> seen;
    for (int i = 0; i < request.requests_size(); ++i) {
      const std::string path = fields::At("requests", i) + ".target";
      const NewTarget& one = wanted.emplace_back(ReadNewTarget(path, request.requests(i), &faults));
      if (one.indicator.institution.empty()) continue;
      if (one.indicator.institution != institution && !institution.empty()) {
        faults.Add(path + ".indicator", one.message->indicator(),
                   "indicators of " + InstitutionName(institution));
      } else if (!seen.emplace(one.indicator.indicator, one.slice, one.declared_original).second) {
        faults.Add(path, one.message->indicator(), "each indicator and slice once");
      }
    }
  }
  CheckReason(request.reason(), wanted, &faults);
  if (!faults.empty()) return faults.ToStatus();
  v1::BatchSetTargetsResponse response;
  const auto set = [&](versioned::Edit& edit) -> absl::Status {
    ATHENA_RETURN_IF_ERROR(CheckTargets(wanted, edit));
    for (const NewTarget& one : wanted) {
      ATHENA_ASSIGN_OR_RETURN(*response.add_targets(),
                              SetOne(one, principal.subject, request.reason(), edit));
    }
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(resources_.Mutate(principal, institution, request, &response, set));
  return response;
}

absl::StatusOr<v1::Target> Targets::Get(const auth::Principal& principal,
                                        const v1::GetTargetRequest& request) const {
  v1::Target found;
  const auto find = [&](const versioned::Snapshot& snapshot, const TargetKey& key) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(std::optional<v1::Target> target,
                            FindTarget(snapshot.tx(), key, snapshot.revision()));
    if (!target.has_value()) return NoTarget(key, request.indicator());
    found = *std::move(target);
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(ReadTargets(principal, request.indicator(), request.slice(),
                                     request.as_of(), resources_, catalog_, find));
  return found;
}

absl::StatusOr<v1::ListTargetVersionsResponse> Targets::ListVersions(
    const auth::Principal& principal, const v1::ListTargetVersionsRequest& request) const {
  v1::ListTargetVersionsResponse response;
  const auto list = [&](const versioned::Snapshot& snapshot, const TargetKey& key) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(std::vector<v1::Target> versions,
                            ReadTargetVersions(snapshot.tx(), key, snapshot.revision()));
    if (versions.empty()) return NoTarget(key, request.indicator());
    for (v1::Target& one : versions) *response.add_targets() = std::move(one);
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(ReadTargets(principal, request.indicator(), request.slice(),
                                     request.as_of(), resources_, catalog_, list));
  return response;
}

}  // namespace athena::indicator
