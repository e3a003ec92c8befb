#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::FakeIndicator;
using testing::FakePlan;
using testing::Folder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using testing::Ran;

constexpr char kIndicators[] = R"({"indicators": [
  {"name": "institutions/a/indicators/share", "kind": "KIND_FORMULA",
   "formula": "late / visits", "direction": "DIRECTION_LOWER",
   "frequency": "FREQUENCY_QUARTERLY"},
  {"name": "institutions/a/indicators/late", "kind": "KIND_BASE", "decimals": 2},
  {"name": "institutions/a/indicators/visits", "kind": "KIND_BASE"}]})";

class LoadTest : public ::testing::Test {
 protected:
  LoadTest() {
    options_.plan_address = plan_.address();
    options_.indicator_address = indicator_.address();
    folder_.Write("a/institution.json", R"({"name": "institutions/a",
        "displayName": {"text": {"nl": "Een", "en": "One"}}})");
    folder_.Write("a/units.json", R"({"units": [
        {"name": "institutions/a/units/child", "parentUnit": "institutions/a/units/top"},
        {"name": "institutions/a/units/top"}]})");
    folder_.Write("a/indicators.json", kIndicators);
    folder_.Write("a/targets.json", R"({"targets": [{
        "indicator": "institutions/a/indicators/share",
        "anchors": [{"period": "2022", "value": 0.1}], "margin": 0.02}]})");
    folder_.Write("a/observations/late.csv",
                  "indicator,period,value\nlate,2021-Q1,3\nlate,2021-Q2,4\n");
    folder_.Write("a/observations/visits.csv",
                  "indicator,period,site,value\nvisits,2021-Q1,north,30\n");
    folder_.Write("a/strategy/plan.json", R"({"name": "institutions/a/plans/strategy",
        "firstQuarter": "2021-Q1", "lastQuarter": "2022-Q4", "state": "STATE_ACTIVE"})");
    folder_.Write("a/strategy/elements.json", R"({"elements": [
        {"name": "institutions/a/plans/strategy/elements/e1-1", "code": "1.1",
         "parentElement": "institutions/a/plans/strategy/elements/e1"},
        {"name": "institutions/a/plans/strategy/elements/e1", "code": "1"},
        {"name": "institutions/a/plans/strategy/elements/e2", "code": "2"}]})");
  }

  Ran Load(const std::vector<std::string>& flags = {}) {
    std::vector<std::string> words = {"load", folder_.path() + "/a"};
    words.insert(words.end(), flags.begin(), flags.end());
    return testing::RunAthenactl(words, options_);
  }

  FakePlan plan_;
  FakeIndicator indicator_;
  ConnectionOptions options_;
  Folder folder_;
};

TEST_F(LoadTest, BringsEverythingInInAnOrderThatTheServicesCanTake) {
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "institutions  1 created\n"
            "settings      1 unchanged\n"
            "units         2 created\n"
            "indicators    3 created\n"
            "targets       1 set\n"
            "observations  3 inserted (2 files)\n"
            "plans         1 created\n"
            "elements      3 created\n"
            "in force      institutions/a/plans/strategy\n"
            "loaded\n");
  EXPECT_EQ(ran.err, "");
  EXPECT_THAT(plan_.calls(),
              ElementsAre("CreateInstitution a", "CreateUnit top", "CreateUnit child",
                          "CreatePlan strategy", "BatchCreateElements 3",
                          "ActivatePlan institutions/a/plans/strategy"));
  EXPECT_EQ(plan_.plan("institutions/a/plans/strategy").state(),
            athena::plan::v1::Plan::STATE_ACTIVE);
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("late 2021-Q1", 3), Pair("late 2021-Q2", 4),
                                              Pair("visits 2021-Q1 site=north", 30)));
}

TEST_F(LoadTest, LoadingTwiceChangesNothingAndSaysSo) {
  ASSERT_EQ(Load().code, 0);
  const int plan_changes = plan_.changes();
  const int indicator_changes = indicator_.changes();
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "institutions  1 unchanged\n"
            "settings      1 unchanged\n"
            "units         2 unchanged\n"
            "indicators    3 unchanged\n"
            "targets       1 unchanged\n"
            "observations  3 pushed before (2 files)\n"
            "plans         1 unchanged\n"
            "elements      3 unchanged\n"
            "nothing to change: all of it is there already\n");
  EXPECT_EQ(plan_.changes(), plan_changes);
  EXPECT_EQ(indicator_.changes(), indicator_changes);
}

