// What each format makes of a scorecard, as other programs read it.

#include "services/reporting/exports/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_split.h"
#include "libs/status/testing/matchers.h"
#include "libs/stratml/testing/schema_checker.h"
#include "services/reporting/exports/data_tables.h"
#include "services/reporting/exports/labels.h"
#include "services/reporting/exports/testing/sample.h"

namespace athena::reporting {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kHostile;
using ::testing::Not;
using testing::RunPython;
using testing::Sample;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing::TemporaryFile;

std::string Written(v1::ExportFormat format, const Exported& exported = Sample(),
                    bool guard = false) {
  const absl::StatusOr<std::string> file = FormatOf(format).write(exported, guard);
  ATHENA_EXPECT_OK(file);
  return file.value_or("");
}

std::string Lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// --- CSV, read by Python's csv module, which is strict about quotes ---

constexpr char kReadCsv[] = R"(
import csv
rows = list(csv.DictReader(open(path, newline='', encoding='utf-8-sig'), strict=True))
)";

TEST(CsvFormatTest, EachNodeAndIndicatorIsARowInTheOrderOfTheTree) {
  const std::string path = TemporaryFile("a.csv", Written(v1::EXPORT_FORMAT_CSV));
  EXPECT_EQ(RunPython(std::string(kReadCsv) + R"(
for row in rows:
    print(row['ROW_TYPE'], row['LEVEL'], row['CODE'], row['INDICATOR'].rpartition('/')[2],
          row['STATUS'], row['REASON'], row['SCORE'], sep='|')
)",
                      path),
            Lines({"PLAN|0|||AMBER||62.5", "ELEMENT|1|1||AMBER||62.5",
                   "ELEMENT|2|1.1||AMBER||66.666666666666", "INDICATOR|2|1.1|visits|RED||30",
                   "INDICATOR|2|1.1|load|GREEN||100", "ELEMENT|2|1.2||NO_SCORE|NO_REPORT|"}));
}

TEST(CsvFormatTest, NumbersAreExactAndWhatARowDoesNotHaveIsEmpty) {
  const std::string path = TemporaryFile("a.csv", Written(v1::EXPORT_FORMAT_CSV));
  EXPECT_EQ(RunPython(std::string(kReadCsv) + R"(
def show(row, *names):
    print(*(row[name] for name in names), sep='|')
show(rows[0], 'COMMITTED', 'COMMITMENT_EXECUTION', 'PAID', 'RISKS_OPEN', 'PERIOD_BEFORE_CHANGE',
     'OBS_VALUE', 'TIME_PERIOD', 'BASIS_DATE', 'PLAN_REVISION')
show(rows[1], 'CAPPED', 'CRITICAL', 'COMMITTED')
show(rows[2], 'OWNER_UNIT', 'END_DATE', 'MILESTONES_MISSED', 'FORECAST_END', 'CRITICAL', 'BLOCKERS')
show(rows[3], 'SLICE', 'OBS_VALUE', 'TARGET', 'GAP', 'PROVISIONAL', 'CELLS_EXPECTED', 'OWNER_UNIT',
     'PERIOD_BEFORE', 'MEASURE', 'UNIT_MEASURE')
show(rows[4], 'OBS_VALUE', 'TARGET', 'LOW', 'HIGH', 'RED_HIGH', 'DIRECTION')
)",
                      path),
            Lines({"1234567.5|0.61728375||1|1.8||2022-Q4|2023-01-31|12", "true||",
                   "institutions/gob/units/talent|2023-12-31|1|2024-01-15|true|-5 people",
                   "desk=NORTH|94.9996|95|-0.0004|true|3||1329.4996|+2 desks|%",
                   "12345678901234567890.123||2|4.5|6|RANGE"}));
}

