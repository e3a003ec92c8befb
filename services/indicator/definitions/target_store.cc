#include "services/indicator/definitions/target_store.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kHasTarget{
    "SELECT 1 FROM target WHERE institution = ? AND indicator = ? LIMIT 1"};
constexpr sql::Statement kTargetsInForce{R"(
  SELECT body FROM target AS one
  WHERE institution = ? AND indicator = ? AND version > 0
    AND version = (SELECT MAX(version) FROM target
                   WHERE institution = one.institution AND indicator = one.indicator
                     AND slice = one.slice))"};
constexpr sql::Statement kFindTarget{R"(
  SELECT body FROM target
  WHERE institution = ? AND indicator = ? AND slice = ? AND version > 0 AND revision <= ?
  ORDER BY version DESC LIMIT 1)"};
constexpr sql::Statement kFindDeclaredOriginal{R"(
  SELECT body FROM target
  WHERE institution = ? AND indicator = ? AND slice = ? AND version = 0 AND revision <= ?
  ORDER BY revision DESC LIMIT 1)"};
constexpr sql::Statement kTargetVersions{R"(
  SELECT body FROM target
  WHERE institution = ? AND indicator = ? AND slice = ? AND revision <= ?
  ORDER BY version, revision)"};
constexpr sql::Statement kTargetsOfIndicator{R"(
  SELECT body FROM target WHERE institution = ? AND indicator = ? AND revision <= ?
  ORDER BY slice, version, revision)"};
constexpr sql::Statement kTargetBytes{R"(
  SELECT COALESCE(SUM(LENGTH(body)), 0) FROM target
  WHERE institution = ? AND indicator = ? AND slice = ?)"};
constexpr sql::Statement kTargetsAfter{R"(
  SELECT indicator, slice, body FROM target WHERE institution = ? AND revision > ?
  ORDER BY revision, indicator, slice)"};
constexpr sql::Statement kInsertTarget{R"(
  INSERT INTO target (institution, indicator, slice, version, revision, body)
  VALUES (?, ?, ?, ?, ?, ?))"};

absl::Status ParseTarget(std::string_view body, v1::Target* target) {
  if (target->ParseFromArray(body.data(), static_cast<int>(body.size()))) return absl::OkStatus();
  return status::Internal("a stored target cannot be read");
}

}  // namespace

std::string SliceKey(const google::protobuf::Map<std::string, std::string>& slice) {
  std::string key;
  for (const auto& [dimension, code] :
       std::map<std::string_view, std::string_view>(slice.begin(), slice.end())) {
    if (!key.empty()) key += ',';
    key.append(dimension).append("=").append(code);
  }
  return key;
}

absl::StatusOr<bool> HasTarget(sql::ReadTx& tx, std::string_view institution,
                               std::string_view indicator) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  bool found = false;
  ATHENA_RETURN_IF_ERROR(tx.Query(kHasTarget, {key, indicator}, [&](const sql::Row&) {
    found = true;
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<bool> HasOpenTarget(sql::ReadTx& tx, std::string_view institution,
                                   std::string_view indicator) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  bool open = false;
  ATHENA_RETURN_IF_ERROR(tx.Query(kTargetsInForce, {key, indicator}, [&](const sql::Row& row) {
    v1::Target target;
    ATHENA_RETURN_IF_ERROR(ParseTarget(row.Bytes(0), &target));
    open = open || target.ended_from().empty();
    return absl::OkStatus();
  }));
  return open;
}

namespace {

absl::StatusOr<std::optional<v1::Target>> FindOne(const sql::Statement& statement, sql::ReadTx& tx,
                                                  const TargetKey& key, int64_t revision) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t institution, tx.Key(key.institution));
  std::optional<v1::Target> found;
  ATHENA_RETURN_IF_ERROR(
      tx.Query(statement, {institution, key.indicator, key.slice, revision},
               [&](const sql::Row& row) { return ParseTarget(row.Bytes(0), &found.emplace()); }));
  return found;
}

}  // namespace

absl::StatusOr<std::optional<v1::Target>> FindTarget(sql::ReadTx& tx, const TargetKey& key,
                                                     int64_t revision) {
  return FindOne(kFindTarget, tx, key, revision);
}

absl::StatusOr<std::optional<v1::Target>> FindDeclaredOriginal(sql::ReadTx& tx,
                                                               const TargetKey& key,
                                                               int64_t revision) {
  return FindOne(kFindDeclaredOriginal, tx, key, revision);
}

absl::StatusOr<std::vector<v1::Target>> ReadTargetsOf(sql::ReadTx& tx, std::string_view institution,
                                                      std::string_view indicator,
                                                      int64_t revision) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  std::vector<v1::Target> targets;
  ATHENA_RETURN_IF_ERROR(tx.Query(
      kTargetsOfIndicator, {key, indicator, revision},
      [&](const sql::Row& row) { return ParseTarget(row.Bytes(0), &targets.emplace_back()); }));
  return targets;
}

absl::StatusOr<std::vector<v1::Target>> ReadTargetVersions(sql::ReadTx& tx, const TargetKey& key,
                                                           int64_t revision) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t institution, tx.Key(key.institution));
  std::vector<v1::Target> versions;
  ATHENA_RETURN_IF_ERROR(tx.Query(
      kTargetVersions, {institution, key.indicator, key.slice, revision},
      [&](const sql::Row& row) { return ParseTarget(row.Bytes(0), &versions.emplace_back()); }));
  return versions;
}

absl::StatusOr<int64_t> TargetBytes(sql::ReadTx& tx, const TargetKey& key) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t institution, tx.Key(key.institution));
  int64_t bytes = 0;
  ATHENA_RETURN_IF_ERROR(
      tx.Query(kTargetBytes, {institution, key.indicator, key.slice}, [&](const sql::Row& row) {
        bytes = row.Int(0);
        return absl::OkStatus();
      }));
  return bytes;
}

absl::Status ReadTargetsAfter(
    sql::ReadTx& tx, std::string_view institution, int64_t after,
    absl::FunctionRef<absl::Status(std::string_view indicator, std::string_view slice,
                                   v1::Target target)>
        visit) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  return tx.Query(kTargetsAfter, {key, after}, [&](const sql::Row& row) {
    v1::Target target;
    ATHENA_RETURN_IF_ERROR(ParseTarget(row.Bytes(2), &target));
    return visit(row.Text(0), row.Text(1), std::move(target));
  });
}

absl::Status InsertTarget(sql::WriteTx& tx, const TargetKey& key, const v1::Target& target) {
  const std::string body = target.SerializeAsString();
  return tx
      .Execute(kInsertTarget, {tx.head().key, key.indicator, key.slice, int64_t{target.version()},
                               target.revision(), sql::Blob{body}})
      .status();
}

}  // namespace athena::indicator
