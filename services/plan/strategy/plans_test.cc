// Plans and their life.

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

using ::testing::ElementsAre;
using testing::FaultyFields;
using testing::Rpc;
using ::testing::UnorderedElementsAre;

constexpr char kPlanP1[] = R"(name: "institutions/gob/plans/p1")";

class PlansTest : public testing::PlanTest {
 protected:
  // Changes p1; `fields` in text format.
  absl::StatusOr<v1::Plan> Update(const std::string& fields, const std::string& mask = "") {
    return Call(&Rpc::UpdatePlan, absl::StrCat("plan { ", kPlanP1, " ", fields, " } ", mask));
  }
  v1::Plan Activate() {
    const auto plan = Call(&Rpc::ActivatePlan, kPlanP1, "gob-planner");
    ATHENA_EXPECT_OK(plan);
    return plan.ok() ? *plan : v1::Plan();
  }
  v1::Plan Close() {
    const auto plan = Call(&Rpc::ClosePlan, kPlanP1, "gob-planner");
    ATHENA_EXPECT_OK(plan);
    return plan.ok() ? *plan : v1::Plan();
  }
  static std::vector<std::string> Names(const v1::ListPlansResponse& page) {
    std::vector<std::string> names;
    for (const v1::Plan& row : page.plans()) names.push_back(row.name());
    return names;
  }
};

TEST_F(PlansTest, APlanBeginsAsADraftWhateverTheRequestSays) {
  const auto made = Call(&Rpc::CreatePlan,
                         R"(parent: "institutions/gob" plan_id: "p2"
                            plan { name: "ignored" state: STATE_CLOSED
                                   activate_time { seconds: 1 } close_time { seconds: 1 }
                                   title { text { key: "nl" value: "Plan" } }
                                   first_quarter: "2021-Q1" last_quarter: "2021-Q1"
                                   languages: "nl" languages: "fr" min_coverage: 0 })",
                         "gob-planner");
  ATHENA_ASSERT_OK(made);
  EXPECT_EQ(made->name(), "institutions/gob/plans/p2");
  EXPECT_EQ(made->state(), v1::Plan::STATE_DRAFT);
  EXPECT_FALSE(made->has_activate_time());
  EXPECT_FALSE(made->has_close_time());
  EXPECT_TRUE(made->has_min_coverage());
  EXPECT_EQ(made->revision(), 3);
  EXPECT_EQ(made->create_time().seconds(), kStart + 3);
  const auto read = Call(&Rpc::GetPlan, R"(name: "institutions/gob/plans/p2")", "gob-viewer");
  ATHENA_ASSERT_OK(read);
  EXPECT_EQ(read->DebugString(), made->DebugString());
}

TEST_F(PlansTest, CreatingNamesEveryFieldAtFault) {
  EXPECT_THAT(FaultyFields(Call(&Rpc::CreatePlan,
                                R"(parent: "institutions/gob" plan_id: "P"
                                   plan { first_quarter: "2021-Q1" last_quarter: "2020-Q4"
                                          min_coverage: 1.01 shared_with: "tal" })")
                               .status()),
              UnorderedElementsAre("plan_id", "plan.title", "plan.last_quarter", "plan.languages",
                                   "plan.min_coverage", "plan.shared_with[0]"));
  EXPECT_THAT(FaultyFields(Call(&Rpc::CreatePlan, "").status()),
              UnorderedElementsAre("parent", "plan_id", "plan.title", "plan.first_quarter",
                                   "plan.last_quarter", "plan.languages"));
}

TEST_F(PlansTest, APlanNeedsAnInstitutionAndAFreeId) {
  const std::string plan = R"( plan_id: "p1" plan { title { text { key: "nl" value: "x" } }
                                                    first_quarter: "2021-Q1"
                                                    last_quarter: "2021-Q1" languages: "nl" })";
  EXPECT_EQ(
      Call(&Rpc::CreatePlan, R"(parent: "institutions/tal")" + plan, "tal-all").status().code(),
      absl::StatusCode::kNotFound);
  EXPECT_EQ(status::Reason(Call(&Rpc::CreatePlan, R"(parent: "institutions/gob")" + plan).status()),
            "RESOURCE_EXISTS");
}

TEST_F(PlansTest, AnUpdateWithoutMaskTakesWhatIsSet) {
  const auto changed = Update(R"(score_basis: SCORE_BASIS_YEAR_TO_DATE min_coverage: 0.75)");
  ATHENA_ASSERT_OK(changed);
  EXPECT_EQ(changed->score_basis(), v1::Plan::SCORE_BASIS_YEAR_TO_DATE);
  EXPECT_EQ(changed->min_coverage(), 0.75);
  EXPECT_EQ(changed->first_quarter(), "2021-Q1");
  EXPECT_EQ(changed->title().text().at("nl"), "Plan");
  EXPECT_EQ(changed->revision(), 3);
}

