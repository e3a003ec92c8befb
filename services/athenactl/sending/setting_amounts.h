#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_SETTING_AMOUNTS_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_SETTING_AMOUNTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/athenactl/files/amounts_file.h"
#include "services/athenactl/resources/connections.h"

namespace athena::athenactl {

struct AmountsSet {
  int64_t inserted = 0;
  int64_t revised = 0;
  int64_t unchanged = 0;
  int64_t differing = 0;  // left as they are, for want of `update`
  // Of those that were revised or differ: "line 12: staff-2026 2026-Q3".
  std::vector<std::string> changes;
};

struct SettingOptions {
  std::string id_prefix;  // of the push's id
  bool update = false;    // revise those that differ; else they are only counted
  bool dry_run = false;   // store nothing
};

// Pushes amounts of budget lines that are not stored yet and, with `update`, those that differ, in
// one push, which is stored whole or not at all: at most 10,000 rows. A dry run counts rows of
// lines that do not exist yet as inserted. Not thread-safe.
absl::StatusOr<AmountsSet> SetAmounts(const Connections& connections,
                                      const std::string& institution,
                                      absl::Span<const AmountsRow> rows,
                                      const SettingOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_SETTING_AMOUNTS_H_
