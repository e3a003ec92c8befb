#include "services/athenactl/terminal/arguments.h"

#include "absl/strings/cord.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

constexpr absl::string_view kMisuse = "athenactl/misuse";

}  // namespace

std::string Arguments::Operand(size_t index) const {
  return index < operands_.size() ? operands_[index] : "";
}

std::string Arguments::Get(std::string_view flag) const {
  const std::string name(flag);
  if (const auto given = flags_.find(name); given != flags_.end()) return given->second.back();
  const auto found = defaults_.find(name);
  return found == defaults_.end() ? "" : found->second;
}

std::vector<std::string> Arguments::All(std::string_view flag) const {
  const auto given = flags_.find(std::string(flag));
  return given == flags_.end() ? std::vector<std::string>{} : given->second;
}

absl::Status Misused(std::string_view message) {
  absl::Status status = absl::InvalidArgumentError(View(message));
  status.SetPayload(kMisuse, absl::Cord());
  return status;
}

bool IsMisuse(const absl::Status& status) { return status.GetPayload(kMisuse).has_value(); }

}  // namespace athena::athenactl
