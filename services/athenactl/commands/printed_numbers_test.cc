// Values, targets, red flags and gaps in every command that prints them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/decimal/decimal.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"
#include "services/athenactl/views/scorecards/scorecard_tree.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
namespace reporting = athena::reporting::v1;
using athena::common::v1::Number;
using status::testing::IsOk;

constexpr int kRounds = 60;
constexpr int kMostDecimals = 3;
constexpr char kNumber[] = "([+-]?[0-9][0-9,]*(?:\\.[0-9]+)?)";

Number Message(Decimal decimal) {
  Number number;
  number.set_decimal(decimal.ToString());
  number.set_value(decimal.ToDouble());
  return number;
}

// The numbers that a regular expression finds in a text, one for each group of each match.
std::vector<Decimal> Printed(const std::string& text, const std::string& pattern) {
  const std::regex expression(absl::StrReplaceAll(pattern, {{"N", kNumber}}));
  std::vector<Decimal> numbers;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) {
    for (size_t group = 1; group < at->size(); ++group) {
      const std::string plain = absl::StrReplaceAll(at->str(group), {{",", ""}, {"+", ""}});
      const absl::StatusOr<Decimal> number = Decimal::Parse(plain);
      EXPECT_THAT(number, IsOk()) << plain;
      if (number.ok()) numbers.push_back(*number);
    }
  }
  return numbers;
}

class PrintedNumbersTest : public ::testing::Test {
 protected:
  PrintedNumbersTest() {
    options_.indicator_address = indicator_.address();
    options_.plan_address = plan_.address();
    const Connections connections(options_);
    athena::plan::v1::CreateInstitutionRequest institution;
    institution.set_institution_id("a");
    ATHENA_EXPECT_OK(connections.Call<athena::plan::v1::Institution>(institution));
    for (int decimals = 0; decimals <= kMostDecimals; ++decimals) {
      v1::CreateIndicatorRequest create;
      create.set_parent("institutions/a");
      create.set_indicator_id(absl::StrCat("k", decimals));
      create.mutable_indicator()->set_decimals(decimals);
      ATHENA_EXPECT_OK(connections.Call<v1::Indicator>(create));
    }
  }

  // A number, and others that are away from it by 10^-12 to 10^3, or not at all.
  std::vector<Decimal> RandomNumbers(size_t count) {
    const Decimal middle =
        Decimal::FromUnits(static_cast<Int128>(random_() % 2'000'000) * 500'000'000);
    std::vector<Decimal> numbers;
    while (numbers.size() < count) {
      Int128 away = static_cast<Int128>(random_() % 2000) - 1000;
      for (uint64_t power = random_() % 13; power > 0; --power) away *= 10;
      numbers.push_back(random_() % 8 == 0 ? middle : Decimal::FromUnits(middle.units() + away));
    }
    return numbers;
  }
  // Those that doubles have.
  std::vector<Decimal> RandomDoubles(size_t count) {
    std::vector<Decimal> numbers;
    for (const Decimal number : RandomNumbers(count)) {
      numbers.push_back(*Decimal::FromDouble(number.ToDouble()));
    }
    return numbers;
  }

  std::string Run(const std::vector<std::string>& words) {
    const testing::Ran ran = testing::RunAthenactl(words, options_);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out;
  }

  static void ExpectSameOrder(const std::vector<Decimal>& numbers,
                              const std::vector<Decimal>& printed, const std::string& text) {
    ASSERT_EQ(printed.size(), numbers.size()) << text;
    for (size_t i = 0; i < numbers.size(); ++i) {
      EXPECT_EQ(printed[i].IsZero(), numbers[i].IsZero()) << numbers[i] << "\n" << text;
      for (size_t k = 0; k < i; ++k) {
        EXPECT_EQ(printed[i] <=> printed[k], numbers[i] <=> numbers[k])
            << numbers[i] << " and " << numbers[k] << "\n"
            << text;
      }
    }
  }

  std::mt19937_64 random_{20261130};
  testing::FakePlan plan_;
  testing::FakeIndicator indicator_;
  ConnectionOptions options_;
};

