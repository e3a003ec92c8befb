#include "services/indicator/ingest/push_store.h"

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/store/series_store.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kFindPush{R"(
  SELECT revision, sender, push_id, time, body, digest, outcomes FROM push
  WHERE institution = ? AND sender = ? AND push_id = ?)"};
constexpr sql::Statement kFindAt{R"(
  SELECT revision, sender, push_id, time, body FROM push
  WHERE institution = ? AND revision = ?)"};
constexpr sql::Statement kBefore{R"(
  SELECT revision, sender, push_id, time, body FROM push
  WHERE institution = ? AND revision < ? ORDER BY revision DESC LIMIT ?)"};
constexpr sql::Statement kOfSenderBefore{R"(
  SELECT revision, sender, push_id, time, body FROM push
  WHERE institution = ? AND revision < ? AND sender = ? ORDER BY revision DESC LIMIT ?)"};
constexpr sql::Statement kInsertPush{R"(
  INSERT INTO push (institution, revision, sender, push_id, time, digest, body, outcomes)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?))"};

absl::Status ReadPush(const sql::Row& row, std::string_view institution, v1::Push* push) {
  const std::string_view body = row.Bytes(4);
  if (!push->ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return status::Internal(
        absl::StrCat(PushName(institution, row.Int(0)), " cannot be read from the database"));
  }
  push->set_revision(row.Int(0));
  push->set_name(PushName(institution, push->revision()));
  push->set_sender(std::string(row.Text(1)));
  push->set_push_id(std::string(row.Text(2)));
  *push->mutable_time() = fields::TimestampOf(absl::FromUnixMicros(row.Int(3)));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<StoredPush>> FindPush(sql::ReadTx& tx, std::string_view institution,
                                                   std::string_view sender,
                                                   std::string_view push_id) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t number, tx.Key(institution));
  std::optional<StoredPush> found;
  ATHENA_RETURN_IF_ERROR(tx.Query(kFindPush, {number, sender, push_id}, [&](const sql::Row& row) {
    found.emplace();
    found->digest = std::string(row.Bytes(5));
    found->outcomes = std::string(row.Bytes(6));
    return ReadPush(row, institution, &found->push);
  }));
  return found;
}

absl::StatusOr<std::optional<StoredPush>> FindPushAt(sql::ReadTx& tx, std::string_view institution,
                                                     int64_t revision) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t number, tx.Key(institution));
  std::optional<StoredPush> found;
  ATHENA_RETURN_IF_ERROR(tx.Query(kFindAt, {number, revision}, [&](const sql::Row& row) {
    found.emplace();
    return ReadPush(row, institution, &found->push);
  }));
  return found;
}

absl::StatusOr<std::vector<v1::Push>> ListPushesBefore(sql::ReadTx& tx,
                                                       std::string_view institution,
                                                       std::string_view sender, int64_t before,
                                                       int64_t limit) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t number, tx.Key(institution));
  std::vector<v1::Push> pushes;
  const auto visit = [&](const sql::Row& row) {
    return ReadPush(row, institution, &pushes.emplace_back());
  };
  ATHENA_RETURN_IF_ERROR(sender.empty()
                             ? tx.Query(kBefore, {number, before, limit}, visit)
                             : tx.Query(kOfSenderBefore, {number, before, sender, limit}, visit));
  return pushes;
}

absl::Status InsertPush(sql::WriteTx& tx, int64_t institution, const StoredPush& stored) {
  v1::Push body = stored.push;
  body.clear_name();
  body.clear_revision();
  body.clear_time();
  body.clear_sender();
  body.clear_push_id();
  const std::string bytes = body.SerializeAsString();
  return tx
      .Execute(kInsertPush,
               {institution, stored.push.revision(), std::string_view(stored.push.sender()),
                std::string_view(stored.push.push_id()), absl::ToUnixMicros(tx.time()),
                sql::Blob{stored.digest}, sql::Blob{bytes}, sql::Blob{stored.outcomes}})
      .status();
}

std::string PushName(std::string_view institution, int64_t revision) {
  return absl::StrCat("institutions/", std::string(institution), "/pushes/", revision);
}

}  // namespace athena::indicator
