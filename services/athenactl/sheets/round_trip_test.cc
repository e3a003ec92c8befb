// Random resources of every kind through CSV and XLSX, and back.

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/sheets/files/csv_sheets.h"
#include "services/athenactl/sheets/files/xlsx.h"
#include "services/athenactl/sheets/from_sheets.h"
#include "services/athenactl/sheets/testing/random_resource.h"
#include "services/athenactl/sheets/to_sheets.h"
#include "services/athenactl/testing/folder.h"

namespace athena::athenactl {
namespace {

using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;
using testing::ClearAllOutputOnly;
using testing::Folder;
using testing::RandomResource;

constexpr int kResources = 40;

enum class Format { kCsv, kGuardedCsv, kXlsx };

class RoundTripTest : public ::testing::TestWithParam<std::tuple<size_t, Format>> {
 protected:
  const Kind& kind() const { return AllKinds()[std::get<0>(GetParam())]; }
  Format format() const { return std::get<1>(GetParam()); }

  std::vector<std::unique_ptr<Message>> Make() {
    std::mt19937 random(static_cast<unsigned>(std::get<0>(GetParam())) + 7);
    std::vector<std::unique_ptr<Message>> made;
    for (int at = 0; at < kResources; ++at) {
      const std::string id = absl::StrCat("n", at);
      made.push_back(RandomResource(
          kind(),
          kind().HasParent() ? absl::StrCat("institutions/gob/", kind().collection, "/", id)
                             : absl::StrCat("institutions/", id),
          random));
    }
    return made;
  }

  // What a file gives that has these resources.
  Workbook ThroughFile(const std::vector<const Message*>& resources) {
    const std::vector<SheetLayout> layout = LayoutOf(kind());
    const absl::StatusOr<Workbook> workbook = ToSheets(layout, resources);
    EXPECT_THAT(workbook, status::testing::IsOk());
    if (format() == Format::kXlsx) {
      const std::string path = folder_.path() + "/a.xlsx";
      EXPECT_THAT(WriteXlsx(*workbook, path), status::testing::IsOk());
      absl::StatusOr<Workbook> read = ReadXlsx(path);
      EXPECT_THAT(read, status::testing::IsOk());
      return read.ok() ? *std::move(read) : Workbook();
    }
    const std::string path = folder_.path() + "/a.csv";
    Dialect dialect;
    dialect.spreadsheet = format() == Format::kGuardedCsv;
    EXPECT_THAT(WriteCsvSheets(*workbook, path, dialect.spreadsheet), status::testing::IsOk());
    std::vector<std::string> names;
    for (const SheetLayout& sheet : layout) names.push_back(sheet.name);
    absl::StatusOr<CsvSheets> read = ReadCsvSheets(path, dialect, names);
    EXPECT_THAT(read, status::testing::IsOk());
    return read.ok() ? std::move(read->workbook) : Workbook();
  }

  static std::string Faults(const SheetResources& read) {
    std::string text;
    for (const RowFaults& faults : read.faults) {
      for (const RowRefusal& one : faults.ByLine()) {
        absl::StrAppend(&text, one.line, ": ", one.field, ": ", one.description, "\n");
      }
    }
    return text;
  }

  Folder folder_;
};

class CreationTest : public RoundTripTest {};

TEST_P(RoundTripTest, WhatWasExportedChangesNothing) {
  const std::vector<std::unique_ptr<Message>> made = Make();
  std::vector<const Message*> resources;
  for (const auto& one : made) resources.push_back(one.get());
  const SheetResources read =
      FromSheets(kind(), ThroughFile(resources), {}, Overwrite::kYes, [&](const std::string& name) {
        for (const Message* one : resources) {
          if (GetText(*one, "name") == name) return one;
        }
        return static_cast<const Message*>(nullptr);
      });
  EXPECT_EQ(Faults(read), "");
  ASSERT_EQ(read.resources.size(), made.size());
  for (size_t at = 0; at < made.size(); ++at) {
    for (const SheetChange& change : read.resources[at].changes) {
      ADD_FAILURE() << change.sheet << " " << change.line << " " << change.column << ": \""
                    << change.from << "\" > \"" << change.to << "\"";
    }
    EXPECT_TRUE(MessageDifferencer::Equals(*read.resources[at].message, *made[at]));
  }
}

TEST_P(CreationTest, WhatIsCreatedFromAnExportIsTheSame) {
  const std::vector<std::unique_ptr<Message>> made = Make();
  std::vector<const Message*> resources;
  for (const auto& one : made) {
    ClearAllOutputOnly(one.get());
    resources.push_back(one.get());
  }
  const SheetResources read = FromSheets(kind(), ThroughFile(resources), {}, Overwrite::kNo,
                                         [](const std::string&) { return nullptr; });
  EXPECT_EQ(Faults(read), "");
  ASSERT_EQ(read.resources.size(), made.size());
  for (size_t at = 0; at < made.size(); ++at) {
    std::string differences;
    MessageDifferencer differencer;
    differencer.ReportDifferencesToString(&differences);
    EXPECT_TRUE(differencer.Compare(*made[at], *read.resources[at].message)) << differences;
  }
}

std::string FormatName(const ::testing::TestParamInfo<std::tuple<size_t, Format>>& info) {
  constexpr const char* kNames[] = {"Csv", "GuardedCsv", "Xlsx"};
  return AllKinds()[std::get<0>(info.param)].message->name() +
         kNames[static_cast<int>(std::get<1>(info.param))];
}

constexpr Format kFormats[] = {Format::kCsv, Format::kGuardedCsv, Format::kXlsx};

// The kinds that a reader of an export can create.
std::vector<size_t> CreatedKinds() {
  std::vector<size_t> created;
  for (size_t at = 0; at < AllKinds().size(); ++at) {
    if (AllKinds()[at].create != nullptr) created.push_back(at);
  }
  return created;
}

INSTANTIATE_TEST_SUITE_P(Kinds, RoundTripTest,
                         ::testing::Combine(::testing::Range(size_t{0}, AllKinds().size()),
                                            ::testing::ValuesIn(kFormats)),
                         FormatName);
INSTANTIATE_TEST_SUITE_P(Kinds, CreationTest,
                         ::testing::Combine(::testing::ValuesIn(CreatedKinds()),
                                            ::testing::ValuesIn(kFormats)),
                         FormatName);

TEST(LayoutTest, EveryKindHasColumnsAndSheetsOfItsOwnNames) {
  for (const Kind& kind : AllKinds()) {
    std::vector<std::string> sheets;
    for (const SheetLayout& sheet : LayoutOf(kind)) {
      EXPECT_LE(sheet.name.size(), 31U) << "the longest name of a sheet in XLSX";
      sheets.push_back(sheet.name);
      std::vector<std::string> names = sheet.keys;
      for (const Column& column : sheet.columns) names.push_back(column.name);
      std::sort(names.begin(), names.end());
      EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end()) << sheet.name;
    }
    std::sort(sheets.begin(), sheets.end());
    EXPECT_EQ(std::adjacent_find(sheets.begin(), sheets.end()), sheets.end());
  }
}

}  // namespace
}  // namespace athena::athenactl
