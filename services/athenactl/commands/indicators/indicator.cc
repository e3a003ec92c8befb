#include <string>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/views/indicator_text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

absl::StatusOr<ExitCode> ShowIndicator(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(
      const auto name, ResolveIndicator(context.connections, arguments, arguments.operands()[0]));
  ATHENA_ASSIGN_OR_RETURN(const auto as_of, ReadAsOf(arguments.Get("as-of"), [&] {
                            return TimeZoneOf(context.connections, InstitutionOf(name));
                          }));
  v1::GetIndicatorRequest get;
  get.set_name(name);
  if (arguments.Has("as-of")) *get.mutable_as_of() = as_of;
  ATHENA_ASSIGN_OR_RETURN(const auto indicator, context.connections.Call<v1::Indicator>(get));
  if (arguments.Has("json")) {
    context.console.out << ToJson(indicator);
    return ExitCode::kDone;
  }
  v1::GetTargetRequest get_target;
  get_target.set_indicator(name);
  if (arguments.Has("as-of")) *get_target.mutable_as_of() = as_of;
  const auto target = context.connections.Call<v1::Target>(get_target);
  if (!target.ok() && target.status().code() != absl::StatusCode::kNotFound) {
    return target.status();
  }
  const std::string language = arguments.Get("language");
  const int width = context.console.width;
  context.console.Print(absl::StrCat(
      Describe(indicator, language, width),
      LabelledLine("target",
                   target.ok() ? Describe(*target, StyleOfTargets({&*target}, indicator.decimals(),
                                                                  language))
                               : "none",
                   width),
      LabelledLine(
          "revision",
          absl::StrCat(indicator.revision(), ", ", TimeText(indicator.update_time()), " UTC"),
          width)));
  return ExitCode::kDone;
}

}  // namespace

Command IndicatorCommand() {
  return {
      {.name = "indicator",
       .operands = "INDICATOR",
       .summary = "Show what an indicator measures, and its target",
       .about = "INDICATOR is gob/headcount, institutions/gob/indicators/headcount, or headcount\n"
                "alone where there is one institution.\n",
       .min_operands = 1,
       .max_operands = 1,
       .flags = {kInstitutionFlag, kLanguageFlag, kAsOfFlag, kJsonFlag}},
      ShowIndicator};
}

}  // namespace athena::athenactl
