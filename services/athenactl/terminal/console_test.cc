#include "services/athenactl/terminal/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>

#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using ::testing::HasSubstr;

TEST(ConsoleTest, ProgressShowsShareRateAndTimeLeft) {
  EXPECT_EQ(ProgressLine("rows", 0, 40'000, absl::ZeroDuration(), 100),
            "[--------------------] 0/40,000 rows");
  EXPECT_EQ(ProgressLine("rows", 10'000, 40'000, absl::Seconds(2), 100),
            "[#####---------------] 10,000/40,000 rows  5,000/s  0:06 left");
  EXPECT_EQ(ProgressLine("rows", 40'000, 40'000, absl::Seconds(8), 100),
            "[####################] 40,000/40,000 rows  5,000/s");
  EXPECT_EQ(ProgressLine("rows", 1, 1'000, absl::Seconds(1), 100),
            "[--------------------] 1/1,000 rows  1/s  16:39 left");
}

TEST(ConsoleTest, ProgressNeverWrapsALine) {
  EXPECT_EQ(Width(ProgressLine("rows", 10'000, 40'000, absl::Seconds(2), 30)), 30);
}

TEST(ConsoleTest, ProgressIsDrawnOnATerminalAloneAndWipedAway) {
  std::ostringstream out;
  std::ostringstream err;
  Console console{out, err};
  { Progress(console, "rows", 2).Show(1); }
  EXPECT_EQ(err.str(), "");
  console.err_terminal = true;
  { Progress(console, "rows", 2).Show(1); }
  EXPECT_THAT(err.str(), HasSubstr("1/2 rows"));
  EXPECT_EQ(err.str().substr(err.str().size() - 4), "\r\x1b[K");
  EXPECT_EQ(out.str(), "");
}

TEST(PaintTest, BarsAndSparklinesAreDrawnInEighths) {
  EXPECT_EQ(Bar(0, 4), "····");
  EXPECT_EQ(Bar(50, 4), "██··");
  EXPECT_EQ(Bar(62.5, 4), "██▌·");
  EXPECT_EQ(Bar(100, 4), "████");
  EXPECT_EQ(Bar(120, 4), "████");
  EXPECT_EQ(Sparkline({0.0, 12.4, 12.5, 50.0, 99.0, 100.0, std::nullopt}), "▁▁▂▅██·");
}

TEST(PaintTest, WithoutColourTextStaysAsItIs) {
  EXPECT_EQ(Paint("RED", Ink::kRed, false), "RED");
  EXPECT_EQ(Paint("RED", Ink::kRed, true), "\x1b[31mRED\x1b[0m");
}

TEST(TableTest, ColumnsAreAlignedAndEmptyOnesLeftOut) {
  Table table({{"ID"}, {"VALUE", true}, {"NOTE"}, {"NAME"}});
  table.Add({"a", "1.5", "", "één"});
  table.Add({"long-id", "12", "", "two"});
  EXPECT_EQ(table.Text(0, false),
            "ID       VALUE  NAME\n"
            "a          1.5  één\n"
            "long-id     12  two\n");
  EXPECT_EQ(table.Text(18, false),
            "ID       VALUE  N…\n"
            "a          1.5  é…\n"
            "long-id     12  t…\n");
}

TEST(InterruptTest, A22_ControlCSaysWhatIsStored) {
  EXPECT_EXIT(
      {
        OnInterrupt("nothing was changed");
        std::raise(SIGINT);
      },
      ::testing::ExitedWithCode(130), "athenactl: interrupted: nothing was changed");
}

// Sets a variable of the environment while it lives.
class LocaleVariable {
 public:
  LocaleVariable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    setenv(name, value, 1);
  }
  ~LocaleVariable() {
    if (before_.has_value()) {
      setenv(name_, before_->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }
  LocaleVariable(const LocaleVariable&) = delete;
  LocaleVariable& operator=(const LocaleVariable&) = delete;

 private:
  const char* const name_;
  std::optional<std::string> before_;
};

// The console of a process whose locale is named by these variables.
bool IsAscii(const char* all, const char* type, const char* language) {
  const LocaleVariable first("LC_ALL", all);
  const LocaleVariable second("LC_CTYPE", type);
  const LocaleVariable third("LANG", language);
  return ProcessConsole().ascii;
}

TEST(ConsoleTest, A22_TextIsAsciiWhereTheLocaleHasNoUtf8) {
  EXPECT_FALSE(IsAscii("", "", "nl_BE.UTF-8"));
  EXPECT_FALSE(IsAscii("C.utf8", "POSIX", "C"));
  EXPECT_FALSE(IsAscii("", "en_US.UTF-8", "C"));
  EXPECT_TRUE(IsAscii("", "", ""));
  EXPECT_TRUE(IsAscii("", "", "nl_BE.ISO-8859-1"));
  EXPECT_TRUE(IsAscii("POSIX", "en_US.UTF-8", "en_US.UTF-8"));
  EXPECT_TRUE(IsAscii("", "C", "en_US.UTF-8"));
}

TEST(ConsoleTest, DataStayAsTheyAreWhereTextIsAscii) {
  std::ostringstream out;
  Console console{out, out};
  console.ascii = true;
  console.Print("≥ 80");
  console.out << "≥ 80";
  EXPECT_EQ(out.str(), ">=80≥ 80");
}

}  // namespace
}  // namespace athena::athenactl
