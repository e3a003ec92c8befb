// list and its alias indicators.

#include <google/protobuf/descriptor.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/field_values.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/resource_text.h"

namespace athena::athenactl {
namespace {

using google::protobuf::Message;

// A flag that the list of this kind does not take is misuse.
absl::Status SetFlag(const Arguments& arguments, const Kind& kind, const std::string& flag,
                     const std::string& field, Message* request) {
  if (!arguments.Has(flag)) return absl::OkStatus();
  if (!HasField(*request, field)) {
    return Misused(absl::StrCat("--", flag, " got ", Printable(arguments.Get(flag)),
                                ", but the list of ", kind.plural, " takes no --", flag));
  }
  SetText(request, field, arguments.Get(flag));
  return absl::OkStatus();
}

// The parents whose resources are listed; an empty name for a kind without parents.
absl::StatusOr<std::vector<std::string>> ReadParents(const Connections& connections,
                                                     const Kind& kind, const std::string& typed) {
  if (!kind.HasParent()) {
    if (typed.empty()) return std::vector<std::string>{""};
    return Misused(
        absl::StrCat("PARENT got ", Printable(typed), ", but ", kind.plural, " have no parent"));
  }
  if (!typed.empty()) {
    ATHENA_ASSIGN_OR_RETURN(const std::string parent, ResolveParent(connections, typed));
    return std::vector<std::string>{parent};
  }
  ATHENA_ASSIGN_OR_RETURN(const auto listed, ListInstitutions(connections));
  std::vector<std::string> parents;
  for (const auto& institution : listed.institutions()) parents.push_back(institution.name());
  if (parents.empty()) return Misused("there is no institution yet; athenactl load brings some in");
  return parents;
}

absl::StatusOr<ExitCode> ListKind(Context& context, const Arguments& arguments, const Kind& kind,
                                  absl::Span<const std::string> operands) {
  const std::unique_ptr<Message> request = NewMessage(kind.list->input_type());
  ATHENA_RETURN_IF_ERROR(SetFlag(arguments, kind, "filter", "filter", request.get()));
  ATHENA_RETURN_IF_ERROR(SetFlag(arguments, kind, "order-by", "order_by", request.get()));
  ATHENA_RETURN_IF_ERROR(SetFlag(arguments, kind, "as-of", "as_of", request.get()));
  std::string parent;
  for (const std::string& operand : operands) {
    if (operand.find('=') != std::string::npos) {
      ATHENA_RETURN_IF_ERROR(Assign(operand, request.get()).status());
    } else if (parent.empty()) {
      parent = operand;
    } else {
      return Misused(
          absl::StrCat("did not expect ", Printable(operand), "; see athenactl list --help"));
    }
  }
  ATHENA_ASSIGN_OR_RETURN(const std::vector<std::string> parents,
                          ReadParents(context.connections, kind, parent));
  const std::unique_ptr<Message> all = NewMessage(kind.list->output_type());
  for (const std::string& one : parents) {
    SetText(request.get(), "parent", one);
    if (arguments.Has("as-of")) {
      ATHENA_ASSIGN_OR_RETURN(
          const auto as_of,
          ReadAsOf(arguments.Get("as-of"), [&]() -> absl::StatusOr<absl::TimeZone> {
            if (one.empty()) return absl::UTCTimeZone();
            return TimeZoneOf(context.connections, InstitutionOf(one));
          }));
      MutableMessage(request.get(), "as_of")->CopyFrom(as_of);
    }
    const std::unique_ptr<Message> listed(all->New());
    ATHENA_RETURN_IF_ERROR(context.connections.CallPages(*kind.list, *request, listed.get()));
    all->MergeFrom(*listed);
  }
  if (arguments.Has("json")) {
    context.console.out << ToJson(*all);
    return ExitCode::kDone;
  }
  ResourceTableOptions options;
  // Ids alone do not tell the institution where several are listed.
  options.parent = parents.size() == 1 ? parents[0] : "";
  options.language = arguments.Get("language");
  options.width = context.console.width;
  options.colour = context.console.colour;
  const std::string table = ResourceTable(*all, *kind.listed, options);
  context.console.Print(
      table.empty() ? absl::StrCat("There are no such ", kind.plural, " that you may read.\n")
                    : table);
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> List(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(const Kind* kind, FindKind(arguments.Operand(0)));
  return ListKind(context, arguments, *kind,
                  absl::Span<const std::string>(arguments.operands()).subspan(1));
}

absl::StatusOr<ExitCode> ListIndicators(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(const Kind* kind, FindKind("indicators"));
  return ListKind(context, arguments, *kind, arguments.operands());
}

constexpr FlagSpec kFilterFlag = {"filter", "TEXT",
                                  "only those: 'frequency = ANNUAL AND tags:\"sdg:11\"'"};
constexpr FlagSpec kOrderByFlag = {"order-by", "TEXT", "in this order: 'priority desc, code'"};

}  // namespace

Command ListCommand() {
  return {
      {.name = "list",
       .operands = "KIND [PARENT] [FIELD=VALUE...]",
       .summary = "List resources of a kind: units, plans, elements, ...",
       .about = "KIND is institutions, units, plans, elements, indicators, closings, series-ends,\n"
                "or any other that the services list. PARENT is the resource that they belong\n"
                "to, gob or gob/PLAN; without it, those of every institution.\n"
                "  athenactl list elements gob/PLAN\n"
                "  athenactl list series-ends gob indicator=staff include_withdrawn=yes\n"
                "FIELD=VALUE sets other fields of the request, as the contracts name them. A\n"
                "filter compares fields of a resource by = != < <= > >= and : (has), with AND,\n"
                "OR, NOT and parentheses (AIP-160). A table shows the fields that fit; --json\n"
                "shows all of them. Times are in UTC.\n",
       .min_operands = 1,
       .max_operands = 20,
       .flags = {kFilterFlag, kOrderByFlag, kLanguageFlag, kAsOfFlag, kJsonFlag}},
      List};
}

Command IndicatorsCommand() {
  return {{.name = "indicators",
           .operands = "[INSTITUTION]",
           .summary = "List indicators: short for list indicators",
           .about = "",
           .max_operands = 1,
           .flags = {kFilterFlag, kLanguageFlag, kAsOfFlag, kJsonFlag},
           .named_only = true},
          ListIndicators};
}

}  // namespace athena::athenactl
