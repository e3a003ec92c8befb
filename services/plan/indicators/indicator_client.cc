#include "services/plan/indicators/indicator_client.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.grpc.pb.h"
#include "libs/fields/fields.h"
#include "libs/rpc/call.h"
#include "libs/rpc/client.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/plan/limits.h"

namespace athena::plan {
namespace {

using Stubs = indicator::v1::IndicatorService;
using indicator::v1::QueryPeriodValuesRequest;
using indicator::v1::QueryPeriodValuesResponse;

constexpr char kService[] = "indicator";

// A tenth of the caller's time is kept for answering which service failed.
rpc::Outgoing OutgoingFor(const rpc::Call& call) {
  rpc::Outgoing outgoing = rpc::Outgoing::For(call, kService);
  const absl::Time now = absl::Now();
  outgoing.deadline = now + std::min((call.deadline() - now) * 0.9, kLongestIndicatorRead);
  return outgoing;
}

absl::Status Translated(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return status;
    case absl::StatusCode::kDeadlineExceeded:
      return rpc::DependencyUnavailable(kService, "it took too long", kRetryAfter);
    default:
      return rpc::DependencyUnavailable(kService, status::Message(status), kRetryAfter);
  }
}

// Opens each attempt at a call. The channel may wait for seconds before it connects again, and
// answers with its last failure until then, so that attempts after the first one reset it.
class Attempts {
 public:
  explicit Attempts(grpc::Channel& channel) : channel_(channel) {}
  void Begin() {
    if (count_++ > 0) grpc::experimental::ChannelResetConnectionBackoff(&channel_);
  }

 private:
  grpc::Channel& channel_;
  int count_ = 0;
};

// Asks for definitions alone: no quarter has begun on the basis date, so that no value is computed.
QueryPeriodValuesRequest DefinitionsOf(absl::Span<const IndicatorSelection> selections) {
  QueryPeriodValuesRequest request;
  for (const IndicatorSelection& selection : selections) {
    auto& message = *request.add_selections();
    message.set_indicator(selection.indicator);
    message.mutable_slice()->insert(selection.slice.begin(), selection.slice.end());
  }
  request.add_periods("2199-Q4");
  *request.mutable_basis_date() = fields::DateOf(absl::CivilDay(1900, 1, 1));
  return request;
}

bool IsFor(const indicator::v1::Indicator& indicator, const std::string& institution) {
  const std::string name = "institutions/" + institution;
  if (indicator.name().rfind(name + "/", 0) == 0) return true;
  const auto& others = indicator.shared_with();
  return std::find(others.begin(), others.end(), name) != others.end();
}

}  // namespace

absl::StatusOr<std::vector<Linkable>> IndicatorClient::CheckLinks(
    const rpc::Call& call, const std::string& institution,
    absl::Span<const IndicatorSelection> selections) const {
  // Of a slice the whole indicator is asked for too: the answer does not tell which is unknown.
  std::vector<IndicatorSelection> asked;
  asked.reserve(2 * selections.size());
  for (const IndicatorSelection& selection : selections) {
    asked.push_back({selection.indicator, {}});
    if (!selection.slice.empty()) asked.push_back(selection);
  }
  std::sort(asked.begin(), asked.end());
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());

  const rpc::Outgoing outgoing = OutgoingFor(call);
  const auto stub = Stubs::NewStub(channel_);
  std::vector<bool> readable(asked.size(), false);
  for (size_t from = 0; from < asked.size(); from += kMaxSelectionsOfQuestion) {
    const QueryPeriodValuesRequest request = DefinitionsOf(
        absl::MakeConstSpan(asked).subspan(from, static_cast<size_t>(kMaxSelectionsOfQuestion)));
    Attempts attempts(*channel_);
    ATHENA_RETURN_IF_ERROR(Translated(rpc::Collect<QueryPeriodValuesResponse>(
        outgoing,
        [&](grpc::ClientContext* context) {
          attempts.Begin();
          return stub->QueryPeriodValues(context, request);
        },
        [&](const QueryPeriodValuesResponse& part) -> absl::Status {
          for (const auto& definition : part.definitions()) {
            const size_t at = from + static_cast<size_t>(definition.selection());
            if (at >= asked.size()) return status::Internal("its answer names no selection");
            readable[at] = definition.has_indicator() && IsFor(definition.indicator(), institution);
          }
          return absl::OkStatus();
        })));
  }

  const auto is_readable = [&](const IndicatorSelection& selection) {
    const auto at = std::lower_bound(asked.begin(), asked.end(), selection);
    return readable[static_cast<size_t>(at - asked.begin())];
  };
  std::vector<Linkable> answers;
  answers.reserve(selections.size());
  for (const IndicatorSelection& selection : selections) {
    if (!is_readable({selection.indicator, {}})) {
      answers.push_back(Linkable::kUnknown);
    } else {
      answers.push_back(is_readable(selection) ? Linkable::kYes : Linkable::kNoSuchSlice);
    }
  }
  return answers;
}

absl::StatusOr<std::set<std::string>> IndicatorClient::ClosedQuarters(
    const rpc::Call& call, const std::string& institution,
    const std::set<std::string>& quarters) const {
  std::set<std::string> closed;
  const rpc::Outgoing outgoing = OutgoingFor(call);
  const auto stub = Stubs::NewStub(channel_);
  indicator::v1::ListClosingsRequest request;
  request.set_parent("institutions/" + institution);
  request.set_page_size(kClosingsOfPage);
  do {
    Attempts attempts(*channel_);
    auto page = rpc::Invoke<indicator::v1::ListClosingsResponse>(
        outgoing, [&](grpc::ClientContext* context, indicator::v1::ListClosingsResponse* response) {
          attempts.Begin();
          return stub->ListClosings(context, request, response);
        });
    ATHENA_RETURN_IF_ERROR(Translated(page.status()));
    for (const indicator::v1::Closing& closing : page->closings()) {
      if (closing.state() == indicator::v1::Closing::STATE_CLOSED &&
          quarters.count(closing.quarter()) == 1) {
        closed.insert(closing.quarter());
      }
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return closed;
}

std::vector<std::string> IndicatorClient::Faults() const {
  const std::string fault =
      rpc::HealthFault(channel_, std::string(Stubs::service_full_name()), kIndicatorHealthDeadline);
  if (fault.empty()) return {};
  return {std::string(kService) + ": " + fault};
}

}  // namespace athena::plan
