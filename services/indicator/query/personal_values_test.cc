// What full and restricted readers see of PERSONAL indicators, by every RPC; and what an adversary
// learns from all answers to a restricted reader.

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/fields/fields.h"
#include "libs/rpc/grpc_status.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/period_values.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::CoverageOf;
using ::athena::indicator::testing::Faults;
using ::athena::indicator::testing::FormulaOf;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::PeriodValuesTest;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Shown;
using ::athena::indicator::testing::SliceOf;
using ::athena::status::testing::Refuses;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using v1::Indicator;

using Rpc = v1::IndicatorService::StubInterface;
using HistoryRpc = common::v1::HistoryService::StubInterface;

constexpr char kFull[] = "gob-planner";
constexpr char kRestricted[] = "gob-viewer";

template <typename Message>
Message ParsedAs(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// Staff by sex and age; restricted readers see the dimensions `shown` from `threshold` persons on.
Indicator Staff(const std::string& id, Indicator::Frequency frequency,
                const std::vector<std::string>& shown, int threshold) {
  Indicator staff = Base(id, frequency, {{"sex", {"F", "M"}}, {"age", {"a", "b"}}});
  staff.set_classification(Indicator::CLASSIFICATION_PERSONAL);
  for (const std::string& dimension : shown) staff.mutable_disclosure()->add_dimensions(dimension);
  staff.mutable_disclosure()->set_threshold(threshold);
  return staff;
}

v1::Observation Count(const std::string& id, const std::string& period, const std::string& sex,
                      const std::string& age, double count) {
  return Row(id, period, count, {{"sex", sex}, {"age", age}});
}

class PersonalValuesTest : public PeriodValuesTest {
 protected:
  // Pushes the four counts of a period: F a, F b, M a, M b.
  void PushCounts(const std::string& id, const std::string& period,
                  const std::vector<double>& counts) {
    Push({Count(id, period, "F", "a", counts[0]), Count(id, period, "F", "b", counts[1]),
          Count(id, period, "M", "a", counts[2]), Count(id, period, "M", "b", counts[3])});
  }

  // The value of a slice in a period, and its reason where it has none.
  std::string Seen(const std::string& id, const std::string& period, const SliceOf& slice = {},
                   const std::string& who = kRestricted) {
    const auto answer = Query(Asking(id, period, slice), who);
    ATHENA_EXPECT_OK(answer);
    return answer.ok() ? Shown(answer->value().own()) : "";
  }

  // The groups of a breakdown: "F=10", or "=WITHHELD" of a value without group.
  std::vector<std::string> Groups(const std::string& id, const std::string& period,
                                  const std::vector<std::string>& dimensions,
                                  const std::string& who = kRestricted) {
    v1::QueryPeriodValuesRequest request = Asking(id, period);
    for (const std::string& dimension : dimensions) {
      request.mutable_selections(0)->add_group_by(dimension);
    }
    const auto answer = Query(request, who);
    ATHENA_EXPECT_OK(answer);
    std::vector<std::string> groups;
    if (!answer.ok()) return groups;
    for (const v1::PeriodValue& value : answer->values) {
      const std::map<std::string, std::string> codes(value.group().begin(), value.group().end());
      std::string text;
      for (const auto& [dimension, code] : codes) text += code;
      groups.push_back(absl::StrCat(text, "=", Shown(value.own())));
    }
    return groups;
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Rpc::*method)(grpc::ClientContext*, const Request&,
                                                            Response*),
                                const std::string& who, const Request& request) {
    return service_.Call<Response>(who, [&](auto& stub, auto* context, auto* response) {
      return (stub.*method)(context, request, response);
    });
  }
};

TEST_F(PersonalValuesTest, TheRolesThatWorkWithTheDataOfTheInstitutionSeeEverything) {
  Indicator staff = Staff("staff", kQuarterly, {}, 10);
  staff.add_shared_with("institutions/tal");
  Define({staff});
  PushCounts("staff", "2021-Q3", {1, 2, 3, 4});
  const std::map<std::string, std::string> expected = {
      {"sender", "1"},           {"corrector", "1"},     {"planner", "1"},
      {"auditor", "1"},          {"viewer", "WITHHELD"}, {"validator", "WITHHELD"},
      {"publisher", "WITHHELD"}, {"admin", "WITHHELD"},  {"reporter", "WITHHELD"}};
  for (const auto& [role, value] : expected) {
    EXPECT_EQ(Seen("staff", "2021-Q3", {{"sex", "F"}, {"age", "a"}}, "gob-" + role), value) << role;
    EXPECT_EQ(Seen("staff", "2021-Q3", {{"sex", "F"}, {"age", "a"}}, "tal-" + role), "WITHHELD")
        << role;
  }
}

TEST_F(PersonalValuesTest, WithoutDisclosureNothingIsShown) {
  Indicator staff = Staff("staff", kQuarterly, {}, 10);
  staff.clear_disclosure();
  Define({staff});
  PushCounts("staff", "2021-Q3", {100, 200, 300, 400});
  service_.Close("2021-Q3");
  EXPECT_EQ(Seen("staff", "2021-Q3"), "WITHHELD");
  EXPECT_EQ(Seen("staff", "2021-Q3", {}, kFull), "1000");
}

TEST_F(PersonalValuesTest, OnlyClosedQuartersAreShown) {
  Define({Staff("staff", kQuarterly, {"sex"}, 10)});
  PushCounts("staff", "2021-Q3", {10, 20, 30, 40});
  EXPECT_EQ(Seen("staff", "2021-Q3"), "WITHHELD");
  service_.Close("2021-Q3");
  EXPECT_EQ(Seen("staff", "2021-Q3"), "100");
  EXPECT_EQ(Seen("staff", "2021-Q3", {{"sex", "F"}}), "30");
  service_.Reopen("2021-Q3");
  EXPECT_EQ(Seen("staff", "2021-Q3"), "WITHHELD");
}

