#include "services/athenactl/views/scorecards/explanation_text.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/scorecards/comparison_text.h"

namespace athena::athenactl {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;
using ::testing::ResultOf;

auto FitsAPage() {
  return ResultOf(
      [](const std::string& text) {
        int widest = 0;
        for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n'))) {
          widest = std::max(widest, Width(line));
        }
        return widest;
      },
      Le(80));
}

reporting::v1::Explanation Explained() {
  reporting::v1::Explanation explanation;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        period: "2026-Q3"
        code: "1.3"
        title: "Sickness absence"
        language: "en"
        status: SCORECARD_STATUS_AMBER
        score { value: 50 decimal: "50" }
        coverage { share { value: 1 decimal: "1" } }
        steps { sentence: "The evaluated period is 2026-Q3." }
        steps {
          sentence: "7.82 % against a target of 7.30 % and a red flag of 8.00 % scores 41.9 of 100, which is a long sentence."
        }
        improvements { group: 1 sentence: "The first part." }
        improvements { group: 1 sentence: "The second part." }
        improvements { group: 2 sentence: "The cap." }
        sources {
          indicator: "institutions/gob/indicators/absence"
          title: "Absence"
          period: "2026-Q3"
          formula: "100 * absent / workdays"
        }
        sources {
          indicator: "institutions/gob/indicators/absent"
          period: "2026-Q3"
          cells {
            period: "2026-07"
            dimensions { key: "unit" value: "north" }
            value { decimal: "1234.5" }
            status: OBSERVATION_STATUS_PROVISIONAL
            revision: 12
            time { seconds: 1790000000 }
          }
          missing_cells { period: "2026-08" reason: SCORECARD_REASON_OVERDUE }
          more_missing_cells: true
        }
      )pb",
      &explanation));
  return explanation;
}

TEST(ExplanationTextTest, StepsAreNumberedAndAlternativesStandTogether) {
  const std::string text = ExplanationText(Explained(), {.width = 80});
  EXPECT_THAT(text, HasSubstr("1.3 Sickness absence  2026-Q3\n▲ AMBER  50.0  coverage 100 %\n"));
  EXPECT_THAT(text, HasSubstr(" 1.  The evaluated period is 2026-Q3.\n 2.  7.82 % against"));
  EXPECT_THAT(text, HasSubstr(" one of these:\n  -  The first part.\n  -  The second part.\n"
                              "and  The cap.\n"));
  EXPECT_THAT(text, HasSubstr("  =  100 * absent / workdays"));
  EXPECT_THAT(text, HasSubstr("1,234.5"));
  EXPECT_THAT(text, HasSubstr("provisional"));
  EXPECT_THAT(text, HasSubstr("overdue"));
  EXPECT_THAT(text, HasSubstr("and others"));
  EXPECT_THAT(text, FitsAPage());
  EXPECT_THAT(text, Not(HasSubstr("\x1b[")));
  EXPECT_THAT(ExplanationText(Explained(), {.colour = true}), HasSubstr("\x1b["));
}

TEST(ExplanationTextTest, PartsStandWithTheirWeightsAndScores) {
  reporting::v1::Explanation explanation;
  reporting::v1::ExplanationStep& step = *explanation.add_steps();
  step.set_kind(reporting::v1::ExplanationStep::KIND_PARTS);
  reporting::v1::ExplainedPart& part = *step.add_parts();
  part.set_code("1.1");
  part.set_title("Trust");
  part.mutable_weight()->set_decimal("2.5");
  part.mutable_score()->set_decimal("50");
  part.set_status(reporting::v1::SCORECARD_STATUS_AMBER);
  part.set_critical(true);
  step.add_parts()->set_kind(reporting::v1::ExplainedPart::KIND_DELIVERY);
  EXPECT_THAT(ExplanationText(explanation, {}),
              HasSubstr("PART          WEIGHT  SCORE  STATUS\n"
                        "1.1 Trust        2.5   50.0  AMBER, critical\n"
                        "own delivery"));
}

