#include "libs/log/line_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace athena::log {
namespace {

class LineWriterTest : public ::testing::Test {
 protected:
  LineWriterTest() { EXPECT_EQ(::pipe(ends_), 0); }
  ~LineWriterTest() override { ::close(ends_[0]); }

  static std::string Notice(int64_t dropped) { return "dropped " + std::to_string(dropped); }
  LineWriter& Writer(size_t max_bytes) {
    return *new LineWriter(ends_[1], max_bytes, &LineWriterTest::Notice);
  }
  // The next line that was written.
  std::string ReadLine() {
    std::string line;
    char c = 0;
    while (::read(ends_[0], &c, 1) == 1 && c != '\n') line += c;
    return line;
  }

  int ends_[2] = {-1, -1};
};

TEST_F(LineWriterTest, LinesArriveWholeAndInOrder) {
  LineWriter& writer = Writer(1 << 20);
  for (int i = 0; i < 1000; ++i) writer.Write("line " + std::to_string(i));
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(ReadLine(), "line " + std::to_string(i));
  EXPECT_EQ(writer.dropped(), 0);
}

// A pipe holds 64 KiB. Nobody reads until everything has been written.
TEST_F(LineWriterTest, A4_WhenNobodyReadsLinesAreDroppedAndCounted) {
  LineWriter& writer = Writer(10'000);
  constexpr int kLines = 1000;
  const std::string text(999, 'x');
  for (int i = 0; i < kLines; ++i) writer.Write(text);
  const int64_t dropped = writer.dropped();
  EXPECT_GT(dropped, kLines - 100);
  int64_t noticed = 0;
  const auto read_text = [&] {
    std::string line = ReadLine();
    for (; line.rfind("dropped ", 0) == 0; line = ReadLine()) noticed += std::stoi(line.substr(8));
    return line;
  };
  for (int64_t i = 0; i < kLines - dropped; ++i) ASSERT_EQ(read_text(), text);
  writer.Write("there is room again");
  EXPECT_EQ(read_text(), "there is room again");
  EXPECT_EQ(noticed, dropped);
  EXPECT_EQ(writer.dropped(), dropped);
}

TEST_F(LineWriterTest, FlushWaitsForTheLastLine) {
  LineWriter& writer = Writer(10'000);
  writer.Write("the last one");
  writer.Flush(absl::InfiniteDuration());
  ::close(ends_[1]);
  EXPECT_EQ(ReadLine(), "the last one");
}

}  // namespace
}  // namespace athena::log
