#include <algorithm>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/resources/export_sheets.h"
#include "services/athenactl/files/export_file.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

// The indicators and observations to export.
struct Export {
  std::string institution;  // "institutions/gob"
  std::vector<v1::Indicator> indicators;
  v1::ListObservationsRequest request;  // all but the indicator
};

absl::StatusOr<Export> ReadExport(const Context& context, const Arguments& arguments) {
  Export exported;
  const std::string operand = arguments.Operand(0);
  exported.request.set_start_period(arguments.Get("from"));
  exported.request.set_end_period(arguments.Get("to"));
  exported.request.set_include_history(arguments.Has("history"));
  exported.request.set_page_size(kObservationsPageSize);
  const auto read_as_of = [&](const std::string& institution) -> absl::Status {
    if (!arguments.Has("as-of")) return absl::OkStatus();
    ATHENA_ASSIGN_OR_RETURN(*exported.request.mutable_as_of(),
                            ReadAsOf(arguments.Get("as-of"),
                                     [&] { return TimeZoneOf(context.connections, institution); }));
    return absl::OkStatus();
  };
  if (!arguments.Has("all")) {
    if (operand.empty())
      return Misused("export needs INDICATOR, or --all; see athenactl export --help");
    ATHENA_ASSIGN_OR_RETURN(const auto name,
                            ResolveIndicator(context.connections, arguments, operand));
    v1::GetIndicatorRequest get;
    get.set_name(name);
    ATHENA_ASSIGN_OR_RETURN(auto indicator, context.connections.Call<v1::Indicator>(get));
    exported.institution = InstitutionOf(name);
    ATHENA_RETURN_IF_ERROR(read_as_of(exported.institution));
    exported.indicators.push_back(std::move(indicator));
  } else {
    ATHENA_ASSIGN_OR_RETURN(const auto institution,
                            ResolveInstitution(context.connections, arguments, operand));
    exported.institution = institution;
    ATHENA_RETURN_IF_ERROR(read_as_of(institution));
    v1::ListIndicatorsRequest list;
    list.set_parent(institution);
    if (exported.request.has_as_of()) *list.mutable_as_of() = exported.request.as_of();
    ATHENA_ASSIGN_OR_RETURN(auto listed,
                            context.connections.CallPages<v1::ListIndicatorsResponse>(list));
    for (v1::Indicator& indicator : *listed.mutable_indicators()) {
      // Formulas have no observations.
      if (indicator.kind() == v1::Indicator::KIND_BASE) {
        exported.indicators.push_back(std::move(indicator));
      }
    }
  }
  return exported;
}

absl::StatusOr<ExportLayout> LayoutOf(const Export& exported, const Arguments& arguments) {
  ExportLayout layout;
  const std::string format = arguments.Get("format");
  if (format != "csv" && format != "sdmx-csv") {
    return Misused(absl::StrCat("--format got ", Printable(format), ", want csv or sdmx-csv"));
  }
  layout.format = arguments.Has("json") ? ExportFormat::kJson
                  : format == "csv"     ? ExportFormat::kCsv
                                        : ExportFormat::kSdmxCsv;
  layout.institution = IdOf(exported.institution);
  layout.history = arguments.Has("history");
  layout.spreadsheet = arguments.Has("spreadsheet");
  for (const v1::Indicator& indicator : exported.indicators) {
    for (const v1::Dimension& dimension : indicator.dimensions()) {
      std::vector<std::string>& all = layout.dimensions;
      if (std::find(all.begin(), all.end(), dimension.id()) == all.end()) {
        all.push_back(dimension.id());
      }
    }
  }
  ATHENA_RETURN_IF_ERROR(CheckLayout(layout));
  return layout;
}

struct Written {
  int64_t rows = 0;
  int64_t revision = 0;  // of the snapshot; 0: nothing was read
};