TEST_F(PersonalValuesTest, APeriodIsBrokenDownByAllowedDimensionsOrNotAtAll) {
  Define({Staff("staff", kQuarterly, {"sex"}, 10)});
  PushCounts("staff", "2021-Q1", {6, 4, 30, 0});  // F 10, M 30
  PushCounts("staff", "2021-Q2", {5, 4, 30, 0});  // F 9, M 30
  PushCounts("staff", "2021-Q3", {5, 4, 0, 0});   // F 9, M 0
  PushCounts("staff", "2021-Q4", {0, 0, 0, 0});
  for (const char* quarter : {"2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4"}) service_.Close(quarter);
  EXPECT_THAT(Groups("staff", "2021-Q1", {"sex"}), ElementsAre("F=10", "M=30"));
  EXPECT_EQ(Seen("staff", "2021-Q1"), "40");
  EXPECT_THAT(Groups("staff", "2021-Q2", {"sex"}), IsEmpty());
  EXPECT_EQ(Seen("staff", "2021-Q2", {{"sex", "M"}}), "WITHHELD");
  EXPECT_EQ(Seen("staff", "2021-Q2"), "39");
  EXPECT_EQ(Seen("staff", "2021-Q3"), "WITHHELD");
  EXPECT_EQ(Seen("staff", "2021-Q3", {{"sex", "M"}}), "WITHHELD");
  EXPECT_EQ(Seen("staff", "2021-Q4"), "0");
  EXPECT_THAT(Groups("staff", "2021-Q2", {"sex"}, kFull), ElementsAre("F=9", "M=30"));
}

TEST_F(PersonalValuesTest, OtherDimensionsAreWithheldWhateverTheCounts) {
  Define({Staff("staff", kQuarterly, {"sex"}, 10)});
  PushCounts("staff", "2021-Q3", {100, 200, 300, 400});
  service_.Close("2021-Q3");
  EXPECT_EQ(Seen("staff", "2021-Q3", {{"age", "a"}}), "WITHHELD");
  EXPECT_EQ(Seen("staff", "2021-Q3", {{"sex", "F"}, {"age", "a"}}), "WITHHELD");
  EXPECT_THAT(Groups("staff", "2021-Q3", {"age"}), ElementsAre("=WITHHELD"));
  EXPECT_THAT(Groups("staff", "2021-Q3", {"sex", "age"}), ElementsAre("=WITHHELD"));
  EXPECT_THAT(Groups("staff", "2021-Q3", {"age"}, kFull), ElementsAre("a=400", "b=600"));
}

TEST_F(PersonalValuesTest, TheDefaultThresholdIsTen) {
  Define({Staff("nine", kQuarterly, {}, 0), Staff("ten", kQuarterly, {}, 0)});
  PushCounts("nine", "2021-Q3", {9, 0, 0, 0});
  PushCounts("ten", "2021-Q3", {9, 1, 0, 0});
  service_.Close("2021-Q3");
  EXPECT_EQ(Seen("nine", "2021-Q3"), "WITHHELD");
  EXPECT_EQ(Seen("ten", "2021-Q3"), "10");
}

TEST_F(PersonalValuesTest, APeriodThatIsWithheldIsNotTheDifferenceOfLongerOnes) {
  Define({Staff("staff", kMonthly, {}, 10)});
  for (const auto& [month, count] : std::vector<std::pair<std::string, double>>{{"2021-01", 20},
                                                                                {"2021-02", 20},
                                                                                {"2021-03", 20},
                                                                                {"2021-04", 20},
                                                                                {"2021-05", 4},
                                                                                {"2021-06", 20},
                                                                                {"2021-07", 20},
                                                                                {"2021-08", 20},
                                                                                {"2021-09", 20}}) {
    PushCounts("staff", month, {count, 0, 0, 0});
  }
  for (const char* quarter : {"2021-Q1", "2021-Q2", "2021-Q3"}) service_.Close(quarter);
  EXPECT_EQ(Seen("staff", "2021-04"), "20");
  EXPECT_EQ(Seen("staff", "2021-05"), "WITHHELD");
  EXPECT_EQ(Seen("staff", "2021-Q1"), "60");
  EXPECT_EQ(Seen("staff", "2021-Q2"), "WITHHELD");
  EXPECT_EQ(Seen("staff", "2021-Q3"), "60");
  EXPECT_EQ(Seen("staff", "2021-S1"), "WITHHELD");
  EXPECT_EQ(Seen("staff", "2021"), "WITHHELD");
  const auto to_date = [&](const std::string& period) {
    const auto answer = Query(Asking("staff", period), kRestricted);
    return answer.ok() ? Shown(answer->value().year_to_date()) : "";
  };
  EXPECT_EQ(to_date("2021-Q1"), "60");
  EXPECT_EQ(to_date("2021-04"), "80");
  EXPECT_EQ(to_date("2021-06"), "WITHHELD");
  EXPECT_EQ(to_date("2021-Q3"), "WITHHELD");
}

// How many series there are, and how many reported, is not shown.
TEST_F(PersonalValuesTest, CoverageCountsPeriods) {
  Define({Staff("staff", kMonthly, {}, 10)});
  for (const char* month : {"2021-07", "2021-08", "2021-09"}) {
    PushCounts("staff", month, {10, 10, 10, 10});
  }
  service_.Close("2021-Q3");
  const auto coverage = [&](const std::string& who) {
    const auto answer = Query(Asking("staff", "2021-Q3"), who);
    return answer.ok() ? CoverageOf(answer->value().own()) : "";
  };
  EXPECT_EQ(coverage(kFull), "12/12");
  EXPECT_EQ(coverage(kRestricted), "3/3");
}

