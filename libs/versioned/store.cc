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
#include "libs/versioned/last_change.h"

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

// A point read of the primary key each time, where DISTINCT would read the whole table.
constexpr sql::Statement kNextInstitution{R"(
  SELECT MIN(institution) FROM resource WHERE institution > ?)"};

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
  std::optional<Version> version;
  const absl::Status status =
      tx.Query(kFind, {institution, collection.name, id, revision}, [&](const sql::Row& row) {
        if (row.Int(1) > revision) version = ReadVersion(row);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
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
  const absl::StatusOr<std::optional<Version>> version =
      FindVersion(tx_, institution_, collection, id, revision_);
  if (!version.ok()) return version.status();
  if (!version->has_value()) return false;
  if (absl::Status filled = Fill(**version, into); !filled.ok()) return filled;
  return true;
}

absl::Status Snapshot::VisitMessages(Collection collection, std::string_view prefix,
                                     std::string_view after, absl::FunctionRef<Message*()> next,
                                     absl::FunctionRef<bool(Message*)> visit) const {
  const std::string end = PrefixEnd(prefix);
  bool enough = false;
  const absl::Status visited =
      tx_.Query(kList,
                {std::string_view(institution_), collection.name, std::max(prefix, after),
                 std::string_view(end), after, revision_, revision_},
                [&](const sql::Row& row) -> absl::Status {
                  Message* const message = next();
                  ATHENA_RETURN_IF_ERROR(Fill(ReadVersion(row), message));
                  enough = !visit(message);
                  return enough ? absl::CancelledError() : absl::OkStatus();
                });
  return enough ? absl::OkStatus() : visited;
}

absl::Status Edit::InsertMessage(Collection collection, std::string_view id, Message* resource) {
  const absl::StatusOr<std::optional<Version>> present =
      FindVersion(tx_, institution(), collection, id, revision());
  if (!present.ok()) return present.status();
  if (present->has_value()) return status::AlreadyExists(NameOf(*resource));
  ClearOutputs(resource);
  const int64_t micros = absl::ToUnixMicros(time());
  const std::string body = resource->SerializeAsString();
  const absl::Status inserted =
      tx_.Execute(kInsert, {std::string_view(institution()), collection.name, id, revision(),
                            kNotEnded, micros, micros, sql::Blob{body}})
          .status();
  if (!inserted.ok()) return inserted;
  Record(NameOf(*resource), CanonicalJson(*resource));
  CollectMark(collection, id, &marks_);
  SetOutputs(revision(), micros, micros, resource);
  return absl::OkStatus();
}

absl::Status Edit::ReplaceMessage(Collection collection, std::string_view id, Message* resource) {
  const absl::StatusOr<std::optional<Version>> present =
      FindVersion(tx_, institution(), collection, id, revision());
  if (!present.ok()) return present.status();
  if (!present->has_value()) return status::NotFound(NameOf(*resource));
  const Version& before = **present;
  ClearOutputs(resource);
  const std::string canonical = CanonicalJson(*resource);
  std::unique_ptr<Message> stored(resource->New());
  if (absl::Status filled = Fill(before, stored.get()); !filled.ok()) return filled;
  ClearOutputs(stored.get());
  if (CanonicalJson(*stored) == canonical) {
    SetOutputs(before.from, before.created, before.updated, resource);
    return absl::OkStatus();
  }
  const int64_t micros = absl::ToUnixMicros(time());
  const std::string body = resource->SerializeAsString();
  absl::Status written;
  if (before.from == revision()) {
    written = tx_.Execute(kRewrite, {sql::Blob{body}, std::string_view(institution()),
                                     collection.name, id, revision()})
                  .status();
  } else {
    written = tx_.Execute(kEnd, {revision(), std::string_view(institution()), collection.name, id,
                                 before.from})
                  .status();
    if (!written.ok()) return written;
    written = tx_.Execute(kInsert, {std::string_view(institution()), collection.name, id,
                                    revision(), kNotEnded, before.created, micros, sql::Blob{body}})
                  .status();
  }
  if (!written.ok()) return written;
  Record(NameOf(*resource), canonical);
  CollectMark(collection, id, &marks_);
  SetOutputs(revision(), before.created, micros, resource);
  return absl::OkStatus();
}

absl::Status Edit::Delete(Collection collection, std::string_view id, std::string_view name) {
  const absl::StatusOr<std::optional<Version>> present =
      FindVersion(tx_, institution(), collection, id, revision());
  if (!present.ok()) return present.status();
  if (!present->has_value()) return status::NotFound(name);
  const int64_t from = (*present)->from;
  // What this very mutation made was never seen by anybody.
  const absl::Status ended =
      from == revision()
          ? tx_.Execute(kDrop, {std::string_view(institution()), collection.name, id, from})
                .status()
          : tx_.Execute(kEnd,
                        {revision(), std::string_view(institution()), collection.name, id, from})
                .status();
  if (!ended.ok()) return ended;
  Record(name, "");
  CollectMark(collection, id, &marks_);
  return absl::OkStatus();
}

void Edit::Record(std::string_view name, std::string_view content) {
  names_.emplace_back(name);
  contents_ += Sha256().AddField(name).AddField(content).Digest();
}

absl::Status Store::Run(const Mutation& mutation, Message* response,
                        absl::FunctionRef<absl::Status(Edit&)> edit) const {
  const std::string institution(mutation.institution);
  const std::string digest = mutation.request_id.empty()
                                 ? ""
                                 : Sha256()
                                       .AddField(mutation.action)
                                       .AddField(CanonicalJson(*mutation.request, {"request_id"}))
                                       .Digest();
  return database_.Write(institution, [&](sql::WriteTx& tx) -> absl::Status {
    response->Clear();
    if (!mutation.request_id.empty()) {
      std::optional<absl::Status> answered;
      const absl::Status asked = tx.Query(
          kFindRequest, {std::string_view(institution), mutation.subject, mutation.request_id},
          [&](const sql::Row& row) {
            if (row.Bytes(0) != digest) {
              answered = status::RequestIdReused(mutation.request_id);
            } else if (!response->ParseFromString(std::string(row.Bytes(1)))) {
              answered = status::Internal("a stored answer cannot be read");
            } else {
              answered = absl::OkStatus();
            }
            return absl::OkStatus();
          });
      if (!asked.ok()) return asked;
      if (answered.has_value()) return *answered;
    }
    const absl::StatusOr<audit::Head> head = audit::ReadHead(tx, institution);
    if (!head.ok()) return head.status();
    Edit open(tx, institution, head->revision + 1);
    if (absl::Status edited = edit(open); !edited.ok()) return edited;
    if (open.changed()) {
      const std::string content = Sha256Of(open.contents_);
      const absl::StatusOr<int64_t> revision = audit::Append(tx, {.institution = institution,
                                                                  .subject = mutation.subject,
                                                                  .action = mutation.action,
                                                                  .reason = mutation.reason,
                                                                  .resources = open.names_,
                                                                  .digest = content});
      if (!revision.ok()) return revision.status();
      ATHENA_RETURN_IF_ERROR(WriteMarks(tx, institution, *revision, open.marks_));
      if (committed_) {
        tx.OnCommit([this, institution, made = *revision] { committed_(institution, made); });
      }
    }
    if (mutation.request_id.empty()) return absl::OkStatus();
    const std::string answer = response->SerializeAsString();
    return tx
        .Execute(kInsertRequest,
                 {std::string_view(institution), mutation.subject, mutation.request_id,
                  absl::ToUnixMicros(tx.time()), sql::Blob{digest}, sql::Blob{answer}})
        .status();
  });
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
      ATHENA_RETURN_IF_ERROR(database_.AwaitPast(institution, *time));
      return database_.Read([&](sql::ReadTx& tx) {
        const absl::StatusOr<audit::Head> head = audit::ReadHeadAt(tx, institution, *time);
        if (!head.ok()) return head.status();
        return read(Snapshot(tx, std::string(institution), head->revision, head->time));
      });
    }
    case common::v1::AsOf::kRevision:
      if (as_of.revision() < 1) {
        return status::InvalidField("as_of.revision", std::to_string(as_of.revision()),
                                    "a revision, from 1");
      }
      return ReadAt(institution, as_of.revision(), read);
    case common::v1::AsOf::POINT_NOT_SET:
      break;
  }
  return ReadAt(institution, 0, read);
}

absl::Status Store::ReadAt(std::string_view institution, int64_t revision,
                           absl::FunctionRef<absl::Status(const Snapshot&)> read) const {
  return database_.Read([&](sql::ReadTx& tx) {
    absl::StatusOr<audit::Head> head = audit::ReadHead(tx, institution);
    if (!head.ok()) return head.status();
    if (revision > head->revision) return status::FutureAsOf(revision, head->revision);
    if (revision > 0 && revision < head->revision) {
      head = audit::ReadEntry(tx, institution, revision);
      if (!head.ok()) return head.status();
    }
    return read(Snapshot(tx, std::string(institution), head->revision, head->time));
  });
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
