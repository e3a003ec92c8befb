#include "services/indicator/definitions/indicators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/status_proto.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Faults;
using ::athena::indicator::testing::FormulaOf;
using ::athena::indicator::testing::Service;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using v1::Indicator;

std::string IdOf(const Indicator& indicator) {
  return indicator.name().substr(indicator.name().rfind('/') + 1);
}

class IndicatorsTest : public ::testing::Test {
 protected:
  static constexpr Indicator::Frequency kMonthly = Indicator::FREQUENCY_MONTHLY;
  static constexpr Indicator::Frequency kQuarterly = Indicator::FREQUENCY_QUARTERLY;
  static constexpr Indicator::Frequency kAnnual = Indicator::FREQUENCY_ANNUAL;

  static v1::CreateIndicatorRequest Creating(const Indicator& indicator) {
    v1::CreateIndicatorRequest request;
    request.set_parent("institutions/gob");
    request.set_indicator_id(IdOf(indicator));
    *request.mutable_indicator() = indicator;
    return request;
  }
  absl::StatusOr<Indicator> Create(const v1::CreateIndicatorRequest& request,
                                   const std::string& token = "planner") {
    service_.clock().Advance(absl::Seconds(1));
    return service_.Call<Indicator>(token, [&](auto& stub, auto* context, auto* response) {
      return stub.CreateIndicator(context, request, response);
    });
  }
  absl::StatusOr<Indicator> Create(const Indicator& indicator) {
    return Create(Creating(indicator));
  }
  void Created(const std::vector<Indicator>& indicators) {
    for (const Indicator& indicator : indicators) {
      const auto created = Create(indicator);
      ATHENA_ASSERT_OK(created);
    }
  }
  absl::StatusOr<v1::BatchCreateIndicatorsResponse> BatchCreate(
      const std::vector<Indicator>& indicators) {
    v1::BatchCreateIndicatorsRequest request;
    request.set_parent("institutions/gob");
    for (const Indicator& indicator : indicators) {
      *request.add_requests() = Creating(indicator);
      request.mutable_requests()->rbegin()->clear_parent();
    }
    return service_.Call<v1::BatchCreateIndicatorsResponse>(
        "planner", [&](auto& stub, auto* context, auto* response) {
          return stub.BatchCreateIndicators(context, request, response);
        });
  }
  absl::StatusOr<Indicator> Get(const std::string& id, const common::v1::AsOf& as_of = {},
                                const std::string& token = "viewer") {
    v1::GetIndicatorRequest request;
    request.set_name("institutions/gob/indicators/" + id);
    *request.mutable_as_of() = as_of;
    return service_.Call<Indicator>(token, [&](auto& stub, auto* context, auto* response) {
      return stub.GetIndicator(context, request, response);
    });
  }
  absl::StatusOr<v1::ListIndicatorsResponse> List(const v1::ListIndicatorsRequest& request,
                                                  const std::string& token = "viewer") {
    return service_.Call<v1::ListIndicatorsResponse>(
        token, [&](auto& stub, auto* context, auto* response) {
          return stub.ListIndicators(context, request, response);
        });
  }
  absl::StatusOr<Indicator> Update(const Indicator& indicator,
                                   const std::vector<std::string>& mask = {},
                                   const std::string& token = "planner") {
    service_.clock().Advance(absl::Seconds(1));
    v1::UpdateIndicatorRequest request;
    *request.mutable_indicator() = indicator;
    for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
    return service_.Call<Indicator>(token, [&](auto& stub, auto* context, auto* response) {
      return stub.UpdateIndicator(context, request, response);
    });
  }
  absl::StatusOr<Indicator> Retire(const std::string& id) {
    service_.clock().Advance(absl::Seconds(1));
    v1::RetireIndicatorRequest request;
    request.set_name("institutions/gob/indicators/" + id);
    return service_.Call<Indicator>("planner", [&](auto& stub, auto* context, auto* response) {
      return stub.RetireIndicator(context, request, response);
    });
  }

  Service service_;
};

