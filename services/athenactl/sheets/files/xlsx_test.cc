#include "services/athenactl/sheets/files/xlsx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/testing/folder.h"

namespace athena::athenactl {
namespace {

using status::testing::IsOk;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

class XlsxTest : public ::testing::Test {
 protected:
  std::string Write(const std::vector<std::vector<Cell>>& rows) {
    Sheet sheet;
    sheet.name = "units";
    for (size_t at = 0; at < rows[0].size(); ++at) sheet.columns.push_back(absl::StrCat("c", at));
    for (const auto& row : rows) sheet.rows.push_back({0, row});
    Workbook workbook;
    workbook.sheets = {sheet};
    const std::string path = folder_.path() + "/a.xlsx";
    EXPECT_THAT(WriteXlsx(workbook, path), IsOk());
    return path;
  }

  // Runs a Python script, with openpyxl, over the file `path` in argv[1].
  void Edit(const std::string& path, const std::string& script) {
    const std::string file = folder_.Write(
        "edit.py",
        absl::StrCat("import datetime, sys, zipfile\nimport openpyxl\npath = sys.argv[1]\n"
                     "book = openpyxl.load_workbook(path)\nsheet = book['units']\n",
                     script, "\nbook.save(path)\n"));
    ASSERT_EQ(system(absl::StrCat("/usr/bin/python3 ", file, " ", path).c_str()), 0);
  }

  // A ZIP archive of these parts, "name=text".
  std::string Zip(const std::string& script) {
    const std::string path = folder_.path() + "/made.xlsx";
    const std::string file = folder_.Write(
        "zip.py", absl::StrCat("import sys, zipfile\n"
                               "z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)\n",
                               kParts, script, "\nz.close()\n"));
    EXPECT_EQ(system(absl::StrCat("/usr/bin/python3 ", file, " ", path).c_str()), 0);
    return path;
  }

  static constexpr char kParts[] = R"(
def parts(sheet, names='<sheet name="units" sheetId="1" r:id="r1"/>'):
    z.writestr('_rels/.rels', '<Relationships><Relationship Id="r" Type="x/officeDocument" '
               'Target="/book/main.xml"/></Relationships>')
    z.writestr('book/main.xml', '<workbook xmlns:r="r"><sheets>' + names + '</sheets></workbook>')
    z.writestr('book/_rels/main.xml.rels', '<Relationships><Relationship Id="r1" '
               'Type="x/worksheet" Target="s/one.xml"/></Relationships>')
    z.writestr('book/s/one.xml', sheet)
)";

  testing::Folder folder_;
};

TEST_F(XlsxTest, TextStaysTextAndNumbersStayNumbers) {
  const std::vector<Cell> cells = {{"=1+1"},
                                   {"007"},
                                   {"a\r\nb"},
                                   {"_x0041_"},
                                   {"0.30000000000000004", Cell::Kind::kNumber},
                                   {"0.5", Cell::Kind::kNumber},
                                   {"9007199254740993", Cell::Kind::kNumber}};
  const auto read = ReadXlsx(Write({cells}));
  ASSERT_THAT(read, IsOk());
  const std::vector<Cell>& got = read->sheets[0].rows[0].cells;
  for (size_t at = 0; at < cells.size(); ++at) EXPECT_EQ(got[at].text, cells[at].text);
  EXPECT_EQ(got[5].kind, Cell::Kind::kNumber);
  EXPECT_EQ(got[4].kind, Cell::Kind::kText) << "a spreadsheet would round it";
}

TEST_F(XlsxTest, AnotherProgramReadsItAndWritesWhatIsReadAgain) {
  const std::string path = Write({{{"=1+1"}, {"a\nb"}, {"0.5", Cell::Kind::kNumber}, {"keep"}},
                                  {{"x"}, {""}, {"2", Cell::Kind::kNumber}, {""}}});
  Edit(path, R"(
assert sheet['A2'].value == '=1+1' and sheet['A2'].data_type == 's', sheet['A2'].value
assert sheet['B2'].value == 'a\nb' and sheet['C2'].value == 0.5
assert sheet['A2'].number_format == '@'
sheet['B3'] = 'new'
sheet['C3'] = 2.75
sheet['D3'] = datetime.date(2024, 12, 31)
sheet['C5'] = 0.35
sheet['C5'].number_format = '0.0 %'
sheet['D5'] = 12
sheet['D5'].number_format = '#,##0.00 "days"'
sheet['A5'] = 45657
sheet['A5'].number_format = '[$-413]d mmmm yyyy'
sheet['B5'] = 0.5
sheet['B5'].number_format = '0%'
sheet['A4'] = True
sheet['B4'] = '=A2'
sheet['B4'].data_type = 'f'
sheet['C4'].value = '#N/A'
sheet['C4'].data_type = 'e'
sheet['D2'].value = None)");
  const auto read = ReadXlsx(path);
  ASSERT_THAT(read, IsOk());
  const Sheet& sheet = read->sheets[0];
  ASSERT_EQ(sheet.rows.size(), 4U);
  EXPECT_THAT(sheet.rows[0].cells,
              ElementsAre(Cell{"=1+1"}, Cell{"a\nb"}, Cell{"0.5", Cell::Kind::kNumber}, Cell{}));
  EXPECT_THAT(sheet.rows[1].cells,
              ElementsAre(Cell{"x"}, Cell{"new"}, Cell{"2.75", Cell::Kind::kNumber},
                          Cell{"45657", Cell::Kind::kDate}));
  EXPECT_THAT(sheet.rows[2].cells,
              ElementsAre(Cell{"yes"}, Cell{"a formula", Cell::Kind::kComputed},
                          Cell{"#N/A", Cell::Kind::kComputed}, Cell{}));
  EXPECT_THAT(sheet.rows[3].cells,
              ElementsAre(Cell{"45657", Cell::Kind::kDate}, Cell{"0.5", Cell::Kind::kPercent},
                          Cell{"0.35", Cell::Kind::kPercent}, Cell{"12", Cell::Kind::kNumber}));
}

TEST_F(XlsxTest, LimitsAreThoseOfTheFormat) {
  Sheet sheet;
  sheet.name = "units";
  sheet.columns = {"name", "text"};
  sheet.rows = {{2, {{"n"}, {std::string(kMostCharactersOfCell, 'x')}}}};
  Workbook workbook;
  workbook.sheets = {sheet};
  const std::string path = folder_.path() + "/a.xlsx";
  ASSERT_THAT(WriteXlsx(workbook, path), IsOk());
  EXPECT_EQ(ReadXlsx(path)->sheets[0].rows[0].cells[1].text.size(), kMostCharactersOfCell);
  const std::string before = Bytes(path);
  workbook.sheets[0].rows[0].cells[1].text += "x";
  EXPECT_THAT(WriteXlsx(workbook, path),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("sheet units, row 2, text: got a text of more than 32767")));
  EXPECT_EQ(Bytes(path), before) << "what is there stays";
}