// Writes page by page, so that an export of any length takes little memory. The first answer fixes
// the revision of all others: the file is one snapshot, whatever is pushed meanwhile.
absl::StatusOr<Written> Write(const Connections& connections, const Export& exported,
                              const ExportLayout& layout, std::ostream& out) {
  out << ExportHeader(layout);
  Written written;
  v1::ListObservationsRequest request = exported.request;
  for (const v1::Indicator& indicator : exported.indicators) {
    request.set_parent(indicator.name());
    request.clear_page_token();
    do {
      const auto page = connections.Call<v1::ListObservationsResponse>(request);
      if (!page.ok()) return At(indicator.name(), page.status());
      for (const v1::ObservationRecord& record : page->observations()) {
        out << ExportLine(layout, IdOf(indicator.name()), record);
      }
      written.rows += page->observations_size();
      written.revision = page->revision();
      request.set_page_token(page->next_page_token());
      if (!out) return absl::UnknownError("not all could be written: is the disk full?");
    } while (!request.page_token().empty());
    if (written.revision > 0) request.mutable_as_of()->set_revision(written.revision);
  }
  out.flush();
  if (!out) return absl::UnknownError("not all could be written: is the disk full?");
  return written;
}

absl::StatusOr<ExitCode> ExportAny(Context& context, const Arguments& arguments) {
  if (arguments.operands().size() > 1) return ExportSheets(context, arguments);
  if (arguments.Has("filter")) return Misused("--filter is for the export of a KIND");
  ATHENA_ASSIGN_OR_RETURN(const Export exported, ReadExport(context, arguments));
  ATHENA_ASSIGN_OR_RETURN(const ExportLayout layout, LayoutOf(exported, arguments));
  const std::string path = arguments.Get("output");
  absl::StatusOr<Written> written;
  if (path.empty()) {
    written = Write(context.connections, exported, layout, context.console.out);
  } else {
    const absl::Status fault = WriteFile(path, [&](std::ostream& out) {
      written = Write(context.connections, exported, layout, out);
      return written.status();
    });
    if (!fault.ok()) return fault;
  }
  if (!written.ok()) return written.status();
  context.console.err << Counted(written->rows, layout.history ? "revision" : "observation",
                                 layout.history ? "revisions" : "observations")
                      << " of "
                      << Counted(static_cast<int64_t>(exported.indicators.size()), "indicator",
                                 "indicators")
                      << ", true at revision " << written->revision << "\n";
  return ExitCode::kDone;
}

}  // namespace

Command ExportCommand() {
  return {
      {.name = "export",
       .operands = "INDICATOR | --all [INSTITUTION] | KIND PARENT FILE",
       .summary = "Write observations to CSV, or resources of a kind to XLSX or CSV",
       .about = "Resources go to a spreadsheet, FILE.xlsx, or to FILE.csv, which import reads\n"
                "again: a row for each, a column for each field and language, a sheet for each\n"
                "list of parts (FILE.milestones.csv), and the etag, by which import notices what\n"
                "changed meanwhile. Institutions have no PARENT.\n"
                "  athenactl export elements gob/PLAN plan.xlsx\n"
                "Observations go to the terminal, or to --output, as push reads them.\n"
                "csv: indicator, period, a column for each dimension, value, status, comment;\n"
                "sdmx-csv: SDMX-CSV 2.0. See athenactl formats for both. Pushing an export\n"
                "changes nothing: values are exact. All of it is true at one revision, also\n"
                "while others push.\n"
                "--spreadsheet is for people who open the file in one: a comment or code that it\n"
                "would run as a formula, for it begins with = + - @, a tab or a carriage return\n"
                "and is no number, gets an apostrophe before it; push --spreadsheet removes it.\n"
                "--json: revisions of cells as the contracts define them, a line each.\n"
                "With --history each revision is a line; that is for reading, not for push.\n",
       .max_operands = 3,
       .flags = {{"all", "", "all indicators of the institution, retired ones too"},
                 {"format", "FORMAT", "csv or sdmx-csv", "csv"},
                 {"output", "FILE", "write there, all or nothing, instead of to the terminal"},
                 {"from", "PERIOD", "from this period on, like 2021-Q3 or 2021-07"},
                 {"to", "PERIOD", "up to this period"},
                 {"history", "", "every revision of each cell, retractions too"},
                 {"spreadsheet", "", "guard texts against being run as formulas"},
                 {"json", "", "a JSON object a line instead of CSV"},
                 {"filter", "TEXT", "of a KIND only those: 'state = PLANNED'"},
                 kAsOfFlag,
                 kInstitutionFlag}},
      ExportAny};
}

}  // namespace athena::athenactl
