#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/target_file.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/files/text/text_source.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/sending/setting_targets.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/indicator_text.h"
#include "services/athenactl/views/refusals.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

absl::StatusOr<ExitCode> SetFromFile(Context& context, const Arguments& arguments) {
  const std::string& path = arguments.operands()[1];
  ATHENA_ASSIGN_OR_RETURN(const auto institution,
                          ResolveInstitution(context.connections, arguments, ""));
  ATHENA_ASSIGN_OR_RETURN(const Dialect dialect, ReadDialect(arguments));
  ATHENA_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
  const absl::StatusOr<TargetFile> file = ReadTargets(source, dialect, institution, [&] {
    return DimensionIdsOrNone(context.connections, institution);
  });
  if (!file.ok()) return At(path, file.status());
  if (!file->refused.empty()) {
    PrintRefusals(path, file->refused, context.console.err);
    context.console.err << "athenactl: no target was set: "
                        << Counted(LinesOf(file->refused), "row", "rows") << " of "
                        << Grouped(file->rows) << " refused\n";
    return ExitCode::kRowsRefused;
  }
  std::vector<TargetToSet> targets;
  for (const FileTarget& target : file->targets) targets.push_back({target.target, target.label});
  const bool dry_run = arguments.Has("dry-run");
  const std::string reason =
      arguments.Has("reason") ? arguments.Get("reason") : "athenactl targets set";
  const auto set = SetTargets(context.connections, institution, targets, {reason, true, dry_run});
  if (!set.ok()) return At(path, set.status());
  for (const std::string& change : set->changes) {
    context.console.out << "  " << Printable(change) << "\n";
  }
  context.console.out << Printable(path) << ": "
                      << Counted(static_cast<int64_t>(targets.size()), "target", "targets") << ": "
                      << Grouped(set->created) << " new, " << Grouped(set->updated) << " changed, "
                      << Grouped(set->unchanged) << " unchanged\n";
  if (dry_run) context.console.out << "  nothing was set (--dry-run)\n";
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> ShowTargets(Context& context, const Arguments& arguments) {
  if (arguments.operands().size() == 2) {
    if (arguments.operands()[0] == "set") return SetFromFile(context, arguments);
    return Misused("want targets INDICATOR, or targets set FILE.csv; see athenactl targets --help");
  }
  v1::ListTargetVersionsRequest request;
  ATHENA_ASSIGN_OR_RETURN(const auto slice, ReadSlice(arguments));
  *request.mutable_slice() = slice;
  ATHENA_ASSIGN_OR_RETURN(
      const auto name, ResolveIndicator(context.connections, arguments, arguments.operands()[0]));
  ResolveDimensions(context.connections, InstitutionOf(name), request.mutable_slice());
  ATHENA_ASSIGN_OR_RETURN(const auto as_of, ReadAsOf(arguments.Get("as-of"), [&] {
                            return TimeZoneOf(context.connections, InstitutionOf(name));
                          }));
  if (arguments.Has("as-of")) *request.mutable_as_of() = as_of;
  request.set_indicator(name);
  ATHENA_ASSIGN_OR_RETURN(const auto listed,
                          context.connections.Call<v1::ListTargetVersionsResponse>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(listed);
    return ExitCode::kDone;
  }
  Table table({{"VERSION", true},
               {"SINCE"},
               {"BY"},
               {.heading = "REASON", .wraps = true},
               {.heading = "TARGET", .wraps = true}});
  v1::GetIndicatorRequest get;
  get.set_name(name);
  if (arguments.Has("as-of")) *get.mutable_as_of() = as_of;
  ATHENA_ASSIGN_OR_RETURN(const auto indicator, context.connections.Call<v1::Indicator>(get));
  std::vector<const v1::Target*> versions;
  for (const v1::Target& target : listed.targets()) versions.push_back(&target);
  const NumberStyle style =
      StyleOfTargets(versions, indicator.decimals(), arguments.Get("language"));
  for (const v1::Target& target : listed.targets()) {
    const bool declared = target.version() == 0;
    table.Add({declared ? "declared" : absl::StrCat(target.version()), TimeText(target.set_time()),
               target.set_by(), target.reason(), Describe(target, style)});
  }
  context.console.Print(table.empty() ? absl::StrCat(name, " has no target there.\n")
                                      : table.Text(context.console.width, context.console.colour));
  return ExitCode::kDone;
}

std::vector<FlagSpec> TargetsFlags() {
  std::vector<FlagSpec> flags = {{"dry-run", "", "set: say what would change, set nothing"},
                                 {"reason", "TEXT", "set: why, for those who read the versions"},
                                 kSliceFlag,
                                 kInstitutionFlag,
                                 kLanguageFlag,
                                 kAsOfFlag,
                                 kJsonFlag};
  for (const FlagSpec& flag : DialectFlags()) flags.push_back(flag);
  return flags;
}

}  // namespace

Command TargetsCommand() {
  return {
      {.name = "targets",
       .operands = "INDICATOR | set FILE.csv",
       .summary = "List the versions of a target, or set targets from a file",
       .about = "The last version is in force. Times are in UTC. Numbers have the indicator's\n"
                "decimals, and more where they would look alike; --json has them exactly.\n"
                "\n"
                "A file has a row for each anchor; those of an indicator and slice are a target:\n"
                "  indicator,period,unit,kind,value,margin,interpolation\n"
                "  headcount,2020-Q4,BM,baseline,420,,\n"
                "  headcount,2022-Q4,BM,,440,10,linear\n"
                "  headcount,2024-Q4,BM,,450,,\n"
                "kind: baseline says where it stood before; anchor or nothing what is aimed at.\n"
                "value: the target; for a range low and high instead.\n"
                "Where red begins: margin or tolerance, or red (low and high: red_low and\n"
                "red_high) in every row.\n"
                "interpolation: linear or step. quarter_profile: 0.2/0.3/0.3/0.2.\n"
                "These, margin and tolerance stand in any row of a target; several must agree.\n"
                "slice: unit=BM;sex=F; or a column for each dimension, as here.\n"
                "Targets that are there as the file says are left alone; others get a new\n"
                "version, up to 1,000 of them all or none. A dry run compares, and leaves out\n"
                "the checks that only setting makes.\n",
       .min_operands = 1,
       .max_operands = 2,
       .flags = TargetsFlags(),
       .named_only = true},
      ShowTargets};
}

}  // namespace athena::athenactl
