#include "services/athenactl/commands/operations/amounts_report.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/status.h"
#include "services/athenactl/sending/pushes/pushing.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/refusals.h"

namespace athena::athenactl {
namespace {

// "10 inserted, 2 unchanged"; empty without rows.
std::string AmountsCountsText(const athena::plan::v1::BudgetAmountsCounts& counts) {
  std::vector<std::string> texts;
  const std::pair<int64_t, const char*> all[] = {{counts.inserted(), "inserted"},
                                                 {counts.revised(), "revised"},
                                                 {counts.unchanged(), "unchanged"},
                                                 {counts.deleted(), "deleted"}};
  for (const auto& [count, outcome] : all) {
    if (count > 0) texts.push_back(absl::StrCat(Grouped(count), " ", outcome));
  }
  return absl::StrJoin(texts, ", ");
}

// The faults of the file, and of its rows that the service refused or somebody has changed.
RowFaults AllAmountsFaults(const AmountsPush& push) {
  RowFaults all = push.file.refused;
  all.Add(push.report.refused);
  all.Add(push.report.changed);
  return all;
}

}  // namespace

int64_t AmountsPush::held_back() const {
  return report.rows_held_back + (checked_only && !dry_run ? report.RowsStored() : 0);
}

void PrintAmountsPush(const AmountsPush& push, Console& console) {
  const AmountsReport& report = push.report;
  const RowFaults faults = AllAmountsFaults(push);
  PrintRefusals(push.path, faults.ByLine(), console.err, faults.faults());
  std::ostream& out = console.out;
  out << Printable(push.path) << ": " << Counted(push.rows(), "row", "rows") << " in "
      << Counted(report.pushes, "push", "pushes") << "\n";
  const std::string counts = AmountsCountsText(report.counts);
  if (!counts.empty() && push.checked_only == push.dry_run) {
    out << (push.dry_run ? "  would be: " : "  ") << counts << "\n";
  }
  if (report.rows_before > 0) {
    out << "  " << Counted(report.rows_before, "row is", "rows are")
        << " stored already: nothing was done\n";
  }
  if (report.changed.rows() > 0) {
    const bool one = report.changed.rows() == 1;
    out << "  " << Counted(report.changed.rows(), "row was", "rows were")
        << " changed since and left as " << (one ? "it is" : "they are")
        << ": --again pushes the file's\n";
  }
  if (push.refused() > 0) out << "  " << Counted(push.refused(), "row", "rows") << " refused\n";
  if (push.held_back() > 0) {
    out << "  " << Counted(push.held_back(), "good row", "good rows")
        << " not stored, for a push is stored whole: correct the refused rows, or push with "
           "--partial\n";
  }
  if (push.not_sent() > 0) {
    out << "  " << Counted(push.not_sent(), "row", "rows") << " not sent\n";
  }
  if (push.dry_run) out << "  nothing was stored (--dry-run)\n";
}

std::string AmountsPushAsJson(const AmountsPush& push) {
  using AmountsJson = nlohmann::ordered_json;
  const AmountsReport& report = push.report;
  const bool counted = push.checked_only == push.dry_run;
  AmountsJson faults = AmountsJson::array();
  for (const RowRefusal& fault : AllAmountsFaults(push).ByLine()) {
    faults.push_back({{"line", fault.line},
                      {"field", Printable(fault.field)},
                      {"description", Printable(fault.description)}});
  }
  AmountsJson json = {{"file", Printable(push.path)},
                      {"dryRun", push.dry_run},
                      {"rows", push.rows()},
                      {"pushes", report.pushes},
                      {"inserted", counted ? report.counts.inserted() : 0},
                      {"revised", counted ? report.counts.revised() : 0},
                      {"unchanged", counted ? report.counts.unchanged() : 0},
                      {"deleted", counted ? report.counts.deleted() : 0},
                      {"storedBefore", report.rows_before},
                      {"changedSince", report.changed.rows()},
                      {"refused", push.refused()},
                      {"heldBack", push.held_back()},
                      {"notSent", push.not_sent()},
                      {"faults", std::move(faults)}};
  const absl::Status& failure = report.failure.ok() ? push.file.broken : report.failure;
  if (!failure.ok()) {
    json["failure"] = {{"code", std::string(absl::StatusCodeToString(failure.code()))},
                       {"reason", status::Reason(failure)},
                       {"message", Printable(status::Message(failure))},
                       {"retry", IsWorthRetrying(failure)}};
  }
  if (report.interrupted) json["interrupted"] = true;
  return json.dump(2) + "\n";
}

}  // namespace athena::athenactl
