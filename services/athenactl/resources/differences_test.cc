#include "services/athenactl/resources/differences.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "athena/indicator/v1/indicator.pb.h"
#include "athena/indicator/v1/target.pb.h"
#include "athena/plan/v1/institution.pb.h"
#include "athena/plan/v1/plan.pb.h"

namespace athena::athenactl {
namespace {

using athena::indicator::v1::Indicator;
using athena::indicator::v1::Target;
using athena::plan::v1::Element;
using athena::plan::v1::Institution;
using athena::plan::v1::Plan;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <typename Resource>
std::vector<std::string> Between(const std::string& wanted, const std::string& present) {
  Resource a;
  Resource b;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(wanted, &a)) << wanted;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(present, &b)) << present;
  return Differences(a, b);
}

TEST(DifferencesTest, WhatTheServiceAloneWritesDoesNotCount) {
  EXPECT_THAT(Between<Plan>(R"(name: "institutions/a/plans/p" state: STATE_ACTIVE)",
                            R"(name: "institutions/a/plans/p" state: STATE_DRAFT etag: "x"
                               revision: 3 activate_time { seconds: 1 } create_time { seconds: 1 })"),
              IsEmpty());
  EXPECT_THAT(Between<Target>(R"(indicator: "i" margin: 1)",
                              R"(indicator: "i" margin: 1 version: 4 set_by: "x" reason: "y"
                                 set_time { seconds: 1 })"),
              IsEmpty());
  EXPECT_THAT(Between<Indicator>("", "state: STATE_RETIRED etag: 'x'"), IsEmpty());
  EXPECT_THAT(Between<Element>("", "end_date_at_activation { year: 2021 month: 1 day: 1 }"),
              IsEmpty());
  EXPECT_THAT(Between<Element>("milestones { id: 'm' }",
                               "milestones { id: 'm' added_after_activation: true "
                               "due_date_at_activation { year: 2021 month: 1 day: 1 } }"),
              IsEmpty());
  EXPECT_THAT(Between<Element>("milestones { id: 'm' }", "milestones { id: 'm' critical: true }"),
              ElementsAre("milestones"));
}

TEST(DifferencesTest, WhatTheContractMarksAsOutputOnlyIsFixed) {
  EXPECT_TRUE(IsFixed(*Plan::descriptor()->FindFieldByName("effective_date")));
  EXPECT_TRUE(IsFixed(*Target::descriptor()->FindFieldByName("declared_original")));
  EXPECT_TRUE(IsFixed(*Target::descriptor()->FindFieldByName("indicator")));
  EXPECT_FALSE(IsFixed(*Element::descriptor()->FindFieldByName("state")));
  EXPECT_FALSE(IsFixed(*Element::descriptor()->FindFieldByName("declared_end_date")));
}

TEST(DifferencesTest, WhatIsNotSaidMeansItsDocumentedDefault) {
  EXPECT_THAT(Between<Institution>("", "time_zone: 'Europe/Brussels'"), IsEmpty());
  EXPECT_THAT(Between<Institution>("", "time_zone: 'Europe/Paris'"), ElementsAre("time_zone"));
  EXPECT_THAT(Between<Institution>("", "report_delay_days: 14"), IsEmpty());
  EXPECT_THAT(Between<Institution>("", "report_delay_days: 0"), ElementsAre("report_delay_days"));
  EXPECT_THAT(Between<Element>("", "delivery_weight: 1"), IsEmpty());
  EXPECT_THAT(Between<Element>("", "delivery_weight: 0"), ElementsAre("delivery_weight"));
  EXPECT_THAT(Between<Plan>("",
                            "score_basis: SCORE_BASIS_QUARTER min_coverage: 0.5 "
                            "missing_policy: MISSING_POLICY_IGNORE"),
              IsEmpty());
  EXPECT_THAT(Between<Plan>("", "min_coverage: 0"), ElementsAre("min_coverage"));
  EXPECT_THAT(Between<Element>("indicators { indicator: 'i' }",
                               "indicators { indicator: 'i' weight: 1 } weight: 1 "
                               "state: STATE_PLANNED"),
              IsEmpty());
  EXPECT_THAT(Between<Target>("", "interpolation: INTERPOLATION_LINEAR"), IsEmpty());
  EXPECT_THAT(Between<Indicator>("kind: KIND_BASE time_aggregation: TIME_AGGREGATION_SUM",
                                 "kind: KIND_BASE time_aggregation: TIME_AGGREGATION_SUM "
                                 "missing_policy: MISSING_POLICY_STRICT reporting_delay_days: 14 "
                                 "classification: CLASSIFICATION_INTERNAL min_coverage: 0.5 "
                                 "group_aggregation: GROUP_AGGREGATION_NONE"),
              IsEmpty());
  EXPECT_THAT(Between<Indicator>("kind: KIND_BASE time_aggregation: TIME_AGGREGATION_LAST",
                                 "kind: KIND_BASE time_aggregation: TIME_AGGREGATION_LAST "
                                 "missing_policy: MISSING_POLICY_STRICT"),
              ElementsAre("missing_policy"));
}

TEST(DifferencesTest, EveryFieldThatDiffersIsNamedInOrder) {
  EXPECT_THAT(Between<Element>(R"(code: "3.1" title { text { key: "nl" value: "a" } } priority: 2)",
                               R"(code: "3.2" title { text { key: "nl" value: "b" } } tags: "x")"),
              ElementsAre("code", "title", "priority", "tags"));
  EXPECT_THAT(Between<Element>("state: STATE_COMPLETED", "state: STATE_IN_PROGRESS"),
              ElementsAre("state"));
  EXPECT_THAT(Between<Target>("margin: 1", "tolerance: 0.1"), ElementsAre("margin", "tolerance"));
}

TEST(DifferencesTest, TextsAreEqualInAnyOrderOfLanguages) {
  EXPECT_THAT(
      Between<Institution>(
          R"(display_name { text { key: "nl" value: "a" } text { key: "fr" value: "b" } })",
          R"(display_name { text { key: "fr" value: "b" } text { key: "nl" value: "a" } })"),
      IsEmpty());
}

}  // namespace
}  // namespace athena::athenactl
