// The standard methods that change resources.

#include <google/protobuf/descriptor.h>

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/paging/page.h"
#include "libs/resource/request.h"
#include "libs/resource/resources.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/versioned/update_mask.h"

namespace athena::resource {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Marks the refusal that rolls a validate_only request back.
constexpr char kValidated[] = "athena.resource/validated";

absl::Status Validated() {
  absl::Status status = absl::CancelledError("validate_only");
  status.SetPayload(kValidated, absl::Cord());
  return status;
}

// What only a stored version has: a validate_only answer shows neither etag nor revision.
void ClearVersion(Message* response) {
  for (const char* name : {"etag", "revision"}) {
    if (const auto* field = response->GetDescriptor()->FindFieldByName(name)) {
      response->GetReflection()->ClearField(response, field);
    }
  }
}
void ClearVersions(Message* response) {
  ClearVersion(response);
  const Descriptor* type = response->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (!field->is_repeated() || field->is_map() || field->message_type() == nullptr) continue;
    for (int row = 0; row < response->GetReflection()->FieldSize(*response, field); ++row) {
      ClearVersion(response->GetReflection()->MutableRepeatedMessage(response, field, row));
    }
  }
}

// A resource that is asked for.
struct New {
  std::string path;  // "risk", "requests[3].risk"
  std::optional<ResourceName> name;
  std::unique_ptr<Message> message;
};

// What a resource may take: it fits a part of a stream (1 MiB) together with what stands beside it
// there, an indicator with its targets above all.
constexpr size_t kMaxResourceBytes = 768 << 10;

void Validate(const AnyKind& kind, std::string_view path, std::string_view parent,
              const Message& message, status::FieldFaults* faults) {
  kind.validate(path, parent, message, faults);
  const size_t size = message.ByteSizeLong();
  if (size > kMaxResourceBytes) {
    faults->Add(path, absl::StrCat(size, " bytes"),
                absl::StrCat("at most ", kMaxResourceBytes, " bytes"));
  }
}

// Makes `message` what is to be stored: named, without what clients do not set, completed, checked.
void Prepare(const AnyKind& kind, const std::string& path, std::string_view parent,
             const std::string& name, Message* message, status::FieldFaults* faults) {
  fields::ClearOutputOnly(message);
  SetText(message, "name", name);
  if (kind.complete) kind.complete(message);
  Validate(kind, path, parent, *message, faults);
}

// Reads one request to create a resource. `parent` is nullopt where it is at fault, or at the top.
New ReadNew(const AnyKind& kind, const std::string& prefix,
            const std::optional<ResourceName>& parent, const Message& request,
            status::FieldFaults* faults) {
  New made;
  made.path = prefix + kind.singular;
  const std::string id = TextOf(request, kind.singular + "_id");
  if (id.empty()) {
    faults->Missing(made.path + "_id");
  } else if (!kind.pattern().IsId(id)) {
    faults->Add(made.path + "_id", id, kind.id_grammar);
  } else if (kind.top() || parent.has_value()) {
    std::vector<std::string> ids = kind.top() ? std::vector<std::string>() : parent->ids;
    ids.push_back(id);
    made.name = kind.pattern().Of(std::move(ids));
  }
  made.message.reset(kind.prototype().New());
  if (const Message* given = PartOf(request, kind.singular)) made.message->CopyFrom(*given);
  Prepare(kind, made.path, parent.has_value() ? parent->text : "",
          made.name.has_value() ? made.name->text : "", made.message.get(), faults);
  return made;
}

std::vector<ResourceName> NamesOf(const std::vector<New>& made) {
  std::vector<ResourceName> names;
  for (const New& one : made) names.push_back(*one.name);
  return names;
}

