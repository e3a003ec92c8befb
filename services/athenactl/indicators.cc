#include <string>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "services/athenactl/as_of.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/files.h"
#include "services/athenactl/indicator_text.h"
#include "services/athenactl/resolve.h"
#include "services/athenactl/resource_names.h"
#include "services/athenactl/table.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

constexpr int kPageSize = 1'000;

absl::StatusOr<ExitCode> ShowIndicators(Context& context, const Arguments& arguments) {
  const auto institution =
      ResolveInstitution(context.connections, arguments,
                         arguments.operands().empty() ? std::string() : arguments.operands()[0]);
  if (!institution.ok()) return institution.status();
  v1::ListIndicatorsRequest request;
  request.set_parent(*institution);
  request.set_page_size(kPageSize);
  request.set_filter(arguments.Get("filter"));
  const auto as_of = ReadAsOf(arguments.Get("as-of"));
  if (!as_of.ok()) return as_of.status();
  if (arguments.Has("as-of")) *request.mutable_as_of() = *as_of;
  const auto listed = AllPages<v1::ListIndicatorsResponse>(request, [&](const auto& page) {
    return context.connections.Indicator(&Connections::IndicatorStub::ListIndicators, page);
  });
  if (!listed.ok()) return listed.status();
  if (arguments.Has("json")) {
    context.console.out << ToJson(*listed);
    return ExitCode::kDone;
  }
  Table table({{"ID"}, {"PERIODS"}, {"GOOD IS"}, {"UNIT"}, {"STATE"}, {"NAME"}, {"FORMULA"}});
  for (const v1::Indicator& indicator : listed->indicators()) {
    table.Add({IdOf(indicator.name()), Word(indicator.frequency()), Word(indicator.direction()),
               indicator.unit(), indicator.state() == v1::Indicator::STATE_RETIRED ? "retired" : "",
               InLanguage(indicator.display_name(), arguments.Get("language")),
               indicator.formula()});
  }
  if (table.empty()) {
    context.console.out << *institution << " has no " << (request.filter().empty() ? "" : "such ")
                        << "indicators that you may read.\n";
  } else {
    context.console.out << table.Text(context.console.width, context.console.colour);
  }
  return ExitCode::kDone;
}

}  // namespace

Command IndicatorsCommand() {
  return {
      {.name = "indicators",
       .operands = "[INSTITUTION]",
       .summary = "List the indicators of an institution",
       .about = "INSTITUTION may be left out where there is one. A filter compares fields of an\n"
                "indicator by = != < <= > >= and : (has), with AND, OR, NOT and parentheses, as\n"
                "AIP-160 has it; `athenactl indicator` shows what they are called with --json.\n",
       .most_operands = 1,
       .flags = {{"filter", "TEXT", "only those: 'frequency = ANNUAL AND tags:\"sdg:11\"'"},
                 kLanguageFlag,
                 kAsOfFlag,
                 kJsonFlag}},
      ShowIndicators};
}

}  // namespace athena::athenactl