TEST_F(LoadTest, ADeclaredOriginalStandsBesideTheTargetAndIsComparedWithWhatWasDeclared) {
  const auto write = [&](const std::string& margin) {
    folder_.Write("a/targets.json", absl::StrCat(R"({"targets": [
        {"indicator": "institutions/a/indicators/share",
         "anchors": [{"period": "2022", "value": 0.1}], "margin": 0.02},
        {"indicator": "institutions/a/indicators/share", "declaredOriginal": true,
         "anchors": [{"period": "2022", "value": 0.05}], "margin": )",
                                                 margin, "}]}"));
  };
  write("0.02");
  EXPECT_THAT(Load().out, HasSubstr("targets       2 set\n"));
  EXPECT_EQ(indicator_.target("institutions/a/indicators/share").version(), 1);
  EXPECT_EQ(indicator_.target("institutions/a/indicators/share").anchors(0).value(), 0.1);
  EXPECT_THAT(Load().out, HasSubstr("targets       2 unchanged\n"));
  write("0.01");
  EXPECT_THAT(Load().out,
              HasSubstr("  institutions/a/indicators/share (declared original): margin: from 0.02 "
                        "to 0.01\ntargets       1 unchanged, 1 left as they are\n"));
}

TEST_F(LoadTest, ADeclaredOriginalAloneIsTheTargetInForceToo) {
  folder_.Write("a/targets.json", R"({"targets": [
      {"indicator": "institutions/a/indicators/share", "declaredOriginal": true,
       "anchors": [{"period": "2022", "value": 0.05}], "margin": 0.02}]})");
  EXPECT_THAT(Load().out, HasSubstr("targets       2 set\n"));
  EXPECT_EQ(indicator_.target("institutions/a/indicators/share").anchors(0).value(), 0.05);
  EXPECT_FALSE(indicator_.target("institutions/a/indicators/share").declared_original());
  EXPECT_THAT(Load().out, HasSubstr("targets       2 unchanged\n"));
}

class FollowUpLoadTest : public LoadTest {
 protected:
  FollowUpLoadTest() {
    folder_.Write("a/risks.json", R"({"risks": [{"name": "institutions/a/risks/r1"}]})");
    folder_.Write("a/processes.json",
                  R"({"processes": [{"name": "institutions/a/processes/p1"}]})");
    folder_.Write("a/budget-lines.json",
                  R"({"budgetLines": [{"name": "institutions/a/budgetLines/b1", "year": 2021}]})");
    WriteAmounts("10.5");
    folder_.Write("a/decisions.json",
                  R"({"decisions": [{"name": "institutions/a/decisions/d1",
                      "notes": [{"text": "begun"}]}]})");
    folder_.Write("a/strategy/progress-reports.json", R"({"progressReports": [
        {"name": "institutions/a/plans/strategy/elements/e1/progressReports/2021-Q1",
         "state": "STATE_VALIDATED", "percentComplete": 5},
        {"name": "institutions/a/plans/strategy/elements/e1/progressReports/2021-Q2",
         "state": "STATE_RETURNED", "returnReason": "no figures"},
        {"name": "institutions/a/plans/strategy/elements/e2/progressReports/2021-Q2",
         "state": "STATE_SUBMITTED"},
        {"name": "institutions/a/plans/strategy/elements/e2/progressReports/2021-Q3"}]})");
  }

  void WriteAmounts(const std::string& paid) {
    folder_.Write(
        "a/budget-amounts/2021.csv",
        absl::StrCat("budget_line,quarter,committed,paid\nb1,2021-Q1,100,\nb1,2021-Q2,200,", paid,
                     "\n"));
  }

  std::string ReportName(const std::string& element, const std::string& quarter) {
    return absl::StrCat("institutions/a/plans/strategy/elements/", element, "/progressReports/",
                        quarter);
  }
};

