#include "libs/backup/backups.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/auth/principal.h"
#include "libs/canonical/canonical.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"

namespace athena::backup {
namespace {

namespace fs = std::filesystem;

constexpr size_t kReadAtOnce = size_t{1} << 20;

prometheus::Gauge& Gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

// The SHA-256 of a file in hexadecimal.
absl::StatusOr<std::string> DigestOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string buffer(kReadAtOnce, '\0');
  Sha256 digest;
  while (file.good()) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    digest.AddBytes(std::string_view(buffer).substr(0, static_cast<size_t>(file.gcount())));
  }
  if (!file.eof()) return absl::UnavailableError(absl::StrCat("cannot read ", path));
  return absl::BytesToHexString(digest.Digest());
}

// An error of the copy as the caller gets it, who is the operator: with its message.
absl::Status Refused(const absl::Status& fault, const std::string& folder) {
  const std::string message = absl::StrCat("no backup was made in ", folder, ": ", fault.message());
  if (absl::IsDataLoss(fault)) {
    return status::Refusal(absl::StatusCode::kDataLoss, "DATABASE_DAMAGED", message);
  }
  if (status::CauseOf(fault) == status::StorageCause::kDiskFull) {
    return status::Refusal(absl::StatusCode::kResourceExhausted, "BACKUP_DISK_FULL", message);
  }
  if (absl::IsUnavailable(fault)) {
    return status::Refusal(absl::StatusCode::kUnavailable, "BACKUP_FAILED", message);
  }
  return fault;
}

void Delete(const std::string& path) {
  std::error_code error;
  if (fs::remove(path, error)) log::Info("old backup deleted", {{"file", path}});
  if (error) {
    log::Error("old backup not deleted", {{"file", path}, {"message", error.message()}});
  }
}

}  // namespace

Backups::Backups(BackupOptions options, MakeCopy make_copy, const Clock& clock,
                 prometheus::Registry& registry)
    : options_(std::move(options)),
      make_copy_(std::move(make_copy)),
      clock_(clock),
      last_success_(Gauge(registry, "athena_backup_last_success_timestamp_seconds",
                          "When the newest backup was begun; 0: there is none.")),
      bytes_(Gauge(registry, "athena_backup_bytes", "The size of the newest backup.")),
      failures_(prometheus::BuildCounter()
                    .Name("athena_backup_failures_total")
                    .Help("Backups that were asked for and could not be made.")
                    .Register(registry)
                    .Add({})) {
  if (options_.folder.empty()) return;
  const absl::StatusOr<std::vector<BackupFile>> files =
      ListBackups(options_.folder, options_.service);
  if (!files.ok()) {
    log::Error("no backup can be made", {{"message", files.status().message()}});
  } else if (!files->empty()) {
    Show(files->back());
  }
}

rpc::ServiceTable Backups::Table() {
  return {"athena.common.v1.BackupService",
          {rpc::Unary("CreateBackup", {auth::Role::kAdmin}, *this, &Backups::CreateBackup)}};
}

absl::StatusOr<common::v1::CreateBackupResponse> Backups::CreateBackup(
    const rpc::Call& call, const common::v1::CreateBackupRequest& request) {
  static_cast<void>(request);
  // A backup has the data of all institutions.
  ATHENA_RETURN_IF_ERROR(call.principal().RequireInstitution(
      auth::Principal::kEveryInstitution, "make a backup, which has the data of all institutions"));
  if (options_.folder.empty()) {
    return status::Precondition(
        "NO_BACKUP_FOLDER",
        absl::StrCat("the ", options_.service,
                     " service has no folder for backups: start it with --backup_folder"),
        "--backup_folder");
  }
  if (under_way_.exchange(true)) {
    return status::Precondition("BACKUP_UNDER_WAY", "another call is making a backup", "backup");
  }
  const absl::Cleanup done = [this] { under_way_ = false; };
  absl::StatusOr<common::v1::CreateBackupResponse> made = Make(call);
  if (made.ok()) return made;
  failures_.Increment();
  log::Error("backup failed",
             {{"folder", options_.folder}, {"message", status::Message(made.status())}});
  return Refused(made.status(), options_.folder);
}

absl::StatusOr<common::v1::CreateBackupResponse> Backups::Make(const rpc::Call& call) {
  const absl::Time begun = absl::Now();
  DeletePartial();
  BackupFile file = NextFile();
  ATHENA_ASSIGN_OR_RETURN(const sql::BackupCopy copy,
                          make_copy_(file.path, [&call] { return call.StillWanted(); }));
  common::v1::CreateBackupResponse response;
  ATHENA_ASSIGN_OR_RETURN(*response.mutable_sha256(), DigestOf(file.path));
  file.bytes = copy.bytes;
  Show(file);
  DeleteOld();
  log::Info("backup made", {{"file", file.path},
                            {"bytes", copy.bytes},
                            {"seconds", absl::ToDoubleSeconds(absl::Now() - begun)},
                            {"sha256", response.sha256()}});
  response.set_file(file.path);
  response.set_bytes(copy.bytes);
  const int64_t micros = absl::ToUnixMicros(copy.as_of);
  response.mutable_as_of()->set_seconds(micros / 1'000'000);
  response.mutable_as_of()->set_nanos(static_cast<int32_t>(micros % 1'000'000 * 1'000));
  for (const sql::BackupHead& head : copy.heads) {
    common::v1::BackupHead& message = *response.add_heads();
    message.set_institution(absl::StrCat("institutions/", head.institution));
    message.mutable_head()->set_revision(head.revision);
    message.mutable_head()->set_hash(absl::BytesToHexString(head.journal_hash));
    message.mutable_head()->set_lineage(absl::StrCat(absl::Hex(head.lineage, absl::kZeroPad16)));
  }
  return response;
}

BackupFile Backups::NextFile() const {
  BackupFile file;
  file.time = absl::FromUnixSeconds(absl::ToUnixSeconds(clock_.Now()));
  while (true) {
    file.path = (fs::path(options_.folder) / FileName(options_.service, file.time)).string();
    std::error_code error;
    if (!fs::exists(file.path, error)) return file;
    file.time += absl::Seconds(1);
  }
}

void Backups::DeletePartial() const {
  const absl::StatusOr<std::vector<std::string>> partial =
      ListPartial(options_.folder, options_.service);
  if (!partial.ok()) return;  // making the backup says why
  for (const std::string& path : *partial) Delete(path);
}

void Backups::DeleteOld() const {
  const absl::StatusOr<std::vector<BackupFile>> files =
      ListBackups(options_.folder, options_.service);
  if (!files.ok()) return;
  const size_t keep = static_cast<size_t>(options_.keep);
  for (size_t i = 0; i + keep < files->size(); ++i) Delete((*files)[i].path);
}

void Backups::Show(const BackupFile& newest) {
  last_success_.Set(absl::ToDoubleSeconds(newest.time - absl::UnixEpoch()));
  bytes_.Set(static_cast<double>(newest.bytes));
}

}  // namespace athena::backup
