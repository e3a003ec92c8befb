#include "services/athenactl/files/amounts_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

absl::StatusOr<AmountsFile> AmountsIn(const std::string& text, const Dialect& dialect = {}) {
  TextSource source = TextSource::OfText(text);
  return ReadAmounts(source, dialect);
}

TEST(AmountsFileTest, EurosAndCentsAreExact) {
  const auto file = AmountsIn(
      "quarter,budget_line,committed,paid\n"
      "2026-Q1,staff,1250000.75,-0.5\n"
      "2026-Q2,staff,,3\n");
  ATHENA_ASSERT_OK(file);
  ASSERT_EQ(file->rows.size(), 2U);
  EXPECT_THAT(file->refused, ::testing::IsEmpty());
  EXPECT_EQ(file->rows[0].budget_line(), "staff");
  EXPECT_EQ(file->rows[0].quarter(), "2026-Q1");
  EXPECT_EQ(file->rows[0].committed().units(), 1250000);
  EXPECT_EQ(file->rows[0].committed().nanos(), 750'000'000);
  EXPECT_EQ(file->rows[0].paid().units(), 0);
  EXPECT_EQ(file->rows[0].paid().nanos(), -500'000'000);
  EXPECT_FALSE(file->rows[1].has_committed());
  EXPECT_FALSE(file->rows[1].has_payment_initial());
  EXPECT_EQ(file->labels[1], "line 3: staff 2026-Q2");
}

TEST(AmountsFileTest, OtherDecimalSignsAreThoseOfTheDialect) {
  Dialect dialect;
  dialect.separator = ';';
  dialect.decimal = ',';
  const auto file = AmountsIn("budget_line;quarter;paid\nstaff;2026-Q1;12,25\n", dialect);
  ATHENA_ASSERT_OK(file);
  EXPECT_EQ(file->rows[0].paid().nanos(), 250'000'000);
}

TEST(AmountsFileTest, WhatIsNoAmountIsRefusedWithItsLineAndColumn) {
  const auto file = AmountsIn(
      "budget_line,quarter,committed,paid\n"
      "staff,2026-Q1,much,0.005\n"
      "staff,2026-Q2,1e3,1\n");
  ATHENA_ASSERT_OK(file);
  ASSERT_EQ(file->refused.size(), 3U);
  EXPECT_EQ(file->refused[0].line, 2);
  EXPECT_EQ(file->refused[0].field, "committed");
  EXPECT_EQ(file->refused[1].description, "got \"0.005\", want euros with at most two decimals");
  EXPECT_EQ(file->refused[2].line, 3);
  EXPECT_THAT(file->rows, ::testing::IsEmpty());
}

TEST(AmountsFileTest, AFileWithoutALineIsRefused) {
  EXPECT_FALSE(AmountsIn("quarter,paid\n2026-Q1,3\n").ok());
}

}  // namespace
}  // namespace athena::athenactl