TEST(CsvFormatTest, ACapThatChangedNothingAndDecimalsThatAreNotKnownAreEmpty) {
  Exported exported = Sample();
  v1::ScorecardNode& objective =
      *exported.card.mutable_result()->mutable_root()->mutable_children(0);
  objective.mutable_caps(0)->set_changed_status(false);
  // Of an indicator that may not be read.
  objective.mutable_children(0)->mutable_indicators(0)->clear_direction();
  const std::string path = TemporaryFile("a.csv", Written(v1::EXPORT_FORMAT_CSV, exported));
  EXPECT_EQ(RunPython(std::string(kReadCsv) + R"(
print(repr(rows[1]['CAPPED']), repr(rows[3]['DECIMALS']), repr(rows[4]['DECIMALS']))
)",
                      path),
            Lines({"'' '' '1'"}));
}

TEST(CsvFormatTest, TextsComeBackAsTheyWereUnlessTheyAreGuarded) {
  const std::string script = std::string(kReadCsv) + R"(
print(repr(rows[5]['TITLE']), repr(rows[2]['NARRATIVE']), rows[3]['MEASURE'], rows[2]['BLOCKERS'],
      rows[3]['GAP'], sep='\n')
)";
  const std::string repr = R"('=HYPERLINK("x",1)<script>alert(\'1\')</script>&amp;\nsecond, line')";
  const std::string guarded =
      R"('\'=HYPERLINK("x",1)<script>alert(\'1\')</script>&amp;\nsecond, line')";
  const std::string plain = Written(v1::EXPORT_FORMAT_CSV);
  EXPECT_THAT(plain, StartsWith("ROW_TYPE,PLAN,TIME_PERIOD,NODE,"));
  EXPECT_EQ(RunPython(script, TemporaryFile("a.csv", plain)),
            Lines({repr, repr, "+2 desks", "-5 people", "-0.0004"}));
  const std::string for_people = Written(v1::EXPORT_FORMAT_CSV, Sample(), true);
  EXPECT_THAT(for_people, StartsWith("\xEF\xBB\xBFROW_TYPE,"));
  EXPECT_EQ(RunPython(script, TemporaryFile("a.csv", for_people)),
            Lines({guarded, guarded, "'+2 desks", "'-5 people", "-0.0004"}));
}

TEST(CsvFormatTest, LinesEndInCarriageReturnAndLineFeed) {
  const std::string file = Written(v1::EXPORT_FORMAT_CSV);
  // Six rows, the columns, and the line ends inside of two texts.
  EXPECT_THAT(std::vector<std::string>(absl::StrSplit(file, "\r\n")), SizeIs(8));
  EXPECT_THAT(std::vector<std::string>(absl::StrSplit(file, '\n')), SizeIs(10));
}

// --- XLSX, read by openpyxl ---

constexpr char kReadXlsx[] = R"(
import openpyxl
book = openpyxl.load_workbook(path)
def table(name):
    rows = [[cell.value for cell in row] for row in book[name].rows]
    return [dict(zip(rows[0], row)) for row in rows[1:]]
)";

TEST(XlsxFormatTest, ItHasASheetToReadAndSheetsOfData) {
  const std::string path = TemporaryFile("a.xlsx", Written(v1::EXPORT_FORMAT_XLSX));
  EXPECT_EQ(RunPython(std::string(kReadXlsx) + R"(
print(book.sheetnames)
print([len(table(name)) for name in book.sheetnames[1:]])
)",
                      path),
            "['Scorecard', 'NODES', 'INDICATORS', 'UNITS', 'MILESTONES', 'RISKS', 'BUDGET']\n"
            "[4, 2, 1, 2, 1, 1]\n");
}

