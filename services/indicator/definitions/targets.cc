#include "services/indicator/definitions/targets.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
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

// A target that is asked for, and where in the request.
struct Wanted {
  std::string path;  // "target", "requests[3].target"
  IndicatorName indicator;
  std::string slice;  // SliceKey
  const v1::Target* message = nullptr;
};

// Reads what can be read without the definition.
Wanted ReadWanted(std::string path, const v1::Target& target, status::FieldFaults* faults) {
  Wanted wanted;
  wanted.path = std::move(path);
  wanted.message = &target;
  wanted.indicator = ReadIndicatorName(wanted.path + ".indicator", target.indicator(), faults)
                         .value_or(IndicatorName());
  CheckSlice(wanted.path + ".slice", target.slice(), faults);
  wanted.slice = SliceKey(target.slice());
  return wanted;
}

// What a target says, as one text: the same for targets that say the same.
std::string ContentOf(const v1::Target& target) {
  v1::Target plain = target;
  if (plain.interpolation() == v1::Target::INTERPOLATION_UNSPECIFIED) {
    plain.set_interpolation(v1::Target::INTERPOLATION_LINEAR);
  }
  return CanonicalJson(plain, {"version", "revision", "set_time", "set_by", "reason"});
}

// Checks what is wanted against the definitions that the transaction sees.
absl::Status CheckWanted(const std::vector<Wanted>& wanted, versioned::Edit& edit) {
  DefinitionReader definitions(
      [&edit](const std::string& id) { return edit.Find<v1::Indicator>(kIndicators, id); });
  status::FieldFaults faults;
  for (const Wanted& one : wanted) {
    const absl::StatusOr<const Definition*> found = definitions.Find(one.indicator.indicator);
    if (!found.ok()) return found.status();
    if (*found == nullptr) return status::NotFound(one.message->indicator());
    if ((*found)->retired) return IndicatorRetired(one.message->indicator());
    absl::Status checked =
        CheckSliceOf(one.path + ".slice", **found, one.message->slice(), definitions, &faults);
    if (!checked.ok()) return checked;
    ReadTarget(one.path, *one.message, **found, &faults);
  }
  return faults.ToStatus();
}

// Stores one target, if it is not in force already.
absl::StatusOr<v1::Target> SetOne(const Wanted& wanted, std::string_view subject,
                                  std::string_view reason, versioned::Edit& edit) {
  const TargetKey key = {edit.institution(), wanted.indicator.indicator, wanted.slice};
  const absl::StatusOr<std::optional<v1::Target>> in_force =
      FindTarget(edit.tx(), key, edit.revision());
  if (!in_force.ok()) return in_force.status();
  const std::string content = ContentOf(*wanted.message);
  v1::Target target = *wanted.message;
  target.set_version(1);
  if (in_force->has_value()) {
    if (ContentOf(**in_force) == content) return **in_force;
    target.set_version((*in_force)->version() + 1);
    const absl::StatusOr<int64_t> bytes = TargetBytes(edit.tx(), key);
    if (!bytes.ok()) return bytes.status();
    if (target.version() > kMaxTargetVersions || *bytes > kMaxTargetBytes) {
      return TooManyTargetVersions(wanted.message->indicator(), (*in_force)->version());
    }
  }
  target.set_revision(edit.revision());
  *target.mutable_set_time() = fields::TimestampOf(edit.time());
  target.set_set_by(std::string(subject));
  target.set_reason(std::string(reason));
  if (absl::Status stored = InsertTarget(edit.tx(), key, target); !stored.ok()) return stored;
  edit.Record(absl::StrCat(wanted.message->indicator(), "/targets/", target.version(),
                           wanted.slice.empty() ? "" : absl::StrCat("?", wanted.slice)),
              content);
  return target;
}

