#include "services/athenactl/commands/as_of.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

// A day begins so much earlier than in UTC where it begins first (UTC+14).
constexpr absl::Duration kEarliestZone = absl::Hours(14);

}  // namespace

absl::StatusOr<athena::common::v1::AsOf> ReadAsOf(const std::string& typed, absl::Time now) {
  athena::common::v1::AsOf as_of;
  if (typed.empty()) return as_of;
  if (const std::optional<int64_t> revision = WholeNumber(typed)) {
    as_of.set_revision(*revision);
    return as_of;
  }
  absl::Time time;
  std::string fault;
  absl::CivilDay day;
  if (typed.size() == 10 && absl::ParseCivilTime(typed, &day)) {
    time = absl::FromCivil(day + 1, absl::UTCTimeZone()) - absl::Microseconds(1);
    const bool begun = absl::FromCivil(day, absl::UTCTimeZone()) <= now + kEarliestZone;
    if (begun && time >= now) return as_of;
  } else if (!absl::ParseTime(absl::RFC3339_full, typed, &time, &fault)) {
    return Misused(
        absl::StrCat("got the point in history ", Printable(typed),
                     ", want 2022-12-31T17:00:00Z, 2022-12-31 for the end of that day in "
                     "UTC, today's date for now, or a revision like 17"));
  }
  *as_of.mutable_time() = ToTimestamp(time);
  return as_of;
}

absl::StatusOr<athena::common::v1::AsOf> ReadAsOf(const std::string& typed) {
  return ReadAsOf(typed, absl::Now());
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>((time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
  return timestamp;
}

}  // namespace athena::athenactl