TEST_F(PersonalValuesTest, NothingIsSaidOfPeriodsThatAreWithheld) {
  Define({Staff("staff", kMonthly, {}, 10)});
  PushCounts("staff", "2021-07", {1, 1, 1, 1});
  const auto answer = Query(Asking("staff", "2021-Q3"), kRestricted);
  ATHENA_ASSERT_OK(answer);
  const v1::PeriodValue& value = answer->value();
  EXPECT_EQ(value.own().present() + value.own().expected() + value.own().not_expected(), 0);
  EXPECT_EQ(value.own().judged(), 0);
  EXPECT_FALSE(value.has_so_far());
  EXPECT_EQ(Shown(value.year_to_date()), "WITHHELD");
}

// With every observation a value would change by what it added.
TEST_F(PersonalValuesTest, IncompletePeriodsAreWithheld) {
  Indicator staff = Staff("staff", kQuarterly, {}, 10);
  staff.set_missing_policy(Indicator::MISSING_POLICY_PARTIAL);
  Define({staff});
  PushCounts("staff", "2021-Q2", {10, 10, 10, 10});
  Push({Count("staff", "2021-Q3", "F", "a", 30), Count("staff", "2021-Q3", "F", "b", 30)});
  service_.Close("2021-Q3");
  EXPECT_EQ(Seen("staff", "2021-Q3", {}, kFull), "60");
  EXPECT_EQ(Seen("staff", "2021-Q3"), "WITHHELD");
}

// The last value of a quarter is that of each series: with a series that ended, more than was ever
// shown of a month.
TEST_F(PersonalValuesTest, ValuesThatTotalsDoNotGiveAreWithheld) {
  Indicator staff = Staff("staff", kMonthly, {}, 10);
  staff.set_time_aggregation(Indicator::TIME_AGGREGATION_MAX);
  Define({staff});
  PushCounts("staff", "2021-07", {10, 20, 30, 40});
  PushCounts("staff", "2021-08", {14, 16, 30, 40});
  PushCounts("staff", "2021-09", {10, 20, 30, 40});
  PushCounts("staff", "2021-10", {10, 20, 30, 40});
  PushCounts("staff", "2021-11", {20, 20, 30, 40});
  PushCounts("staff", "2021-12", {10, 20, 30, 40});
  service_.Close("2021-Q3");
  service_.Close("2021-Q4");
  EXPECT_EQ(Seen("staff", "2021-08"), "100");
  EXPECT_EQ(Seen("staff", "2021-Q3", {}, kFull), "104");
  EXPECT_EQ(Seen("staff", "2021-Q3"), "WITHHELD");
  EXPECT_EQ(Seen("staff", "2021-Q4"), "110");
}

TEST_F(PersonalValuesTest, ACorrectionIsShownIfItConcernsEnoughPersons) {
  Define({Staff("staff", kQuarterly, {"sex"}, 10)});
  for (const char* quarter : {"2021-Q1", "2021-Q2", "2021-Q3"}) {
    PushCounts("staff", quarter, {20, 20, 20, 20});
    service_.Close(quarter);
  }
  const auto correct = [&](const std::string& quarter, double count) {
    v1::PushObservationsRequest request =
        PushOf("c" + quarter, {Count("staff", quarter, "F", "a", count)});
    request.set_correction_reason("a typing error");
    ATHENA_ASSERT_OK(service_.Push(request, "cor"));
  };
  correct("2021-Q1", 21);
  correct("2021-Q2", 30);
  EXPECT_EQ(Seen("staff", "2021-Q1"), "WITHHELD");
  EXPECT_EQ(Seen("staff", "2021-Q1", {}, kFull), "81");
  EXPECT_EQ(Seen("staff", "2021-Q2"), "90");
  EXPECT_EQ(Seen("staff", "2021-Q2", {{"sex", "F"}}), "50");
  // Nor by closing it once more.
  service_.Reopen("2021-Q1");
  service_.Close("2021-Q1");
  EXPECT_EQ(Seen("staff", "2021-Q1"), "WITHHELD");
  EXPECT_EQ(Seen("staff", "2021-Q3"), "80");
}

TEST_F(PersonalValuesTest, ThePastShowsWhatTheClosedQuarterShows) {
  Define({Staff("staff", kQuarterly, {}, 10)});
  PushCounts("staff", "2021-Q3", {20, 20, 20, 20});
  const auto at = [&](int64_t revision) {
    v1::QueryPeriodValuesRequest request = Asking("staff", "2021-Q3");
    (*request.mutable_revisions()->mutable_revisions())["institutions/gob"] = revision;
    const auto answer = Query(request, kRestricted);
    ATHENA_EXPECT_OK(answer);
    return answer.ok() ? Shown(answer->value().own()) : "";
  };
  const auto head = [&] {
    return Query(Asking("staff", "2021-Q3"), kFull)->header.revisions().at("institutions/gob");
  };
  const int64_t before = head();
  service_.Close("2021-Q3");
  const int64_t closed = head();
  EXPECT_EQ(at(before), "WITHHELD");
  EXPECT_EQ(at(closed), "80");
  v1::PushObservationsRequest request = PushOf("c", {Count("staff", "2021-Q3", "F", "a", 21)});
  request.set_correction_reason("a typing error");
  ATHENA_ASSERT_OK(service_.Push(request, "cor"));
  EXPECT_EQ(at(closed), "WITHHELD");
  EXPECT_EQ(at(head()), "WITHHELD");
}

