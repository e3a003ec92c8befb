#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "athena/plan/v1/plan_service.pb.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Ran;

template <typename Message>
Message Parsed(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// The plan p of the institution a, as two documents.
class StratmlCommandsTest : public ::testing::Test {
 protected:
  StratmlCommandsTest() {
    options_.plan_address = plan_.address();
    const Connections connections(options_);
    ATHENA_EXPECT_OK(connections.Call<plan::Institution>(
        Parsed<plan::CreateInstitutionRequest>(R"(institution_id: "a")")));
    ATHENA_EXPECT_OK(connections.Call<plan::Plan>(
        Parsed<plan::CreatePlanRequest>(R"(parent: "institutions/a" plan_id: "p")")));
    plan_.SetExport(Parsed<plan::ExportPlanResponse>(R"(
      header {
        revision: 12 language_code: "nl"
        documents { file_name: "p.xml" }
        documents { file_name: "../p-hr.xml" unit: "institutions/a/units/hr" }
        fields { field: "Element.weight" resources: 1200 in_block: true }
        fields { field: "Plan.state" resources: 1 }
      }
      pieces { document: 0 content: "<a>" }
      pieces { document: 0 content: "</a>" }
      pieces { document: 1 content: "<b/>" })"));
    plan_.SetImport(Parsed<plan::ImportPlanResponse>(R"(
      plan { name: "institutions/a/plans/q" first_quarter: "2021-Q1" last_quarter: "2026-Q4" }
      elements { position { document: 0 line: 15 } element: "institutions/a/plans/q/elements/e1"
                 code: "1.1" }
      remarks { position { document: 1 line: 7 path: "PerformancePlanOrReport/Submitter" }
                text: "not imported: no field holds it" }
      remark_count: 1200 language_code: "en")"));
  }

  Ran Do(const std::vector<std::string>& words) const {
    return testing::RunAthenactl(words, options_);
  }

  testing::FakePlan plan_;
  ConnectionOptions options_;
  testing::Folder folder_;
};

TEST_F(StratmlCommandsTest, AnExportIsAFileForEachDocument) {
  const std::string out = folder_.path() + "/new/out";
  const Ran ran = Do({"export-plan", "a/p", out, "--language", "fr", "--as-of", "12"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, out + "/p.xml\n" + out + "/p-hr.xml\n" +
                         "2 documents of institutions/a/plans/p, true at revision 12\n"
                         "\n"
                         "Without an element in StratML:\n"
                         "FIELD           SET IN  KEPT\n"
                         "Element.weight   1,200  for import-plan\n"
                         "Plan.state           1  no\n");
  EXPECT_EQ(*ReadFile(out + "/p.xml"), "<a></a>");
  EXPECT_EQ(*ReadFile(out + "/p-hr.xml"), "<b/>");
  EXPECT_EQ(plan_.export_request().name(), "institutions/a/plans/p");
  EXPECT_EQ(plan_.export_request().language_code(), "fr");
  EXPECT_EQ(plan_.export_request().as_of().revision(), 12);
}

TEST_F(StratmlCommandsTest, AFolderThatCannotBeMadeIsNamed) {
  const std::string file = folder_.Write("file", "");
  const Ran ran = Do({"export-plan", "a/p", file + "/out"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr(file + "/out: "));
}

TEST_F(StratmlCommandsTest, ADryRunTellsWhatWasUnderstoodAndWhatWasNot) {
  const std::string first = folder_.Write("first.xml", "<a/>");
  const std::string second = folder_.Write("second.xml", "<b/>");
  const Ran ran = Do({"import-plan", "a/q", first, second, "--dry-run"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "CODE  ELEMENT  READ FROM\n"
            "1.1   e1       " +
                first +
                ":15\n"
                "\n" +
                second +
                ":7: Submitter: not imported: no field holds it\n"
                "and 1,199 more\n"
                "\n"
                "institutions/a/plans/q: 2021-Q1 to 2026-Q4, 1 element of 2 files, 1,200 "
                "remarks\n"
                "  nothing was changed (--dry-run)\n");
  EXPECT_EQ(plan_.changes(), 2);  // those of the constructor
  const plan::ImportPlanRequest request = plan_.import_request();
  EXPECT_TRUE(request.validate_only());
  EXPECT_EQ(request.parent(), "institutions/a");
  EXPECT_EQ(request.plan_id(), "q");
  EXPECT_THAT(request.documents(), ElementsAre("<a/>", "<b/>"));
}

TEST_F(StratmlCommandsTest, AFolderIsItsXmlFiles) {
  folder_.Write("in/p.xml", "<a/>");
  folder_.Write("in/p-hr.xml", "<b/>");
  folder_.Write("in/notes.txt", "no");
  const Ran ran =
      Do({"import-plan", "q", folder_.path() + "/in", "--reason", "merger", "--first-quarter",
          "2021-Q1", "--last-quarter", "2021-Q4", "--language", "fr"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, Not(HasSubstr("ELEMENT")));
  EXPECT_THAT(plan_.calls(), ::testing::Contains("ImportPlan q"));
  const plan::ImportPlanRequest request = plan_.import_request();
  EXPECT_THAT(request.documents(), ElementsAre("<b/>", "<a/>"));
  EXPECT_EQ(request.reason(), "merger");
  EXPECT_EQ(request.first_quarter(), "2021-Q1");
  EXPECT_EQ(request.last_quarter(), "2021-Q4");
  EXPECT_EQ(request.language_code(), "fr");
  EXPECT_NE(request.request_id(), "");
  EXPECT_THAT(Do({"import-plan", "q", folder_.path()}).err, HasSubstr("no file that ends in .xml"));
}

TEST_F(StratmlCommandsTest, ARefusalNamesTheFiles) {
  status::FieldFaults faults;
  faults.Describe("documents[0]", "line 3: bytes that are not UTF-8");
  faults.Describe("documents[1]:7 Goal[1].weight", "got -1");
  plan_.SetImport(faults.ToStatus());
  const std::string first = folder_.Write("first.xml", "<a/>");
  const std::string second = folder_.Write("second.xml", "<b/>");
  const Ran ran = Do({"import-plan", "a/q", first, second});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr(first + ": line 3: bytes that are not UTF-8"));
  EXPECT_THAT(ran.err, HasSubstr(second + ":7 Goal[1].weight: got -1"));
  EXPECT_THAT(ran.err, Not(HasSubstr("documents[")));
  EXPECT_THAT(ran.out, IsEmpty());
}

TEST_F(StratmlCommandsTest, AFileThatIsNotThereAndANameThatIsNoneAreNamed) {
  EXPECT_THAT(Do({"import-plan", "a/q", folder_.path() + "/none.xml"}).err, HasSubstr("/none.xml"));
  const Ran ran = Do({"import-plan", "a/b/c", folder_.Write("f.xml", "")});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("got a/b/c, want the plan to be made, like gob/PLAN"));
}

}  // namespace
}  // namespace athena::athenactl
