#include "services/athenactl/views/scorecard_tree.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::reporting::v1;
using ::testing::HasSubstr;
using ::testing::Not;

// An axis with an objective below it; every kind of line that a tree has.
constexpr char kScorecard[] = R"pb(
  name: "institutions/gob/plans/p/scorecards/2022-Q4"
  result {
    period: "2022-Q4"
    root {
      name: "institutions/gob/plans/p"
      title: "Strategic plan"
      status: SCORECARD_STATUS_AMBER
      score { value: 58.25 decimal: "58.25" }
      coverage { share { value: 0.996 decimal: "0.996" } }
      element_counts { green: 1 amber: 1 }
      indicator_counts { green: 1 red: 1 no_score: 2 }
      children {
        name: "institutions/gob/plans/p/elements/e3"
        code: "3"
        title: "Good governance"
        status: SCORECARD_STATUS_AMBER
        score { value: 70 decimal: "70" }
        coverage { share { value: 1 decimal: "1" } }
        critical: true
        owner_unit: "institutions/gob/units/syn"
        end_date { year: 2023 month: 6 day: 30 }
        end_date_at_activation { year: 2022 month: 12 day: 31 }
        caps { cause: CAUSE_PART_RED part: "institutions/gob/indicators/leave" }
        caps { cause: CAUSE_MILESTONE_MISSED milestone: "charter" }
        indicators {
          indicator: "institutions/gob/indicators/on-time"
          slice { key: "unit" value: "BM" }
          title: "Reports on time"
          unit: "%"
          decimals: 1
          direction: DIRECTION_HIGHER
          evaluation_period: "2022-Q4"
          status: SCORECARD_STATUS_GREEN
          score { value: 81 decimal: "81" }
          period_result {
            value { value: 84.25 decimal: "84.25" }
            coverage { share { value: 1 decimal: "1" } }
            current {
              target { value: 80 decimal: "80" }
              gap { value: 4.25 decimal: "4.25" }
            }
            original { target { value: 90 decimal: "90" } }
          }
          detail {
            source_system: "HR system"
            baseline_period: "2020"
            baseline { value: 60 decimal: "60" }
            end_target { value: 95 decimal: "95" }
            progress { value: 0.69 decimal: "0.69" }
          }
        }
        indicators {
          indicator: "institutions/gob/indicators/leave"
          title: "Sick leave"
          unit: "days"
          direction: DIRECTION_LOWER
          evaluation_period: "2022"
          status: SCORECARD_STATUS_RED
          score { value: 10 decimal: "10" }
          critical: true
          period_result {
            value { value: 9 decimal: "9" }
            provisional: true
            current {
              target { value: 5 decimal: "5" }
              gap { value: 4 decimal: "4" }
            }
          }
          detail { source_system: "illustrative" }
        }
        children {
          name: "institutions/gob/plans/p/elements/e3-1"
          code: "3.1"
          title: "Control system"
          status: SCORECARD_STATUS_NO_SCORE
          reason: SCORECARD_REASON_COVERAGE
          indicators {
            indicator: "institutions/gob/indicators/complaints"
            title: "Complaints"
            evaluation_period: "2022-Q4"
            status: SCORECARD_STATUS_NO_SCORE
            reason: SCORECARD_REASON_INCOMPLETE
            period_result {
              reason: SCORECARD_REASON_INCOMPLETE
              coverage {
                share { value: 0.25 decimal: "0.25" }
                present: 1
                expected: 4
              }
            }
            detail { source_system: "illustrative; made up" }
          }
          indicators {
            indicator: "institutions/gob/indicators/staff"
            title: "Staff"
            direction: DIRECTION_RANGE
            evaluation_period: "2022-Q4"
            status: SCORECARD_STATUS_NO_SCORE
            reason: SCORECARD_REASON_OPERAND
            reason_detail: "hours"
            period_result {
              reason: SCORECARD_REASON_OPERAND
              current {
                low { value: 10 decimal: "10" }
                high { value: 20 decimal: "20" }
              }
            }
            detail { source_system: "payroll" }
          }
        }
      }
    }
    warnings {
      kind: KIND_INDICATOR_LINKED_TWICE
      indicator: "institutions/gob/indicators/leave"
      elements: "institutions/gob/plans/p/elements/e3"
      elements: "institutions/gob/plans/p/elements/e3-1"
    }
    score_basis: SCORE_BASIS_QUARTER
  }
  basis {
    date { year: 2023 month: 2 day: 1 }
    plan_revision: 12
    indicator_revisions { key: "institutions/gob" value: 40 }
    engine_version: "1"
  }
)pb";

v1::Scorecard TestScorecard() {
  v1::Scorecard scorecard;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kScorecard, &scorecard));
  return scorecard;
}

