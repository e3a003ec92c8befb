#ifndef ATHENA_LIBS_FIELDS_FIELDS_H_
#define ATHENA_LIBS_FIELDS_FIELDS_H_

#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/common/v1/values.pb.h"
#include "libs/status/status.h"

// What the field types that all contracts share may hold. Each check adds what is wrong to `faults`
// under the path `field`. Pure and thread-safe.
namespace athena::fields {

inline constexpr size_t kMaxLineBytes = 200;          // of a name, a unit, an id: one line
inline constexpr size_t kMaxTitleBytes = 300;         // of a text that stands in a list
inline constexpr size_t kMaxDescriptionBytes = 4000;  // of a text that is read by itself
inline constexpr size_t kMaxLanguages = 24;           // the official languages of the Union
inline constexpr size_t kMaxRequestIdBytes = 128;
// How the request ids begin that the server gives to mutations without one.
inline constexpr std::string_view kServerRequestId = "server-";
inline constexpr size_t kMaxReasonBytes = 1000;
inline constexpr int kMaxTags = 50;
inline constexpr size_t kMaxTagBytes = 64;
inline constexpr int kMaxSharedWith = 100;

enum class Need { kOptional, kRequired };

// At most `max_bytes` bytes, not blank, without control characters and marks of direction
// (libs/status/characters.h). Texts of up to kMaxLineBytes are one line; longer ones may have line
// ends and tabs.
void CheckText(std::string_view field, std::string_view value, size_t max_bytes, Need need,
               status::FieldFaults* faults);
// Each language a BCP-47 tag, at most kMaxLanguages, no text empty or longer than `max_bytes`; at
// least one when it is required.
void CheckText(std::string_view field, const common::v1::LocalizedText& value, size_t max_bytes,
               Need need, status::FieldFaults* faults);
// The shape of a BCP-47 tag: subtags of 1 to 8 letters and digits, the first of 2 to 8 letters; at
// most 35 bytes in all.
bool IsLanguageTag(std::string_view tag);

// Whether it is a name of the IANA time-zone database, "Europe/Brussels", that is installed. Paths
// and "localtime", which depend on the machine, are none.
bool IsTimeZone(std::string_view name);

// request_id and reason of a mutation.
void CheckMutation(std::string_view request_id, std::string_view reason,
                   status::FieldFaults* faults);

// Whether the contract marks the field as output-only (athena/common/v1/field_options.proto).
bool IsOutputOnly(const google::protobuf::FieldDescriptor* field);
// Clears such fields of the message itself, not of the messages in it.
void ClearOutputOnly(google::protobuf::Message* message);

// The calendar day of a message; nullopt when there is no such day (or year outside 1900..2199).
std::optional<absl::CivilDay> DayOf(const common::v1::Date& date);
common::v1::Date DateOf(absl::CivilDay day);
// The day of a field that may be unset; nullopt when it is, or when it is none, which is a fault.
std::optional<absl::CivilDay> ReadDay(std::string_view field, bool is_set,
                                      const common::v1::Date& date, status::FieldFaults* faults);
// A day that is set must not lie before `bound`, the day of the field `other`, which may be unset.
void CheckNotBefore(std::string_view field, std::optional<absl::CivilDay> day,
                    std::string_view other, std::optional<absl::CivilDay> bound,
                    status::FieldFaults* faults);

// The id of a member of a resource ("milestones[3].id"): a resource id (libs/ids) that is not in
// `seen`, the ids of the members before it, which it joins.
void CheckMemberId(std::string_view field, const std::string& id, std::set<std::string_view>* seen,
                   status::FieldFaults* faults);

google::protobuf::Timestamp TimestampOf(absl::Time time);  // whole microseconds
// nullopt when the message is out of the range that Timestamp allows.
std::optional<absl::Time> TimeOf(const google::protobuf::Timestamp& timestamp);

// "tags": at most kMaxTags, each one line of 1 to kMaxTagBytes bytes, each once. `Strings` is a
// repeated field.
template <typename Strings>
void CheckTags(std::string_view field, const Strings& tags, status::FieldFaults* faults);
// "shared_with": at most kMaxSharedWith names `institutions/{institution}`, each once.
template <typename Strings>
void CheckInstitutions(std::string_view field, const Strings& names, status::FieldFaults* faults);

// `path.field`, `list[3]`, `map[key]`: the path of a member.
std::string Below(std::string_view path, std::string_view field);
std::string At(std::string_view field, size_t index);
std::string At(std::string_view field, std::string_view key);

// Implementation.

namespace internal {
bool IsTag(std::string_view tag);
bool IsInstitutionName(std::string_view name);

template <typename Strings, typename Allowed>
void CheckSet(std::string_view field, const Strings& values, int most, const Allowed& allowed,
              std::string_view want, status::FieldFaults* faults) {
  if (values.size() > most) {
    faults->Add(field, values.size(), "at most " + std::to_string(most) + " of them");
    return;
  }
  for (int i = 0; i < values.size(); ++i) {
    if (!allowed(values.Get(i))) faults->Add(At(field, i), values.Get(i), want);
    for (int k = 0; k < i; ++k) {
      if (values.Get(k) != values.Get(i)) continue;
      faults->Add(At(field, i), values.Get(i), "each once");
      break;
    }
  }
}
}  // namespace internal

template <typename Strings>
void CheckTags(std::string_view field, const Strings& tags, status::FieldFaults* faults) {
  internal::CheckSet(field, tags, kMaxTags, internal::IsTag,
                     "1 to 64 bytes, one line that is not blank", faults);
}

template <typename Strings>
void CheckInstitutions(std::string_view field, const Strings& names, status::FieldFaults* faults) {
  internal::CheckSet(field, names, kMaxSharedWith, internal::IsInstitutionName,
                     "`institutions/{institution}`", faults);
}

}  // namespace athena::fields

#endif  // ATHENA_LIBS_FIELDS_FIELDS_H_
