#include "libs/versioned/store.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/versioned/last_change.h"
#include "libs/versioned/lineage.h"

namespace athena::versioned {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The end of what has not ended.
constexpr int64_t kNotEnded = std::numeric_limits<int64_t>::max();

constexpr sql::Statement kFind{R"(
  SELECT from_revision, to_revision, create_time, update_time, body FROM resource
  WHERE institution = ? AND collection = ? AND id = ? AND from_revision <= ?
  ORDER BY from_revision DESC LIMIT 1)"};
constexpr sql::Statement kList{R"(
  SELECT from_revision, to_revision, create_time, update_time, body FROM resource
  WHERE institution = ? AND collection = ? AND id >= ? AND id < ? AND id <> ?
    AND from_revision <= ? AND to_revision > ?
  ORDER BY id)"};
constexpr sql::Statement kInsert{R"(
  INSERT INTO resource
    (institution, collection, id, from_revision, to_revision, create_time, update_time, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?))"};
constexpr sql::Statement kEnd{R"(
  UPDATE resource SET to_revision = ?
  WHERE institution = ? AND collection = ? AND id = ? AND from_revision = ?)"};
// What a mutation writes twice (an element created and moved, say) is one version.
constexpr sql::Statement kRewrite{R"(
  UPDATE resource SET body = ?
  WHERE institution = ? AND collection = ? AND id = ? AND from_revision = ?)"};
constexpr sql::Statement kDrop{R"(
  DELETE FROM resource
  WHERE institution = ? AND collection = ? AND id = ? AND from_revision = ?)"};

// A point read of the primary key each time.
constexpr sql::Statement kNextInstitution{R"(
  SELECT MIN(institution) FROM institution_head WHERE institution > ? AND revision > 0)"};
// Of one mutation, when commits end unknown.
constexpr int kAttempts = 3;

constexpr sql::Statement kFindRequest{R"(
  SELECT digest, response FROM request
  WHERE institution = ? AND subject = ? AND request_id = ?)"};
constexpr sql::Statement kInsertRequest{R"(
  INSERT INTO request (institution, subject, request_id, time, digest, response)
  VALUES (?, ?, ?, ?, ?, ?))"};

// Sorts behind every id that begins with `prefix`: ids are ASCII.
std::string PrefixEnd(std::string_view prefix) { return absl::StrCat(std::string(prefix), "\x7f"); }

const FieldDescriptor* Field(const Message& message, const char* name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

std::string NameOf(const Message& message) {
  return message.GetReflection()->GetString(message, Field(message, "name"));
}

void SetTime(Message* message, const char* field, int64_t micros) {
  auto* timestamp = static_cast<google::protobuf::Timestamp*>(
      message->GetReflection()->MutableMessage(message, Field(*message, field)));
  *timestamp = fields::TimestampOf(absl::FromUnixMicros(micros));
}

void SetOutputs(int64_t revision, int64_t created, int64_t updated, Message* message) {
  // An institution's revisions are unique, so this tells any two versions of a resource apart.
  message->GetReflection()->SetString(message, Field(*message, "etag"),
                                      absl::StrCat("\"", revision, "\""));
  message->GetReflection()->SetInt64(message, Field(*message, "revision"), revision);
  SetTime(message, "create_time", created);
  SetTime(message, "update_time", updated);
}

void ClearOutputs(Message* message) {
  for (const char* name : {"etag", "revision", "create_time", "update_time"}) {
    message->GetReflection()->ClearField(message, Field(*message, name));
  }
}

struct Version {
  int64_t from = 0;
  int64_t to = 0;
  int64_t created = 0;
  int64_t updated = 0;
  std::string body;
};

Version ReadVersion(const sql::Row& row) {
  return {row.Int(0), row.Int(1), row.Int(2), row.Int(3), std::string(row.Bytes(4))};
}

absl::StatusOr<std::optional<Version>> FindVersion(sql::ReadTx& tx, std::string_view institution,
                                                   Collection collection, std::string_view id,
                                                   int64_t revision) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  std::optional<Version> version;
  ATHENA_RETURN_IF_ERROR(
      tx.Query(kFind, {key, collection.name, id, revision}, [&](const sql::Row& row) {
        if (row.Int(1) > revision) version = ReadVersion(row);
        return absl::OkStatus();
      }));
  return version;
}

absl::Status Fill(const Version& version, Message* message) {
  if (!message->ParseFromString(version.body)) {
    return status::Internal(
        absl::StrCat("a stored ", message->GetDescriptor()->name(), " cannot be read"));
  }
  SetOutputs(version.from, version.created, version.updated, message);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> Snapshot::FindMessage(Collection collection, std::string_view id,
                                           Message* into) const {
  ATHENA_ASSIGN_OR_RETURN(const std::optional<Version> version,
                          FindVersion(tx_, institution_, collection, id, revision_));
  if (!version.has_value()) return false;
  ATHENA_RETURN_IF_ERROR(Fill(*version, into));
  return true;
}

absl::Status Snapshot::FindMessages(Collection collection, absl::Span<const std::string> ids,
                                    absl::FunctionRef<Message*(size_t)> make) const {
  constexpr size_t kColumns = 4;
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx_.Key(institution_));
  std::vector<sql::Param> keys;
  keys.reserve(ids.size() * kColumns);
  for (const std::string& id : ids) {
    keys.insert(keys.end(), {sql::Param(key), collection.name, std::string_view(id), revision_});
  }
  return tx_.QueryMany(kFind, kColumns, keys, [&](size_t i, const sql::Row& row) {
    if (row.Int(1) <= revision_) return absl::OkStatus();
    return Fill(ReadVersion(row), make(i));
  });
}

absl::Status Snapshot::VisitMessages(Collection collection, std::string_view prefix,
                                     std::string_view after, absl::FunctionRef<Message*()> next,
                                     absl::FunctionRef<bool(Message*)> visit) const {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx_.Key(institution_));
  const std::string end = PrefixEnd(prefix);
  bool enough = false;
  const absl::Status visited =
      tx_.Query(kList,
                {key, collection.name, std::max(prefix, after), std::string_view(end), after,
                 revision_, revision_},
                [&](const sql::Row& row) -> absl::Status {
                  Message* const message = next();
                  ATHENA_RETURN_IF_ERROR(Fill(ReadVersion(row), message));
                  enough = !visit(message);
                  return enough ? absl::CancelledError() : absl::OkStatus();
                });
  return enough ? absl::OkStatus() : visited;
}

