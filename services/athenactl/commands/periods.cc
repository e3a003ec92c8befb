#include "services/athenactl/commands/periods.h"

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {

absl::StatusOr<Period> ReadQuarter(const std::string& typed) {
  const absl::StatusOr<Period> period = Period::Parse(typed);
  if (!period.ok() || period->frequency() != Frequency::kQuarter) {
    return Misused(absl::StrCat("got the quarter ", Printable(typed), ", want one like 2022-Q4"));
  }
  return period;
}

absl::StatusOr<std::vector<std::string>> ReadQuarters(const Arguments& arguments, size_t most,
                                                      absl::FunctionRef<absl::CivilDay()> today) {
  Period last;
  if (arguments.Has("to")) {
    ATHENA_ASSIGN_OR_RETURN(last, ReadQuarter(arguments.Get("to")));
  } else {
    last = Period::Containing(Frequency::kQuarter, today()).Minus(1);
  }
  Period first = last;
  if (arguments.Has("from")) {
    ATHENA_ASSIGN_OR_RETURN(const Period from, ReadQuarter(arguments.Get("from")));
    first = from;
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

absl::StatusOr<std::vector<std::string>> ReadPeriods(absl::Span<const std::string> typed,
                                                     size_t most) {
  std::vector<std::string> periods;
  for (const std::string& one : typed) {
    const size_t dots = one.find("..");
    const bool range = dots != std::string::npos;
    const absl::StatusOr<Period> first = Period::Parse(one.substr(0, dots));
    const absl::StatusOr<Period> last = range ? Period::Parse(one.substr(dots + 2)) : first;
    if (!first.ok() || !last.ok() || first->frequency() != last->frequency() || *last < *first) {
      return Misused(absl::StrCat("got the period ", Printable(one),
                                  ", want 2021, 2021-S1, 2021-Q3, 2021-07, 2021-W30 or 2021-07-15, "
                                  "or from one to a later one as long, 2021-01..2021-12"));
    }
    if (periods.size() + static_cast<size_t>(last->index() - first->index()) >= most) {
      return Misused(
          absl::StrCat("got more periods than can be asked for at once, want at most ", most));
    }
    for (Period at = *first; at <= *last; at = at.Plus(1)) periods.push_back(at.ToString());
  }
  return periods;
}

}  // namespace athena::athenactl
