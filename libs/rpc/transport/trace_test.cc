#include "libs/rpc/transport/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace athena::rpc {
namespace {

using ::testing::MatchesRegex;

// The example of the standard, 3.2.2.
constexpr char kExample[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceTest, AWellFormedOneGoesOn) {
  EXPECT_EQ(TraceparentOf(kExample), kExample);
  EXPECT_EQ(TraceIdOf(kExample), "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST(TraceTest, OfALaterVersionTheBeginningGoesOn) {
  const std::string later = "cc" + std::string(kExample).substr(2);
  EXPECT_EQ(TraceparentOf(later), later);
  EXPECT_EQ(TraceparentOf(later + "-what-the-future-holds"), later);
}

TEST(TraceTest, AnythingElseIsReplacedByARandomOne) {
  const std::string bad[] = {
      "",
      "00",
      "hello",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",  // version 00 has no more
      "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",  // no separator
      "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",       // no such version
      "00-00000000000000000000000000000000-00f067aa0ba902b7-01",       // no trace
      "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",       // no parent
      "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",       // capitals
      "00-4bf92f3577b34da6a3ce929d0e0e473\"-00f067aa0ba902b7-01",      // not a digit
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",       // not a digit
      "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",       // no separator
      std::string(10'000, 'a'),
  };
  for (const std::string& sent : bad) {
    const std::string made = TraceparentOf(sent);
    EXPECT_THAT(made, MatchesRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-00")) << sent;
    EXPECT_EQ(TraceparentOf(made), made) << sent;
    EXPECT_NE(TraceparentOf(sent), made) << sent;
  }
}

}  // namespace
}  // namespace athena::rpc
