#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Ran;

constexpr char kStoredPushes[] = R"pb(
  pushes {
    name: "institutions/a/pushes/12"
    revision: 12
    time { seconds: 1671840000 }
    sender: "hr-system-of-the-region"
    push_id: "athenactl-visits-2022-11-and-a-long-rest-of-the-name.csv-000000000001"
    counts { inserted: 1200 revised: 3 unchanged: 40 rejected: 2 locked: 5 flagged: 1 }
    mode: PUSH_MODE_REPLACE
    scopes {
      indicator: "visits"
      start_period: "2022-10"
      end_period: "2022-11"
      slice { key: "desk" value: "MAIN" }
    }
    partial: true
    correction_reason: "typing error"
  }
  pushes {
    name: "institutions/a/pushes/11"
    revision: 11
    time { seconds: 1671753600 }
    sender: "payroll"
    push_id: "p-11"
    counts { deleted: 7 }
  }
)pb";

class PushesTest : public ::testing::Test {
 protected:
  PushesTest() {
    v1::ListPushesResponse pushes;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kStoredPushes, &pushes));
    indicator_.SetPushes(pushes);
    options_.indicator_address = indicator_.address();
  }
  Ran Run(std::vector<std::string> words, int width = 0) const {
    words.insert(words.begin(), "pushes");
    return testing::RunAthenactl(words, options_, width);
  }

  testing::FakeIndicator indicator_;
  ConnectionOptions options_;
};

TEST_F(PushesTest, AListSaysWhoStoredHowManyRowsOfEachKind) {
  const Ran ran = Run({"a"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2022-12-24 00:00:00  hr-system-of-the-region"));
  EXPECT_THAT(ran.out, HasSubstr("1,200"));
  EXPECT_THAT(ran.out, HasSubstr("payroll"));
  EXPECT_THAT(ran.out, Not(HasSubstr("earlier ones")));
}

TEST_F(PushesTest, AListFitsEightyColumnsWithItsNumbers) {
  const Ran ran = Run({"a"}, 80);
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(ran.out, '\n'))) {
    EXPECT_LE(Width(line), 80) << line;
  }
  EXPECT_THAT(ran.out, HasSubstr("      12  2022-12-24 00:00:00  hr-sys"));
  EXPECT_THAT(ran.out, HasSubstr("1,200 inserted, 3"));
  EXPECT_THAT(ran.out, HasSubstr("5 locked"));
}

TEST_F(PushesTest, SenderAndLimitNarrowTheList) {
  const Ran one = Run({"a", "--sender", "payroll"});
  EXPECT_THAT(one.out, Not(HasSubstr("hr-system")));
  EXPECT_THAT(one.out, HasSubstr("p-11"));
  EXPECT_THAT(Run({"a", "--limit", "1"}).out, HasSubstr("There are earlier ones"));
  EXPECT_EQ(Run({"a", "--limit", "0"}).code, 2);
  EXPECT_THAT(Run({"a", "--sender", "nobody"}).out, HasSubstr("has no pushes of that sender"));
}

TEST_F(PushesTest, OnePushIsShownByItsRevision) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"12", "--institution", "a"}, std::vector<std::string>{"a/12"},
        std::vector<std::string>{"institutions/a/pushes/12"}}) {
    const Ran ran = Run(words);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("stored       2022-12-24 00:00:00 UTC, revision 12\n"));
    EXPECT_THAT(ran.out, HasSubstr("scope        visits 2022-10..2022-11 {desk=MAIN}\n"));
    EXPECT_THAT(ran.out, HasSubstr("mode         replace, without its refused rows\n"));
    EXPECT_THAT(ran.out, HasSubstr("inserted         1,200\n"));
    EXPECT_THAT(ran.out, HasSubstr("locked               5\n"));
  }
  EXPECT_EQ(Run({"a/13"}).code, 1);
}

TEST_F(PushesTest, JsonIsTheAnswerItself) {
  EXPECT_THAT(Run({"a", "--json"}).out, HasSubstr("\"name\": \"institutions/a/pushes/12\""));
  EXPECT_THAT(Run({"a/12", "--json"}).out, HasSubstr("\"inserted\": 1200"));
}

}  // namespace
}  // namespace athena::athenactl
