#include "libs/backup/backup_folder.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace athena::backup {
namespace {

namespace fs = std::filesystem;

constexpr char kTimeFormat[] = "%Y%m%dT%H%M%SZ";
constexpr size_t kTimeDigits = std::string_view("20261130T185205Z").size();
constexpr std::string_view kEnding = ".db";
// What SQLite and the driver keep beside a copy that is being made.
constexpr std::string_view kPartialEndings[] = {".partial", ".partial-wal", ".partial-shm",
                                                ".partial-journal"};

// Calls `visit` for each file of the folder.
absl::Status VisitFiles(const std::string& folder,
                        const std::function<void(const fs::directory_entry&)>& visit) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) visit(*entry);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("cannot read the folder of backups ", folder, ": ", error.message()));
}

}  // namespace

std::string FileName(std::string_view service, absl::Time time) {
  return absl::StrCat(std::string(service), "-",
                      absl::FormatTime(kTimeFormat, time, absl::UTCTimeZone()),
                      std::string(kEnding));
}

std::optional<absl::Time> TimeOf(std::string_view service, std::string_view file_name) {
  const size_t begin = service.size() + 1;
  if (file_name.size() != begin + kTimeDigits + kEnding.size()) return std::nullopt;
  // absl::ParseTime would take all digits for the year.
  std::string text(file_name.substr(begin, kTimeDigits));
  for (const size_t place : {13, 11, 6, 4}) text.insert(place, 1, ' ');
  absl::Time time;
  std::string fault;
  if (!absl::ParseTime("%Y %m %dT%H %M %SZ", text, absl::UTCTimeZone(), &time, &fault)) {
    return std::nullopt;
  }
  // What reads as a time may be written in another way.
  if (FileName(service, time) != file_name) return std::nullopt;
  return time;
}

absl::StatusOr<std::vector<BackupFile>> ListBackups(const std::string& folder,
                                                    std::string_view service) {
  std::vector<BackupFile> files;
  const absl::Status visited = VisitFiles(folder, [&](const fs::directory_entry& entry) {
    const std::optional<absl::Time> time = TimeOf(service, entry.path().filename().string());
    std::error_code error;
    if (!time.has_value() || !entry.is_regular_file(error)) return;
    const auto bytes = static_cast<int64_t>(entry.file_size(error));
    files.push_back({entry.path().string(), *time, error ? 0 : bytes});
  });
  if (!visited.ok()) return visited;
  std::sort(files.begin(), files.end(),
            [](const BackupFile& a, const BackupFile& b) { return a.time < b.time; });
  return files;
}

absl::StatusOr<std::vector<std::string>> ListPartial(const std::string& folder,
                                                     std::string_view service) {
  std::vector<std::string> paths;
  const absl::Status visited = VisitFiles(folder, [&](const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    for (const std::string_view ending : kPartialEndings) {
      if (name.size() > ending.size() &&
          name.compare(name.size() - ending.size(), ending.size(), ending) == 0 &&
          TimeOf(service, std::string_view(name).substr(0, name.size() - ending.size()))) {
        paths.push_back(entry.path().string());
      }
    }
  });
  if (!visited.ok()) return visited;
  return paths;
}

}  // namespace athena::backup
