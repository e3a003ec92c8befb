#ifndef ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_ZIP_H_
#define ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_ZIP_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace athena::athenactl {

// The most that the files of an archive take inflated, and how many there are.
inline constexpr int64_t kMostInflatedBytes = int64_t{128} << 20;
inline constexpr int kMostFilesOfZip = 10'000;

// The files of a ZIP archive (PKWARE APPNOTE 6.3) in memory, stored or deflated; no ZIP64 and no
// encryption. A file never takes more than its entry in the archive's directory says. Thread-safe.
class ZipArchive {
 public:
  // Reads the directory and inflates nothing. `zip` is borrowed. INVALID_ARGUMENT when it is no
  // whole archive, or has more than the limits.
  static absl::StatusOr<ZipArchive> Open(std::string_view zip);

  // Empty when there is no such file. INVALID_ARGUMENT when it cannot be inflated to its size.
  absl::StatusOr<std::string> Read(const std::string& name) const;

 private:
  struct Entry {
    uint64_t method = 0;
    uint64_t offset = 0;      // of its header
    uint64_t compressed = 0;  // bytes
    uint64_t size = 0;        // bytes
  };

  explicit ZipArchive(std::string_view zip) : zip_(zip) {}

  std::string_view zip_;
  std::map<std::string, Entry> entries_;
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_ZIP_H_