TEST_F(FollowUpLoadTest, WhatBelongsToThePlanComesAfterIt) {
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("in force      institutions/a/plans/strategy\n"
                                 "risks         1 created\n"
                                 "processes     1 created\n"
                                 "budget-lines  1 created\n"
                                 "amounts       2 inserted\n"
                                 "decisions     1 created\n"
                                 "reports       4 created\n"
                                 "submissions   3 made\n"
                                 "loaded\n"));
  EXPECT_EQ(plan_.amounts().at("b1 2021-Q2").paid().nanos(), 500'000'000);
  EXPECT_FALSE(plan_.amounts().at("b1 2021-Q1").has_paid());
  const Ran again = Load();
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("amounts       2 unchanged\n"
                                   "decisions     1 unchanged\n"
                                   "reports       4 unchanged\n"
                                   "nothing to change"));
}

TEST_F(FollowUpLoadTest, ReviewsAreMadeOnlyWhereAskedFor) {
  ASSERT_EQ(Load().code, 0);
  const int before = plan_.changes();
  Ran ran = Load({"--only", "reviews"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "reviews       2 made\n");
  const std::vector<std::string> calls = plan_.calls();
  EXPECT_THAT(
      std::vector<std::string>(calls.begin() + before, calls.end()),
      ElementsAre(
          absl::StrCat("ValidateProgressReport ", ReportName("e1", "2021-Q1"), " athenactl load"),
          absl::StrCat("ReturnProgressReport ", ReportName("e1", "2021-Q2"), " no figures")));
  ran = Load({"--only", "reviews"});
  EXPECT_EQ(ran.out, "reviews       2 unchanged\n");
  // What is returned is not handed in again.
  EXPECT_THAT(Load().out, HasSubstr("reports       4 unchanged\nnothing to change"));
}

TEST_F(FollowUpLoadTest, AmountsThatDifferAreLeftWithoutUpdate) {
  ASSERT_EQ(Load().code, 0);
  WriteAmounts("11");
  Ran ran = Load({"--only", "amounts"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.out, HasSubstr("/2021.csv: line 3: b1 2021-Q2\n"
                                 "amounts       1 unchanged, 1 left as they are\n"));
  EXPECT_EQ(plan_.amounts().at("b1 2021-Q2").paid().units(), 10);
  ran = Load({"--only", "amounts", "--update", "--reason", "corrected"});
  EXPECT_THAT(ran.out, HasSubstr("amounts       1 updated, 1 unchanged\n"));
  EXPECT_EQ(plan_.amounts().at("b1 2021-Q2").paid().units(), 11);
  WriteAmounts("eleven");
  ran = Load({"--only", "amounts"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("no amount was stored: 1 row is refused"));
}

// The unit top owns e1, and has an operational plan of 2021.
class UnitPlanLoadTest : public LoadTest {
 protected:
  UnitPlanLoadTest() {
    folder_.Write("a/strategy/elements.json", R"({"elements": [
        {"name": "institutions/a/plans/strategy/elements/e1", "code": "1",
         "ownerUnit": "institutions/a/units/top"},
        {"name": "institutions/a/plans/strategy/elements/e2", "code": "2"}]})");
    WriteUnitPlan("e1", "2.5");
  }

  void WriteUnitPlan(const std::string& element, const std::string& staff,
                     const std::string& name = "top-2021-1") {
    folder_.Write(
        "a/strategy/operational-plans.json",
        absl::StrCat(R"({"operationalPlans": [
        {"name": "institutions/a/plans/strategy/operationalPlans/)",
                     name, R"(", "state": "STATE_APPROVED",
         "notes": {"text": {"nl": "Nota"}},
         "items": [{"element": "institutions/a/plans/strategy/elements/)",
                     element, R"(", "staff": )", staff, R"(, "money": {"units": 100}}]}]})"));
  }

  const std::string name_ = "institutions/a/plans/strategy/operationalPlans/top-2021-1";
};

