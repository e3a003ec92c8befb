#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "libs/status/testing/matchers.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;
using ::testing::ElementsAre;
using testing::Folder;
using ::testing::HasSubstr;
using testing::Ran;
using testing::RunAthenactl;
using ::testing::SizeIs;

constexpr char kScorecard[] = "institutions/gob/plans/strategy/scorecards/2022-Q4";
constexpr char kFirst[] = "institutions/gob/plans/strategy/scorecards/2022-Q4/publications/1";
// Signed by the key of RFC 8032's first sample, with Python's cryptography.
constexpr char kDocument[] = R"({"format":"athena.reporting.v1.PublicationDocument","name":"n"})";
constexpr char kPublicKey[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";

class PublicationsCommandTest : public ::testing::Test {
 protected:
  PublicationsCommandTest() {
    options_.plan_address = plan_.address();
    options_.reporting_address = reporting_.address();
    ConnectionOptions options = options_;
    options.indicator_address = "127.0.0.1:1";
    Connections connections(options);
    athena::plan::v1::CreateInstitutionRequest create;
    create.set_institution_id("gob");
    ATHENA_EXPECT_OK(connections.Call<athena::plan::v1::Institution>(create));
    athena::plan::v1::CreatePlanRequest create_plan;
    create_plan.set_parent("institutions/gob");
    create_plan.set_plan_id("strategy");
    ATHENA_EXPECT_OK(connections.Call<athena::plan::v1::Plan>(create_plan));
    reporting::Publication publication;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        R"(name: "x" plan: "institutions/gob/plans/strategy" period: "2022-Q4" number: 1
           key_id: "06e3fd8fda29bb60"
           sha256: "3d07c34bf9e1f7e958d8919017194faf012775207b6ace7322c16f6c98dbf07b" signature: "\271\063\342\327\132\067\226\122\211\357\342\356\023\223\004\271\246\014\100\303\335\344\043\003\072\207\305\345\232\072\105\260\150\353\066\202\075\330\014\152\127\354\366\253\342\117\307\241\364\307\306\231\343\160\332\164\073\036\172\024\241\040\223\014")",
        &publication));
    reporting_.SetPublication(publication, kDocument);
  }

  testing::FakePlan plan_;
  testing::FakeReporting reporting_{reporting::Scorecard()};
  ConnectionOptions options_;
  Folder folder_;
};

TEST_F(PublicationsCommandTest, PublishesForTheInstitutionUnlessToldOtherwise) {
  Ran ran = RunAthenactl({"publish", "gob", "2022-Q4"}, options_);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(kFirst));
  ran = RunAthenactl({"publish", "gob", "2022-Q4", "--public", "--force", "--reason=Board",
                      "--dry-run", "--as-of=2023-01-31T12:00:00Z"},
                     options_);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("nothing was published (--dry-run)"));
  const auto requests = reporting_.publish_requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].name(), kScorecard);
  EXPECT_EQ(requests[0].audience(), reporting::Publication::AUDIENCE_INSTITUTION);
  EXPECT_FALSE(requests[0].force());
  EXPECT_FALSE(requests[0].validate_only());
  EXPECT_FALSE(requests[0].request_id().empty());
  EXPECT_EQ(requests[1].audience(), reporting::Publication::AUDIENCE_PUBLIC);
  EXPECT_TRUE(requests[1].force());
  EXPECT_TRUE(requests[1].validate_only());
  EXPECT_EQ(requests[1].reason(), "Board");
  EXPECT_EQ(requests[1].as_of().time().seconds(), 1675166400);
}

TEST_F(PublicationsCommandTest, ListsThePublicationsOfAPlanOrAQuarter) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"publications"}, std::vector<std::string>{"publications", "gob"},
        std::vector<std::string>{"publications", "gob/strategy"},
        std::vector<std::string>{"publications", "gob", "2022-Q4"},
        std::vector<std::string>{"publications", kScorecard}}) {
    const Ran ran = RunAthenactl(words, options_);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("2022-Q4"));
  }
  const std::string all = "institutions/gob/plans/strategy/scorecards/-";
  EXPECT_THAT(reporting_.asked(), ElementsAre(all, all, all, kScorecard, kScorecard));
  EXPECT_EQ(RunAthenactl({"publications", "gob", "--out=x"}, options_).code, 2);
}

TEST_F(PublicationsCommandTest, ShowsOne) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"publications", "2022-Q4", "1"},
        std::vector<std::string>{"publications", "gob/strategy", "2022-Q4", "1"},
        std::vector<std::string>{"publications", kFirst}}) {
    const Ran ran = RunAthenactl(words, options_);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(kFirst));
  }
  EXPECT_THAT(reporting_.asked(), ElementsAre(kFirst, kFirst, kFirst));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"publications", "gob", "1"},
        std::vector<std::string>{"publications", "gob", "2022-Q4", "0"},
        std::vector<std::string>{"publications", std::string(kScorecard) + "/publications/x"},
        std::vector<std::string>{"verify", "gob", "2022-Q4"}}) {
    EXPECT_EQ(RunAthenactl(words, options_).code, 2) << words.back();
  }
}

TEST_F(PublicationsCommandTest, AFileIsVerifiedWithoutAnyService) {
  const std::string file = folder_.path() + "/q4.json";
  Ran ran = RunAthenactl({"publications", kFirst, "--out", file}, options_);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const std::string key = folder_.Write("public.pem", kPublicKey);
  ran = RunAthenactl({"verify", file, "--key", key}, ConnectionOptions());
  EXPECT_EQ(ran.code, 0) << ran.err << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("It is what was published."));
  std::string text;
  std::getline(std::ifstream(file), text, '\0');
  text[text.find("\"n\"") + 1] = 'm';
  const std::string forged = folder_.Write("forged.json", text);
  ran = RunAthenactl({"verify", forged, "--key", key}, ConnectionOptions());
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("WRONG"));
  ran = RunAthenactl({"verify", key, "--key", key}, ConnectionOptions());
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("no publication"));
  ran = RunAthenactl({"verify", file, "--key", file}, ConnectionOptions());
  EXPECT_THAT(ran.err, HasSubstr("no Ed25519 public key"));
}

TEST_F(PublicationsCommandTest, TheServicesVerdictDecidesTheExitCode) {
  reporting::VerifyPublicationResponse verdict;
  verdict.add_checks()->set_detail("The document is right.");
  reporting_.SetVerdict(verdict);
  Ran ran = RunAthenactl({"verify", "gob", "2022-Q4", "1"}, options_);
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("The document is right."));
  verdict.set_valid(true);
  reporting_.SetVerdict(verdict);
  ran = RunAthenactl({"verify", kFirst}, options_);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(reporting_.asked(), ElementsAre(kFirst, kFirst));
}

}  // namespace
}  // namespace athena::athenactl