TEST(XlsxFormatTest, NumbersAreNumbersUnlessTheyWouldBeRounded) {
  const std::string path = TemporaryFile("a.xlsx", Written(v1::EXPORT_FORMAT_XLSX));
  EXPECT_EQ(RunPython(std::string(kReadXlsx) + R"(
nodes, links = table('NODES'), table('INDICATORS')
print(nodes[0]['SCORE'], nodes[2]['SCORE'], nodes[2]['WEIGHT'], nodes[2]['END_DATE'].isoformat())
print(links[0]['OBS_VALUE'], links[0]['GAP'], links[0]['TARGET'], links[0]['MEASURE'])
print(repr(links[1]['OBS_VALUE']), links[1]['TARGET'])
print(table('BUDGET')[0]['COMMITTED'], table('RISKS')[0]['RISK_SCORE'])
print(table('MILESTONES')[0]['MILESTONE_STATE'], table('MILESTONES')[0]['DUE_DATE'].date())
)",
                      path),
            Lines({"62.5 66.666666666666 2.5 2023-12-31T00:00:00", "94.9996 -0.0004 95 +2 desks",
                   "'12345678901234567890.123' None", "1234567.5 12", "MISSED 2022-09-30"}));
}

TEST(XlsxFormatTest, NoCellIsAFormula) {
  const std::string path = TemporaryFile("a.xlsx", Written(v1::EXPORT_FORMAT_XLSX));
  EXPECT_EQ(RunPython(std::string(kReadXlsx) + R"(
print({cell.data_type for sheet in book for row in sheet.rows for cell in row} - {'n', 's', 'd'})
print(table('NODES')[3]['TITLE'].startswith('=HYPERLINK("x",1)<script>'))
)",
                      path),
            Lines({"set()", "True"}));
}

TEST(XlsxFormatTest, TheSheetToReadSaysEachStatusInAWordBesideItsColour) {
  Exported exported = Sample();
  exported.language = Language::kFrench;
  const std::string path = TemporaryFile("a.xlsx", Written(v1::EXPORT_FORMAT_XLSX, exported));
  EXPECT_EQ(RunPython(std::string(kReadXlsx) + R"(
sheet = book.worksheets[0]
print(sheet.title, sheet.freeze_panes, sheet.page_setup.orientation, sheet.page_setup.paperSize)
for row in sheet.iter_rows(min_row=sheet.max_row - 5):
    print(row[0].value, row[2].value, row[2].fill.fgColor.rgb, row[4].value, row[6].value,
          row[6].number_format, row[8].value, sep='|')
)",
                      path),
            Lines({"Carte de scores C7 landscape 9", "None|Orange|FFFDF1DC|62.5|None|General|None",
                   "1|Orange|FFFDF1DC|62.5|None|General|None",
                   "1.1|Orange|FFFDF1DC|66.666666666666|None|General|None",
                   "None|Rouge|FFFDEAE8|30|94.9996|#,##0.0000|95",
                   "None|Vert|FFE4F4EC|100|1.234567890123457e+19|#,##0.0|2,0 à 4,5",
                   "1.2|Pas de score|FFECEFF1|None|None|General|None"}));
}

TEST(XlsxFormatTest, EqualScorecardsGiveEqualBytes) {
  EXPECT_EQ(Written(v1::EXPORT_FORMAT_XLSX), Written(v1::EXPORT_FORMAT_XLSX));
}

// --- HTML ---

pugi::xml_document Parsed(const std::string& page) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(page.data(), page.size(), pugi::parse_default | pugi::parse_doctype);
  EXPECT_TRUE(parsed) << parsed.description() << " at " << page.substr(parsed.offset, 80);
  return document;
}

std::string TextOf(pugi::xml_node node) {
  std::string text;
  for (const pugi::xml_node child : node.children()) {
    text += child.type() == pugi::node_pcdata ? child.value() : TextOf(child);
  }
  return text;
}

TEST(HtmlFormatTest, TextsOfDataAreNeverMarkup) {
  const std::string page = Written(v1::EXPORT_FORMAT_HTML);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  const pugi::xml_document document = Parsed(page);
  int found = 0;
  for (const pugi::xpath_node& cell : document.select_nodes("//th | //dd")) {
    if (TextOf(cell.node()).find(kHostile) != std::string::npos) ++found;
  }
  EXPECT_EQ(found, 3);  // an element's title, a report, a risk
}