// The classification of now holds for the past, too.
TEST_F(PersonalValuesTest, WhatBecamePersonalIsWithheldAsOfBefore) {
  Indicator staff = Staff("staff", kQuarterly, {}, 10);
  staff.clear_disclosure();
  staff.set_classification(Indicator::CLASSIFICATION_INTERNAL);
  Define({staff});
  PushCounts("staff", "2021-Q3", {1, 2, 3, 4});
  v1::QueryPeriodValuesRequest request = Asking("staff", "2021-Q3");
  const auto open = Query(request, kRestricted);
  ATHENA_ASSERT_OK(open);
  EXPECT_EQ(Shown(open->value().own()), "10");
  staff.set_classification(Indicator::CLASSIFICATION_PERSONAL);
  Define({staff});
  *request.mutable_revisions()->mutable_revisions() = open->header.revisions();
  EXPECT_EQ(Shown(Query(request, kRestricted)->value().own()), "WITHHELD");
}

TEST_F(PersonalValuesTest, FormulasAreComputedFromWhatIsShown) {
  Indicator fair = FormulaOf("fair", "staff / places");
  Define({Staff("staff", kQuarterly, {"sex"}, 10), Base("places", kQuarterly), fair,
          FormulaOf("women", "staff{sex=\"F\"} + places"),
          FormulaOf("young", "staff{age=\"a\"} + places"),
          FormulaOf("instead", "coalesce(staff, places)")});
  Push({Row("places", "2021-Q2", 100), Row("places", "2021-Q3", 100)});
  PushCounts("staff", "2021-Q2", {1, 1, 10, 10});
  PushCounts("staff", "2021-Q3", {10, 10, 10, 10});
  EXPECT_EQ(Seen("fair", "2021-Q3"), "OPERAND");
  EXPECT_EQ(Seen("instead", "2021-Q3"), "OPERAND");
  service_.Close("2021-Q2");
  service_.Close("2021-Q3");
  EXPECT_EQ(Seen("fair", "2021-Q2"), "0.22");
  EXPECT_EQ(Seen("women", "2021-Q2"), "OPERAND");
  EXPECT_EQ(Seen("women", "2021-Q3"), "120");
  EXPECT_EQ(Seen("young", "2021-Q3"), "OPERAND");
  EXPECT_EQ(Seen("young", "2021-Q3", {}, kFull), "120");
  const auto answer = Query(Asking("young", "2021-Q3"), kRestricted);
  EXPECT_EQ(answer->value().own().operand_reason(), v1::NO_VALUE_REASON_WITHHELD);
  // A formula has the dimensions of its operands.
  EXPECT_EQ(Seen("fair", "2021-Q3", {{"sex", "F"}}), "0.2");
  EXPECT_EQ(Seen("fair", "2021-Q3", {{"age", "a"}}), "OPERAND");
  EXPECT_THAT(Groups("fair", "2021-Q3", {"age"}), ElementsAre("=WITHHELD"));
}

TEST_F(PersonalValuesTest, APersonalFormulaIsWithheld) {
  Indicator rate = FormulaOf("rate", "places / 2");
  rate.set_classification(Indicator::CLASSIFICATION_PERSONAL);
  Define({Base("places", kQuarterly), rate});
  Push({Row("places", "2021-Q3", 100)});
  service_.Close("2021-Q3");
  EXPECT_EQ(Seen("rate", "2021-Q3"), "WITHHELD");
  EXPECT_EQ(Seen("rate", "2021-Q3", {}, kFull), "50");
}

// What a formula takes of cells that all its operands have is shown where that is all of them.
TEST_F(PersonalValuesTest, CommonCellsAreNotShown) {
  Define({Staff("staff", kQuarterly, {}, 10), Staff("ill", kQuarterly, {}, 10),
          FormulaOf("share", "ill / staff")});
  PushCounts("staff", "2021-Q2", {40, 40, 40, 40});
  PushCounts("ill", "2021-Q2", {10, 10, 10, 10});
  PushCounts("staff", "2021-Q3", {40, 40, 40, 40});
  v1::Observation unknown = Count("ill", "2021-Q3", "M", "b", 0);
  unknown.clear_value();
  unknown.set_status(v1::OBSERVATION_STATUS_NOT_APPLICABLE);
  Push({Count("ill", "2021-Q3", "F", "a", 10), Count("ill", "2021-Q3", "F", "b", 10),
        Count("ill", "2021-Q3", "M", "a", 10), unknown});
  service_.Close("2021-Q2");
  service_.Close("2021-Q3");
  EXPECT_EQ(Seen("share", "2021-Q2"), "0.25");
  EXPECT_EQ(Seen("share", "2021-Q3", {}, kFull), "0.25");
  EXPECT_EQ(Seen("ill", "2021-Q3"), "30");
  EXPECT_EQ(Seen("share", "2021-Q3"), "WITHHELD");
}

// Caches and version tokens of one kind of reader are of no use to the other.
TEST_F(PersonalValuesTest, WhatAFullReaderSawIsNotRememberedForOthers) {
  Define({Staff("staff", kQuarterly, {}, 10)});
  PushCounts("staff", "2021-Q3", {1, 2, 3, 4});
  v1::QueryPeriodValuesRequest request = Asking("staff", "2021-Q3");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Shown(Query(request, kFull)->value().own()), "10");
    EXPECT_EQ(Shown(Query(request, kRestricted)->value().own()), "WITHHELD");
  }
  request.set_if_newer_than(Query(request, kFull)->header.version_token());
  const auto answer = Query(request, kRestricted);
  ATHENA_ASSERT_OK(answer);
  EXPECT_FALSE(answer->header.not_modified());
  EXPECT_EQ(Shown(answer->value().own()), "WITHHELD");
}

