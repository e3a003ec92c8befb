#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "athena/common/v1/history_service.pb.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/backups/check_file.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/history/history_text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using google::protobuf::util::MessageDifferencer;
using Selections = absl::Span<const v1::Selection>;

// The limits of a query.
constexpr size_t kMaxQuartersOfCheck = 40;
constexpr size_t kSelectionsOfQuery = 2'500;
constexpr size_t kMostDifferencesListed = 20;

// The number of compared things, and the differences.
struct Comparison {
  int64_t compared = 0;
  std::vector<std::string> differences;
};

std::string SelectionText(const v1::Selection& selection) {
  std::string text = IdOf(selection.indicator());
  for (const auto& [dimension, code] : selection.slice()) {
    absl::StrAppend(&text, "{", dimension, "=", code, "}");
  }
  return text;
}

std::string ValueText(const v1::PeriodValue& value) {
  if (value.own().has_value()) return NumberText(value.own().value());
  return absl::StrCat("no value (", v1::NoValueReason_Name(value.own().reason()), ")");
}

// A selection for each indicator, and for each code of its first dimension.
std::vector<v1::Selection> AllSelections(const v1::ListIndicatorsResponse& listed) {
  std::vector<v1::Selection> selections;
  for (const v1::Indicator& indicator : listed.indicators()) {
    selections.emplace_back().set_indicator(indicator.name());
    if (indicator.dimensions().empty()) continue;
    const v1::Dimension& first = indicator.dimensions(0);
    for (const v1::Dimension::Code& code : first.codes()) {
      v1::Selection& slice = selections.emplace_back();
      slice.set_indicator(indicator.name());
      (*slice.mutable_slice())[first.id()] = code.id();
    }
  }
  return selections;
}

class Checker {
 public:
  Checker(Context& context, std::string institution, std::vector<std::string> quarters)
      : connections_(context.connections),
        institution_(std::move(institution)),
        quarters_(std::move(quarters)),
        today_(TodayOf(connections_, institution_)) {}

  // Compares present values with those as of the present revision.
  absl::Status CompareValues(Selections selections, Comparison& comparison) {
    for (size_t begin = 0; begin < selections.size(); begin += kSelectionsOfQuery) {
      const Selections part = selections.subspan(begin, kSelectionsOfQuery);
      v1::QueryPeriodValuesRequest request;
      for (const v1::Selection& selection : part) *request.add_selections() = selection;
      for (const std::string& quarter : quarters_) request.add_periods(quarter);
      request.mutable_basis_date()->set_year(static_cast<int>(today_.year()));
      request.mutable_basis_date()->set_month(today_.month());
      request.mutable_basis_date()->set_day(today_.day());
      ATHENA_ASSIGN_OR_RETURN(const auto now, Query(request));
      *request.mutable_revisions()->mutable_revisions() = now.header().revisions();
      ATHENA_ASSIGN_OR_RETURN(const auto past, Query(request));
      Compare(part, now, past, comparison);
    }
    return absl::OkStatus();
  }

