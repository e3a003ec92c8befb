#include "services/athenactl/sheets/from_sheets.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "athena/indicator/v1/indicator.pb.h"
#include "athena/plan/v1/operational_plan.pb.h"
#include "athena/plan/v1/plan.pb.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/files/text/text_source.h"

namespace athena::athenactl {
namespace {

using athena::indicator::v1::Indicator;
using athena::plan::v1::Element;
using athena::plan::v1::OperationalPlan;
using google::protobuf::Message;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kElement[] = R"(
    name: "institutions/gob/plans/p/elements/e1"
    kind: KIND_ACTION
    code: "1.1"
    title { text { key: "nl" value: "Fietspad" } text { key: "fr" value: "Piste" } }
    weight: 0.3
    priority: 2
    critical: true
    start_date { year: 2024 month: 1 day: 31 }
    tags: "sdg:11"
    tags: "a, b"
    steering { sponsor: "CEO" mandate { text { key: "nl" value: "beslist" } } }
    milestones { id: "m1" title { text { key: "nl" value: "Eerste" } }
                 due_date { year: 2025 month: 6 day: 30 } }
    milestones { id: "m2" title { text { key: "nl" value: "Tweede" } }
                 due_date { year: 2026 month: 6 day: 30 } critical: true }
    indicators { indicator: "institutions/gob/indicators/k" slice { key: "unit" value: "BM" } }
    etag: "now"
    revision: 7)";

class FromSheetsTest : public ::testing::Test {
 protected:
  template <typename T>
  void Have(const std::string& text) {
    auto resource = std::make_unique<T>();
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, resource.get()));
    const std::string name = resource->name();
    present_[name] = std::move(resource);
  }

  // A sheet from CSV.
  void AddSheet(const std::string& name, const std::string& csv) {
    TextSource source = TextSource::OfText(csv);
    CsvReader reader(source);
    CsvRecord record;
    Sheet sheet;
    sheet.name = name;
    while (*reader.Next(record)) {
      if (sheet.columns.empty()) {
        sheet.columns = record.fields;
        continue;
      }
      SheetRow row;
      row.line = record.line;
      for (const std::string& field : record.fields) row.cells.push_back({field});
      row.cells.resize(sheet.columns.size());
      sheet.rows.push_back(std::move(row));
    }
    workbook_.sheets.push_back(std::move(sheet));
  }

  // Reads the sheets; all faults, "elements 2 etag: ...".
  std::vector<std::string> Read(const std::string& kind = "elements",
                                Overwrite overwrite = Overwrite::kNo) {
    kind_ = *FindKind(kind);
    read_ = FromSheets(*kind_, workbook_, format_, overwrite, [this](const std::string& name) {
      const auto found = present_.find(name);
      return found == present_.end() ? nullptr : found->second.get();
    });
    std::vector<std::string> faults;
    for (size_t at = 0; at < read_.faults.size(); ++at) {
      for (const RowRefusal& one : read_.faults[at].ByLine()) {
        faults.push_back(absl::StrCat(workbook_.sheets[at].name, " ", one.line, " ", one.field,
                                      ": ", one.description));
      }
    }
    return faults;
  }
  std::vector<std::string> Changes(size_t at = 0) const {
    std::vector<std::string> changes;
    for (const SheetChange& one : read_.resources.at(at).changes) {
      changes.push_back(
          absl::StrCat(one.sheet, " ", one.line, " ", one.column, ": ", one.from, " > ", one.to));
    }
    return changes;
  }
  template <typename T = Element>
  const T& Wanted(size_t at = 0) const {
    return static_cast<const T&>(*read_.resources.at(at).message);
  }

  std::map<std::string, std::unique_ptr<Message>> present_;
  Workbook workbook_;
  CellFormat format_;
  const Kind* kind_ = nullptr;
  SheetResources read_;
};