TEST_F(UnitPlanLoadTest, AnOperationalPlanIsDerivedFilledInAndHandedIn) {
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("unit-plans    1 created\nloaded\n"));
  const auto stored = plan_.operational_plan(name_);
  EXPECT_EQ(stored.state(), athena::plan::v1::OperationalPlan::STATE_SUBMITTED);
  ASSERT_EQ(stored.items_size(), 1);
  EXPECT_EQ(stored.items(0).element(), "institutions/a/plans/strategy/elements/e1");
  EXPECT_EQ(stored.items(0).staff(), 2.5);
  EXPECT_EQ(stored.items(0).money().units(), 100);
  EXPECT_EQ(stored.notes().text().at("nl"), "Nota");
  EXPECT_THAT(
      plan_.calls(),
      ::testing::IsSupersetOf({std::string("DeriveOperationalPlan institutions/a/units/top 2021"),
                               absl::StrCat("UpdateOperationalPlan ", name_, " items,notes"),
                               absl::StrCat("SubmitOperationalPlan ", name_, " athenactl load")}));
}

TEST_F(UnitPlanLoadTest, WhatIsThereIsComparedAndStays) {
  ASSERT_EQ(Load().code, 0);
  const int before = plan_.changes();
  EXPECT_THAT(Load().out, HasSubstr("unit-plans    1 unchanged\n"));
  WriteUnitPlan("e1", "3");
  const Ran ran = Load({"--only", "unit-plans"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.out, HasSubstr("top-2021-1: items"));
  EXPECT_THAT(ran.out, HasSubstr("unit-plans    1 left as they are\n"));
  EXPECT_EQ(plan_.changes(), before);
  EXPECT_EQ(plan_.operational_plan(name_).items(0).staff(), 2.5);
}

TEST_F(UnitPlanLoadTest, ADryRunDerivesNothing) {
  const Ran ran = Load({"--dry-run"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("unit-plans    1 created\n"));
  EXPECT_EQ(plan_.changes(), 0);
}

TEST_F(UnitPlanLoadTest, AnItemThatTheUnitDoesNotHaveIsNamed) {
  WriteUnitPlan("e2", "1");
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("elements/e2 is no item"));
  EXPECT_THAT(ran.err, HasSubstr("operational-plans.json"));
}

TEST_F(UnitPlanLoadTest, ANameThatHasNoYearIsRefused) {
  WriteUnitPlan("e1", "1", "top");
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("want a name that ends in UNIT-YEAR-1"));
}

TEST_F(UnitPlanLoadTest, AReviewApprovesWhatIsHandedIn) {
  ASSERT_EQ(Load().code, 0);
  EXPECT_EQ(Load({"--only", "reviews"}).out, "reviews       1 made\n");
  EXPECT_EQ(plan_.operational_plan(name_).state(),
            athena::plan::v1::OperationalPlan::STATE_APPROVED);
  EXPECT_EQ(Load({"--only", "reviews"}).out, "reviews       1 unchanged\n");
  EXPECT_THAT(Load().out, HasSubstr("unit-plans    1 unchanged\n"));
}

TEST_F(FollowUpLoadTest, P11_TheRefusedRowsOfAllFilesOfAmountsAreNamed) {
  ASSERT_EQ(Load().code, 0);
  const int changes = plan_.changes();
  WriteAmounts("eleven");
  folder_.Write("a/budget-amounts/2022.csv",
                "budget_line,quarter,committed,paid\nb1,2022-Q1,7,\nb1,2022-Q2,seven,\n");
  const Ran ran = Load({"--only", "amounts"});
  EXPECT_THAT(ran.err, HasSubstr("2021.csv:3: paid: got \"eleven\""));
  EXPECT_THAT(ran.err, HasSubstr("2022.csv:3: committed: got \"seven\""));
  EXPECT_THAT(ran.err, HasSubstr("no amount was stored: 2 rows are refused"));
  EXPECT_EQ(plan_.changes(), changes);
}

TEST_F(LoadTest, OnlyTheStepsThatAreNamedAreDone) {
  Ran ran = Load({"--only", "institutions,units"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "institutions  1 created\nunits         2 created\n");
  EXPECT_THAT(plan_.calls(),
              ElementsAre("CreateInstitution a", "CreateUnit top", "CreateUnit child"));
  ran = Load({"--only", "units,people"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--only got people, want some of institutions,"));
}

class ChangedLoadTest : public LoadTest {
 protected:
  ChangedLoadTest() {
    EXPECT_EQ(Load().code, 0);
    folder_.Write("a/institution.json", R"({"name": "institutions/a", "timeZone": "Europe/Paris",
        "displayName": {"text": {"nl": "Een", "en": "One"}}})");
    folder_.Write("a/targets.json", R"({"targets": [{
        "indicator": "institutions/a/indicators/share",
        "anchors": [{"period": "2022", "value": 0.1}], "margin": 0.03}]})");
    folder_.Write("a/observations/late.csv",
                  "indicator,period,value\nlate,2021-Q1,3\nlate,2021-Q2,5\nlate,2021-Q3,6\n");
  }

  static constexpr char kMargin[] =
      "  institutions/a/indicators/share: margin: from 0.02 to 0.03\n";
};

