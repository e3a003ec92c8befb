// The values of periods: aggregated, grouped, computed, measured against targets.

#include "services/indicator/testing/period_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "athena/indicator/v1/period_value.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Answer;
using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::CoverageOf;
using ::athena::indicator::testing::Faults;
using ::athena::indicator::testing::FormulaOf;
using ::athena::indicator::testing::PeriodValuesTest;
using ::athena::indicator::testing::Retraction;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Shown;
using ::athena::indicator::testing::TargetOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using v1::Indicator;

TEST_F(PeriodValuesTest, EachTimeAggregationOfAQuarterOfMonths) {
  const std::vector<std::pair<Indicator::TimeAggregation, std::string>> expected = {
      {Indicator::TIME_AGGREGATION_SUM, "0.6"},   {Indicator::TIME_AGGREGATION_MEAN, "0.2"},
      {Indicator::TIME_AGGREGATION_MIN, "0.1"},   {Indicator::TIME_AGGREGATION_MAX, "0.3"},
      {Indicator::TIME_AGGREGATION_FIRST, "0.2"}, {Indicator::TIME_AGGREGATION_LAST, "0.3"},
      {Indicator::TIME_AGGREGATION_COUNT, "3"}};
  for (const auto& [aggregation, value] : expected) {
    const std::string id = absl::StrCat("i", static_cast<int>(aggregation));
    Indicator indicator = Base(id, kMonthly);
    indicator.set_time_aggregation(aggregation);
    Define({indicator});
    Push({Row(id, "2021-07", 0.2), Row(id, "2021-08", 0.1), Row(id, "2021-09", 0.3)});
    EXPECT_EQ(Own(id, "2021-Q3"), value) << Indicator::TimeAggregation_Name(aggregation);
  }
}

TEST_F(PeriodValuesTest, EachGroupAggregationOverTheTotalsOfSeries) {
  // By site: x has 3 + 4 = 7, y has 1 + 1 = 2 in the two months; the third is zero.
  const std::vector<std::pair<Indicator::GroupAggregation, std::string>> expected = {
      {Indicator::GROUP_AGGREGATION_SUM, "9"},
      {Indicator::GROUP_AGGREGATION_MEAN, "4.5"},
      {Indicator::GROUP_AGGREGATION_MIN, "2"},
      {Indicator::GROUP_AGGREGATION_MAX, "7"},
      {Indicator::GROUP_AGGREGATION_NONE, "NOT_ADDITIVE"}};
  for (const auto& [aggregation, value] : expected) {
    const std::string id = absl::StrCat("i", static_cast<int>(aggregation));
    Indicator indicator = Base(id, kMonthly, {{"site", {"x", "y"}}});
    indicator.set_group_aggregation(aggregation);
    Define({indicator});
    Push({Row(id, "2021-07", 3, {{"site", "x"}}), Row(id, "2021-08", 4, {{"site", "x"}}),
          Row(id, "2021-09", 0, {{"site", "x"}}), Row(id, "2021-07", 1, {{"site", "y"}}),
          Row(id, "2021-08", 1, {{"site", "y"}}), Row(id, "2021-09", 0, {{"site", "y"}})});
    EXPECT_EQ(Own(id, "2021-Q3"), value) << Indicator::GroupAggregation_Name(aggregation);
    EXPECT_EQ(Own(id, "2021-Q3", {{"site", "x"}}), "7");
  }
}

TEST_F(PeriodValuesTest, ValuesOfEveryFrequencyGoIntoEveryLongerPeriod) {
  Define({Base("days", kDaily), Base("weeks", kWeekly), Base("months", kMonthly),
          Base("quarters", kQuarterly), Base("semesters", kSemestrial), Base("years", kAnnual)});
  // One in every period of 2021, so that a sum counts them.
  std::vector<v1::Observation> rows;
  for (absl::CivilDay day(2021, 1, 1); day <= absl::CivilDay(2021, 12, 31); ++day) {
    rows.push_back(Row("days", absl::FormatCivilTime(day), 1));
  }
  for (int week = 1; week <= 52; ++week) {
    rows.push_back(Row("weeks", absl::StrCat("2021-W", week < 10 ? "0" : "", week), 1));
  }
  for (int month = 1; month <= 12; ++month) {
    rows.push_back(Row("months", absl::StrCat("2021-", month < 10 ? "0" : "", month), 1));
  }
  for (const char* const quarter : {"2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4"}) {
    rows.push_back(Row("quarters", quarter, 1));
  }
  rows.push_back(Row("semesters", "2021-S1", 1));
  rows.push_back(Row("semesters", "2021-S2", 1));
  rows.push_back(Row("years", "2021", 1));
  Push(rows);
  const std::string too_short = "PERIOD_TOO_SHORT";
  // By a calendar of 2021. Weeks by their Thursdays: 5 of July (1, 8, 15, 22, 29), 4 of August, 5
  // of September; 25 from 7 January to 24 June. In a quarter semesters and years show the last of
  // their own that ended.
  const std::map<std::string, std::vector<std::string>> expected = {
      {"days", {"1", "7", "31", "92", "181", "365"}},
      {"weeks", {too_short, "1", "5", "14", "25", "52"}},
      {"months", {too_short, too_short, "1", "3", "6", "12"}},
      {"quarters", {too_short, too_short, too_short, "1", "2", "4"}},
      {"semesters", {too_short, too_short, too_short, "1", "1", "2"}},
      {"years", {too_short, too_short, too_short, "NO_DATA", too_short, "1"}}};
  for (const auto& [id, values] : expected) {
    v1::QueryPeriodValuesRequest request = Asking(id, "2021-07-15");
    for (const char* const period : {"2021-W30", "2021-07", "2021-Q3", "2021-S1", "2021"}) {
      request.add_periods(period);
    }
    const auto answer = Query(request);
    ATHENA_ASSERT_OK(answer);
    ASSERT_THAT(answer->values, SizeIs(values.size()));
    for (size_t i = 0; i < values.size(); ++i) {
      const v1::PeriodValue& value = answer->values[i];
      EXPECT_EQ(value.asked(), request.periods(static_cast<int>(i)));
      EXPECT_EQ(Shown(value.own()), values[i]) << id << " in " << value.asked();
      if (value.own().has_value()) {
        EXPECT_EQ(value.own().all(), value.own().value().value());
      }
    }
  }
}

