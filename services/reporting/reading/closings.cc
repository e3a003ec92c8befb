#include "services/reporting/reading/closings.h"

#include <utility>

#include "libs/fields/fields.h"
#include "libs/status/macros.h"

namespace athena::reporting {
namespace {

// All closings of 250 years fit.
constexpr int kClosingsOfPage = 1'000;

}  // namespace

ClosingRead::ClosingRead(const Dependencies& dependencies, const rpc::Call& call,
                         std::string institution, std::string quarter, common::v1::AsOf as_of)
    : dependencies_(dependencies), call_(call), quarter_(std::move(quarter)) {
  request_.set_parent(std::move(institution));
  request_.set_page_size(kClosingsOfPage);
  *request_.mutable_as_of() = std::move(as_of);
  Begin();
}

void ClosingRead::Begin() { pending_ = dependencies_.ListClosings(call_, request_); }

absl::StatusOr<std::optional<LastClosing>> ClosingRead::Await() {
  std::optional<LastClosing> last;
  bool reopened = false;
  while (!last.has_value()) {
    ATHENA_ASSIGN_OR_RETURN(const auto parts, pending_->Await());
    const auto& closings = (*parts.front())->closings();
    const indicator::v1::Closing* found = nullptr;
    for (const indicator::v1::Closing& closing : closings) {
      if (closing.quarter() == quarter_) found = &closing;
    }
    if (found == nullptr) return std::nullopt;
    if (found->state() != indicator::v1::Closing::STATE_REOPENED) {
      last =
          LastClosing{fields::TimeOf(found->update_time()).value_or(absl::UnixEpoch()), reopened};
      continue;
    }
    // It was closed until that revision.
    if (reopened || found->revision() <= 1) return std::nullopt;
    reopened = true;
    request_.mutable_as_of()->set_revision(found->revision() - 1);
    Begin();
  }
  return last;
}

}  // namespace athena::reporting