TEST(ScorecardTreeTest, TheWholeTreeAsItIsPrinted) {
  EXPECT_EQ(ScorecardTree(TestScorecard(), {}, {}),
            R"(Strategic plan  2022-Q4
institutions/gob/plans/p/scorecards/2022-Q4

  status   score            cover
▲ AMBER     58.2 █████▉····  99 %  Strategic plan
▲ AMBER     70.0 ███████··· 100 %  └─ 3 Good governance (critical)
                                      │   at best AMBER: Sick leave is critical and RED
                                      │   at best AMBER: the critical milestone charter was missed
● GREEN     81.0 ████████▏· 100 %     ├─ Reports on time{unit=BM}: 84.2 %, target ≥ 80.0, gap +4.2, original target ≥ 90.0
■ RED       10.0 █·········           ├─ Sick leave * (critical): 9 days so far of 2022, target ≤ 5, gap +4
? NO SCORE                            └─ 3.1 Control system: too little of what was expected is there
? NO SCORE                   25 %        ├─ Complaints *: incomplete: too many expected values are missing (1 of 4 are there)
? NO SCORE                               └─ Staff: a part of its formula has no value (hours), target 10 to 20

Elements: 1 green, 1 amber.
Indicators: 1 green, 1 red, 2 without score.
Note: Sick leave is linked to 3 and to 3.1, and counts for each.
* Illustrative: 2 of the 4 indicators shown are invented to show how a scorecard reads; they were not measured.
Not illustrative: Reports on time (HR system); Staff (payroll).
Basis: 2023-02-01, plan revision 12, indicator revision 40 of gob, scoring rules 1.
)");
}

TEST(ScorecardTreeTest, OnATerminalEveryLineFits) {
  TreeOptions options;
  for (const int width : {80, 100, 140}) {
    options.width = width;
    for (const std::string& line : std::vector<std::string>(
             absl::StrSplit(ScorecardTree(TestScorecard(), options, {}), '\n'))) {
      EXPECT_LE(Width(line), width) << line;
    }
  }
}

TEST(ScorecardTreeTest, NothingIsLostOnANarrowTerminal) {
  TreeOptions options;
  options.width = 80;
  const std::string tree = ScorecardTree(TestScorecard(), options, {});
  EXPECT_THAT(tree, HasSubstr("84.2 %, target"));
  EXPECT_THAT(tree, HasSubstr("90.0"));
  EXPECT_THAT(tree, HasSubstr("were not measured."));
}

TEST(ScorecardTreeTest, ALongTitleIsCutAndItsMarksAreNot) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardIndicator& leave =
      *scorecard.mutable_result()->mutable_root()->mutable_children(0)->mutable_indicators(1);
  leave.set_title("Sick leave of all who work for the region and its institutions");
  TreeOptions options;
  options.width = 80;
  EXPECT_THAT(ScorecardTree(scorecard, options, {}),
              HasSubstr("├─ Sick leave of all who work for… * (critical)\n"));
}

TEST(ScorecardTreeTest, AFactIsNotBrokenWhereALineHasRoomForIt) {
  TreeOptions options;
  options.width = 80;
  EXPECT_THAT(ScorecardTree(TestScorecard(), options, {}),
              HasSubstr("  84.2 %, target ≥ 80.0, gap +4.2,\n"));
}

TEST(ScorecardTreeTest, ColourAddsNothingThatTheTextDoesNotSay) {
  TreeOptions options;
  const std::string plain = ScorecardTree(TestScorecard(), options, {});
  EXPECT_THAT(plain, Not(HasSubstr("\x1b")));
  options.colour = true;
  std::string coloured = ScorecardTree(TestScorecard(), options, {});
  EXPECT_THAT(coloured, HasSubstr("\x1b[31m■ RED"));
  for (size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  }
  EXPECT_EQ(coloured, plain);
}

TEST(ScorecardTreeTest, TrendsStandBesideTheirNodesAndIndicators) {
  v1::Scorecard now = TestScorecard();
  v1::Scorecard before = TestScorecard();
  before.mutable_result()->mutable_root()->clear_score();
  before.mutable_result()->mutable_root()->mutable_children(0)->mutable_score()->set_value(0);
  TreeOptions options;
  options.quarters = {"2022-Q3", "2022-Q4"};
  Trends trends;
  AddToTrends(before.result().root(), 0, 2, trends);
  AddToTrends(now.result().root(), 1, 2, trends);
  const std::string tree = ScorecardTree(now, options, trends);
  EXPECT_THAT(tree, HasSubstr("99 %  ·▅  Strategic plan"));
  EXPECT_THAT(tree, HasSubstr("100 %  ▁▆  └─ 3 Good governance"));
  EXPECT_THAT(tree, HasSubstr("100 %  ▇▇     ├─ Reports on time"));
  EXPECT_THAT(tree, HasSubstr("Trend: the scores of 2022-Q3 to 2022-Q4; · means no score."));
}