TEST_F(ChangedLoadTest, P14_WhatDiffersIsShownAndLeftAsItIs) {
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(
      ran.out,
      HasSubstr("  institutions/a: time_zone: from \"Europe/Brussels\" to \"Europe/Paris\"\n"
                "institutions  1 left as they are\n"));
  // The zone of the plan service stays, so that the other one is not set to that of the file.
  EXPECT_THAT(ran.out, HasSubstr("settings      1 unchanged\n"));
  EXPECT_THAT(ran.out, HasSubstr(std::string(kMargin) + "targets       1 left as they are\n"));
  EXPECT_THAT(ran.out, HasSubstr("/a/observations/late.csv:3: late 2021-Q2: from 4 to 5\n"
                                 "observations  1 inserted, 1 unchanged, 1 pushed before, "
                                 "1 left as they are (2 files)\n"));
  EXPECT_THAT(ran.err, HasSubstr("3 differ and are left as the service has them; --update with "
                                 "--reason changes them"));
  EXPECT_EQ(indicator_.target("institutions/a/indicators/share").margin(), 0.02);
  EXPECT_EQ(indicator_.target("institutions/a/indicators/share").version(), 1);
  EXPECT_THAT(indicator_.cells(), Contains(Pair("late 2021-Q2", 4)));
  EXPECT_THAT(indicator_.cells(), Contains(Pair("late 2021-Q3", 6)));
}

