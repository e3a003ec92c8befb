// The rules of risks; what holds of every kind is tested by conformance_test.cc.

#include "services/plan/operations/risks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::athena::status::testing::Refuses;
using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::OperationsRpc;
using testing::Parsed;
using ::testing::UnorderedElementsAre;

constexpr char kLevels[] = "inherent_likelihood: 4 inherent_impact: 3 ";

std::string RiskText(const std::string& fields) {
  return absl::StrCat(R"(code: "R-1" title { text { key: "nl" value: "Brand" } } )", fields);
}

// The faulty fields of a risk that is otherwise in order.
std::vector<std::string> RiskFaults(const std::string& fields) {
  v1::Risk risk = Parsed<v1::Risk>(RiskText(fields));
  RiskKind::Complete(&risk);
  status::FieldFaults faults;
  RiskKind::Validate("risk", "institutions/gob", risk, &faults);
  return FaultyFields(faults.ToStatus());
}

TEST(RiskRulesTest, ScoresAreProducts) {
  for (int likelihood = 1; likelihood <= 5; ++likelihood) {
    for (int impact = 1; impact <= 5; ++impact) {
      v1::Risk risk;
      risk.set_inherent_likelihood(5);
      risk.set_inherent_impact(5);
      risk.set_residual_likelihood(likelihood);
      risk.set_residual_impact(impact);
      RiskKind::Complete(&risk);
      EXPECT_EQ(risk.inherent_score(), 25);
      EXPECT_EQ(risk.residual_score(), likelihood * impact);
    }
  }
}

TEST(RiskRulesTest, ARiskThatIsNotJudgedWithItsControlsKeepsItsInherentScore) {
  v1::Risk risk = Parsed<v1::Risk>(RiskText(kLevels));
  RiskKind::Complete(&risk);
  EXPECT_EQ(risk.inherent_score(), 12);
  EXPECT_EQ(risk.residual_score(), 12);
  EXPECT_EQ(risk.state(), v1::Risk::STATE_OPEN);
}

TEST(RiskRulesTest, LevelsAreFromOneToFive) {
  EXPECT_THAT(RiskFaults("inherent_likelihood: 1 inherent_impact: 5"), IsEmpty());
  EXPECT_THAT(RiskFaults("inherent_likelihood: 0 inherent_impact: 6"),
              ElementsAre("risk.inherent_likelihood", "risk.inherent_impact"));
  EXPECT_THAT(RiskFaults("inherent_likelihood: -2147483648 inherent_impact: 2147483647"),
              ElementsAre("risk.inherent_likelihood", "risk.inherent_impact"));
  // One residual level without the other.
  EXPECT_THAT(RiskFaults(absl::StrCat(kLevels, "residual_likelihood: 2")),
              ElementsAre("risk.residual_impact"));
  EXPECT_THAT(RiskFaults(absl::StrCat(kLevels, "residual_likelihood: 6 residual_impact: 1")),
              ElementsAre("risk.residual_likelihood"));
}

TEST(RiskRulesTest, AResidualScoreAboveTheInherentOneIsJustified) {
  const std::string above = absl::StrCat(kLevels, "residual_likelihood: 4 residual_impact: 4 ");
  EXPECT_THAT(RiskFaults(above), ElementsAre("risk.residual_justification"));
  EXPECT_THAT(
      RiskFaults(above +
                 R"(residual_justification { text { key: "nl" value: "Nieuwe dreiging" } })"),
      IsEmpty());
  EXPECT_THAT(RiskFaults(absl::StrCat(kLevels, "residual_likelihood: 3 residual_impact: 4")),
              IsEmpty());
}

TEST(RiskRulesTest, ControlsHaveIdsOfTheirOwnAndTitles) {
  const std::string title = R"(title { text { key: "nl" value: "Blusser" } })";
  EXPECT_THAT(RiskFaults(absl::StrCat(kLevels, "controls { id: 'a' ", title,
                                      "} controls { id: 'b' ", title, "}")),
              IsEmpty());
  EXPECT_THAT(
      RiskFaults(absl::StrCat(kLevels, "controls { id: 'a' ", title, "} controls { id: 'a' ", title,
                              "} controls { id: 'A b' } controls { ", title, "}")),
      ElementsAre("risk.controls[1].id", "risk.controls[2].id", "risk.controls[2].title",
                  "risk.controls[3].id"));
}

