#include "libs/rpc/call.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "libs/rpc/method.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

uint64_t Random() {
  thread_local std::mt19937_64 engine{(uint64_t{std::random_device{}()} << 32) ^
                                      std::random_device{}()};
  return engine();
}

std::string Hex(uint64_t number) {
  return absl::StrCat(absl::Hex(number, absl::kZeroPad16));
}

// What sets this process's ids apart from those of the others.
uint64_t ProcessNumber() {
  static const uint64_t number = Random() | 1;
  return number;
}

}  // namespace

Call::Call(std::shared_ptr<const auth::Principal> principal, absl::Time deadline,
           std::string_view method)
    : principal_(std::move(principal)),
      arrived_(absl::Now()),
      deadline_(deadline),
      method_(method) {}

std::string Call::request_id() const {
  if (!client_request_id_.empty()) return std::string(client_request_id_);
  return absl::StrCat(Hex(ProcessNumber()), "-", number_);
}

std::string Call::trace_id() const {
  // "00-<32 digits>-<16 digits>-<2 digits>"
  if (!trace_parent_.empty()) return std::string(trace_parent_.substr(3, 32));
  return Hex(ProcessNumber()) + Hex(number_);
}

std::string Call::ChildTraceParent() const {
  std::string flags = trace_parent_.empty() ? "00" : std::string(trace_parent_.substr(53, 2));
  return absl::StrCat("00-", trace_id(), "-", Hex(Random() | 1), "-", flags);
}

absl::Status Call::RequireInstitution(std::string_view institution_id) const {
  decided_.store(true, std::memory_order_relaxed);
  if (principal_->ActsFor(institution_id)) return absl::OkStatus();
  return status::PermissionDenied(principal_->subject,
                                  "act for institutions/" + status::Printable(institution_id));
}

namespace internal {

void Answerable::FailDropped() {
  Fail(status::Internal("the handler gave no answer"));
}

}  // namespace internal
}  // namespace athena::rpc
