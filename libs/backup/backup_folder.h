#ifndef ATHENA_LIBS_BACKUP_BACKUP_FOLDER_H_
#define ATHENA_LIBS_BACKUP_BACKUP_FOLDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// The files of a folder of backups. Several services may share one: each knows its own by the name.
namespace athena::backup {

// "plan-20261130T185200Z.db", for the service "plan" and a time, to the second.
std::string FileName(std::string_view service, absl::Time time);

// The time in the name of a service's backup; nullopt for any other name.
std::optional<absl::Time> TimeOf(std::string_view service, std::string_view file_name);

// A backup that was made.
struct BackupFile {
  std::string path;
  absl::Time time;    // when it was begun, to the second
  int64_t bytes = 0;  // its size
};

// The backups of a service in a folder, the oldest first. UNAVAILABLE when it cannot be read.
absl::StatusOr<std::vector<BackupFile>> ListBackups(const std::string& folder,
                                                    std::string_view service);

// What a process that was killed while it made a backup of the service has left, as paths.
absl::StatusOr<std::vector<std::string>> ListPartial(const std::string& folder,
                                                     std::string_view service);

}  // namespace athena::backup

#endif  // ATHENA_LIBS_BACKUP_BACKUP_FOLDER_H_
