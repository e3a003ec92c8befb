#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/strategy/tree_rules.h"
#include "services/plan/stratml/read_stratml.h"
#include "services/plan/stratml/write_stratml.h"
#include "services/plan/stratml/xml_document.h"
#include "tests/fuzz/property.h"

// StratML documents, a zero byte between one and the next.

namespace athena::plan {
namespace {

using fuzz::Require;

absl::StatusOr<StratmlReading> Read(const std::vector<std::string>& documents) {
  std::vector<const std::string*> pointers;
  for (const std::string& document : documents) pointers.push_back(&document);
  return ReadStratml(pointers, {kPlanName.Of({"gob", "p"}), "en", "2021-Q1", "2021-Q4"});
}

void CheckReading(const StratmlReading& reading, int documents) {
  std::set<std::string> names;
  std::set<std::string> codes;
  for (const ReadElement& one : reading.elements) {
    const v1::Element& element = one.element;
    Require(kElementName.Match(element.name()).has_value(), "an element has a name");
    Require(names.insert(element.name()).second, "names are unique");
    Require(IsElementCode(element.code()), "a code can be one");
    Require(codes.insert(element.code()).second, "codes are unique");
    Require(v1::Element().ParseFromString(element.SerializeAsString()), "texts are UTF-8");
    Require(one.position.line() > 0 && one.position.document() < documents, "it has a place");
  }
  for (const ReadElement& one : reading.elements) {
    const std::string& parent = one.element.parent_element();
    Require(parent.empty() || names.contains(parent), "parents are elements that were read");
  }
  Require(static_cast<int64_t>(reading.remarks.size()) <= reading.remark_count &&
              reading.remarks.size() <= kMaxDescribedRows,
          "remarks are counted");
  for (const auto& remark : reading.remarks) {
    Require(v1::ImportPlanResponse::Remark().ParseFromString(remark.SerializeAsString()),
            "remarks are UTF-8");
  }
}

// What was read of one document can be written, and is read again.
void CheckWriting(const StratmlReading& reading) {
  v1::Institution institution;
  institution.set_name("institutions/gob");
  std::vector<v1::Element> elements;
  for (const ReadElement& one : reading.elements) elements.push_back(one.element);
  const StratmlExport written =
      WriteStratml({institution, {}, reading.plan, elements, reading.language});
  std::vector<std::string> documents;
  for (const StratmlDocument& document : written.documents) documents.push_back(document.xml);
  for (const std::string& document : documents) {
    Require(CheckXml(document, {.elements = 10'000'000}).ok(), "what is written can be read");
  }
  const auto again = Read(documents);
  if (again.ok()) CheckReading(*again, static_cast<int>(documents.size()));
}

}  // namespace
}  // namespace athena::plan

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace athena::plan;
  const std::vector<std::string> documents =
      absl::StrSplit(std::string(athena::fuzz::TextOf(data, size)), '\0');
  const auto reading = Read(documents);
  if (!reading.ok()) {
    athena::fuzz::Require(reading.status().code() == absl::StatusCode::kInvalidArgument,
                          "a document is refused as one");
    return 0;
  }
  CheckReading(*reading, static_cast<int>(documents.size()));
  if (documents.size() == 1) CheckWriting(*reading);
  return 0;
}
