#include "services/plan/operations/budget/budget_amounts.h"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/fields/fields.h"
#include "libs/paging/page.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "services/plan/errors.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/operations/budget/amounts_digest.h"
#include "services/plan/operations/budget/amounts_store.h"
#include "services/plan/operations/budget/compare_amounts.h"
#include "services/plan/operations/budget/validate_amounts.h"
#include "services/plan/organisation/institutions.h"

namespace athena::plan {
namespace {

constexpr PageSizes kAmountsPages{.default_size = kAmountsPage, .max_size = kMaxAmountsPage};

absl::Status RequirePusher(const auth::Principal& caller, const ResourceName& parent,
                           const std::string& correction_reason) {
  ATHENA_RETURN_IF_ERROR(
      caller.RequireInstitution(parent.institution(), "push amounts of " + parent.text));
  if (correction_reason.empty() && !caller.roles.Has(auth::Role::kSender)) {
    return status::PermissionDenied(caller.subject,
                                    "push without a correction_reason: that takes the role sender");
  }
  if (!correction_reason.empty() && !caller.roles.Has(auth::Role::kCorrector)) {
    return status::PermissionDenied(caller.subject,
                                    "push with a correction_reason: that takes the role corrector");
  }
  return absl::OkStatus();
}

// The response to the push that the sender stored under this push_id; nullopt when there is none.
absl::StatusOr<std::optional<v1::SetBudgetAmountsResponse>> FindResponse(
    const versioned::Snapshot& snapshot, std::string_view sender, std::string_view push_id,
    std::string_view digest) {
  if (push_id.empty()) return std::nullopt;
  ATHENA_ASSIGN_OR_RETURN(const int64_t institution, snapshot.tx().Key(snapshot.institution()));
  ATHENA_ASSIGN_OR_RETURN(const std::optional<StoredPush> stored,
                          FindPush(snapshot.tx(), institution, sender, push_id));
  if (!stored.has_value()) return std::nullopt;
  if (stored->digest != digest) return PushIdReused(push_id, stored->revision);
  v1::SetBudgetAmountsResponse response;
  if (!response.ParseFromString(stored->response)) {
    return status::Internal("a stored answer cannot be read");
  }
  response.set_replayed(true);
  return response;
}

absl::Status RequireInstitution(const versioned::Snapshot& snapshot, const ResourceName& name) {
  ATHENA_ASSIGN_OR_RETURN(const auto found,
                          snapshot.Find<v1::Institution>(kInstitutions, name.key()));
  return found.has_value() ? absl::OkStatus() : status::NotFound(name.text);
}

// The quarters that the rows name, as far as they are quarters.
std::set<std::string> QuartersOf(const v1::SetBudgetAmountsRequest& request) {
  std::set<std::string> quarters;
  for (const v1::BudgetAmounts& row : request.amounts()) {
    if (quarters.contains(row.quarter())) continue;
    const absl::StatusOr<Period> quarter = Period::Parse(row.quarter());
    if (quarter.ok() && quarter->frequency() == Frequency::kQuarter) {
      quarters.insert(quarter->ToString());
    }
  }
  return quarters;
}

// Records the lines whose amounts change; the institution itself when none do, so that even then
// the push is a revision.
void RecordWrites(const ResourceName& parent, const std::vector<AmountsWrite>& writes,
                  versioned::Edit* edit) {
  PushedAmounts pushed;
  for (const AmountsWrite& write : writes) {
    pushed.Add(write.key.line, write.key.quarter, write.amounts);
  }
  pushed.Visit([&](const std::string& line, const std::string& content) {
    if (line.empty()) return edit->Record(parent.text, content);
    edit->Record(kBudgetLines, line, kBudgetLineName.Of({parent.institution(), line}).text,
                 content);
  });
}

// Stores what is to be stored of a push and makes its response.
absl::Status StorePush(const v1::SetBudgetAmountsRequest& request, const ResourceName& parent,
                       const std::string& digest, const std::set<std::string>& closed,
                       versioned::Edit* edit, v1::SetBudgetAmountsResponse* response) {
  const std::string_view sender = edit->mutation().subject;
  ATHENA_ASSIGN_OR_RETURN(auto replay,
                          FindResponse(edit->now(), sender, request.push_id(), digest));
  if (replay.has_value()) {
    *response = *std::move(replay);
    return absl::OkStatus();
  }
  ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay today, LocalDay(*edit));
  ATHENA_ASSIGN_OR_RETURN(const AmountsDiff diff,
                          CompareAmounts(edit->now(), request, today, closed));
  if (!request.partial()) {
    ATHENA_RETURN_IF_ERROR(RefusalOf(parent.institution(), diff));
  }
  RecordWrites(parent, diff.writes, edit);
  ATHENA_RETURN_IF_ERROR(InsertAmounts(edit->tx(), edit->revision(), diff.writes));
  *response = ResponseTo(request, diff);
  response->set_revision(edit->revision());
  return InsertPush(edit->tx(), sender, request.push_id(), request.correction_reason(),
                    {edit->revision(), digest, response->SerializeAsString()});
}

std::string ToPosition(const StoredAmounts& row) {
  return absl::StrCat(row.quarter, " ", row.revision, " ", row.line);
}

absl::Status ReadPosition(const std::string& position, AmountsRange* range) {
  if (position.empty()) return absl::OkStatus();
  const std::vector<std::string> parts = absl::StrSplit(position, ' ');
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &range->after_quarter) ||
      !absl::SimpleAtoi(parts[1], &range->after_revision)) {
    return status::InvalidPageToken();
  }
  range->after_line = parts[2];
  return absl::OkStatus();
}