// The parent of new resources, and whether the caller may create there.
absl::StatusOr<std::optional<ResourceName>> ReadParent(const auth::Principal& principal,
                                                       const AnyKind& kind, const Message& request,
                                                       status::FieldFaults* faults) {
  if (kind.top()) {
    const std::string id = TextOf(request, kind.singular + "_id");
    if (kind.pattern().IsId(id)) {
      ATHENA_RETURN_IF_ERROR(
          principal.RequireInstitution(id, absl::StrCat("create ", kind.pattern().Of({id}).text)));
    }
    return std::nullopt;
  }
  std::optional<ResourceName> parent =
      kind.levels[1].pattern.Read("parent", TextOf(request, "parent"), faults);
  if (parent.has_value()) {
    ATHENA_RETURN_IF_ERROR(principal.RequireInstitution(
        parent->institution(),
        absl::StrCat("create ", std::string(kind.collection().name), " of ", parent->text)));
  }
  return parent;
}

// Stores new resources, in the messages that `next` gives; adds them to `changes`.
absl::Status InsertAll(versioned::Edit& edit, const AnyKind& kind,
                       const std::optional<ResourceName>& parent, const std::vector<New>& made,
                       absl::FunctionRef<Message*()> next, std::vector<Change<Message>>* changes) {
  if (parent.has_value()) {
    ATHENA_RETURN_IF_ERROR(RequireExists(edit.now(), kind.levels[1], *parent));
  }
  for (const New& one : made) {
    Message* const stored = next();
    stored->CopyFrom(*one.message);
    if (kind.fill) {
      ATHENA_RETURN_IF_ERROR(kind.fill(edit, nullptr, stored));
    }
    ATHENA_RETURN_IF_ERROR(edit.InsertMessage(kind.collection(), one.name->key(), stored));
    changes->push_back({nullptr, stored, one.path});
  }
  return absl::OkStatus();
}

// Each id of a batch once, and each value of the fields that the kind has unique.
void CheckDistinct(const AnyKind& kind, const Message& batch, const FieldDescriptor* requests,
                   status::FieldFaults* faults) {
  std::map<std::pair<std::string, std::string>, int> seen;  // field and value > first place
  const auto check = [&](int i, const std::string& field, const std::string& value) {
    const auto [first, is_new] = seen.emplace(std::pair(field, value), i);
    if (is_new || value.empty()) return;
    faults->Add(absl::StrCat("requests[", i, "].", field), value,
                absl::StrCat("each once: requests[", first->second, "] has it too"));
  };
  for (int i = 0; i < batch.GetReflection()->FieldSize(batch, requests); ++i) {
    const Message& one = batch.GetReflection()->GetRepeatedMessage(batch, requests, i);
    check(i, kind.singular + "_id", TextOf(one, kind.singular + "_id"));
    const Message* given = PartOf(one, kind.singular);
    for (const std::string_view field : kind.unique) {
      if (given == nullptr) continue;
      check(i, absl::StrCat(kind.singular, ".", std::string(field)),
            TextOf(*given, std::string(field)));
    }
  }
}

// The name of what is to be changed, and whether the caller may.
absl::StatusOr<ResourceName> ReadName(const auth::Principal& principal, const AnyKind& kind,
                                      const std::string& field, const std::string& text,
                                      std::string_view verb, status::FieldFaults* faults) {
  std::optional<ResourceName> name = kind.pattern().Read(field, text, faults);
  if (!name.has_value()) return ResourceName();
  ATHENA_RETURN_IF_ERROR(principal.RequireInstitution(
      name->institution(), absl::StrCat(std::string(verb), " ", name->text)));
  return *std::move(name);
}

}  // namespace

absl::Status RequireExists(const versioned::Snapshot& snapshot, const AnyKind::Level& level,
                           const ResourceName& name) {
  if (level.prototype == nullptr) return absl::OkStatus();
  const std::unique_ptr<Message> ignored(level.prototype->New());
  ATHENA_ASSIGN_OR_RETURN(const bool found,
                          snapshot.FindMessage(level.collection, name.key(), ignored.get()));
  return found ? absl::OkStatus() : status::NotFound(name.text);
}

