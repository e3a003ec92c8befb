#include "services/athenactl/quarters.h"

#include "absl/strings/str_cat.h"
#include "services/athenactl/text.h"

namespace athena::athenactl {

absl::StatusOr<Period> ReadQuarter(const std::string& typed) {
  const absl::StatusOr<Period> period = Period::Parse(typed);
  if (!period.ok() || period->frequency() != Frequency::kQuarter) {
    return Misused(absl::StrCat("got the quarter ", Printable(typed), ", want one like 2022-Q4"));
  }
  return period;
}

absl::StatusOr<std::vector<std::string>> ReadQuarters(const Arguments& arguments, size_t most,
                                                      absl::CivilDay today) {
  Period last = Period::Containing(Frequency::kQuarter, today).Minus(1);
  if (arguments.Has("to")) {
    const absl::StatusOr<Period> to = ReadQuarter(arguments.Get("to"));
    if (!to.ok()) return to.status();
    last = *to;
  }
  Period first = last;
  if (arguments.Has("from")) {
    const absl::StatusOr<Period> from = ReadQuarter(arguments.Get("from"));
    if (!from.ok()) return from.status();
    first = *from;
  }
  if (first > last) {
    return Misused(absl::StrCat("got quarters from ", first.ToString(), " to ", last.ToString(),
                                ", want the earlier one first"));
  }
  if (static_cast<size_t>(last.index() - first.index()) >= most) {
    return Misused(absl::StrCat("got ", last.index() - first.index() + 1, " quarters from ",
                                first.ToString(), " to ", last.ToString(), ", want at most ",
                                most));
  }
  std::vector<std::string> quarters;
  for (int32_t at = first.index(); at <= last.index(); ++at) {
    quarters.push_back(Period::OfIndex(Frequency::kQuarter, at).ToString());
  }
  return quarters;
}

}  // namespace athena::athenactl