TEST_F(FromSheetsTest, CellsThatDifferChangeAndNothingElse) {
  Have<Element>(kElement);
  AddSheet("elements",
           "name,etag,code,title.nl,title.fr,weight,priority,critical,tags,steering.sponsor\n"
           "gob/plans/p/elements/e1,now,1.1,Fietspaden,Piste,0.30,2,yes,\"sdg:11,\"\"a, b\"\"\","
           "CEO\n");
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_THAT(Changes(), ElementsAre("elements 2 title.nl: Fietspad > Fietspaden"));
  EXPECT_THAT(read_.resources[0].fields, ElementsAre("title"));
  EXPECT_EQ(Wanted().title().text().at("nl"), "Fietspaden");
  EXPECT_EQ(Wanted().title().text().at("fr"), "Piste");
  EXPECT_EQ(Wanted().milestones_size(), 2) << "a sheet that is left out keeps";
}

TEST_F(FromSheetsTest, AnEmptyCellClearsAndAnAbsentColumnKeeps) {
  Have<Element>(kElement);
  AddSheet("elements",
           "name,etag,title.fr,weight,start_date,tags,steering.sponsor,steering.mandate.nl,"
           "revision\n"
           "gob/plans/p/elements/e1,now,,,,,,,\n");
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_THAT(read_.resources[0].fields,
              ElementsAre("title", "weight", "start_date", "tags", "steering"));
  EXPECT_EQ(Wanted().title().text().count("fr"), 0U);
  EXPECT_EQ(Wanted().title().text().at("nl"), "Fietspad");
  EXPECT_FALSE(Wanted().has_weight());
  EXPECT_FALSE(Wanted().has_start_date());
  EXPECT_FALSE(Wanted().has_steering()) << "nothing is left in it";
  EXPECT_THAT(Wanted().tags(), IsEmpty());
  EXPECT_EQ(Wanted().code(), "1.1");
}

TEST_F(FromSheetsTest, AnOldEtagIsRefusedAndANewRowHasNone) {
  Have<Element>(kElement);
  AddSheet("elements",
           "name,etag,code\n"
           "gob/plans/p/elements/e1,old,9\n"
           "gob/plans/p/elements/e2,,2\n"
           "gob/plans/p/elements/e3,e,3\n");
  EXPECT_THAT(Read(), ElementsAre(HasSubstr("elements 2 etag: got \"old\", want now: "
                                            "institutions/gob/plans/p/elements/e1 has changed "
                                            "since the export, and code differs"),
                                  HasSubstr("elements 4 etag: got \"e\", want nothing")));
  EXPECT_EQ(read_.resources[1].present, nullptr);
  workbook_.sheets.clear();
  AddSheet("elements", "name,etag,code\ngob/plans/p/elements/e1,old,1.1\n");
  EXPECT_THAT(Read(), IsEmpty()) << "it is as the row says";
  EXPECT_THAT(read_.resources[0].fields, IsEmpty());
}

TEST_F(FromSheetsTest, ReferencesMayBeTypedInShort) {
  Have<Element>(kElement);
  AddSheet("elements",
           "name,code,kind,parent_element,owner_unit,contributors\n"
           "gob/plans/p/elements/n1,9,axis,,hr,\"it, gob/units/hr\"\n"
           "gob/plans/p/elements/n2,9.1,objective,9,gob/units/hr,\n"
           "gob/plans/p/elements/n3,9.2,action,e1,institutions/gob/units/hr,\n");
  AddSheet("indicators", "name,position,indicator\ngob/plans/p/elements/n1,,k\n");
  EXPECT_THAT(Read(), IsEmpty());
  for (const auto& resource : read_.resources) {
    EXPECT_EQ(static_cast<const Element&>(*resource.message).owner_unit(),
              "institutions/gob/units/hr");
  }
  EXPECT_THAT(Wanted().contributors(),
              ElementsAre("institutions/gob/units/it", "institutions/gob/units/hr"));
  EXPECT_EQ(Wanted().indicators(0).indicator(), "institutions/gob/indicators/k");
  EXPECT_EQ(Wanted(1).parent_element(), "institutions/gob/plans/p/elements/n1") << "by its code";
  EXPECT_EQ(Wanted(2).parent_element(), "institutions/gob/plans/p/elements/e1") << "by its id";
}

