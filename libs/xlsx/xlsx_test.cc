#include "libs/xlsx/xlsx.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace athena::xlsx {
namespace {

TEST(ExactNumberTest, OnlyWhatASpreadsheetKeepsIsANumber) {
  EXPECT_EQ(ExactNumber("0.1"), 0.1);
  EXPECT_EQ(ExactNumber("-1234.5"), -1234.5);
  EXPECT_EQ(ExactNumber("66.666666666667"), 66.666666666667);
  EXPECT_EQ(ExactNumber("12345678901234567890.123"), std::nullopt);  // a double has 17 digits
  EXPECT_EQ(ExactNumber("0.1234567890123456789"), std::nullopt);
  EXPECT_EQ(ExactNumber("1e3"), std::nullopt);
  EXPECT_EQ(ExactNumber("1,5"), std::nullopt);
  EXPECT_EQ(ExactNumber(""), std::nullopt);
  EXPECT_EQ(ExactNumber("nan"), std::nullopt);
}

TEST(WorkbookFileTest, AFileThatIsNotFinishedLeavesNothingBehind) {
  const auto file = WorkbookFile::Make();
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_NE(workbook_add_worksheet((*file)->get(), "a"), nullptr);
}

TEST(WorkbookFileTest, TextsHaveTheLimitOfTheFormat) {
  const auto file = WorkbookFile::Make();
  ASSERT_TRUE(file.ok()) << file.status();
  lxw_worksheet* const sheet = workbook_add_worksheet((*file)->get(), "a");
  EXPECT_TRUE(PutText(sheet, 0, 0, std::string(kMostCharactersOfCell, 'x'), nullptr).ok());
  EXPECT_TRUE(absl::IsOutOfRange(
      PutText(sheet, 1, 0, std::string(kMostCharactersOfCell + 1, 'x'), nullptr)));
  const absl::StatusOr<std::string> bytes = (*file)->Finish();
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(bytes->substr(0, 2), "PK");
}

}  // namespace
}  // namespace athena::xlsx