TEST(ExplanationTextTest, OnlyTheFirstCellsAreShownUnlessAllAreAskedFor) {
  reporting::v1::Explanation explanation = Explained();
  for (int i = 0; i < 30; ++i)
    *explanation.mutable_sources(1)->add_cells() = explanation.sources(1).cells(0);
  EXPECT_THAT(ExplanationText(explanation, {}), HasSubstr("and 11 others: --cells"));
  EXPECT_THAT(ExplanationText(explanation, {.all_cells = true}), Not(HasSubstr("--cells")));
}

reporting::v1::ScorecardComparison Compared() {
  reporting::v1::ScorecardComparison comparison;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        from {
          period: "2026-Q3"
          basis { date { year: 2026 month: 10 day: 20 } }
          close_time { seconds: 1790000000 }
        }
        to {
          period: "2026-Q3"
          basis { date { year: 2026 month: 11 day: 30 } }
        }
        differences {
          code: "1.3"
          title: "Sickness absence"
          from {
            status: SCORECARD_STATUS_AMBER
            score { value: 40 decimal: "40" }
          }
          to { status: SCORECARD_STATUS_NO_SCORE }
          causes { kind: KIND_BECAME_DUE }
          causes { kind: KIND_PART part: "institutions/gob/indicators/absence" }
        }
        differences {
          code: "1.3"
          title: "Absence"
          indicator: "institutions/gob/indicators/absence"
          from {
            status: SCORECARD_STATUS_AMBER
            score { value: 40 decimal: "40" }
            coverage { share { value: 0.5 decimal: "0.5" } }
          }
          to {
            status: SCORECARD_STATUS_GREEN
            score { value: 70 decimal: "70" }
            coverage { share { value: 1 decimal: "1" } }
          }
          from_weight { decimal: "1" }
          to_weight { decimal: "2.5" }
          from_measure { value { decimal: "1200" } }
          to_measure { value { decimal: "1300" } }
          causes {
            kind: KIND_CORRECTION
            revision: 0
            part: "institutions/gob/indicators/absent"
            cells: 2
          }
          causes {
            kind: KIND_WEIGHT
            revision: 1
            fields { path: "a" }
            fields { path: "b" }
            fields { path: "c" }
            fields { path: "d" }
          }
        }
        unchanged: 12
        revisions {
          service: "indicator"
          revision: 31
          subject: "hr-system"
          push_id: "march-again"
          reason: "misread meter"
          time { seconds: 1790000000 }
        }
        revisions {
          service: "plan"
          revision: 8
          subject: "ann"
          time { seconds: 1790000000 }
        }
      )pb",
      &comparison));
  return comparison;
}

TEST(ComparisonTextTest, DifferencesStandWithWhatMadeThem) {
  const std::string text = ComparisonText(Compared(), {.language = "nl"});
  EXPECT_THAT(text, HasSubstr("2026-Q3 as of 2026-10-20 (closed "));
  EXPECT_THAT(text, HasSubstr("1.3 Sickness absence\n    40,0 ▲ > ? NO SCORE\n    became due\n"
                              "    through absence\n"));
  EXPECT_THAT(text, HasSubstr("  - Absence (1.3)\n    40,0 ▲ > 70,0 ●, value 1.200 > 1.300, weight "
                              "1 > 2,5, coverage 50 % > 100 %\n"));
  EXPECT_THAT(text, HasSubstr("correction by hr-system, "));
  EXPECT_THAT(text, HasSubstr("indicator revision 31, push march-again, 2 cells of absent: misread "
                              "meter"));
  EXPECT_THAT(text, HasSubstr("plan revision 8, a, b, c and 1 more"));
  EXPECT_THAT(text, HasSubstr("12 elements and indicators are the same on both sides."));
  EXPECT_THAT(ComparisonText(Compared(), {.width = 80}), FitsAPage());
}

TEST(ComparisonTextTest, ThatNothingDiffersIsSaid) {
  reporting::v1::ScorecardComparison comparison;
  comparison.set_unchanged(1);
  EXPECT_THAT(ComparisonText(comparison, {}),
              HasSubstr("Nothing differs.\n1 element or indicator is the same on both sides.\n"));
}

}  // namespace
}  // namespace athena::athenactl