TEST_F(XlsxTest, BrokenFilesAreRefusedByName) {
  const std::string whole = Bytes(Write({{{"some text"}, {"1", Cell::Kind::kNumber}}}));
  EXPECT_THAT(ReadXlsx(folder_.path() + "/none.xlsx"), StatusIs(absl::StatusCode::kNotFound));
  for (const std::string& bad :
       {std::string(), std::string("name,etag\n"), whole.substr(0, whole.size() / 2),
        whole.substr(10), std::string(100'000, '\0')}) {
    const std::string path = folder_.Write("bad.xlsx", bad);
    EXPECT_THAT(ReadXlsx(path), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(path)));
  }
  // Bytes at random: read or refused, nothing else.
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::string bad = whole;
    for (int left = 1 + round % 5; left > 0; --left) {
      bad[random() % bad.size()] = static_cast<char>(random());
    }
    const auto read = ReadXlsx(folder_.Write("bad.xlsx", bad));
    EXPECT_TRUE(read.ok() || absl::IsInvalidArgument(read.status())) << read.status();
  }
}

TEST_F(XlsxTest, XmlAtRandomIsReadOrRefused) {
  const std::string path = Zip(R"(
import random
random.seed(7)
sheet = '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c></row>' \
        '<row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>'
for i in range(150):
    bad = bytearray(sheet.encode())
    for j in range(1 + i % 4):
        bad[random.randrange(len(bad))] = random.choice(b'<>/"=& \0x]![')
    y = zipfile.ZipFile('%s.%d' % (sys.argv[1], i), 'w')
    z_, z = z, y
    parts(bytes(bad[:random.randrange(len(bad))] if i % 3 == 0 else bad))
    z = z_
    y.close()
parts(sheet))");
  ASSERT_THAT(ReadXlsx(path), IsOk());
  for (int i = 0; i < 150; ++i) {
    const auto read = ReadXlsx(absl::StrCat(path, ".", i));
    EXPECT_TRUE(read.ok() || absl::IsInvalidArgument(read.status())) << read.status();
  }
}

TEST_F(XlsxTest, ABombIsRefusedBeforeItIsInflated) {
  const std::string path = Zip("parts('<worksheet>' + ' ' * 140_000_000 + '</worksheet>')");
  EXPECT_LT(Bytes(path).size(), 1'000'000U);
  EXPECT_THAT(ReadXlsx(path),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("when it is inflated")));
}

TEST_F(XlsxTest, AnArchiveThatLiesAboutItsSizeIsRefused) {
  const std::string path = Zip(R"(
sheet = '<worksheet><sheetData>' + ' ' * 5_000_000 + '</sheetData></worksheet>'
parts(sheet)
z.close()
import struct
data = open(sys.argv[1], 'rb').read()
size = struct.pack('<I', len(sheet))
assert data.count(size) == 2
open(sys.argv[1], 'wb').write(data.replace(size, struct.pack('<I', 1000)))
sys.exit(0))");
  EXPECT_THAT(ReadXlsx(path), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(XlsxTest, TwoMillionRowsAndFarCellsAreRefused) {
  const std::string many = Zip(R"(
parts('<worksheet><sheetData>' + '<row r="%d"><c><v>1</v></c></row>' % 2_000_000 + '<row><c/></row>' * 2_000_000 +
      '</sheetData></worksheet>'))");
  EXPECT_THAT(ReadXlsx(many), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("got row 2000000, want at most 1048576 rows")));
  const std::string far = Zip(R"(
parts('<worksheet><sheetData><row r="1"><c r="ZZZZZZZZZZZ1"><v>1</v></c></row></sheetData>'
      '</worksheet>'))");
  EXPECT_THAT(ReadXlsx(far),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than 1000 columns")));
  const std::string wide = Zip(R"(
parts('<worksheet><sheetData>' + '<row><c r="AAA"><v>1</v></c></row>' * 3_000 +
      '</sheetData></worksheet>'))");
  EXPECT_THAT(ReadXlsx(wide),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than 2000000 cells")));
}

TEST_F(XlsxTest, EntitiesAreNotExpanded) {
  const std::string path = Zip(R"(
parts('<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData>'
      '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'))");
  const auto read = ReadXlsx(path);
  if (!read.ok()) return;
  ASSERT_EQ(read->sheets[0].columns.size(), 1U);
  EXPECT_LT(read->sheets[0].columns[0].size(), 10U);
}

}  // namespace
}  // namespace athena::athenactl
