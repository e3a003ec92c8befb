#include "services/plan/institutions.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/fields/fields.h"
#include "libs/paging/page.h"
#include "libs/paging/take_page.h"
#include "libs/status/status.h"
#include "libs/versioned/update_mask.h"
#include "services/plan/changes_store.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/validate.h"

namespace athena::plan {
namespace {

constexpr std::string_view kDefaultTimeZone = "Europe/Brussels";

constexpr sql::Statement kInsertId{R"(
  INSERT INTO institution (id) VALUES (?) ON CONFLICT DO NOTHING)"};
constexpr sql::Statement kListIds{R"(
  SELECT id FROM institution WHERE id > ? ORDER BY id LIMIT ?)"};

// The record of an institution as it is now.
absl::StatusOr<std::optional<v1::Institution>> FindNow(sql::ReadTx& tx, const std::string& id) {
  const absl::StatusOr<audit::Head> head = audit::ReadHead(tx, id);
  if (!head.ok()) return head.status();
  return versioned::Snapshot(tx, id, head->revision, head->time)
      .Find<v1::Institution>(kInstitutions, id);
}

void FillDefaults(v1::Institution* institution) {
  if (institution->time_zone().empty()) {
    institution->set_time_zone(std::string(kDefaultTimeZone));
  }
}

}  // namespace

absl::StatusOr<v1::Institution> Institutions::Create(
    const auth::Principal& principal, const v1::CreateInstitutionRequest& request) const {
  status::FieldFaults faults;
  const std::string& id = request.institution_id();
  CheckId("institution_id", id, &faults);
  if (faults.empty()) {
    absl::Status allowed =
        principal.RequireInstitution(id, absl::StrCat("create institutions/", id));
    if (!allowed.ok()) return allowed;
  }
  v1::Institution wanted = request.institution();
  wanted.set_name(absl::StrCat("institutions/", id));
  FillDefaults(&wanted);
  CheckInstitution("institution", wanted, &faults);
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();

  return backend_.store.Mutate<v1::Institution>(
      MutationOf(principal, id, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Institution> {
        v1::Institution institution = wanted;
        absl::Status done = edit.Insert(kInstitutions, id, &institution);
        if (done.ok()) done = edit.tx().Execute(kInsertId, {std::string_view(id)}).status();
        if (done.ok()) done = MarkInstitution(edit);
        if (!done.ok()) return done;
        return institution;
      });
}

absl::StatusOr<v1::Institution> Institutions::Get(const auth::Principal& principal,
                                                  const v1::GetInstitutionRequest& request) const {
  status::FieldFaults faults;
  const auto name = ReadInstitutionName("name", request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  absl::Status allowed =
      principal.RequireInstitution(name->institution, absl::StrCat("read ", request.name()));
  if (!allowed.ok()) return allowed;

  return FindAsOf<v1::Institution>(backend_, name->institution, kInstitutions, name->institution,
                                   request);
}

absl::StatusOr<v1::ListInstitutionsResponse> Institutions::List(
    const auth::Principal& principal, const v1::ListInstitutionsRequest& request) const {
  status::FieldFaults faults;
  const size_t size = PageSize(request.page_size(), {}, &faults);
  if (!faults.empty()) return faults.ToStatus();
  const absl::StatusOr<PagePosition> at = backend_.tokens.Open(request);
  if (!at.ok()) return at.status();

  std::vector<v1::Institution> rows;
  absl::Status read = backend_.store.database().Read([&](sql::ReadTx& tx) -> absl::Status {
    rows.clear();
    std::vector<std::string> ids;
    if (principal.institution == auth::Principal::kEveryInstitution) {
      absl::Status listed =
          tx.Query(kListIds, {std::string_view(at->position), static_cast<int64_t>(size) + 1},
                   [&](const sql::Row& row) {
                     ids.emplace_back(row.Text(0));
                     return absl::OkStatus();
                   });
      if (!listed.ok()) return listed;
    } else {
      ids.push_back(principal.institution);
    }
    for (const std::string& id : ids) {
      auto found = FindNow(tx, id);
      if (!found.ok()) return found.status();
      if (found->has_value()) rows.push_back(**std::move(found));
    }
    return absl::OkStatus();
  });
  if (!read.ok()) return read;

  v1::ListInstitutionsResponse response;
  const std::string next = TakePage(
      std::move(rows), "", size,
      [](const v1::Institution& row) { return row.name().substr(sizeof("institutions/") - 1); },
      std::less<std::string_view>(), response.mutable_institutions());
  if (!next.empty()) response.set_next_page_token(backend_.tokens.Seal(request, {0, next}));
  return response;
}

absl::StatusOr<v1::Institution> Institutions::Update(
    const auth::Principal& principal, const v1::UpdateInstitutionRequest& request) const {
  status::FieldFaults faults;
  const auto name = ReadInstitutionName("institution.name", request.institution().name(), &faults);
  if (name.has_value()) {
    absl::Status allowed =
        principal.RequireInstitution(name->institution, absl::StrCat("change ", name->ToString()));
    if (!allowed.ok()) return allowed;
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();

  return backend_.store.Mutate<v1::Institution>(
      MutationOf(principal, name->institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Institution> {
        absl::StatusOr<v1::Institution> institution = FindToChange<v1::Institution>(
            edit, kInstitutions, name->institution, name->ToString(), request.institution().etag());
        if (!institution.ok()) return institution;
        status::FieldFaults wrong;
        versioned::ApplyUpdate(request.institution(), request.update_mask(), {}, &*institution,
                               &wrong);
        FillDefaults(&*institution);
        CheckInstitution("institution", *institution, &wrong);
        if (!wrong.empty()) return wrong.ToStatus();
        absl::Status done = edit.Replace(kInstitutions, name->institution, &*institution);
        if (done.ok()) done = MarkInstitution(edit);
        if (!done.ok()) return done;
        return institution;
      });
}

}  // namespace athena::plan