void Resources::CheckMutation(const Message& request, status::FieldFaults* faults) {
  fields::CheckMutation(TextOf(request, "request_id"), TextOf(request, "reason"), faults);
}

absl::Status Resources::Mutate(const auth::Principal& principal, std::string_view institution,
                               const Message& request, Message* response,
                               absl::FunctionRef<absl::Status(versioned::Edit&)> edit) const {
  const bool validate_only = FlagOf(request, "validate_only");
  const std::string request_id = TextOf(request, "request_id");
  const std::string reason = TextOf(request, "reason");
  const std::string decision = TextOf(request, "decision");
  std::string_view action = request.GetDescriptor()->name();
  action.remove_suffix(std::string_view("Request").size());
  const absl::Status done = store_.Run({.institution = institution,
                                        .subject = principal.subject,
                                        .action = action,
                                        .reason = reason,
                                        .request_id = request_id,
                                        .request = &request,
                                        .cause = decision},
                                       response, [&](versioned::Edit& open) -> absl::Status {
                                         ATHENA_RETURN_IF_ERROR(edit(open));
                                         return validate_only ? Validated() : absl::OkStatus();
                                       });
  if (done.GetPayload(kValidated).has_value()) {
    ClearVersions(response);
    return absl::OkStatus();
  }
  return status::FromStorage(done);
}

