// export and import of sheets.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using testing::FakeIndicator;
using testing::FakePlan;
using testing::Folder;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Ran;

constexpr char kSheetElements[] = R"([
  {"name": "institutions/a/plans/p/elements/e1", "code": "1", "tags": ["=x", "y,z"],
   "title": {"text": {"en": "Mobility", "nl": "Mobiliteit"}},
   "milestones": [{"id": "m1", "dueDate": {"year": 2025, "month": 6, "day": 30}},
                  {"id": "m2", "dueDate": {"year": 2026, "month": 6, "day": 30}}]},
  {"name": "institutions/a/plans/p/elements/e2", "code": "2"},
  {"name": "institutions/a/plans/p/elements/e3", "code": "3", "critical": true}])";

class SheetsTest : public ::testing::Test {
 protected:
  SheetsTest() {
    options_.plan_address = plan_.address();
    options_.indicator_address = indicator_.address();
    ImportJson("institutions", R"({"name": "institutions/a"})");
    ImportJson("plans", R"({"name": "institutions/a/plans/p", "firstQuarter": "2021-Q1"})");
    ImportJson("elements", kSheetElements);
  }

  Ran Do(const std::vector<std::string>& words) { return testing::RunAthenactl(words, options_); }
  void ImportJson(const std::string& kind, const std::string& json) {
    EXPECT_EQ(Do({"import", kind, folder_.Write("resources.json", json)}).code, 0);
  }
  std::string Export(const std::string& file) {
    const std::string path = absl::StrCat(folder_.path(), "/", file);
    const Ran ran = Do({"export", "elements", "a/plans/p", path});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return path;
  }
  Ran Import(const std::string& path, const std::vector<std::string>& flags = {}) {
    std::vector<std::string> words = {"import", "elements", path};
    words.insert(words.end(), flags.begin(), flags.end());
    return Do(words);
  }
  athena::plan::v1::Element Element(const std::string& id) {
    return plan_.element("institutions/a/plans/p/elements/" + id);
  }
  static std::string Text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  static void Replace(const std::string& path, const std::string& from, const std::string& to) {
    const std::string before = Text(path);
    EXPECT_NE(before.find(from), std::string::npos) << before;
    std::ofstream(path, std::ios::binary) << absl::StrReplaceAll(before, {{from, to}});
  }

  FakePlan plan_;
  FakeIndicator indicator_;
  ConnectionOptions options_;
  Folder folder_;
};

TEST_F(SheetsTest, AnExportThatIsImportedChangesNothing) {
  for (const char* file : {"plan.csv", "plan.xlsx"}) {
    const std::string path = Export(file);
    const size_t calls = plan_.calls().size();
    const Ran ran = Import(path);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("3 elements: 0 new, 0 changed, 3 unchanged\n"));
    EXPECT_EQ(plan_.calls().size(), calls);
  }
}

TEST_F(SheetsTest, EveryKindIsExported) {
  for (const char* kind : {"units", "plans", "risks", "processes", "budget-lines", "decisions",
                           "indicators", "series-ends", "closings"}) {
    const std::string path = absl::StrCat(folder_.path(), "/", kind, ".xlsx");
    const Ran ran = Do({"export", kind, "a", path});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(Text(path).substr(0, 2), "PK");
  }
  EXPECT_EQ(Do({"export", "institutions", folder_.path() + "/i.csv"}).code, 0);
  EXPECT_THAT(Text(folder_.path() + "/i.csv"), HasSubstr("institutions/a,"));
}

