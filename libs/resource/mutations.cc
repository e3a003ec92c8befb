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

// The values of a batch that may stand in it once.
class OnceEach {
 public:
  // `path` is the place of the value in the request.
  void Check(const std::string& field, const std::string& value, const std::string& path,
             status::FieldFaults* faults) {
    if (value.empty()) return;
    const auto [first, is_new] = seen_.emplace(std::pair(field, value), path);
    if (is_new) return;
    faults->Add(path, value, absl::StrCat("each once: ", first->second, " has it too"));
  }

 private:
  std::map<std::pair<std::string, std::string>, std::string> seen_;  // field and value > first path
};

// Each id of a batch once, and each value of the fields that the kind has unique.
void CheckDistinct(const AnyKind& kind, const Message& batch, const FieldDescriptor* requests,
                   status::FieldFaults* faults) {
  OnceEach once;
  for (int i = 0; i < batch.GetReflection()->FieldSize(batch, requests); ++i) {
    const Message& one = batch.GetReflection()->GetRepeatedMessage(batch, requests, i);
    const auto check = [&](const Message& message, const std::string& prefix,
                           const std::string& field) {
      once.Check(field, TextOf(message, field), absl::StrCat("requests[", i, "].", prefix, field),
                 faults);
    };
    check(one, "", kind.singular + "_id");
    const Message* given = PartOf(one, kind.singular);
    for (const std::string_view field : kind.unique) {
      if (given != nullptr) check(*given, kind.singular + ".", std::string(field));
    }
  }
}

// Whether a batch is one that is looked into: its faults would be too many otherwise.
bool CheckBatchSize(const AnyKind& kind, const Message& request, int count,
                    status::FieldFaults* faults) {
  if (count == 0 || count > kind.max_batch) {
    faults->Add("requests", count, absl::StrCat("1 to ", kind.max_batch, " of them"));
    return false;
  }
  // The answer has them all.
  if (request.ByteSizeLong() > kMaxPageBytes) {
    faults->Add("requests", absl::StrCat(request.ByteSizeLong(), " bytes"),
                absl::StrCat("at most ", kMaxPageBytes, " bytes in all: send them in parts"));
    return false;
  }
  return true;
}

// Each value of the fields that the kind has unique once among what a batch makes.
void CheckDistinctValues(const AnyKind& kind, const std::vector<Change<Message>>& changes,
                         status::FieldFaults* faults) {
  OnceEach once;
  for (const Change<Message>& change : changes) {
    for (const std::string_view unique : kind.unique) {
      const std::string field(unique);
      once.Check(field, TextOf(*change.after, field), change.Field(field), faults);
    }
  }
}

// A resource that was changed by somebody else since it was read.
struct EtagConflict {
  std::string name;
  std::string given;
  std::string current;
};

