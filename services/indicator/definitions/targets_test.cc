#include "services/indicator/definitions/targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Faults;
using ::athena::indicator::testing::FormulaOf;
using ::athena::indicator::testing::Service;
using ::athena::indicator::testing::TargetOf;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using v1::Indicator;

class TargetsTest : public ::testing::Test {
 protected:
  static constexpr Indicator::Frequency kMonthly = Indicator::FREQUENCY_MONTHLY;

  TargetsTest() {
    service_.Define({Base("visits", kMonthly, {{"site", {"x", "y"}}}), Base("files", kMonthly),
                     FormulaOf("ratio", "visits / files")});
  }

  static v1::SetTargetRequest Setting(const v1::Target& target) {
    v1::SetTargetRequest request;
    *request.mutable_target() = target;
    request.set_reason("board of March");
    return request;
  }
  absl::StatusOr<v1::Target> Set(const v1::Target& target, const std::string& token = "planner") {
    return service_.SetTarget(target, token);
  }
  absl::StatusOr<v1::BatchSetTargetsResponse> BatchSet(const std::vector<v1::Target>& targets) {
    v1::BatchSetTargetsRequest request;
    request.set_parent("institutions/gob");
    for (const v1::Target& target : targets) *request.add_requests() = Setting(target);
    return service_.Call<v1::BatchSetTargetsResponse>(
        "planner", [&](auto& stub, auto* context, auto* response) {
          return stub.BatchSetTargets(context, request, response);
        });
  }
  absl::StatusOr<v1::Target> Get(const std::string& id, const common::v1::AsOf& as_of = {},
                                 const std::string& token = "viewer") {
    v1::GetTargetRequest request;
    request.set_indicator("institutions/gob/indicators/" + id);
    *request.mutable_as_of() = as_of;
    return service_.Call<v1::Target>(token, [&](auto& stub, auto* context, auto* response) {
      return stub.GetTarget(context, request, response);
    });
  }
  absl::StatusOr<v1::ListTargetVersionsResponse> Versions(const std::string& id) {
    v1::ListTargetVersionsRequest request;
    request.set_indicator("institutions/gob/indicators/" + id);
    return service_.Call<v1::ListTargetVersionsResponse>(
        "viewer", [&](auto& stub, auto* context, auto* response) {
          return stub.ListTargetVersions(context, request, response);
        });
  }

  Service service_;
};

TEST_F(TargetsTest, EverySettingIsAVersionThatStaysReadable) {
  const auto first = Set(TargetOf("files", {{"2022", 100}}));
  ATHENA_ASSERT_OK(first);
  EXPECT_EQ(first->version(), 1);
  EXPECT_EQ(first->set_by(), "planner");
  EXPECT_EQ(first->reason(), "a test");
  const auto second = Set(TargetOf("files", {{"2022", 120}}));
  ATHENA_ASSERT_OK(second);
  EXPECT_EQ(second->version(), 2);
  EXPECT_GT(second->revision(), first->revision());
  EXPECT_EQ(Get("files")->anchors(0).value(), 120);
  common::v1::AsOf before;
  before.set_revision(first->revision());
  EXPECT_EQ(Get("files", before)->anchors(0).value(), 100);
  EXPECT_THAT(Versions("files")->targets(), SizeIs(2));
}

TEST_F(TargetsTest, SettingWhatIsInForceChangesNothing) {
  const auto first = Set(TargetOf("files", {{"2022", 100}}));
  v1::Target same = TargetOf("files", {{"2022", 100}});
  same.set_interpolation(v1::Target::INTERPOLATION_LINEAR);  // the default, said
  const auto again = Set(same);
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  // Back to an earlier one is a version of its own.
  ATHENA_ASSERT_OK(Set(TargetOf("files", {{"2022", 120}})));
  EXPECT_EQ(Set(TargetOf("files", {{"2022", 100}}))->version(), 3);
}