AmountsRange RangeOf(const v1::ListBudgetAmountsRequest& request, status::FieldFaults* faults) {
  AmountsRange range;
  range.include_history = request.include_history();
  range.first_line = request.budget_line();
  range.last_line = request.budget_line();
  if (request.budget_line().empty()) {
    range.last_line = "\x7f";  // behind every id
  } else if (!kBudgetLineName.IsId(request.budget_line())) {
    faults->Add("budget_line", request.budget_line(), kIdGrammar);
  }
  range.first_quarter = std::numeric_limits<int64_t>::min();
  range.last_quarter = std::numeric_limits<int64_t>::max();
  if (request.quarter().empty()) return range;
  const absl::StatusOr<Period> quarter = Period::Parse(request.quarter());
  if (quarter.ok() && quarter->frequency() == Frequency::kQuarter) {
    range.first_quarter = quarter->index();
    range.last_quarter = quarter->index();
  } else {
    faults->Add("quarter", request.quarter(), "a quarter of the years 1900 to 2199, \"2026-Q3\"");
  }
  return range;
}

v1::BudgetAmountsRecord RecordOf(const StoredAmounts& row) {
  v1::BudgetAmountsRecord record;
  v1::BudgetAmounts& amounts = *record.mutable_amounts();
  amounts.set_budget_line(row.line);
  amounts.set_quarter(
      Period::OfIndex(Frequency::kQuarter, static_cast<int32_t>(row.quarter)).ToString());
  FillAmounts(row.amounts, &amounts);
  amounts.set_retract(row.amounts.empty());
  record.set_revision(row.revision);
  *record.mutable_time() = fields::TimestampOf(row.time);
  record.set_sender(row.sender);
  record.set_correction_reason(row.correction_reason);
  return record;
}

}  // namespace