TEST_F(PersonalValuesTest, AClosingModifiesTheAnswerToRestrictedReadersAlone) {
  Define({Staff("staff", kQuarterly, {}, 10)});
  PushCounts("staff", "2021-Q3", {10, 20, 30, 40});
  const v1::QueryPeriodValuesRequest request = Asking("staff", "2021-Q3");
  const auto full = Query(request, kFull);
  const auto restricted = Query(request, kRestricted);
  service_.Close("2021-Q3");
  EXPECT_TRUE(NotModified(request, *full, kFull));
  EXPECT_FALSE(NotModified(request, *restricted, kRestricted));
}

// What is passed on to others is asked for as a restricted reader.
TEST_F(PersonalValuesTest, AFullReaderMayAskAsARestrictedOne) {
  Define({Staff("staff", kQuarterly, {}, 10)});
  PushCounts("staff", "2021-Q3", {1, 2, 3, 4});
  v1::QueryPeriodValuesRequest request = Asking("staff", "2021-Q3");
  const auto full = Query(request, kFull);
  request.set_restricted(true);
  EXPECT_EQ(Shown(Query(request, kFull)->value().own()), "WITHHELD");
  EXPECT_FALSE(NotModified(request, *full, kFull));
}

TEST_F(PersonalValuesTest, ObservationsAreRefused) {
  Define({Staff("staff", kQuarterly, {"sex"}, 10)});
  PushCounts("staff", "2021-Q3", {100, 200, 300, 400});
  service_.Close("2021-Q3");
  v1::ListObservationsRequest request = ListOf("staff");
  ATHENA_EXPECT_OK(service_.List(request, kFull));
  EXPECT_THAT(service_.List(request, kRestricted), Refuses("PERMISSION_DENIED"));
  request.set_include_history(true);
  EXPECT_THAT(service_.List(request, kRestricted), Refuses("PERMISSION_DENIED"));
  request.mutable_as_of()->set_revision(1);
  EXPECT_THAT(service_.List(request, kRestricted), Refuses("PERMISSION_DENIED"));
}

TEST_F(PersonalValuesTest, CompletenessLeavesItOut) {
  Define({Staff("staff", kQuarterly, {}, 10), Base("places", kQuarterly)});
  PushCounts("staff", "2021-Q3", {1, 2, 3, 4});
  Push({Row("places", "2021-Q3", 1)});
  auto request =
      ParsedAs<v1::GetCompletenessRequest>(R"(parent: "institutions/gob" quarters: "2021-Q3")");
  const auto full = Call(&Rpc::GetCompleteness, kFull, request);
  const auto restricted = Call(&Rpc::GetCompleteness, kRestricted, request);
  ATHENA_ASSERT_OK(full);
  ATHENA_ASSERT_OK(restricted);
  EXPECT_EQ(full->indicators_size(), 2);
  EXPECT_EQ(full->quarters(0).measures().actual(), 5);
  ASSERT_EQ(restricted->indicators_size(), 1);
  EXPECT_EQ(restricted->indicators(0).indicator(), "institutions/gob/indicators/places");
  EXPECT_EQ(restricted->quarters(0).measures().actual(), 1);
  request.add_indicators("staff");
  const auto named = Call(&Rpc::GetCompleteness, kRestricted, request);
  EXPECT_THAT(Faults(named.status()), ElementsAre("indicators[0]"));
}

TEST_F(PersonalValuesTest, EndsOfSeriesAreLeftOut) {
  Define({Staff("staff", kQuarterly, {"sex", "age"}, 10)});
  PushCounts("staff", "2021-Q3", {1, 2, 3, 4});
  const auto end = ParsedAs<v1::EndSeriesRequest>(R"(
      series_end { indicator: "institutions/gob/indicators/staff" ended_from: "2021-Q4"
                   dimensions { key: "sex" value: "F" } dimensions { key: "age" value: "a" } }
      reason: "she left")");
  ATHENA_ASSERT_OK(Call(&Rpc::EndSeries, kFull, end));
  const auto request = ParsedAs<v1::ListSeriesEndsRequest>(R"(parent: "institutions/gob")");
  EXPECT_EQ(Call(&Rpc::ListSeriesEnds, kFull, request)->series_ends_size(), 1);
  EXPECT_EQ(Call(&Rpc::ListSeriesEnds, kRestricted, request)->series_ends_size(), 0);
  common::v1::ListRevisionsRequest history;
  history.set_parent("institutions/gob/indicators/staff");
  EXPECT_EQ(service_.Call(&HistoryRpc::ListRevisions, kFull, history)->revisions_size(), 2);
  const auto revisions = service_.Call(&HistoryRpc::ListRevisions, kRestricted, history);
  ASSERT_EQ(revisions->revisions_size(), 1);
  EXPECT_EQ(revisions->revisions(0).revision(), 1);  // which defined it
}

TEST_F(PersonalValuesTest, PushesComeWithoutCountsAndScopes) {
  Define({Staff("staff", kQuarterly, {}, 10), Base("places", kQuarterly)});
  Push({Count("staff", "2021-Q3", "F", "a", 1), Row("places", "2021-Q3", 7)});
  Push({Row("places", "2021-Q2", 7)});
  const auto request = ParsedAs<v1::ListPushesRequest>(R"(parent: "institutions/gob")");
  const auto inserted = [&](const std::string& who) {
    std::vector<int> counts;
    const auto pushes = Call(&Rpc::ListPushes, who, request);
    ATHENA_EXPECT_OK(pushes);
    for (const v1::Push& push : pushes->pushes()) {
      v1::GetPushRequest get;
      get.set_name(push.name());
      EXPECT_EQ(Call(&Rpc::GetPush, who, get)->counts().inserted(), push.counts().inserted());
      counts.push_back(push.counts().inserted());
    }
    return counts;
  };
  EXPECT_THAT(inserted(kFull), ElementsAre(1, 2));
  EXPECT_THAT(inserted(kRestricted), ElementsAre(1, 0));
}