TEST_F(TargetsTest, ASliceHasATargetOfItsOwn) {
  v1::Target sliced = TargetOf("visits", {{"2022", 100}});
  (*sliced.mutable_slice())["site"] = "x";
  ATHENA_ASSERT_OK(Set(sliced));
  EXPECT_THAT(Get("visits"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Set(TargetOf("visits", {{"2022", 300}}))->version(), 1);
  // Through the formula to the operand that has the dimension.
  v1::Target ratio = TargetOf("ratio", {{"2022", 1}});
  (*ratio.mutable_slice())["site"] = "y";
  ATHENA_EXPECT_OK(Set(ratio));
}

TEST_F(TargetsTest, ASliceIsCheckedAgainstTheDimensions) {
  v1::Target target = TargetOf("visits", {{"2022", 100}});
  (*target.mutable_slice())["site"] = "z";
  (*target.mutable_slice())["unit"] = "x";
  EXPECT_THAT(Faults(Set(target).status()),
              UnorderedElementsAre("target.slice[site]", "target.slice"));
}

TEST_F(TargetsTest, FaultsOfTheTrajectoryAreNamedByTheirFields) {
  v1::Target target = TargetOf("files", {{"2022", 100}, {"2021", 90}});
  target.set_margin(0);
  target.mutable_anchors(1)->set_red(80);
  target.add_quarter_profile(0.5);
  target.add_quarter_profile(0.5);
  target.add_quarter_profile(0.5);
  target.add_quarter_profile(0.5);
  EXPECT_THAT(Faults(Set(target).status()),
              ElementsAre("target.anchors[1].period", "target.anchors[1].red", "target.margin",
                          "target.quarter_profile"));
}

TEST_F(TargetsTest, WhatCannotBeReadIsNamedByItsField) {
  v1::Target target = TargetOf("files", {{"2022-13", 100}, {"2023", 1e16}});
  target.clear_margin();
  target.add_quarter_profile(0.5);
  target.set_interpolation(static_cast<v1::Target::Interpolation>(9));
  EXPECT_THAT(Faults(Set(target).status()),
              ElementsAre("target.anchors[0].period", "target.anchors[1].value",
                          "target.interpolation", "target.red_flag", "target.quarter_profile"));
}

TEST_F(TargetsTest, ADirectionIsFixedWhileThereIsATarget) {
  ATHENA_ASSERT_OK(Set(TargetOf("files", {{"2022", 100}})));
  v1::UpdateIndicatorRequest request;
  *request.mutable_indicator() = Base("files", kMonthly);
  request.mutable_indicator()->set_direction(Indicator::DIRECTION_LOWER);
  request.mutable_indicator()->set_time_aggregation(Indicator::TIME_AGGREGATION_MEAN);
  const auto update = [&] {
    return service_.Call<Indicator>("planner", [&](auto& stub, auto* context, auto* response) {
      return stub.UpdateIndicator(context, request, response);
    });
  };
  EXPECT_THAT(Faults(update().status()),
              ElementsAre("indicator.direction", "indicator.time_aggregation"));
  request.mutable_indicator()->set_name("institutions/gob/indicators/visits");
  request.mutable_update_mask()->add_paths("direction");
  ATHENA_EXPECT_OK(update());
}

TEST_F(TargetsTest, ADirectionMayChangeOnceTheTargetIsEnded) {
  v1::Target target = TargetOf("files", {{"2022", 100}});
  ATHENA_ASSERT_OK(Set(target));
  v1::UpdateIndicatorRequest request;
  *request.mutable_indicator() = Base("files", kMonthly);
  request.mutable_indicator()->set_direction(Indicator::DIRECTION_LOWER);
  request.mutable_update_mask()->add_paths("direction");
  const auto update = [&] {
    return service_.Call<Indicator>("planner", [&](auto& stub, auto* context, auto* response) {
      return stub.UpdateIndicator(context, request, response);
    });
  };
  EXPECT_THAT(Faults(update().status()), ElementsAre("indicator.direction"));
  target.set_ended_from("2023");
  const auto ended = Set(target);
  ATHENA_ASSERT_OK(ended);
  EXPECT_EQ(ended->version(), 2);
  EXPECT_EQ(ended->direction(), Indicator::DIRECTION_HIGHER);
  ATHENA_ASSERT_OK(update());
  // What aggregates to a value does not change even then.
  request.mutable_indicator()->set_time_aggregation(Indicator::TIME_AGGREGATION_MEAN);
  request.mutable_update_mask()->add_paths("time_aggregation");
  EXPECT_THAT(Faults(update().status()), ElementsAre("indicator.time_aggregation"));
  // The new one has the new direction, the old ones keep theirs.
  EXPECT_EQ(Set(TargetOf("files", {{"2024", 90}}))->direction(), Indicator::DIRECTION_LOWER);
  EXPECT_EQ(Versions("files")->targets(1).direction(), Indicator::DIRECTION_HIGHER);
}

TEST_F(TargetsTest, EndingATargetAndDeclaringAnOriginalNeedAReason) {
  v1::SetTargetRequest ending;
  *ending.mutable_target() = TargetOf("files", {{"2022", 100}});
  ending.mutable_target()->set_ended_from("2023-Q1");
  const auto set = [this](const v1::SetTargetRequest& request) {
    return service_.Call<v1::Target>("planner", [&](auto& stub, auto* context, auto* response) {
      return stub.SetTarget(context, request, response);
    });
  };
  EXPECT_THAT(Faults(set(ending).status()), ElementsAre("reason"));
  ending.set_reason("merged with ratio");
  ATHENA_EXPECT_OK(set(ending));
  v1::SetTargetRequest declared;
  *declared.mutable_target() = TargetOf("files", {{"2022", 80}});
  declared.set_declared_original(true);
  EXPECT_THAT(Faults(set(declared).status()), ElementsAre("reason"));
}

TEST_F(TargetsTest, ADeclaredOriginalStandsBesideTheVersions) {
  ATHENA_ASSERT_OK(Set(TargetOf("files", {{"2022", 100}})));
  v1::BatchSetTargetsRequest request;
  request.set_parent("institutions/gob");
  request.set_reason("council decision of 2020");
  *request.add_requests() = Setting(TargetOf("files", {{"2022", 120}}));
  *request.add_requests() = Setting(TargetOf("files", {{"2022", 80}}));
  request.mutable_requests(1)->set_declared_original(true);
  const auto set = [&] {
    return service_.Call<v1::BatchSetTargetsResponse>(
        "planner", [&](auto& stub, auto* context, auto* response) {
          return stub.BatchSetTargets(context, request, response);
        });
  };
  const auto first = set();
  ATHENA_ASSERT_OK(first);
  EXPECT_EQ(first->targets(1).version(), 0);
  EXPECT_TRUE(first->targets(1).declared_original());
  EXPECT_EQ(first->targets(1).reason(), "council decision of 2020");
  // It is not in force, and the same again changes nothing.
  EXPECT_EQ(Get("files")->version(), 2);
  EXPECT_EQ(set()->targets(1).revision(), first->targets(1).revision());
  request.mutable_requests(1)->mutable_target()->mutable_anchors(0)->set_value(85);
  ATHENA_ASSERT_OK(set());
  const auto versions = Versions("files");
  ATHENA_ASSERT_OK(versions);
  std::vector<std::string> shown;
  for (const v1::Target& target : versions->targets()) {
    shown.push_back(absl::StrCat(target.version(), ": ", target.anchors(0).value()));
  }
  EXPECT_THAT(shown, ElementsAre("0: 80", "0: 85", "1: 100", "2: 120"));
}

// Case A20: the message shows what was sent, not the 0 that it would be taken for.
TEST_F(TargetsTest, A20_NumbersThatWouldCountAsZeroAreRefusedAsTheyWereSent) {
  v1::Target target = TargetOf("files", {{"2022", 1e-14}});
  target.set_margin(1e-13);
  const auto refused = Set(target);
  EXPECT_THAT(Faults(refused.status()), ElementsAre("target.anchors[0].value", "target.margin"));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("1e-14"));
}

