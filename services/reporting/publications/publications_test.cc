#include "services/reporting/publications/publications.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/canonical/canonical.h"
#include "libs/canonical/jcs.h"
#include "libs/status/testing/faulty_fields.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/publications/testing/publications_fixture.h"

namespace athena::reporting::testing {
namespace {

using status::testing::FaultyFields;
using status::testing::IsOkAndHolds;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kFirst[] = "institutions/gob/plans/p/scorecards/2021-Q1/publications/1";
constexpr char kSecond[] = "institutions/gob/plans/p/scorecards/2021-Q1/publications/2";

nlohmann::json JsonOf(const google::protobuf::Message& message) {
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return nlohmann::json::parse(json);
}

v1::PublishScorecardRequest ForEverybody() {
  v1::PublishScorecardRequest request;
  request.set_name(std::string(kPlan) + "/scorecards/2021-Q1");
  request.set_audience(v1::Publication::AUDIENCE_PUBLIC);
  return request;
}

// "DOCUMENT PASSED".
std::vector<std::string> Outcomes(const absl::StatusOr<v1::VerifyPublicationResponse>& response) {
  if (!response.ok()) return {response.status().ToString()};
  std::vector<std::string> outcomes;
  for (const v1::PublicationCheck& check : response->checks()) {
    outcomes.push_back(absl::StrCat(v1::PublicationCheck::Kind_Name(check.kind()).substr(5), " ",
                                    v1::PublicationCheck::Outcome_Name(check.outcome()).substr(8)));
  }
  outcomes.emplace_back(response->valid() ? "valid" : "not valid");
  return outcomes;
}

TEST_F(PublicationsTest, PublishesTheScorecardInAllLanguages) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication publication, Publish());
  EXPECT_EQ(publication.name(), kFirst);
  EXPECT_EQ(publication.plan(), kPlan);
  EXPECT_EQ(publication.period(), "2021-Q1");
  EXPECT_EQ(publication.number(), 1);
  EXPECT_EQ(publication.audience(), v1::Publication::AUDIENCE_INSTITUTION);
  EXPECT_THAT(publication.languages(), ElementsAre("nl", "fr"));
  EXPECT_FALSE(publication.quarter_open());
  EXPECT_EQ(publication.basis().plan_revision(), 7);
  EXPECT_EQ(publication.publish_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  ATHENA_ASSERT_OK_AND_ASSIGN(const std::string document, Download(kFirst));
  EXPECT_EQ(publication.document_bytes(), static_cast<int64_t>(document.size()));
  const nlohmann::json json = nlohmann::json::parse(document);
  EXPECT_EQ(json["name"], kFirst);
  EXPECT_EQ(json["basis"], JsonOf(publication.basis()));
  ASSERT_EQ(json["scorecards"].size(), 2U);
  for (const auto& scorecard : json["scorecards"]) {
    v1::GetScorecardRequest request;
    request.set_name(std::string(kPlan) + "/scorecards/2021-Q1");
    request.set_view(v1::SCORECARD_VIEW_FULL);
    request.set_language_code(scorecard["languageCode"]);
    ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card,
                                Call(&Rpc::GetScorecard, request, "gob-viewer"));
    EXPECT_EQ(scorecard["result"], JsonOf(card.result())) << request.language_code();
    EXPECT_EQ(publication.score().score().decimal(), card.result().root().score().decimal());
    EXPECT_EQ(publication.score().status(), card.result().root().status());
  }
  EXPECT_EQ(json["scorecards"][1]["result"]["root"]["title"], "Plan stratégique");
}

TEST_F(PublicationsTest, TheDocumentIsCanonicalAndSigned) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication publication, Publish());
  ATHENA_ASSERT_OK_AND_ASSIGN(const std::string document, Download(kFirst));
  EXPECT_THAT(Jcs(document), IsOkAndHolds(document));
  EXPECT_EQ(publication.sha256(), absl::BytesToHexString(Sha256Of(document)));
  EXPECT_EQ(publication.key_id(), "06e3fd8fda29bb60");
  EXPECT_TRUE(keys_.signing->public_key().Verifies(document, publication.signature()));
  EXPECT_THAT(Outcomes(Verify(kFirst)),
              ElementsAre("DOCUMENT PASSED", "INPUTS PASSED", "SIGNATURE PASSED",
                          "RECOMPUTATION PASSED", "valid"));
}

