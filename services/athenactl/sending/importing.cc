#include "services/athenactl/sending/importing.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/field_mask.pb.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "services/athenactl/resources/differences.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/sending/batches.h"
#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/terminal/explain.h"

namespace athena::athenactl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using Resources = std::vector<const Message*>;

std::unique_ptr<Message> NewRequest(const MethodDescriptor& method, const Connections& connections,
                                    const std::string& reason) {
  std::unique_ptr<Message> request = NewMessage(method.input_type());
  SetText(request.get(), "request_id", connections.NewRequestId());
  SetText(request.get(), "reason", reason);
  return request;
}

// The field of a request that holds the resource; null when there is none.
Message* ResourceOf(Message* request, const Descriptor& type) {
  for (int at = 0; at < request->GetDescriptor()->field_count(); ++at) {
    const FieldDescriptor* field = request->GetDescriptor()->field(at);
    if (field->message_type() == &type && !field->is_repeated()) {
      return request->GetReflection()->MutableMessage(request, field);
    }
  }
  return nullptr;
}

absl::Status Lacks(const Kind& kind, std::string_view verb) {
  return Misused(absl::StrCat("no method of the contract ", std::string(verb), " ", kind.plural));
}

// Fills in what a create request says of its resource.
void FillCreate(const Kind& kind, const Message& resource, Message* request) {
  const std::string name = GetText(resource, "name");
  SetText(request, SnakeCase(kind.message->name()) + "_id", IdOf(name));
  Message* created = ResourceOf(request, *kind.message);
  created->CopyFrom(resource);
  fields::ClearOutputOnly(created);
}

class Importer {
 public:
  Importer(const Connections& connections, const Kind& kind, const ImportOptions& options,
           ImportResult* result)
      : connections_(connections), kind_(kind), options_(options), result_(*result) {}

