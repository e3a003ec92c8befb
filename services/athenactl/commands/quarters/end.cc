#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/files/text/table_reader.h"
#include "services/athenactl/files/text/text_source.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/sending/interruption.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/refusals.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

// A series of a file, with the line it stands in.
struct FileEnd {
  int64_t line = 0;
  v1::EndSeriesRequest request;
};

constexpr std::array<std::string_view, 4> kEndColumns = {"indicator", "period", "reason", "last"};

// Reads the series to end. `institution`: "institutions/gob".
absl::StatusOr<std::vector<FileEnd>> ReadEnds(TextSource& source, const Dialect& dialect,
                                              const std::string& institution,
                                              const std::string& reason,
                                              const Connections& connections, RowFaults& refused) {
  ATHENA_ASSIGN_OR_RETURN(TableReader reader, TableReader::Open(source, dialect));
  reader.NameKnown(kEndColumns);
  ATHENA_RETURN_IF_ERROR(
      reader.Require({"indicator", "period"},
                     "indicator, period (from which on it is not expected), where needed "
                     "reason, and one column for each dimension"));
  reader.NameDimensions(kEndColumns, [&] { return DimensionIdsOrNone(connections, institution); });
  std::vector<FileEnd> ends;
  TableReader::Row row;
  for (;;) {
    ATHENA_ASSIGN_OR_RETURN(const bool more, reader.Next(row));
    if (!more) return ends;
    if (row.fault.has_value()) {
      refused.Add(*std::move(row.fault));
      continue;
    }
    FileEnd end{row.line, {}};
    end.request.set_reason(reason);
    v1::SeriesEnd& series = *end.request.mutable_series_end();
    bool good = true;
    for (size_t at = 0; at < row.fields.size(); ++at) {
      const TableReader::Column& column = reader.columns()[at];
      const std::string field(Trimmed(row.fields[at]));
      if (column.ignored || column.name == "last") continue;
      if (field.empty()) {
        if (column.name != "indicator" && column.name != "period") continue;
        refused.Add({row.line, column.name, "got nothing, want one"});
        good = false;
      } else if (column.name == "indicator") {
        series.set_indicator(absl::StrCat(institution, "/indicators/", field));
      } else if (column.name == "period") {
        series.set_ended_from(field);
      } else if (column.name == "reason") {
        end.request.set_reason(field);
      } else {
        (*series.mutable_dimensions())[column.name] =
            dialect.spreadsheet ? Unguarded(field) : field;
      }
    }
    if (good && end.request.reason().empty()) {
      refused.Add({row.line, "reason", "got nothing, want why, or --reason for all of them"});
      good = false;
    }
    if (good) ends.push_back(std::move(end));
  }
}

// Whether an error is about one series alone.
bool IsOfOneSeries(const absl::Status& fault) {
  return absl::IsInvalidArgument(fault) || absl::IsNotFound(fault) ||
         absl::IsFailedPrecondition(fault);
}

absl::StatusOr<ExitCode> EndFile(Context& context, const Arguments& arguments) {
  const std::string path = arguments.Get("file");
  ATHENA_ASSIGN_OR_RETURN(const Dialect dialect, ReadDialect(arguments));
  ATHENA_ASSIGN_OR_RETURN(const auto institution,
                          ResolveInstitution(context.connections, arguments, ""));
  ATHENA_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
  RowFaults refused;
  absl::StatusOr<std::vector<FileEnd>> ends =
      ReadEnds(source, dialect, institution, arguments.Get("reason"), context.connections, refused);
  if (!ends.ok()) return At(path, ends.status());
  const int64_t rows = static_cast<int64_t>(ends->size()) + refused.rows();
  const bool dry_run = arguments.Has("dry-run");
  // A file that cannot be read whole ends no series.
  const bool sends = refused.empty() && !dry_run;
  int64_t ended = 0;
  absl::Status failure;
  const Interruption interruption;
  for (FileEnd& end : *ends) {
    if (!sends || Interruption::Requested()) break;
    end.request.set_request_id(context.connections.NewRequestId());
    const auto done = context.connections.Call<v1::SeriesEnd>(end.request);
    if (done.ok()) {
      ++ended;
    } else if (IsOfOneSeries(done.status())) {
      refused.Add({end.line, "", std::string(status::Message(done.status()))});
    } else {
      failure = done.status();
      break;
    }
  }
  PrintRefusals(path, refused.ByLine(), context.console.err, refused.faults());
  context.console.out << Printable(path) << ": " << Counted(rows, "series", "series") << ": "
                      << Grouped(ended) << " ended, " << Grouped(refused.rows()) << " refused, "
                      << Grouped(rows - ended - refused.rows()) << " left\n";
  if (dry_run) context.console.out << "  nothing was changed (--dry-run)\n";
  ATHENA_RETURN_IF_ERROR(At(path, failure));
  if (Interruption::Requested()) {
    context.console.err
        << "athenactl: interrupted; run it again to go on: what has ended stays so\n";
    return ExitCode::kInterrupted;
  }
  return refused.empty() ? ExitCode::kDone : ExitCode::kRowsRefused;
}