TEST_F(PublicationsTest, AnOpenQuarterNeedsForceAndAReason) {
  indicator_.closed.clear();
  EXPECT_THAT(Publish(), Refuses("QUARTER_OPEN"));
  indicator_.reopened = {{"institutions/gob", {"2021-Q1"}}};
  EXPECT_THAT(Publish(), Refuses("QUARTER_OPEN"));
  v1::PublishScorecardRequest request = Publishing();
  request.set_force(true);
  EXPECT_THAT(FaultyFields(Publish(request)), ElementsAre("reason"));
  request.set_reason("The board meets tomorrow");
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication publication, Publish(request));
  EXPECT_TRUE(publication.quarter_open());
  EXPECT_EQ(publication.reason(), "The board meets tomorrow");
  EXPECT_THAT(Download(kFirst), IsOkAndHolds(HasSubstr(R"("quarterOpen":true)")));
}

TEST_F(PublicationsTest, ClosingsAreReadAsOfTheBasis) {
  indicator_.lineage = "1234567812345678";
  ATHENA_ASSERT_OK(Publish());
  ASSERT_EQ(indicator_.ClosingsRequests().size(), 1U);
  const indicator::v1::ListClosingsRequest request = indicator_.ClosingsRequests()[0];
  EXPECT_EQ(request.parent(), "institutions/gob");
  EXPECT_EQ(request.as_of().revision(), 11);
  EXPECT_EQ(request.as_of().lineage(), "1234567812345678");
}

TEST_F(PublicationsTest, OtherInstitutionsWithAnOpenQuarterAreListed) {
  for (const char* other : {"institutions/hid", "institutions/tal", "institutions/vub"}) {
    indicator_.more_revisions[other] = 3;
  }
  indicator_.hidden = {"institutions/hid"};
  indicator_.closed["institutions/vub"] = {"2021-Q1"};
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication publication, Publish());
  EXPECT_FALSE(publication.quarter_open());
  EXPECT_THAT(publication.open_institutions(), ElementsAre("institutions/hid", "institutions/tal"));
}

// Whether its own quarter is closed has to be known.
TEST_F(PublicationsTest, WhoMayNotReadTheInstitutionsClosingsCannotPublish) {
  indicator_.hidden = {"institutions/gob"};
  EXPECT_THAT(Publish(), StatusIs(absl::StatusCode::kPermissionDenied));
}

// Whoever publishes may read more than the readers.
TEST_F(PublicationsTest, ValuesAreReadAsReadersMaySeeThem) {
  ATHENA_ASSERT_OK(Publish());
  EXPECT_TRUE(indicator_.Requests().back().restricted());
}

// What an institution was answered is nothing that another one may have.
TEST_F(PublicationsTest, InstitutionsShareNoCachedScorecard) {
  v1::GetScorecardRequest request;
  request.set_name(std::string(kPlan) + "/scorecards/2021-Q1");
  const auto first_request_of = [&](const std::string& who) {
    const size_t before = plan_.Requests().size();
    ATHENA_EXPECT_OK(Call(&Rpc::GetScorecard, request, who));
    return plan_.Requests().at(before);
  };
  EXPECT_EQ(first_request_of("gob-viewer").if_newer_than(), "");
  EXPECT_EQ(first_request_of("gob-admin").if_newer_than(), "plan-1");
  EXPECT_EQ(first_request_of("tal-viewer").if_newer_than(), "");
}

TEST_F(PublicationsTest, ALaterPublicationSupersedesWithAReason) {
  ATHENA_ASSERT_OK(Publish());
  EXPECT_THAT(FaultyFields(Publish()), ElementsAre("reason"));
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication second, Publish(Publishing("Late figures")));
  EXPECT_EQ(second.name(), kSecond);
  EXPECT_EQ(second.supersedes(), kFirst);
  EXPECT_THAT(second.superseded_by(), IsEmpty());
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication first, Get(kFirst));
  EXPECT_EQ(first.superseded_by(), kSecond);
  EXPECT_EQ(first.superseded_reason(), "Late figures");
  EXPECT_THAT(Outcomes(Verify(kFirst)), ::testing::Contains("valid"));
}

