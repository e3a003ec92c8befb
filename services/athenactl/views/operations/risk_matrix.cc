#include "services/athenactl/views/operations/risk_matrix.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

constexpr int kSteps = 5;  // of likelihood and of impact
constexpr int kCellWidth = 5;
constexpr int kLikelihoodWidth = 16;
// What narrow terminals show of a title and of an owner.
constexpr int kLeastRiskTitle = 20;
constexpr int kLeastRiskOwner = 10;

bool IsJudged(const plan::Risk& risk) { return risk.residual_likelihood() > 0; }
int LikelihoodOf(const plan::Risk& risk) {
  return IsJudged(risk) ? risk.residual_likelihood() : risk.inherent_likelihood();
}
int ImpactOf(const plan::Risk& risk) {
  return IsJudged(risk) ? risk.residual_impact() : risk.inherent_impact();
}
bool IsReviewOverdue(const plan::Risk& risk, absl::CivilDay today) {
  const std::optional<absl::CivilDay> review =
      risk.has_next_review_on() ? fields::DayOf(risk.next_review_on()) : std::nullopt;
  return risk.state() != plan::Risk::STATE_CLOSED && review.has_value() && *review < today;
}

std::string ReviewText(const plan::Risk& risk, absl::CivilDay today) {
  if (risk.state() == plan::Risk::STATE_CLOSED) {
    return absl::StrCat("closed ", DateText(risk.closed_on()));
  }
  if (!risk.has_next_review_on()) return "no day set";
  return absl::StrCat(DateText(risk.next_review_on()),
                      IsReviewOverdue(risk, today) ? " overdue" : "");
}

}  // namespace

void SortByResidualScore(plan::ListRisksResponse* risks) {
  std::stable_sort(risks->mutable_risks()->begin(), risks->mutable_risks()->end(),
                   [](const plan::Risk& a, const plan::Risk& b) {
                     return LikelihoodOf(a) * ImpactOf(a) > LikelihoodOf(b) * ImpactOf(b);
                   });
}

std::string RiskMatrix(const plan::ListRisksResponse& risks) {
  std::array<std::array<int, kSteps + 1>, kSteps + 1> counts{};
  for (const plan::Risk& risk : risks.risks()) {
    if (risk.state() == plan::Risk::STATE_CLOSED) continue;
    const int likelihood = LikelihoodOf(risk);
    const int impact = ImpactOf(risk);
    if (likelihood < 1 || likelihood > kSteps || impact < 1 || impact > kSteps) continue;
    ++counts[static_cast<size_t>(likelihood)][static_cast<size_t>(impact)];
  }
  std::string text =
      absl::StrCat(PadRight("LIKELIHOOD", kLikelihoodWidth), "  IMPACT (risks with controls)\n");
  for (int likelihood = kSteps; likelihood >= 1; --likelihood) {
    std::string line = PadRight(absl::StrCat(likelihood, likelihood == kSteps ? " almost certain"
                                                         : likelihood == 1    ? " rare"
                                                                              : ""),
                                kLikelihoodWidth);
    for (int impact = 1; impact <= kSteps; ++impact) {
      const int count = counts[static_cast<size_t>(likelihood)][static_cast<size_t>(impact)];
      line += PadLeft(count == 0 ? "." : absl::StrCat(count), kCellWidth);
    }
    absl::StrAppend(&text, line, "\n");
  }
  text += std::string(kLikelihoodWidth, ' ');
  for (int impact = 1; impact <= kSteps; ++impact) {
    text += PadLeft(absl::StrCat(impact), kCellWidth);
  }
  return absl::StrCat(text, "   1 negligible, 5 severe\n");
}

std::string RiskList(const plan::ListRisksResponse& risks, const RiskTextOptions& options) {
  Table table({{"SCORE", true},
               {"L x I"},
               {"CODE"},
               {.heading = "RISK", .least = kLeastRiskTitle},
               {.heading = "OWNER", .least = kLeastRiskOwner},
               {.heading = "NEXT REVIEW", .least = Table::kWhole},
               {.heading = "BEFORE", .right = true, .spare = true},
               {.heading = "TREATMENT", .spare = true},
               {.heading = "UNIT", .spare = true, .least = kLeastRiskOwner}});
  int64_t open = 0;
  int64_t overdue = 0;
  bool unjudged = false;
  for (const plan::Risk& risk : risks.risks()) {
    open += risk.state() != plan::Risk::STATE_CLOSED ? 1 : 0;
    overdue += IsReviewOverdue(risk, options.today) ? 1 : 0;
    unjudged = unjudged || !IsJudged(risk);
    table.Add({absl::StrCat(LikelihoodOf(risk) * ImpactOf(risk)),
               absl::StrCat(LikelihoodOf(risk), " x ", ImpactOf(risk), IsJudged(risk) ? "" : "*"),
               risk.code(), InLanguage(risk.title(), options.language),
               risk.owner().empty() ? IdOf(risk.owner_unit()) : risk.owner(),
               ReviewText(risk, options.today),
               absl::StrCat(risk.inherent_likelihood() * risk.inherent_impact()),
               EnumText(risk.treatment()), IdOf(risk.owner_unit())});
  }
  return absl::StrCat(
      table.Text(options.width, options.colour), "\n",
      unjudged ? "* not judged with its controls yet: as it is without them\n" : "",
      Counted(open, "open risk", "open risks"), "; ",
      overdue == 0 ? "no review is overdue" : Counted(overdue, "review is", "reviews are"),
      overdue == 0 ? ".\n" : " overdue.\n");
}

}  // namespace athena::athenactl