TEST_F(FromSheetsTest, ANumberThatIsShownAsSomethingElseIsRefused) {
  Have<Element>(kElement);
  AddSheet("elements",
           "name,etag,code,weight,start_date\ngob/plans/p/elements/e1,now,2,0.35,2.5\n");
  workbook_.sheets[0].rows[0].cells[2].kind = Cell::Kind::kDate;
  workbook_.sheets[0].rows[0].cells[3].kind = Cell::Kind::kPercent;
  workbook_.sheets[0].rows[0].cells[4].kind = Cell::Kind::kDate;
  EXPECT_THAT(Read(), ElementsAre("elements 2 code: got \"2\", want no date: the cell has the "
                                  "format of one",
                                  "elements 2 weight: got \"0.35\", want a number without the "
                                  "format %: the cell shows it times 100",
                                  "elements 2 start_date: got \"2.5\", want a date without a "
                                  "time of day"));
}

TEST_F(FromSheetsTest, ARowOfItemsNeedsMoreThanAName) {
  Have<Element>(kElement);
  AddSheet("elements", "name,etag\ngob/plans/p/elements/e1,now\n");
  AddSheet("milestones", "name,position,id\ngob/plans/p/elements/e1,,\n");
  EXPECT_THAT(Read(), ElementsAre(HasSubstr("milestones 2 position: got a row without values")));
}

TEST_F(FromSheetsTest, ARowWithoutEtagChangesWhatExistsOnDemandAlone) {
  Have<Element>(kElement);
  AddSheet("elements", "name,code\ngob/plans/p/elements/e1,9\n");
  EXPECT_THAT(Read(), ElementsAre(HasSubstr("elements 2 etag: got nothing, want the etag")));
  EXPECT_THAT(Read("elements", Overwrite::kYes), IsEmpty());
  EXPECT_EQ(Wanted().code(), "9");
  workbook_.sheets[0].rows[0].cells[1].text = "1.1";
  EXPECT_THAT(Read(), IsEmpty()) << "it is as the row says";
}

TEST_F(FromSheetsTest, RowsOfItemsChangeAddAndRemoveByPosition) {
  Have<Element>(kElement);
  AddSheet("elements", "name,etag\ngob/plans/p/elements/e1,now\n");
  AddSheet("milestones",
           "name,position,id,title.nl,due_date,critical\n"
           "gob/plans/p/elements/e1,1,,,,\n"
           "gob/plans/p/elements/e1,2,m2,Tweede,2026-07-31,yes\n"
           "gob/plans/p/elements/e1,,m4,Vierde,2028-06-30,\n"
           "gob/plans/p/elements/e1,3,m3,Derde,2027-06-30,no\n");
  EXPECT_THAT(Read(), IsEmpty());
  ASSERT_EQ(Wanted().milestones_size(), 3);
  EXPECT_EQ(Wanted().milestones(0).id(), "m2");
  EXPECT_EQ(Wanted().milestones(0).due_date().month(), 7);
  EXPECT_TRUE(Wanted().milestones(0).critical());
  EXPECT_EQ(Wanted().milestones(1).id(), "m3");
  EXPECT_EQ(Wanted().milestones(2).id(), "m4");
  EXPECT_THAT(read_.resources[0].fields, ElementsAre("milestones"));
}

TEST_F(FromSheetsTest, AnItemWhoseColumnsAreAbsentKeepsThem) {
  Have<Element>(kElement);
  AddSheet("elements", "name,etag\ngob/plans/p/elements/e1,now\n");
  AddSheet("milestones",
           "name,position,due_date\n"
           "gob/plans/p/elements/e1,2,2026-07-31\n");
  EXPECT_THAT(Read(), IsEmpty());
  ASSERT_EQ(Wanted().milestones_size(), 2) << "a row that is left out keeps its item";
  EXPECT_EQ(Wanted().milestones(1).id(), "m2");
  EXPECT_EQ(Wanted().milestones(1).due_date().month(), 7);
  EXPECT_THAT(Changes(), ElementsAre("milestones 2 due_date: 2026-06-30 > 2026-07-31"));
}