TEST_F(PublicationsTest, AudiencesDoNotSupersedeEachOther) {
  ATHENA_ASSERT_OK(Publish());
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication second, Publish(ForEverybody()));
  EXPECT_EQ(second.number(), 2);
  EXPECT_THAT(second.supersedes(), IsEmpty());
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication third, Publish(Publishing("Again")));
  EXPECT_EQ(third.supersedes(), kFirst);
}

TEST_F(PublicationsTest, AChangeOfTheDataChangesTheNextPublicationAlone) {
  ATHENA_ASSERT_OK(Publish());
  ATHENA_ASSERT_OK_AND_ASSIGN(const std::string before, Download(kFirst));
  indicator_.value = "190";
  indicator_.revision = 12;
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication second, Publish(Publishing("Correction")));
  EXPECT_EQ(second.basis().indicator_revisions().at("institutions/gob"), 12);
  EXPECT_EQ(second.score().score().decimal(), "30");
  EXPECT_THAT(Download(kFirst), IsOkAndHolds(before));
  EXPECT_THAT(Outcomes(Verify(kFirst)), ::testing::Contains("valid"));
  EXPECT_THAT(Outcomes(Verify(kSecond)), ::testing::Contains("valid"));
}

// The value was 250 (score 50) when it was published, and is corrected to 190 (score 30).
TEST_F(PublicationsTest, WhatWasPublishedIsComparedWithWhatIsKnownNow) {
  ATHENA_ASSERT_OK(Publish());
  indicator_.revision_before = indicator_.revision;
  indicator_.value_before = indicator_.value;
  indicator_.value = "190";
  indicator_.revision = 12;
  v1::CompareScorecardsRequest compare;
  compare.set_name(std::string(kPlan) + "/scorecards/2021-Q1");
  compare.mutable_from_as_of()->set_publication(kFirst);
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::ScorecardComparison comparison,
                              Call(&Rpc::CompareScorecards, compare, "gob-viewer"));
  EXPECT_EQ(comparison.from().publication(), kFirst);
  EXPECT_EQ(comparison.from().basis().indicator_revisions().at("institutions/gob"), 11);
  EXPECT_THAT(comparison.to().publication(), IsEmpty());
  ASSERT_GT(comparison.differences_size(), 0);
  EXPECT_EQ(comparison.differences(0).from().score().decimal(), "50");
  EXPECT_EQ(comparison.differences(0).to().score().decimal(), "30");

  v1::GetScorecardRequest get;
  get.set_name(compare.name());
  get.mutable_as_of()->set_publication(kFirst);
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card,
                              Call(&Rpc::GetScorecard, get, "gob-viewer"));
  EXPECT_EQ(card.result().root().score().decimal(), "50");
  EXPECT_THAT(Call(&Rpc::GetScorecard, get, "tal-admin"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  get.mutable_as_of()->set_publication(kSecond);
  EXPECT_THAT(Call(&Rpc::GetScorecard, get, "gob-viewer"), Refuses("RESOURCE_NOT_FOUND"));
  for (const char* other : {"institutions/gob/plans/q/scorecards/2021-Q1/publications/1", "1"}) {
    get.mutable_as_of()->set_publication(other);
    EXPECT_THAT(FaultyFields(Call(&Rpc::GetScorecard, get, "gob-viewer")),
                ElementsAre("as_of.publication"));
  }
  v1::PublishScorecardRequest publish = Publishing("Again");
  publish.mutable_as_of()->set_publication(kFirst);
  EXPECT_THAT(FaultyFields(Publish(publish)), ElementsAre("as_of.publication"));
}

TEST_F(PublicationsTest, ABasisPublishesWhatWasSeenThen) {
  v1::PublishScorecardRequest request = Publishing();
  v1::Basis& basis = *request.mutable_as_of()->mutable_basis();
  basis.mutable_date()->set_year(2021);
  basis.mutable_date()->set_month(5);
  basis.mutable_date()->set_day(4);
  basis.set_plan_revision(5);
  (*basis.mutable_indicator_revisions())["institutions/gob"] = 9;
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication publication, Publish(request));
  EXPECT_EQ(plan_.Requests().back().as_of().revision(), 5);
  EXPECT_EQ(publication.basis().date().day(), 4);
  EXPECT_THAT(Outcomes(Verify(kFirst)), ::testing::Contains("valid"));
}

