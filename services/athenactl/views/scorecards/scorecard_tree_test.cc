#include "services/athenactl/views/scorecards/scorecard_tree.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/scorecards/scorecard_facts.h"

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
        caps {
          cause: CAUSE_PART_RED
          part: "institutions/gob/indicators/leave"
          changed_status: true
        }
        caps { cause: CAUSE_MILESTONE_MISSED milestone: "charter" changed_status: true }
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

Elements: 1 green, 1 amber.
Indicators: 1 green, 1 red, 2 without score.

  status   score            cover
▲ AMBER     58.2 █████▉····  99 %  Strategic plan
▲ AMBER     70.0 ███████··· 100 %  └─ 3 Good governance (critical)
                                      │   at best AMBER: Sick leave is critical and RED
                                      │   at best AMBER: the critical milestone charter was missed
                                      │   ends 2023-06-30 (at activation 2022-12-31)
● GREEN     81.0 ████████▏· 100 %     ├─ Reports on time{unit=BM}: 84.2 %, target ≥ 80.0, gap +4.2, original target ≥ 90.0
■ RED       10.0 █·········           ├─ Sick leave * (critical): 9 days of 2022, target ≤ 5, gap +4, provisional
? NO SCORE                            └─ 3.1 Control system: too little of what was expected is there
? NO SCORE                   25 %        ├─ Complaints *: incomplete: too many expected values are missing (1 of 4 are there)
? NO SCORE                               └─ Staff: a part of its formula has no value (hours), target 10 to 20

Note: Sick leave is linked to 3 and to 3.1, and counts for each.
* Illustrative: 2 of the 4 indicators shown are invented to show how a scorecard reads; they were not measured.
Not illustrative: Reports on time (HR system); Staff (payroll).
Basis: 2023-02-01, plan revision 12, indicator revision 40 of gob, scoring rules 1.
)");
}

TEST(ScorecardTreeTest, S10_TimeZonesThatDifferAreToldWithTheCommandThatSetsBoth) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardWarning& warning = *scorecard.mutable_result()->mutable_warnings(0);
  warning.Clear();
  warning.set_kind(v1::ScorecardWarning::KIND_TIME_ZONES_DIFFER);
  warning.set_plan_time_zone("Europe/Brussels");
  warning.set_indicator_time_zone("UTC");
  const std::string tree = ScorecardTree(scorecard, {}, {});
  EXPECT_THAT(tree, HasSubstr("Note: the institution's days begin in Europe/Brussels by the plan "
                              "service and in UTC by the indicator service: athenactl set gob "
                              "time_zone=ZONE sets both.\n"));
  EXPECT_THAT(tree, Not(HasSubstr("is linked to")));
}

TEST(ScorecardTreeTest, OnATerminalEveryLineFits) {
  TreeOptions options;
  for (const int width : {60, 70, 80, 100, 140}) {
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
  EXPECT_THAT(tree, HasSubstr("id e3, owner syn, ends 2023-06-30 (at activation 2022-12-31)"));
}

TEST(ScorecardTreeTest, DetailsTellTheTrends) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardNode& axis = *scorecard.mutable_result()->mutable_root()->mutable_children(0);
  ASSERT_TRUE(google::protobuf::TextFormat::MergeFromString(
      R"pb(
        on_quarter_before {
          direction: DIRECTION_DECLINING
          change { value: -6.75 decimal: "-6.75" }
          period: "2022-Q3"
        }
        on_year_before { reason: REASON_SCORED_OTHERWISE period: "2021-Q4" }
      )pb",
      &axis));
  ASSERT_TRUE(google::protobuf::TextFormat::MergeFromString(
      R"pb(
        on_period_before {
          direction: DIRECTION_STABLE
          change { value: 0.02 decimal: "0.02" }
          period: "2022-Q3"
        }
        on_year_before {
          direction: DIRECTION_IMPROVING
          change { value: 4.25 decimal: "4.25" }
          period: "2021-Q4"
        }
      )pb",
      axis.mutable_indicators(0)));
  TreeOptions options;
  options.details = true;
  const std::string tree = ScorecardTree(scorecard, options, {});
  // Half-even: 6.75 is 6.8, 4.25 is 4.2; a change that is not 0 is not shown as 0.
  EXPECT_THAT(tree, HasSubstr("score -6.8 on 2022-Q3 (declining), not compared with 2021-Q4 (its "
                              "delivery was scored by something else then)\n"));
  EXPECT_THAT(tree, HasSubstr("+0.02 on 2022-Q3 (stable), +4.2 on 2021-Q4 (improving)"));
  options.details = false;
  EXPECT_THAT(ScorecardTree(scorecard, options, {}), Not(HasSubstr("(declining)")));
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

