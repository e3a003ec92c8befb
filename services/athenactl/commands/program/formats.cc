#include "services/athenactl/commands/commands.h"

namespace athena::athenactl {
namespace {

// Its help says it all.
absl::StatusOr<ExitCode> PrintFormats(Context& context, const Arguments& arguments) {
  const absl::StatusOr<std::string> help = context.command_line.Help(arguments.command());
  if (!help.ok()) return help.status();
  context.console.out << *help;
  return ExitCode::kDone;
}

}  // namespace

Command FormatsCommand() {
  return {
      {.name = "formats",
       .operands = "",
       .summary = "Show how files of observations are written",
       .about = "Text in UTF-8. The first line names the columns, in any order and case:\n"
                "indicator, period, value, where needed status, comment and retract, and every\n"
                "other one is a dimension.\n"
                "  indicator,period,unit,value,status,comment,retract\n"
                "  headcount,2020-Q4,BM,420,,,\n"
                "  headcount,2021-Q1,BM,,O,not received yet,\n"
                "  headcount,2021-Q2,BM,,,,yes\n"
                "status: nothing or A normal, E estimated, P provisional, F forecast; without a\n"
                "value M not applicable, O missing, L not collected, H holiday, Q suppressed.\n"
                "retract: yes takes the cell back. Without a column value, status or comment\n"
                "that part of a cell stays as it is.\n"
                "\n"
                "A file that is written otherwise, KPI;Month;Value with 95,5:\n"
                "  --separator ';' --decimal , --map KPI=indicator --map Month=period\n"
                "or the same in a file that is kept with the export, --dialect FILE.json:\n"
                "  {\"separator\": \";\", \"decimal\": \",\", \"ignore\": [\"Remark\"],\n"
                "   \"columns\": {\"KPI\": \"indicator\", \"Month\": \"period\"}}\n"
                "\n"
                "SDMX-CSV 2.0 is known by its first line:\n"
                "  STRUCTURE,STRUCTURE_ID,ACTION,unit,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT\n"
                "  dataflow,GOB:HEADCOUNT_TOTAL(1.0.0),I,BM,2020-Q4,420,A,\n"
                "STRUCTURE_ID names the indicator: its id in small letters with - for _, here\n"
                "headcount-total, of any agency and version. Other columns are dimensions, or\n"
                "attributes to --ignore. ACTION R sets the whole cell, I what the file has a\n"
                "column for, A and M what the row has; D takes the cell back, and every one that\n"
                "matches where a dimension or TIME_PERIOD is empty (push --allow-delete).\n"},
      PrintFormats};
}

}  // namespace athena::athenactl