TEST_F(PublicationsTest, WithoutAKeyNothingIsPublished) {
  ATHENA_ASSERT_OK(Publish());
  keys_.signing.reset();
  Restart();
  EXPECT_THAT(Publish(Publishing("Again")),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("--signing_key")));
  EXPECT_THAT(Publish(Publishing("Again")), Refuses("SIGNING_KEY_MISSING"));
  ATHENA_EXPECT_OK(Get(kFirst));
}

TEST_F(PublicationsTest, ARepeatedRequestGetsTheFirstAnswer) {
  v1::PublishScorecardRequest request = Publishing();
  request.set_request_id("once");
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication first, Publish(request));
  indicator_.value = "190";
  clock_.Advance(absl::Minutes(1));
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication again, Publish(request));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_THAT(List(), IsOkAndHolds(ElementsAre("2021-Q1/publications/1")));
  request.set_reason("another");
  EXPECT_THAT(Publish(request), Refuses("REQUEST_ID_REUSED"));
}

TEST_F(PublicationsTest, ValidateOnlySignsAndStoresNothing) {
  v1::PublishScorecardRequest request = Publishing();
  request.set_validate_only(true);
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication publication, Publish(request));
  EXPECT_EQ(publication.name(), kFirst);
  EXPECT_THAT(publication.signature(), IsEmpty());
  EXPECT_THAT(publication.etag(), IsEmpty());
  EXPECT_THAT(List(), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(Get(kFirst), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(PublicationsTest, AllFaultsOfARequestAreNamed) {
  v1::PublishScorecardRequest request = Publishing();
  request.set_audience(static_cast<v1::Publication::Audience>(9));
  request.set_force(true);
  request.set_request_id(std::string(129, 'x'));
  request.mutable_as_of()->mutable_basis()->set_plan_revision(1);
  EXPECT_THAT(FaultyFields(Publish(request)),
              ElementsAre("audience", "as_of.basis.date", "reason", "request_id"));
  request = Publishing(std::string(1001, 'x'));
  EXPECT_THAT(FaultyFields(Publish(request)), ElementsAre("reason"));
  request.set_name(std::string(kPlan) + "/scorecards/2021");
  EXPECT_THAT(FaultyFields(Publish(request)), ElementsAre("name", "reason"));
  EXPECT_THAT(plan_.Requests(), IsEmpty());
}

TEST_F(PublicationsTest, PublicationsAreListedTheLatestFirst) {
  ATHENA_ASSERT_OK(Publish());
  ATHENA_ASSERT_OK(Publish(Publishing("Again")));
  ATHENA_ASSERT_OK(Publish(ForEverybody()));
  indicator_.closed["institutions/gob"].insert("2021-Q2");
  v1::PublishScorecardRequest next = Publishing();
  next.set_name(std::string(kPlan) + "/scorecards/2021-Q2");
  next.set_force(true);
  next.set_reason("Early");
  ATHENA_ASSERT_OK(Publish(next));
  EXPECT_THAT(List(),
              IsOkAndHolds(ElementsAre("2021-Q2/publications/1", "2021-Q1/publications/3",
                                       "2021-Q1/publications/2", "2021-Q1/publications/1")));
  EXPECT_THAT(List("2021-Q2"), IsOkAndHolds(ElementsAre("2021-Q2/publications/1")));
  EXPECT_THAT(List("2021-Q1", "gob-viewer", "audience = INSTITUTION AND NOT superseded_by:*"),
              IsOkAndHolds(ElementsAre("2021-Q1/publications/2")));
  EXPECT_THAT(List("-", "tal-viewer"), IsOkAndHolds(ElementsAre("2021-Q1/publications/3")));
  EXPECT_THAT(List("2021-Q3"), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(FaultyFields(List("2021")), ElementsAre("parent"));
  EXPECT_THAT(List("-", "gob-viewer", "nonsense ="), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(PublicationsTest, PublicationsAreReadWithoutTheOtherServices) {
  ATHENA_ASSERT_OK(Publish());
  StopOthers();
  const size_t asked = plan_.Requests().size() + indicator_.Requests().size();
  ATHENA_EXPECT_OK(Get(kFirst));
  ATHENA_EXPECT_OK(Download(kFirst));
  EXPECT_THAT(List(), IsOkAndHolds(ElementsAre("2021-Q1/publications/1")));
  EXPECT_THAT(Outcomes(Verify(kFirst)),
              ElementsAre("DOCUMENT PASSED", "INPUTS PASSED", "SIGNATURE PASSED",
                          "RECOMPUTATION PASSED", "valid"));
  EXPECT_EQ(plan_.Requests().size() + indicator_.Requests().size(), asked);
  EXPECT_THAT(Publish(Publishing("Again")), Refuses("DEPENDENCY_UNAVAILABLE"));
}

TEST_F(PublicationsTest, PublicationsAreVerifiedWhileBulkCallsWaitForAServiceThatHangs) {
  ATHENA_ASSERT_OK(Publish());
  const size_t asked = plan_.Requests().size();
  plan_.hangs = true;
  std::atomic<int> ended = 0;
  std::vector<std::thread> publishers;
  for (int i = 0; i < kHeavyCalls; ++i) {
    publishers.emplace_back([this, &ended] {
      (void)Publish(Publishing("Another one"));
      ++ended;
    });
  }
  while (plan_.Requests().size() < asked + kHeavyCalls) std::this_thread::yield();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::VerifyPublicationResponse verified, Verify(kFirst));
  EXPECT_TRUE(verified.valid());
  EXPECT_EQ(ended, 0);
  plan_.hangs = false;
  for (std::thread& publisher : publishers) publisher.join();
}

TEST_F(PublicationsTest, SurvivesARestartByteForByte) {
  ATHENA_ASSERT_OK(Publish());
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication publication, Get(kFirst));
  ATHENA_ASSERT_OK_AND_ASSIGN(const std::string document, Download(kFirst));
  Restart();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication after, Get(kFirst));
  EXPECT_EQ(after.SerializeAsString(), publication.SerializeAsString());
  EXPECT_THAT(Download(kFirst), IsOkAndHolds(document));
  EXPECT_THAT(Outcomes(Verify(kFirst)), ::testing::Contains("valid"));
}

TEST_F(PublicationsTest, OldKeysVerifyOn) {
  ATHENA_ASSERT_OK(Publish());
  Keys newer;
  newer.signing = signing::PrivateKey::FromPem(SamplePrivateKey(1)).value();
  newer.trusted.Add(newer.signing->public_key());
  const signing::PublicKey old = keys_.signing->public_key();
  keys_ = newer;
  Restart();
  EXPECT_THAT(Outcomes(Verify(kFirst)),
              ElementsAre("DOCUMENT PASSED", "INPUTS PASSED", "SIGNATURE NOT_POSSIBLE",
                          "RECOMPUTATION PASSED", "not valid"));
  keys_.trusted.Add(old);
  Restart();
  EXPECT_THAT(Outcomes(Verify(kFirst)), ::testing::Contains("valid"));
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication second, Publish(Publishing("New key")));
  EXPECT_EQ(second.key_id(), newer.signing->public_key().id());
  EXPECT_THAT(Outcomes(Verify(kSecond)), ::testing::Contains("valid"));
}

TEST_F(PublicationsTest, SimultaneousPublicationsGetNumbersOfTheirOwn) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int k = 0; k < 3; ++k) {
        v1::PublishScorecardRequest request = Publishing("Another one");
        // Too many races are answered with a retry.
        absl::StatusOr<v1::Publication> published = Publish(request);
        while (absl::IsUnavailable(published.status())) published = Publish(request);
        ATHENA_EXPECT_OK(published);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ATHENA_ASSERT_OK_AND_ASSIGN(const std::vector<std::string> names, List("2021-Q1"));
  EXPECT_EQ(names.size(), 12U);
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), 12U);
  EXPECT_EQ(names.front(), "2021-Q1/publications/12");
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication last,
                              Get(absl::StrCat(kPlan, "/scorecards/", names.front())));
  EXPECT_THAT(last.supersedes(), HasSubstr("publications/11"));
}

