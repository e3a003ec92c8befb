#include "services/reporting/rules/figures/risk.h"

#include <algorithm>

#include "libs/order/natural.h"

namespace athena::reporting {
namespace {

bool ComesBefore(const Risk& a, const Risk& b) {
  if (a.Score() != b.Score()) return a.Score() > b.Score();
  if (a.Impact() != b.Impact()) return a.Impact() > b.Impact();
  if (a.InherentScore() != b.InherentScore()) return a.InherentScore() > b.InherentScore();
  return NaturalLess(a.code, b.code);
}

}  // namespace

RiskLevel LevelOf(int score) {
  if (score >= 15) return RiskLevel::kVeryHigh;
  if (score >= 10) return RiskLevel::kHigh;
  return score >= 5 ? RiskLevel::kModerate : RiskLevel::kLow;
}

bool IsOverdue(absl::CivilDay due, Period quarter, absl::CivilDay date) {
  return due < date && due <= quarter.LastDay();
}

RiskFigures SummariseRisks(const std::vector<Risk>& risks, absl::Span<const int> chosen,
                           Period quarter, absl::CivilDay date) {
  const absl::CivilDay day = std::min(quarter.LastDay(), date);
  RiskFigures figures;
  for (const int index : chosen) {
    const Risk& risk = risks[index];
    if (risk.closed_on.has_value() && *risk.closed_on <= day) continue;
    figures.open.push_back(index);
    ++figures.by_level[static_cast<size_t>(LevelOf(risk.Score()))];
    if (!risk.treated) ++figures.untreated;
    if (risk.next_review.has_value() && IsOverdue(*risk.next_review, quarter, date)) {
      ++figures.reviews_overdue;
    }
  }
  std::sort(figures.open.begin(), figures.open.end(),
            [&](int a, int b) { return ComesBefore(risks[a], risks[b]); });
  return figures;
}

}  // namespace athena::reporting