absl::StatusOr<ExitCode> End(Context& context, const Arguments& arguments) {
  const std::vector<std::string>& operands = arguments.operands();
  if (arguments.Has("file")) {
    if (!operands.empty() || arguments.Has("withdraw") || arguments.Has("slice")) {
      return Misused(
          "--file names the series and periods: leave INDICATOR, PERIOD, --slice and "
          "--withdraw out");
    }
    return EndFile(context, arguments);
  }
  if (operands.empty()) return Misused("say which INDICATOR, or --file FILE.csv");
  const bool withdraw = arguments.Has("withdraw");
  if (withdraw != (operands.size() == 1)) {
    return Misused(
        "say from which PERIOD on it is not expected, like 2022-Q1, or --withdraw without one");
  }
  if (!arguments.Has("reason")) {
    return Misused("--reason says why, for those who read the end: --reason \"unit was merged\"");
  }
  v1::EndSeriesRequest request;
  ATHENA_ASSIGN_OR_RETURN(const auto slice, ReadSlice(arguments));
  *request.mutable_series_end()->mutable_dimensions() = slice;
  ATHENA_ASSIGN_OR_RETURN(const auto indicator,
                          ResolveIndicator(context.connections, arguments, operands[0]));
  request.mutable_series_end()->set_indicator(indicator);
  if (!withdraw) request.mutable_series_end()->set_ended_from(operands[1]);
  request.set_reason(arguments.Get("reason"));
  request.set_request_id(context.connections.NewRequestId());
  ATHENA_ASSIGN_OR_RETURN(const auto end, context.connections.Call<v1::SeriesEnd>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(end);
  } else {
    context.console.out << IdOf(end.indicator()) << " " << IdOf(end.name())
                        << (end.ended_from().empty()
                                ? std::string(" goes on")
                                : absl::StrCat(" has ended, from ", end.ended_from(), " on"))
                        << ", at revision " << end.revision() << "\n";
  }
  return ExitCode::kDone;
}

std::vector<FlagSpec> EndFlags() {
  std::vector<FlagSpec> flags = {
      {"slice", "DIM=CODE", "the series' code of a dimension; one for each", "", true},
      {"withdraw", "", "it goes on after all; without PERIOD"},
      {"reason", "TEXT", "why, for those who read the end (required)"},
      {"file", "FILE.csv", "the series to end"},
      {"dry-run", "", "--file: check the rows, end nothing"},
      kInstitutionFlag,
      kJsonFlag};
  for (const FlagSpec& flag : DialectFlags()) flags.push_back(flag);
  return flags;
}

}  // namespace

Command EndCommand() {
  return {
      {.name = "end",
       .operands = "INDICATOR [PERIOD] | --file FILE.csv",
       .summary = "Declare that a series has ended: it is not expected",
       .about = "INDICATOR is gob/headcount, institutions/gob/indicators/headcount, or headcount\n"
                "alone where there is one institution; which series of it, --slice says, a code\n"
                "for each dimension. From PERIOD on, one of the indicator's own, it is not\n"
                "missed. What comes all the same counts.\n"
                "--file ends many series of one institution: columns indicator, period, one for\n"
                "each dimension and, where they differ, reason. athenactl silent writes such a\n"
                "file. When a row cannot be read nothing is done; a row that the service refuses\n"
                "is named and the others end, with exit code 3.\n",
       .max_operands = 2,
       .flags = EndFlags(),
       .named_only = true},
      End};
}

}  // namespace athena::athenactl