TEST_F(ChangedLoadTest, P14_ItIsUpdatedOnlyWithAReason) {
  EXPECT_EQ(Load({"--update"}).code, 2);
  const Ran ran = Load({"--update", "--reason", "the council decided"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("institutions  1 updated\n"));
  EXPECT_EQ(indicator_.time_zone("institutions/a"), "Europe/Paris");
  EXPECT_THAT(ran.out, HasSubstr(std::string(kMargin) + "targets       1 updated\n"));
  EXPECT_THAT(ran.out, HasSubstr("observations  1 inserted, 1 revised, 1 unchanged, "
                                 "1 pushed before (2 files)\n"));
  EXPECT_THAT(ran.out, HasSubstr("elements      3 unchanged\nloaded\n"));
  EXPECT_THAT(indicator_.cells(), Contains(Pair("late 2021-Q2", 5)));
  EXPECT_EQ(indicator_.target("institutions/a/indicators/share").reason(), "the council decided");
}

TEST_F(ChangedLoadTest, P14_ADryRunShowsAllOfItAndChangesNothing) {
  const int plan_changes = plan_.changes();
  const int indicator_changes = indicator_.changes();
  Ran ran = Load({"--dry-run"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.out, HasSubstr("observations  1 inserted, 2 unchanged, 1 left as they are"));
  ran = Load({"--dry-run", "--update", "--reason", "r"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(kMargin));
  EXPECT_THAT(ran.out, HasSubstr("observations  1 inserted, 1 revised, 2 unchanged (2 files)\n"));
  EXPECT_THAT(ran.out, HasSubstr("nothing was changed (--dry-run)\n"));
  EXPECT_EQ(plan_.changes(), plan_changes);
  EXPECT_EQ(indicator_.changes(), indicator_changes);
}

TEST_F(LoadTest, P14_ADryRunOfAnEmptyServiceShowsWhatItWouldCreate) {
  const Ran ran = Load({"--dry-run"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "institutions  1 created\n"
            "settings      1 unchanged\n"
            "units         2 created\n"
            "indicators    3 created\n"
            "targets       1 set\n"
            "observations  3 inserted (2 files)\n"
            "plans         1 created\n"
            "elements      3 created\n"
            "in force      institutions/a/plans/strategy, once it is loaded\n"
            "nothing was changed (--dry-run)\n");
  EXPECT_EQ(plan_.changes() + indicator_.changes(), 0);
}

TEST_F(LoadTest, JsonTellsWhatWasCreatedChangedAndLeft) {
  Ran ran = Load({"--json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\"inserted\": 3"));
  folder_.Write("a/observations/late.csv", "indicator,period,value\nlate,2021-Q1,-3\n");
  ran = Load({"--json"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.out, HasSubstr("\"line\": 2"));
}

TEST_F(LoadTest, CtrlCStopsTheLoadAndSaysHowToGoOn) {
  indicator_.OnPush([first = true]() mutable {
    if (std::exchange(first, false)) std::raise(SIGINT);
  });
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 130);
  EXPECT_THAT(ran.err, HasSubstr("interrupted: what is told above is stored; load again to go on"));
  EXPECT_THAT(ran.out, Not(HasSubstr("plans")));
  indicator_.OnPush([] {});
  EXPECT_EQ(Load().code, 0);
}

TEST_F(LoadTest, S10_TheTimeZoneIsSetAtBothServices) {
  const auto write = [&](const std::string& zone) {
    folder_.Write("a/institution.json",
                  R"({"name": "institutions/a", "timeZone": ")" + zone + "\"}");
  };
  write("Europe/Paris");
  Ran ran = Load({"--dry-run"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const std::string set =
      "  institutions/a/settings: time_zone: from \"Europe/Brussels\" to \"Europe/Paris\"\n"
      "settings      1 set\n";
  EXPECT_THAT(ran.out, HasSubstr(set));
  EXPECT_EQ(indicator_.time_zone("institutions/a"), "");
  ran = Load();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(set));
  EXPECT_EQ(indicator_.time_zone("institutions/a"), "Europe/Paris");
  EXPECT_THAT(Load().out, HasSubstr("settings      1 unchanged\n"));
  // What is set and differs is changed as all else is.
  write("UTC");
  ran = Load();
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.out, HasSubstr("institutions/a/settings: time_zone: from \"Europe/Paris\" to "
                                 "\"UTC\"\nsettings      1 left as they are\n"));
  EXPECT_EQ(indicator_.time_zone("institutions/a"), "Europe/Paris");
  ran = Load({"--update", "--reason", "moved"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("settings      1 updated\n"));
  EXPECT_EQ(indicator_.time_zone("institutions/a"), "UTC");
}

TEST_F(LoadTest, P10_AFolderSaysHowItsFilesAreWritten) {
  folder_.Write("a/observations/late.csv", "KPI;Maand;Waarde;Nota\nlate;2021-01;3,5;x\n");
  folder_.Write("a/observations/visits.csv", "KPI;Maand;Waarde\nvisits;2021-01;30\n");
  EXPECT_THAT(Load().err, HasSubstr("--separator \";\" reads columns"));
  folder_.Write("a/observations/dialect.json",
                R"({"separator": ";", "decimal": ",", "columns": {"KPI": "indicator",
                    "Maand": "period", "Waarde": "value"}, "ignore": ["Nota"]})");
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("observations  2 inserted (2 files)\n"));
  EXPECT_THAT(indicator_.cells(),
              ElementsAre(Pair("late 2021-01", 3.5), Pair("visits 2021-01", 30)));
  folder_.Write("a/observations/dialect.json", R"({"separator": "x"})");
  EXPECT_THAT(Load().err, HasSubstr("dialect.json: separator: got \"x\", want one of"));
}

TEST_F(LoadTest, P10_FlagsOverrideTheDialectOfAFolder) {
  folder_.Write("a/observations/dialect.json", R"({"separator": ";"})");
  folder_.Write("a/observations/late.csv", "KPI|period|value\nlate|2021-01|3\n");
  folder_.Write("a/observations/visits.csv", "indicator|period|value\nvisits|2021-01|30\n");
  const Ran ran = Load({"--separator", "|", "--map", "KPI=indicator"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("late 2021-01", 3), Pair("visits 2021-01", 30)));
}

TEST_F(LoadTest, AnElementIsMovedAndUpdatedWithTheEtagOfTheMove) {
  ASSERT_EQ(Load().code, 0);
  folder_.Write("a/strategy/elements.json", R"({"elements": [
      {"name": "institutions/a/plans/strategy/elements/e1-1", "code": "2.1", "priority": 3,
       "parentElement": "institutions/a/plans/strategy/elements/e2"}]})");
  const Ran ran = Load({"--update", "--reason", "as agreed"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(plan_.calls(),
              Contains("MoveElement institutions/a/plans/strategy/elements/e1-1 below "
                       "institutions/a/plans/strategy/elements/e2"));
  EXPECT_THAT(plan_.calls(),
              Contains("UpdateElement institutions/a/plans/strategy/elements/e1-1 priority"));
  EXPECT_THAT(ran.out, HasSubstr("elements/e1-1: code: from \"1.1\" to \"2.1\"\n"));
  EXPECT_THAT(ran.out, HasSubstr("elements/e1-1: priority: from nothing to 3\n"));
  // What the file does not name is left alone.
  EXPECT_THAT(ran.out, HasSubstr("elements      1 updated\n"));
}

TEST_F(LoadTest, AFolderOfInstitutionsIsLoadedKindByKind) {
  folder_.Write("b/institution.json", R"({"name": "institutions/b"})");
  folder_.Write("b/strategy/plan.json", R"({"name": "institutions/b/plans/p"})");
  const Ran ran = testing::RunAthenactl({"load", folder_.path()}, options_);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(plan_.calls(),
              ElementsAre("CreateInstitution a", "CreateInstitution b", "CreateUnit top",
                          "CreateUnit child", "CreatePlan strategy", "CreatePlan p",
                          "BatchCreateElements 3", "ActivatePlan institutions/a/plans/strategy"));
  EXPECT_EQ(plan_.plan("institutions/b/plans/p").state(), athena::plan::v1::Plan::STATE_DRAFT);
}

TEST_F(LoadTest, APlanThatWasUnderWayIsPutInForceSinceItsEffectiveDate) {
  folder_.Write("a/strategy/plan.json", R"({"name": "institutions/a/plans/strategy",
      "firstQuarter": "2021-Q1", "lastQuarter": "2022-Q4", "state": "STATE_ACTIVE",
      "effectiveDate": {"year": 2021, "month": 3, "day": 1}})");
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 0) << ran.err;
  const athena::plan::v1::Plan plan = plan_.plan("institutions/a/plans/strategy");
  EXPECT_EQ(plan.state(), athena::plan::v1::Plan::STATE_ACTIVE);
  EXPECT_EQ(plan.effective_date().month(), 3);
  EXPECT_EQ(Load().code, 0);
}