TEST(RiskRulesTest, AListIsAcceptedUpToItsLimit) {
  const auto controls = [](int count) {
    std::string text = kLevels;
    for (int i = 0; i < count; ++i) {
      absl::StrAppend(&text, "controls { id: 'c", i,
                      "' title { text { key: 'nl' value: 'x' } } } ");
    }
    return text;
  };
  const auto elements = [](int count) {
    std::string text = kLevels;
    for (int i = 0; i < count; ++i) {
      absl::StrAppend(&text, "elements: 'institutions/gob/plans/p1/elements/e", i, "' ");
    }
    return text;
  };
  EXPECT_THAT(RiskFaults(controls(50)), IsEmpty());
  EXPECT_THAT(RiskFaults(controls(51)), ElementsAre("risk.controls"));
  EXPECT_THAT(RiskFaults(elements(100)), IsEmpty());
  EXPECT_THAT(RiskFaults(elements(101)), ElementsAre("risk.elements"));
}

TEST(RiskRulesTest, TheClosingHasItsDay) {
  EXPECT_THAT(RiskFaults(absl::StrCat(kLevels, "state: STATE_CLOSED")),
              ElementsAre("risk.closed_on"));
  const std::string day = "closed_on { year: 2020 month: 2 day: 29 }";
  EXPECT_THAT(RiskFaults(absl::StrCat(kLevels, "state: STATE_CLOSED ", day)), IsEmpty());
  EXPECT_THAT(RiskFaults(absl::StrCat(kLevels, day)), ElementsAre("risk.closed_on"));
}

TEST(RiskRulesTest, TheNextReviewIsNotBeforeTheLastOne) {
  const std::string last = "last_reviewed_on { year: 2020 month: 6 day: 30 } ";
  EXPECT_THAT(
      RiskFaults(absl::StrCat(kLevels, last, "next_review_on { year: 2020 month: 6 day: 29 }")),
      ElementsAre("risk.next_review_on"));
  EXPECT_THAT(
      RiskFaults(absl::StrCat(kLevels, last, "next_review_on { year: 2020 month: 6 day: 30 }")),
      IsEmpty());
  EXPECT_THAT(
      RiskFaults(absl::StrCat(kLevels, last, "next_review_on { year: 2021 month: 2 day: 29 }")),
      ElementsAre("risk.next_review_on"));
}

TEST(RiskRulesTest, EveryFaultIsNamedAtOnce) {
  EXPECT_THAT(
      RiskFaults(R"(description { text { key: "nl" value: "" } } category: "a\nb"
                        treatment: 9 owner_unit: "gob" owner: " " state: 9
                        elements: "institutions/tal/plans/p/elements/e" elements: "e")"),
      UnorderedElementsAre("risk.description.text[nl]", "risk.category", "risk.inherent_likelihood",
                           "risk.inherent_impact", "risk.treatment", "risk.owner_unit",
                           "risk.owner", "risk.state", "risk.elements[0]", "risk.elements[1]"));
}

class RisksTest : public testing::PlanTest {
 protected:
  absl::StatusOr<v1::Risk> Make(const std::string& id, const std::string& code,
                                const std::string& rest = kLevels) {
    return Call(&OperationsRpc::CreateRisk,
                absl::StrCat(R"(parent: "institutions/gob" risk_id: ")", id, R"(" risk { code: ")",
                             code, R"(" title { text { key: "nl" value: "Brand" } } )", rest, "}"));
  }
  std::vector<std::string> List(const std::string& filter, const std::string& order_by = "") {
    v1::ListRisksRequest request;
    request.set_parent("institutions/gob");
    request.set_filter(filter);
    request.set_order_by(order_by);
    const auto page = Call(&OperationsRpc::ListRisks, request);
    ATHENA_EXPECT_OK(page);
    std::vector<std::string> codes;
    if (page.ok()) {
      for (const v1::Risk& risk : page->risks()) codes.push_back(risk.code());
    }
    return codes;
  }
};

TEST_F(RisksTest, AreListedInNaturalOrderOfTheirCodes) {
  ATHENA_ASSERT_OK(Make("a", "R-10"));
  ATHENA_ASSERT_OK(Make("b", "R-9"));
  ATHENA_ASSERT_OK(Make("c", "R-1.2"));
  EXPECT_THAT(List(""), ElementsAre("R-1.2", "R-9", "R-10"));
}