  // Compares present cells with the last revisions of their histories.
  absl::Status CompareCells(const v1::Indicator& indicator, Comparison& comparison) {
    v1::ListObservationsRequest request;
    request.set_parent(indicator.name());
    request.set_page_size(kObservationsPageSize);
    const auto present = List(request);
    if (!present.ok()) return At(indicator.name(), present.status());
    request.mutable_as_of()->set_revision(present->revision());
    request.set_include_history(true);
    const auto history = List(request);
    if (!history.ok()) return At(indicator.name(), history.status());
    std::map<std::string, v1::ObservationRecord> last;
    for (const v1::ObservationRecord& record : history->observations()) {
      const std::string key = CellText(record.observation());
      if (record.observation().retract()) {
        last.erase(key);
      } else {
        last[key] = record;
      }
    }
    std::set<std::string> seen;
    for (const v1::ObservationRecord& record : present->observations()) {
      const std::string key = CellText(record.observation());
      ++comparison.compared;
      const auto found = last.find(key);
      if (!seen.insert(key).second) {
        comparison.differences.push_back(absl::StrCat(key, ": listed twice"));
      } else if (found == last.end()) {
        comparison.differences.push_back(absl::StrCat(key, ": not in its history"));
      } else if (!MessageDifferencer::Equals(found->second, record)) {
        comparison.differences.push_back(absl::StrCat(
            key, ": is ", CellValue(record), ", by its history ", CellValue(found->second)));
      }
    }
    for (const auto& [key, record] : last) {
      if (seen.count(key) > 0) continue;
      ++comparison.compared;
      comparison.differences.push_back(
          absl::StrCat(key, ": is not there, by its history ", CellValue(record)));
    }
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<v1::QueryPeriodValuesResponse> Query(
      const v1::QueryPeriodValuesRequest& request) const {
    return connections_.CallStream<v1::QueryPeriodValuesResponse>(request);
  }

  absl::StatusOr<v1::ListObservationsResponse> List(
      const v1::ListObservationsRequest& request) const {
    return connections_.CallPages<v1::ListObservationsResponse>(request);
  }

  void Compare(Selections selections, const v1::QueryPeriodValuesResponse& now,
               const v1::QueryPeriodValuesResponse& past, Comparison& comparison) const {
    int64_t revision = 0;
    if (const auto own = now.header().revisions().find(institution_);
        own != now.header().revisions().end()) {
      revision = own->second;
    }
    const int count = std::max(now.values_size(), past.values_size());
    comparison.compared += count;
    for (int at = 0; at < count; ++at) {
      if (at < now.values_size() && at < past.values_size() &&
          MessageDifferencer::Equals(now.values(at), past.values(at))) {
        continue;
      }
      const v1::PeriodValue& one = at < now.values_size() ? now.values(at) : past.values(at);
      const size_t selection = static_cast<size_t>(one.selection());
      comparison.differences.push_back(absl::StrCat(
          selection < selections.size() ? SelectionText(selections[selection]) : "", " ",
          one.asked(), ": ", at < now.values_size() ? ValueText(now.values(at)) : "nothing",
          ", as of revision ", revision, " ",
          at < past.values_size() ? ValueText(past.values(at)) : "nothing"));
    }
  }

  static std::string CellText(const v1::Observation& cell) {
    const std::map<std::string, std::string> codes(cell.dimensions().begin(),
                                                   cell.dimensions().end());
    std::string text = cell.indicator();
    for (const auto& [dimension, code] : codes)
      absl::StrAppend(&text, "{", dimension, "=", code, "}");
    return absl::StrCat(text, " ", cell.period());
  }

  static std::string CellValue(const v1::ObservationRecord& record) {
    return absl::StrCat(
        record.observation().has_value() ? Shortest(record.observation().value()) : "no value",
        " of revision ", record.revision());
  }

  Connections& connections_;
  const std::string institution_;
  const std::vector<std::string> quarters_;
  const absl::CivilDay today_;
};

// What was found, as text while it is found or as JSON at the end.
class CheckReport {
 public:
  CheckReport(bool as_json, Console& console) : as_json_(as_json), console_(console) {}

  // `key` is the name in JSON.
  void Add(const char* key, std::string_view what, const Comparison& comparison) {
    sound_ = sound_ && comparison.differences.empty();
    const size_t listed = std::min(comparison.differences.size(), kMostDifferencesListed);
    if (as_json_) {
      Json& json = json_[key];
      json = {{"compared", comparison.compared},
              {"differences", comparison.differences.size()},
              {"first", Json::array()}};
      for (size_t at = 0; at < listed; ++at) {
        json["first"].push_back(Printable(comparison.differences[at]));
      }
      return;
    }
    console_.out << what << ": "
                 << (comparison.differences.empty()
                         ? "no difference"
                         : Counted(static_cast<int64_t>(comparison.differences.size()),
                                   "difference", "differences"))
                 << "\n";
    for (size_t at = 0; at < listed; ++at) {
      console_.out << "  " << Printable(comparison.differences[at]) << "\n";
    }
    if (listed < comparison.differences.size()) {
      console_.out << "  and "
                   << Grouped(static_cast<int64_t>(comparison.differences.size() - listed))
                   << " more\n";
    }
  }