TEST_F(PrintedNumbersTest, V3_OfValuesOrderAsTheNumbersBehindThem) {
  for (int round = 0; round < kRounds; ++round) {
    constexpr size_t kPeriods = 3;
    const std::vector<Decimal> numbers = RandomNumbers(3 * kPeriods);
    v1::QueryPeriodValuesResponse answer;
    answer.add_definitions()->mutable_indicator()->set_decimals(round % (kMostDecimals + 1));
    for (size_t at = 0; at < kPeriods; ++at) {
      v1::PeriodValue& value = *answer.add_values();
      value.set_asked("2021");
      value.set_period("2021");
      v1::Measured& own = *value.mutable_own();
      *own.mutable_value() = Message(numbers[3 * at]);
      *own.mutable_current()->mutable_target() = Message(numbers[3 * at + 1]);
      *own.mutable_current()->mutable_red() = Message(numbers[3 * at + 2]);
    }
    indicator_.SetGroups(answer);
    const std::string text = Run({"values", "a/k0", "2021", "--by", "unit"});
    ExpectSameOrder(numbers, Printed(text, "2021 +N +N +N"), text);
  }
}

// Two anchors with their red values.
v1::Target TargetOf(const std::vector<Decimal>& numbers, size_t first) {
  v1::Target target;
  target.mutable_red_values();
  for (const char* const year : {"2022", "2024"}) {
    v1::Target::Anchor& anchor = *target.add_anchors();
    anchor.set_period(year);
    anchor.set_value(numbers[first++].ToDouble());
    anchor.set_red(numbers[first++].ToDouble());
  }
  return target;
}

constexpr char kAnchor[] = "20[0-9]{2}: N \\(red N\\)";

TEST_F(PrintedNumbersTest, V3_OfTargetsOrderAsTheNumbersBehindThem) {
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<Decimal> numbers = RandomDoubles(8);
    v1::ListTargetVersionsResponse versions;
    *versions.add_targets() = TargetOf(numbers, 0);
    *versions.add_targets() = TargetOf(numbers, 4);
    indicator_.SetTargetVersions(versions);
    const std::string text = Run({"targets", absl::StrCat("a/k", round % (kMostDecimals + 1))});
    ExpectSameOrder(numbers, Printed(text, kAnchor), text);
  }
}

TEST_F(PrintedNumbersTest, V3_OfAnIndicatorsTargetOrderAsTheNumbersBehindThem) {
  const Connections connections(options_);
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<Decimal> numbers = RandomDoubles(4);
    const std::string id = absl::StrCat("k", round % (kMostDecimals + 1));
    v1::BatchSetTargetsRequest set;
    set.set_parent("institutions/a");
    v1::Target& target = *set.add_requests()->mutable_target();
    target = TargetOf(numbers, 0);
    target.set_indicator("institutions/a/indicators/" + id);
    ATHENA_ASSERT_OK(connections.Call<v1::BatchSetTargetsResponse>(set));
    const std::string text = Run({"indicator", "a/" + id});
    ExpectSameOrder(numbers, Printed(text, kAnchor), text);
  }
}

TEST_F(PrintedNumbersTest, V3_OfAScorecardOrderAsTheNumbersBehindThem) {
  for (int round = 0; round < 20 * kRounds; ++round) {
    const std::vector<Decimal> numbers = RandomNumbers(4);  // value, target, original, red flag
    reporting::Scorecard scorecard;
    reporting::ScorecardNode& root = *scorecard.mutable_result()->mutable_root();
    root.set_name("institutions/a/plans/p");
    reporting::ScorecardIndicator& shown = *root.add_indicators();
    shown.set_indicator("institutions/a/indicators/k");
    shown.set_decimals(round % (kMostDecimals + 1));
    reporting::Measurement& measured = *shown.mutable_period_result();
    *measured.mutable_value() = Message(numbers[0]);
    *measured.mutable_current()->mutable_target() = Message(numbers[1]);
    *measured.mutable_current()->mutable_red_flag() = Message(numbers[3]);
    measured.mutable_current()->set_version(2);
    const Decimal gap = *Decimal::Subtract(numbers[0], numbers[1]);
    *measured.mutable_current()->mutable_gap() = Message(gap);
    *measured.mutable_original()->mutable_target() = Message(numbers[2]);
    measured.mutable_original()->set_version(1);
    const std::string text = ScorecardTree(scorecard, {}, {});
    const std::vector<Decimal> printed =
        Printed(text, "k: N, target ≥ N, gap N, original target ≥ N");
    ASSERT_EQ(printed.size(), 4u) << text;
    ExpectSameOrder({numbers[0], numbers[1], numbers[2]}, {printed[0], printed[1], printed[3]},
                    text);
    EXPECT_EQ(printed[2].Sign(), gap.Sign()) << text;
  }
}

}  // namespace
}  // namespace athena::athenactl