TEST(HtmlFormatTest, ThePageLoadsAndRunsNothing) {
  const std::string page = Written(v1::EXPORT_FORMAT_HTML);
  EXPECT_THAT(page, AllOf(Not(HasSubstr("http:")), Not(HasSubstr("https:")), Not(HasSubstr("url(")),
                          Not(HasSubstr("@import"))));
  const pugi::xml_document document = Parsed(page);
  for (const pugi::xpath_node& link : document.select_nodes("//@href | //@src")) {
    EXPECT_EQ(link.attribute().value()[0], '#') << link.attribute().value();
  }
}

TEST(HtmlFormatTest, TablesHaveCaptionsScopesAndAWordForEachStatus) {
  const pugi::xml_document document = Parsed(Written(v1::EXPORT_FORMAT_HTML));
  EXPECT_THAT(document.select_nodes("//table[not(caption)]"), IsEmpty());
  EXPECT_THAT(document.select_nodes("//th[not(@scope)]"), IsEmpty());
  EXPECT_THAT(document.select_nodes("//tbody/tr[not(th)]"), IsEmpty());
  EXPECT_EQ(document.select_nodes("//h1").size(), 1);
  for (const pugi::xpath_node& status :
       document.select_nodes("//span[starts-with(@class, 'st ')]")) {
    EXPECT_NE(TextOf(status.node()), "");
  }
  const pugi::xpath_node_set rows = document.select_nodes("//table[@class='tree']/tbody/tr");
  ASSERT_EQ(rows.size(), 6);
  // Rounded so that red does not look like the target.
  EXPECT_EQ(TextOf(rows[3].node()),
            "Visitsdesk=NORTHRed30.094.9996\u00a0%provisional95.000095.00002022-Q4"
            "\u22121,234.5000 worse1");
  EXPECT_THAT(TextOf(rows[1].node()), HasSubstr("a critical part holds it back"));
  EXPECT_THAT(TextOf(rows[5].node()), HasSubstr("the progress report is due, and there is none"));
}

TEST(HtmlFormatTest, EachLanguageHasItsWordsAndNumbersAndSaysOfOtherTextsWhichTheyAre) {
  Exported exported = Sample();
  for (const auto& [language, score, word] : {std::tuple(Language::kDutch, "62,5", "Oranje"),
                                              std::tuple(Language::kFrench, "62,5", "Orange"),
                                              std::tuple(Language::kEnglish, "62.5", "Amber")}) {
    exported.language = language;
    const std::string page = Written(v1::EXPORT_FORMAT_HTML, exported);
    const pugi::xml_document document = Parsed(page);
    EXPECT_EQ(std::string(document.child("html").attribute("lang").value()), TagOf(language));
    EXPECT_EQ(TextOf(document.select_node("//span[@class='number']").node()), score);
    EXPECT_THAT(page, HasSubstr(word));
    // The title of 1.1 is in Dutch alone, all others are in English.
    const std::string marked = document.select_node("//table[@class='tree']/tbody/tr[3]/th/span[2]")
                                   .node()
                                   .attribute("lang")
                                   .value();
    EXPECT_EQ(marked, language == Language::kDutch ? "" : "nl");
    const std::string visits = document.select_node("//table[@class='tree']/tbody/tr[4]/th/span")
                                   .node()
                                   .attribute("lang")
                                   .value();
    EXPECT_EQ(visits, language == Language::kEnglish ? "" : "en");
  }
}

TEST(HtmlFormatTest, TheChartHasAPointForEachQuarterAndATableBelow) {
  const pugi::xml_document document = Parsed(Written(v1::EXPORT_FORMAT_HTML));
  const pugi::xml_node chart = document.select_node("//svg[@class='chart']").node();
  EXPECT_EQ(chart.select_nodes("g/use").size(), 3);
  // 2022-Q2 has no score: the line begins at 2022-Q3.
  EXPECT_EQ(std::string(chart.select_node("path[@class='ln']/@d").attribute().value()).front(),
            'M');
  EXPECT_THAT(TextOf(document.select_node("//table[@class='short']/tbody").node()),
              HasSubstr("2022-Q2–No score2022-Q360.7Amber2022-Q462.5Amber"));
}