  // Asks a service whether its audit log is whole.
  absl::Status AddAuditLog(const std::string& institution, const HistoryPeer& peer,
                           const Connections& connections) {
    common::v1::VerifyAuditLogRequest request;
    request.set_parent(institution);
    ATHENA_ASSIGN_OR_RETURN(
        const auto verified,
        connections.CallHistory<common::v1::VerifyAuditLogResponse>(peer.service, request));
    sound_ = sound_ && verified.faults().empty();
    if (!as_json_) {
      console_.out << AuditText(peer.name, verified);
      return absl::OkStatus();
    }
    Json& json = json_["auditLogs"][peer.name];
    json = {{"revisions", verified.head().revision()}, {"faults", Json::array()}};
    for (const common::v1::AuditFault& fault : verified.faults()) {
      json["faults"].push_back(Printable(fault.description()));
    }
    return absl::OkStatus();
  }

  ExitCode Finish() {
    json_["sound"] = sound_;
    if (as_json_) console_.out << json_.dump(2) << "\n";
    return sound_ ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  using Json = nlohmann::ordered_json;

  const bool as_json_;
  Console& console_;
  Json json_;
  bool sound_ = true;
};

absl::StatusOr<ExitCode> Check(Context& context, const Arguments& arguments) {
  if (arguments.Has("database")) return CheckDatabaseFile(context, arguments);
  ATHENA_ASSIGN_OR_RETURN(const auto institution,
                          ResolveInstitution(context.connections, arguments, arguments.Operand(0)));
  ATHENA_ASSIGN_OR_RETURN(const auto quarters, ReadQuarters(arguments, kMaxQuartersOfCheck, [&] {
                            return TodayOf(context.connections, institution);
                          }));
  v1::ListIndicatorsRequest list;
  list.set_parent(institution);
  ATHENA_ASSIGN_OR_RETURN(const auto listed,
                          context.connections.CallPages<v1::ListIndicatorsResponse>(list));

  Checker checker(context, institution, quarters);
  const std::vector<v1::Selection> selections = AllSelections(listed);
  Comparison values;
  ATHENA_RETURN_IF_ERROR(checker.CompareValues(selections, values));
  CheckReport report(arguments.Has("json"), context.console);
  report.Add(
      "values",
      absl::StrCat(Counted(values.compared, "value", "values"), " of ",
                   Counted(listed.indicators_size(), "indicator", "indicators"), " and ",
                   Counted(static_cast<int64_t>(selections.size()) - listed.indicators_size(),
                           "slice", "slices"),
                   " in ", quarters.front(), " to ", quarters.back(),
                   ", as of now and as of the revision that now is"),
      values);

  Comparison cells;
  int64_t bases = 0;
  for (const v1::Indicator& indicator : listed.indicators()) {
    if (indicator.kind() != v1::Indicator::KIND_BASE) continue;
    ++bases;
    ATHENA_RETURN_IF_ERROR(checker.CompareCells(indicator, cells));
  }
  report.Add("cells",
             absl::StrCat(Counted(cells.compared, "cell", "cells"), " of ",
                          Counted(bases, "indicator", "indicators"),
                          ", as they are and by their histories"),
             cells);
  for (const HistoryPeer& peer : kHistoryPeers) {
    ATHENA_RETURN_IF_ERROR(report.AddAuditLog(institution, peer, context.connections));
  }
  return report.Finish();
}

}  // namespace

Command CheckCommand() {
  return {
      {.name = "check",
       .operands = "[INSTITUTION]",
       .summary = "Compare figures asked for in several ways; verify audit logs",
       .about = "Every indicator, and each code of its first dimension: its values in quarters\n"
                "as of now, and as of the revision that now is, which the service works out\n"
                "from history. Every cell: as it is, and by its history. Thresholds, coverage\n"
                "and reasons count, too. Last, whether the audit logs of all services are\n"
                "whole. Ends with exit code 1 and the first differences.\n"
                "With --database a file is checked instead, and no service asked: a backup, or\n"
                "the database of a service that was stopped. Its structure; and the audit log\n"
                "of every institution, each entry of which has the hash of the one before.\n"
                "  athenactl check --database /var/backups/athena/plan-20260701T030000Z.db\n",
       .max_operands = 1,
       .flags = {{"from", "QUARTER", "from this quarter on [--to]"},
                 {"to", "QUARTER", "up to this quarter [the last one that has ended]"},
                 {"database", "FILE", "check this file, without any service"},
                 {"json", "", "what was found, as JSON"}},
       .named_only = true},
      Check};
}

}  // namespace athena::athenactl