TEST_F(PlansTest, AMaskClearsWhatIsNotSetAndAStarReplacesAll) {
  ATHENA_ASSERT_OK(Update(R"(min_coverage: 0.75 description { text { key: "nl" value: "d" } })"));
  const auto cleared = Update("", R"(update_mask { paths: "min_coverage" })");
  ATHENA_ASSERT_OK(cleared);
  EXPECT_FALSE(cleared->has_min_coverage());
  EXPECT_TRUE(cleared->has_description());
  const auto replaced = Update(R"(title { text { key: "fr" value: "Plan" } } languages: "fr"
                                  first_quarter: "2022-Q1" last_quarter: "2022-Q4")",
                               R"(update_mask { paths: "*" })");
  ATHENA_ASSERT_OK(replaced);
  EXPECT_FALSE(replaced->has_description());
  EXPECT_EQ(replaced->title().text().count("nl"), 0U);
  EXPECT_EQ(replaced->first_quarter(), "2022-Q1");
  EXPECT_EQ(replaced->state(), v1::Plan::STATE_DRAFT);
}

TEST_F(PlansTest, OutputOnlyFieldsOfAnUpdateAreIgnored) {
  const auto same = Update("state: STATE_CLOSED activate_time { seconds: 1 } revision: 77",
                           R"(update_mask { paths: "state" paths: "activate_time"
                                            paths: "revision" })");
  ATHENA_ASSERT_OK(same);
  EXPECT_EQ(same->state(), v1::Plan::STATE_DRAFT);
  EXPECT_EQ(same->revision(), 2);
}

TEST_F(PlansTest, AnUpdateIsRefusedByField) {
  EXPECT_THAT(FaultyFields(Update(R"(first_quarter: "2021")").status()),
              ElementsAre("plan.first_quarter"));
  EXPECT_THAT(FaultyFields(Update("", R"(update_mask { paths: "title.text" })").status()),
              ElementsAre("update_mask"));
  EXPECT_THAT(FaultyFields(Update("", R"(update_mask { paths: "title" })").status()),
              ElementsAre("plan.title"));
  EXPECT_THAT(FaultyFields(Call(&Rpc::UpdatePlan, R"(plan { name: "p1" })").status()),
              ElementsAre("plan.name"));
  EXPECT_EQ(
      Call(&Rpc::UpdatePlan, R"(plan { name: "institutions/gob/plans/none" })").status().code(),
      absl::StatusCode::kNotFound);
}

TEST_F(PlansTest, AMutationWithAStaleEtagIsAborted) {
  ATHENA_ASSERT_OK(Update("min_coverage: 0.75"));
  const std::string stale = R"( etag: "\"2\"")";
  EXPECT_EQ(status::Reason(Update(stale).status()), "ETAG_MISMATCH");
  EXPECT_EQ(status::Reason(Call(&Rpc::DeletePlan, kPlanP1 + stale).status()), "ETAG_MISMATCH");
  EXPECT_EQ(status::Reason(Call(&Rpc::ActivatePlan, kPlanP1 + stale).status()), "ETAG_MISMATCH");
  EXPECT_EQ(status::Reason(Call(&Rpc::ClosePlan, kPlanP1 + stale).status()), "ETAG_MISMATCH");
  const auto plan = Call(&Rpc::GetPlan, kPlanP1);
  v1::ActivatePlanRequest fresh;
  fresh.set_name(plan->name());
  fresh.set_etag(plan->etag());
  ATHENA_EXPECT_OK(Call(&Rpc::ActivatePlan, fresh));
}

TEST_F(PlansTest, RequestIdAndReasonHaveTheirLimits) {
  const auto update = [&](size_t id, size_t reason) {
    return FaultyFields(
        Call(&Rpc::UpdatePlan,
             absl::StrCat("plan { ", kPlanP1, R"( } request_id: ")", std::string(id, 'i'),
                          R"(" reason: ")", std::string(reason, 'r'), R"(")"))
            .status());
  };
  EXPECT_THAT(update(128, 1000), ElementsAre());
  EXPECT_THAT(update(129, 1001), UnorderedElementsAre("request_id", "reason"));
}