TEST_F(TargetsTest, ABatchSetsAllOrNothingInOneRevision) {
  v1::Target bad = TargetOf("ratio", {{"2022", 1}});
  bad.set_margin(-1);
  EXPECT_THAT(Faults(BatchSet({TargetOf("files", {{"2022", 100}}), bad}).status()),
              ElementsAre("requests[1].target.margin"));
  EXPECT_THAT(Get("files"), StatusIs(absl::StatusCode::kNotFound));
  const auto set = BatchSet({TargetOf("files", {{"2022", 100}}), TargetOf("ratio", {{"2022", 1}})});
  ATHENA_ASSERT_OK(set);
  EXPECT_EQ(set->targets(0).revision(), set->targets(1).revision());
  EXPECT_EQ(set->targets(1).reason(), "");
  EXPECT_THAT(
      Faults(
          BatchSet({TargetOf("files", {{"2022", 1}}), TargetOf("files", {{"2022", 2}})}).status()),
      ElementsAre("requests[1].target"));
}

TEST_F(TargetsTest, OnlyTheInstitutionsPlannersSet) {
  EXPECT_THAT(Set(TargetOf("files", {{"2022", 100}}), "other"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Set(TargetOf("files", {{"2022", 100}}), "viewer"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  ATHENA_ASSERT_OK(Set(TargetOf("files", {{"2022", 100}})));
  EXPECT_THAT(Get("files", {}, "other"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Set(TargetOf("nothing", {{"2022", 100}})), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(TargetsTest, ARetiredIndicatorTakesNoTarget) {
  v1::RetireIndicatorRequest request;
  request.set_name("institutions/gob/indicators/ratio");
  ASSERT_TRUE(service_
                  .Call<Indicator>("planner",
                                   [&](auto& stub, auto* context, auto* response) {
                                     return stub.RetireIndicator(context, request, response);
                                   })
                  .ok());
  EXPECT_THAT(Set(TargetOf("ratio", {{"2022", 1}})), Refuses("INDICATOR_RETIRED"));
}

}  // namespace
}  // namespace athena::indicator