TEST_F(PeriodValuesTest, WeeksAtTheTurnOfAYearBelongToThatOfTheirThursday) {
  Define({Base("weeks", Indicator::FREQUENCY_WEEKLY), Base("days", Indicator::FREQUENCY_DAILY)});
  // 2020-W53 is Monday 28 December 2020 to Sunday 3 January 2021; its Thursday is in 2020.
  std::vector<v1::Observation> rows = {Row("weeks", "2020-W53", 10), Row("weeks", "2021-W01", 1)};
  for (absl::CivilDay day(2020, 12, 28); day <= absl::CivilDay(2021, 1, 10); ++day) {
    rows.push_back(Row("days", absl::FormatCivilTime(day), day.year() == 2020 ? 100 : 1));
  }
  Push(rows);
  EXPECT_EQ(Own("weeks", "2020-12"), "10");
  EXPECT_EQ(Own("weeks", "2020"), "10");
  const v1::PeriodValue week = ValueOf(Asking("days", "2020-W53"));
  EXPECT_EQ(Shown(week.own()), "403");
  EXPECT_EQ(CoverageOf(week.own()), "7/7");
  EXPECT_FALSE(week.has_year_to_date());
  // Of a day and of a month there is one: 3 January is the third of the year.
  EXPECT_EQ(Shown(ValueOf(Asking("days", "2021-01-03")).year_to_date()), "3");
}

TEST_F(PeriodValuesTest, TargetsAreOfQuartersSemestersAndYears) {
  Indicator staff = Base("staff", kMonthly);
  staff.set_time_aggregation(Indicator::TIME_AGGREGATION_LAST);
  Define({staff});
  Set(TargetOf("staff", {{"2021-Q1", 100}, {"2021-Q4", 130}}));
  Push({Row("staff", "2021-05", 104), Row("staff", "2021-06", 108), Row("staff", "2021-12", 131)});
  v1::QueryPeriodValuesRequest request = Asking("staff", "2021-06");
  request.add_periods("2021-S1");
  request.add_periods("2021");
  const auto answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_FALSE(answer->values[0].own().has_current());
  // A level is linear between its anchors: 110 in the second quarter, where the semester ends.
  EXPECT_EQ(answer->values[1].own().current().target().decimal(), "110");
  EXPECT_EQ(answer->values[2].own().current().target().decimal(), "130");
}

TEST_F(PeriodValuesTest, AFormulaOfALongerPeriodIsThatOfItsOperands) {
  Define({Base("late", kMonthly), Base("all", kMonthly), FormulaOf("share", "late / all")});
  std::vector<v1::Observation> rows;
  for (int month = 1; month <= 12; ++month) {
    const std::string period = absl::StrCat("2021-", month < 10 ? "0" : "", month);
    rows.push_back(Row("late", period, month));
    rows.push_back(Row("all", period, month <= 6 ? 10 : 30));
  }
  Push(rows);
  EXPECT_EQ(Own("share", "2021-S1"), "0.35");  // 21 / 60
  EXPECT_EQ(Own("share", "2021"), "0.325");    // 78 / 240
  EXPECT_EQ(Own("share", "2021-07"), "PERIOD_TOO_SHORT");
}

// A group's codes and its value in a period, "x,F 2021-Q3 5".
std::vector<std::string> Groups(const Answer& answer) {
  std::vector<std::string> groups;
  for (const v1::PeriodValue& value : answer.values) {
    const std::map<std::string, std::string> codes(value.group().begin(), value.group().end());
    std::string text;
    for (const auto& [dimension, code] : codes) {
      absl::StrAppend(&text, text.empty() ? "" : ",", code);
    }
    groups.push_back(absl::StrCat(text, " ", value.asked(), " ", Shown(value.own())));
  }
  return groups;
}

TEST_F(PeriodValuesTest, ASelectionIsBrokenDownByDimensions) {
  Define({Base("files", kMonthly, {{"site", {"x", "y", "z"}}, {"kind", {"new", "old"}}})});
  const auto row = [](const char* month, double value, const char* site, const char* kind) {
    return Row("files", month, value, {{"site", site}, {"kind", kind}});
  };
  std::vector<v1::Observation> rows;
  for (const char* const month : {"2021-07", "2021-08", "2021-09"}) {
    rows.push_back(row(month, 1, "x", "new"));
    rows.push_back(row(month, 10, "x", "old"));
    rows.push_back(row(month, 100, "y", "new"));
  }
  Push(rows);
  v1::QueryPeriodValuesRequest request = Asking("files", "2021-Q3");
  request.add_periods("2021-09");
  request.mutable_selections(0)->add_group_by("site");
  auto answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_THAT(answer->definitions, SizeIs(1));
  EXPECT_THAT(Groups(*answer),
              ElementsAre("x 2021-Q3 33", "x 2021-09 11", "y 2021-Q3 300", "y 2021-09 100"));
  // By both, in whatever order they are named; z never reported, nor did y any old one.
  request.mutable_selections(0)->add_group_by("kind");
  request.mutable_periods()->RemoveLast();
  answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_THAT(Groups(*answer),
              ElementsAre("new,x 2021-Q3 3", "new,y 2021-Q3 300", "old,x 2021-Q3 30"));
  // A part of it.
  request.mutable_selections(0)->clear_group_by();
  request.mutable_selections(0)->add_group_by("kind");
  (*request.mutable_selections(0)->mutable_slice())["site"] = "x";
  answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_THAT(Groups(*answer), ElementsAre("new 2021-Q3 3", "old 2021-Q3 30"));
}

TEST_F(PeriodValuesTest, AGroupIsWhatTheSliceByItsCodesIs) {
  Indicator a = Base("a", kMonthly, {{"site", {"x", "y", "z"}}, {"sex", {"F", "M"}}});
  Indicator b = Base("b", kMonthly, {{"site", {"x", "y", "z"}}});
  for (Indicator* indicator : {&a, &b}) {
    indicator->set_missing_policy(Indicator::MISSING_POLICY_PARTIAL);
  }
  Define({a, b, FormulaOf("f", "a / b"), FormulaOf("g", "f * a{sex=\"F\"}")});
  v1::Target target = TargetOf("a", {{"2021-Q1", 1000}, {"2021-Q4", 1300}});
  (*target.mutable_slice())["site"] = "x";
  Set(target);
  Push({Row("a", "2021-07", 1, {{"site", "x"}, {"sex", "F"}}),
        Row("a", "2021-08", 2, {{"site", "x"}, {"sex", "M"}}),
        Row("a", "2021-08", 3, {{"site", "y"}, {"sex", "F"}}),
        Row("b", "2021-07", 5, {{"site", "x"}}), Row("b", "2021-08", 6, {{"site", "y"}}),
        Row("b", "2021-08", 7, {{"site", "z"}})});
  for (const std::string id : {"a", "b", "f", "g"}) {
    v1::QueryPeriodValuesRequest request = Asking(id, "2021-Q3");
    request.add_periods("2021-Q2");
    request.add_periods("2021");
    request.mutable_selections(0)->add_group_by("site");
    // Twice: the second time from what was kept.
    for (int time = 0; time < 2; ++time) {
      const auto answer = Query(request);
      ATHENA_ASSERT_OK(answer);
      EXPECT_THAT(answer->values, SizeIs(id == "a" ? 6 : 9)) << id;
      for (v1::PeriodValue value : answer->values) {
        const std::string site = value.group().at("site");
        value.clear_group();
        EXPECT_EQ(value.DebugString(),
                  ValueOf(Asking(id, value.asked(), {{"site", site}})).DebugString())
            << id << " of " << site;
      }
    }
  }
}

