// list, get, set and import.

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

using ::testing::ElementsAre;
using testing::FakeIndicator;
using testing::FakePlan;
using testing::Folder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Ran;

constexpr char kElements[] = R"([
  {"name": "institutions/a/plans/p/elements/e1", "code": "1", "tags": ["x"],
   "title": {"text": {"en": "Mobility", "nl": "Mobiliteit"}}},
  {"name": "institutions/a/plans/p/elements/e2", "code": "2"},
  {"name": "institutions/a/plans/p/elements/e3", "code": "3", "critical": true}])";

class ResourcesTest : public ::testing::Test {
 protected:
  ResourcesTest() {
    options_.plan_address = plan_.address();
    options_.indicator_address = indicator_.address();
    Import("institutions", R"({"name": "institutions/a"})");
    Import("plans", R"({"name": "institutions/a/plans/p", "firstQuarter": "2021-Q1"})");
  }

  Ran Do(const std::vector<std::string>& words) { return testing::RunAthenactl(words, options_); }

  Ran Import(const std::string& kind, const std::string& json,
             const std::vector<std::string>& flags = {}) {
    std::vector<std::string> words = {"import", kind, folder_.Write("resources.json", json)};
    words.insert(words.end(), flags.begin(), flags.end());
    return Do(words);
  }

  athena::plan::v1::Element Element(const std::string& id) {
    return plan_.element("institutions/a/plans/p/elements/" + id);
  }

  FakePlan plan_;
  FakeIndicator indicator_;
  ConnectionOptions options_;
  Folder folder_;
};

TEST_F(ResourcesTest, ListShowsIdsBelowOneParentAndNamesBelowSeveral) {
  EXPECT_EQ(Do({"list", "institutions"}).out,
            "ID  TIME ZONE        REVISION\n"
            "a   Europe/Brussels         1\n");
  EXPECT_EQ(Do({"list", "plans", "a"}).out,
            "ID  FIRST QUARTER  STATE  MIN COVERAGE\n"
            "p   2021-Q1        draft           0.5\n");
  Import("institutions", R"({"name": "institutions/b"})");
  Import("plans", R"({"name": "institutions/b/plans/p"})");
  EXPECT_EQ(Do({"list", "plan"}).out,
            "NAME       FIRST QUARTER  STATE  MIN COVERAGE\n"
            "a/plans/p  2021-Q1        draft           0.5\n"
            "b/plans/p                 draft           0.5\n");
  EXPECT_EQ(Do({"list", "units", "a"}).out, "There are no such units that you may read.\n");
}

TEST_F(ResourcesTest, ListFollowsThePagesAndPrintsThemAsOneAnswer) {
  ASSERT_EQ(Import("elements", kElements).code, 0);
  const Ran ran = Do({"list", "elements", "a/plans/p", "--json"});
  athena::plan::v1::ListElementsResponse listed;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(ran.out, &listed).ok()) << ran.out;
  ASSERT_EQ(listed.elements_size(), 3);
  EXPECT_EQ(listed.elements(2).code(), "3");
  EXPECT_EQ(Do({"list", "elements", "a/p"}).out, Do({"list", "elements", "a/plans/p"}).out);
  EXPECT_EQ(listed.next_page_token(), "");
}

