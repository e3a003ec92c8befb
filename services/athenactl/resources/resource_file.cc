#include "services/athenactl/resources/resource_file.h"

#include <google/protobuf/descriptor.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Json = nlohmann::ordered_json;

// Reads a resource; nothing when it has faults, which are added.
std::optional<FileResource> ReadResource(const std::string& where, const Json& json,
                                         const Message& prototype,
                                         std::vector<std::string>* faults) {
  FileResource resource;
  resource.message.reset(prototype.New());
  if (!ReadJson(where, json.dump(), *resource.message).ok()) {
    const std::vector<std::string> each = JsonFaults(where, json, prototype);
    faults->insert(faults->end(), each.begin(), each.end());
    return std::nullopt;
  }
  const google::protobuf::Descriptor& type = *prototype.GetDescriptor();
  for (const auto& [key, value] : json.items()) {
    for (int at = 0; at < type.field_count(); ++at) {
      const FieldDescriptor& field = *type.field(at);
      if (key == field.name() || key == field.json_name()) resource.fields.push_back(field.name());
    }
  }
  return resource;
}

std::string ResourceName(const Message& resource) {
  return resource.GetReflection()->GetString(resource,
                                             resource.GetDescriptor()->FindFieldByName("name"));
}

}  // namespace

absl::StatusOr<ResourceList> ReadResources(const std::string& path, std::string_view text,
                                           const Message& prototype, const std::string& listed) {
  ATHENA_ASSIGN_OR_RETURN(Json json, ParseJson(path, text));
  if (json.is_object() && json.contains(listed) && json[listed].is_array()) {
    json = Json(json[listed]);
  } else if (!json.is_array()) {
    json = Json::array({json});
  }
  ResourceList list;
  list.listed = static_cast<int64_t>(json.size());
  std::set<std::string> names;
  for (size_t at = 0; at < json.size(); ++at) {
    const std::string where = absl::StrCat("[", at, "]");
    const size_t faults_before = list.faults.size();
    if (!json[at].is_object()) {
      list.faults.push_back(absl::StrCat(where, ": want {...}"));
      ++list.faulty;
      continue;
    }
    std::optional<FileResource> resource = ReadResource(where, json[at], prototype, &list.faults);
    std::string name;
    if (resource.has_value()) {
      name = ResourceName(*resource->message);
    } else if (json[at].contains("name") && json[at]["name"].is_string()) {
      name = json[at]["name"].get<std::string>();
    }
    const size_t id = name.find_last_of('/');
    const std::string before = name.substr(0, id == std::string::npos ? 0 : id);
    if (before != listed && !absl::EndsWith(before, absl::StrCat("/", listed))) {
      list.faults.push_back(absl::StrCat(where, ".name: got \"", Printable(name),
                                         "\", want a name that ends in ", listed, "/ID"));
    } else if (!names.insert(name).second) {
      list.faults.push_back(
          absl::StrCat(where, ".name: got ", Printable(name), " a second time, want it once"));
    }
    if (list.faults.size() > faults_before) {
      ++list.faulty;
    } else {
      list.resources.push_back(*std::move(resource));
    }
  }
  return list;
}

}  // namespace athena::athenactl