TEST_F(SheetsTest, AnEditOfAnotherProgramChangesThatCellAlone) {
  const std::string path = Export("plan.xlsx");
  const std::string script = folder_.Write("edit.py", R"(
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
sheet = book['milestones']
titles = [cell.value for cell in sheet[1]]
assert sheet.cell(3, titles.index('id') + 1).value == 'm2'
sheet.cell(3, titles.index('due_date') + 1).value = sys.argv[2]
book.save(sys.argv[1]))");
  const auto edit = [&](const std::string& date) {
    const std::string command = absl::StrCat("/usr/bin/python3 ", script, " ", path, " ", date);
    EXPECT_EQ(system(command.c_str()), 0);
  };
  edit("2026-07-31");
  const std::string etag = Element("e1").etag();

  Ran ran = Import(path, {"--dry-run"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("elements/e1: milestones row 3, due_date: from \"2026-06-30\" to "
                                 "\"2026-07-31\"\n"));
  EXPECT_THAT(ran.out, HasSubstr("nothing was changed (--dry-run)\n"));
  EXPECT_EQ(plan_.calls().back(), "BatchUpdateElements 1 validate_only");
  EXPECT_EQ(Element("e1").etag(), etag);

  ran = Import(path, {"--reason", "later"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("3 elements: 0 new, 1 changed, 2 unchanged\n"));
  EXPECT_EQ(plan_.calls().back(), "BatchUpdateElements 1");
  const auto last = plan_.last_request("BatchUpdateElements");
  const auto& request = static_cast<const athena::plan::v1::BatchUpdateElementsRequest&>(*last);
  EXPECT_EQ(request.parent(), "institutions/a/plans/p");
  EXPECT_EQ(request.reason(), "later");
  EXPECT_FALSE(request.request_id().empty());
  EXPECT_THAT(request.requests(0).update_mask().paths(), ElementsAre("milestones"));
  EXPECT_EQ(Element("e1").milestones(0).due_date().month(), 6);
  EXPECT_EQ(Element("e1").milestones(1).due_date().month(), 7);
  EXPECT_EQ(Element("e1").milestones(1).due_date().day(), 31);

  // Its etag is old now: that matters once the row changes something.
  ran = Import(path);
  EXPECT_THAT(ran.out, HasSubstr("3 elements: 0 new, 0 changed, 3 unchanged\n")) << ran.err;
  edit("2026-08-31");
  ran = Import(path);
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("plan.xlsx:elements:2: etag: got \"e1\", want e1+"));
}

TEST_F(SheetsTest, RowsAreCreatedAndChangedInOneBatch) {
  const std::string path = Export("plan.csv");
  Replace(path, "institutions/a/plans/p/elements/e3", "a/plans/p/elements/e4");
  // e4 is new, so nothing that a service sets may stand there.
  Replace(path, ",e1,7,,\n", ",,,,\n");
  Ran ran = Import(path);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("institutions/a/plans/p/elements/e4: new, row 4: code 3, "
                                 "critical yes\n"));
  EXPECT_EQ(plan_.calls().back(), "BatchUpdateElements 1");
  EXPECT_TRUE(Element("e4").critical());
  EXPECT_TRUE(Element("e3").critical()) << "nothing is deleted";

  const std::string weights = folder_.Write("weights.csv",
                                            "name;code;weight\n"
                                            "a/plans/p/elements/e1;1.1;0,5\n"
                                            "a/plans/p/elements/e2;;\n");
  ran = Import(weights, {"--separator", ";", "--decimal", ","});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("weights.csv:2: etag: got nothing"));
  ran = Import(weights, {"--separator", ";", "--decimal", ",", "--update", "--reason", "r"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(Element("e1").code(), "1.1");
  EXPECT_EQ(Element("e1").weight(), 0.5);
  EXPECT_EQ(Element("e1").title().text().at("en"), "Mobility");
  EXPECT_EQ(Element("e1").milestones_size(), 2);
  EXPECT_EQ(Element("e2").code(), "");
}

TEST_F(SheetsTest, WhatTheServiceRefusesIsNamedByItsCell) {
  const std::string path = folder_.Write("units.csv",
                                         "name,display_name.nl,parent_unit\n"
                                         "a/units/one,Een,\n"
                                         "a/units/two,Twee,institutions/a/units/none\n");
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{}, std::vector<std::string>{"--dry-run"}}) {
    std::vector<std::string> words = {"import", "units", path};
    words.insert(words.end(), flags.begin(), flags.end());
    const Ran ran = Do(words);
    EXPECT_EQ(ran.code, 3);
    EXPECT_THAT(ran.err, HasSubstr("units.csv:3: parent_unit: got \"institutions/a/units/none\""));
    EXPECT_THAT(ran.err, HasSubstr("nothing was imported: 1 row of 2 refused\n"));
  }
  EXPECT_THAT(Do({"list", "units", "a"}).out, HasSubstr("There are no such units"));
}

