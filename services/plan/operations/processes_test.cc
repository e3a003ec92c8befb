// The rules of processes; what holds of every kind is tested by conformance_test.cc.

#include "services/plan/operations/processes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::OperationsRpc;
using testing::Parsed;
using ::testing::UnorderedElementsAre;

// The faulty fields of a process that is otherwise in order.
std::vector<std::string> ProcessFaults(const std::string& fields) {
  const v1::Process process = Parsed<v1::Process>(
      absl::StrCat(R"(code: "P-1" title { text { key: "nl" value: "Lonen" } } )", fields));
  status::FieldFaults faults;
  ProcessKind::Validate("process", "institutions/gob", process, &faults);
  return FaultyFields(faults.ToStatus());
}

std::string DataText(const std::string& id, const std::string& classification,
                     const std::string& rest = "") {
  return absl::StrCat(R"(data { id: ")", id, R"(" title { text { key: "nl" value: "x" } } )",
                      "classification: CLASSIFICATION_", classification, " ", rest, "} ");
}

constexpr char kBasis[] = "legal_basis { text { key: 'en' value: 'GDPR, article 6(1)(e)' } } ";
constexpr char kRetention[] = "retention { text { key: 'en' value: 'five years' } } ";

TEST(ProcessRulesTest, PersonalDataNeedALegalBasisAndARetention) {
  EXPECT_THAT(ProcessFaults(DataText("a", "PERSONAL")),
              ElementsAre("process.data[0].legal_basis", "process.data[0].retention"));
  EXPECT_THAT(ProcessFaults(DataText("a", "PERSONAL", kBasis)),
              ElementsAre("process.data[0].retention"));
  EXPECT_THAT(ProcessFaults(DataText("a", "PERSONAL", kRetention)),
              ElementsAre("process.data[0].legal_basis"));
  EXPECT_THAT(ProcessFaults(DataText("a", "PERSONAL", absl::StrCat(kBasis, kRetention))),
              IsEmpty());
  for (const char* other : {"PUBLIC", "INTERNAL", "CONFIDENTIAL"}) {
    EXPECT_THAT(ProcessFaults(DataText("a", other)), IsEmpty()) << other;
  }
}

TEST(ProcessRulesTest, DataHaveIdsOfTheirOwnAndAClassification) {
  EXPECT_THAT(
      ProcessFaults(absl::StrCat(DataText("a", "PUBLIC"), DataText("a", "PUBLIC"),
                                 DataText("A", "PUBLIC"), DataText("b", "UNSPECIFIED"),
                                 "data { id: 'c' classification: 7 }")),
      ElementsAre("process.data[1].id", "process.data[2].id", "process.data[3].classification",
                  "process.data[4].title", "process.data[4].classification"));
}

TEST(ProcessRulesTest, AListIsAcceptedUpToItsLimit) {
  const auto items = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
      absl::StrAppend(&text, DataText(absl::StrCat("d", i), "PUBLIC"));
    return text;
  };
  const auto names = [](const std::string& field, const std::string& below, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      absl::StrAppend(&text, field, ": 'institutions/gob/", below, "/x", i, "' ");
    }
    return text;
  };
  EXPECT_THAT(ProcessFaults(items(100)), IsEmpty());
  EXPECT_THAT(ProcessFaults(items(101)), ElementsAre("process.data"));
  EXPECT_THAT(ProcessFaults(absl::StrCat(names("indicators", "indicators", 100),
                                         names("risks", "risks", 100),
                                         names("elements", "plans/p/elements", 100))),
              IsEmpty());
  EXPECT_THAT(ProcessFaults(absl::StrCat(names("indicators", "indicators", 101),
                                         names("risks", "risks", 101),
                                         names("elements", "plans/p/elements", 101))),
              ElementsAre("process.indicators", "process.risks", "process.elements"));
}

TEST(ProcessRulesTest, LinksAreNamesAndEachStandsOnce) {
  // An indicator may be another institution's, shared with this one; risks and elements may not.
  EXPECT_THAT(ProcessFaults("indicators: 'institutions/tal/indicators/a'"), IsEmpty());
  EXPECT_THAT(
      ProcessFaults("indicators: 'a' indicators: 'institutions/gob/indicators/b' "
                    "indicators: 'institutions/gob/indicators/b' "
                    "risks: 'institutions/tal/risks/r' "
                    "elements: 'institutions/tal/plans/p/elements/e' "
                    "owner_unit: 'institutions/tal/units/u'"),
      UnorderedElementsAre("process.indicators[0]", "process.indicators[2]", "process.risks[0]",
                           "process.elements[0]", "process.owner_unit"));
}

