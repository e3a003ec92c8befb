#include "services/athenactl/files/amounts_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

using status::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

AmountsFile ReadAmountsText(const std::string& text, const Dialect& dialect = {}) {
  TextSource source = TextSource::OfText(text);
  absl::StatusOr<AmountsFile> file = ReadAmounts(source, dialect);
  EXPECT_THAT(file, IsOk());
  return file.ok() ? *std::move(file) : AmountsFile();
}

std::vector<std::string> AmountsFaults(const AmountsFile& file) {
  std::vector<std::string> faults;
  for (const RowRefusal& fault : file.refused.ByLine()) {
    faults.push_back(absl::StrCat(fault.line, " ", fault.field, ": ", fault.description));
  }
  return faults;
}

TEST(AmountsFileTest, AmountsAreReadExactlyAndWhatIsEmptyIsAbsent) {
  const AmountsFile file = ReadAmountsText(
      "Quarter,budget_line,committed,paid,commitment_initial,retract\n"
      "2026-Q3,staff,-1.75,,9999999999999.99,\n"
      "2026-Q4,staff,,,,yes\n");
  EXPECT_THAT(AmountsFaults(file), ElementsAre());
  ASSERT_EQ(file.rows.size(), 2U);
  EXPECT_EQ(file.rows[0].line, 2);
  EXPECT_EQ(file.rows[0].amounts.ShortDebugString(),
            "budget_line: \"staff\" quarter: \"2026-Q3\" "
            "commitment_initial { units: 9999999999999 nanos: 990000000 } "
            "committed { units: -1 nanos: -750000000 }");
  EXPECT_TRUE(file.rows[1].amounts.retract());
}

TEST(AmountsFileTest, ADialectIsFollowed) {
  Dialect dialect;
  dialect.separator = ';';
  dialect.decimal = ',';
  dialect.columns = {{"lijn", "budget_line"}, {"kwartaal", "quarter"}, {"betaald", "paid"}};
  dialect.ignored = {"opmerking"};
  const AmountsFile file =
      ReadAmountsText("Lijn;Kwartaal;Betaald;Opmerking\nstaff;2026-Q3;12,34;x\n", dialect);
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_EQ(file.rows[0].amounts.paid().nanos(), 340'000'000);
}

TEST(AmountsFileTest, AllFaultsAreNamedByLine) {
  const AmountsFile file = ReadAmountsText(
      "budget_line,quarter,paid,committed,retract\n"
      "staff,2026-Q3,twelve,1e99,\n"
      ",,1,,\n"
      "it,2026-Q3,,,\n"
      "it,2026-Q4,1,,yes\n"
      "hr,2026-Q3,1,,\n"
      "hr,2026-Q3,2,,\n"
      "ok,2026-Q3,2,,\n");
  EXPECT_THAT(
      AmountsFaults(file),
      ElementsAre(HasSubstr("2 paid: got \"twelve\", want"), HasSubstr("2 committed: got \"1e99\""),
                  HasSubstr("3 budget_line: got"), HasSubstr("3 quarter: got"),
                  HasSubstr("4 : got no amount"), HasSubstr("5 : got amounts beside retract"),
                  HasSubstr("6 budget_line: got hr in 2026-Q3 as line 7 does"),
                  HasSubstr("7 budget_line: got hr in 2026-Q3 as line 6 does")));
  EXPECT_EQ(file.refused.rows(), 6);
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_EQ(file.rows[0].line, 8);
}

TEST(AmountsFileTest, ColumnsThatAreNoneAreRefused) {
  TextSource unknown = TextSource::OfText("budget_line,quarter,paied\n");
  EXPECT_THAT(ReadAmounts(unknown, {}).status().message(),
              HasSubstr("line 1: got the column paied"));
  TextSource missing = TextSource::OfText("quarter,paid\n");
  EXPECT_THAT(ReadAmounts(missing, {}).status().message(), HasSubstr("budget_line"));
}

}  // namespace
}  // namespace athena::athenactl