TEST_F(RisksTest, ScoresAndOverdueReviewsAreFoundAndOrdered) {
  ATHENA_ASSERT_OK(Make("a", "A", R"(inherent_likelihood: 5 inherent_impact: 5
                                     residual_likelihood: 1 residual_impact: 2
                                     next_review_on { year: 2020 month: 8 day: 31 })"));
  ATHENA_ASSERT_OK(Make("b", "B", R"(inherent_likelihood: 2 inherent_impact: 2
                                     next_review_on { year: 2020 month: 9 day: 1 })"));
  ATHENA_ASSERT_OK(Make("c", "C", R"(inherent_likelihood: 3 inherent_impact: 3
                                     next_review_on { year: 2020 month: 8 day: 1 }
                                     state: STATE_CLOSED
                                     closed_on { year: 2020 month: 9 day: 1 })"));
  EXPECT_THAT(List("state = OPEN AND next_review_on < 2020-09-01"), ElementsAre("A"));
  EXPECT_THAT(List("residual_score >= 4"), ElementsAre("B", "C"));
  EXPECT_THAT(List("", "residual_score desc"), ElementsAre("C", "B", "A"));
  EXPECT_THAT(List("", "inherent_score"), ElementsAre("B", "C", "A"));
}

TEST_F(RisksTest, AnUpdateOfOneLevelChangesTheScore) {
  ATHENA_ASSERT_OK(Make("r1", "R-1"));
  const auto updated = Call(&OperationsRpc::UpdateRisk,
                            R"(risk { name: "institutions/gob/risks/r1" inherent_impact: 5 }
                               update_mask { paths: "inherent_impact" })");
  ATHENA_ASSERT_OK(updated);
  EXPECT_EQ(updated->inherent_score(), 20);
  EXPECT_EQ(updated->residual_score(), 20);
}

// The clock of the tests shows 2020-09-13 in Brussels.
TEST_F(RisksTest, NothingWasReviewedOrClosedInTheFuture) {
  const auto made = Make("r1", "R-1", absl::StrCat(kLevels, R"(state: STATE_CLOSED
                                                  closed_on { year: 2020 month: 9 day: 14 }
                                                  last_reviewed_on { year: 2021 month: 1 day: 1 })"));
  EXPECT_THAT(FaultyFields(made.status()),
              UnorderedElementsAre("risk.closed_on", "risk.last_reviewed_on"));
  ATHENA_EXPECT_OK(
      Make("r1", "R-1", absl::StrCat(kLevels, R"(last_reviewed_on { year: 2020 month: 9 day: 13 }
                                                 next_review_on { year: 2021 month: 1 day: 1 })")));
}

TEST_F(RisksTest, ACodeIsThatOfOneRisk) {
  ATHENA_ASSERT_OK(Make("r1", "R-1"));
  ATHENA_ASSERT_OK(Make("r2", "R-2"));
  const auto again = Make("r3", "R-1");
  EXPECT_THAT(again, Refuses("CODE_TAKEN"));
  EXPECT_EQ(again.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(again.status().message(), HasSubstr("institutions/gob/risks/r1"));
  const auto rename = [&](const std::string& id, const std::string& code) {
    return Call(&OperationsRpc::UpdateRisk, absl::StrCat(R"(risk { name: "institutions/gob/risks/)",
                                                         id, R"(" code: ")", code, R"(" })"));
  };
  EXPECT_THAT(rename("r2", "R-1"), Refuses("CODE_TAKEN"));
  // A code is free again when its risk has another one, or is deleted.
  ATHENA_ASSERT_OK(rename("r1", "R-9"));
  ATHENA_ASSERT_OK(rename("r2", "R-1"));
  ATHENA_ASSERT_OK(Call(&OperationsRpc::DeleteRisk, R"(name: "institutions/gob/risks/r2")"));
  ATHENA_EXPECT_OK(Make("r3", "R-1"));
}

TEST_F(RisksTest, ABatchIsStoredAsAWholeOrNotAtAll) {
  const auto batch = [&](const std::string& second_code) {
    const std::string rest = absl::StrCat(R"(title { text { key: "nl" value: "x" } } )", kLevels);
    return Call(&OperationsRpc::BatchCreateRisks,
                absl::StrCat(R"(parent: "institutions/gob"
                                requests { risk_id: "a" risk { code: "A" )",
                             rest, R"( } } requests { risk_id: "b" risk { code: ")", second_code,
                             R"(" )", rest, "} }"));
  };
  EXPECT_THAT(FaultyFields(batch("A").status()), ElementsAre("requests[1].risk.code"));
  EXPECT_THAT(List(""), IsEmpty());
  ATHENA_ASSERT_OK(batch("B"));
  EXPECT_THAT(List(""), ElementsAre("A", "B"));
}

}  // namespace
}  // namespace athena::plan