TEST_F(IndicatorsTest, WhatIsCreatedIsReadBackWithItsOutputFields) {
  const auto created = Create(Base("visits", kMonthly, {{"site", {"a", "b"}}}));
  ATHENA_ASSERT_OK(created);
  EXPECT_EQ(created->name(), "institutions/gob/indicators/visits");
  EXPECT_EQ(created->state(), Indicator::STATE_ACTIVE);
  EXPECT_EQ(created->revision(), 1);
  EXPECT_THAT(created->etag(), Not(IsEmpty()));
  const auto read = Get("visits");
  ATHENA_ASSERT_OK(read);
  EXPECT_EQ(read->SerializeAsString(), created->SerializeAsString());
}

TEST_F(IndicatorsTest, ATakenIdIsRefusedAndAnUnknownOneNotFound) {
  Created({Base("visits", kMonthly)});
  EXPECT_THAT(Create(Base("visits", kQuarterly)), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Get("visit"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Update(Base("visit", kMonthly)), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Retire("visit"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(IndicatorsTest, AllFaultsOfABaseAreNamedAtOnce) {
  Indicator indicator = Base("visits", kMonthly, {{"site", {"a", "a", "_T"}}, {"site", {}}});
  indicator.clear_display_name();
  indicator.clear_time_aggregation();
  indicator.clear_direction();
  indicator.set_formula("a + b");
  indicator.set_decimals(13);
  indicator.set_min_coverage(1.5);
  indicator.set_min_value(2);
  indicator.set_max_value(1);
  indicator.set_max_change(0);
  indicator.set_reporting_delay_days(367);
  indicator.set_expected_from("2021-Q5");
  indicator.set_unit(std::string(65, 'x'));
  indicator.add_tags("t");
  indicator.add_tags("t");
  indicator.add_shared_with("tal");
  v1::CreateIndicatorRequest request = Creating(indicator);
  request.set_indicator_id("1visits");
  request.set_reason(std::string(1001, 'x'));
  const auto created = Create(request);
  EXPECT_THAT(created, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(status::MetadataValue(created.status(), "faults"), "19");
  EXPECT_THAT(
      Faults(created.status()),
      IsSupersetOf({"reason", "indicator_id", "indicator.display_name", "indicator.direction",
                    "indicator.formula", "indicator.time_aggregation",
                    "indicator.dimensions[0].codes[1].id", "indicator.dimensions[0].codes[2].id",
                    "indicator.dimensions[1].codes", "indicator.dimensions[1].id"}));
}

TEST_F(IndicatorsTest, AFormulaHasNoFieldsOfABase) {
  Created({Base("a", kMonthly)});
  Indicator formula = FormulaOf("f", "a * 2");
  formula.set_time_aggregation(Indicator::TIME_AGGREGATION_SUM);
  formula.set_group_aggregation(Indicator::GROUP_AGGREGATION_SUM);
  formula.set_min_value(0);
  formula.set_max_value(1);
  formula.set_max_change(1);
  formula.set_implausible_change(Indicator::IMPLAUSIBLE_CHANGE_FLAG);
  formula.add_dimensions()->set_id("d");
  formula.set_frequency(kMonthly);
  EXPECT_THAT(Faults(Create(formula).status()),
              UnorderedElementsAre("indicator.time_aggregation", "indicator.group_aggregation",
                                   "indicator.min_value", "indicator.max_value",
                                   "indicator.max_change", "indicator.implausible_change",
                                   "indicator.dimensions", "indicator.frequency"));
}

TEST_F(IndicatorsTest, AFormulaMayHaveANatureAndExpectationsOfItsOwn) {
  Created({Base("a", kMonthly)});
  Indicator formula = FormulaOf("f", "a * 2");
  formula.set_formula_nature(Indicator::NATURE_FLOW);
  formula.set_missing_policy(Indicator::MISSING_POLICY_PARTIAL);
  formula.set_min_coverage(0.5);
  formula.set_expected_from("2021");
  ATHENA_EXPECT_OK(Create(formula));
  formula = FormulaOf("g", "a * 2");
  formula.set_min_coverage(2);
  formula.set_expected_from("2021-Q5");
  EXPECT_THAT(Faults(Create(formula).status()),
              ElementsAre("indicator.min_coverage", "indicator.expected_from"));
  Indicator base = Base("b", kMonthly);
  base.set_formula_nature(Indicator::NATURE_FLOW);
  base.set_max_change(1e-13);
  EXPECT_THAT(Faults(Create(base).status()),
              ElementsAre("indicator.formula_nature", "indicator.max_change"));
}

TEST_F(IndicatorsTest, ManyExpectedCombinationsAreCountedNotBuilt) {
  std::vector<std::string> codes;
  for (int i = 0; i < 317; ++i) codes.push_back(absl::StrCat("c", i));
  Indicator indicator = Base("visits", kMonthly, {{"a", codes}, {"b", codes}});
  for (auto& dimension : *indicator.mutable_dimensions()) dimension.set_every_code_expected(true);
  // 317 * 317 = 100,489.
  EXPECT_THAT(Faults(Create(indicator).status()), ElementsAre("indicator.dimensions"));
  indicator.mutable_dimensions(1)->set_every_code_expected(false);
  ATHENA_EXPECT_OK(Create(indicator));
}

TEST_F(IndicatorsTest, AFormulaIsRefusedOverWhatItCannotRead) {
  Created({Base("a", kMonthly, {{"site", {"x"}}}), Base("yearly", kAnnual)});
  const auto fault = [&](const std::string& text) {
    const auto created = Create(FormulaOf("f", text));
    EXPECT_THAT(Faults(created.status()), ElementsAre("indicator.formula")) << text;
    return std::string(created.status().message());
  };
  EXPECT_THAT(fault("a + missing"), HasSubstr("missing"));
  EXPECT_THAT(fault("a{site=\"y\"}"), HasSubstr("a{site=\"y\"}"));
  EXPECT_THAT(fault("a{unit=\"x\"}"), HasSubstr("unit"));
  EXPECT_THAT(fault("yearly / 4"), HasSubstr("FREQUENCY_ANNUAL"));
  EXPECT_THAT(fault("a -b"), HasSubstr("space on both sides"));
  Indicator annual = FormulaOf("f", "yearly / a{site=\"x\"}");
  annual.set_frequency(kAnnual);
  ATHENA_EXPECT_OK(Create(annual));
}

TEST_F(IndicatorsTest, ASliceReachesThroughAFormulaUnlessItIsFixedThere) {
  Created({Base("a", kMonthly, {{"site", {"x", "y"}}, {"sex", {"F", "M"}}}),
           FormulaOf("f", "a{sex=\"F\"} / a")});
  ATHENA_EXPECT_OK(Create(FormulaOf("g", "f{site=\"x\"}")));
  // Only the second operand leaves sex open.
  ATHENA_EXPECT_OK(Create(FormulaOf("h", "f{sex=\"M\"}")));
  Created({FormulaOf("fixed", "a{sex=\"F\"} + 1")});
  EXPECT_THAT(Faults(Create(FormulaOf("i", "fixed{sex=\"M\"}")).status()),
              ElementsAre("indicator.formula"));
}

TEST_F(IndicatorsTest, ACycleIsRefusedAndItsPathNamed) {
  Created({Base("a", kMonthly), FormulaOf("f", "a + 1"), FormulaOf("g", "f + 1"),
           FormulaOf("h", "g + f")});
  Indicator changed = FormulaOf("f", "a + h");
  const auto refused = Update(changed, {"formula"});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(refused, Refuses("FORMULA_CYCLE"));
  EXPECT_THAT(status::MetadataValue(refused.status(), "cycle"),
              ::testing::AnyOf("f > h > g > f", "f > h > f"));
  EXPECT_EQ(Get("f")->formula(), "a + 1");
  EXPECT_EQ(status::MetadataValue(Create(FormulaOf("self", "self + a")).status(), "cycle"),
            "self > self");
}

TEST_F(IndicatorsTest, ABatchMayNameItsOwnInAnyOrderAndIsOneRevision) {
  const auto created = BatchCreate(
      {FormulaOf("f", "g / b"), FormulaOf("g", "a + b"), Base("a", kMonthly), Base("b", kMonthly)});
  ATHENA_ASSERT_OK(created);
  EXPECT_THAT(created->indicators(), SizeIs(4));
  EXPECT_EQ(created->indicators(0).name(), "institutions/gob/indicators/f");
  EXPECT_EQ(created->indicators(3).revision(), 1);
}

TEST_F(IndicatorsTest, ABatchStoresAllOrNothingAndSaysWhatIsWrongWhere) {
  Indicator faulty = Base("b", kMonthly);
  faulty.clear_frequency();
  EXPECT_THAT(
      Faults(BatchCreate({Base("a", kMonthly), faulty, FormulaOf("f", "a + b +")}).status()),
      ElementsAre("requests[1].indicator.frequency", "requests[2].indicator.formula"));
  // Operands are looked up once the messages are sound.
  EXPECT_THAT(Faults(BatchCreate({FormulaOf("f", "a + nowhere"), Base("a", kMonthly),
                                  FormulaOf("g", "f + elsewhere")})
                         .status()),
              ElementsAre("requests[0].indicator.formula", "requests[2].indicator.formula"));
  EXPECT_THAT(Get("a"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Faults(BatchCreate({Base("a", kMonthly), Base("a", kMonthly)}).status()),
              ElementsAre("requests[1].indicator_id"));
  EXPECT_EQ(
      status::Reason(BatchCreate({FormulaOf("f", "g + 1"), FormulaOf("g", "f + 1")}).status()),
      "FORMULA_CYCLE");
  EXPECT_THAT(Faults(BatchCreate({}).status()), ElementsAre("requests"));
}

TEST_F(IndicatorsTest, ABatchTakesAThousandAndNotOneMore) {
  std::vector<Indicator> many;
  for (int i = 0; i <= kMaxBatch; ++i) many.push_back(Base(absl::StrCat("i", i), kMonthly));
  EXPECT_THAT(Faults(BatchCreate(many).status()), ElementsAre("requests"));
  many.pop_back();
  ATHENA_EXPECT_OK(BatchCreate(many));
}

TEST_F(IndicatorsTest, TheSameRequestIdGivesTheFirstAnswer) {
  v1::CreateIndicatorRequest request = Creating(Base("a", kMonthly));
  request.set_request_id("r1");
  const auto first = Create(request);
  const auto again = Create(request);
  ATHENA_ASSERT_OK(first);
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  request.set_indicator_id("b");
  EXPECT_THAT(Create(request), Refuses("REQUEST_ID_REUSED"));
}

TEST_F(IndicatorsTest, AnUpdateTakesTheFieldsOfItsMaskAndHistoryKeepsTheOldOnes) {
  Created({Base("a", kMonthly)});
  Indicator patch = Base("a", kMonthly);
  patch.set_unit("persons");
  patch.set_owner("BM");
  const auto updated = Update(patch, {"unit"});
  ATHENA_ASSERT_OK(updated);
  EXPECT_EQ(updated->unit(), "persons");
  EXPECT_EQ(updated->owner(), "");
  EXPECT_EQ(updated->revision(), 2);
  common::v1::AsOf before;
  before.set_revision(1);
  EXPECT_EQ(Get("a", before)->unit(), "");
  EXPECT_EQ(Get("a")->unit(), "persons");
}

TEST_F(IndicatorsTest, AnEtagThatIsNotTheCurrentOneIsRefused) {
  Created({Base("a", kMonthly)});
  Indicator patch = *Get("a");
  patch.set_unit("persons");
  ATHENA_ASSERT_OK(Update(patch, {"unit"}));
  patch.set_unit("people");
  const auto refused = Update(patch, {"unit"});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(refused, Refuses("ETAG_MISMATCH"));
}

TEST_F(IndicatorsTest, WhatIsFixedIsRefusedAndCodesAreOnlyAdded) {
  Created({Base("a", kMonthly, {{"site", {"x", "y"}}})});
  Indicator patch = Base("a", kQuarterly, {{"site", {"y", "z"}}});
  patch.set_kind(Indicator::KIND_FORMULA);
  EXPECT_THAT(
      Faults(Update(patch, {"kind", "frequency", "dimensions"}).status()),
      IsSupersetOf({"indicator.kind", "indicator.frequency", "indicator.dimensions[0].codes"}));
  patch = Base("a", kMonthly, {{"site", {"x", "y"}}, {"sex", {"F"}}});
  EXPECT_THAT(Faults(Update(patch, {"dimensions"}).status()), ElementsAre("indicator.dimensions"));
  patch = Base("a", kMonthly, {{"site", {"z", "x", "y"}}});
  const auto updated = Update(patch, {"dimensions"});
  ATHENA_ASSERT_OK(updated);
  EXPECT_THAT(updated->dimensions(0).codes(), SizeIs(3));
}

TEST_F(IndicatorsTest, AMaskThatNamesNoFieldIsRefused) {
  Created({Base("a", kMonthly)});
  EXPECT_THAT(Faults(Update(Base("a", kMonthly), {"colour"}).status()), ElementsAre("update_mask"));
}

TEST_F(IndicatorsTest, WhatAnActiveFormulaReadsIsNotRetired) {
  Created({Base("a", kMonthly), FormulaOf("f", "a * 2")});
  const auto refused = Retire("a");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refused, Refuses("INDICATOR_IN_USE"));
  EXPECT_EQ(status::MetadataValue(refused.status(), "formula"), "institutions/gob/indicators/f");
  ATHENA_ASSERT_OK(Retire("f"));
  const auto retired = Retire("a");
  ATHENA_ASSERT_OK(retired);
  EXPECT_EQ(retired->state(), Indicator::STATE_RETIRED);
  EXPECT_TRUE(retired->has_retired_on());
  EXPECT_EQ(Retire("a")->revision(), retired->revision());
  // The day is the service's to say, and stays when something else changes.
  Indicator patch = *retired;
  patch.set_owner("nobody");
  patch.mutable_retired_on()->set_year(1999);
  const auto updated = Update(patch, {"*"});
  ATHENA_ASSERT_OK(updated);
  EXPECT_EQ(updated->owner(), "nobody");
  EXPECT_EQ(updated->retired_on().year(), retired->retired_on().year());
  EXPECT_THAT(Faults(Create(FormulaOf("g", "a + 1")).status()), ElementsAre("indicator.formula"));
}

TEST_F(IndicatorsTest, SharingLetsAnInstitutionReadAndNothingElse) {
  Indicator shared = Base("a", kMonthly);
  shared.add_shared_with("institutions/tal");
  shared.set_classification(Indicator::CLASSIFICATION_CONFIDENTIAL);
  Indicator open = Base("b", kMonthly);
  open.set_classification(Indicator::CLASSIFICATION_PUBLIC);
  Created({shared, open});
  ATHENA_EXPECT_OK(Get("a", {}, "other"));
  // A label opens nothing; and what does not exist is refused in the same words.
  EXPECT_THAT(Get("b", {}, "other"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Get("nothing", {}, "other"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Update(shared, {"unit"}, "other"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Create(Creating(Base("c", kMonthly)), "other"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  v1::ListIndicatorsRequest request;
  request.set_parent("institutions/gob");
  const auto listed = List(request, "other");
  ATHENA_ASSERT_OK(listed);
  ASSERT_THAT(listed->indicators(), SizeIs(1));
  EXPECT_EQ(listed->indicators(0).name(), "institutions/gob/indicators/a");
  // Who no longer may read does not read the past either.
  ATHENA_ASSERT_OK(Update(Base("a", kMonthly), {"shared_with"}));
  common::v1::AsOf before;
  before.set_revision(1);
  EXPECT_THAT(Get("a", before, "other"), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(IndicatorsTest, AFilterPicksByTheFieldsOfAnIndicator) {
  Indicator tagged = Base("a", kMonthly);
  tagged.add_tags("sdg:11");
  tagged.set_owner("Finance and Budget");
  Indicator bounded = Base("b", Indicator::FREQUENCY_ANNUAL, {{"site", {"x"}}});
  bounded.set_max_value(2.5);
  Created({tagged, bounded, Base("c", kMonthly)});
  v1::ListIndicatorsRequest request;
  request.set_parent("institutions/gob");
  const auto listed = [&](const std::string& filter) {
    request.set_filter(filter);
    const auto page = List(request);
    ATHENA_EXPECT_OK(page);
    std::string ids;
    for (const Indicator& indicator : page->indicators()) ids += IdOf(indicator);
    return ids;
  };
  EXPECT_EQ(listed(""), "abc");
  EXPECT_EQ(listed("frequency = MONTHLY"), "ac");
  EXPECT_EQ(listed("tags:\"sdg:11\""), "a");
  EXPECT_EQ(listed("owner = Finance* OR max_value < 3"), "ab");
  EXPECT_EQ(listed("dimensions.id:site AND NOT max_value > 2.5"), "b");
  EXPECT_EQ(listed("state = ACTIVE AND -tags:*"), "bc");
  // A page is filled with what is wanted.
  request.set_page_size(1);
  request.set_filter("frequency = MONTHLY");
  const auto first = List(request);
  ATHENA_ASSERT_OK(first);
  EXPECT_EQ(IdOf(first->indicators(0)), "a");
  request.set_page_token(first->next_page_token());
  const auto second = List(request);
  ATHENA_ASSERT_OK(second);
  EXPECT_EQ(IdOf(second->indicators(0)), "c");
  EXPECT_EQ(second->next_page_token(), "");
  // A token is for one filter.
  request.set_filter("");
  EXPECT_THAT(List(request), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(IndicatorsTest, PagesShowOneRevisionWhateverHappensBetween) {
  Created({Base("c", kMonthly), Base("a", kMonthly), Base("e", kMonthly)});
  v1::ListIndicatorsRequest request;
  request.set_parent("institutions/gob");
  request.set_page_size(2);
  const auto first = List(request);
  ATHENA_ASSERT_OK(first);
  EXPECT_EQ(IdOf(first->indicators(0)), "a");
  EXPECT_EQ(IdOf(first->indicators(1)), "c");
  Created({Base("d", kMonthly)});
  request.set_page_token(first->next_page_token());
  const auto second = List(request);
  ATHENA_ASSERT_OK(second);
  ASSERT_THAT(second->indicators(), SizeIs(1));
  EXPECT_EQ(IdOf(second->indicators(0)), "e");
  EXPECT_THAT(second->next_page_token(), IsEmpty());
  request.set_parent("institutions/tal");
  EXPECT_THAT(List(request), Refuses("INVALID_PAGE_TOKEN"));
}

TEST_F(IndicatorsTest, APageStaysSmallHoweverLongTheTexts) {
  for (const int first : {100, 150}) {
    std::vector<Indicator> many;
    for (int i = first; i < first + 50; ++i) {
      many.push_back(Base(absl::StrCat("i", i), kMonthly));
      for (const std::string language : {"nl", "fr", "en", "de", "lb", "it", "es", "pt"}) {
        (*many.back().mutable_description()->mutable_text())[language] = std::string(4000, 'x');
      }
    }
    ATHENA_ASSERT_OK(BatchCreate(many));
  }
  v1::ListIndicatorsRequest request;
  request.set_parent("institutions/gob");
  int listed = 0;
  do {
    const auto page = List(request);
    ATHENA_ASSERT_OK(page);
    EXPECT_LE(page->ByteSizeLong(), kMaxPageBytes + 1000);
    listed += page->indicators_size();
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, 100);
}

}  // namespace
}  // namespace athena::indicator