TEST(ScorecardTreeTest, DetailsTellTheWayToTheEndOfThePlanAndWhoAnswers) {
  TreeOptions options;
  options.details = true;
  const std::string tree = ScorecardTree(TestScorecard(), options, {});
  EXPECT_THAT(tree, HasSubstr("baseline 60.0 in 2020, end target 95.0, progress 69 %"));
  EXPECT_THAT(tree, HasSubstr("source: HR system"));
  EXPECT_THAT(tree, HasSubstr("owner syn, ends 2023-06-30 (planned for 2022-12-31)"));
}

// What the first indicator is shown with, by value, target and gap.
std::string Shown(int decimals, const std::string& value, const std::string& target,
                  const std::string& gap) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardIndicator& indicator =
      *scorecard.mutable_result()->mutable_root()->mutable_children(0)->mutable_indicators(0);
  indicator.set_decimals(decimals);
  v1::Measurement& measured = *indicator.mutable_period_result();
  measured.clear_original();
  measured.mutable_value()->set_decimal(value);
  measured.mutable_current()->mutable_target()->set_decimal(target);
  v1::Assessment& current = *measured.mutable_current();
  current.mutable_gap()->set_decimal(gap);
  current.mutable_gap()->set_value(gap[0] == '-' ? -1 : 1);
  const std::string tree = ScorecardTree(scorecard, {}, {});
  const size_t begin = tree.find("{unit=BM}: ") + 11;
  return tree.substr(begin, tree.find('\n', begin) - begin);
}

TEST(ScorecardTreeTest, RoundingHidesNoGap) {
  EXPECT_EQ(Shown(0, "1", "1.5", "-0.5"), "1 %, target ≥ 1.5, gap -0.5");
  EXPECT_EQ(Shown(1, "67.98", "68", "-0.02"), "67.98 %, target ≥ 68.0, gap -0.02");
  EXPECT_EQ(Shown(0, "12", "1.5", "10.5"), "12 %, target ≥ 1.5, gap +10.5");
  EXPECT_EQ(Shown(0, "3", "2.666666666667", "0.333333333333"), "3 %, target ≥ 2.7, gap +0.3");
}

TEST(ScorecardTreeTest, WhereRoundingHidesNothingTheIndicatorsDecimalsAreShown) {
  EXPECT_EQ(Shown(1, "84.25", "80.333333333333", "3.916666666667"),
            "84.2 %, target ≥ 80.3, gap +3.9");
  EXPECT_EQ(Shown(2, "7", "7", "0"), "7.00 %, target ≥ 7.00, gap 0.00");
  EXPECT_EQ(Shown(0, "362", "335.25", "26.75"), "362 %, target ≥ 335, gap +27");
}

TEST(ScorecardTreeTest, NothingIsCoveredWhereNothingIsExpected) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardIndicator& leave =
      *scorecard.mutable_result()->mutable_root()->mutable_children(0)->mutable_indicators(1);
  leave.set_status(v1::SCORECARD_STATUS_NOT_APPLICABLE);
  leave.set_reason(v1::SCORECARD_REASON_DEFERRED);
  leave.clear_score();
  leave.clear_period_result();
  leave.mutable_period_result()->mutable_coverage()->mutable_share()->set_decimal("0");
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}),
              HasSubstr("\n- N/A                                 ├─ Sick leave * (critical): def"));
}

TEST(ScorecardTreeTest, WhatIsMissingNeverRoundsToAll) {
  v1::Scorecard scorecard = TestScorecard();
  auto& share = *scorecard.mutable_result()->mutable_root()->mutable_coverage()->mutable_share();
  share.set_decimal("0.999999999999");
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}), HasSubstr(" 99 %  Strategic plan"));
}

TEST(ScorecardTreeTest, ATitleCannotSteerTheTerminal) {
  v1::Scorecard scorecard = TestScorecard();
  scorecard.mutable_result()->mutable_root()->set_title("\x1b[2Jgone");
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}), Not(HasSubstr("\x1b")));
}

TEST(ScorecardTreeTest, WithoutSourcesNothingIsSaidOfThem) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardNode& axis = *scorecard.mutable_result()->mutable_root()->mutable_children(0);
  for (auto& indicator : *axis.mutable_indicators()) indicator.clear_detail();
  for (auto& indicator : *axis.mutable_children(0)->mutable_indicators()) indicator.clear_detail();
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}), Not(HasSubstr("llustrative")));
}

TEST(ScorecardTreeTest, OnlyTheWordItselfMarksAFigureAsIllustrative) {
  EXPECT_TRUE(IsIllustrative("illustrative"));
  EXPECT_TRUE(IsIllustrative("illustrative; the target is real"));
  EXPECT_FALSE(IsIllustrative("illustratively sourced"));
  EXPECT_FALSE(IsIllustrative("HR, not illustrative"));
  EXPECT_FALSE(IsIllustrative(""));
}

}  // namespace
}  // namespace athena::athenactl
