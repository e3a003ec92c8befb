#ifndef ATHENA_SERVICES_REPORTING_RULES_FIGURES_RISK_H_
#define ATHENA_SERVICES_REPORTING_RULES_FIGURES_RISK_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "libs/period/period.h"

// Risks, as a quarter shows them. None of it changes a score. All functions are pure and
// thread-safe.
namespace athena::reporting {

struct Risk {
  std::string code;
  // 1 to 5 each, without controls, and with them; 0: not judged with controls.
  int inherent_likelihood = 0;
  int inherent_impact = 0;
  int residual_likelihood = 0;
  int residual_impact = 0;
  bool treated = false;  // what is done about it is decided
  std::optional<absl::CivilDay> closed_on;
  std::optional<absl::CivilDay> next_review;

  // With controls where it was judged with them, else without.
  int Likelihood() const {
    return residual_likelihood > 0 ? residual_likelihood : inherent_likelihood;
  }
  int Impact() const { return residual_likelihood > 0 ? residual_impact : inherent_impact; }
  int Score() const { return Likelihood() * Impact(); }
  int InherentScore() const { return inherent_likelihood * inherent_impact; }
};

// By the score, 1 to 25.
enum class RiskLevel : int8_t {
  kLow,       // to 4
  kModerate,  // to 9
  kHigh,      // to 14
  kVeryHigh,
};
inline constexpr int kRiskLevels = 4;

RiskLevel LevelOf(int score);

// Whether the day lies before `date`, in or before the quarter: what was due on it is overdue.
bool IsOverdue(absl::CivilDay due, Period quarter, absl::CivilDay date);

struct RiskFigures {
  // The open ones, as indexes: the highest score first, then the larger impact, then the higher
  // inherent score, then by code.
  std::vector<int> open;
  std::array<int, kRiskLevels> by_level = {};
  int untreated = 0;
  int reviews_overdue = 0;
};

// Of `chosen`, indexes of risks, those that are open on D, the earlier of the quarter's last day
// and `date`: not closed on or before it.
RiskFigures SummariseRisks(const std::vector<Risk>& risks, absl::Span<const int> chosen,
                           Period quarter, absl::CivilDay date);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_FIGURES_RISK_H_