TEST(HtmlFormatTest, AnEmptyScorecardIsAPageToo) {
  Exported exported;
  exported.card.set_name("institutions/gob/plans/sp/scorecards/2022-Q4");
  exported.card.mutable_result()->mutable_root()->set_name("institutions/gob/plans/sp");
  Parsed(Written(v1::EXPORT_FORMAT_HTML, exported));
  EXPECT_THAT(StratmlFaults(Written(v1::EXPORT_FORMAT_STRATML, exported)), IsEmpty());
  EXPECT_NE(Written(v1::EXPORT_FORMAT_XLSX, exported), "");
}

// --- StratML ---

TEST(StratmlFormatTest, TheReportFollowsTheSchema) {
  const std::string report = Written(v1::EXPORT_FORMAT_STRATML);
  EXPECT_THAT(StratmlFaults(report), IsEmpty()) << report;
  const pugi::xml_document document = Parsed(report);
  EXPECT_EQ(std::string(document.document_element().attribute("Type").value()),
            "Performance_Report");
  std::vector<std::string> objectives;
  for (const pugi::xpath_node& id : document.select_nodes("//Objective/Identifier")) {
    objectives.push_back(TextOf(id.node()));
  }
  EXPECT_THAT(objectives, ElementsAre("own.gob.sp.e1", "element.gob.sp.e11", "element.gob.sp.e12"));
  const pugi::xml_node visits =
      document.select_node("//PerformanceIndicator[Identifier='link.gob.sp.e11.1']").node();
  EXPECT_EQ(TextOf(visits.child("MeasurementDimension")), "Visits {desk=NORTH}");
  EXPECT_EQ(TextOf(visits.select_node("MeasurementInstance/TargetResult").node()),
            "2022-10-012022-12-3195");
  EXPECT_EQ(TextOf(visits.select_node("MeasurementInstance/ActualResult").node()),
            "2022-10-012022-12-3194.9996RED");
}

TEST(StratmlFormatTest, AnElementIsAGoalOfItsOwn) {
  Exported exported = Sample();
  v1::ScorecardNode objective = exported.card.result().root().children(0).children(0);
  *exported.card.mutable_result()->mutable_root() = objective;
  const std::string report = Written(v1::EXPORT_FORMAT_STRATML, exported);
  EXPECT_THAT(StratmlFaults(report), IsEmpty()) << report;
  EXPECT_THAT(report, HasSubstr("<Identifier>own.gob.sp.e11</Identifier>"));
}

// --- all ---

TEST(FormatsTest, EachFormatOfTheContractHasARow) {
  for (int format = 1; v1::ExportFormat_IsValid(format); ++format) {
    EXPECT_EQ(FormatOf(static_cast<v1::ExportFormat>(format)).format, format);
  }
}

TEST(LabelsTest, EachLabelHasATextInEachLanguage) {
  for (const Language language : kLanguages) {
    for (int label = 0; label < static_cast<int>(Label::kLabels); ++label) {
      EXPECT_NE(LabelIn(language, static_cast<Label>(label)), "") << label;
    }
  }
  // The texts stand in the order of the labels.
  EXPECT_EQ(LabelIn(Language::kDutch, Label::kScorecard), "Scorekaart");
  EXPECT_EQ(LabelIn(Language::kEnglish, Label::kGap), "Gap");
  EXPECT_EQ(LabelIn(Language::kFrench, Label::kWithdrawn), "retiré");
  EXPECT_EQ(LabelIn(Language::kEnglish, Label::kFile), "Exported from Athena");
}

TEST(LabelsTest, OneIsSingular) {
  const Labels labels(Language::kFrench);
  EXPECT_EQ(labels.Say(Label::kPlaces, "1"), "1 endroit");
  EXPECT_EQ(labels.Say(Label::kPlaces, "2"), "2 endroits");
}

}  // namespace
}  // namespace athena::reporting
