#include "services/athenactl/views/operations/risk_matrix.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using ::testing::HasSubstr;

plan::ListRisksResponse SomeRisks() {
  plan::ListRisksResponse risks;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    risks { code: "R-1" inherent_likelihood: 4 inherent_impact: 5 residual_likelihood: 2
            residual_impact: 3 owner: "head of ICT" state: STATE_OPEN
            title { text { key: "en" value: "Data centre burns down and takes all files along" } }
            next_review_on { year: 2026 month: 11 day: 30 } }
    risks { code: "R-2" inherent_likelihood: 5 inherent_impact: 4 state: STATE_OPEN
            owner_unit: "institutions/a/units/hr" treatment: TREATMENT_REDUCE
            title { text { key: "en" value: "Nobody applies" } }
            next_review_on { year: 2026 month: 11 day: 29 } }
    risks { code: "R-3" inherent_likelihood: 3 inherent_impact: 3 residual_likelihood: 3
            residual_impact: 2 state: STATE_OPEN }
    risks { code: "R-4" inherent_likelihood: 1 inherent_impact: 1 residual_likelihood: 1
            residual_impact: 1 state: STATE_CLOSED closed_on { year: 2025 month: 1 day: 2 }
            next_review_on { year: 2020 month: 1 day: 1 } })",
                                                            &risks));
  return risks;
}

TEST(RiskMatrixTest, CountsOpenRisksByResidualLikelihoodAndImpact) {
  EXPECT_EQ(RiskMatrix(SomeRisks()),
            "LIKELIHOOD        IMPACT (risks with controls)\n"
            "5 almost certain    .    .    .    1    .\n"
            "4                   .    .    .    .    .\n"
            "3                   .    1    .    .    .\n"
            "2                   .    .    1    .    .\n"
            "1 rare              .    .    .    .    .\n"
            "                    1    2    3    4    5   1 negligible, 5 severe\n");
}

TEST(RiskListTest, HasTheHighestResidualScoreFirstAndNamesOverdueReviews) {
  plan::ListRisksResponse risks = SomeRisks();
  SortByResidualScore(&risks);
  const std::string text =
      RiskList(risks, {.language = "en", .today = absl::CivilDay(2026, 11, 30), .width = 120});
  EXPECT_LT(text.find("20  5 x 4*  R-2"), text.find("6  2 x 3   R-1"));
  EXPECT_LT(text.find("R-1"), text.find("R-3")) << "the order of codes stays among equals";
  EXPECT_THAT(text, HasSubstr("2026-11-29 overdue"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("2026-11-30 overdue"))) << "due today is not overdue";
  EXPECT_THAT(text, HasSubstr("no day set"));
  EXPECT_THAT(text, HasSubstr("closed 2025-01-02"));
  EXPECT_THAT(text, HasSubstr("* not judged with its controls yet"));
  EXPECT_THAT(text, HasSubstr("3 open risks; 1 review is overdue.\n"));
}

TEST(RiskListTest, FitsTheTerminal) {
  for (const int width : {80, 120}) {
    const std::string text = RiskList(
        SomeRisks(), {.language = "en", .today = absl::CivilDay(2026, 11, 30), .width = width});
    for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n')))
      EXPECT_LE(Width(line), width) << text;
    EXPECT_THAT(text, HasSubstr("Data centre burns"));
    EXPECT_THAT(text, HasSubstr("2026-11-29 overdue"));
  }
}

}  // namespace
}  // namespace athena::athenactl