TEST_F(FromSheetsTest, AllFaultsAreNamedAtOnceWithWhatIsWanted) {
  Have<Element>(kElement);
  AddSheet("elements",
           "name,etag,kind,weight,start_date,critical,priority,revision\n"
           "gob/plans/p/elements/e1,now,verb,1;5,31-12-2024,maybe,2.5,8\n"
           "gob/units/u,,,,,,,\n"
           "gob/plans/p/elements/e1,now,action,,,,,\n"
           "gob/plans/p/elements/e9,,action,,,,,7\n");
  AddSheet("milestones",
           "name,position,id\n"
           "gob/plans/p/elements/e1,x,a\n"
           "gob/plans/p/elements/e1,9,a\n"
           "gob/plans/p/elements/none,1,a\n"
           "gob/plans/p/elements/e1,2,a\n"
           "gob/plans/p/elements/e1,2,b\n");
  EXPECT_THAT(
      Read(),
      ElementsAre(
          "elements 2 kind: got \"verb\", want one of axis, objective, action",
          HasSubstr("elements 2 weight: got \"1;5\", want a number"),
          "elements 2 start_date: got \"31-12-2024\", want a date like 2024-12-31",
          "elements 2 critical: got \"maybe\", want yes or no",
          "elements 2 priority: got \"2.5\", want a whole number",
          "elements 2 revision: got \"8\", want 7: the service alone sets it",
          "elements 3 name: got \"gob/units/u\", want a name that ends in elements/ID",
          HasSubstr("elements 4 name: got institutions/gob/plans/p/elements/e1 a second time"),
          "elements 5 revision: got \"7\", want nothing: the service alone sets it",
          HasSubstr("milestones 2 position: got \"x\", want a whole number"),
          HasSubstr("milestones 3 position: got \"9\", want each position once, 1 to 2"),
          HasSubstr("milestones 4 name: got \"gob/plans/p/elements/none\", want a name that has"),
          HasSubstr("milestones 6 position: got \"2\", want each position once, 1 to 2")));
}

TEST_F(FromSheetsTest, UnknownSheetsAndColumnsAreRefused) {
  AddSheet("elements", "name,etag,colour,title,title.nl,code,code\n");
  AddSheet("notes", "a,b\n");
  const std::vector<std::string> faults = Read();
  EXPECT_THAT(faults, ElementsAre("elements 1 code: the column stands there twice",
                                  HasSubstr("elements 1 colour, title: there are no such columns; "
                                            "want some of name, kind,"),
                                  HasSubstr("notes 1 : got a sheet named notes, want elements, "
                                            "milestones, indicators")));
  workbook_.sheets.clear();
  AddSheet("elements", "etag\nx\n");
  EXPECT_THAT(Read(), ElementsAre("elements 1 name: there is no such column, want it"));
  workbook_.sheets.clear();
  AddSheet("elements", "name;etag;code\nx;y;z\n");
  EXPECT_THAT(Read(), ElementsAre("elements 1 : got one column alone, name;etag;code; --separator "
                                  "\";\" reads columns that are separated like that"));
  workbook_.sheets.clear();
  AddSheet("Sheet1", "name,etag,colour\ngob/plans/p/elements/e1,,red\n");
  format_.dialect.ignored = {"colour"};
  EXPECT_THAT(Read(), IsEmpty()) << "the only sheet needs no name";
  EXPECT_EQ(read_.resources.size(), 1U);
}

TEST_F(FromSheetsTest, FormulasAndErrorsAreRefused) {
  Have<Element>(kElement);
  AddSheet("elements", "name,etag,code,weight\ngob/plans/p/elements/e1,now,1.1,1\n");
  workbook_.sheets[0].rows[0].cells[3] = {"a formula", Cell::Kind::kComputed};
  EXPECT_THAT(Read(), ElementsAre(HasSubstr("elements 2 weight: got \"a formula\", want its "
                                            "value")));
}

TEST_F(FromSheetsTest, ADateMayBeTheNumberThatSpreadsheetsStore) {
  Have<Element>(kElement);
  AddSheet("elements", "name,etag,start_date\ngob/plans/p/elements/e1,now,45657\n");
  EXPECT_THAT(Read(), ElementsAre(HasSubstr("want a date like")));
  workbook_.sheets[0].rows[0].cells[2].kind = Cell::Kind::kNumber;
  EXPECT_THAT(Read(), ElementsAre(HasSubstr("want a date like"))) << "it is not shown as one";
  workbook_.sheets[0].rows[0].cells[2].kind = Cell::Kind::kDate;
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_THAT(Changes(), ElementsAre("elements 2 start_date: 2024-01-31 > 2024-12-31"));
  format_.day_zero = absl::CivilDay(1904, 1, 1);
  workbook_.sheets[0].rows[0].cells[2].text = "44195";
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_THAT(Changes(), ElementsAre("elements 2 start_date: 2024-01-31 > 2024-12-31"));
}