absl::Status Resources::Ask(const Caller& caller, const AnyKind& kind, const Message& request,
                            absl::Span<const ResourceName> names,
                            absl::FunctionRef<bool(size_t, Change<Message>*)> make) const {
  if (!kind.ask) return absl::OkStatus();
  std::vector<std::unique_ptr<Message>> stored(names.size());
  const auto read = [&](const versioned::Snapshot& now) -> absl::Status {
    for (size_t i = 0; i < names.size(); ++i) {
      stored[i].reset(kind.prototype().New());
      ATHENA_ASSIGN_OR_RETURN(const bool found,
                              now.FindMessage(kind.collection(), names[i].key(), stored[i].get()));
      if (!found) stored[i] = nullptr;
    }
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(status::FromStorage(store_.ReadAt(names[0].institution(), 0, read)));
  std::vector<Change<Message>> changes;
  for (size_t i = 0; i < names.size(); ++i) {
    Change<Message> change{stored[i].get(), nullptr, ""};
    if (!make(i, &change)) return absl::OkStatus();
    changes.push_back(std::move(change));
  }
  status::FieldFaults faults;
  ATHENA_RETURN_IF_ERROR(kind.ask({caller, request, std::move(changes), &faults}));
  return faults.ToStatus();
}

absl::Status Resources::Admit(versioned::Edit& edit, const auth::Principal& principal,
                              const AnyKind& kind, const Message& request,
                              std::vector<Change<Message>> changes,
                              status::FieldFaults* faults) const {
  if (kind.admit) {
    ATHENA_RETURN_IF_ERROR(
        kind.admit({edit, principal, request, std::move(changes), faults,
                    [&](std::string_view text) -> absl::Status {
                      const std::optional<ResourceName> name = kind.pattern().Match(text);
                      if (!name.has_value())
                        return status::Internal("a stored name is none of its kind");
                      ATHENA_RETURN_IF_ERROR(edit.Delete(kind.collection(), name->key(), text));
                      return DeleteBelow(edit, kind, *name, /*force=*/true);
                    }}));
  }
  return faults->ToStatus();
}

absl::Status Resources::Create(const Caller& caller, const AnyKind& kind, const Message& request,
                               Message* response) const {
  status::FieldFaults faults;
  ATHENA_ASSIGN_OR_RETURN(const std::optional<ResourceName> parent,
                          ReadParent(caller.principal, kind, request, &faults));
  std::vector<New> made;
  made.push_back(ReadNew(kind, "", parent, request, &faults));
  CheckMutation(request, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  ATHENA_RETURN_IF_ERROR(Ask(caller, kind, request, NamesOf(made), [&](size_t i, auto* change) {
    change->after = made[i].message.get();
    change->path = made[i].path;
    return true;
  }));
  return Mutate(caller.principal, made[0].name->institution(), request, response,
                [&](versioned::Edit& edit) -> absl::Status {
                  std::vector<Change<Message>> changes;
                  ATHENA_RETURN_IF_ERROR(InsertAll(
                      edit, kind, parent, made, [&] { return response; }, &changes));
                  status::FieldFaults stored;
                  return Admit(edit, caller.principal, kind, request, std::move(changes), &stored);
                });
}

absl::Status Resources::BatchCreate(const Caller& caller, const AnyKind& kind,
                                    const Message& request, Message* response) const {
  status::FieldFaults faults;
  ATHENA_ASSIGN_OR_RETURN(const std::optional<ResourceName> parent,
                          ReadParent(caller.principal, kind, request, &faults));
  CheckMutation(request, &faults);
  const FieldDescriptor* requests = request.GetDescriptor()->FindFieldByName("requests");
  const int count = request.GetReflection()->FieldSize(request, requests);
  if (count == 0 || count > kind.max_batch) {
    faults.Add("requests", count, absl::StrCat("1 to ", kind.max_batch, " of them"));
    return faults.ToStatus();
  }
  // The answer has them all.
  if (request.ByteSizeLong() > kMaxPageBytes) {
    faults.Add("requests", absl::StrCat(request.ByteSizeLong(), " bytes"),
               absl::StrCat("at most ", kMaxPageBytes, " bytes in all: send them in parts"));
    return faults.ToStatus();
  }
  std::vector<New> made;
  for (int i = 0; i < count; ++i) {
    const Message& one = request.GetReflection()->GetRepeatedMessage(request, requests, i);
    const std::string prefix = fields::At("requests", i) + ".";
    const std::string own_parent = TextOf(one, "parent");
    if (!own_parent.empty() && own_parent != TextOf(request, "parent")) {
      faults.Add(prefix + "parent", own_parent, "nothing, or the parent of the batch");
    }
    made.push_back(ReadNew(kind, prefix, parent, one, &faults));
  }
  CheckDistinct(kind, request, requests, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  ATHENA_RETURN_IF_ERROR(Ask(caller, kind, request, NamesOf(made), [&](size_t i, auto* change) {
    change->after = made[i].message.get();
    change->path = made[i].path;
    return true;
  }));
  const FieldDescriptor* rows = RowsField(response->GetDescriptor(), kind.type());
  return Mutate(caller.principal, parent->institution(), request, response,
                [&](versioned::Edit& edit) -> absl::Status {
                  // Reserved at once: the changes point at them.
                  std::vector<Message*> stored;
                  for (size_t i = 0; i < made.size(); ++i) {
                    stored.push_back(response->GetReflection()->AddMessage(response, rows));
                  }
                  size_t next = 0;
                  std::vector<Change<Message>> changes;
                  ATHENA_RETURN_IF_ERROR(InsertAll(
                      edit, kind, parent, made, [&] { return stored[next++]; }, &changes));
                  status::FieldFaults admitted;
                  return Admit(edit, caller.principal, kind, request, std::move(changes),
                               &admitted);
                });
}

absl::Status Resources::Rewrite(
    versioned::Edit& edit, const auth::Principal& principal, const AnyKind& kind,
    const Message& request, const ResourceName& name, const std::string& etag,
    const std::string& path, absl::FunctionRef<absl::Status(Message*, status::FieldFaults*)> change,
    Message* response) const {
  const std::unique_ptr<Message> before(kind.prototype().New());
  ATHENA_ASSIGN_OR_RETURN(const bool found,
                          edit.now().FindMessage(kind.collection(), name.key(), before.get()));
  if (!found) return status::NotFound(name.text);
  ATHENA_RETURN_IF_ERROR(versioned::CheckEtag(name.text, etag, TextOf(*before, "etag")));
  response->CopyFrom(*before);
  status::FieldFaults faults;
  ATHENA_RETURN_IF_ERROR(change(response, &faults));
  if (kind.fill) {
    ATHENA_RETURN_IF_ERROR(kind.fill(edit, before.get(), response));
  }
  ATHENA_RETURN_IF_ERROR(edit.ReplaceMessage(kind.collection(), name.key(), response));
  return Admit(edit, principal, kind, request, {{before.get(), response, path}}, &faults);
}

absl::Status Resources::Update(const Caller& caller, const AnyKind& kind, const Message& request,
                               Message* response) const {
  const Message& patch = *PartOf(request, kind.singular);
  status::FieldFaults malformed;
  ATHENA_ASSIGN_OR_RETURN(const ResourceName name,
                          ReadName(caller.principal, kind, kind.singular + ".name",
                                   TextOf(patch, "name"), "change", &malformed));
  CheckMutation(request, &malformed);
  ATHENA_RETURN_IF_ERROR(malformed.ToStatus());
  const std::string etag = TextOf(patch, "etag");
  const bool may_create = FlagOf(request, "allow_missing") && etag.empty();
  std::optional<ResourceName> parent;
  if (!kind.top()) {
    parent = kind.levels[1].pattern.Of({name.ids.begin(), name.ids.end() - 1});
  }
  const std::string parent_name = parent.has_value() ? parent->text : "";
  const auto prepare_new = [&](status::FieldFaults* faults) {
    New made{kind.singular, name, std::unique_ptr<Message>(patch.New())};
    made.message->CopyFrom(patch);
    Prepare(kind, kind.singular, parent_name, name.text, made.message.get(), faults);
    return made;
  };
  const auto* mask =
      static_cast<const google::protobuf::FieldMask*>(PartOf(request, "update_mask"));
  const auto apply = [&](Message* resource, status::FieldFaults* faults) {
    versioned::ApplyUpdate(
        patch, mask == nullptr ? google::protobuf::FieldMask::default_instance() : *mask, resource,
        faults);
    if (kind.complete) kind.complete(resource);
    Validate(kind, kind.singular, parent_name, *resource, faults);
    return absl::OkStatus();
  };
  std::unique_ptr<Message> updated;
  ATHENA_RETURN_IF_ERROR(Ask(caller, kind, request, {name}, [&](size_t, auto* change) {
    status::FieldFaults faults;
    if (change->before == nullptr) {
      if (!may_create) return false;
      updated = prepare_new(&faults).message;
    } else {
      if (!etag.empty() && etag != TextOf(*change->before, "etag")) return false;
      updated.reset(change->before->New());
      updated->CopyFrom(*change->before);
      apply(updated.get(), &faults).IgnoreError();
    }
    change->after = updated.get();
    change->path = kind.singular;
    return faults.empty();
  }));
  return Mutate(
      caller.principal, name.institution(), request, response,
      [&](versioned::Edit& edit) -> absl::Status {
        if (may_create && absl::IsNotFound(RequireExists(edit.now(), kind.levels[0], name))) {
          status::FieldFaults faults;
          std::vector<New> made;
          made.push_back(prepare_new(&faults));
          std::vector<Change<Message>> changes;
          ATHENA_RETURN_IF_ERROR(InsertAll(
              edit, kind, parent, made, [&] { return response; }, &changes));
          return Admit(edit, caller.principal, kind, request, std::move(changes), &faults);
        }
        return Rewrite(edit, caller.principal, kind, request, name, etag, kind.singular, apply,
                       response);
      });
}

absl::Status Resources::Modify(const Caller& caller, const AnyKind& kind, const Message& request,
                               absl::FunctionRef<void(status::FieldFaults*)> check,
                               absl::FunctionRef<absl::Status(versioned::Edit&, Message*)> change,
                               Message* response) const {
  status::FieldFaults faults;
  ATHENA_ASSIGN_OR_RETURN(
      const ResourceName name,
      ReadName(caller.principal, kind, "name", TextOf(request, "name"), "change", &faults));
  check(&faults);
  CheckMutation(request, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  ATHENA_RETURN_IF_ERROR(Ask(caller, kind, request, {name}, [&](size_t, auto* asked) {
    asked->after = asked->before;
    return asked->before != nullptr;
  }));
  return Mutate(
      caller.principal, name.institution(), request, response, [&](versioned::Edit& edit) {
        return Rewrite(
            edit, caller.principal, kind, request, name, TextOf(request, "etag"), "",
            [&](Message* resource, status::FieldFaults*) { return change(edit, resource); },
            response);
      });
}

absl::Status Resources::Delete(const Caller& caller, const AnyKind& kind, const Message& request,
                               Message* response) const {
  status::FieldFaults malformed;
  ATHENA_ASSIGN_OR_RETURN(
      const ResourceName name,
      ReadName(caller.principal, kind, "name", TextOf(request, "name"), "delete", &malformed));
  CheckMutation(request, &malformed);
  ATHENA_RETURN_IF_ERROR(malformed.ToStatus());
  ATHENA_RETURN_IF_ERROR(Ask(caller, kind, request, {name},
                             [&](size_t, auto* asked) { return asked->before != nullptr; }));
  return Mutate(
      caller.principal, name.institution(), request, response,
      [&](versioned::Edit& edit) -> absl::Status {
        const std::unique_ptr<Message> before(kind.prototype().New());
        ATHENA_ASSIGN_OR_RETURN(
            const bool found, edit.now().FindMessage(kind.collection(), name.key(), before.get()));
        if (!found) return status::NotFound(name.text);
        ATHENA_RETURN_IF_ERROR(
            versioned::CheckEtag(name.text, TextOf(request, "etag"), TextOf(*before, "etag")));
        ATHENA_RETURN_IF_ERROR(edit.Delete(kind.collection(), name.key(), name.text));
        status::FieldFaults faults;
        ATHENA_RETURN_IF_ERROR(
            Admit(edit, caller.principal, kind, request, {{before.get(), nullptr, ""}}, &faults));
        return DeleteBelow(edit, kind, name, kind.deletes_children || FlagOf(request, "force"));
      });
}

absl::Status Resources::DeleteBelow(versioned::Edit& edit, const AnyKind& kind,
                                    const ResourceName& name, bool force) const {
  for (const std::shared_ptr<const AnyKind>& below : kinds_) {
    if (!below->IsBelow(kind)) continue;
    std::vector<std::string> names;
    const std::unique_ptr<Message> row(below->prototype().New());
    ATHENA_RETURN_IF_ERROR(edit.now().VisitMessages(
        below->collection(), name.key() + "/", "", [&] { return row.get(); },
        [&](Message* message) {
          names.push_back(TextOf(*message, "name"));
          return true;
        }));
    if (!names.empty() && !force) {
      return status::Precondition(
          "RESOURCE_HAS_CHILDREN",
          absl::StrCat(name.text, " has ", names.size(), " ", std::string(below->collection().name),
                       " below it: delete them first"),
          names[0], {{"resource", name.text}, {"child", names[0]}});
    }
    for (const std::string& child : names) {
      const std::optional<ResourceName> own = below->pattern().Match(child);
      if (!own.has_value()) return status::Internal("a stored name is none of its kind");
      ATHENA_RETURN_IF_ERROR(edit.Delete(below->collection(), own->key(), child));
    }
  }
  return absl::OkStatus();
}

}  // namespace athena::resource
