#include "libs/fields/fields.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "athena/common/v1/field_options.pb.h"
#include "libs/ids/ids.h"
#include "libs/status/characters.h"

namespace athena::fields {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether a text has a character that no text needs and programs obey; line ends and tabs count as
// such where it is to be one line.
bool HasControls(std::string_view text, bool one_line) {
  while (!text.empty()) {
    const size_t length = std::max<size_t>(status::CharacterLength(text), 1);
    const char32_t character = status::CodePoint(text.substr(0, length));
    const bool spacing = character == '\n' || character == '\r' || character == '\t';
    if (status::IsControl(character) && (one_line || !spacing)) return true;
    text.remove_prefix(length);
  }
  return false;
}

}  // namespace

std::string Below(std::string_view path, std::string_view field) {
  return absl::StrCat(std::string(path), ".", std::string(field));
}

std::string At(std::string_view field, size_t index) {
  return absl::StrCat(std::string(field), "[", index, "]");
}

std::string At(std::string_view field, std::string_view key) {
  return absl::StrCat(std::string(field), "[", std::string(key), "]");
}

void CheckText(std::string_view field, std::string_view value, size_t max_bytes, Need need,
               status::FieldFaults* faults) {
  if (value.empty()) {
    if (need == Need::kRequired) faults->Missing(field);
    return;
  }
  if (value.size() > max_bytes) {
    faults->Add(field, absl::StrCat(value.size(), " bytes"),
                absl::StrCat("at most ", max_bytes, " bytes"));
  } else if (status::IsBlank(value)) {
    faults->Add(field, value, "a text that is not blank");
  } else if (const bool one_line = max_bytes <= kMaxLineBytes; HasControls(value, one_line)) {
    faults->Add(field, value,
                one_line ? "one line without control characters or marks of direction"
                         : "a text without control characters or marks of direction");
  }
}

bool IsLanguageTag(std::string_view tag) {
  if (tag.empty() || tag.size() > 35) return false;
  size_t length = 0;
  bool first = true;
  for (size_t i = 0; i <= tag.size(); ++i) {
    if (i == tag.size() || tag[i] == '-') {
      if (length < (first ? 2 : 1) || length > 8) return false;
      first = false;
      length = 0;
    } else if (IsLetter(tag[i]) || (!first && IsDigit(tag[i]))) {
      ++length;
    } else {
      return false;
    }
  }
  return true;
}

void CheckText(std::string_view field, const common::v1::LocalizedText& value, size_t max_bytes,
               Need need, status::FieldFaults* faults) {
  if (value.text().empty()) {
    if (need == Need::kRequired) faults->Missing(field);
    return;
  }
  const std::string path = absl::StrCat(std::string(field), ".text");
  if (value.text().size() > kMaxLanguages) {
    faults->Add(path, absl::StrCat(value.text().size(), " languages"),
                absl::StrCat("at most ", kMaxLanguages, " languages"));
    return;
  }
  for (const auto& [language, text] : value.text()) {
    if (!IsLanguageTag(language)) {
      faults->Add(path, language, "BCP-47 language tags as keys, \"nl\"");
    }
    CheckText(At(path, language), text, max_bytes, Need::kRequired, faults);
  }
}

void CheckMutation(std::string_view request_id, std::string_view reason,
                   status::FieldFaults* faults) {
  CheckText("request_id", request_id, kMaxRequestIdBytes, Need::kOptional, faults);
  CheckText("reason", reason, kMaxReasonBytes, Need::kOptional, faults);
}

bool IsOutputOnly(const google::protobuf::FieldDescriptor* field) {
  return field->options().GetExtension(common::v1::output_only);
}

void ClearOutputOnly(google::protobuf::Message* message) {
  const google::protobuf::Descriptor* type = message->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    if (IsOutputOnly(type->field(i))) message->GetReflection()->ClearField(message, type->field(i));
  }
}

bool IsTimeZone(std::string_view name) {
  // The longest name of the database has 32 bytes. Its names have no dot, so that none leads to a
  // file elsewhere.
  constexpr size_t kMaxBytes = 64;
  const auto allowed = [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '/' || c == '+' || c == '-';
  };
  absl::TimeZone zone;
  return !name.empty() && name.size() <= kMaxBytes && name[0] != '/' && name != "localtime" &&
         std::all_of(name.begin(), name.end(), allowed) &&
         absl::LoadTimeZone(std::string(name), &zone);
}

std::optional<absl::CivilDay> DayOf(const common::v1::Date& date) {
  if (date.year() < 1900 || date.year() > 2199) return std::nullopt;
  const absl::CivilDay day(date.year(), date.month(), date.day());
  // Civil time carries over: 30 February would be 2 March.
  if (day.month() != date.month() || day.day() != date.day()) return std::nullopt;
  return day;
}

std::optional<absl::CivilDay> ReadDay(std::string_view field, bool is_set,
                                      const common::v1::Date& date, status::FieldFaults* faults) {
  if (!is_set) return std::nullopt;
  const std::optional<absl::CivilDay> day = DayOf(date);
  if (!day.has_value()) {
    faults->Add(field, absl::StrCat(date.year(), "-", date.month(), "-", date.day()),
                "a calendar day of the years 1900 to 2199");
  }
  return day;
}

void CheckNotBefore(std::string_view field, std::optional<absl::CivilDay> day,
                    std::string_view other, std::optional<absl::CivilDay> bound,
                    status::FieldFaults* faults) {
  if (!day.has_value() || !bound.has_value() || *day >= *bound) return;
  faults->Add(
      field, absl::FormatCivilTime(*day),
      absl::StrCat("a day not before ", std::string(other), ", ", absl::FormatCivilTime(*bound)));
}

void CheckMemberId(std::string_view field, const std::string& id, std::set<std::string_view>* seen,
                   status::FieldFaults* faults) {
  if (id.empty()) return faults->Missing(field);
  if (!IsResourceId(id)) faults->Add(field, id, kIdGrammar);
  if (!seen->insert(id).second) faults->Add(field, id, "each once");
}

common::v1::Date DateOf(absl::CivilDay day) {
  common::v1::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  const int64_t micros = absl::ToUnixMicros(time);
  int64_t seconds = micros / 1'000'000;
  int64_t rest = micros % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(rest * 1000));
  return timestamp;
}

std::optional<absl::Time> TimeOf(const google::protobuf::Timestamp& timestamp) {
  constexpr int64_t kFirst = -62'135'596'800;  // 0001-01-01T00:00:00Z
  constexpr int64_t kLast = 253'402'300'799;   // 9999-12-31T23:59:59Z
  if (timestamp.seconds() < kFirst || timestamp.seconds() > kLast || timestamp.nanos() < 0 ||
      timestamp.nanos() > 999'999'999) {
    return std::nullopt;
  }
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

namespace internal {

bool IsTag(std::string_view tag) {
  return !tag.empty() && tag.size() <= kMaxTagBytes && !status::IsBlank(tag) &&
         !HasControls(tag, /*one_line=*/true);
}

bool IsInstitutionName(std::string_view name) {
  return MatchName("institutions/*", name).has_value();
}

}  // namespace internal

}  // namespace athena::fields