TEST_F(PeriodValuesTest, AGroupIsListedWhileSomethingOfItIsExpected) {
  Indicator all = Base("all", kQuarterly, {{"site", {"x", "y", "z"}}});
  all.mutable_dimensions(0)->set_every_code_expected(true);
  all.set_expected_from("2021-Q1");
  Define({Base("some", kQuarterly, {{"site", {"x", "y", "z"}}}), all});
  Set(TargetOf("some", {{"2020-Q1", 10}, {"2021-Q4", 13}}));
  for (const char* const id : {"some", "all"}) {
    Push({Row(id, "2020-Q4", 1, {{"site", "x"}}), Row(id, "2021-Q1", 2, {{"site", "y"}})});
  }
  const auto groups = [this](const char* id, const char* quarter) {
    v1::QueryPeriodValuesRequest request = Asking(id, quarter);
    request.mutable_selections(0)->add_group_by("site");
    const auto answer = Query(request);
    ATHENA_EXPECT_OK(answer);
    return answer.ok() ? Groups(*answer) : std::vector<std::string>();
  };
  EXPECT_THAT(groups("some", "2021-Q1"), ElementsAre("x 2021-Q1 OVERDUE", "y 2021-Q1 2"));
  // x has been silent for longer than two quarters: it is no group any more.
  EXPECT_THAT(groups("some", "2021-Q3"), ElementsAre("y 2021-Q3 OVERDUE"));
  EXPECT_THAT(groups("some", "2021-Q4"), IsEmpty());
  // Not begun by 1 March 2022.
  EXPECT_THAT(groups("all", "2022-Q2"), IsEmpty());
  // Every code is expected, whoever reported.
  EXPECT_THAT(groups("all", "2021-Q4"),
              ElementsAre("x 2021-Q4 OVERDUE", "y 2021-Q4 OVERDUE", "z 2021-Q4 OVERDUE"));
}

TEST_F(PeriodValuesTest, GroupsOfThePastAreThoseOfThen) {
  Define({Base("a", kQuarterly, {{"site", {"x", "y"}}}), Base("b", kQuarterly)});
  Push({Row("a", "2021-Q3", 1, {{"site", "x"}})});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  request.mutable_selections(0)->add_group_by("site");
  const auto before = Query(request);
  ATHENA_ASSERT_OK(before);
  Push({Row("b", "2021-Q3", 1)});
  EXPECT_TRUE(NotModified(request, *before));
  Push({Row("a", "2021-Q3", 2, {{"site", "y"}})});
  EXPECT_FALSE(NotModified(request, *before));
  const auto now = Query(request);
  ATHENA_ASSERT_OK(now);
  EXPECT_THAT(Groups(*now), ElementsAre("x 2021-Q3 1", "y 2021-Q3 2"));
  *request.mutable_revisions()->mutable_revisions() = before->header.revisions();
  const auto then = Query(request);
  ATHENA_ASSERT_OK(then);
  EXPECT_THAT(Groups(*then), ElementsAre("x 2021-Q3 1"));
}

TEST_F(PeriodValuesTest, WhatHasNoSuchDimensionCannotBeBrokenDown) {
  Define({Base("a", kQuarterly, {{"site", {"x", "y"}}}),
          Base("b", kQuarterly, {{"sex", {"F", "M"}}}), FormulaOf("f", "a{site=\"x\"} / b")});
  Push({Row("a", "2021-Q3", 1, {{"site", "x"}}), Row("b", "2021-Q3", 1, {{"sex", "F"}})});
  const auto groups = [this](const char* id, const char* dimension) {
    v1::QueryPeriodValuesRequest request = Asking(id, "2021-Q3");
    request.mutable_selections(0)->add_group_by(dimension);
    const auto answer = Query(request);
    ATHENA_EXPECT_OK(answer);
    return answer.ok() ? Groups(*answer) : std::vector<std::string>();
  };
  EXPECT_THAT(groups("a", "sex"), ElementsAre(" 2021-Q3 INDICATOR_NOT_READABLE"));
  // The formula gives a code for its only operand that has sites.
  EXPECT_THAT(groups("f", "site"), ElementsAre(" 2021-Q3 INDICATOR_NOT_READABLE"));
  EXPECT_THAT(groups("f", "sex"), ElementsAre("F 2021-Q3 1"));
}