  absl::Status Import(absl::Span<const Message* const> resources) {
    ATHENA_RETURN_IF_ERROR(ListPresent(resources));
    std::map<std::string, Resources> missing;  // by parent
    std::vector<std::string> parents;          // in the order of their first resources
    for (const Message* resource : resources) {
      const std::string name = GetText(*resource, "name");
      if (present_.count(name) > 0) continue;
      const std::string parent = ParentOf(name);
      if (missing.count(parent) == 0) parents.push_back(parent);
      missing[parent].push_back(resource);
    }
    for (const std::string& parent : parents) {
      ATHENA_RETURN_IF_ERROR(Create(parent, missing[parent]));
    }
    for (size_t at = 0; at < resources.size(); ++at) {
      const auto found = present_.find(GetText(*resources[at], "name"));
      if (found != present_.end()) {
        ATHENA_RETURN_IF_ERROR(Update(at, *resources[at], *found->second));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ListPresent(absl::Span<const Message* const> resources) {
    std::vector<std::string> parents;
    for (const Message* resource : resources) {
      parents.push_back(ParentOf(GetText(*resource, "name")));
    }
    std::sort(parents.begin(), parents.end());
    parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
    for (const std::string& parent : parents) {
      const std::unique_ptr<Message> request = NewMessage(kind_.list->input_type());
      SetText(request.get(), "parent", parent);
      std::unique_ptr<Message> answer = NewMessage(kind_.list->output_type());
      const absl::Status listed = connections_.CallPages(*kind_.list, *request, answer.get());
      if (absl::IsNotFound(listed) && options_.dry_run) continue;
      ATHENA_RETURN_IF_ERROR(listed);
      for (int at = 0; at < answer->GetReflection()->FieldSize(*answer, kind_.listed); ++at) {
        const Message& resource =
            answer->GetReflection()->GetRepeatedMessage(*answer, kind_.listed, at);
        present_[GetText(resource, "name")] = &resource;
      }
      answers_.push_back(std::move(answer));
    }
    return absl::OkStatus();
  }

  absl::Status Create(const std::string& parent, const Resources& resources) {
    if (kind_.create == nullptr) return Lacks(kind_, "creates");
    if (options_.dry_run) {
      for (const Message* resource : resources) TakeCreated(*resource);
      return absl::OkStatus();
    }
    if (kind_.batch_create != nullptr) return CreateBatches(parent, resources);
    for (const Message* resource : resources) {
      const std::unique_ptr<Message> request =
          NewRequest(*kind_.create, connections_, options_.reason);
      SetText(request.get(), "parent", parent);
      FillCreate(kind_, *resource, request.get());
      const std::unique_ptr<Message> created = NewMessage(kind_.create->output_type());
      ATHENA_RETURN_IF_ERROR(At(GetText(*resource, "name"),
                                connections_.Call(*kind_.create, *request, created.get())));
      TakeCreated(*resource);
    }
    return absl::OkStatus();
  }

  absl::Status CreateBatches(const std::string& parent, const Resources& resources) {
    for (const auto& [begin, end] :
         Batches(resources.size(), kMaxRequestsOfBatch, kMaxBytesOfBatch,
                 [&](size_t at) { return resources[at]->ByteSizeLong(); })) {
      const std::unique_ptr<Message> batch =
          NewRequest(*kind_.batch_create, connections_, options_.reason);
      SetText(batch.get(), "parent", parent);
      const FieldDescriptor* requests = batch->GetDescriptor()->FindFieldByName("requests");
      std::vector<std::string> names;
      for (size_t at = begin; at < end; ++at) {
        names.push_back(GetText(*resources[at], "name"));
        FillCreate(kind_, *resources[at],
                   batch->GetReflection()->AddMessage(batch.get(), requests));
      }
      const std::unique_ptr<Message> created = NewMessage(kind_.batch_create->output_type());
      ATHENA_RETURN_IF_ERROR(
          At("", connections_.Call(*kind_.batch_create, *batch, created.get()), names));
      for (size_t at = begin; at < end; ++at) TakeCreated(*resources[at]);
    }
    return absl::OkStatus();
  }

  void TakeCreated(const Message& resource) {
    ++result_.created;
    result_.created_names.push_back(GetText(resource, "name"));
  }

  absl::Status Update(size_t index, const Message& resource, const Message& present) {
    const std::vector<std::string> fields = options_.differences(index, present);
    if (fields.empty()) {
      ++result_.unchanged;
      return absl::OkStatus();
    }
    const std::string name = GetText(resource, "name");
    for (const std::string& change : FieldChanges(fields, present, resource)) {
      result_.changes.push_back(absl::StrCat(name, ": ", change));
    }
    if (options_.update && !options_.dry_run) {
      const std::unique_ptr<Message> wanted(resource.New());
      wanted->CopyFrom(resource);
      ATHENA_RETURN_IF_ERROR(
          At(name, UpdateResource(connections_, kind_, fields, GetText(present, "etag"),
                                  options_.reason, wanted.get())));
    }
    ++(options_.update ? result_.updated : result_.differing);
    return absl::OkStatus();
  }

  const Connections& connections_;
  const Kind& kind_;
  const ImportOptions& options_;
  ImportResult& result_;
  std::vector<std::unique_ptr<Message>> answers_;
  std::map<std::string, const Message*> present_;  // by name, in `answers_`
};

// Moves `moved` to the parent that it names, and changes those of `fields` that the method takes,
// which are removed from `fields`. Gets the new etag and the result.
absl::Status Move(const Connections& connections, const Kind& kind, const std::string& reason,
                  const std::string& decision, std::vector<std::string>* fields, std::string* etag,
                  Message* moved) {
  const std::unique_ptr<Message> request = NewRequest(*kind.move, connections, reason);
  SetText(request.get(), "name", GetText(*moved, "name"));
  SetText(request.get(), "decision", decision);
  SetText(request.get(), "etag", *etag);
  for (const std::string& field : *fields) {
    SetText(request.get(), field, GetText(*moved, field));
  }
  fields->erase(std::remove_if(fields->begin(), fields->end(),
                               [&](const std::string& field) { return HasField(*request, field); }),
                fields->end());
  ATHENA_RETURN_IF_ERROR(connections.Call(*kind.move, *request, moved));
  *etag = GetText(*moved, "etag");
  return absl::OkStatus();
}

}  // namespace

absl::Status ImportResources(const Connections& connections, const Kind& kind,
                             absl::Span<const Message* const> resources,
                             const ImportOptions& options, ImportResult* result) {
  return Importer(connections, kind, options, result).Import(resources);
}

absl::Status UpdateResource(const Connections& connections, const Kind& kind,
                            const std::vector<std::string>& fields, const std::string& etag,
                            const std::string& reason, Message* wanted,
                            const std::string& decision) {
  std::vector<std::string> left = fields;
  std::string current = etag;
  const bool moves = std::any_of(fields.begin(), fields.end(), [](const std::string& field) {
    return absl::StartsWith(field, "parent_");
  });
  if (moves && kind.move != nullptr) {
    const std::unique_ptr<Message> moved(wanted->New());
    moved->CopyFrom(*wanted);
    ATHENA_RETURN_IF_ERROR(Move(connections, kind, reason, decision, &left, &current, moved.get()));
    if (left.empty()) {
      wanted->CopyFrom(*moved);
      return absl::OkStatus();
    }
  }
  if (kind.update == nullptr) return Lacks(kind, "updates");
  const std::unique_ptr<Message> request = NewRequest(*kind.update, connections, reason);
  const std::string name = GetText(*wanted, "name");
  SetText(request.get(), "decision", decision);
  Message* updated = ResourceOf(request.get(), *kind.message);
  updated->CopyFrom(*wanted);
  fields::ClearOutputOnly(updated);
  SetText(updated, "etag", current);
  auto* mask =
      static_cast<google::protobuf::FieldMask*>(MutableMessage(request.get(), "update_mask"));
  for (const std::string& field : left) mask->add_paths(field);
  return connections.Call(*kind.update, *request, wanted);
}

}  // namespace athena::athenactl
