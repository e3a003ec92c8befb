#include "services/athenactl/sheets/references.h"

#include <array>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using google::protobuf::FieldDescriptor;

std::string WholeReference(const std::string& field, const std::string& typed,
                           const std::string& resource,
                           const std::map<std::string, std::string>& codes) {
  if (typed.empty() || absl::StartsWith(typed, "institutions/")) return typed;
  if (typed.find('/') != std::string::npos) return WholeName(typed).value_or(typed);
  if (field == "parent_element") {
    const auto found = codes.find(typed);
    return found != codes.end() ? found->second
                                : absl::StrCat(ParentOf(resource), "/elements/", typed);
  }
  if (field == "shared_with") return absl::StrCat("institutions/", typed);
  std::string collection;
  if (field == "contributors" || absl::EndsWith(field, "_unit")) collection = "units";
  if (field == "indicator" || field == "indicators") collection = "indicators";
  if (field == "risks" || field == "processes") collection = field;
  if (collection.empty()) return typed;
  return absl::StrCat(InstitutionOf(resource), "/", collection, "/", typed);
}

}  // namespace

bool IsReference(const FieldDescriptor& field) {
  constexpr std::array<std::string_view, 8> kNames = {"contributors", "element",    "elements",
                                                      "indicator",    "indicators", "processes",
                                                      "risks",        "shared_with"};
  const std::string& name = field.name();
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
         (Contains(kNames, name) || absl::EndsWith(name, "_element") ||
          absl::EndsWith(name, "_unit"));
}

std::string WholeReferences(const FieldDescriptor& field, const std::string& typed,
                            const std::string& resource,
                            const std::map<std::string, std::string>& codes) {
  if (typed.find('"') != std::string::npos) return typed;
  std::vector<std::string> names;
  for (const absl::string_view one : absl::StrSplit(typed, ',')) {
    names.push_back(WholeReference(field.name(),
                                   std::string(Trimmed(std::string_view(one.data(), one.size()))),
                                   resource, codes));
  }
  return absl::StrJoin(names, ",");
}

}  // namespace athena::athenactl