TEST(ScorecardTreeTest, V3_PrintedNumbersNeverContradictTheColour) {
  EXPECT_EQ(Shown(0, "94.9996", "95", "-0.0004"), "94.9996 %, target ≥ 95.0000, gap -0.0004");
  EXPECT_EQ(Shown(0, "5", "0.3", "4.7"), "5.0 %, target ≥ 0.3, gap +4.7");
  EXPECT_EQ(Shown(0, "82", "81.67", "0.33"), "82.0 %, target ≥ 81.7, gap +0.3");
  EXPECT_EQ(Shown(0, "1", "1.5", "-0.5"), "1.0 %, target ≥ 1.5, gap -0.5");
  EXPECT_EQ(Shown(1, "67.98", "68", "-0.02"), "67.98 %, target ≥ 68.00, gap -0.02");
  EXPECT_EQ(Shown(0, "12", "1.5", "10.5"), "12 %, target ≥ 2, gap +10");
  EXPECT_EQ(Shown(0, "3", "2.666666666667", "0.333333333333"), "3.0 %, target ≥ 2.7, gap +0.3");
}

TEST(ScorecardTreeTest, V3_AScoreIsToldFromThoseWhereTheStatusChanges) {
  v1::Scorecard scorecard = TestScorecard();
  const auto with = [&](const std::string& score) {
    scorecard.mutable_result()->mutable_root()->mutable_score()->set_decimal(score);
    return ScorecardTree(scorecard, {}, {});
  };
  EXPECT_THAT(with("66.666666666667"), HasSubstr("▲ AMBER     66.7 "));
  EXPECT_THAT(with("66.7"), HasSubstr("▲ AMBER    66.70 "));
  EXPECT_THAT(with("66.6666"), HasSubstr("▲ AMBER 66.6666 "));
}

// The first indicator's measurement, to change.
v1::Measurement& Measured(v1::Scorecard& scorecard) {
  return *scorecard.mutable_result()
              ->mutable_root()
              ->mutable_children(0)
              ->mutable_indicators(0)
              ->mutable_period_result();
}

TEST(ScorecardTreeTest, V4_AChangedTargetShowsBothVersionsHoweverTheyRound) {
  v1::Scorecard scorecard = TestScorecard();
  v1::Measurement& measured = Measured(scorecard);
  measured.mutable_current()->set_version(2);
  measured.mutable_original()->set_version(1);
  for (const char* const original : {"80", "80.04", "90"}) {
    measured.mutable_original()->mutable_target()->set_decimal(original);
    EXPECT_THAT(ScorecardTree(scorecard, {}, {}), HasSubstr("original target ≥ ")) << original;
  }
  measured.mutable_original()->set_version(2);
  measured.mutable_original()->mutable_target()->set_decimal("80");
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}), Not(HasSubstr("original")));
  // What was declared has no version of its own: it is shown where it differs, however little.
  *measured.mutable_original() = measured.current();
  measured.mutable_original()->set_version(0);
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}), Not(HasSubstr("original")));
  measured.mutable_original()->mutable_red_flag()->set_decimal("59.999999");
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}),
              HasSubstr("original target ≥ 80.0 (declared, not recorded)"));
}

TEST(ScorecardTreeTest, V7_ATargetThatCameAfterTheActivationIsSaidToHave) {
  v1::Scorecard scorecard = TestScorecard();
  Measured(scorecard).clear_original();
  scorecard.mutable_result()
      ->mutable_root()
      ->mutable_children(0)
      ->mutable_indicators(0)
      ->set_target_added_after_activation(true);
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}), HasSubstr("target added after activation"));
}

TEST(ScorecardTreeTest, ARetiredIndicatorSaysSinceWhen) {
  v1::Scorecard scorecard = TestScorecard();
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}), Not(HasSubstr("retired")));
  auto& retired_on = *scorecard.mutable_result()
                          ->mutable_root()
                          ->mutable_children(0)
                          ->mutable_indicators(0)
                          ->mutable_retired_on();
  retired_on.set_year(2022);
  retired_on.set_month(9);
  retired_on.set_day(30);
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}), HasSubstr("retired on 2022-09-30"));
}