TEST_F(PublicationsTest, WhatIsNotClassifiedPublicIsWithheldFromEverybody) {
  plan_.more_element.set_lead("Ann");
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication publication, Publish(ForEverybody()));
  EXPECT_EQ(publication.withheld_count(), 2);
  ATHENA_ASSERT_OK_AND_ASSIGN(const std::string document, Download(kFirst, "tal-viewer"));
  for (const char* secret : {"Bezoeken", "Ann", "\"250\"", "\"300\""}) {
    EXPECT_THAT(document, ::testing::Not(HasSubstr(secret)));
  }
  const nlohmann::json json = nlohmann::json::parse(document);
  EXPECT_EQ(json["withheld"],
            nlohmann::json::parse(
                R"([{"field":"indicators","indicator":"institutions/gob/indicators/visits",
                     "elements":["institutions/gob/plans/p/elements/e1"]},
                    {"field":"lead","elements":["institutions/gob/plans/p/elements/e1"]}])"));
  for (const auto& scorecard : json["scorecards"]) {
    EXPECT_EQ(scorecard["result"]["root"]["score"]["decimal"], "50");
    EXPECT_FALSE(scorecard["result"]["root"]["children"][0].contains("indicators"));
  }
  EXPECT_THAT(Outcomes(Verify(kFirst, "tal-viewer")), ::testing::Contains("valid"));
}

