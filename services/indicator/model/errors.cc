#include "services/indicator/model/errors.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/status.h"

namespace athena::indicator {
absl::Status PushIdReused(std::string_view push_id, std::string_view push) {
  const std::string shown = status::Printable(push_id);
  return status::Refusal(
      absl::StatusCode::kAlreadyExists, "PUSH_ID_REUSED",
      absl::StrCat("push_id: got ", shown, ", with which ", std::string(push),
                   " was stored with other content; want a push_id of its own for each push, and "
                   "the same content whenever it is sent again"),
      {{"pushId", shown}, {"push", push}});
}

absl::Status FormulaCycle(const std::vector<std::string>& path) {
  const std::string cycle = absl::StrJoin(path, " > ");
  return status::Refusal(
      absl::StatusCode::kInvalidArgument, "FORMULA_CYCLE",
      absl::StrCat("formulas read each other in a circle, ", status::Printable(cycle),
                   "; want formulas that none of their own operands depends on"),
      {{"cycle", cycle}});
}

absl::Status IndicatorInUse(std::string_view indicator, const std::vector<std::string>& formulas) {
  const std::vector<std::string_view> subjects(formulas.begin(), formulas.end());
  return status::Precondition("INDICATOR_IN_USE",
                              absl::StrCat(std::string(indicator), " cannot be retired: ",
                                           formulas.size(), " formulas in use read it, such as ",
                                           formulas.front(), "; change or retire them first"),
                              subjects, {{"indicator", indicator}, {"formula", formulas.front()}});
}

absl::Status IndicatorRetired(std::string_view indicator) {
  return status::Precondition(
      "INDICATOR_RETIRED",
      absl::StrCat(std::string(indicator), " is RETIRED: it keeps its targets and takes no more"),
      indicator, {{"indicator", indicator}});
}

absl::Status TooManyTargetVersions(std::string_view indicator, int64_t most) {
  return status::Precondition("TOO_MANY_VERSIONS",
                              absl::StrCat("the target of ", std::string(indicator), " has ", most,
                                           " versions, as many as are kept: it takes no more"),
                              indicator, {{"indicator", indicator}});
}

absl::Status PeriodNotOver(std::string_view closing, absl::CivilDay last_day,
                           absl::CivilDay today) {
  const std::string last = absl::FormatCivilTime(last_day);
  return status::Precondition(
      "PERIOD_NOT_OVER",
      absl::StrCat("the quarter runs until ", last, " and today is ", absl::FormatCivilTime(today),
                   ": close it from the day after its last on"),
      closing, {{"closing", closing}, {"lastDay", last}});
}

absl::Status PeriodClosed(std::string_view institution, absl::Span<const Period> quarters,
                          int64_t locked) {
  std::vector<std::string> closings;
  closings.reserve(quarters.size());
  for (const Period quarter : quarters) {
    closings.push_back(
        absl::StrCat("institutions/", std::string(institution), "/closings/", quarter.ToString()));
  }
  const std::string first = quarters.empty() ? "" : quarters.front().ToString();
  return status::Precondition(
      "PERIOD_CLOSED",
      absl::StrCat("rows that would change an observation of a closed quarter: ", locked,
                   ", want none; closed quarters: ", quarters.size(), ", the first of them ", first,
                   ": leave these rows out, push with partial to store the others, or give a "
                   "correction_reason if you may correct"),
      std::vector<std::string_view>(closings.begin(), closings.end()),
      {{"quarter", first}, {"locked", absl::StrCat(locked)}});
}

absl::Status ScopesTooLarge(std::string_view institution, size_t most) {
  return status::Precondition(
      "SCOPES_TOO_LARGE",
      absl::StrCat("the scopes hold more than ", most,
                   " cells that the push leaves out, want at most as many: replace less at once"),
      absl::StrCat("institutions/", std::string(institution)), {{"most", absl::StrCat(most)}});
}

}  // namespace athena::indicator
