#include "services/athenactl/commands/observations/push_report.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/status/status.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/refusals.h"

namespace athena::athenactl {
namespace {

using Json = nlohmann::ordered_json;

std::string MinuteText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", time, absl::UTCTimeZone());
}

// "on 2022-10-01 09:00 UTC", "between ... and ..."; empty when it is unknown.
std::string WhenBefore(const PushReport& report) {
  if (report.first_before > report.last_before) return "";
  const std::string first = MinuteText(report.first_before);
  const std::string last = MinuteText(report.last_before);
  return first == last ? absl::StrCat(" on ", first)
                       : absl::StrCat(" between ", first, " and ", last);
}

// The faults of the file, and of its rows that the service refused or somebody else has changed.
RowFaults AllFaults(const FilePush& push) {
  RowFaults all = push.survey.refused;
  all.Add(push.report.refused);
  all.Add(push.report.changed);
  return all;
}

Json FaultsJson(const RowFaults& faults) {
  Json list = Json::array();
  for (const RowRefusal& fault : faults.ByLine()) {
    list.push_back({{"line", fault.line},
                    {"field", Printable(fault.field)},
                    {"description", Printable(fault.description)}});
  }
  return list;
}

}  // namespace

int64_t FilePush::held_back() const {
  return report.rows_held_back + (checked_only && !dry_run ? report.RowsStored() : 0);
}

void PrintPush(const FilePush& push, Console& console) {
  const PushReport& report = push.report;
  const RowFaults faults = AllFaults(push);
  PrintRefusals(push.path, faults.ByLine(), console.err, faults.faults());
  PrintRefusals(push.path, push.survey.imprecise.ByLine(), console.err,
                push.survey.imprecise.faults());
  PrintRefusals(push.path, report.flagged.ByLine(), console.err, report.flagged.faults());

  std::ostream& out = console.out;
  out << Printable(push.path) << ": " << Counted(push.rows(), "row", "rows") << " in "
      << Counted(report.pieces, "push", "pushes") << "\n";
  if (!push.survey.deletions.empty()) {
    out << "  " << Counted(push.retracted, "cell", "cells") << " to take back in "
        << Counted(static_cast<int64_t>(push.survey.deletions.size()), "row", "rows")
        << " of action D that leave something open\n";
  }
  const std::string counts = CountsText(report.counts);
  if (!counts.empty() && push.checked_only == push.dry_run) {
    out << (push.dry_run ? "  would be: " : "  ") << counts << "\n";
  }
  if (report.cells_swept > 0) {
    out << "  " << Grouped(report.cells_swept)
        << " of the deleted cells are not in the file (--replace)\n";
  }
  if (report.counts.flagged() > 0) {
    out << "  " << Counted(report.counts.flagged(), "stored row is", "stored rows are")
        << " flagged as odd\n";
  }
  if (report.pieces_again > 0) {
    out << "  " << Counted(report.pieces_again, "push", "pushes")
        << " stored before had been changed since and came again\n";
  }
  if (report.rows_before > 0) {
    out << "  " << Counted(report.rows_before, "row is", "rows are") << " stored already, pushed"
        << WhenBefore(report) << ": nothing was done\n";
  }
  if (report.changed.rows() > 0) {
    const bool one = report.changed.rows() == 1;
    out << "  " << Counted(report.changed.rows(), "row was", "rows were")
        << " changed since by others and left as " << (one ? "it is" : "they are")
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

std::string PushAsJson(const FilePush& push) {
  const PushReport& report = push.report;
  Json json = {{"file", Printable(push.path)},
               {"dryRun", push.dry_run},
               {"rows", push.rows()},
               {"pushes", report.pieces}};
  const bool counted = push.checked_only == push.dry_run;
  json["inserted"] = counted ? report.counts.inserted() : 0;
  json["revised"] = counted ? report.counts.revised() : 0;
  json["unchanged"] = counted ? report.counts.unchanged() : 0;
  json["deleted"] = counted ? report.counts.deleted() : 0;
  json["deletedBesideTheFile"] = report.cells_swept;
  json["flagged"] = report.counts.flagged();
  json["storedBefore"] = report.rows_before;
  json["changedByOthers"] = report.changed.rows();
  json["refused"] = push.refused();
  json["heldBack"] = push.held_back();
  json["notSent"] = push.not_sent();
  json["faults"] = FaultsJson(AllFaults(push));
  RowFaults warnings = push.survey.imprecise;
  warnings.Add(report.flagged);
  json["warnings"] = FaultsJson(warnings);
  const absl::Status& failure = report.failure.ok() ? push.survey.broken : report.failure;
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