using ProcessesTest = testing::PlanTest;

class ProcessIndicatorsTest : public testing::PlanTest {
 protected:
  absl::StatusOr<v1::Process> Create(const std::string& id, const std::string& fields) {
    return Call(&OperationsRpc::CreateProcess,
                absl::StrCat("parent: 'institutions/gob' process_id: '", id, "' process { code: '",
                             id, "' title { text { key: 'nl' value: 'p' } } ", fields, " }"));
  }
  absl::StatusOr<v1::Process> Update(const std::string& fields) {
    return Call(&OperationsRpc::UpdateProcess,
                absl::StrCat("process { name: 'institutions/gob/processes/p' ", fields, " }"));
  }
  static std::string Named(const std::string& id) {
    return absl::StrCat("indicators: 'institutions/gob/indicators/", id, "' ");
  }
};

TEST_F(ProcessIndicatorsTest, AnUnknownIndicatorIsRefusedByFieldAndValue) {
  indicators_.Forget("institutions/gob/indicators/none");
  const auto refused = Create("p", Named("k") + Named("none"));
  EXPECT_THAT(FaultyFields(refused.status()), ElementsAre("process.indicators[1]"));
  EXPECT_THAT(refused, status::testing::StatusIs(
                           absl::StatusCode::kInvalidArgument,
                           HasSubstr("an indicator of institutions/gob, or one that is shared")));
  const auto batch = Call(&OperationsRpc::BatchCreateProcesses,
                          absl::StrCat("parent: 'institutions/gob' requests { process_id: 'a' "
                                       "process { code: 'a' title { text { key: 'nl' value: 'p' } "
                                       "} } } requests { process_id: 'b' process { code: 'b' title "
                                       "{ text { key: 'nl' value: 'p' } } ",
                                       Named("none"), "} }"));
  EXPECT_THAT(FaultyFields(batch.status()), ElementsAre("requests[1].process.indicators[0]"));
  ATHENA_EXPECT_OK(Create("p", Named("k")));
}

TEST_F(ProcessIndicatorsTest, OnlyWhatIsNewIsAsked) {
  ATHENA_ASSERT_OK(Create("p", Named("k")));
  ATHENA_ASSERT_OK(Create("q", ""));
  EXPECT_EQ(indicators_.questions().size(), 1U);
  indicators_.Forget("institutions/gob/indicators/k");
  ATHENA_EXPECT_OK(Update("owner: 'Ann'"));
  EXPECT_EQ(indicators_.questions().size(), 1U);
  ATHENA_EXPECT_OK(Update(Named("k") + Named("l")));
  EXPECT_THAT(indicators_.questions().back(), ElementsAre("institutions/gob/indicators/l"));
  ATHENA_EXPECT_OK(Call(&OperationsRpc::DeleteProcess, "name: 'institutions/gob/processes/p'"));
}

TEST_F(ProcessesTest, DataAreFoundAcrossProcesses) {
  const auto make = [&](const std::string& id, const std::string& fields) {
    ATHENA_ASSERT_OK(Call(
        &OperationsRpc::CreateProcess,
        absl::StrCat(R"(parent: "institutions/gob" process_id: ")", id, R"(" process { code: ")",
                     id, R"(" title { text { key: "nl" value: "x" } } )", fields, "}")));
  };
  make("payroll", absl::StrCat(DataText("bank", "PERSONAL", absl::StrCat(kBasis, kRetention)),
                               DataText("scales", "PUBLIC")));
  make("events", DataText("programme", "PUBLIC"));
  make("empty", "");
  const auto found = [&](const std::string& filter) {
    v1::ListProcessesRequest request;
    request.set_parent("institutions/gob");
    request.set_filter(filter);
    const auto page = Call(&OperationsRpc::ListProcesses, request);
    ATHENA_EXPECT_OK(page);
    std::vector<std::string> codes;
    if (page.ok()) {
      for (const v1::Process& process : page->processes()) codes.push_back(process.code());
    }
    return codes;
  };
  EXPECT_THAT(found("data.classification:PERSONAL"), ElementsAre("payroll"));
  EXPECT_THAT(found("data.classification:PUBLIC"), ElementsAre("events", "payroll"));
  EXPECT_THAT(found("NOT data:*"), ElementsAre("empty"));
  EXPECT_THAT(found("data.retention.text.en:\"five*\""), ElementsAre("payroll"));
}

}  // namespace
}  // namespace athena::plan