TEST(ScorecardTreeTest, V13_ACapThatChangedNothingIsShownOnDemand) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardNode& axis = *scorecard.mutable_result()->mutable_root()->mutable_children(0);
  axis.mutable_caps(1)->set_changed_status(false);
  TreeOptions options;
  const std::string tree = ScorecardTree(scorecard, options, {});
  EXPECT_THAT(tree, HasSubstr("at best AMBER: Sick leave is critical and RED"));
  EXPECT_THAT(tree, Not(HasSubstr("charter")));
  options.caps = true;
  EXPECT_THAT(ScorecardTree(scorecard, options, {}),
              HasSubstr("the critical milestone charter was missed, which changed nothing here"));
}

TEST(ScorecardTreeTest, V6_WhatIsNotJudgedYetStandsBesideTheValue) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardIndicator& leave =
      *scorecard.mutable_result()->mutable_root()->mutable_children(0)->mutable_indicators(1);
  leave.mutable_period_result()->set_judged(1);
  leave.mutable_period_result()->set_all(3);
  leave.mutable_so_far()->set_period("2023");
  leave.mutable_so_far()->mutable_value()->set_decimal("1240");
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}),
              HasSubstr("gap +4, provisional: 1 of 3 periods, 1,240 so far in 2023"));
}

TEST(ScorecardTreeTest, ADeliveryIsAPartWithALineOfItsOwn) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardNode& axis = *scorecard.mutable_result()->mutable_root()->mutable_children(0);
  v1::Delivery& delivery = *axis.mutable_delivery();
  delivery.set_status(v1::SCORECARD_STATUS_AMBER);
  delivery.mutable_score()->set_decimal("41.666666666667");
  delivery.mutable_score()->set_value(41.67);
  delivery.set_scored_by(v1::Delivery::SCORED_BY_MILESTONES);
  delivery.set_milestones_done(3);
  delivery.set_milestones_judged(4);
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}),
              HasSubstr("├─ delivery: 3 of 4 milestones reached\n"));
  delivery.set_scored_by(v1::Delivery::SCORED_BY_PROGRESS);
  delivery.mutable_ratio()->set_decimal("0.8996");
  delivery.mutable_percent_complete()->set_decimal("99.96");
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}),
              HasSubstr("delivery: 99.96 % reported, not validated, progress is 0.8996 of"));
  delivery.mutable_percent_complete()->set_decimal("40.25");
  delivery.set_report_validated(true);
  delivery.set_report_carried(true);
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}),
              HasSubstr("delivery: 40 % reported for the quarter before, progress is 0.8996 of"));
  delivery.clear_percent_complete();
  delivery.set_past_end(v1::Delivery::PAST_END_YES);
  EXPECT_THAT(
      ScorecardTree(scorecard, {}, {}),
      HasSubstr("progress is 0.8996 of the elapsed share of its days, past its end: AMBER"));
  delivery.clear_score();
  delivery.set_status(v1::SCORECARD_STATUS_NO_SCORE);
  delivery.set_reason(v1::SCORECARD_REASON_NO_REPORT);
  delivery.clear_scored_by();
  delivery.clear_past_end();
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}),
              HasSubstr("├─ delivery: its progress report is due, and there is none\n"));
}

TEST(ScorecardTreeTest, WhatIsNotCountedIsSaidWithItsReasons) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardNode& axis = *scorecard.mutable_result()->mutable_root()->mutable_children(0);
  axis.mutable_not_applicable_parts()->set_no_target(2);
  axis.mutable_not_applicable_parts()->set_cancelled(1);
  v1::ScoreAsLastStood& then = *axis.mutable_as_last_stood();
  then.set_status(v1::SCORECARD_STATUS_RED);
  then.mutable_score()->set_decimal("20");
  const std::string tree = ScorecardTree(scorecard, {}, {});
  EXPECT_THAT(tree, HasSubstr("not counted: 2 without target, 1 cancelled\n"));
  EXPECT_THAT(tree, HasSubstr("with these as they last stood: RED 20.0\n"));
  then.set_status(axis.status());
  then.mutable_score()->set_decimal(axis.score().decimal());
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}), Not(HasSubstr("last stood")));
}