TEST_F(ResourcesTest, FlagsAndFieldsOfListBecomeTheRequest) {
  EXPECT_EQ(
      Do({"list", "indicators", "institutions/a", "--filter", "unit = \"m\"", "--as-of=7"}).code,
      0);
  const auto last = indicator_.last_request("ListIndicators");
  ASSERT_NE(last, nullptr);
  const auto& request = static_cast<const athena::indicator::v1::ListIndicatorsRequest&>(*last);
  EXPECT_EQ(request.parent(), "institutions/a");
  EXPECT_EQ(request.filter(), "unit = \"m\"");
  EXPECT_EQ(request.as_of().revision(), 7);
  EXPECT_EQ(request.page_size(), 1'000);
  EXPECT_EQ(Do({"list", "closings", "a", "page_size=3"}).code, 0);
  const auto closings = indicator_.last_request("ListClosings");
  ASSERT_NE(closings, nullptr);
  EXPECT_EQ(static_cast<const athena::indicator::v1::ListClosingsRequest&>(*closings).page_size(),
            3);
}

TEST_F(ResourcesTest, WhatListCannotTakeIsMisuseThatSaysSo) {
  const auto misuse = [&](const std::vector<std::string>& words) {
    const Ran ran = Do(words);
    EXPECT_EQ(ran.code, 2);
    return ran.err;
  };
  EXPECT_THAT(misuse({"list", "things"}), HasSubstr("KIND got things, want one of institutions,"));
  EXPECT_THAT(misuse({"list", "institutions", "a"}),
              HasSubstr("PARENT got a, but institutions have no parent"));
  EXPECT_THAT(misuse({"list", "elements", "a/plans/p/elements"}),
              HasSubstr("PARENT got a/plans/p/elements, want an institution, like gob, a plan"));
  EXPECT_THAT(misuse({"list", "closings", "a", "--filter=x"}),
              HasSubstr("--filter got x, but the list of closings takes no --filter"));
  EXPECT_THAT(misuse({"list", "units", "a", "colour=red"}),
              HasSubstr("there is no field colour; want one of parent, page_size"));
  EXPECT_THAT(misuse({"list", "units", "a", "b"}), HasSubstr("did not expect b"));
}

TEST_F(ResourcesTest, GetShowsAResourceOfAnyKindByItsName) {
  const std::string text =
      "FIELD          VALUE\n"
      "name           institutions/a/plans/p\n"
      "first_quarter  2021-Q1\n"
      "state          draft\n"
      "min_coverage   0.5\n"
      "etag           e1\n";
  EXPECT_EQ(Do({"get", "institutions/a/plans/p"}).out, text);
  EXPECT_EQ(Do({"get", "a/plans/p"}).out, text);
  EXPECT_THAT(Do({"get", "a", "--json"}).out, HasSubstr("\"timeZone\": \"Europe/Brussels\""));
  EXPECT_EQ(Do({"get", "a/plans/q"}).code, 1);
  const Ran ran = Do({"get", "a/p"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err,
              HasSubstr("NAME got a/p, want a resource name like institutions/gob/units/"));
}

TEST_F(ResourcesTest, SetChangesTheFieldsThatDifferAndNoOthers) {
  ASSERT_EQ(Import("elements", kElements).code, 0);
  const std::string e1 = "institutions/a/plans/p/elements/e1";
  Ran ran = Do({"set", "a/plans/p/elements/e1", "title.nl=Vervoer", "tags+=y", "code=1", "--reason",
                "as agreed"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "a/plans/p/elements/e1: title, tags changed\n");
  EXPECT_EQ(plan_.calls().back(), "UpdateElement " + e1 + " title,tags");
  EXPECT_EQ(Element("e1").title().text().at("nl"), "Vervoer");
  EXPECT_EQ(Element("e1").title().text().at("en"), "Mobility");
  EXPECT_THAT(Element("e1").tags(), ElementsAre("x", "y"));
  const auto request = plan_.last_request("UpdateElement");
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(static_cast<const athena::plan::v1::UpdateElementRequest&>(*request).reason(),
            "as agreed");

  EXPECT_EQ(Do({"set", e1, "lead=Ann", "--decision", "a/decisions/d1"}).code, 0);
  EXPECT_EQ(static_cast<const athena::plan::v1::UpdateElementRequest&>(
                *plan_.last_request("UpdateElement"))
                .decision(),
            "institutions/a/decisions/d1");
  ran = Do({"set", "a", "display_name.en=A", "--decision", "a/decisions/d1"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("does not keep decisions with changes of institutions"));

  const int changes = plan_.changes();
  ran = Do({"set", e1, "code=1"});
  EXPECT_EQ(ran.out, "a/plans/p/elements/e1: nothing to change\n");
  EXPECT_EQ(plan_.changes(), changes);
  EXPECT_EQ(Do({"set", e1, "tags="}).code, 0);
  EXPECT_THAT(Element("e1").tags(), IsEmpty());
}

TEST_F(ResourcesTest, DeleteSendsWhyAndNamesWhatCannotBeDeleted) {
  ASSERT_EQ(Import("elements", kElements).code, 0);
  EXPECT_EQ(Do({"delete", "a/plans/p/elements/e3", "--dry-run"}).out,
            "a/plans/p/elements/e3: would be deleted\n");
  const Ran ran = Do({"delete", "a/plans/p/elements/e3", "--reason", "twice", "--force"});
  EXPECT_EQ(ran.out, "a/plans/p/elements/e3: deleted\n") << ran.err;
  const auto last = plan_.last_request("DeleteElement");
  const auto& request = static_cast<const athena::plan::v1::DeleteElementRequest&>(*last);
  EXPECT_EQ(request.name(), "institutions/a/plans/p/elements/e3");
  EXPECT_EQ(request.reason(), "twice");
  EXPECT_TRUE(request.force());
  EXPECT_FALSE(request.request_id().empty());
  EXPECT_EQ(Do({"get", "a/plans/p/elements/e3"}).code, 1);
  EXPECT_THAT(Do({"delete", "a/indicators/k"}).err, HasSubstr("indicators are not deleted"));
  EXPECT_THAT(Do({"delete", "a/risks/r", "--force"}).err, HasSubstr("nothing lies below risks"));
}

TEST_F(ResourcesTest, FieldsThatACommandSetsNameIt) {
  EXPECT_THAT(Do({"set", "a/plans/p", "state=active"}).err,
              HasSubstr("state is set by the service alone: see athenactl activate"));
}

TEST_F(ResourcesTest, S10_SetAndImportWriteTheTimeZoneToBothServices) {
  Ran ran = Do({"set", "institutions/a", "time_zone=Europe/Paris", "--reason", "moved"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "a: time_zone changed\na/settings: time_zone changed\n");
  EXPECT_EQ(indicator_.time_zone("institutions/a"), "Europe/Paris");
  EXPECT_EQ(Do({"set", "institutions/a", "time_zone=Europe/Paris"}).out, "a: nothing to change\n");
  EXPECT_EQ(Do({"set", "institutions/a", "display_name.en=A"}).code, 0);
  EXPECT_EQ(indicator_.time_zone("institutions/a"), "Europe/Paris");

  ran = Import("institutions", R"([{"name": "institutions/b", "timeZone": "UTC"}])");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("1 institution: 1 new, 0 changed, 0 unchanged\n"));
  EXPECT_THAT(ran.out, HasSubstr("1 time zone of the indicator service: 1 new, 0 changed, "
                                 "0 unchanged\n"));
  EXPECT_EQ(indicator_.time_zone("institutions/b"), "UTC");
  const std::string changed = R"([{"name": "institutions/b", "timeZone": "Europe/Rome"}])";
  ran = Import("institutions", changed);
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.out, HasSubstr("institutions/b/settings: time_zone: from \"UTC\" to "
                                 "\"Europe/Rome\""));
  EXPECT_EQ(indicator_.time_zone("institutions/b"), "UTC");
  EXPECT_EQ(Import("institutions", changed, {"--update", "--reason", "moved"}).code, 0);
  EXPECT_EQ(indicator_.time_zone("institutions/b"), "Europe/Rome");
  // A file without the field leaves it.
  ran = Import("institutions", R"([{"name": "institutions/b"}])");
  EXPECT_THAT(ran.out, HasSubstr("1 institution: 0 new, 0 changed, 1 unchanged\n"));
}

TEST_F(ResourcesTest, SetMovesWhereTheParentChanges) {
  ASSERT_EQ(Import("elements", kElements).code, 0);
  const std::string base = "institutions/a/plans/p/elements/";
  EXPECT_EQ(Do({"set", base + "e2", "parent_element=" + base + "e1", "code=1.2", "lead=An"}).code,
            0);
  EXPECT_EQ(Element("e2").parent_element(), base + "e1");
  EXPECT_EQ(Element("e2").code(), "1.2");
  EXPECT_EQ(Element("e2").lead(), "An");
  EXPECT_EQ(plan_.calls().back(), "UpdateElement " + base + "e2 lead");
}

TEST_F(ResourcesTest, SetFailsWhereTheResourceHasAnotherEtag) {
  const Ran ran = Do({"set", "a", "time_zone=Europe/Paris", "--etag=old"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("Somebody else changed it meanwhile"));
  EXPECT_EQ(Do({"set", "a", "time_zone=Europe/Paris", "--etag=e1"}).code, 0);
}

TEST_F(ResourcesTest, SetRefusesWhatIsNoFieldBeforeAServiceIsAsked) {
  options_.plan_address.clear();
  const Ran ran = Do({"set", "a", "zone=Europe/Paris"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("there is no field zone; want one of display_name, time_zone"));
  EXPECT_THAT(Do({"set", "a/closings/2021-Q1", "reason=x"}).err,
              HasSubstr("no method of the contract updates closings"));
}

TEST_F(ResourcesTest, ImportCreatesWhatIsMissingAndLeavesWhatEquals) {
  Ran ran = Import("elements", kElements);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("resources.json: 3 elements: 3 new, 0 changed, 0 unchanged\n"));
  EXPECT_EQ(plan_.calls().back(), "BatchCreateElements 3");
  EXPECT_EQ(Element("e3").critical(), true);
  const int changes = plan_.changes();
  ran = Import("elements", kElements);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("3 elements: 0 new, 0 changed, 3 unchanged\n"));
  EXPECT_EQ(plan_.changes(), changes);
}

TEST_F(ResourcesTest, ImportReadsWhatListPrints) {
  ASSERT_EQ(Import("elements", kElements).code, 0);
  const int changes = plan_.changes();
  const Ran ran = Import("elements", Do({"list", "elements", "a/plans/p", "--json"}).out);
  EXPECT_THAT(ran.out, HasSubstr("3 elements: 0 new, 0 changed, 3 unchanged\n"));
  EXPECT_EQ(plan_.changes(), changes);
}

TEST_F(ResourcesTest, ImportChangesWhatDiffersOnlyWhenItIsTold) {
  ASSERT_EQ(Import("elements", kElements).code, 0);
  const std::string changed = R"([
      {"name": "institutions/a/plans/p/elements/e1", "tags": [], "lead": "An"},
      {"name": "institutions/a/plans/p/elements/e2", "code": "2"}])";
  const int changes = plan_.changes();
  Ran ran = Import("elements", changed);
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.out,
              HasSubstr("  institutions/a/plans/p/elements/e1: lead: from nothing to \"An\"\n"));
  EXPECT_THAT(ran.out, HasSubstr("  institutions/a/plans/p/elements/e1: tags: from [\""));
  EXPECT_THAT(ran.out, HasSubstr("2 elements: 0 new, 0 changed, 1 unchanged, 1 left as they are"));
  EXPECT_THAT(ran.err, HasSubstr("exist and differ; --update with --reason changes them"));
  EXPECT_EQ(Import("elements", changed, {"--update"}).code, 2);
  ran = Import("elements", changed, {"--update", "--reason", "r", "--dry-run"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("1 changed, 1 unchanged\n  nothing was changed (--dry-run)\n"));
  EXPECT_EQ(plan_.changes(), changes);

  ran = Import("elements", changed, {"--update", "--reason", "as agreed"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(plan_.calls().back(), "UpdateElement institutions/a/plans/p/elements/e1 lead,tags");
  // What the file does not name stays.
  EXPECT_EQ(Element("e1").code(), "1");
  EXPECT_THAT(Element("e1").tags(), IsEmpty());
}

TEST_F(ResourcesTest, ImportNamesEachBadRowOfACsvByItsLine) {
  const Ran ran = Do({"import", "units",
                      folder_.Write("units.csv",
                                    "name,display_name.nl,etag\n"
                                    "a/units/one,caf\xE9,\n"
                                    "a/plans/two,x,\n"
                                    "a/units/three,x,7\n"
                                    "a/units/four,x,\n")});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("units.csv:2: display_name.nl: column 16: the byte E9"));
  EXPECT_THAT(ran.err, HasSubstr("units.csv:3: name: got \"a/plans/two\""));
  EXPECT_THAT(ran.err, HasSubstr("units.csv:4: etag: "));
  EXPECT_THAT(ran.err, HasSubstr("nothing was imported: 3 rows of 4 refused"));
}

TEST_F(ResourcesTest, ImportNamesThePlaceInTheFile) {
  const auto fault = [&](const std::string& json, int code) {
    const Ran ran = Import("units", json);
    EXPECT_EQ(ran.code, code) << ran.out;
    return ran.err;
  };
  EXPECT_THAT(fault("[{]", 1), HasSubstr("resources.json:1:3: this is no JSON"));
  EXPECT_THAT(fault(R"([{"name": "institutions/a/units/b"}, {"nam": "x"}])", 3),
              HasSubstr("resources.json: [1].nam: "));
  EXPECT_THAT(fault(R"({"name": "institutions/a/plans/b"})", 3),
              HasSubstr("[0].name: got \"institutions/a/plans/b\", want a name that ends in "
                        "units/ID"));
  EXPECT_THAT(
      fault(R"([{"name": "institutions/a/units/b"}, {"name": "institutions/a/units/b"}])", 3),
      HasSubstr("[1].name: got institutions/a/units/b a second time, want it once"));
  EXPECT_THAT(
      fault(R"({"name": "institutions/a/units/b", "parentUnit": "institutions/a/units/c"})", 1),
      HasSubstr("institutions/a/units/b: unit.parent_unit: got \"institutions/a/units/c\""));
}

TEST_F(ResourcesTest, P11_ImportNamesAllFaultsOfAJsonFileAtOnce) {
  const int changes = plan_.changes();
  const Ran ran = Import("units", R"([
      {"name": "institutions/a/units/one", "displayName": 7, "colour": "red"},
      "two",
      {"name": "institutions/a/units/three"},
      {"name": "institutions/a/plans/four", "parentUnit": []},
      {"name": "institutions/a/units/one"}])");
  EXPECT_EQ(ran.code, 3);
  for (const char* const where : {"[0].displayName: ", "[0].colour: ", "[1]: want {...}",
                                  "[3].parentUnit: ", "[3].name: got \"institutions/a/plans/four\"",
                                  "[4].name: got institutions/a/units/one a second time"}) {
    EXPECT_THAT(ran.err, HasSubstr(std::string("resources.json: ") + where));
  }
  EXPECT_THAT(ran.err, HasSubstr("nothing was imported: 4 units of 5 refused\n"));
  EXPECT_EQ(plan_.changes(), changes);
}

TEST_F(ResourcesTest, TheAliasListsIndicators) {
  ASSERT_EQ(Import("indicators", R"([{"name": "institutions/a/indicators/k", "unit": "m"}])").code,
            0);
  EXPECT_THAT(Do({"indicators", "a"}).out, HasSubstr("k   "));
  EXPECT_EQ(Do({"indicators", "a"}).out, Do({"list", "indicators", "a"}).out);
}

}  // namespace
}  // namespace athena::athenactl