// Who reads the indicator reads its targets. Runs `read` for its id at the point asked for.
absl::Status ReadTargets(
    const auth::Principal& principal, const std::string& indicator,
    const google::protobuf::Map<std::string, std::string>& slice, const common::v1::AsOf& as_of,
    const versioned::Store& store, Catalog& catalog, absl::Time now,
    absl::FunctionRef<absl::Status(const versioned::Snapshot&, const TargetKey&)> read) {
  status::FieldFaults faults;
  const std::optional<IndicatorName> name = ReadIndicatorName("indicator", indicator, &faults);
  CheckSlice("slice", slice, &faults);
  if (!faults.empty()) return faults.ToStatus();
  const auto definitions = catalog.Current(name->institution);
  if (!definitions.ok()) return definitions.status();
  absl::Status allowed = RequireReadable(principal, name->institution,
                                         (*definitions)->Find(name->indicator), indicator);
  if (!allowed.ok()) return allowed;
  const std::string key = SliceKey(slice);
  return store.Read(name->institution, as_of, now, [&](const versioned::Snapshot& snapshot) {
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
  const std::vector<Wanted> wanted = {ReadWanted("target", request.target(), &faults)};
  const IndicatorName& name = wanted.front().indicator;
  if (!name.institution.empty()) {
    absl::Status allowed =
        principal.RequireInstitution(name.institution, "set targets of " + name.ToString());
    if (!allowed.ok()) return allowed;
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();
  absl::StatusOr<v1::Target> set = store_.Mutate<v1::Target>(
      {.institution = name.institution,
       .subject = principal.subject,
       .action = "SetTarget",
       .reason = request.reason(),
       .request_id = request.request_id(),
       .request = &request},
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Target> {
        if (absl::Status checked = CheckWanted(wanted, edit); !checked.ok()) return checked;
        return SetOne(wanted.front(), principal.subject, request.reason(), edit);
      });
  if (!set.ok()) return StorageRefusal(set.status());
  return set;
}

absl::StatusOr<v1::BatchSetTargetsResponse> Targets::BatchSet(
    const auth::Principal& principal, const v1::BatchSetTargetsRequest& request) const {
  status::FieldFaults faults;
  const std::string institution =
      ReadInstitutionName("parent", request.parent(), &faults).value_or("");
  if (!institution.empty()) {
    absl::Status allowed =
        principal.RequireInstitution(institution, "set targets of " + InstitutionName(institution));
    if (!allowed.ok()) return allowed;
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  std::vector<Wanted> wanted;
  if (request.requests().empty() || request.requests_size() > kMaxBatch) {
    faults.Add("requests", request.requests_size(), absl::StrCat("1 to ", kMaxBatch));
  } else {
    absl::flat_hash_set<std::pair<std::string, std::string>> seen;
    for (int i = 0; i < request.requests_size(); ++i) {
      const std::string path = fields::At("requests", i) + ".target";
      const Wanted& one =
          wanted.emplace_back(ReadWanted(path, request.requests(i).target(), &faults));
      if (one.indicator.institution.empty()) continue;
      if (one.indicator.institution != institution && !institution.empty()) {
        faults.Add(path + ".indicator", one.message->indicator(),
                   "indicators of " + InstitutionName(institution));
      } else if (!seen.emplace(one.indicator.indicator, one.slice).second) {
        faults.Add(path, one.message->indicator(), "each indicator and slice once");
      }
    }
  }
  if (!faults.empty()) return faults.ToStatus();
  using Response = v1::BatchSetTargetsResponse;
  absl::StatusOr<Response> set =
      store_.Mutate<Response>({.institution = institution,
                               .subject = principal.subject,
                               .action = "BatchSetTargets",
                               .reason = request.reason(),
                               .request_id = request.request_id(),
                               .request = &request},
                              [&](versioned::Edit& edit) -> absl::StatusOr<Response> {
                                if (absl::Status checked = CheckWanted(wanted, edit); !checked.ok())
                                  return checked;
                                Response response;
                                for (const Wanted& one : wanted) {
                                  absl::StatusOr<v1::Target> target =
                                      SetOne(one, principal.subject, request.reason(), edit);
                                  if (!target.ok()) return target.status();
                                  *response.add_targets() = *std::move(target);
                                }
                                return response;
                              });
  if (!set.ok()) return StorageRefusal(set.status());
  return set;
}

absl::StatusOr<v1::Target> Targets::Get(const auth::Principal& principal,
                                        const v1::GetTargetRequest& request) const {
  v1::Target found;
  const absl::Status read = ReadTargets(
      principal, request.indicator(), request.slice(), request.as_of(), store_, catalog_,
      clock_.Now(), [&](const versioned::Snapshot& snapshot, const TargetKey& key) -> absl::Status {
        absl::StatusOr<std::optional<v1::Target>> target =
            FindTarget(snapshot.tx(), key, snapshot.revision());
        if (!target.ok()) return target.status();
        if (!target->has_value()) return NoTarget(key, request.indicator());
        found = **std::move(target);
        return absl::OkStatus();
      });
  if (!read.ok()) return StorageRefusal(read);
  return found;
}

absl::StatusOr<v1::ListTargetVersionsResponse> Targets::ListVersions(
    const auth::Principal& principal, const v1::ListTargetVersionsRequest& request) const {
  v1::ListTargetVersionsResponse response;
  const absl::Status read = ReadTargets(
      principal, request.indicator(), request.slice(), request.as_of(), store_, catalog_,
      clock_.Now(), [&](const versioned::Snapshot& snapshot, const TargetKey& key) -> absl::Status {
        absl::StatusOr<std::vector<v1::Target>> versions =
            ReadTargetVersions(snapshot.tx(), key, snapshot.revision());
        if (!versions.ok()) return versions.status();
        if (versions->empty()) return NoTarget(key, request.indicator());
        for (v1::Target& one : *versions) *response.add_targets() = std::move(one);
        return absl::OkStatus();
      });
  if (!read.ok()) return StorageRefusal(read);
  return response;
}

}  // namespace athena::indicator
