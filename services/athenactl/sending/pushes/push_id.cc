#include "services/athenactl/sending/pushes/push_id.h"

#include <openssl/evp.h>

#include <array>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

// The longest name of a file that an id carries.
constexpr size_t kLongestName = 48;
// Of a SHA-256 in hexadecimal: 128 bits are plenty to tell the pieces of one file apart.
constexpr size_t kHashDigits = 32;

// A text that tells apart all that a push is made of: every part is preceded by its length.
void Append(std::string_view part, std::string& content) {
  absl::StrAppend(&content, part.size(), ":", View(part));
}

void AppendCodes(const google::protobuf::Map<std::string, std::string>& codes,
                 std::string& content) {
  const std::map<std::string, std::string> sorted(codes.begin(), codes.end());
  Append(std::to_string(sorted.size()), content);
  for (const auto& [dimension, code] : sorted) {
    Append(dimension, content);
    Append(code, content);
  }
}

std::string Sha256(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  EVP_Digest(content.data(), content.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), length));
}

}  // namespace

std::string PushId(std::string_view prefix, size_t number,
                   const v1::PushObservationsRequest& request) {
  std::string content;
  Append(request.partial() ? "partial" : "whole", content);
  Append(std::to_string(request.mode()), content);
  for (const std::string& part : request.row_mask().paths()) Append(part, content);
  Append(request.correction_reason(), content);
  Append(std::to_string(request.scopes_size()), content);
  for (const v1::Scope& scope : request.scopes()) {
    Append(scope.indicator(), content);
    Append(scope.start_period(), content);
    Append(scope.end_period(), content);
    AppendCodes(scope.slice(), content);
  }
  for (const v1::Observation& observation : request.observations()) {
    Append(observation.indicator(), content);
    Append(observation.period(), content);
    AppendCodes(observation.dimensions(), content);
    Append(observation.has_value() ? Shortest(observation.value()) : "", content);
    Append(std::to_string(observation.status()), content);
    Append(observation.comment(), content);
    Append(observation.retract() ? "retracted" : "", content);
  }
  return absl::StrCat(View(prefix), "-", number, "-", Sha256(content).substr(0, kHashDigits));
}

std::string PushId(std::string_view prefix, size_t number,
                   const athena::plan::v1::SetBudgetAmountsRequest& request) {
  std::string content;
  Append(request.partial() ? "partial" : "whole", content);
  Append(request.correction_reason(), content);
  const auto append_money = [&](bool has, const athena::common::v1::Money& money) {
    Append(has ? absl::StrCat(money.units(), ".", money.nanos()) : "", content);
  };
  for (const athena::plan::v1::BudgetAmounts& row : request.amounts()) {
    Append(row.budget_line(), content);
    Append(row.quarter(), content);
    append_money(row.has_commitment_initial(), row.commitment_initial());
    append_money(row.has_commitment_adjusted(), row.commitment_adjusted());
    append_money(row.has_payment_initial(), row.payment_initial());
    append_money(row.has_payment_adjusted(), row.payment_adjusted());
    append_money(row.has_committed(), row.committed());
    append_money(row.has_paid(), row.paid());
    Append(row.retract() ? "retracted" : "", content);
  }
  return absl::StrCat(View(prefix), "-", number, "-", Sha256(content).substr(0, kHashDigits));
}

std::string PushIdPrefix(std::string_view path) {
  std::string name(path.substr(path.find_last_of('/') + 1));
  for (char& letter : name) {
    // An id is UTF-8, the name of a file may be anything.
    if (static_cast<unsigned char>(letter) < 0x20 || static_cast<unsigned char>(letter) > 0x7E) {
      letter = '_';
    }
  }
  return name.substr(0, kLongestName);
}

std::string AnotherPushId(const std::string& id, std::string_view unique) {
  constexpr size_t kUniqueDigits = 16;
  return absl::StrCat(id, "-", View(unique.substr(0, kUniqueDigits)));
}

}  // namespace athena::athenactl