absl::Status Edit::InsertMessage(Collection collection, std::string_view id, Message* resource) {
  ATHENA_ASSIGN_OR_RETURN(const std::optional<Version> present,
                          FindVersion(tx_, institution(), collection, id, revision()));
  if (present.has_value()) return status::AlreadyExists(NameOf(*resource));
  ClearOutputs(resource);
  const int64_t micros = absl::ToUnixMicros(time());
  const std::string body = resource->SerializeAsString();
  ATHENA_RETURN_IF_ERROR(tx_.Execute(kInsert, {tx_.head().key, collection.name, id, revision(),
                                               kNotEnded, micros, micros, sql::Blob{body}})
                             .status());
  versions_.Made(collection.name, id, {micros, micros, body});
  Record(NameOf(*resource), CanonicalJson(*resource));
  CollectMark(collection, id, &marks_);
  SetOutputs(revision(), micros, micros, resource);
  return absl::OkStatus();
}

absl::Status Edit::ReplaceMessage(Collection collection, std::string_view id, Message* resource) {
  ATHENA_ASSIGN_OR_RETURN(const std::optional<Version> present,
                          FindVersion(tx_, institution(), collection, id, revision()));
  if (!present.has_value()) return status::NotFound(NameOf(*resource));
  const Version& before = *present;
  ClearOutputs(resource);
  const std::string canonical = CanonicalJson(*resource);
  std::unique_ptr<Message> stored(resource->New());
  ATHENA_RETURN_IF_ERROR(Fill(before, stored.get()));
  ClearOutputs(stored.get());
  if (CanonicalJson(*stored) == canonical) {
    SetOutputs(before.from, before.created, before.updated, resource);
    return absl::OkStatus();
  }
  const int64_t micros = absl::ToUnixMicros(time());
  const int64_t key = tx_.head().key;
  const std::string body = resource->SerializeAsString();
  if (before.from == revision()) {
    ATHENA_RETURN_IF_ERROR(
        tx_.Execute(kRewrite, {sql::Blob{body}, key, collection.name, id, revision()}).status());
  } else {
    ATHENA_RETURN_IF_ERROR(
        tx_.Execute(kEnd, {revision(), key, collection.name, id, before.from}).status());
    ATHENA_RETURN_IF_ERROR(tx_.Execute(kInsert, {key, collection.name, id, revision(), kNotEnded,
                                                 before.created, micros, sql::Blob{body}})
                               .status());
    versions_.Ended(collection.name, id, before.from);
  }
  versions_.Made(collection.name, id, {before.created, micros, body});
  Record(NameOf(*resource), canonical);
  CollectMark(collection, id, &marks_);
  SetOutputs(revision(), before.created, micros, resource);
  return absl::OkStatus();
}

