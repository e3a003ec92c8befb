#include "services/indicator/push_store.h"

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "services/indicator/series_store.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kFind{R"(
  SELECT revision, sender, push_id, time, counts, digest, outcomes FROM push
  WHERE institution = ? AND sender = ? AND push_id = ?)"};
constexpr sql::Statement kFindAt{R"(
  SELECT revision, sender, push_id, time, counts FROM push
  WHERE institution = ? AND revision = ?)"};
constexpr sql::Statement kInsert{R"(
  INSERT INTO push (institution, revision, sender, push_id, time, digest, counts, outcomes)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?))"};

absl::Status ReadPush(const sql::Row& row, std::string_view institution, v1::Push* push) {
  push->set_revision(row.Int(0));
  push->set_name(PushName(institution, push->revision()));
  push->set_sender(std::string(row.Text(1)));
  push->set_push_id(std::string(row.Text(2)));
  *push->mutable_time() = fields::TimestampOf(absl::FromUnixMicros(row.Int(3)));
  if (!push->mutable_counts()->ParseFromString(std::string(row.Bytes(4)))) {
    return status::Internal(absl::StrCat("the counts of ", push->name(), " cannot be read"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<StoredPush>> FindPush(sql::ReadTx& tx, std::string_view institution,
                                                   std::string_view sender,
                                                   std::string_view push_id) {
  const absl::StatusOr<int64_t> number = FindInstitutionNumber(tx, institution);
  if (!number.ok()) return number.status();
  std::optional<StoredPush> found;
  const absl::Status status = tx.Query(kFind, {*number, sender, push_id}, [&](const sql::Row& row) {
    found.emplace();
    found->digest = std::string(row.Bytes(5));
    found->outcomes = std::string(row.Bytes(6));
    return ReadPush(row, institution, &found->push);
  });
  if (!status.ok()) return status;
  return found;
}

absl::StatusOr<std::optional<StoredPush>> FindPushAt(sql::ReadTx& tx, std::string_view institution,
                                                     int64_t revision) {
  const absl::StatusOr<int64_t> number = FindInstitutionNumber(tx, institution);
  if (!number.ok()) return number.status();
  std::optional<StoredPush> found;
  const absl::Status status = tx.Query(kFindAt, {*number, revision}, [&](const sql::Row& row) {
    found.emplace();
    return ReadPush(row, institution, &found->push);
  });
  if (!status.ok()) return status;
  return found;
}

absl::Status InsertPush(sql::WriteTx& tx, int64_t institution, const StoredPush& stored) {
  const std::string counts = stored.push.counts().SerializeAsString();
  return tx
      .Execute(kInsert,
               {institution, stored.push.revision(), std::string_view(stored.push.sender()),
                std::string_view(stored.push.push_id()), absl::ToUnixMicros(tx.time()),
                sql::Blob{stored.digest}, sql::Blob{counts}, sql::Blob{stored.outcomes}})
      .status();
}

std::string PushName(std::string_view institution, int64_t revision) {
  return absl::StrCat("institutions/", std::string(institution), "/pushes/", revision);
}

}  // namespace athena::indicator
