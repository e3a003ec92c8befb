#include "services/plan/stratml/stratml_format.h"

#include <google/protobuf/util/json_util.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/ids/ids.h"

namespace athena::plan {
namespace {

constexpr std::string_view kBlockLine = "athena.plan.v1.StratmlBlock\n";

}  // namespace

std::optional<std::string> ElementIdOf(std::string_view identifier) {
  if (!identifier.starts_with(kElementPrefix)) return std::nullopt;
  const std::vector<std::string> parts = absl::StrSplit(std::string(identifier), '.');
  if (parts.size() != 4 || !IsResourceId(parts[3])) return std::nullopt;
  return parts[3];
}

std::string BlockText(const v1::StratmlBlock& block) {
  return absl::StrCat(std::string(kBlockLine), CanonicalJson(block));
}

absl::StatusOr<std::optional<v1::StratmlBlock>> ReadBlock(std::string_view text) {
  // Tools may indent or reflow what they pass on.
  while (!text.empty() && std::string_view(" \t\r\n").find(text.front()) != text.npos) {
    text.remove_prefix(1);
  }
  if (!text.starts_with(kBlockLine.substr(0, kBlockLine.size() - 1))) return std::nullopt;
  text.remove_prefix(kBlockLine.size() - 1);
  v1::StratmlBlock block;
  const auto read = google::protobuf::util::JsonStringToMessage(std::string(text), &block);
  // Parsed once more: what the JSON escapes may be no UTF-8.
  if (!read.ok() || !v1::StratmlBlock().ParseFromString(block.SerializeAsString())) {
    return absl::InvalidArgumentError("the StratmlBlock is not the JSON that it should be");
  }
  return block;
}

std::optional<std::string> DateText(const common::v1::Date& date) {
  const std::optional<absl::CivilDay> day = fields::DayOf(date);
  if (!day.has_value()) return std::nullopt;
  return absl::FormatCivilTime(*day);
}

std::optional<common::v1::Date> ReadDate(std::string_view text) {
  constexpr size_t kDayBytes = std::string_view("2026-03-31").size();
  if (text.size() < kDayBytes) return std::nullopt;
  const std::string_view zone = text.substr(kDayBytes);
  const bool is_zone = zone.empty() || zone == "Z" ||
                       (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':');
  absl::CivilDay day;
  if (!is_zone || !absl::ParseCivilTime(std::string(text.substr(0, kDayBytes)), &day)) {
    return std::nullopt;
  }
  const common::v1::Date date = fields::DateOf(day);
  return fields::DayOf(date).has_value() ? std::optional(date) : std::nullopt;
}

}  // namespace athena::plan
