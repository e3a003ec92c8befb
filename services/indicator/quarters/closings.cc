#include "services/indicator/quarters/closings.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/ids/ids.h"
#include "libs/paging/page.h"
#include "libs/period/period.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/model/errors.h"
#include "services/indicator/model/names.h"
#include "services/indicator/store/closing_store.h"

namespace athena::indicator {
namespace {

// 250 years of quarters: in practice the first page is the last.
constexpr PageSizes kPages{.otherwise = 100, .most = 1000};

struct ClosingName {
  std::string institution;
  Period quarter;
};

// `institutions/{institution}/closings/{quarter}`; what is none is a fault of the field "name".
std::optional<ClosingName> ReadName(std::string_view name, status::FieldFaults* faults) {
  const size_t slash = std::min(name.rfind('/'), name.size());
  const std::optional<std::vector<std::string>> ids =
      MatchName("institutions/*/closings", name.substr(0, slash));
  const absl::StatusOr<Period> quarter =
      Period::Parse(name.substr(std::min(slash + 1, name.size())));
  if (ids.has_value() && quarter.ok() && quarter->frequency() == Frequency::kQuarter) {
    return ClosingName{ids->front(), *quarter};
  }
  faults->Add("name", name,
              "`institutions/{institution}/closings/{quarter}`, the quarter as in 2021-Q3");
  return std::nullopt;
}

// The name of either request, once all of it was found to be in order, and its institution the
// caller's own.
template <typename Request>
absl::StatusOr<ClosingName> Check(const rpc::Call& call, const Request& request,
                                  std::string_view what) {
  status::FieldFaults faults;
  std::optional<ClosingName> name = ReadName(request.name(), &faults);
  if (name.has_value()) {
    const absl::Status allowed = call.principal().RequireInstitution(
        name->institution, absl::StrCat(std::string(what), " of institutions/", name->institution));
    if (!allowed.ok()) return allowed;
  }
  fields::CheckText("reason", request.reason(), fields::kMaxReasonBytes, fields::Need::kRequired,
                    &faults);
  fields::CheckMutation(request.request_id(), "", &faults);
  if (!faults.empty()) return faults.ToStatus();
  return *std::move(name);
}

template <typename Request>
versioned::Mutation MutationOf(const rpc::Call& call, const ClosingName& name,
                               std::string_view action, const Request& request) {
  return {.institution = name.institution,
          .subject = call.principal().subject,
          .action = action,
          .reason = request.reason(),
          .request_id = request.request_id(),
          .request = &request};
}

// Gives the closing a state, for the request's reason.
template <typename Request>
void Set(v1::Closing::State state, const rpc::Call& call, const Request& request,
         v1::Closing* closing) {
  closing->set_state(state);
  closing->set_reason(request.reason());
  closing->set_subject(call.principal().subject);
}

}  // namespace

absl::StatusOr<v1::Closing> Closings::Close(const rpc::Call& call,
                                            const v1::ClosePeriodRequest& request) const {
  const absl::StatusOr<ClosingName> name = Check(call, request, "close quarters");
  if (!name.ok()) return name.status();
  const absl::CivilDay today = absl::ToCivilDay(clock_.Now(), zone_);
  const std::string quarter = name->quarter.ToString();
  if (name->quarter.LastDay() >= today) {
    return PeriodNotOver(request.name(), name->quarter.LastDay(), today);
  }
  return store_.Mutate<v1::Closing>(
      MutationOf(call, *name, "ClosePeriod", request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Closing> {
        absl::StatusOr<std::optional<v1::Closing>> found =
            edit.Find<v1::Closing>(kClosings, quarter);
        if (!found.ok()) return found.status();
        v1::Closing closing = found->value_or(v1::Closing());
        const absl::Status seen =
            versioned::CheckEtag(request.name(), request.etag(), closing.etag());
        if (!seen.ok()) return seen;
        if (closing.state() == v1::Closing::STATE_CLOSED) return closing;
        closing.set_name(request.name());
        closing.set_quarter(quarter);
        Set(v1::Closing::STATE_CLOSED, call, request, &closing);
        const absl::Status stored = found->has_value() ? edit.Replace(kClosings, quarter, &closing)
                                                       : edit.Insert(kClosings, quarter, &closing);
        if (!stored.ok()) return stored;
        return closing;
      });
}

absl::StatusOr<v1::Closing> Closings::Reopen(const rpc::Call& call,
                                             const v1::ReopenPeriodRequest& request) const {
  const absl::StatusOr<ClosingName> name = Check(call, request, "reopen quarters");
  if (!name.ok()) return name.status();
  const std::string quarter = name->quarter.ToString();
  return store_.Mutate<v1::Closing>(
      MutationOf(call, *name, "ReopenPeriod", request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Closing> {
        absl::StatusOr<std::optional<v1::Closing>> found =
            edit.Find<v1::Closing>(kClosings, quarter);
        if (!found.ok()) return found.status();
        if (!found->has_value()) return status::NotFound(request.name());
        v1::Closing& closing = **found;
        const absl::Status seen =
            versioned::CheckEtag(request.name(), request.etag(), closing.etag());
        if (!seen.ok()) return seen;
        if (closing.state() == v1::Closing::STATE_REOPENED) return closing;
        Set(v1::Closing::STATE_REOPENED, call, request, &closing);
        if (absl::Status stored = edit.Replace(kClosings, quarter, &closing); !stored.ok()) {
          return stored;
        }
        return closing;
      });
}

absl::StatusOr<v1::ListClosingsResponse> Closings::List(
    const rpc::Call& call, const v1::ListClosingsRequest& request) const {
  status::FieldFaults faults;
  const std::optional<std::string> institution =
      ReadInstitutionName("parent", request.parent(), &faults);
  if (!institution.has_value()) return faults.ToStatus();
  const absl::Status allowed = RequireReader(call.principal(), *institution, catalog_,
                                             absl::StrCat("list closings of ", request.parent()));
  if (!allowed.ok()) return allowed;
  const size_t size = PageSize(request.page_size(), kPages, &faults);
  if (!faults.empty()) return faults.ToStatus();
  const absl::StatusOr<PagePosition> from = tokens_.Open(request);
  if (!from.ok()) return from.status();

  v1::ListClosingsResponse response;
  const auto read = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    absl::StatusOr<std::vector<v1::Closing>> closings = snapshot.List<v1::Closing>(kClosings);
    if (!closings.ok()) return closings.status();
    response.set_revision(snapshot.revision());
    for (v1::Closing& closing : *closings) {
      if (closing.quarter() <= from->position) continue;
      if (static_cast<size_t>(response.closings_size()) == size) {
        const std::string last = response.closings().rbegin()->quarter();
        response.set_next_page_token(tokens_.Seal(request, {snapshot.revision(), last}));
        break;
      }
      *response.add_closings() = std::move(closing);
    }
    return absl::OkStatus();
  };
  const absl::Status status = from->revision > 0
                                  ? store_.ReadAt(*institution, from->revision, read)
                                  : store_.Read(*institution, request.as_of(), clock_.Now(), read);
  if (!status.ok()) return status;
  return response;
}

}  // namespace athena::indicator
