#include "services/athenactl/commands/resources/export_sheets.h"

#include <google/protobuf/descriptor.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/sheets/files/csv_sheets.h"
#include "services/athenactl/sheets/files/xlsx.h"
#include "services/athenactl/sheets/layout.h"
#include "services/athenactl/sheets/to_sheets.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using google::protobuf::Message;

// The request that lists the resources.
absl::StatusOr<std::unique_ptr<Message>> ReadRequest(const Context& context,
                                                     const Arguments& arguments, const Kind& kind) {
  const size_t operands = arguments.operands().size();
  if (kind.HasParent() != (operands == 3)) {
    return Misused(kind.HasParent() ? absl::StrCat("export needs the resource whose ", kind.plural,
                                                   " it exports: athenactl export ", kind.plural,
                                                   " gob FILE.xlsx")
                                    : absl::StrCat("PARENT got ", Printable(arguments.Operand(1)),
                                                   ", but ", kind.plural, " have no parent"));
  }
  std::unique_ptr<Message> request = NewMessage(kind.list->input_type());
  std::string parent;
  if (kind.HasParent()) {
    ATHENA_ASSIGN_OR_RETURN(parent, ResolveParent(context.connections, arguments.Operand(1)));
    SetText(request.get(), "parent", parent);
  }
  for (const auto& [flag, field] : {std::pair("filter", "filter"), std::pair("as-of", "as_of")}) {
    if (arguments.Has(flag) && !HasField(*request, field)) {
      return Misused(absl::StrCat("--", flag, " got ", Printable(arguments.Get(flag)),
                                  ", but the list of ", kind.plural, " takes no --", flag));
    }
  }
  SetText(request.get(), "filter", arguments.Get("filter"));
  if (arguments.Has("as-of")) {
    ATHENA_ASSIGN_OR_RETURN(
        const auto as_of, ReadAsOf(arguments.Get("as-of"), [&]() -> absl::StatusOr<absl::TimeZone> {
          return TimeZoneOf(context.connections, InstitutionOf(parent));
        }));
    MutableMessage(request.get(), "as_of")->CopyFrom(as_of);
  }
  return request;
}

}  // namespace

absl::StatusOr<ExitCode> ExportSheets(Context& context, const Arguments& arguments) {
  for (const char* flag : {"all", "format", "output", "from", "to", "history", "json"}) {
    if (arguments.Has(flag)) {
      return Misused(absl::StrCat("--", flag,
                                  " is for observations: export of a KIND has --filter, "
                                  "--as-of and --spreadsheet"));
    }
  }
  ATHENA_ASSIGN_OR_RETURN(const Kind* kind, FindKind(arguments.Operand(0)));
  const std::string path = arguments.operands().back();
  const bool xlsx = absl::EndsWith(Folded(path), ".xlsx");
  if (!xlsx && !absl::EndsWith(Folded(path), ".csv")) {
    return Misused(absl::StrCat("FILE got ", Printable(path), ", want FILE.xlsx or FILE.csv"));
  }
  ATHENA_ASSIGN_OR_RETURN(const std::unique_ptr<Message> request,
                          ReadRequest(context, arguments, *kind));
  const std::unique_ptr<Message> listed = NewMessage(kind->list->output_type());
  ATHENA_RETURN_IF_ERROR(context.connections.CallPages(*kind->list, *request, listed.get()));
  std::vector<const Message*> resources;
  const int count = listed->GetReflection()->FieldSize(*listed, kind->listed);
  for (int at = 0; at < count; ++at) {
    resources.push_back(&listed->GetReflection()->GetRepeatedMessage(*listed, kind->listed, at));
  }
  ATHENA_ASSIGN_OR_RETURN(const Workbook workbook, ToSheets(LayoutOf(*kind), resources));
  std::vector<std::string> written = {path};
  if (xlsx) {
    ATHENA_RETURN_IF_ERROR(WriteXlsx(workbook, path));
  } else {
    ATHENA_ASSIGN_OR_RETURN(written, WriteCsvSheets(workbook, path, arguments.Has("spreadsheet")));
  }
  context.console.out << Counted(count, kind->singular, kind->plural) << " in "
                      << Printable(absl::StrJoin(written, ", ")) << "\n";
  return ExitCode::kDone;
}

}  // namespace athena::athenactl