// ABORTED when there are any: the error of an update names the resource, that of a batch all.
absl::Status ToStatus(const std::vector<EtagConflict>& conflicts) {
  if (conflicts.empty()) return absl::OkStatus();
  const EtagConflict& first = conflicts.front();
  if (conflicts.size() == 1) {
    return versioned::CheckEtag(first.name, first.given, first.current);
  }
  std::string names;
  for (const EtagConflict& one : conflicts) absl::StrAppend(&names, ", ", one.name);
  return status::Refusal(absl::StatusCode::kAborted, "ETAG_MISMATCH",
                         absl::StrCat(conflicts.size(), " of them changed since they were read",
                                      ": read them again", names),
                         {{"resource", first.name}, {"count", absl::StrCat(conflicts.size())}});
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
  if (!CheckBatchSize(kind, request, count, &faults)) return faults.ToStatus();
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

// An update that is asked for. Borrows from the request.
struct Resources::Patch {
  std::string path;       // "risk", "requests[3].risk"
  std::string mask_path;  // "update_mask", "requests[3].update_mask"
  ResourceName name;
  const Message* fields;
  const google::protobuf::FieldMask* mask;
  std::string etag;
  bool may_create;

  static Patch Read(const AnyKind& kind, const std::string& prefix, const Message& request) {
    const Message& fields = *PartOf(request, kind.singular);
    const std::string etag = TextOf(fields, "etag");
    const Message* mask = PartOf(request, "update_mask");
    return {prefix + kind.singular,
            prefix + "update_mask",
            {},
            &fields,
            mask == nullptr ? &google::protobuf::FieldMask::default_instance()
                            : static_cast<const google::protobuf::FieldMask*>(mask),
            etag,
            FlagOf(request, "allow_missing") && etag.empty()};
  }

  // The name of the parent; nullopt at the top.
  std::optional<ResourceName> Parent(const AnyKind& kind) const {
    if (kind.top()) return std::nullopt;
    return kind.levels[1].pattern.Of({name.ids.begin(), name.ids.end() - 1});
  }

  // What becomes of `before`, null for a new resource; `after` is empty.
  void Make(const AnyKind& kind, const Message* before, Message* after,
            status::FieldFaults* faults) const {
    const std::optional<ResourceName> parent = Parent(kind);
    const std::string parent_name = parent.has_value() ? parent->text : "";
    if (before == nullptr) {
      after->CopyFrom(*fields);
      return Prepare(kind, path, parent_name, name.text, after, faults);
    }
    after->CopyFrom(*before);
    versioned::ApplyUpdate(*fields, *mask, after, faults, mask_path);
    if (kind.complete) kind.complete(after);
    Validate(kind, path, parent_name, *after, faults);
  }
};

absl::Status Resources::Apply(const Caller& caller, const AnyKind& kind, const Message& request,
                              const std::vector<Patch>& patches,
                              absl::FunctionRef<std::vector<Message*>()> rows,
                              Message* response) const {
  std::vector<ResourceName> names;
  for (const Patch& patch : patches) names.push_back(patch.name);
  std::vector<std::unique_ptr<Message>> asked(patches.size());
  ATHENA_RETURN_IF_ERROR(Ask(caller, kind, request, names, [&](size_t i, auto* change) {
    const Patch& patch = patches[i];
    const bool stale = change->before != nullptr && !patch.etag.empty() &&
                       patch.etag != TextOf(*change->before, "etag");
    if (stale || (change->before == nullptr && !patch.may_create)) return false;
    status::FieldFaults faults;
    asked[i].reset(kind.prototype().New());
    patch.Make(kind, change->before, asked[i].get(), &faults);
    change->after = asked[i].get();
    change->path = patch.path;
    return faults.empty();
  }));
  return Mutate(caller.principal, names[0].institution(), request, response,
                [&](versioned::Edit& edit) -> absl::Status {
                  std::vector<std::unique_ptr<Message>> before(patches.size());
                  std::vector<EtagConflict> conflicts;
                  for (size_t i = 0; i < patches.size(); ++i) {
                    before[i].reset(kind.prototype().New());
                    ATHENA_ASSIGN_OR_RETURN(
                        const bool found,
                        edit.now().FindMessage(kind.collection(), names[i].key(), before[i].get()));
                    if (!found) {
                      if (!patches[i].may_create) return status::NotFound(names[i].text);
                      before[i] = nullptr;
                    } else if (const std::string etag = TextOf(*before[i], "etag");
                               !patches[i].etag.empty() && patches[i].etag != etag) {
                      conflicts.push_back({names[i].text, patches[i].etag, etag});
                    }
                  }
                  ATHENA_RETURN_IF_ERROR(ToStatus(conflicts));
                  status::FieldFaults faults;
                  std::vector<Change<Message>> changes;
                  const std::vector<Message*> stored = rows();
                  for (size_t i = 0; i < patches.size(); ++i) {
                    const Message* const present = before[i].get();
                    if (const auto parent = patches[i].Parent(kind); present == nullptr && parent) {
                      ATHENA_RETURN_IF_ERROR(RequireExists(edit.now(), kind.levels[1], *parent));
                    }
                    patches[i].Make(kind, present, stored[i], &faults);
                    if (kind.fill) {
                      ATHENA_RETURN_IF_ERROR(kind.fill(edit, present, stored[i]));
                    }
                    ATHENA_RETURN_IF_ERROR(
                        present == nullptr
                            ? edit.InsertMessage(kind.collection(), names[i].key(), stored[i])
                            : edit.ReplaceMessage(kind.collection(), names[i].key(), stored[i]));
                    changes.push_back({present, stored[i], patches[i].path});
                  }
                  CheckDistinctValues(kind, changes, &faults);
                  return Admit(edit, caller.principal, kind, request, std::move(changes), &faults);
                });
}

absl::Status Resources::Update(const Caller& caller, const AnyKind& kind, const Message& request,
                               Message* response) const {
  status::FieldFaults malformed;
  std::vector<Patch> patches = {Patch::Read(kind, "", request)};
  ATHENA_ASSIGN_OR_RETURN(patches[0].name,
                          ReadName(caller.principal, kind, kind.singular + ".name",
                                   TextOf(*patches[0].fields, "name"), "change", &malformed));
  CheckMutation(request, &malformed);
  ATHENA_RETURN_IF_ERROR(malformed.ToStatus());
  return Apply(
      caller, kind, request, patches, [&] { return std::vector<Message*>{response}; }, response);
}

absl::Status Resources::BatchUpdate(const Caller& caller, const AnyKind& kind,
                                    const Message& request, Message* response) const {
  status::FieldFaults faults;
  const std::optional<Scope> scope = ReadScope(kind, TextOf(request, "parent"), &faults);
  if (scope.has_value()) {
    ATHENA_RETURN_IF_ERROR(caller.principal.RequireInstitution(
        scope->name.institution(),
        absl::StrCat("change ", std::string(kind.collection().name), " of ", scope->name.text)));
  }
  CheckMutation(request, &faults);
  const FieldDescriptor* requests = request.GetDescriptor()->FindFieldByName("requests");
  const int count = request.GetReflection()->FieldSize(request, requests);
  if (!CheckBatchSize(kind, request, count, &faults)) return faults.ToStatus();
  std::vector<Patch> patches;
  OnceEach once;
  for (int i = 0; i < count; ++i) {
    patches.push_back(
        Patch::Read(kind, fields::At("requests", i) + ".",
                    request.GetReflection()->GetRepeatedMessage(request, requests, i)));
    const std::string path = patches.back().path + ".name";
    const std::string text = TextOf(*patches.back().fields, "name");
    std::optional<ResourceName> name = kind.pattern().Read(path, text, &faults);
    if (!name.has_value()) continue;
    patches.back().name = *std::move(name);
    if (scope.has_value() && !scope->Contains(patches.back().name)) {
      faults.Add(path, text,
                 absl::StrCat("a name below the parent of the batch, ", scope->name.text));
    }
    once.Check("name", text, path, &faults);
  }
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  const FieldDescriptor* rows = RowsField(response->GetDescriptor(), kind.type());
  return Apply(
      caller, kind, request, patches,
      [&] {
        std::vector<Message*> stored;
        for (int i = 0; i < count; ++i) {
          stored.push_back(response->GetReflection()->AddMessage(response, rows));
        }
        return stored;
      },
      response);
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
