// What a plan may hold.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/plan/strategy/plans.h"
#include "services/plan/testing/text.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::IsEmpty;
using testing::Parsed;
using ::testing::UnorderedElementsAre;

v1::Plan ValidPlan() {
  return Parsed<v1::Plan>(R"(title { text { key: "nl" value: "x" } } languages: "nl"
                             first_quarter: "2021-Q1" last_quarter: "2026-Q4")");
}

std::vector<std::string> FaultsOf(const v1::Plan& plan) {
  status::FieldFaults faults;
  PlanKind::Validate("plan", "", plan, &faults);
  return FaultyFields(faults.ToStatus());
}

TEST(PlanKind, NamesEveryFieldAtFault) {
  EXPECT_THAT(FaultsOf(ValidPlan()), IsEmpty());
  EXPECT_THAT(FaultsOf(v1::Plan()), UnorderedElementsAre("plan.title", "plan.first_quarter",
                                                         "plan.last_quarter", "plan.languages"));
}

TEST(PlanKind, QuartersAreQuartersInOrder) {
  v1::Plan plan = ValidPlan();
  plan.set_last_quarter("2021-Q1");
  EXPECT_THAT(FaultsOf(plan), IsEmpty());
  plan.set_last_quarter("2020-Q4");
  EXPECT_THAT(FaultsOf(plan), ElementsAre("plan.last_quarter"));
  for (const char* quarter : {"2021", "2021-01", "2021-Q5", "2021-q1", "2200-Q1", "Q1-2021"}) {
    plan = ValidPlan();
    plan.set_first_quarter(quarter);
    EXPECT_THAT(FaultsOf(plan), ElementsAre("plan.first_quarter")) << quarter;
  }
}

TEST(PlanKind, ProgressIsExpectedFromAQuarterOfThePlan) {
  v1::Plan plan = ValidPlan();
  for (const char* quarter : {"2021-Q1", "2024-Q3", "2026-Q4"}) {
    plan.set_progress_expected_from(quarter);
    EXPECT_THAT(FaultsOf(plan), IsEmpty()) << quarter;
  }
  for (const char* quarter : {"2020-Q4", "2027-Q1", "2024", "2024-07", "soon"}) {
    plan.set_progress_expected_from(quarter);
    EXPECT_THAT(FaultsOf(plan), ElementsAre("plan.progress_expected_from")) << quarter;
  }
}

TEST(PlanKind, APlanHasAtMostAHundredQuarters) {
  v1::Plan plan = ValidPlan();
  plan.set_last_quarter("2045-Q4");
  EXPECT_THAT(FaultsOf(plan), IsEmpty());
  plan.set_last_quarter("2046-Q1");
  EXPECT_THAT(FaultsOf(plan), ElementsAre("plan.last_quarter"));
}

TEST(PlanKind, LanguagesAreTagsEachOnceAtMostTwentyFour) {
  v1::Plan plan = ValidPlan();
  plan.add_languages("fr-BE");
  plan.add_languages("nl");
  plan.add_languages("n");
  EXPECT_THAT(FaultsOf(plan), ElementsAre("plan.languages[2]", "plan.languages[3]"));
  plan.clear_languages();
  for (int i = 0; i < 24; ++i) plan.add_languages({'x', static_cast<char>('a' + i)});
  EXPECT_THAT(FaultsOf(plan), IsEmpty());
  plan.add_languages("zz");
  EXPECT_THAT(FaultsOf(plan), ElementsAre("plan.languages"));
}

TEST(PlanKind, CoverageIsAShareOfOne) {
  v1::Plan plan = ValidPlan();
  for (const double share : {0.0, 0.5, 1.0}) {
    plan.set_min_coverage(share);
    EXPECT_THAT(FaultsOf(plan), IsEmpty()) << share;
  }
  for (const double share :
       {-0.01, std::nextafter(1.0, 2.0), std::nan(""), std::numeric_limits<double>::infinity()}) {
    plan.set_min_coverage(share);
    EXPECT_THAT(FaultsOf(plan), ElementsAre("plan.min_coverage")) << share;
  }
}

TEST(PlanKind, EnumsHaveValuesOfTheContract) {
  v1::Plan plan = ValidPlan();
  plan.set_score_basis(static_cast<v1::Plan::ScoreBasis>(3));
  plan.set_missing_policy(static_cast<v1::Plan::MissingPolicy>(4));
  EXPECT_THAT(FaultsOf(plan), UnorderedElementsAre("plan.score_basis", "plan.missing_policy"));
}

TEST(PlanKind, ItIsSharedWithAtMostAHundredInstitutionsEachOnce) {
  v1::Plan plan = ValidPlan();
  for (int i = 0; i < 100; ++i) plan.add_shared_with(absl::StrCat("institutions/i", i));
  EXPECT_THAT(FaultsOf(plan), IsEmpty());
  plan.add_shared_with("institutions/i100");
  EXPECT_THAT(FaultsOf(plan), ElementsAre("plan.shared_with"));
  plan.clear_shared_with();
  for (const char* name : {"institutions/a", "institutions/a", "a"}) plan.add_shared_with(name);
  EXPECT_THAT(FaultsOf(plan), ElementsAre("plan.shared_with[1]", "plan.shared_with[2]"));
}

TEST(PlanKind, ADescriptionHasAtMostFourThousandBytes) {
  v1::Plan plan = ValidPlan();
  (*plan.mutable_description()->mutable_text())["nl"] = std::string(4000, 'x');
  EXPECT_THAT(FaultsOf(plan), IsEmpty());
  (*plan.mutable_description()->mutable_text())["nl"] = std::string(4001, 'x');
  EXPECT_THAT(FaultsOf(plan), ElementsAre("plan.description.text[nl]"));
}

}  // namespace
}  // namespace athena::plan