TEST_F(PlansTest, APlanGoesFromDraftToActiveToClosed) {
  const v1::Plan active = Activate();  // the third call
  EXPECT_EQ(active.state(), v1::Plan::STATE_ACTIVE);
  EXPECT_EQ(active.activate_time().seconds(), kStart + 3);
  EXPECT_FALSE(active.has_close_time());
  const v1::Plan closed = Close();
  EXPECT_EQ(closed.state(), v1::Plan::STATE_CLOSED);
  EXPECT_EQ(closed.activate_time().seconds(), kStart + 3);
  EXPECT_EQ(closed.close_time().seconds(), kStart + 4);
  EXPECT_EQ(Call(&Rpc::GetPlan, kPlanP1)->DebugString(), closed.DebugString());
}

TEST_F(PlansTest, ADraftCannotBeClosed) {
  const auto refused = Call(&Rpc::ClosePlan, kPlanP1);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status::Reason(refused.status()), "PLAN_NOT_ACTIVE");
}

TEST_F(PlansTest, APlanInForceIsNeitherActivatedAgainNorDeleted) {
  Activate();
  EXPECT_EQ(status::Reason(Call(&Rpc::ActivatePlan, kPlanP1).status()), "PLAN_NOT_DRAFT");
  EXPECT_EQ(status::Reason(Call(&Rpc::DeletePlan, kPlanP1).status()), "PLAN_NOT_DRAFT");
  EXPECT_EQ(status::Reason(Update(R"(first_quarter: "2021-Q2")").status()), "FIRST_QUARTER_FIXED");
  ATHENA_EXPECT_OK(Update(R"(last_quarter: "2027-Q4")"));
}

TEST_F(PlansTest, AClosedPlanIsReadAndNotChanged) {
  MakeElement("a", "1");
  Activate();
  Close();
  const std::string element = R"(name: "institutions/gob/plans/p1/elements/a")";
  const absl::Status refusals[] = {
      Update("min_coverage: 0.1").status(),
      Call(&Rpc::CreateElement,
           R"(parent: "institutions/gob/plans/p1" element_id: "b"
              element { kind: KIND_AXIS code: "b" title { text { key: "nl" value: "b" } } })")
          .status(),
      Call(&Rpc::UpdateElement, absl::StrCat("element { ", element, " critical: true }")).status(),
      Call(&Rpc::MoveElement, element + R"( code: "7")").status(),
      Call(&Rpc::DeleteElement, element).status(),
  };
  for (const absl::Status& refused : refusals) {
    EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition) << refused;
    EXPECT_EQ(status::Reason(refused), "PLAN_CLOSED");
  }
  EXPECT_EQ(status::Reason(Call(&Rpc::ClosePlan, kPlanP1).status()), "PLAN_NOT_ACTIVE");
  EXPECT_EQ(status::Reason(Call(&Rpc::DeletePlan, kPlanP1).status()), "PLAN_NOT_DRAFT");
  ATHENA_EXPECT_OK(Call(&Rpc::GetElement, element));
}

TEST_F(PlansTest, ActivationKeepsTheEndThatEachElementHad) {
  MakeElement("with", "1", "ACTION", "", "end_date { year: 2024 month: 6 day: 30 }");
  MakeElement("without", "2");
  Activate();
  MakeElement("later", "3", "ACTION", "", "end_date { year: 2025 month: 6 day: 30 }");
  const auto get = [&](const std::string& id) {
    return *Call(&Rpc::GetElement,
                 absl::StrCat(R"(name: "institutions/gob/plans/p1/elements/)", id, R"(")"));
  };
  EXPECT_EQ(get("with").end_date_at_activation().year(), 2024);
  EXPECT_FALSE(get("without").has_end_date_at_activation());
  EXPECT_FALSE(get("later").has_end_date_at_activation());

  // A later change of the end leaves it as it was.
  ASSERT_TRUE(Call(&Rpc::UpdateElement, R"(element { name: "institutions/gob/plans/p1/elements/with"
                                             end_date { year: 2026 month: 1 day: 31 }
                                             end_date_at_activation { year: 2030 month: 1
                                                                      day: 1 } })")
                  .ok());
  EXPECT_EQ(get("with").end_date().year(), 2026);
  EXPECT_EQ(get("with").end_date_at_activation().year(), 2024);
}

TEST_F(PlansTest, ActivationIsOneRevisionThatNamesThePlanAndTheElementsItChanged) {
  MakeElement("with", "1", "ACTION", "", "end_date { year: 2024 month: 6 day: 30 }");
  MakeElement("without", "2");
  const v1::Plan active = Activate();
  EXPECT_EQ(active.revision(), 5);
  const auto watch = StartWatch(R"(parent: "institutions/gob" after_revision: 4)");
  v1::WatchPlansResponse change;
  ASSERT_TRUE(watch->Next(&change));
  EXPECT_EQ(change.action(), "ActivatePlan");
  EXPECT_THAT(change.resources(), UnorderedElementsAre("institutions/gob/plans/p1",
                                                       "institutions/gob/plans/p1/elements/with"));
}