TEST_F(LoadTest, P13_ARefusedRowIsNamedByFileAndLineAndTheRestIsLoaded) {
  const std::string bad = folder_.Write(
      "a/observations/late.csv", "indicator,period,value\nlate,2021-Q1,3\n\nlate,2021-Q2,-4\n");
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr(bad + ":4: value: got -4, want at least 0\n"));
  EXPECT_THAT(ran.err, HasSubstr("1 row was refused, and 1 good row is not stored because of it; "
                                 "all else is stored"));
  EXPECT_THAT(ran.out, HasSubstr("observations  1 inserted, 1 refused, 1 not stored beside them "
                                 "(2 files)"));
  EXPECT_THAT(ran.out, HasSubstr("in force      institutions/a/plans/strategy"));
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("visits 2021-Q1 site=north", 30)));
}

TEST_F(LoadTest, AFaultInABatchIsNamedByItsFileAndResource) {
  folder_.Write("a/indicators.json", R"({"indicators": [
      {"name": "institutions/a/indicators/x", "kind": "KIND_BASE"},
      {"name": "institutions/a/indicators/y", "kind": "KIND_BASE", "decimals": 13}]})");
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("a/indicators.json: institutions/a/indicators/y"
                                 ".indicator.decimals: got 13, want 0 to 12"));
}

