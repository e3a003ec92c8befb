#include "services/athenactl/commands/commands.h"

namespace athena::athenactl {
namespace {

// Its help says it all.
absl::StatusOr<ExitCode> PrintTopic(Context& context, const Arguments& arguments) {
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
      PrintTopic};
}

Command SpreadsheetsCommand() {
  return {
      {.name = "spreadsheets",
       .operands = "",
       .summary = "Show how resources are edited in spreadsheets",
       .about = "Plans, elements, units, indicators, risks, processes, budget lines, decisions\n"
                "and progress reports are entered and edited in XLSX, or in CSV alike.\n"
                "  athenactl export elements gob/PLAN plan.xlsx\n"
                "  athenactl import elements plan.xlsx --dry-run\n"
                "  athenactl import elements plan.xlsx --reason \"budget talks\"\n"
                "An export without rows shows the columns. A row needs a name, gob/units/hr or\n"
                "gob/plans/PLAN/elements/ID, which you choose: small letters, digits and -. New\n"
                "elements need kind (axis, objective, action), code and title, which has a\n"
                "column for each language, as title.nl. Leave etag and revision as they are, in\n"
                "new rows empty.\n"
                "owner_unit takes the id of a unit, parent_element the code of a row or an id;\n"
                "elsewhere write the name: gob/plans/PLAN/elements/ID. Dates are date cells, or\n"
                "2024-12-31; in CSV only that. A percentage is the number, 35. A word that no\n"
                "field takes is refused with those that it takes.\n"
                "Milestones, shares of a budget line and so on are rows of other sheets: name,\n"
                "position and the rest. A row without position is new; one with name and\n"
                "position alone removes what is there. Rows that are left out stay as they are:\n"
                "athenactl delete removes what was entered by mistake.\n"
                "A file is stored whole or not at all.\n"
                "Progress reports of a whole plan have elements/- in the place of one element:\n"
                "  athenactl export progress-reports gob/plans/PLAN/elements/- r.xlsx\n"
                "A plan is a draft until athenactl activate puts it in force. Elements go on by\n"
                "their state: planned, in progress, completed (with completed_on).\n"
                "Amounts of budget lines come from CSV: athenactl amounts --help.\n",
       .named_only = true},
      PrintTopic};
}

}  // namespace athena::athenactl
