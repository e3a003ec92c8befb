#include "services/reporting/rules/quarters.h"

#include <algorithm>

namespace athena::reporting {
namespace {

// How many quarters before the scored one those lie that are read for trends.
constexpr int kComparedBefore[] = {1, 4};
constexpr int kEvaluatedBefore[] = {2, 6, 8};

bool Exists(Period quarter) { return quarter >= Period::Quarter(Period::kFirstYear, 1); }

bool Contains(const std::vector<Period>& quarters, Period quarter) {
  return std::find(quarters.begin(), quarters.end(), quarter) != quarters.end();
}

}  // namespace

std::vector<Period> Quarters::Read() const {
  std::vector<Period> read = {scored};
  read.insert(read.end(), compared.begin(), compared.end());
  read.insert(read.end(), evaluated.begin(), evaluated.end());
  return read;
}

std::optional<Quarters> QuartersOf(const QuarterRange& range, Period plan_first, Period plan_last) {
  if (range.last < plan_first || range.first > plan_last) return std::nullopt;
  Quarters quarters;
  quarters.scored = std::min(range.last, plan_last);
  for (Period quarter = std::max(range.first, plan_first); quarter < quarters.scored;
       quarter = quarter.Plus(1)) {
    quarters.compared.push_back(quarter);
  }
  if (!range.trends) return quarters;
  const auto add = [&](int before, bool scored) {
    const Period quarter = quarters.scored.Minus(before);
    if (!Exists(quarter) || Contains(quarters.compared, quarter)) return;
    // A plan has no score before its first quarter, but its indicators may have had values.
    (scored && quarter >= plan_first ? quarters.compared : quarters.evaluated).push_back(quarter);
  };
  for (const int before : kComparedBefore) add(before, true);
  for (const int before : kEvaluatedBefore) add(before, false);
  return quarters;
}

std::set<Period> QuartersOfReports(const QuarterRange& range) {
  std::set<Period> quarters;
  const auto add = [&](Period scored) {
    for (const Period& quarter : {scored, scored.Minus(1)}) {
      if (Exists(quarter)) quarters.insert(quarter);
    }
  };
  for (Period quarter = range.first; quarter <= range.last; quarter = quarter.Plus(1)) {
    add(quarter);
  }
  if (range.trends) {
    for (const int before : kComparedBefore) add(range.last.Minus(before));
  }
  return quarters;
}

}  // namespace athena::reporting