TEST(ScorecardTreeTest, DetailsShowMilestonesWithTheirOriginalDays) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardNode& axis = *scorecard.mutable_result()->mutable_root()->mutable_children(0);
  axis.set_end_date_declared(true);
  ASSERT_TRUE(google::protobuf::TextFormat::MergeFromString(
      R"pb(
        milestones {
          id: "charter"
          title: "Charter"
          state: STATE_MISSED
          critical: true
          due_date { year: 2022 month: 12 day: 31 }
          due_date_at_activation { year: 2022 month: 6 day: 30 }
          due_date_declared: true
        }
        milestones {
          id: "staff"
          title: "Staff"
          state: STATE_WITHDRAWN
          due_date { year: 2022 month: 9 day: 30 }
          added_after_activation: true
          withdrawn_on { year: 2022 month: 10 day: 1 }
          withdrawn_reason: "no money"
        }
      )pb",
      &axis));
  TreeOptions options;
  options.details = true;
  const std::string tree = ScorecardTree(scorecard, options, {});
  EXPECT_THAT(tree, HasSubstr("milestone charter Charter (critical): missed, due 2022-12-31 (at "
                              "activation 2022-06-30; declared, not recorded)\n"));
  EXPECT_THAT(tree, HasSubstr("milestone staff Staff: withdrawn, due 2022-09-30, added after "
                              "activation, withdrawn on 2022-10-01: no money\n"));
  EXPECT_THAT(tree,
              HasSubstr("ends 2023-06-30 (at activation 2022-12-31; declared, not recorded)"));
}

TEST(ScorecardTreeTest, OnlySomeStatusesKeepTheWayToThem) {
  TreeOptions options;
  options.only = {v1::SCORECARD_STATUS_RED};
  const std::string tree = ScorecardTree(TestScorecard(), options, {});
  EXPECT_THAT(tree, HasSubstr("Shown: only RED, and what they are part of.\n"));
  EXPECT_THAT(tree, HasSubstr("└─ Sick leave"));
  EXPECT_THAT(tree, HasSubstr("3 Good governance"));
  EXPECT_THAT(tree, Not(HasSubstr("Reports on time{")));
  EXPECT_THAT(tree, Not(HasSubstr("Control system")));
  EXPECT_THAT(tree, HasSubstr("Indicators: 1 green, 1 red, 2 without score.\n"));
}

TEST(ScorecardTreeTest, NumbersAreWrittenAsTheLanguageWritesThem) {
  v1::Scorecard scorecard = TestScorecard();
  Measured(scorecard).mutable_value()->set_decimal("1234567.25");
  TreeOptions options;
  EXPECT_THAT(ScorecardTree(scorecard, options, {}), HasSubstr("1,234,567.2 %"));
  options.language = "nl";
  EXPECT_THAT(ScorecardTree(scorecard, options, {}), HasSubstr("1.234.567,2 %, target ≥ 80,0"));
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

TEST(ScorecardTreeTest, FiguresAreALineEach) {
  v1::ScorecardNode node;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        budget {
          year: 2022
          commitment_execution { decimal: "0.9399" }
          payment_execution { decimal: "0.999" }
          timing: TIMING_IN_STEP
          lines: 3
          incomplete_lines: 1
          cost_per_unit { cost { value: 1234.5 decimal: "1234.5" } }
        }
        risks { open: 2 highest_score: 16 without_treatment: 1 reviews_overdue: 1 }
        narrative {
          quarter: "2022-Q3"
          text: "went well"
          blockers: "retard"
          blockers_language: "fr"
        }
      )pb",
      &node));
  EXPECT_THAT(FigureFacts(node, "nl"),
              ::testing::ElementsAre(
                  "budget 2022: 94 % committed, 99 % paid, in step with the year; 3 lines, 1 "
                  "without some amounts; 1.234,50 EUR a unit of output",
                  "2 open risks, the highest 16, 1 without treatment, 1 review overdue",
                  "report of 2022-Q3, not validated: retard [fr]"));
  EXPECT_THAT(FigureFacts(v1::ScorecardNode(), ""), ::testing::IsEmpty());
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

TEST(ScorecardTreeTest, AClosedQuarterSaysWhatHasChangedSince) {
  v1::Scorecard scorecard = TestScorecard();
  v1::ScorecardClosing& closing = *scorecard.mutable_closing();
  closing.mutable_close_time()->set_seconds(1674475200);  // 2023-01-23 12:00:00 UTC
  EXPECT_THAT(ScorecardTree(scorecard, {}, {}),
              HasSubstr("Closed on 2023-01-23 12:00:00 UTC. It is as it was closed.\n"));
  closing.set_reopened(true);
  v1::ClosingDifference& difference = *closing.add_differences();
  difference.set_name("institutions/gob/plans/p/elements/e3");
  difference.mutable_at_closing()->set_status(v1::SCORECARD_STATUS_GREEN);
  difference.mutable_at_closing()->mutable_score()->set_decimal("80");
  difference.set_became_due(true);
  const std::string text = ScorecardTree(scorecard, {}, {});
  EXPECT_THAT(text, HasSubstr(", and reopened since. 1 place has changed since (athenactl compare "
                              "says why):\n"));
  EXPECT_THAT(text, HasSubstr("80.0 ● > - (became due)\n"));
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