TEST_F(LoadTest, NothingIsSentWhenAFileCannotBeRead) {
  const std::string path = folder_.Write("a/targets.json", "{\n \"targets\": [,]}");
  Ran ran = Load();
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr(path + ":2:14: this is no JSON from here on"));
  folder_.Write("a/targets.json", R"({"targets": [{"colour": "red"}]})");
  EXPECT_THAT(Load().err, HasSubstr("colour"));
  folder_.Write("a/targets.json", R"({"targets": [{"indicator": "institutions/b/indicators/x"}]})");
  EXPECT_THAT(Load().err, HasSubstr("targets[0].indicator: got \"institutions/b/indicators/x\", "
                                    "want institutions/a/indicators/..."));
  EXPECT_THAT(plan_.calls(), IsEmpty());
  EXPECT_EQ(indicator_.changes(), 0);
}

TEST_F(LoadTest, P11_AllFaultsOfAllFilesAreNamedAtOnce) {
  folder_.Write("a/institution.json", R"({"name": "institutions/a", "colour": "red"})");
  folder_.Write("a/units.json", R"({"units": [
      {"name": "institutions/a/units/one", "displayName": 7},
      {"name": "institutions/b/units/two"},
      "three",
      {"name": "institutions/a/units/one"}]})");
  folder_.Write("a/targets.json", "{\n \"targets\": [,]}");
  folder_.Write("a/observations/dialect.json", R"({"separator": "x"})");
  folder_.Write("a/strategy/plan.json", R"({"name": "institutions/a/plans/strategy",
      "firstQuarter": 3, "state": "STATE_CLOSED"})");
  folder_.Write("a/strategy/elements.json", R"({"elements": [
      {"name": "institutions/a/plans/strategy/elements/e1", "code": "1", "milestones": [
          {"id": "m1", "dueDate": "2021-01-01"}, {"id": "m2"}, {"id": "m3", "due": {}}]}]})");
  folder_.Write("b/institution.json", R"({"name": "b"})");
  const auto load = [&](const std::vector<std::string>& flags) {
    std::vector<std::string> words = {"load", folder_.path()};
    words.insert(words.end(), flags.begin(), flags.end());
    return testing::RunAthenactl(words, options_);
  };
  const Ran ran = load({});
  EXPECT_EQ(ran.code, 3);
  for (const char* const fault :
       {"a/institution.json: colour: ", "a/units.json: units[0].displayName: ",
        "a/units.json: units[2]: want {...}\n",
        "a/units.json: units[1].name: got \"institutions/b/units/two\", "
        "want institutions/a/units/...\n",
        "a/units.json: units[3].name: got institutions/a/units/one a second time, want it once\n",
        "a/targets.json:2:14: this is no JSON from here on\n",
        "a/observations/dialect.json: separator: got \"x\", want one of",
        "a/strategy/plan.json: firstQuarter: ", "a/strategy/plan.json: state: got STATE_CLOSED",
        "a/strategy/elements.json: elements[0].milestones[0].dueDate: ",
        "a/strategy/elements.json: elements[0].milestones[2].due: ",
        "b/institution.json: name: got \"b\", want institutions/...\n"}) {
    EXPECT_THAT(ran.err, HasSubstr(fault));
  }
  EXPECT_THAT(ran.err, HasSubstr("athenactl: nothing was loaded: 12 faults in the files\n"));
  EXPECT_EQ(ran.out, "");
  const Ran json = load({"--json"});
  EXPECT_EQ(json.code, 3);
  EXPECT_EQ(nlohmann::json::parse(json.out)["faults"].size(), 12U);
  EXPECT_THAT(plan_.calls(), IsEmpty());
  EXPECT_EQ(indicator_.changes(), 0);
}

TEST_F(LoadTest, AFolderThatHoldsNoInstitutionIsRefused) {
  const Ran ran = testing::RunAthenactl({"load", folder_.path() + "/a/strategy"}, options_);
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("there is no institution.json"));
}

TEST_F(LoadTest, AServiceThatIsAwayIsNamedWithItsAddress) {
  options_.plan_address = "127.0.0.1:1";
  options_.timeout = absl::Seconds(5);
  const Ran ran = Load();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("the plan service at 127.0.0.1:1 cannot answer now"));
  EXPECT_THAT(ran.err, HasSubstr("athenactl health"));
  EXPECT_THAT(ran.out, Not(HasSubstr("created")));
}

}  // namespace
}  // namespace athena::athenactl
