#include "libs/history/source.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/ids/name_pattern.h"
#include "libs/status/macros.h"
#include "libs/versioned/revisions.h"
#include "libs/versioned/store.h"

namespace athena::history {
namespace {

using google::protobuf::Message;

// Fills what was there at a revision; null when there was nothing.
absl::StatusOr<std::unique_ptr<Message>> FindAt(sql::ReadTx& tx, std::string_view institution,
                                                versioned::Collection collection,
                                                std::string_view id, const Message& prototype,
                                                int64_t revision) {
  if (revision < 1) return nullptr;
  std::unique_ptr<Message> message(prototype.New());
  const versioned::Snapshot snapshot(tx, std::string(institution), revision, absl::InfinitePast());
  ATHENA_ASSIGN_OR_RETURN(const bool found, snapshot.FindMessage(collection, id, message.get()));
  if (!found) message.reset();
  return message;
}

}  // namespace

absl::StatusOr<Versions> VersionsAt(sql::ReadTx& tx, std::string_view institution,
                                    versioned::Collection collection, std::string_view id,
                                    const Message& prototype, int64_t revision) {
  Versions versions;
  versions.left_out = kBookkeeping;
  ATHENA_ASSIGN_OR_RETURN(versions.after,
                          FindAt(tx, institution, collection, id, prototype, revision));
  if (versions.after != nullptr) {
    const auto* made = versions.after->GetDescriptor()->FindFieldByName("revision");
    if (versions.after->GetReflection()->GetInt64(*versions.after, made) != revision) {
      return Versions();  // an earlier version that still holds
    }
  }
  ATHENA_ASSIGN_OR_RETURN(versions.before,
                          FindAt(tx, institution, collection, id, prototype, revision - 1));
  return versions;
}

KindsSource::Found KindsSource::Find(std::string_view name) const {
  for (const auto& kind : resources_.kinds()) {
    if (auto match = kind->pattern().Match(name)) return {kind.get(), *std::move(match)};
  }
  return {};
}

bool KindsSource::Names(std::string_view name) const { return Find(name).kind != nullptr; }

absl::Status KindsSource::RequireReader(const auth::Principal& principal,
                                        std::string_view name) const {
  const Found found = Find(name);
  return resources_.RequireReader(principal, *found.kind, found.name,
                                  absl::StrCat("read ", found.name.text));
}

absl::Status KindsSource::AddRevisions(sql::ReadTx& tx, std::string_view name, bool below,
                                       absl::btree_set<int64_t>* revisions) const {
  const Found found = Find(name);
  const std::string& institution = found.name.institution();
  ATHENA_RETURN_IF_ERROR(versioned::AddRevisionsOf(tx, institution, found.kind->collection(),
                                                   found.name.key(), revisions));
  if (!below) return absl::OkStatus();
  for (const auto& kind : resources_.kinds()) {
    if (!kind->IsBelow(*found.kind)) continue;
    const std::string prefix = found.kind->top() ? "" : found.name.key() + "/";
    ATHENA_RETURN_IF_ERROR(
        versioned::AddRevisionsBelow(tx, institution, kind->collection(), prefix, revisions));
  }
  return absl::OkStatus();
}

absl::StatusOr<Versions> KindsSource::At(sql::ReadTx& tx, std::string_view name,
                                         int64_t revision) const {
  const Found found = Find(name);
  return VersionsAt(tx, found.name.institution(), found.kind->collection(), found.name.key(),
                    found.kind->prototype(), revision);
}

absl::Status CollectionSource::AddRevisions(sql::ReadTx& tx, std::string_view name, bool,
                                            absl::btree_set<int64_t>* revisions) const {
  return versioned::AddRevisionsOf(tx, InstitutionIn(name), rules_.collection,
                                   rules_.id_of(name).value_or(""), revisions);
}

absl::StatusOr<Versions> CollectionSource::At(sql::ReadTx& tx, std::string_view name,
                                              int64_t revision) const {
  return VersionsAt(tx, InstitutionIn(name), rules_.collection, rules_.id_of(name).value_or(""),
                    *rules_.prototype, revision);
}

std::string InstitutionIn(std::string_view name) {
  const size_t begin = name.find('/') + 1;
  return std::string(name.substr(begin, name.find('/', begin) - begin));
}

}  // namespace athena::history
