#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "athena/common/v1/history_service.pb.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

using ::testing::HasSubstr;
using testing::Ran;

template <typename Message>
Message MessageOf(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

class AuditTest : public ::testing::Test {
 protected:
  AuditTest() {
    plan_.SetHistory(MessageOf<common::v1::VerifyAuditLogResponse>(
        R"(head { revision: 5 hash: "aa" lineage: "01" })"));
    options_.plan_address = plan_.address();
    options_.indicator_address = indicator_.address();
    options_.reporting_address = reporting_.address();
  }
  Ran Run(std::vector<std::string> words, int width = 0) const {
    words.insert(words.begin(), "audit");
    return testing::RunAthenactl(words, options_, width);
  }
  common::v1::VerifyAuditLogRequest Asked() const {
    const auto request = plan_.last_request("VerifyAuditLog");
    return request == nullptr ? common::v1::VerifyAuditLogRequest()
                              : static_cast<const common::v1::VerifyAuditLogRequest&>(*request);
  }

  testing::FakePlan plan_;
  testing::FakeIndicator indicator_;
  testing::FakeReporting reporting_{{}};
  ConnectionOptions options_;
  testing::Folder folder_;
};

TEST_F(AuditTest, AHeadThatIsExportedIsComparedWith) {
  const Ran head = Run({"head", "a"});
  EXPECT_EQ(head.code, 0) << head.err;
  EXPECT_EQ(head.out,
            "{\n"
            "  \"institution\": \"institutions/a\",\n"
            "  \"plan\": {\n"
            "    \"revision\": 5,\n"
            "    \"hash\": \"aa\",\n"
            "    \"lineage\": \"01\"\n"
            "  },\n"
            "  \"indicator\": {\n"
            "    \"revision\": 0,\n"
            "    \"hash\": \"\",\n"
            "    \"lineage\": \"\"\n"
            "  },\n"
            "  \"reporting\": {\n"
            "    \"revision\": 0,\n"
            "    \"hash\": \"\",\n"
            "    \"lineage\": \"\"\n"
            "  }\n"
            "}\n");
  EXPECT_FALSE(Asked().has_head());
  const std::string file = folder_.Write("head.json", head.out);
  // The file names the institution.
  const Ran verified = Run({"verify", "--head", file});
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_EQ(verified.out,
            "audit log of the plan service, 5 revisions: whole\n"
            "  it has the exported entry of revision 5\n"
            "audit log of the indicator service, 0 revisions: whole\n"
            "audit log of the reporting service, 0 revisions: whole\n");
  EXPECT_EQ(Asked().parent(), "institutions/a");
  EXPECT_EQ(Asked().head().revision(), 5);
  EXPECT_EQ(Asked().head().hash(), "aa");
  EXPECT_EQ(Asked().head().lineage(), "01");
}

TEST_F(AuditTest, ALogThatIsNotWholeFailsAndNamesTheFirstBadEntry) {
  plan_.SetHistory(MessageOf<common::v1::VerifyAuditLogResponse>(R"pb(
    head { revision: 3 hash: "bb" lineage: "02" }
    first_bad_revision: 4
    faults { revision: 4 description: "the entries from revision 4 on were removed" }
  )pb"));
  const std::string file = folder_.Write(
      "head.json",
      R"({"institution":"institutions/a","plan":{"revision":5,"hash":"aa","lineage":"01"}})");
  const Ran verified = Run({"verify", "a", "--head", file});
  EXPECT_EQ(verified.code, 1);
  EXPECT_EQ(verified.out,
            "audit log of the plan service, 3 revisions: not whole\n"
            "  the entries from revision 4 on were removed\n"
            "  first bad entry: revision 4\n"
            "  a backup was restored since the head was exported\n"
            "audit log of the indicator service, 0 revisions: whole\n"
            "audit log of the reporting service, 0 revisions: whole\n");
  EXPECT_THAT(Run({"verify", "a", "--json"}).out, HasSubstr("\"firstBadRevision\": \"4\""));
  const Ran head = Run({"head", "a"});
  EXPECT_EQ(head.code, 1);
  EXPECT_EQ(head.out, "");
  EXPECT_THAT(head.err, HasSubstr("revision 4 on were removed"));
}

TEST_F(AuditTest, EntriesAreListed) {
  plan_.SetHistory(MessageOf<common::v1::ListAuditEventsResponse>(R"pb(
    events {
      revision: 12
      time { seconds: 1671840000 }
      subject: "ann"
      action: "DeleteUnit"
      resources: "institutions/a/units/hr"
      hash: "cc"
    }
    next_page_token: "t"
  )pb"));
  const Ran ran = Run({"list", "a", "--limit=1", "--service=plan", "--by=ann"}, 80);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "The plan service\n"
            "REVISION           TIME (UTC)  BY   ACTION      RESOURCES   HASH\n"
            "      12  2022-12-24 00:00:00  ann  DeleteUnit  a/units/hr    cc\n"
            "There are earlier ones: --limit shows more.\n");
  const auto request = plan_.last_request("ListAuditEvents");
  EXPECT_EQ(static_cast<const common::v1::ListAuditEventsRequest&>(*request).filter(),
            "subject = \"ann\"");
  EXPECT_THAT(Run({"list", "a", "--limit=1", "--json"}).out, HasSubstr("\"hash\": \"cc\""));
}

TEST_F(AuditTest, WhatCannotBeFollowedIsMisuse) {
  const std::string other = folder_.Write("other.json", R"({"institution":"institutions/b"})");
  const std::string broken = folder_.Write("broken.json", R"([1])");
  EXPECT_EQ(Run({"sign", "a"}).code, 2);
  EXPECT_EQ(Run({"head", "a", "--head", other}).code, 2);
  EXPECT_EQ(Run({"verify", "a", "--head", other}).code, 2);
  EXPECT_EQ(Run({"verify", "a", "--head", broken}).code, 1);
  EXPECT_EQ(Run({"list", "a", "--limit=x"}).code, 2);
}

}  // namespace
}  // namespace athena::athenactl