absl::Status Edit::Delete(Collection collection, std::string_view id, std::string_view name) {
  ATHENA_ASSIGN_OR_RETURN(const std::optional<Version> present,
                          FindVersion(tx_, institution(), collection, id, revision()));
  if (!present.has_value()) return status::NotFound(name);
  const int64_t key = tx_.head().key;
  const int64_t from = present->from;
  // What this very mutation made was never seen by anybody.
  ATHENA_RETURN_IF_ERROR((from == revision()
                              ? tx_.Execute(kDrop, {key, collection.name, id, from})
                              : tx_.Execute(kEnd, {revision(), key, collection.name, id, from}))
                             .status());
  if (from == revision()) {
    versions_.Dropped(collection.name, id);
  } else {
    versions_.Ended(collection.name, id, from);
  }
  Record(name, "");
  CollectMark(collection, id, &marks_);
  return absl::OkStatus();
}

void Edit::Record(std::string_view name, std::string_view content) {
  names_.emplace_back(name);
  contents_ += RecordDigest(name, content);
}

void Edit::Record(Collection collection, std::string_view id, std::string_view name,
                  std::string_view content) {
  Record(name, content);
  CollectMark(collection, id, &marks_);
}

absl::Status Store::Run(const Mutation& mutation, Message* response,
                        absl::FunctionRef<absl::Status(Edit&)> edit) const {
  std::string digest;
  if (mutation.request != nullptr) {
    digest = Sha256()
                 .AddField(mutation.action)
                 .AddField(CanonicalJson(*mutation.request, {"request_id", "validate_only"}))
                 .Digest();
  }
  absl::Status status;
  // When it is not known whether an attempt is stored, the next one finds its request_id.
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    status = database_.Write(mutation.institution, [&](sql::WriteTx& tx) {
      return RunIn(tx, mutation, digest, response, edit);
    });
    if (!absl::IsUnknown(status) || mutation.request_id.empty()) break;
  }
  return status::FromStorage(status);
}

absl::Status Store::RunIn(sql::WriteTx& tx, const Mutation& mutation, std::string_view digest,
                          Message* response, absl::FunctionRef<absl::Status(Edit&)> edit) const {
  response->Clear();
  std::optional<absl::Status> answered;  // when the request_id came before
  ATHENA_RETURN_IF_ERROR(
      tx.Query(kFindRequest, {tx.head().key, mutation.subject, mutation.request_id},
               [&](const sql::Row& row) {
                 if (row.Bytes(0) != digest) {
                   answered = status::RequestIdReused(mutation.request_id);
                 } else if (!response->ParseFromString(std::string(row.Bytes(1)))) {
                   answered = status::Internal("a stored answer cannot be read");
                 } else {
                   answered = absl::OkStatus();
                 }
                 return absl::OkStatus();
               }));
  if (answered.has_value()) return *answered;
  Edit open(tx, mutation, tx.institution(), tx.head().revision + 1);
  ATHENA_RETURN_IF_ERROR(edit(open));
  if (open.changed()) {
    const std::string content = Sha256Of(open.contents_);
    const std::string versions = open.versions_.Digest();
    const bool is_servers = mutation.request_id.starts_with(fields::kServerRequestId);
    ATHENA_ASSIGN_OR_RETURN(
        const int64_t revision,
        audit::Append(
            tx, {.subject = mutation.subject,
                 .action = mutation.action,
                 .reason = mutation.reason,
                 .resources = open.names_,
                 .digest = content,
                 .request_id = mutation.request_id.empty() || is_servers ? mutation.journal_id
                                                                         : mutation.request_id,
                 .cause = mutation.cause,
                 .versions = versions}));
    ATHENA_RETURN_IF_ERROR(WriteMarks(tx, revision, open.marks_));
    if (committed_) {
      tx.OnCommit(
          [this, institution = tx.institution(), revision] { committed_(institution, revision); });
    }
  }
  if (mutation.request_id.empty()) return absl::OkStatus();
  // Under an id of the server only the server retries, at once: if nothing changed, the retry does
  // not either.
  if (!open.changed() && mutation.request_id.starts_with(fields::kServerRequestId)) {
    return absl::OkStatus();
  }
  const std::string answer = response->SerializeAsString();
  return tx
      .Execute(kInsertRequest,
               {tx.head().key, mutation.subject, mutation.request_id, absl::ToUnixMicros(tx.time()),
                sql::Blob{digest}, sql::Blob{answer}})
      .status();
}

