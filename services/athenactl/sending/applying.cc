#include "services/athenactl/sending/applying.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/field_mask.pb.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

void SetFlag(Message* request, const std::string& field) {
  if (const FieldDescriptor* flag = request->GetDescriptor()->FindFieldByName(field)) {
    request->GetReflection()->SetBool(request, flag, true);
  }
}

void FillMutation(const Connections& connections, const ApplyOptions& options, Message* request) {
  SetText(request, "reason", options.reason);
  SetText(request, "decision", options.decision);
  if (options.dry_run) {
    SetFlag(request, "validate_only");
  } else {
    SetText(request, "request_id", connections.NewRequestId());
  }
}

// Fills in what an update says of its resource.
void FillUpdate(const Kind& kind, const SheetResource& resource, Message* request) {
  Message* updated = MutableMessage(request, SnakeCase(kind.message->name()));
  updated->CopyFrom(*resource.message);
  fields::ClearOutputOnly(updated);
  if (resource.present == nullptr) return SetFlag(request, "allow_missing");
  SetText(updated, kEtagColumn, GetText(*resource.present, kEtagColumn));
  auto* mask = static_cast<google::protobuf::FieldMask*>(MutableMessage(request, "update_mask"));
  for (const std::string& field : resource.fields) mask->add_paths(field);
}

absl::Status ApplyOne(const Connections& connections, const Kind& kind,
                      const SheetResource& resource, const ApplyOptions& options) {
  const bool is_new = resource.present == nullptr;
  const MethodDescriptor* method = is_new ? kind.create : kind.update;
  if (method == nullptr) {
    return Misused(
        absl::StrCat("no method of the contract ", is_new ? "creates " : "updates ", kind.plural));
  }
  const std::unique_ptr<Message> request = NewMessage(method->input_type());
  FillMutation(connections, options, request.get());
  if (is_new) {
    SetText(request.get(), "parent", ParentOf(resource.name));
    SetText(request.get(), SnakeCase(kind.message->name()) + "_id", IdOf(resource.name));
    Message* created = MutableMessage(request.get(), SnakeCase(kind.message->name()));
    created->CopyFrom(*resource.message);
    fields::ClearOutputOnly(created);
  } else {
    FillUpdate(kind, resource, request.get());
  }
  const std::unique_ptr<Message> answer = NewMessage(method->output_type());
  return connections.Call(*method, *request, answer.get());
}

}  // namespace

absl::StatusOr<PresentResources> PresentResources::List(const Connections& connections,
                                                        const Kind& kind,
                                                        const std::vector<std::string>& names) {
  std::vector<std::string> parents;
  for (const std::string& name : names) {
    parents.push_back(kind.HasParent() ? ParentOf(name) : std::string());
  }
  std::sort(parents.begin(), parents.end());
  parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
  PresentResources present;
  for (const std::string& parent : parents) {
    const std::unique_ptr<Message> request = NewMessage(kind.list->input_type());
    SetText(request.get(), "parent", parent);
    std::unique_ptr<Message> answer = NewMessage(kind.list->output_type());
    ATHENA_RETURN_IF_ERROR(connections.CallPages(*kind.list, *request, answer.get()));
    for (int at = 0; at < answer->GetReflection()->FieldSize(*answer, kind.listed); ++at) {
      const Message& resource =
          answer->GetReflection()->GetRepeatedMessage(*answer, kind.listed, at);
      present.by_name_[GetText(resource, kNameColumn)] = &resource;
    }
    present.answers_.push_back(std::move(answer));
  }
  return present;
}

const Message* PresentResources::Find(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

absl::StatusOr<std::string> ReadDecision(const Arguments& arguments, const Kind& kind,
                                         const MethodDescriptor* method) {
  if (!arguments.Has("decision")) return std::string();
  const std::string typed = arguments.Get("decision");
  const std::string decision = WholeName(typed).value_or(typed);
  if (method == nullptr || method->input_type()->FindFieldByName("decision") == nullptr) {
    return Misused(absl::StrCat("--decision got ", Printable(decision),
                                ": the contract does not keep decisions with changes of ",
                                kind.plural));
  }
  return decision;
}

absl::StatusOr<std::vector<ApplyRefusal>> ApplyResources(
    const Connections& connections, const Kind& kind,
    absl::Span<const SheetResource* const> resources, const ApplyOptions& options) {
  std::vector<ApplyRefusal> refusals;
  if (kind.batch_update == nullptr) {
    ApplyOptions check = options;
    check.dry_run = true;
    for (size_t at = 0; at < resources.size(); ++at) {
      absl::Status done = ApplyOne(connections, kind, *resources[at], check);
      if (IsMisuse(done)) return done;
      if (!done.ok()) refusals.push_back({at, std::move(done)});
    }
    if (options.dry_run) return refusals;
    for (size_t at = 0; at < resources.size() && refusals.empty(); ++at) {
      const absl::Status done = ApplyOne(connections, kind, *resources[at], options);
      if (done.ok()) continue;
      refusals.push_back(
          {at, At(absl::StrCat("the first ", at, " of ", resources.size(), " are stored"), done)});
    }
    return refusals;
  }
  std::string parent = ParentOf(resources.front()->name);
  const bool one_parent = std::all_of(resources.begin(), resources.end(), [&](const auto* one) {
    return ParentOf(one->name) == parent;
  });
  // What lies below elements can be changed across them.
  const std::string above = ParentOf(parent);
  const bool across = !one_parent && !ParentOf(above).empty();
  if (across) parent = parent.substr(0, parent.rfind('/')) + "/-";
  for (const SheetResource* resource : resources) {
    const std::string own = ParentOf(resource->name);
    if (across ? ParentOf(own) == above : own == parent) continue;
    return Misused(absl::StrCat("got ", kind.plural, " of ", Printable(parent), " and of ",
                                Printable(ParentOf(resource->name)),
                                ", want a file for each: a file is one revision or none"));
  }
  if (resources.size() > kMostApplied) {
    return Misused(absl::StrCat("got ", Grouped(static_cast<int64_t>(resources.size())), " ",
                                kind.plural, " that are new or change, want at most ",
                                Grouped(static_cast<int64_t>(kMostApplied)),
                                ": a file is one revision or none; divide it"));
  }
  const std::unique_ptr<Message> batch = NewMessage(kind.batch_update->input_type());
  SetText(batch.get(), "parent", parent);
  FillMutation(connections, options, batch.get());
  const FieldDescriptor* requests = batch->GetDescriptor()->FindFieldByName("requests");
  for (const SheetResource* resource : resources) {
    FillUpdate(kind, *resource, batch->GetReflection()->AddMessage(batch.get(), requests));
  }
  const std::unique_ptr<Message> answer = NewMessage(kind.batch_update->output_type());
  absl::Status done = connections.Call(*kind.batch_update, *batch, answer.get());
  if (!done.ok()) refusals.push_back({std::nullopt, std::move(done)});
  return refusals;
}

}  // namespace athena::athenactl