TEST_F(PeriodValuesTest, GroupsCountAsValuesOfARequest) {
  // 301 codes in 400 periods are more than 120,000 values.
  std::vector<std::string> codes;
  for (int i = 0; i < 301; ++i) codes.push_back(absl::StrCat("c", i));
  Define({Base("a", kQuarterly, {{"code", codes}})});
  std::vector<v1::Observation> rows;
  for (size_t i = 0; i < 300; ++i) rows.push_back(Row("a", "2021-Q3", 1, {{"code", codes[i]}}));
  Push(rows);
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  while (request.periods_size() < kMaxPeriods) request.add_periods("2021-Q3");
  request.mutable_selections(0)->add_group_by("code");
  const auto answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_THAT(answer->values, SizeIs(120'000));
  Push({Row("a", "2021-Q3", 1, {{"code", codes[300]}})});
  EXPECT_THAT(Faults(Query(request).status()), ElementsAre("selections[0].group_by"));
}

TEST_F(PeriodValuesTest, AFormulaIsARatioOfSums) {
  Define({Base("breaches", kMonthly, {{"site", {"x", "y"}}}),
          Base("attendances", kMonthly, {{"site", {"x", "y"}}}),
          FormulaOf("on-time", "1 - breaches / attendances"),
          FormulaOf("percent", "100 * on-time")});
  std::vector<v1::Observation> rows;
  for (const std::string month : {"2021-07", "2021-08", "2021-09"}) {
    rows.push_back(Row("breaches", month, 1, {{"site", "x"}}));
    rows.push_back(Row("attendances", month, 10, {{"site", "x"}}));
    rows.push_back(Row("breaches", month, 45, {{"site", "y"}}));
    rows.push_back(Row("attendances", month, 90, {{"site", "y"}}));
  }
  Push(rows);
  // 1 - 138 / 300, and not the mean of 0.9 and 0.5.
  EXPECT_EQ(Own("on-time", "2021-Q3"), "0.54");
  EXPECT_EQ(Own("percent", "2021-Q3"), "54");
  EXPECT_EQ(Own("percent", "2021-Q3", {{"site", "x"}}), "90");
  EXPECT_EQ(Own("percent", "2021-Q3", {{"site", "z"}}), "INDICATOR_NOT_READABLE");
  EXPECT_EQ(CoverageOf(ValueOf(Asking("percent", "2021-Q3")).own()), "6/6");
}

TEST_F(PeriodValuesTest, OnlyCommonCellsCountUnlessOperandsAreIndependent) {
  Indicator part = Base("part", kMonthly);
  part.set_missing_policy(Indicator::MISSING_POLICY_PARTIAL);
  Indicator all = Base("all", kMonthly);
  all.set_missing_policy(Indicator::MISSING_POLICY_PARTIAL);
  Indicator independent = FormulaOf("independent", "part / all");
  independent.set_operand_alignment(Indicator::OPERAND_ALIGNMENT_INDEPENDENT);
  Define({part, all, FormulaOf("common", "part / all"), independent});
  Push({Row("part", "2021-07", 10), Row("part", "2021-08", 20), Row("all", "2021-07", 40),
        Row("all", "2021-08", 60), Row("all", "2021-09", 100)});
  // 30 / 100, of two months out of three; against 30 / 200.
  const v1::PeriodValue common = ValueOf(Asking("common", "2021-Q3"));
  EXPECT_EQ(Shown(common.own()), "0.3");
  EXPECT_EQ(CoverageOf(common.own()), "2/3");
  EXPECT_EQ(Own("independent", "2021-Q3"), "0.15");
}

TEST_F(PeriodValuesTest, CommonCellsAreFoundByCodesWhateverTheOrderOfDimensions) {
  Indicator a = Base("a", kQuarterly, {{"site", {"x", "y"}}, {"sex", {"F", "M"}}});
  Indicator b = Base("b", kQuarterly, {{"sex", {"F", "M"}}, {"site", {"x", "y"}}});
  a.set_missing_policy(Indicator::MISSING_POLICY_PARTIAL);
  b.set_missing_policy(Indicator::MISSING_POLICY_PARTIAL);
  Define({a, b, FormulaOf("f", "a / b")});
  Push({Row("a", "2021-Q3", 1, {{"site", "x"}, {"sex", "F"}}),
        Row("a", "2021-Q3", 50, {{"site", "x"}, {"sex", "M"}}),
        Row("b", "2021-Q3", 4, {{"site", "x"}, {"sex", "F"}}),
        Row("b", "2021-Q3", 70, {{"site", "y"}, {"sex", "F"}})});
  EXPECT_EQ(Own("f", "2021-Q3"), "0.25");
}

TEST_F(PeriodValuesTest, AFormulaNamesTheOperandWithoutValue) {
  Define({Base("a", kMonthly), Base("b", kMonthly, {{"site", {"x"}}}),
          FormulaOf("f", "a / b{site=\"x\"}"), FormulaOf("zero", "a / (a - a)"),
          FormulaOf("instead", "coalesce(b, 7)")});
  Push({Row("a", "2021-07", 1), Row("a", "2021-08", 1), Row("a", "2021-09", 1)});
  const v1::Measured measured = ValueOf(Asking("f", "2021-Q3")).own();
  // b is never expected: it has neither a target nor an observation.
  EXPECT_EQ(Shown(measured), "NO_DATA");
  EXPECT_EQ(measured.operand(), "b{site=\"x\"}");
  EXPECT_EQ(measured.operand_reason(), v1::NO_VALUE_REASON_NO_DATA);
  EXPECT_EQ(Own("zero", "2021-Q3"), "DIV0");
  EXPECT_EQ(Own("instead", "2021-Q3"), "7");
}

TEST_F(PeriodValuesTest, AQuarterThatHasNotBegunHasNoValueButATarget) {
  Define({Base("a", kMonthly), FormulaOf("seven", "7")});
  Set(TargetOf("a", {{"2022", 400}}));
  const v1::PeriodValue value = ValueOf(Asking("a", "2022-Q3"));
  EXPECT_EQ(Shown(value.own()), "NOT_BEGUN");
  EXPECT_EQ(value.own().current().target().decimal(), "100");
  EXPECT_EQ(value.year_to_date().current().target().decimal(), "300");
  EXPECT_EQ(Own("seven", "2022-Q3"), "NOT_BEGUN");
  EXPECT_EQ(Own("seven", "2021-Q3"), "7");
}

TEST_F(PeriodValuesTest, TheHeadcountOfAllUnitsIsNeverThatOfSome) {
  const std::vector<std::pair<std::string, double>> units = {
      {"SYN-RFA", 174}, {"BCIT", 22}, {"BIT", 24}, {"BEE", 292},
      {"BFB", 111},     {"BL", 246},  {"BM", 420}, {"BF", 164}};
  std::vector<std::string> codes;
  for (const auto& [unit, count] : units) codes.push_back(unit);
  Indicator headcount = Base("headcount", kQuarterly, {{"unit", codes}});
  headcount.set_time_aggregation(Indicator::TIME_AGGREGATION_LAST);
  headcount.mutable_dimensions(0)->set_every_code_expected(true);
  headcount.set_expected_from("2020-Q4");
  Define({headcount});
  std::vector<v1::Observation> rows;
  for (const auto& [unit, count] : units) {
    rows.push_back(Row("headcount", "2020-Q4", count, {{"unit", unit}}));
  }
  Push(rows);
  EXPECT_EQ(Own("headcount", "2020-Q4"), "1453");
  Push({Retraction("headcount", "2020-Q4", {{"unit", "BM"}})});
  const v1::PeriodValue value = ValueOf(Asking("headcount", "2020-Q4"));
  EXPECT_EQ(Shown(value.own()), "INCOMPLETE");  // and not 1,033
  EXPECT_EQ(CoverageOf(value.own()), "7/8");
  EXPECT_EQ(Own("headcount", "2020-Q4", {{"unit", "BEE"}}), "292");
}

TEST_F(PeriodValuesTest, AFlowShowsTheYearToDateBesideItsQuarter) {
  Define({Base("a", kMonthly)});
  for (int month = 1; month <= 9; ++month) {
    Push({Row("a", absl::StrCat("2021-0", month), month)});
  }
  Set(TargetOf("a", {{"2021", 80}}));
  const v1::PeriodValue value = ValueOf(Asking("a", "2021-Q3"));
  EXPECT_EQ(Shown(value.own()), "24");
  EXPECT_EQ(Shown(value.year_to_date()), "45");
  EXPECT_EQ(value.own().current().target().decimal(), "20");
  EXPECT_EQ(value.year_to_date().current().target().decimal(), "60");
  // The margin of 10 is per year: 2.5 a quarter.
  EXPECT_EQ(value.own().current().red().decimal(), "17.5");
}

TEST_F(PeriodValuesTest, APartOfAFlowIsMeasuredAgainstThatPartOfItsTarget) {
  Define({Base("a", kMonthly)});
  Push({Row("a", "2022-01", 5)});
  Set(TargetOf("a", {{"2022", 120}}));
  v1::QueryPeriodValuesRequest request = Asking("a", "2022-Q1");
  *request.mutable_basis_date() = fields::DateOf(absl::CivilDay(2022, 2, 20));
  const v1::PeriodValue value = ValueOf(request);
  EXPECT_EQ(Shown(value.own()), "5");
  EXPECT_TRUE(value.own().provisional());
  EXPECT_EQ(value.own().judged(), 1);
  EXPECT_EQ(value.own().all(), 3);
  // A quarter of 120, of which one month of three.
  EXPECT_EQ(value.own().current().target().decimal(), "10");
  EXPECT_EQ(value.year_to_date().current().target().decimal(), "10");
}

TEST_F(PeriodValuesTest, ASemestrialIndicatorShowsItsLatestSemesterThatIsDueOrThere) {
  Indicator indicator = Base("a", kSemestrial);
  indicator.set_time_aggregation(Indicator::TIME_AGGREGATION_LAST);
  Define({indicator});
  Push({Row("a", "2020-S2", 4), Row("a", "2021-S1", 5)});
  const auto at = [&](const std::string& quarter, absl::CivilDay date) {
    v1::QueryPeriodValuesRequest request = Asking("a", quarter);
    *request.mutable_basis_date() = fields::DateOf(date);
    const v1::PeriodValue value = ValueOf(request);
    return absl::StrCat(value.period(), " ", Shown(value.own()));
  };
  EXPECT_EQ(at("2021-Q1", absl::CivilDay(2021, 5, 1)), "2020-S2 4");
  EXPECT_EQ(at("2021-Q2", absl::CivilDay(2021, 7, 5)), "2021-S1 5");
  EXPECT_EQ(at("2021-Q3", absl::CivilDay(2021, 11, 1)), "2021-S1 5");
  // Not due until 14 January, then overdue.
  EXPECT_EQ(at("2021-Q4", absl::CivilDay(2022, 1, 14)), "2021-S1 5");
  EXPECT_EQ(at("2021-Q4", absl::CivilDay(2022, 1, 15)), "2021-S2 OVERDUE");
}

TEST_F(PeriodValuesTest, AnAnnualFormulaAggregatesItsOperandsOverTheYear) {
  Indicator ratio = FormulaOf("ratio", "a / b");
  ratio.set_frequency(kAnnual);
  Define({Base("a", kQuarterly), Base("b", kSemestrial), ratio});
  Push({Row("a", "2021-Q1", 1), Row("a", "2021-Q2", 2), Row("a", "2021-Q3", 3),
        Row("a", "2021-Q4", 4), Row("b", "2021-S1", 5), Row("b", "2021-S2", 15)});
  const v1::PeriodValue value = ValueOf(Asking("ratio", "2021-Q4"));
  EXPECT_EQ(value.period(), "2021");
  EXPECT_EQ(Shown(value.own()), "0.5");
}

TEST_F(PeriodValuesTest, ExpectationBeginsWithTheFirstTarget) {
  Define({Base("a", kMonthly, {{"site", {"x", "y"}}})});
  EXPECT_EQ(Own("a", "2021-Q3"), "NO_DATA");
  v1::Target target = TargetOf("a", {{"2021", 40}});
  (*target.mutable_slice())["site"] = "x";
  Set(target);
  EXPECT_EQ(Own("a", "2021-Q3", {{"site", "x"}}), "OVERDUE");
  EXPECT_EQ(Own("a", "2020-Q3", {{"site", "x"}}), "NO_DATA");
  // The indicator is expected, whichever slice has the target.
  EXPECT_EQ(Own("a", "2021-Q3", {{"site", "y"}}), "OVERDUE");
  EXPECT_EQ(Own("a", "2020-Q3"), "NO_DATA");
  Set(TargetOf("a", {{"2020", 80}}));
  EXPECT_EQ(Own("a", "2020-Q3", {{"site", "y"}}), "OVERDUE");
}

TEST_F(PeriodValuesTest, OriginalIsTheTargetAtActivationAndCurrentTheLast) {
  Indicator level = Base("a", kQuarterly);
  level.set_time_aggregation(Indicator::TIME_AGGREGATION_LAST);
  Define({level});
  Set(TargetOf("a", {{"2021-Q1", 100}}));
  Set(TargetOf("a", {{"2021-Q1", 110}}));
  const absl::Time activated = service_.clock().Now();
  Set(TargetOf("a", {{"2021-Q1", 120}, {"2021-Q4", 150}}));
  Push({Row("a", "2021-Q3", 90)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  request.set_end_quarter("2025-Q4");
  *request.mutable_original_at() = fields::TimestampOf(activated);
  auto answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_EQ(answer->definitions[0].current().version(), 3);
  EXPECT_EQ(answer->definitions[0].original().version(), 2);
  EXPECT_EQ(answer->value().own().current().target().decimal(), "140");
  EXPECT_EQ(answer->value().own().original().target().decimal(), "110");
  EXPECT_EQ(answer->value().own().original().version(), 2);
  EXPECT_EQ(answer->value().current_at_end().target().decimal(), "150");
  EXPECT_EQ(answer->value().original_at_end().target().decimal(), "110");
  EXPECT_FALSE(answer->value().added_after_activation());
  // A draft has no originals.
  request.clear_original_at();
  answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_FALSE(answer->definitions[0].has_original());
  EXPECT_FALSE(answer->value().own().has_original());
  EXPECT_FALSE(answer->value().added_after_activation());
}

// Case V7: activated without a target, which is set later.
TEST_F(PeriodValuesTest, V7_ATargetThatIsSetAfterActivationHasNoOriginal) {
  Indicator level = Base("a", kQuarterly);
  level.set_time_aggregation(Indicator::TIME_AGGREGATION_LAST);
  Define({level});
  const absl::Time activated = service_.clock().Now();
  Set(TargetOf("a", {{"2021-Q1", 7}}));
  Push({Row("a", "2021-Q3", 9)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  *request.mutable_original_at() = fields::TimestampOf(activated);
  const auto answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_EQ(answer->value().own().current().target().decimal(), "7");
  EXPECT_FALSE(answer->value().own().has_original());
  EXPECT_FALSE(answer->definitions[0].has_original());
  EXPECT_TRUE(answer->value().added_after_activation());
}

TEST_F(PeriodValuesTest, ADeclaredOriginalIsTheOriginalOfAPlanThatIsInForce) {
  Indicator level = Base("a", kQuarterly);
  level.set_time_aggregation(Indicator::TIME_AGGREGATION_LAST);
  Define({level});
  const absl::Time activated = service_.clock().Now();
  Set(TargetOf("a", {{"2021-Q1", 7}}));
  v1::SetTargetRequest declared;
  *declared.mutable_target() = TargetOf("a", {{"2021-Q1", 12}});
  declared.set_declared_original(true);
  declared.set_reason("council decision of 2020");
  const auto set =
      service_.Call<v1::Target>("planner", [&](auto& stub, auto* context, auto* response) {
        return stub.SetTarget(context, declared, response);
      });
  ATHENA_ASSERT_OK(set);
  Push({Row("a", "2021-Q3", 9)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  EXPECT_FALSE(ValueOf(request).own().has_original());
  *request.mutable_original_at() = fields::TimestampOf(activated);
  const auto answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_TRUE(answer->definitions[0].original().declared_original());
  EXPECT_EQ(answer->value().own().original().target().decimal(), "12");
  EXPECT_EQ(answer->value().own().original().version(), 0);
  EXPECT_EQ(answer->value().own().current().version(), 1);
  EXPECT_FALSE(answer->value().added_after_activation());
}

// Ended from 2021-Q3 on: the value is shown against the original, and against the version that had
// a target last.
TEST_F(PeriodValuesTest, AnEndedTargetShowsHowItWasLastHeld) {
  Indicator level = Base("a", kQuarterly);
  level.set_time_aggregation(Indicator::TIME_AGGREGATION_LAST);
  Define({level});
  Set(TargetOf("a", {{"2021-Q1", 100}}));
  const absl::Time activated = service_.clock().Now();
  Set(TargetOf("a", {{"2021-Q1", 110}}));
  v1::Target ended = TargetOf("a", {{"2021-Q1", 110}});
  ended.set_ended_from("2021-Q3");
  Set(ended);
  Push({Row("a", "2021-Q2", 90), Row("a", "2021-Q3", 90)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  *request.mutable_original_at() = fields::TimestampOf(activated);
  const v1::Measured measured = ValueOf(request).own();
  EXPECT_FALSE(measured.has_current());
  EXPECT_EQ(measured.original().target().decimal(), "100");
  EXPECT_EQ(measured.original().version(), 1);
  EXPECT_EQ(measured.last_held().target().decimal(), "110");
  EXPECT_EQ(measured.last_held().version(), 2);
  request.set_periods(0, "2021-Q2");
  EXPECT_EQ(ValueOf(request).own().current().version(), 3);
  EXPECT_FALSE(ValueOf(request).own().has_last_held());
}

// The original, 12 a quarter, covers the year; the version held last, 8 a quarter, its fourth
// quarter alone. By hand: 4 x 10 against 4 x 12, and beside it 10 against 8.
TEST_F(PeriodValuesTest, AYearToDateIsShownAgainstTheOriginalThoughTheLastVersionBeganLater) {
  Define({Base("a", kQuarterly)});
  Set(TargetOf("a", {{"2021-Q1", 12}}));
  const absl::Time activated = service_.clock().Now();
  Set(TargetOf("a", {{"2021-Q4", 8}}));
  Set(TargetOf("a", {{"2023-Q1", 6}}));
  Push({Row("a", "2021-Q1", 10), Row("a", "2021-Q2", 10), Row("a", "2021-Q3", 10),
        Row("a", "2021-Q4", 10)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q4");
  *request.mutable_original_at() = fields::TimestampOf(activated);
  const v1::PeriodValue value = ValueOf(request);
  EXPECT_EQ(Shown(value.year_to_date()), "40");
  EXPECT_FALSE(value.year_to_date().has_current());
  EXPECT_EQ(value.year_to_date().original().target().decimal(), "48");
  EXPECT_EQ(value.year_to_date().original().version(), 1);
  EXPECT_FALSE(value.year_to_date().has_last_held());
  EXPECT_EQ(Shown(value.year_to_date_held()), "10");
  EXPECT_EQ(value.year_to_date_held().last_held().target().decimal(), "8");
  EXPECT_EQ(value.year_to_date_held().last_held().version(), 2);
  EXPECT_EQ(value.own().original().target().decimal(), "12");
  EXPECT_EQ(value.own().last_held().target().decimal(), "8");
}

// Case V6: 100 a month; October 100, November 40 so far, on 29 November.
TEST_F(PeriodValuesTest, V6_AFlowIsComparedOnWhatIsOverAndShowsTheRestBeside) {
  Define({Base("a", kMonthly)});
  Set(TargetOf("a", {{"2021-Q1", 300}}));
  Push({Row("a", "2021-10", 100), Row("a", "2021-11", 40)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q4");
  *request.mutable_basis_date() = fields::DateOf(absl::CivilDay(2021, 11, 29));
  const v1::PeriodValue value = ValueOf(request);
  EXPECT_EQ(Shown(value.own()), "100");
  EXPECT_EQ(value.own().current().target().decimal(), "100");  // 300 * 1/3
  EXPECT_EQ(value.own().current_unscaled().target().decimal(), "300");
  EXPECT_EQ(value.own().judged(), 1);
  EXPECT_EQ(value.own().all(), 3);
  EXPECT_TRUE(value.own().provisional());
  EXPECT_EQ(value.so_far().period(), "2021-Q4");
  EXPECT_EQ(value.so_far().value().decimal(), "140");
}

// Case V11: read at the baseline's own period there is no target, and yet all that progress needs.
TEST_F(PeriodValuesTest, V11_AtTheBaselineThereIsAValueABaselineAndAnEnd) {
  Indicator level = Base("a", kAnnual);
  level.set_time_aggregation(Indicator::TIME_AGGREGATION_LAST);
  Define({level});
  v1::Target target = TargetOf("a", {{"2022", 20}});
  target.mutable_baseline()->set_period("2020");
  target.mutable_baseline()->set_value(10);
  Set(target);
  Push({Row("a", "2020", 10)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2020-Q4");
  request.set_end_quarter("2022-Q4");
  const auto answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_EQ(answer->value().period(), "2020");
  EXPECT_EQ(Shown(answer->value().own()), "10");
  EXPECT_FALSE(answer->value().own().has_current());
  EXPECT_EQ(answer->value().current_at_end().target().decimal(), "20");
  EXPECT_EQ(answer->value().current_at_end().baseline().decimal(), "10");
  EXPECT_EQ(answer->definitions[0].current().baseline().period(), "2020");
}

// Cases V1 and A20: sums are exact over what was pushed, and rounded once.
TEST_F(PeriodValuesTest, V1_SumsAreExactOverWhatWasPushed) {
  Define({Base("a", kMonthly), Base("b", kMonthly), Base("c", kMonthly)});
  Push({Row("a", "2021-08", 0.12345678901234), Row("a", "2021-09", 0.00000000000049)});
  EXPECT_EQ(Own("a", "2021-Q3"), "0.123456789013");
  Push({Row("b", "2021-07", 0.3333333333333333), Row("b", "2021-08", 0.3333333333333333),
        Row("b", "2021-09", 0.3333333333333333), Row("c", "2021-08", 0.6666666666666666),
        Row("c", "2021-09", 0.3333333333333333)});
  EXPECT_EQ(Own("b", "2021-Q3"), "1");
  EXPECT_EQ(Own("c", "2021-Q3"), "1");
}

// An indicator without a target is expected from its first observation on, however long ago: when
// it has gone silent one cell is still expected, until its series is declared ended.
TEST_F(PeriodValuesTest, WhatWasObservedLongAgoIsStillExpected) {
  Define({Base("a", kMonthly), Base("b", kMonthly)});
  Push({Row("a", "2018-05", 1), Row("b", "2021-07", 1), Row("b", "2021-08", 1),
        Row("b", "2021-09", 1)});
  EXPECT_EQ(Own("a", "2021-Q3"), "OVERDUE");
  EXPECT_EQ(Own("a", "2018-Q1"), "NO_DATA");
  // The first observation moves when an earlier one arrives, whatever was kept.
  Push({Row("a", "2018-02", 1)});
  EXPECT_EQ(Own("a", "2018-Q1"), "INCOMPLETE");
}

// bm has ended; wb reported until 2019 and went silent; hr began in 2021-Q3.
TEST_F(PeriodValuesTest, BesideAnEndedSeriesOneThatIsSilentIsMissed) {
  Define({testing::Base("visits", kQuarterly, {{"unit", {"bm", "wb", "hr"}}})});
  Push({Row("visits", "2019-Q1", 1, {{"unit", "bm"}}),
        Row("visits", "2021-Q3", 1, {{"unit", "hr"}})});
  v1::EndSeriesRequest end;
  end.mutable_series_end()->set_indicator("institutions/gob/indicators/visits");
  (*end.mutable_series_end()->mutable_dimensions())["unit"] = "bm";
  end.mutable_series_end()->set_ended_from("2019-Q2");
  end.set_reason("merged");
  const auto ended =
      service_.Call<v1::SeriesEnd>("all", [&](auto& stub, auto* context, auto* response) {
        return stub.EndSeries(context, end, response);
      });
  ATHENA_ASSERT_OK(ended);
  // All that had begun by then had been declared ended.
  EXPECT_EQ(Own("visits", "2020-Q4"), "NO_DATA");
  Push({Row("visits", "2019-Q1", 1, {{"unit", "wb"}})});
  EXPECT_EQ(Own("visits", "2020-Q4"), "OVERDUE");
}

TEST_F(PeriodValuesTest, ThePastIsReadWithItsDefinitionsTargetsAndValues) {
  Define({Base("a", kMonthly)});
  Set(TargetOf("a", {{"2021", 40}}));
  Push({Row("a", "2021-07", 1), Row("a", "2021-08", 1), Row("a", "2021-09", 1)});
  const absl::Time then = service_.clock().Now();
  const auto before = Query(Asking("a", "2021-Q3"));
  ATHENA_ASSERT_OK(before);
  Push({Row("a", "2021-08", 9)});
  Set(TargetOf("a", {{"2021", 80}}));
  Indicator changed = Base("a", kMonthly);
  changed.set_time_aggregation(Indicator::TIME_AGGREGATION_SUM);
  changed.set_unit("visits");
  Define({changed});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  const auto now = Query(request);
  ATHENA_ASSERT_OK(now);
  EXPECT_EQ(Shown(now->value().own()), "11");
  EXPECT_EQ(now->value().own().current().target().decimal(), "20");
  EXPECT_EQ(now->definitions[0].indicator().unit(), "visits");
  *request.mutable_time() = fields::TimestampOf(then);
  const auto by_time = Query(request);
  ATHENA_ASSERT_OK(by_time);
  EXPECT_EQ(by_time->value().SerializeAsString(), before->value().SerializeAsString());
  EXPECT_EQ(by_time->definitions[0].indicator().unit(), "");
  EXPECT_THAT(by_time->header.revisions(), ElementsAre(Pair("institutions/gob", 3)));
  (*request.mutable_revisions()->mutable_revisions())["institutions/gob"] = 3;
  const auto by_revision = Query(request);
  ATHENA_ASSERT_OK(by_revision);
  EXPECT_EQ(by_revision->value().SerializeAsString(), before->value().SerializeAsString());
  EXPECT_THAT(by_revision->header.lineages(),
              ElementsAre(Pair("institutions/gob", ::testing::MatchesRegex("[0-9a-f]{16}"))));
  auto& lineages = *request.mutable_revisions()->mutable_lineages();
  lineages = by_revision->header.lineages();
  ATHENA_EXPECT_OK(Query(request).status());
  lineages["institutions/gob"] = "0000000000000001";
  EXPECT_THAT(Query(request), status::testing::Refuses("LINEAGE_CHANGED"));
  lineages.clear();
  // Before the push, and before anything.
  (*request.mutable_revisions()->mutable_revisions())["institutions/gob"] = 2;
  EXPECT_EQ(Shown(ValueOf(request).own()), "OVERDUE");
  (*request.mutable_revisions()->mutable_revisions())["institutions/gob"] = 0;
  EXPECT_EQ(Shown(ValueOf(request).own()), "INDICATOR_NOT_READABLE");
}

TEST_F(PeriodValuesTest, ARetiredIndicatorKeepsItsValues) {
  Define({Base("a", kMonthly)});
  Push({Row("a", "2021-07", 1), Row("a", "2021-08", 1), Row("a", "2021-09", 1)});
  Indicator retired = Base("a", kMonthly);
  retired.set_state(Indicator::STATE_RETIRED);
  Define({retired});
  EXPECT_EQ(Own("a", "2021-Q3"), "3");
}

TEST_F(PeriodValuesTest, ManySelectionsHaveEachTheirOwnValue) {
  constexpr int kSites = 700;
  std::vector<std::string> sites;
  std::vector<v1::Observation> rows;
  for (int i = 0; i < kSites; ++i) {
    sites.push_back(absl::StrCat("s", i));
    rows.push_back(Row("a", "2021-Q3", 2 * i, {{"site", sites.back()}}));
    rows.push_back(Row("b", "2021-Q3", 4, {{"site", sites.back()}}));
  }
  Define({Base("a", kQuarterly, {{"site", sites}}), Base("b", kQuarterly, {{"site", sites}}),
          FormulaOf("f", "a / b")});
  Push(rows);
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  for (const std::string& site : sites) {
    Select("a", {{"site", site}}, &request);
    Select("f", {{"site", site}}, &request);
  }
  const auto answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  ASSERT_THAT(answer->values, SizeIs(1 + 2 * kSites));
  EXPECT_EQ(Shown(answer->values[0].own()), absl::StrCat(kSites * (kSites - 1)));
  for (size_t i = 0; i < kSites; ++i) {
    ASSERT_EQ(Shown(answer->values[1 + 2 * i].own()), absl::StrCat(2 * i));
    ASSERT_EQ(Shown(answer->values[2 + 2 * i].own()), absl::StrCat(i / 2, i % 2 == 0 ? "" : ".5"));
  }
}

// No recursion, whatever the depth.
TEST_F(PeriodValuesTest, FormulasMayStandOnEachOtherWithoutEnd) {
  std::vector<Indicator> chain = {Base("a", kQuarterly), FormulaOf("f0", "a + 1")};
  for (int i = 1; i < 3000; ++i) {
    chain.push_back(FormulaOf(absl::StrCat("f", i), absl::StrCat("f", i - 1, " + 1")));
  }
  Define(chain);
  Push({Row("a", "2021-Q3", 0)});
  EXPECT_EQ(Own("f2999", "2021-Q3"), "3000");
}

// bm reported the first quarter and was merged into hr: what hr sends is the whole then.
TEST_F(PeriodValuesTest, AnEndedSeriesIsNotWaitedForAndSaysSoToWhoAskedBefore) {
  Define({testing::Base("visits", kQuarterly, {{"unit", {"bm", "hr"}}})});
  Push({Row("visits", "2021-Q1", 10, {{"unit", "bm"}}),
        Row("visits", "2021-Q1", 20, {{"unit", "hr"}}),
        Row("visits", "2021-Q2", 31, {{"unit", "hr"}})});
  v1::QueryPeriodValuesRequest request = Asking("visits", "2021-Q2");
  const auto before = Query(request);
  ATHENA_ASSERT_OK(before);
  EXPECT_EQ(Shown(before->value().own()), "INCOMPLETE");
  v1::EndSeriesRequest end;
  end.mutable_series_end()->set_indicator("institutions/gob/indicators/visits");
  (*end.mutable_series_end()->mutable_dimensions())["unit"] = "bm";
  end.mutable_series_end()->set_ended_from("2021-Q2");
  end.set_reason("merged");
  const auto ended =
      service_.Call<v1::SeriesEnd>("all", [&](auto& stub, auto* context, auto* response) {
        return stub.EndSeries(context, end, response);
      });
  ATHENA_ASSERT_OK(ended);
  request.set_if_newer_than(before->header.version_token());
  const auto after = Query(request);
  ATHENA_ASSERT_OK(after);
  EXPECT_FALSE(after->header.not_modified());
  EXPECT_EQ(Shown(after->value().own()), "31");
  EXPECT_EQ(CoverageOf(after->value().own()), "1/1");
  // As it was known before.
  request.clear_if_newer_than();
  (*request.mutable_revisions()->mutable_revisions())["institutions/gob"] = ended->revision() - 1;
  EXPECT_EQ(Shown(ValueOf(request).own()), "INCOMPLETE");
  // In a quarter far from the end, where no observation ever changed, the kept value goes, too.
  v1::QueryPeriodValuesRequest far = Asking("visits", "2021-Q4");
  const auto far_before = Query(far);
  end.mutable_series_end()->clear_ended_from();
  ASSERT_TRUE(service_
                  .Call<v1::SeriesEnd>("all",
                                       [&](auto& stub, auto* context, auto* response) {
                                         return stub.EndSeries(context, end, response);
                                       })
                  .ok());
  far.set_if_newer_than(far_before->header.version_token());
  EXPECT_FALSE(Query(far)->header.not_modified());
}

// 301 days until 27 October 2020 are more than are passed over one by one.
TEST_F(PeriodValuesTest, AnEndLongAgoCountsAmongManyCells) {
  Indicator files = Base("files", Indicator::FREQUENCY_DAILY);
  files.set_expected_from("2020-01-01");
  Define({files});
  std::vector<v1::Observation> rows;
  for (absl::CivilDay day(2020, 1, 1); day <= absl::CivilDay(2020, 10, 27); ++day) {
    rows.push_back(Row("files", absl::FormatCivilTime(day), 2));
  }
  Push(rows);
  v1::QueryPeriodValuesRequest request = Asking("files", "2020-Q1");
  request.add_periods("2020-10");
  request.add_periods("2021-Q4");
  const auto values = [&] {
    const auto answer = Query(request);
    ATHENA_EXPECT_OK(answer);
    std::vector<std::string> shown;
    for (const v1::PeriodValue& value : answer->values) shown.push_back(Shown(value.own()));
    return shown;
  };
  EXPECT_THAT(values(), ElementsAre("182", "INCOMPLETE", "OVERDUE"));  // twice 91 days
  v1::EndSeriesRequest end;
  end.mutable_series_end()->set_indicator("institutions/gob/indicators/files");
  end.mutable_series_end()->set_ended_from("2020-10-28");
  end.set_reason("closed");
  const auto ended =
      service_.Call<v1::SeriesEnd>("all", [&](auto& stub, auto* context, auto* response) {
        return stub.EndSeries(context, end, response);
      });
  ATHENA_ASSERT_OK(ended);
  EXPECT_THAT(values(), ElementsAre("182", "54", "NO_DATA"));
}

// 0.1 + 0.2 is more than 0.3 as a double, and 0.3 to 12 decimals; the observation stays as it came.
TEST_F(PeriodValuesTest, AValueIsMeasuredAsADecimal) {
  Define({Base("share", kQuarterly)});
  Set(TargetOf("share", {{"2021-Q3", 0.3}}));
  Push({Row("share", "2021-Q3", 0.1 + 0.2)});
  const v1::PeriodValue value = ValueOf(Asking("share", "2021-Q3"));
  EXPECT_EQ(Shown(value.own()), "0.3");
  EXPECT_EQ(value.own().current().target().decimal(), "0.3");
}

}  // namespace
}  // namespace athena::indicator