TEST_F(PublicationsTest, WhatIsClassifiedPublicIsShownToEverybody) {
  indicator_.more_definition.mutable_indicator()->set_classification(
      indicator::v1::Indicator::CLASSIFICATION_PUBLIC);
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Publication publication, Publish(ForEverybody()));
  EXPECT_EQ(publication.withheld_count(), 0);
  EXPECT_THAT(Download(kFirst, "tal-viewer"), IsOkAndHolds(HasSubstr("Bezoeken")));
}

TEST_F(PublicationsTest, OthersReadPublicPublicationsAlone) {
  ATHENA_ASSERT_OK(Publish());
  ATHENA_ASSERT_OK(Publish(ForEverybody()));
  for (const char* name : {kFirst, "institutions/gob/plans/p/scorecards/2021-Q1/publications/9"}) {
    EXPECT_THAT(Get(name, "tal-admin"), StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_THAT(Download(name, "tal-admin"), StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_THAT(Verify(name, "tal-admin"), StatusIs(absl::StatusCode::kPermissionDenied));
  }
  ATHENA_EXPECT_OK(Get(kSecond, "tal-viewer"));
  ATHENA_EXPECT_OK(Download(kSecond, "tal-viewer"));
  ATHENA_EXPECT_OK(Verify(kSecond, "tal-viewer"));
}

TEST_F(PublicationsTest, ItsHistoryTellsWhoPublishedAndWhy) {
  ATHENA_ASSERT_OK(Publish());
  ATHENA_ASSERT_OK(Publish(Publishing("Late figures")));
  common::v1::ListRevisionsRequest request;
  request.set_parent(kSecond);
  ATHENA_ASSERT_OK_AND_ASSIGN(const common::v1::ListRevisionsResponse revisions,
                              Call(&HistoryRpc::ListRevisions, request, "gob-viewer"));
  ASSERT_EQ(revisions.revisions_size(), 1);
  EXPECT_EQ(revisions.revisions(0).subject(), "gob-publisher");
  EXPECT_EQ(revisions.revisions(0).action(), "PublishScorecard");
  EXPECT_EQ(revisions.revisions(0).reason(), "Late figures");
  EXPECT_THAT(Call(&HistoryRpc::ListRevisions, request, "tal-viewer"),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(PublicationsTest, TheAuditLogFindsAChangedDocument) {
  ATHENA_ASSERT_OK(Publish());
  ATHENA_ASSERT_OK(Publish(Publishing("Again")));
  common::v1::VerifyAuditLogRequest request;
  request.set_parent("institutions/gob");
  ATHENA_ASSERT_OK_AND_ASSIGN(common::v1::VerifyAuditLogResponse verdict,
                              Call(&HistoryRpc::VerifyAuditLog, request, "gob-auditor"));
  EXPECT_EQ(verdict.faults_size(), 0);
  constexpr sql::Statement kChange{R"(
    UPDATE publication_content SET bytes = ?
    WHERE publication = 'p/2021-Q1/2' AND kind = 'document' AND piece = 0)"};
  ATHENA_ASSERT_OK_AND_ASSIGN(std::string document, Download(kSecond));
  document[document.size() / 2] ^= 1;
  Tamper(kChange, {sql::Blob{document}});
  ATHENA_ASSERT_OK_AND_ASSIGN(verdict, Call(&HistoryRpc::VerifyAuditLog, request, "gob-auditor"));
  ASSERT_EQ(verdict.faults_size(), 1);
  EXPECT_EQ(verdict.faults(0).revision(), 2);
  EXPECT_THAT(Outcomes(Verify(kSecond)), ::testing::Contains("not valid"));
  EXPECT_THAT(Outcomes(Verify(kFirst)), ::testing::Contains("valid"));
}

// The publication of the later quarter comes first in the journal.
TEST_F(PublicationsTest, TheAuditLogNamesTheFirstRevisionThatWasAltered) {
  indicator_.closed["institutions/gob"].insert("2021-Q2");
  v1::PublishScorecardRequest next = Publishing("Early");
  next.set_name(std::string(kPlan) + "/scorecards/2021-Q2");
  next.set_force(true);
  ATHENA_ASSERT_OK(Publish(next));
  ATHENA_ASSERT_OK(Publish());
  common::v1::VerifyAuditLogRequest request;
  request.set_parent("institutions/gob");
  const auto altered = [&]() -> int64_t {
    const auto verdict = Call(&HistoryRpc::VerifyAuditLog, request, "gob-auditor");
    ATHENA_EXPECT_OK(verdict);
    return verdict.ok() && verdict->faults_size() == 1 ? verdict->faults(0).revision() : 0;
  };
  constexpr sql::Statement kChange{R"(
    UPDATE publication_content SET bytes = ?
    WHERE publication = ? AND kind = 'plan' AND piece = 0)"};
  EXPECT_EQ(altered(), 0);
  Tamper(kChange, {sql::Blob{"another"}, "p/2021-Q1/1"});
  EXPECT_EQ(altered(), 2);
  Tamper(kChange, {sql::Blob{"another"}, "p/2021-Q2/1"});
  EXPECT_EQ(altered(), 1);
}

// Every RPC as every role, from the institution itself and from another one.
TEST_F(PublicationsTest, OnlyPublishersOfTheInstitutionPublish) {
  ATHENA_ASSERT_OK(Publish());
  for (const std::string institution : {"gob", "tal"}) {
    for (int i = 0; i < auth::kRoleCount; ++i) {
      const auth::Role role = static_cast<auth::Role>(i);
      const std::string who = absl::StrCat(institution, "-", std::string(auth::RoleName(role)));
      const bool own = institution == "gob";
      const auto allowed = [&](const absl::Status& status) {
        return !absl::IsPermissionDenied(status);
      };
      EXPECT_EQ(allowed(Publish(Publishing("Again"), who).status()),
                own && role == auth::Role::kPublisher)
          << who;
      EXPECT_EQ(allowed(Get(kFirst, who).status()), own) << who;
      EXPECT_EQ(allowed(Download(kFirst, who).status()), own) << who;
      EXPECT_EQ(allowed(Verify(kFirst, who).status()), own) << who;
      EXPECT_TRUE(allowed(List("-", who).status())) << who;
      const bool auditor = role == auth::Role::kAuditor || role == auth::Role::kAdmin;
      common::v1::VerifyAuditLogRequest verify;
      verify.set_parent("institutions/gob");
      EXPECT_EQ(allowed(Call(&HistoryRpc::VerifyAuditLog, verify, who).status()), own && auditor)
          << who;
      common::v1::ListAuditEventsRequest events;
      events.set_parent("institutions/gob");
      EXPECT_EQ(allowed(Call(&HistoryRpc::ListAuditEvents, events, who).status()), own && auditor)
          << who;
      common::v1::ListRevisionsRequest revisions;
      revisions.set_parent(kFirst);
      EXPECT_EQ(allowed(Call(&HistoryRpc::ListRevisions, revisions, who).status()), own) << who;
    }
  }
}

}  // namespace
}  // namespace athena::reporting::testing