TEST_F(PersonalValuesTest, RevisionsListNoPushOfIt) {
  Define({Staff("staff", kQuarterly, {}, 10), Base("places", kQuarterly)});
  Push({Count("staff", "2021-Q3", "F", "a", 1)});
  Push({Count("staff", "2021-Q3", "F", "a", 2), Row("places", "2021-Q3", 7)});
  Push({Row("places", "2021-Q2", 7)});
  const auto resources = [&](const std::string& parent, const std::string& who) {
    common::v1::ListRevisionsRequest request;
    request.set_parent(parent);
    request.set_filter(R"(action = "PushObservations")");
    const auto revisions = service_.Call(&HistoryRpc::ListRevisions, who, request);
    ATHENA_EXPECT_OK(revisions);
    std::vector<std::string> names;
    if (!revisions.ok()) return names;
    for (const common::v1::Revision& revision : revisions->revisions()) {
      std::string line;
      for (const auto& change : revision.changes()) {
        absl::StrAppend(&line, line.empty() ? "" : " ",
                        change.resource().substr(std::string("institutions/gob/").size()));
      }
      names.push_back(line);
    }
    return names;
  };
  EXPECT_THAT(resources("institutions/gob", kFull),
              ElementsAre("pushes/4", "pushes/3", "pushes/2"));
  // The second push is listed because of `places`, without what it was.
  EXPECT_THAT(resources("institutions/gob", kRestricted), ElementsAre("pushes/4", ""));
  EXPECT_THAT(resources("institutions/gob/pushes/2", kRestricted), IsEmpty());
}

TEST_F(PersonalValuesTest, TheFeedLeavesItOut) {
  Define({Staff("staff", kQuarterly, {}, 10), Base("places", kQuarterly)});
  for (int i = 0; i < 40; ++i) Push({Count("staff", "2021-Q3", "F", "a", i)});
  Push({Count("staff", "2021-Q3", "F", "a", 99), Row("places", "2021-Q3", 7)});
  const auto first = [&](const std::string& who) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + who);
    v1::WatchObservationsRequest request;
    request.set_parent("institutions/gob");
    const auto stream = service_.stub().WatchObservations(&context, request);
    v1::WatchObservationsResponse response;
    std::vector<std::string> changed;
    if (stream->Read(&response)) {
      changed.push_back(absl::StrCat(response.revision()));
      for (const auto& change : response.changes()) changed.push_back(change.indicator());
    }
    context.TryCancel();
    stream->Finish();
    return changed;
  };
  EXPECT_THAT(first(kFull), ElementsAre("2", "staff"));
  EXPECT_THAT(first(kRestricted), ElementsAre("42", "places"));
}

TEST_F(PersonalValuesTest, ADisclosureIsForCountsOfPersons) {
  const auto faults = [&](const std::function<void(Indicator*)>& change) {
    v1::CreateIndicatorRequest request;
    request.set_parent("institutions/gob");
    request.set_indicator_id("staff");
    *request.mutable_indicator() = Staff("staff", kQuarterly, {"sex"}, 10);
    request.set_validate_only(true);
    change(request.mutable_indicator());
    return Faults(Call(&Rpc::CreateIndicator, kFull, request).status());
  };
  EXPECT_THAT(faults([](Indicator*) {}), IsEmpty());
  EXPECT_THAT(faults([](Indicator* staff) {
                staff->set_classification(Indicator::CLASSIFICATION_INTERNAL);
              }),
              ElementsAre("indicator.disclosure"));
  for (const int threshold : {3, 1'000'000}) {
    EXPECT_THAT(faults([threshold](Indicator* staff) {
                  staff->mutable_disclosure()->set_threshold(threshold);
                }),
                IsEmpty());
  }
  for (const int threshold : {-1, 2, 1'000'001}) {
    EXPECT_THAT(faults([threshold](Indicator* staff) {
                  staff->mutable_disclosure()->set_threshold(threshold);
                }),
                ElementsAre("indicator.disclosure.threshold"));
  }
  EXPECT_THAT(
      faults([](Indicator* staff) {
        staff->mutable_disclosure()->add_dimensions("sex");
        staff->mutable_disclosure()->add_dimensions("site");
      }),
      ElementsAre("indicator.disclosure.dimensions[1]", "indicator.disclosure.dimensions[2]"));
  EXPECT_THAT(faults([](Indicator* staff) {
                staff->set_group_aggregation(Indicator::GROUP_AGGREGATION_MEAN);
                staff->set_time_aggregation(Indicator::TIME_AGGREGATION_COUNT);
              }),
              ElementsAre("indicator.time_aggregation", "indicator.group_aggregation"));
}

// ------------------------------------------------------------------------------------------------
// The adversary.

// All that a restricted reader can ask about one indicator.
class AdversaryTest : public PersonalValuesTest {
 protected:
  static constexpr int kThreshold = 3;

  // Whether a count of the four (F a, F b, M a, M b) belongs to a slice.
  static bool In(const SliceOf& slice, size_t count) {
    const auto has = [&](const char* dimension, const char* code) {
      const auto found = slice.find(dimension);
      return found == slice.end() || found->second == code;
    };
    return has("sex", count < 2 ? "F" : "M") && has("age", count % 2 == 0 ? "a" : "b");
  }
  static std::vector<SliceOf> AllSlices() {
    std::vector<SliceOf> all;
    for (const std::string sex : {"", "F", "M"}) {
      for (const std::string age : {"", "a", "b"}) {
        SliceOf slice;
        if (!sex.empty()) slice["sex"] = sex;
        if (!age.empty()) slice["age"] = age;
        all.push_back(slice);
      }
    }
    return all;
  }

