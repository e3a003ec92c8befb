#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

using testing::FakeIndicator;
using testing::Folder;
using ::testing::HasSubstr;
using testing::Ran;

class TargetsSetTest : public ::testing::Test {
 protected:
  TargetsSetTest() { options_.indicator_address = indicator_.address(); }

  Ran Set(const std::string& csv, const std::vector<std::string>& flags = {}) const {
    std::vector<std::string> words = {"targets", "set", folder_.Write("targets.csv", csv),
                                      "--institution", "a"};
    words.insert(words.end(), flags.begin(), flags.end());
    return testing::RunAthenactl(words, options_);
  }

  FakeIndicator indicator_;
  ConnectionOptions options_;
  Folder folder_;
};

constexpr char kTwo[] = "indicator,period,value,margin\nk,2022,8,1\nk,2024,9,\nl,2024,5,2\n";

TEST_F(TargetsSetTest, WhatIsThereAlreadyIsLeftAlone) {
  Ran ran = Set(kTwo);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("targets.csv: 2 targets: 2 new, 0 changed, 0 unchanged\n"));
  EXPECT_EQ(indicator_.changes(), 1);
  ran = Set(kTwo);
  EXPECT_THAT(ran.out, HasSubstr("2 targets: 0 new, 0 changed, 2 unchanged\n"));
  EXPECT_EQ(indicator_.changes(), 1);
}

TEST_F(TargetsSetTest, WhatDiffersGetsANewVersionAndIsNamed) {
  ASSERT_EQ(Set(kTwo).code, 0);
  const Ran ran = Set("indicator,period,value,margin\nl,2024,6,2\n", {"--reason", "as agreed"});
  EXPECT_THAT(ran.out, HasSubstr("  line 2: l: anchors: from ["));
  EXPECT_THAT(ran.out, HasSubstr("1 target: 0 new, 1 changed, 0 unchanged\n"));
  const athena::indicator::v1::Target target = indicator_.target("institutions/a/indicators/l");
  EXPECT_EQ(target.version(), 2);
  EXPECT_EQ(target.anchors(0).value(), 6);
  EXPECT_EQ(target.reason(), "as agreed");
}

TEST_F(TargetsSetTest, ADryRunComparesAndSetsNothing) {
  const Ran ran = Set(kTwo, {"--dry-run"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2 new, 0 changed, 0 unchanged\n  nothing was set (--dry-run)\n"));
  EXPECT_EQ(indicator_.changes(), 0);
}

TEST_F(TargetsSetTest, OneBadRowKeepsAllOfTheFileFromBeingSet) {
  const Ran ran = Set("indicator,period,value,margin\nk,2022,8,1\nl,2024,x,2\n");
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("targets.csv:3: value: got \"x\", want a number"));
  EXPECT_EQ(indicator_.changes(), 0);
}

TEST_F(TargetsSetTest, TheServicesRefusalNamesTheLine) {
  const Ran ran = Set("indicator,period,value,margin\nk,2022,8,1\nl,2024,5,-2\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("no target was set: line 3: l.target.margin: got -2, want"));
}

TEST_F(TargetsSetTest, OtherWordsThanSetAreMisuse) {
  EXPECT_EQ(testing::RunAthenactl({"targets", "get", "x.csv"}, options_).code, 2);
}

}  // namespace
}  // namespace athena::athenactl
