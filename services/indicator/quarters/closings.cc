#include "services/indicator/quarters/closings.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/ids/name_pattern.h"
#include "libs/paging/page.h"
#include "libs/paging/take_page.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/model/errors.h"
#include "services/indicator/model/names.h"
#include "services/indicator/store/closing_store.h"

namespace athena::indicator {
namespace {

// The largest page holds 250 years.
constexpr PageSizes kClosingPages{.default_size = 100, .max_size = 1000};

bool IsQuarter(std::string_view id) {
  const absl::StatusOr<Period> period = Period::Parse(id);
  return period.ok() && period->frequency() == Frequency::kQuarter;
}

constexpr NamePattern kClosingPattern("institutions/{institution}/closings/{quarter}", IsQuarter);

struct ClosingName {
  std::string institution;
  Period quarter;
};

std::optional<ClosingName> ReadClosingName(std::string_view name, status::FieldFaults* faults) {
  const std::optional<ResourceName> match = kClosingPattern.Match(name);
  if (match.has_value()) return ClosingName{match->institution(), *Period::Parse(match->id())};
  faults->Add("name", name,
              "`institutions/{institution}/closings/{quarter}`, the quarter as in 2021-Q3");
  return std::nullopt;
}

// Validates either request, and the caller's permission. `what` ends "X may not ...".
template <typename Request>
absl::StatusOr<ClosingName> CheckRequest(const rpc::Call& call, const Request& request,
                                         std::string_view what) {
  status::FieldFaults faults;
  std::optional<ClosingName> name = ReadClosingName(request.name(), &faults);
  if (name.has_value()) {
    ATHENA_RETURN_IF_ERROR(call.principal().RequireInstitution(
        name->institution,
        absl::StrCat(std::string(what), " of institutions/", name->institution)));
  }
  fields::CheckText("reason", request.reason(), fields::kMaxReasonBytes, fields::Need::kRequired,
                    &faults);
  fields::CheckMutation(request.request_id(), "", &faults);
  if (!faults.empty()) return faults.ToStatus();
  return *std::move(name);
}

template <typename Request>
void SetState(v1::Closing::State state, const rpc::Call& call, const Request& request,
              v1::Closing* closing) {
  closing->set_state(state);
  closing->set_reason(request.reason());
  closing->set_subject(call.principal().subject);
}

}  // namespace

absl::StatusOr<v1::Closing> Closings::Close(const rpc::Call& call,
                                            const v1::ClosePeriodRequest& request) const {
  ATHENA_ASSIGN_OR_RETURN(const ClosingName name, CheckRequest(call, request, "close quarters"));
  const std::string quarter = name.quarter.ToString();
  v1::Closing closing;
  ATHENA_RETURN_IF_ERROR(resources_.Mutate(
      call.principal(), name.institution, request, &closing,
      [&](versioned::Edit& edit) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneIn(edit, zone_));
        const absl::CivilDay today = absl::ToCivilDay(resources_.clock().Now(), zone);
        if (name.quarter.LastDay() >= today) {
          return PeriodNotOver(request.name(), name.quarter.LastDay(), today);
        }
        ATHENA_ASSIGN_OR_RETURN(const std::optional<v1::Closing> found,
                                edit.Find<v1::Closing>(kClosings, quarter));
        closing = found.value_or(v1::Closing());
        ATHENA_RETURN_IF_ERROR(
            versioned::CheckEtag(request.name(), request.etag(), closing.etag()));
        if (closing.state() == v1::Closing::STATE_CLOSED) return absl::OkStatus();
        closing.set_name(request.name());
        closing.set_quarter(quarter);
        SetState(v1::Closing::STATE_CLOSED, call, request, &closing);
        ATHENA_RETURN_IF_ERROR(found.has_value() ? edit.Replace(kClosings, quarter, &closing)
                                                 : edit.Insert(kClosings, quarter, &closing));
        return absl::OkStatus();
      }));
  return closing;
}

absl::StatusOr<v1::Closing> Closings::Reopen(const rpc::Call& call,
                                             const v1::ReopenPeriodRequest& request) const {
  ATHENA_ASSIGN_OR_RETURN(const ClosingName name, CheckRequest(call, request, "reopen quarters"));
  const std::string quarter = name.quarter.ToString();
  v1::Closing closing;
  ATHENA_RETURN_IF_ERROR(
      resources_.Mutate(call.principal(), name.institution, request, &closing,
                        [&](versioned::Edit& edit) -> absl::Status {
                          ATHENA_ASSIGN_OR_RETURN(std::optional<v1::Closing> found,
                                                  edit.Find<v1::Closing>(kClosings, quarter));
                          if (!found.has_value()) return status::NotFound(request.name());
                          closing = *std::move(found);
                          ATHENA_RETURN_IF_ERROR(
                              versioned::CheckEtag(request.name(), request.etag(), closing.etag()));
                          if (closing.state() == v1::Closing::STATE_REOPENED)
                            return absl::OkStatus();
                          SetState(v1::Closing::STATE_REOPENED, call, request, &closing);
                          ATHENA_RETURN_IF_ERROR(edit.Replace(kClosings, quarter, &closing));
                          return absl::OkStatus();
                        }));
  return closing;
}

absl::StatusOr<v1::ListClosingsResponse> Closings::List(
    const rpc::Call& call, const v1::ListClosingsRequest& request) const {
  status::FieldFaults faults;
  const std::optional<std::string> institution =
      ReadInstitutionName("parent", request.parent(), &faults);
  if (!institution.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(RequireReader(call.principal(), *institution, catalog_,
                                       absl::StrCat("list closings of ", request.parent())));
  const size_t size = PageSize(request.page_size(), kClosingPages, &faults);
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_ASSIGN_OR_RETURN(const PagePosition from, tokens_.Open(request));

  v1::ListClosingsResponse response;
  const auto read = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(std::vector<v1::Closing> closings,
                            snapshot.List<v1::Closing>(kClosings));
    const std::string last = TakePage(
        std::move(closings), from.position, size,
        [](const v1::Closing& closing) -> const std::string& { return closing.quarter(); },
        std::less<>(), response.mutable_closings());
    response.set_revision(snapshot.revision());
    if (!last.empty()) {
      response.set_next_page_token(tokens_.Seal(request, {snapshot.revision(), last}));
    }
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(resources_.store().ReadPage(*institution, from.revision, request.as_of(),
                                                     resources_.clock().Now(), read));
  return response;
}

}  // namespace athena::indicator