  // Some of the four counts, a bit for each.
  using Counts = unsigned;
  static constexpr Counts kAll = 15;
  static Counts CountsIn(const SliceOf& slice) {
    Counts counts = 0;
    for (size_t i = 0; i < 4; ++i) counts |= In(slice, i) ? 1U << i : 0U;
    return counts;
  }

  // The sum of some counts over some months.
  struct Equation {
    Counts counts = 0;
    std::vector<size_t> months;
    int sum = 0;
  };
  // Everything that is answered of months, quarter, year and year to date.
  std::vector<Equation> AskEverything(const std::string& id) {
    static const std::vector<std::string> kAsked = {"2021-07", "2021-08", "2021-09",
                                                    "2021-Q3", "2021-S2", "2021"};
    v1::QueryPeriodValuesRequest request;
    const std::vector<SliceOf> slices = AllSlices();
    for (const SliceOf& slice : slices) Select(id, slice, &request);
    for (const std::vector<std::string>& by :
         {std::vector<std::string>{"sex"}, {"age"}, {"sex", "age"}}) {
      Select(id, {}, &request);
      for (const std::string& dimension : by) {
        request.mutable_selections()->rbegin()->add_group_by(dimension);
      }
    }
    for (const std::string& period : kAsked) request.add_periods(period);
    *request.mutable_basis_date() = fields::DateOf(absl::CivilDay(2022, 3, 1));
    const auto answer = Query(request, kRestricted);
    ATHENA_EXPECT_OK(answer);
    std::vector<Equation> known;
    if (!answer.ok()) return known;
    for (const v1::PeriodValue& value : answer->values) {
      SliceOf slice(value.group().begin(), value.group().end());
      const auto selection = static_cast<size_t>(value.selection());
      if (selection < slices.size()) slice = slices[selection];
      std::vector<size_t> own = {0, 1, 2};
      std::vector<size_t> to_date = own;
      if (value.asked() == kAsked[0]) own = to_date = {0};
      if (value.asked() == kAsked[1]) own = {1}, to_date = {0, 1};
      if (value.asked() == kAsked[2]) own = {2};
      Know(value.own(), slice, own, &known);
      Know(value.year_to_date(), slice, to_date, &known);
    }
    return known;
  }
  static void Know(const v1::Measured& measured, const SliceOf& slice,
                   const std::vector<size_t>& months, std::vector<Equation>* known) {
    if (!measured.has_value()) return;
    known->push_back(
        {CountsIn(slice), months, static_cast<int>(std::lround(measured.value().value()))});
  }

  using Table = std::vector<int>;  // the four counts of a month
  static int SumOf(const Table& table, Counts counts) {
    int sum = 0;
    for (size_t i = 0; i < table.size(); ++i) sum += (counts >> i & 1U) != 0 ? table[i] : 0;
    return sum;
  }

  // The tables of counts of 0 to 7 that fit the answers about one month, and their silence: an
  // answer that would have been given was.
  static std::vector<Table> Fitting(const std::vector<Equation>& known, size_t month) {
    std::vector<Table> fitting;
    for (int number = 0; number < 8 * 8 * 8 * 8; ++number) {
      const Table table = {number % 8, number / 8 % 8, number / 64 % 8, number / 512};
      bool total = false;
      bool fits = true;
      for (const Equation& one : known) {
        if (one.months != std::vector<size_t>{month}) continue;
        total = total || one.counts == kAll;
        fits = fits && SumOf(table, one.counts) == one.sum;
      }
      const int persons = SumOf(table, kAll);
      const bool shows_total = persons == 0 || persons >= kThreshold;
      if (fits && total == shows_total) fitting.push_back(table);
    }
    return fitting;
  }

  // Removes the tables of months that fit no tables of the others, by the answers about several
  // months. What such an answer says of a month with one possible sum is known; with more than one,
  // the sums have to fit together.
  static void KeepWhatFitsTogether(const std::vector<Equation>& known,
                                   std::vector<std::vector<Table>>* fitting) {
    for (const Equation& one : known) {
      if (one.months.size() < 2) continue;
      std::vector<std::set<int>> sums;
      for (const size_t month : one.months) {
        std::set<int>& of_month = sums.emplace_back();
        for (const Table& table : (*fitting)[month]) of_month.insert(SumOf(table, one.counts));
      }
      for (size_t i = 0; i < one.months.size(); ++i) {
        std::set<int> others = {0};
        for (size_t j = 0; j < sums.size(); ++j) {
          if (j == i) continue;
          std::set<int> with;
          for (const int a : others) {
            for (const int b : sums[j]) with.insert(a + b);
          }
          others = std::move(with);
        }
        std::erase_if((*fitting)[one.months[i]], [&](const Table& table) {
          return others.count(one.sum - SumOf(table, one.counts)) == 0;
        });
      }
    }
  }

  // Whether a count is shown, or part of a number that is shown as 0.
  static bool IsTold(const std::vector<Equation>& known, size_t month, size_t count) {
    return std::any_of(known.begin(), known.end(), [&](const Equation& one) {
      if (one.months != std::vector<size_t>{month}) return false;
      const bool is_part = (one.counts >> count & 1U) != 0;
      return is_part && (one.sum == 0 || one.counts == 1U << count);
    });
  }
};

