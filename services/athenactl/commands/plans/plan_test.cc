#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "athena/plan/v1/operations_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Ran;

// The plan p of the institution a, which ended with 2020, with an element of the unit hr.
class PlanCommandTest : public ::testing::Test {
 protected:
  PlanCommandTest() {
    options_.plan_address = plan_.address();
    Send<plan::Institution>(plan::CreateInstitutionRequest(), R"(institution_id: "a")");
    Send<plan::Plan>(plan::CreatePlanRequest(), R"(parent: "institutions/a" plan_id: "p"
                     plan { first_quarter: "2019-Q1" last_quarter: "2020-Q4" })");
    Send<plan::Element>(plan::CreateElementRequest(),
                        R"(parent: "institutions/a/plans/p" element_id: "e1"
                         element { code: "1.1" owner_unit: "institutions/a/units/hr" })");
    plan::GetPlanTreeResponse tree;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
      header { plan { name: "institutions/a/plans/p" first_quarter: "2019-Q1"
                      last_quarter: "2020-Q4" } }
      elements { name: "institutions/a/plans/p/elements/e1" code: "1.1" state: STATE_PLANNED })",
                                                              &tree));
    plan_.SetTree(tree);
  }

  template <typename Resource, typename Request>
  void Send(Request request, const std::string& text) {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    ATHENA_EXPECT_OK(Connections(options_).Call<Resource>(request));
  }

  Ran Do(const std::vector<std::string>& words) const {
    return testing::RunAthenactl(words, options_, 80);
  }

  testing::FakePlan plan_;
  ConnectionOptions options_;
};

TEST_F(PlanCommandTest, ActivateSaysSinceWhenAPlanIsInForce) {
  EXPECT_THAT(Do({"activate", "a/p", "--dry-run"}).out, HasSubstr("a/plans/p: would be "));
  const Ran ran = Do({"activate", "a", "--effective-date", "2019-01-02", "--reason", "council"});
  EXPECT_EQ(ran.out, "a/plans/p: is now active, in force since 2019-01-02\n") << ran.err;
  EXPECT_THAT(Do({"activate", "a", "--effective-date", "2.1.2019"}).err,
              HasSubstr("effective_date got 2.1.2019"));
}

TEST_F(PlanCommandTest, TheTreeHasTheNewestReportsOfSixQuarters) {
  const Ran ran = Do({"plan", "a"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("1 element: 1 planned\n"));
  EXPECT_EQ(plan_.tree_request().name(), "institutions/a/plans/p");
  EXPECT_THAT(plan_.tree_request().parts(),
              ElementsAre(plan::GetPlanTreeRequest::PART_PROGRESS_REPORTS));
  // The plan is over: its last quarters.
  EXPECT_THAT(plan_.tree_request().quarters(),
              ElementsAre("2020-Q4", "2020-Q3", "2020-Q2", "2020-Q1", "2019-Q4", "2019-Q3"));
  EXPECT_EQ(Do({"plan", "a/p", "--quarter", "2020-Q1", "--as-of", "17"}).code, 0);
  EXPECT_EQ(plan_.tree_request().quarters(0), "2020-Q1");
  EXPECT_EQ(plan_.tree_request().as_of().revision(), 17);
  const auto json = nlohmann::json::parse(Do({"plan", "a/p", "--json"}).out);
  EXPECT_EQ(json["elements"][0]["code"], "1.1");
}

TEST_F(PlanCommandTest, WhatCannotBeReadIsMisused) {
  EXPECT_EQ(Do({"plan", "a", "--depth", "0"}).code, 2);
  EXPECT_EQ(Do({"plan", "a", "--depth", "11"}).code, 2);
  EXPECT_EQ(Do({"plan", "a", "--quarter", "2026"}).code, 2);
  EXPECT_EQ(Do({"plan", "a", "--year", "2026"}).code, 2);
  EXPECT_EQ(Do({"plan", "a", "--unit", "hr", "--year", "26"}).code, 2);
  EXPECT_EQ(Do({"plan", "a", "--unit", "a/b/c"}).code, 2);
}

TEST_F(PlanCommandTest, AUnitsOperationalPlan) {
  const Ran none = Do({"plan", "a", "--unit", "hr", "--year", "2020"});
  EXPECT_EQ(none.code, 1);
  EXPECT_EQ(none.err, "athenactl: hr has no operational plan for 2020 in institutions/a/plans/p\n");
  Send<plan::DeriveOperationalPlanResponse>(
      plan::DeriveOperationalPlanRequest(),
      R"(parent: "institutions/a/plans/p" unit: "institutions/a/units/hr" year: 2020 apply: true)");
  const Ran ran = Do({"plan", "a", "--unit", "hr", "--year", "2020"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Operational plan of hr for 2020, version 1: draft\n"));
  const auto asked = plan_.last_request("ListOperationalPlans");
  EXPECT_EQ(static_cast<const plan::ListOperationalPlansRequest&>(*asked).filter(),
            R"(unit = "institutions/a/units/hr" AND year = 2020)");
  const auto json =
      nlohmann::json::parse(Do({"plan", "a", "--unit", "hr", "--year", "2020", "--json"}).out);
  EXPECT_EQ(json["version"], 1);
}

}  // namespace
}  // namespace athena::athenactl