TEST_F(FromSheetsTest, ItemsOfItemsHaveThePositionsOfBoth) {
  Have<Indicator>(R"(name: "institutions/gob/indicators/k" etag: "now"
                     dimensions { id: "sex" codes { id: "F" } codes { id: "M" } }
                     dimensions { id: "unit" codes { id: "BM" } })");
  AddSheet("indicators", "name,etag\ngob/indicators/k,now\n");
  AddSheet("dimensions", "name,position,id\ngob/indicators/k,3,age\n");
  AddSheet("dimensions.codes",
           "name,dimensions.position,position,id,title.nl\n"
           "gob/indicators/k,2,1,BM,Mobiliteit\n"
           "gob/indicators/k,2,,BF,\n"
           "gob/indicators/k,3,,Y30,\n"
           "gob/indicators/k,4,1,X,\n");
  EXPECT_THAT(Read("indicators"),
              ElementsAre(HasSubstr("dimensions.codes 5 dimensions.position: got \"4\", want a "
                                    "position that institutions/gob/indicators/k has in "
                                    "dimensions")));
  workbook_.sheets[2].rows.pop_back();
  EXPECT_THAT(Read("indicators"), IsEmpty());
  const auto& wanted = Wanted<Indicator>();
  ASSERT_EQ(wanted.dimensions_size(), 3);
  EXPECT_EQ(wanted.dimensions(0).codes_size(), 2);
  ASSERT_EQ(wanted.dimensions(1).codes_size(), 2);
  EXPECT_EQ(wanted.dimensions(1).codes(0).title().text().at("nl"), "Mobiliteit");
  EXPECT_EQ(wanted.dimensions(1).codes(1).id(), "BF");
  EXPECT_EQ(wanted.dimensions(2).codes(0).id(), "Y30");
}

TEST_F(FromSheetsTest, WhatTheServiceMakesIsNotCreated) {
  AddSheet("operational-plans", "name\ngob/plans/p/operationalPlans/u-2026-1\n");
  EXPECT_THAT(Read("operational-plans"), ElementsAre(HasSubstr("the service alone makes")));
}

TEST_F(FromSheetsTest, AFieldOfARefusalIsFoundInItsSheet) {
  Have<Element>(kElement);
  AddSheet("milestones",
           "name,position,id\n"
           "gob/plans/p/elements/e1,1,m1\n"
           "institutions/gob/plans/p/elements/e1,2,m2\n");
  AddSheet("elements", "name,etag\ngob/plans/p/elements/e1,now\n");
  EXPECT_THAT(Read(), IsEmpty());
  const auto place = [&](const std::string& path) {
    const SheetPlace found = PlaceOfField(*kind_, workbook_, read_.resources[0], path);
    return absl::StrCat(workbook_.sheets[found.sheet].name, " ", found.line, " ", found.column);
  };
  EXPECT_EQ(place("code"), "elements 2 code");
  EXPECT_EQ(place("title.text[nl]"), "elements 2 title.nl");
  EXPECT_EQ(place("steering.mandate.text[fr]"), "elements 2 steering.mandate.fr");
  EXPECT_EQ(place("tags[3]"), "elements 2 tags");
  EXPECT_EQ(place("milestones[1].title.text[nl]"), "milestones 3 title.nl");
  EXPECT_EQ(place("milestones[7].id"), "elements 2 milestones[8].id");
  EXPECT_EQ(place("name"), "elements 2 name");
  // New items of a new resource, which have no positions yet.
  workbook_.sheets.clear();
  AddSheet("elements", "name\ngob/plans/p/elements/n\n");
  AddSheet("milestones",
           "name,id\n"
           "gob/plans/p/elements/other,x\n"
           "gob/plans/p/elements/n,a\n"
           "gob/plans/p/elements/n,b\n");
  workbook_.sheets[1].columns.insert(workbook_.sheets[1].columns.begin() + 1, "position");
  for (SheetRow& row : workbook_.sheets[1].rows) row.cells.insert(row.cells.begin() + 1, Cell());
  Read();
  EXPECT_EQ(place("milestones[1].id"), "milestones 4 id");
}

}  // namespace
}  // namespace athena::athenactl
