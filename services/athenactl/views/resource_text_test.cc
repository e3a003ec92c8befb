#include "services/athenactl/views/resource_text.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_split.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using athena::plan::v1::ListElementsResponse;

ListElementsResponse Elements(const std::string& text) {
  ListElementsResponse elements;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &elements)) << text;
  return elements;
}

std::string TableOf(const ListElementsResponse& elements, const ResourceTableOptions& options) {
  return ResourceTable(elements, *ListElementsResponse::descriptor()->FindFieldByName("elements"),
                       options);
}

constexpr char kTwo[] = R"(
  elements { name: "institutions/a/plans/p/elements/e1" kind: KIND_AXIS code: "1" priority: 2
             title { text { key: "en" value: "Mobility" } text { key: "nl" value: "Mobiliteit" } }
             etag: "x" revision: 17 }
  elements { name: "institutions/a/plans/p/elements/e1-1" kind: KIND_OBJECTIVE code: "1.1"
             parent_element: "institutions/a/plans/p/elements/e1" weight: 0.5 tags: "x" tags: "y"
             end_date { year: 2024 month: 12 day: 31 }
             title { text { key: "en" value: "Cycle paths" } } etag: "x" revision: 18 })";

TEST(ResourceTableTest, ShowsTheFieldsThatSomeRowHasAndTheTitleLast) {
  EXPECT_EQ(TableOf(Elements(kTwo), {.parent = "institutions/a/plans/p", .language = "nl"}),
            "ID    KIND       CODE  PARENT ELEMENT         WEIGHT  PRIORITY  END DATE    TAGS  "
            "REVISION  TITLE\n"
            "e1    axis       1                                           2                    "
            "      17  Mobiliteit\n"
            "e1-1  objective  1.1   a/plans/p/elements/e1     0.5            2024-12-31  x,y   "
            "      18  Cycle paths\n");
}

TEST(ResourceTableTest, FitsTheTerminalAndKeepsTheTitle) {
  for (const int width : {40, 80, 120}) {
    const std::string table = TableOf(
        Elements(kTwo), {.parent = "institutions/a/plans/p", .language = "en", .width = width});
    for (const absl::string_view line : absl::StrSplit(table, '\n')) {
      EXPECT_LE(Width(View(line)), width) << table;
    }
    EXPECT_NE(table.find("TITLE"), std::string::npos) << table;
    EXPECT_NE(table.find("Cycle paths"), std::string::npos) << table;
  }
}

TEST(ResourceTableTest, ShowsNamesWhereParentsDiffer) {
  EXPECT_EQ(TableOf(Elements(R"(elements { name: "institutions/a/plans/p/elements/e" code: "1" }
                                elements { name: "institutions/b/plans/p/elements/e" code: "2" })"),
                    {}),
            "NAME                  CODE\n"
            "a/plans/p/elements/e  1\n"
            "b/plans/p/elements/e  2\n");
  EXPECT_EQ(TableOf({}, {}), "");
}

TEST(ResourceTextTest, ShowsEachFieldAsSetTakesIt) {
  EXPECT_EQ(ResourceText(Elements(kTwo).elements(1), 0, false),
            "FIELD           VALUE\n"
            "name            institutions/a/plans/p/elements/e1-1\n"
            "kind            objective\n"
            "code            1.1\n"
            "parent_element  institutions/a/plans/p/elements/e1\n"
            "title.en        Cycle paths\n"
            "weight          0.5\n"
            "end_date        2024-12-31\n"
            "tags            x,y\n"
            "etag            x\n"
            "revision        18\n");
}

}  // namespace
}  // namespace athena::athenactl