absl::Status Store::Read(std::string_view institution, const common::v1::AsOf& as_of,
                         absl::Time now,
                         absl::FunctionRef<absl::Status(const Snapshot&)> read) const {
  switch (as_of.point_case()) {
    case common::v1::AsOf::kTime: {
      const std::optional<absl::Time> time = fields::TimeOf(as_of.time());
      if (!time.has_value()) {
        return status::InvalidField("as_of.time", as_of.time().ShortDebugString(),
                                    "a time of the years 1 to 9999");
      }
      if (*time > now) return status::FutureAsOf(*time, now);
      absl::Status done = database_.AwaitPast(institution, *time);
      if (done.ok()) {
        done = database_.Read([&](sql::ReadTx& tx) -> absl::Status {
          ATHENA_RETURN_IF_ERROR(CheckLineage(tx, institution, as_of.lineage()));
          ATHENA_ASSIGN_OR_RETURN(const audit::Head head,
                                  audit::ReadHeadAt(tx, institution, *time));
          return read(Snapshot(tx, std::string(institution), head.revision, head.time));
        });
      }
      return status::FromStorage(done);
    }
    case common::v1::AsOf::kRevision:
      if (as_of.revision() < 1) {
        return status::InvalidField("as_of.revision", std::to_string(as_of.revision()),
                                    "a revision, from 1");
      }
      return ReadAt(institution, as_of.revision(), as_of.lineage(), read);
    case common::v1::AsOf::POINT_NOT_SET:
      break;
  }
  return ReadAt(institution, 0, as_of.lineage(), read);
}

absl::Status Store::ReadAt(std::string_view institution, int64_t revision,
                           absl::FunctionRef<absl::Status(const Snapshot&)> read) const {
  return ReadAt(institution, revision, "", read);
}

absl::Status Store::ReadAt(std::string_view institution, int64_t revision, std::string_view lineage,
                           absl::FunctionRef<absl::Status(const Snapshot&)> read) const {
  return status::FromStorage(database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    ATHENA_RETURN_IF_ERROR(CheckLineage(tx, institution, lineage));
    ATHENA_ASSIGN_OR_RETURN(audit::Head head, audit::ReadHead(tx, institution));
    if (revision > head.revision) return status::FutureAsOf(revision, head.revision);
    if (revision > 0 && revision < head.revision) {
      ATHENA_ASSIGN_OR_RETURN(head, audit::ReadEntry(tx, institution, revision));
    }
    return read(Snapshot(tx, std::string(institution), head.revision, head.time));
  }));
}

absl::Status Store::ReadPage(std::string_view institution, int64_t revision,
                             const common::v1::AsOf& as_of, absl::Time now,
                             absl::FunctionRef<absl::Status(const Snapshot&)> read) const {
  return revision > 0 ? ReadAt(institution, revision, read) : Read(institution, as_of, now, read);
}

absl::StatusOr<std::string> NextInstitution(sql::ReadTx& tx, std::string_view after) {
  std::string next;
  ATHENA_RETURN_IF_ERROR(tx.Query(kNextInstitution, {after}, [&next](const sql::Row& row) {
    next = std::string(row.Text(0));
    return absl::OkStatus();
  }));
  return next;
}

absl::Status CheckEtag(std::string_view name, std::string_view given, std::string_view current) {
  if (given.empty() || given == current) return absl::OkStatus();
  return status::EtagMismatch(name, given, current);
}

}  // namespace athena::versioned