// The adversary knows the rule of 0 and the threshold, and every answer. It lists the tables of
// each month that fit the answers about it and then, where an answer is about several months, keeps
// what fits together. Each count that is not shown, and that no shown 0 tells, can be one of
// several numbers.
TEST_F(AdversaryTest, NoWithheldCountCanBeTold) {
  const std::vector<std::vector<std::string>> disclosures = {{}, {"sex"}, {"age"}, {"sex", "age"}};
  constexpr size_t kRounds = 48;
  constexpr size_t kMonths = 3;
  std::mt19937 random(2021);
  std::vector<Indicator> indicators;
  for (size_t round = 0; round < kRounds; ++round) {
    indicators.push_back(Staff(absl::StrCat("staff", round), kMonthly,
                               disclosures[round % disclosures.size()], kThreshold));
  }
  Define(indicators);
  std::vector<std::vector<Table>> truths;
  for (size_t round = 0; round < kRounds; ++round) {
    std::vector<Table>& truth = truths.emplace_back(kMonths, Table(4));
    // Counts of up to 4 persons, fewer in some rounds, so that everything occurs.
    const unsigned most = 2 + static_cast<unsigned>(round / disclosures.size()) % 4;
    for (size_t month = 0; month < kMonths; ++month) {
      for (int& count : truth[month]) count = static_cast<int>(random() % most);
      PushCounts(absl::StrCat("staff", round), absl::StrCat("2021-0", 7 + month),
                 std::vector<double>(truth[month].begin(), truth[month].end()));
    }
    EXPECT_THAT(AskEverything(absl::StrCat("staff", round)), IsEmpty());  // the quarter is open
  }
  // The year, and the year to date, are those of the third quarter.
  for (const char* quarter : {"2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4"}) service_.Close(quarter);
  size_t shown = 0;
  size_t withheld = 0;
  for (size_t round = 0; round < kRounds; ++round) {
    const std::vector<Equation> known = AskEverything(absl::StrCat("staff", round));
    const std::vector<Table>& truth = truths[round];
    for (const Equation& equation : known) {
      int sum = 0;
      for (const size_t month : equation.months) sum += SumOf(truth[month], equation.counts);
      ASSERT_EQ(equation.sum, sum) << round;
      EXPECT_TRUE(sum == 0 || sum >= kThreshold) << round;
    }
    std::vector<std::vector<Table>> fitting(kMonths);
    for (size_t month = 0; month < kMonths; ++month) fitting[month] = Fitting(known, month);
    KeepWhatFitsTogether(known, &fitting);
    for (size_t month = 0; month < kMonths; ++month) {
      for (size_t count = 0; count < 4; ++count) {
        if (IsTold(known, month, count)) {
          ++shown;
          continue;
        }
        ++withheld;
        std::set<int> possible;
        for (const Table& table : fitting[month]) possible.insert(table[count]);
        EXPECT_THAT(possible, Contains(truth[month][count])) << round;
        EXPECT_GT(possible.size(), 1) << "round " << round << ", month " << month << ", " << count;
      }
    }
  }
  EXPECT_GT(shown, 0);
  EXPECT_GT(withheld, 0);
}

// Whatever is corrected after the quarter was closed, and whenever it is read: two numbers that
// were ever shown of the same persons differ by 0 or by the threshold at least.
TEST_F(AdversaryTest, NoCorrectionShowsFewerPersonsThanTheThreshold) {
  const std::vector<std::vector<std::string>> disclosures = {{}, {"sex"}, {"sex", "age"}};
  std::mt19937 random(2022);
  size_t compared = 0;
  for (size_t round = 0; round < 12; ++round) {
    const std::string id = absl::StrCat("staff", round);
    const size_t year = 2018 + round / 4;
    const std::string quarter = absl::StrCat(year, "-Q", round % 4 + 1);
    const std::string month = absl::StrCat(year, round % 4 == 3 ? "-" : "-0", 3 * (round % 4) + 1);
    const std::vector<std::string>& dimensions = disclosures[round % disclosures.size()];
    Define({Staff(id, kMonthly, dimensions, kThreshold)});
    // By slice, every number that was shown.
    std::map<SliceOf, std::set<int>> seen;
    std::vector<int64_t> revisions;
    const auto look = [&] {
      v1::QueryPeriodValuesRequest request;
      const std::vector<SliceOf> slices = AllSlices();
      for (const SliceOf& slice : slices) Select(id, slice, &request);
      request.add_periods(month);
      *request.mutable_basis_date() = fields::DateOf(absl::CivilDay(2022, 3, 1));
      const auto read = [&] {
        const auto answer = Query(request, kRestricted);
        ATHENA_ASSERT_OK(answer);
        if (!request.has_revisions()) {
          revisions.push_back(answer->header.revisions().at("institutions/gob"));
        }
        for (const v1::PeriodValue& value : answer->values) {
          if (!value.own().has_value()) continue;
          seen[slices[static_cast<size_t>(value.selection())]].insert(
              static_cast<int>(std::lround(value.own().value().value())));
        }
      };
      read();
      for (const int64_t revision : std::vector<int64_t>(revisions)) {
        (*request.mutable_revisions()->mutable_revisions())["institutions/gob"] = revision;
        read();
      }
    };
    PushCounts(id, month, {4, 5, 6, 7});
    look();
    service_.Close(quarter);
    look();
    for (int change = 0; change < 6; ++change) {
      v1::PushObservationsRequest push =
          PushOf(absl::StrCat("c", round, "-", change),
                 {Count(id, month, random() % 2 == 0 ? "F" : "M", random() % 2 == 0 ? "a" : "b",
                        static_cast<double>(random() % 9))});
      push.set_correction_reason("a typing error");
      ATHENA_ASSERT_OK(service_.Push(push, "cor"));
      look();
    }
    for (const auto& [slice, numbers] : seen) {
      // Sums of several counts may differ by less: +4 and -3 are 1.
      if (!slice.empty() && slice.size() != dimensions.size()) continue;
      for (auto one = numbers.begin(); one != numbers.end(); ++one) {
        for (auto two = std::next(one); two != numbers.end(); ++two, ++compared) {
          EXPECT_GE(*two - *one, kThreshold) << round;
        }
      }
    }
  }
  EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace athena::indicator
