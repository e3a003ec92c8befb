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

constexpr char kRevisions[] = R"pb(
  revisions {
    revision: 4
    time { seconds: 1671840000 }
    subject: "ann"
    action: "UpdateUnit"
    changes {
      resource: "institutions/a/units/hr"
      kind: KIND_UPDATED
      differences {
        path: "code"
        from { string_value: "HR" }
        to { string_value: "H" }
      }
    }
  }
)pb";

class HistoryTest : public ::testing::Test {
 protected:
  HistoryTest() {
    common::v1::ListRevisionsResponse revisions;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kRevisions, &revisions));
    plan_.SetHistory(revisions);
    options_.plan_address = plan_.address();
    options_.indicator_address = indicator_.address();
    options_.reporting_address = reporting_.address();
  }
  Ran Run(std::vector<std::string> words, int width = 0) const {
    words.insert(words.begin(), "history");
    return testing::RunAthenactl(words, options_, width);
  }
  template <typename Fake>
  static common::v1::ListRevisionsRequest Asked(const Fake& fake) {
    const auto request = fake.last_request("ListRevisions");
    return request == nullptr ? common::v1::ListRevisionsRequest()
                              : static_cast<const common::v1::ListRevisionsRequest&>(*request);
  }

  testing::FakePlan plan_;
  testing::FakeIndicator indicator_;
  testing::FakeReporting reporting_{{}};
  ConnectionOptions options_;
};

TEST_F(HistoryTest, AResourceIsAskedOfTheServiceThatKeepsIt) {
  const Ran ran = Run({"a/units/hr"}, 80);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "revision 4, 2022-12-24 00:00:00 UTC, UpdateUnit by ann\n"
            "  changed a/units/hr\n"
            "    code  HR > H\n");
  EXPECT_EQ(Asked(plan_).parent(), "institutions/a/units/hr");
  EXPECT_EQ(Asked(indicator_).parent(), "");
  for (const char* name : {"institutions/a/indicators/k", "institutions/a/closings/2021-Q1",
                           "institutions/a/indicators/k/seriesEnds/F", "institutions/a/pushes/7"}) {
    EXPECT_EQ(Run({name}).out, "No revisions.\n");
    EXPECT_EQ(Asked(indicator_).parent(), name);
  }
}

TEST_F(HistoryTest, AnInstitutionIsAskedOfAllServices) {
  const Ran ran = Run({"a"}, 80);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "The plan service\n"
            "revision 4, 2022-12-24 00:00:00 UTC, UpdateUnit by ann\n"
            "  changed a/units/hr\n"
            "    code  HR > H\n"
            "\n"
            "The indicator service\n"
            "No revisions.\n"
            "\n"
            "The reporting service\n"
            "No revisions.\n");
  EXPECT_EQ(Asked(plan_).parent(), "institutions/a");
  EXPECT_EQ(Asked(indicator_).parent(), "institutions/a");
  EXPECT_THAT(Run({"a", "--service=plan", "--json"}).out, HasSubstr("\"revisions\": ["));
  EXPECT_THAT(Run({"a", "--json"}).out, HasSubstr("\"plan\": {"));
}

TEST_F(HistoryTest, FlagsBecomeTheFilter) {
  EXPECT_EQ(Run({"a/units/hr", "--by=a\"n", "--since=2026-03-31", "--below", "--limit=5",
                 "--filter=action = UpdateUnit"})
                .code,
            0);
  EXPECT_EQ(Asked(plan_).filter(),
            R"((action = UpdateUnit) AND subject = "a\"n" AND time >= "2026-03-31T00:00:00Z")");
  EXPECT_TRUE(Asked(plan_).include_below());
  EXPECT_EQ(Asked(plan_).page_size(), 5);
}

TEST_F(HistoryTest, PagesAreFollowedUpToTheLimit) {
  common::v1::ListRevisionsResponse page;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(kRevisions, &page));
  page.set_next_page_token("t");
  plan_.SetHistory(page);
  const Ran ran = Run({"a/units/hr", "--limit=2"});
  EXPECT_EQ(Asked(plan_).page_token(), "t");
  EXPECT_EQ(Asked(plan_).page_size(), 1);
  EXPECT_THAT(ran.out, HasSubstr("There are earlier ones: --limit shows more.\n"));
}

TEST_F(HistoryTest, WhatCannotBeAskedIsMisuse) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"a/colours/red"},
                                                {"a", "--limit=0"},
                                                {"a", "--service=both"},
                                                {"a", "--since=yesterday"}}) {
    EXPECT_EQ(Run(words).code, 2) << words.front();
  }
}

}  // namespace
}  // namespace athena::athenactl
