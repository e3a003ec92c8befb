#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_LOAD_REPORT_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_LOAD_REPORT_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/terminal/console.h"

// What `load` creates, changes and leaves.
namespace athena::athenactl {

struct LoadOptions {
  std::set<std::string> steps;  // the names of those to do
  bool only_some = false;       // they were chosen: the lines of the steps say it all
  std::string reason;           // of all changes
  bool update = false;          // change what exists and differs
  bool dry_run = false;         // change nothing
};

// The resources of a kind.
struct LoadStep {
  std::string name;  // "units"
  std::string created_word = "created";
  int64_t created = 0;  // or would be, in a dry run
  int64_t updated = 0;  // likewise
  int64_t unchanged = 0;
  int64_t left = 0;                       // exist, differ and stay so, for want of --update
  std::vector<std::string> changes = {};  // a line each
};

// The rows of all files of observations; each counts once.
struct LoadedRows {
  int64_t files = 0;
  int64_t rows = 0;
  int64_t inserted = 0;  // or would be, in a dry run
  int64_t revised = 0;   // likewise; deleted ones, too
  int64_t unchanged = 0;
  int64_t before = 0;  // pushed before, and unchanged since
  int64_t left = 0;    // exist and differ
  int64_t refused = 0;
  int64_t held_back = 0;  // good rows that were not stored because of refused ones
  std::vector<std::string> changes = {};
};

// Prints each step when it is done, or collects all as JSON. Not thread-safe.
class LoadReport {
 public:
  LoadReport(const LoadOptions& options, bool json, Console& console)
      : options_(options), as_json_(json), console_(console) {}

  void Add(const LoadStep& step);
  void Add(const LoadedRows& rows);
  // Rows of a file that were refused, or left because somebody else has changed them.
  void Refuse(const std::string& path, const RowFaults& faults);
  // Files that were not read for their faults, each of which names its file: nothing is loaded.
  ExitCode RefuseFiles(const std::vector<std::string>& faults);
  void Activated(const std::string& plan);
  void Interrupt() { interrupted_ = true; }
  bool interrupted() const { return interrupted_; }

  // Says how it ended. `fault`: the error that ended it early.
  absl::StatusOr<ExitCode> Finish(const absl::Status& fault);

 private:
  void Line(std::string_view step, const std::string& what);
  void Changes(const std::vector<std::string>& changes);

  const LoadOptions& options_;
  const bool as_json_;
  Console& console_;
  nlohmann::ordered_json json_;
  bool told_ = false;  // a line was printed
  bool changed_ = false;
  bool interrupted_ = false;
  int64_t left_ = 0;  // resources and rows
  int64_t refused_ = 0;
  int64_t held_back_ = 0;
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_LOAD_REPORT_H_
