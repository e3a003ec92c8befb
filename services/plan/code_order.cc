#include "services/plan/code_order.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "athena/plan/v1/plan.pb.h"
#include "libs/status/status.h"
#include "services/plan/backend.h"
#include "services/plan/tree_rules.h"

namespace athena::plan {
namespace {

using google::protobuf::internal::WireFormatLite;

// Finds the code of a serialised Element: one field of many. Whether there is one.
bool ReadCode(const std::string& bytes, std::string* code) {
  constexpr uint32_t kCode =
      v1::Element::kCodeFieldNumber << 3 | WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size()));
  for (uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
    if (tag == kCode) return WireFormatLite::ReadString(&in, code);
    if (!WireFormatLite::SkipField(&in, tag)) return false;
  }
  return false;
}

}  // namespace

absl::StatusOr<std::vector<StoredElement>> ListInCodeOrder(const versioned::Snapshot& snapshot,
                                                           const PlanName& plan) {
  auto listed = snapshot.ListSerialised<v1::Element>(kElements, plan.plan + "/");
  if (!listed.ok()) return listed.status();
  std::vector<StoredElement> elements;
  elements.reserve(listed->size());
  for (std::string& bytes : *listed) {
    StoredElement& element = elements.emplace_back();
    if (!ReadCode(bytes, &element.code)) return status::Internal("a stored element has no code");
    element.bytes = std::move(bytes);
  }
  std::sort(elements.begin(), elements.end(), [](const StoredElement& a, const StoredElement& b) {
    return CompareCodes(a.code, b.code) < 0;
  });
  return elements;
}

}  // namespace athena::plan
