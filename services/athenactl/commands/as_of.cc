#include "services/athenactl/commands/as_of.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "libs/status/macros.h"
#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
absl::StatusOr<athena::common::v1::AsOf> ReadAsOf(const std::string& typed, FindTimeZone zone,
                                                  absl::Time now) {
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
    ATHENA_ASSIGN_OR_RETURN(const absl::TimeZone where, zone());
    if (day == absl::ToCivilDay(now, where)) return as_of;
    time = absl::FromCivil(day + 1, where) - absl::Microseconds(1);
  } else if (!absl::ParseTime(absl::RFC3339_full, typed, &time, &fault)) {
    return Misused(
        absl::StrCat("got the point in history ", Printable(typed),
                     ", want 2022-12-31T17:00:00Z, 2022-12-31 for the end of that day "
                     "where the institution is, today's date for now, or a revision like 17"));
  }
  *as_of.mutable_time() = ToTimestamp(time);
  return as_of;
}

absl::StatusOr<athena::common::v1::AsOf> ReadAsOf(const std::string& typed, FindTimeZone zone) {
  return ReadAsOf(typed, zone, absl::Now());
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