TEST_F(SheetsTest, ADryRunShowsWhatNewResourcesHave) {
  const std::string path = folder_.Write("new.csv",
                                         "name,code,title.nl,parent_element\n"
                                         "a/plans/p/elements/n,9,Fietsen,1\n");
  folder_.Write("new.milestones.csv",
                "name,id\na/plans/p/elements/n,m1\na/plans/p/elements/n,m2\n");
  const Ran ran = Import(path, {"--dry-run"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("elements/n: new, row 2: code 9, title.nl Fietsen, parent_element "
                                 "institutions/a/plans/p/elements/1, 2 milestones\n"));
}

TEST_F(SheetsTest, ProgressReportsOfSeveralElementsAreOneRevision) {
  const std::string path = folder_.Write("reports.csv",
                                         "name,percent_complete\n"
                                         "a/plans/p/elements/e1/progressReports/2026-Q1,35\n"
                                         "a/plans/p/elements/e2/progressReports/2026-Q1,70\n");
  const auto import = [&](const std::vector<std::string>& flags) {
    std::vector<std::string> words = {"import", "progress-reports", path};
    words.insert(words.end(), flags.begin(), flags.end());
    return Do(words);
  };
  Ran ran = import({});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2 progress-reports: 2 new, 0 changed, 0 unchanged\n"));
  ran = import({});
  EXPECT_THAT(ran.out, HasSubstr("2 progress-reports: 0 new, 0 changed, 2 unchanged\n"));
  const auto last = plan_.last_request("BatchUpdateProgressReports");
  EXPECT_EQ(static_cast<const athena::plan::v1::BatchUpdateProgressReportsRequest&>(*last).parent(),
            "institutions/a/plans/p/elements/-");
  ran = Do({"export", "progress-reports", "a/plans/p/elements/-", folder_.path() + "/r.csv"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto listed = plan_.last_request("ListProgressReports");
  EXPECT_EQ(static_cast<const athena::plan::v1::ListProgressReportsRequest&>(*listed).parent(),
            "institutions/a/plans/p/elements/-");
  folder_.Write("reports.csv",
                "name,percent_complete\n"
                "a/plans/p/elements/e1/progressReports/2026-Q1,40\n"
                "a/plans/q/elements/e2/progressReports/2026-Q1,80\n");
  ran = import({"--update", "--reason", "r"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("want a file for each: a file is one revision or none"));
}

TEST_F(SheetsTest, TheDecisionBehindAFileIsKept) {
  const std::string path = folder_.Write("plan.csv", "name,code\na/plans/p/elements/e1,7\n");
  EXPECT_EQ(Import(path, {"--update", "--reason", "r", "--decision", "a/decisions/d1"}).code, 0);
  const auto last = plan_.last_request("BatchUpdateElements");
  EXPECT_EQ(static_cast<const athena::plan::v1::BatchUpdateElementsRequest&>(*last).decision(),
            "institutions/a/decisions/d1");
  const std::string units = folder_.Write("units.csv", "name\na/units/u\n");
  EXPECT_THAT(Do({"import", "units", units, "--decision", "a/decisions/d1"}).err,
              HasSubstr("the contract does not keep decisions with changes of units"));
}

TEST_F(SheetsTest, TextThatLooksLikeAFormulaIsGuardedOnDemand) {
  const std::string path = folder_.path() + "/plan.csv";
  EXPECT_EQ(Do({"export", "elements", "a/plans/p", path, "--spreadsheet"}).code, 0);
  EXPECT_THAT(Text(path), HasSubstr("\"'=x,\"\"y,z\"\"\""));
  const Ran ran = Import(path, {"--spreadsheet"});
  EXPECT_THAT(ran.out, HasSubstr("3 unchanged\n")) << ran.err;
}

TEST_F(SheetsTest, WhatCannotBeOneRevisionIsMisuse) {
  ImportJson("plans", R"({"name": "institutions/a/plans/q"})");
  Ran ran = Import(folder_.Write("two.csv",
                                 "name,code\n"
                                 "a/plans/p/elements/n,8\n"
                                 "a/plans/q/elements/n,9\n"));
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("want a file for each"));
  std::string many = "name,code\n";
  for (int at = 0; at < 1'001; ++at)
    absl::StrAppend(&many, "a/plans/p/elements/n", at, ",", at, "\n");
  ran = Import(folder_.Write("many.csv", many));
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("got 1,001 elements that are new or change, want at most 1,000"));
  const std::vector<std::string> calls = plan_.calls();
  EXPECT_THAT(calls, Each(Not(HasSubstr("BatchUpdate"))));
}

TEST_F(SheetsTest, WhatExportCannotTakeIsMisuseThatSaysSo) {
  const auto misuse = [&](const std::vector<std::string>& words) {
    const Ran ran = Do(words);
    EXPECT_EQ(ran.code, 2) << ran.out;
    return ran.err;
  };
  EXPECT_THAT(misuse({"export", "elements", "a/plans/p", "plan.ods"}),
              HasSubstr("FILE got plan.ods, want FILE.xlsx or FILE.csv"));
  EXPECT_THAT(misuse({"export", "elements", "plan.xlsx"}),
              HasSubstr("export needs the resource whose elements it exports"));
  EXPECT_THAT(misuse({"export", "institutions", "a", "plan.xlsx"}),
              HasSubstr("PARENT got a, but institutions have no parent"));
  EXPECT_THAT(misuse({"export", "things", "a", "plan.xlsx"}), HasSubstr("KIND got things"));
  EXPECT_THAT(misuse({"export", "elements", "a/plans/p", "plan.xlsx", "--from", "2021"}),
              HasSubstr("--from is for observations"));
}

}  // namespace
}  // namespace athena::athenactl
