#include "services/athenactl/terminal/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

absl::Status TwoFaults() {
  status::FieldFaults faults;
  faults.Add("requests[1].indicator.decimals", 13, "0 to 12");
  faults.Add("requests[0].indicator.unit", "x", "at most 64 bytes");
  return faults.ToStatus();
}

TEST(ExplainTest, EveryFieldAtFaultHasALine) {
  EXPECT_EQ(Explain(TwoFaults()),
            "requests[1].indicator.decimals: got 13, want 0 to 12 (and 1 more)\n"
            "  requests[1].indicator.decimals: got 13, want 0 to 12\n"
            "  requests[0].indicator.unit: got \"x\", want at most 64 bytes\n");
}

TEST(ExplainTest, OneFaultIsSaidOnce) {
  EXPECT_EQ(Explain(status::InvalidField("name", "x", "a name")), "name: got \"x\", want a name\n");
}

TEST(ExplainTest, FaultsThatWereNotListedAreCounted) {
  status::FieldFaults faults;
  for (int at = 0; at < 1000; ++at) faults.Add("observations[0].value", at, "something else");
  EXPECT_THAT(Explain(faults.ToStatus()), HasSubstr("  and 9"));
}

TEST(ExplainTest, ErrorsSayWhatToDo) {
  EXPECT_THAT(Explain(status::Unavailable("the plan service at h:1", absl::Seconds(1))),
              StartsWith("the plan service at h:1 cannot answer now"));
  EXPECT_THAT(Explain(status::Unavailable("the plan service at h:1", absl::Seconds(1))),
              HasSubstr("athenactl health"));
  EXPECT_EQ(Explain(status::Refusal(absl::StatusCode::kUnavailable, "DISK_FULL", "full")), "full\n")
      << "it is running";
  EXPECT_THAT(Explain(status::Unauthenticated("no credential")), HasSubstr("ATHENA_TOKEN"));
  EXPECT_THAT(Explain(absl::DeadlineExceededError("late")), HasSubstr("--timeout"));
  EXPECT_EQ(Explain(absl::InternalError("")), "INTERNAL\n");
}

TEST(ExplainTest, ABatchsFaultsAreNamedByTheirResources) {
  const absl::Status placed = At("indicators.json", TwoFaults(), {"a", "b"});
  EXPECT_EQ(placed.message(),
            "indicators.json: b.indicator.decimals: got 13, want 0 to 12 (and 1 more)");
  EXPECT_THAT(FieldFaultsOf(placed),
              ElementsAre(Pair("b.indicator.decimals", "got 13, want 0 to 12"),
                          Pair("a.indicator.unit", "got \"x\", want at most 64 bytes")));
  EXPECT_EQ(status::Reason(placed), "INVALID_FIELDS");
  EXPECT_THAT(std::string(At("f", TwoFaults(), {"a"}).message()),
              StartsWith("f: requests[1].indicator"));
  ATHENA_EXPECT_OK(At("f", absl::OkStatus()));
}

}  // namespace
}  // namespace athena::athenactl