TEST_F(PlansTest, APlanCannotEndBeforeAnElementBegins) {
  MakeElement("a", "1", "ACTION", "", "start_date { year: 2025 month: 10 day: 1 }");
  const auto refused = Update(R"(last_quarter: "2025-Q3")");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status::Reason(refused.status()), "ELEMENTS_AFTER_PLAN");
  EXPECT_EQ(status::MetadataValue(refused.status(), "element"),
            "institutions/gob/plans/p1/elements/a");
  ATHENA_EXPECT_OK(Update(R"(last_quarter: "2025-Q4")"));
}

TEST_F(PlansTest, ADeletedPlanIsGoneWithItsElementsAndStaysInHistory) {
  MakeElement("a", "1");  // revision 3
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan, kPlanP1, "gob-planner"));
  const std::string element = R"(name: "institutions/gob/plans/p1/elements/a")";
  EXPECT_EQ(Call(&Rpc::GetPlan, kPlanP1).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Call(&Rpc::GetElement, element).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Call(&Rpc::ListElements, R"(parent: "institutions/gob/plans/p1")").status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(Call(&Rpc::DeletePlan, kPlanP1).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(GetTree(kPlanP1).status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Names(*Call(&Rpc::ListPlans, R"(parent: "institutions/gob")")), ElementsAre());

  const std::string before = " as_of { revision: 3 }";
  ATHENA_EXPECT_OK(Call(&Rpc::GetPlan, kPlanP1 + before));
  ATHENA_EXPECT_OK(Call(&Rpc::GetElement, element + before));
  EXPECT_THAT(GetTree(kPlanP1 + before)->codes(), ElementsAre("1"));
}

TEST_F(PlansTest, ADeletedPlansIdAndItsElementsCodesAreFree) {
  MakeElement("a", "1");
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan, kPlanP1));
  MakePlan("p1");
  EXPECT_THAT(GetTree(kPlanP1)->codes(), ElementsAre());
  MakeElement("b", "1");
  EXPECT_THAT(GetTree(kPlanP1)->codes(), ElementsAre("1"));
}

TEST_F(PlansTest, PlansAreReadAsTheyWere) {
  ATHENA_ASSERT_OK(Update(R"(title { text { key: "nl" value: "Nieuw" } })"));  // kStart + 3
  const auto title = [&](const std::string& as_of) {
    const auto plan = Call(&Rpc::GetPlan, absl::StrCat(kPlanP1, " as_of { ", as_of, " }"));
    return plan.ok() ? plan->title().text().at("nl") : status::Reason(plan.status());
  };
  EXPECT_EQ(title("revision: 1"), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(title("revision: 2"), "Plan");
  EXPECT_EQ(title("revision: 3"), "Nieuw");
  EXPECT_EQ(title(absl::StrCat("time { seconds: ", kStart + 2, " }")), "Plan");
  EXPECT_EQ(title(absl::StrCat("time { seconds: ", kStart + 3, " }")), "Nieuw");
  EXPECT_EQ(title("revision: 4"), "FUTURE_AS_OF");
  EXPECT_EQ(title("revision: 0"), "INVALID_FIELDS");
}

TEST_F(PlansTest, PlansComeInPagesThatShareOneRevision) {
  MakePlan("p3");
  const auto first = Call(&Rpc::ListPlans, R"(parent: "institutions/gob" page_size: 1)");
  ATHENA_ASSERT_OK(first);
  EXPECT_THAT(Names(*first), ElementsAre("institutions/gob/plans/p1"));
  MakePlan("p2");
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan, R"(name: "institutions/gob/plans/p3")"));
  v1::ListPlansRequest next;
  next.set_parent("institutions/gob");
  next.set_page_token(first->next_page_token());
  EXPECT_THAT(Names(*Call(&Rpc::ListPlans, next)), ElementsAre("institutions/gob/plans/p3"));
  EXPECT_THAT(Names(*Call(&Rpc::ListPlans, R"(parent: "institutions/gob" as_of { revision: 2 })")),
              ElementsAre("institutions/gob/plans/p1"));
}

TEST_F(PlansTest, ARepeatedActivationAnswersAsTheFirst) {
  const std::string request = absl::StrCat(kPlanP1, R"( request_id: "once")");
  const auto first = Call(&Rpc::ActivatePlan, request);
  Close();
  const auto again = Call(&Rpc::ActivatePlan, request);
  ATHENA_ASSERT_OK(first);
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->DebugString(), first->DebugString());
  // The same id for another RPC is another request.
  EXPECT_EQ(status::Reason(Call(&Rpc::ClosePlan, request).status()), "REQUEST_ID_REUSED");
}

}  // namespace
}  // namespace athena::plan