absl::StatusOr<v1::SetBudgetAmountsResponse> BudgetAmounts::Set(
    const rpc::Call& call, const v1::SetBudgetAmountsRequest& request) const {
  status::FieldFaults faults;
  const auto parent = kInstitutionName.Read("parent", request.parent(), &faults);
  if (!parent.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(RequirePusher(call.principal(), *parent, request.correction_reason()));
  CheckPush(request, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());

  const std::string& institution = parent->institution();
  const std::string& sender = call.principal().subject;
  const std::string digest = ContentDigest(request);
  std::optional<v1::SetBudgetAmountsResponse> known;
  ATHENA_RETURN_IF_ERROR(
      store_.ReadAt(institution, 0, [&](const versioned::Snapshot& now) -> absl::Status {
        ATHENA_RETURN_IF_ERROR(RequireInstitution(now, *parent));
        ATHENA_ASSIGN_OR_RETURN(known, FindResponse(now, sender, request.push_id(), digest));
        return absl::OkStatus();
      }));
  if (known.has_value()) return *std::move(known);

  std::set<std::string> closed;
  if (request.correction_reason().empty()) {
    ATHENA_ASSIGN_OR_RETURN(closed, closed_quarters_(call, institution, QuartersOf(request)));
  }
  v1::SetBudgetAmountsResponse response;
  if (request.validate_only()) {
    ATHENA_RETURN_IF_ERROR(
        store_.ReadAt(institution, 0, [&](const versioned::Snapshot& now) -> absl::Status {
          ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay today, LocalDay(now, clock_.Now()));
          ATHENA_ASSIGN_OR_RETURN(const AmountsDiff diff,
                                  CompareAmounts(now, request, today, closed));
          response = ResponseTo(request, diff);
          return absl::OkStatus();
        }));
    return response;
  }
  ATHENA_RETURN_IF_ERROR(status::FromStorage(
      store_.Run({.institution = institution,
                  .subject = sender,
                  .action = kSetBudgetAmounts,
                  .reason = request.correction_reason(),
                  .request_id = "",
                  .journal_id = request.push_id()},
                 &response, [&](versioned::Edit& edit) {
                   return StorePush(request, *parent, digest, closed, &edit, &response);
                 })));
  return response;
}

absl::StatusOr<v1::ListBudgetAmountsResponse> BudgetAmounts::List(
    const auth::Principal& caller, const v1::ListBudgetAmountsRequest& request) const {
  status::FieldFaults faults;
  const auto parent = kInstitutionName.Read("parent", request.parent(), &faults);
  if (!parent.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(
      caller.RequireInstitution(parent->institution(), "list the amounts of " + parent->text));
  const size_t size = PageSize(request.page_size(), kAmountsPages, &faults);
  AmountsRange range = RangeOf(request, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  ATHENA_ASSIGN_OR_RETURN(const PagePosition page, tokens_.Open(request));
  ATHENA_RETURN_IF_ERROR(ReadPosition(page.position, &range));

  v1::ListBudgetAmountsResponse response;
  const auto read = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    ATHENA_RETURN_IF_ERROR(RequireInstitution(snapshot, *parent));
    response.set_revision(snapshot.revision());
    range.revision = snapshot.revision();
    ATHENA_ASSIGN_OR_RETURN(const int64_t institution, snapshot.tx().Key(snapshot.institution()));
    PageRoom room(size);
    std::string last;
    bool is_full = false;
    // One row more than a page shows whether there is another page.
    ATHENA_RETURN_IF_ERROR(VisitAmounts(snapshot.tx(), institution, range,
                                        static_cast<int64_t>(size) + 1,
                                        [&](const StoredAmounts& row) {
                                          v1::BudgetAmountsRecord record = RecordOf(row);
                                          is_full = is_full || !room.Take(record.ByteSizeLong());
                                          if (is_full) return absl::OkStatus();
                                          last = ToPosition(row);
                                          *response.add_amounts() = std::move(record);
                                          return absl::OkStatus();
                                        }));
    if (is_full) response.set_next_page_token(tokens_.Seal(request, {snapshot.revision(), last}));
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(
      store_.ReadPage(parent->institution(), page.revision, request.as_of(), clock_.Now(), read));
  return response;
}

}  // namespace athena::plan
