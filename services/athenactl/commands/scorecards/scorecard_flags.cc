#include "services/athenactl/commands/scorecards/scorecard_flags.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {

absl::StatusOr<ScorecardTarget> ReadTarget(const Connections& connections,
                                           const Arguments& arguments) {
  return ReadTarget(connections, arguments, arguments.operands());
}

absl::StatusOr<ScorecardTarget> ReadTarget(const Connections& connections,
                                           const Arguments& arguments,
                                           const std::vector<std::string>& words) {
  const std::optional<TypedScorecard> typed = ReadScorecardName(words);
  if (!typed.has_value()) {
    return Misused("want PLAN QUARTER, like gob/strategic-plan-2021-2026 2022-Q4, or gob 2022-Q4");
  }
  const absl::StatusOr<Period> quarter = Period::Parse(typed->quarter);
  if (!quarter.ok() || quarter->frequency() != Frequency::kQuarter) {
    return Misused(
        absl::StrCat("got the quarter ", Printable(typed->quarter), ", want one like 2022-Q4"));
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                          ResolveInstitution(connections, arguments, typed->institution));
  if (!typed->plan.empty()) {
    return ScorecardTarget{absl::StrCat(institution, "/plans/", typed->plan), *quarter};
  }
  ATHENA_ASSIGN_OR_RETURN(std::string plan, OnlyPlan(connections, institution));
  return ScorecardTarget{std::move(plan), *quarter};
}

absl::StatusOr<std::optional<int64_t>> ReadNumber(const Arguments& arguments,
                                                  const std::string& flag, int64_t most) {
  if (!arguments.Has(flag)) return std::nullopt;
  const std::string typed = arguments.Get(flag);
  const std::optional<int64_t> number = WholeNumber(typed);
  if (!number.has_value() || *number > most) {
    return Misused(absl::StrCat("--", flag, " got ", typed, ", want a number from 0 to ", most));
  }
  return number;
}

absl::StatusOr<ScorecardPoint> ReadPoint(const Connections& connections,
                                         const ScorecardTarget& target, const Arguments& arguments,
                                         const std::string& flag) {
  ScorecardPoint point;
  const std::string typed = arguments.Get(flag);
  if (typed.empty()) return point;
  if (typed == "closing") {
    point.point.emplace().set_closing(true);
    return point;
  }
  if (typed == "published") {
    reporting::v1::ListPublicationsRequest list;
    list.set_parent(absl::StrCat(target.plan, "/scorecards/", target.quarter.ToString()));
    list.set_page_size(1);
    ATHENA_ASSIGN_OR_RETURN(const auto listed,
                            connections.Call<reporting::v1::ListPublicationsResponse>(list));
    if (listed.publications().empty()) {
      return absl::NotFoundError(absl::StrCat("there is no publication of ", list.parent()));
    }
    point.point.emplace().set_publication(listed.publications(0).name());
    return point;
  }
  ATHENA_ASSIGN_OR_RETURN(point.as_of, ReadAsOf(typed, [&] {
                            return TimeZoneOf(connections, InstitutionOf(target.plan));
                          }));
  if (point.as_of.has_revision()) {
    return Misused(absl::StrCat(
        "--", flag, " got ", point.as_of.revision(),
        ", want a time, a day, closing or published: a scorecard has revisions of several "
        "institutions"));
  }
  // Today means now.
  if (point.as_of.has_time()) *point.point.emplace().mutable_time() = point.as_of.time();
  return point;
}

}  // namespace athena::athenactl
