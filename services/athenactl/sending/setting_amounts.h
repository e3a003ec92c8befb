#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_SETTING_AMOUNTS_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_SETTING_AMOUNTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/plan/v1/budget_amounts.pb.h"
#include "services/athenactl/resources/connections.h"

namespace athena::athenactl {

struct AmountsSet {
  int64_t inserted = 0;
  int64_t revised = 0;
  int64_t unchanged = 0;
  int64_t differing = 0;  // left as they are, for want of `update`
  // Of those that were revised or differ.
  std::vector<std::string> changes;
};

struct AmountsOptions {
  std::string id_prefix;  // of the push's id
  bool update = false;    // revise those that differ; else they are only counted
  bool dry_run = false;   // store nothing
};

// Pushes amounts of budget lines that are not stored yet and, with `update`, those that differ, in
// one push, which is stored whole or not at all: at most 10,000 rows. `labels` name the rows in
// `changes`. A dry run counts rows of lines that do not exist yet as inserted. Not thread-safe.
absl::StatusOr<AmountsSet> SetAmounts(const Connections& connections,
                                      const std::string& institution,
                                      const std::vector<athena::plan::v1::BudgetAmounts>& rows,
                                      const std::vector<std::string>& labels,
                                      const AmountsOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_SETTING_AMOUNTS_H_
