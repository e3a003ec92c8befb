#include "services/reporting/exports/data_tables.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "libs/fields/fields.h"

namespace athena::reporting {
namespace {

using common::v1::Date;
using common::v1::Number;

DataCell Text(std::string text) { return {std::move(text), DataCell::Kind::kText}; }
DataCell Whole(int64_t number) { return {std::to_string(number), DataCell::Kind::kNumber}; }
DataCell Flag(bool flag) { return Text(flag ? "true" : ""); }
DataCell NumberIf(bool has, const Number& number) {
  return has ? DataCell{number.decimal(), DataCell::Kind::kNumber} : DataCell();
}
DataCell DayIf(bool has, const Date& date) {
  const auto day = has ? fields::DayOf(date) : std::nullopt;
  return day.has_value() ? DataCell{absl::FormatCivilTime(*day), DataCell::Kind::kDay} : DataCell();
}

// What a row is about: a node, a link of it, a milestone of it, or a risk.
struct Row {
  const Exported& exported;
  const v1::ScorecardNode* node = nullptr;
  const v1::ScorecardNode* parent = nullptr;
  int level = 0;
  const v1::ScorecardIndicator* indicator = nullptr;
  const v1::ScorecardMilestone* milestone = nullptr;
  const ExportedRisk* risk = nullptr;
  const v1::UnitScore* unit = nullptr;
};

struct Column {
  std::string_view name;
  DataCell (*cell)(const Row& row);
};
using Columns = absl::Span<const Column>;

// A column of a Number of the node's or the indicator's message.
#define ATHENA_NUMBER(message, field) NumberIf((message).has_##field(), (message).field())

constexpr Column kPlace[] = {
    {"ROW_TYPE",
     [](const Row& row) {
       if (row.indicator != nullptr) return Text("INDICATOR");
       return Text(row.node->code().empty() && row.node->kind() == 0 ? "PLAN" : "ELEMENT");
     }},
    {"PLAN",
     [](const Row& row) {
       const std::string& name = row.exported.card.name();
       return Text(name.substr(0, name.find("/scorecards/")));
     }},
    {"TIME_PERIOD", [](const Row& row) { return Text(row.exported.card.result().period()); }},
    {"NODE", [](const Row& row) { return Text(row.node->name()); }},
    {"PARENT",
     [](const Row& row) { return Text(row.parent == nullptr ? "" : row.parent->name()); }},
    {"LEVEL", [](const Row& row) { return Whole(row.level); }},
    {"CODE", [](const Row& row) { return Text(row.node->code()); }},
    {"TITLE",
     [](const Row& row) {
       return Text(row.indicator != nullptr ? row.indicator->title() : row.node->title());
     }},
};

// What names the node of a milestone.
constexpr Column kKey[] = {kPlace[1], kPlace[2], kPlace[3], kPlace[6]};

constexpr Column kScore[] = {
    {"STATUS",
     [](const Row& row) {
       return Text(
           StatusText(row.indicator != nullptr ? row.indicator->status() : row.node->status()));
     }},
    {"REASON",
     [](const Row& row) {
       return Text(
           ReasonText(row.indicator != nullptr ? row.indicator->reason() : row.node->reason()));
     }},
    {"SCORE",
     [](const Row& row) {
       return row.indicator != nullptr ? ATHENA_NUMBER(*row.indicator, score)
                                       : ATHENA_NUMBER(*row.node, score);
     }},
    {"COVERAGE",
     [](const Row& row) {
       return row.indicator != nullptr
                  ? ATHENA_NUMBER(row.indicator->period_result().coverage(), share)
                  : ATHENA_NUMBER(row.node->coverage(), share);
     }},
    {"WEIGHT",
     [](const Row& row) {
       return row.indicator != nullptr ? ATHENA_NUMBER(*row.indicator, weight)
                                       : ATHENA_NUMBER(*row.node, weight);
     }},
    {"CRITICAL",
     [](const Row& row) {
       return Flag(row.indicator != nullptr ? row.indicator->critical() : row.node->critical());
     }},
};

// What is compared with the period before, and with that of the year before.
const v1::Trend& Before(const Row& row) {
  return row.indicator != nullptr ? row.indicator->on_period_before()
                                  : row.node->on_quarter_before();
}
const v1::Trend& YearBefore(const Row& row) {
  return row.indicator != nullptr ? row.indicator->on_year_before() : row.node->on_year_before();
}

constexpr Column kTrend[] = {
    {"PERIOD_BEFORE", [](const Row& row) { return ATHENA_NUMBER(Before(row), earlier); }},
    {"PERIOD_BEFORE_CHANGE", [](const Row& row) { return ATHENA_NUMBER(Before(row), change); }},
    {"YEAR_BEFORE", [](const Row& row) { return ATHENA_NUMBER(YearBefore(row), earlier); }},
    {"YEAR_BEFORE_CHANGE", [](const Row& row) { return ATHENA_NUMBER(YearBefore(row), change); }},
};

constexpr Column kNode[] = {
    {"KIND",
     [](const Row& row) {
       const plan::v1::Element::Kind kind = row.node->kind();
       return Text(EnumText(kind, plan::v1::Element::Kind_Name(kind), "KIND_"));
     }},
    {"OWNER_UNIT", [](const Row& row) { return Text(row.node->owner_unit()); }},
    {"LEAD", [](const Row& row) { return Text(row.node->lead()); }},
    {"START_DATE",
     [](const Row& row) { return DayIf(row.node->has_start_date(), row.node->start_date()); }},
    {"END_DATE",
     [](const Row& row) { return DayIf(row.node->has_end_date(), row.node->end_date()); }},
    {"END_DATE_AT_ACTIVATION",
     [](const Row& row) {
       return DayIf(row.node->has_end_date_at_activation(), row.node->end_date_at_activation());
     }},
    {"CAPPED",
     [](const Row& row) {
       const auto& caps = row.node->caps();
       return Flag(std::any_of(caps.begin(), caps.end(),
                               [](const v1::StatusCap& cap) { return cap.changed_status(); }));
     }},
    {"DELIVERY_STATUS",
     [](const Row& row) { return Text(StatusText(row.node->delivery().status())); }},
    {"DELIVERY_SCORE", [](const Row& row) { return ATHENA_NUMBER(row.node->delivery(), score); }},
    {"PERCENT_COMPLETE",
     [](const Row& row) { return ATHENA_NUMBER(row.node->delivery(), percent_complete); }},
};

template <typename Get>
DataCell Count(const Row& row, Get get) {
  return row.node->has_milestone_counts() ? Whole(get(row.node->milestone_counts())) : DataCell();
}

constexpr Column kMilestoneCounts[] = {
    {"MILESTONES_DUE",
     [](const Row& row) {
       return Count(row, [](const v1::MilestoneCounts& counts) { return counts.due(); });
     }},
    {"MILESTONES_DONE",
     [](const Row& row) {
       return Count(row, [](const v1::MilestoneCounts& counts) { return counts.done(); });
     }},
    {"MILESTONES_MISSED",
     [](const Row& row) {
       return Count(row, [](const v1::MilestoneCounts& counts) { return counts.missed(); });
     }},
};

constexpr Column kBudget[] = {
    {"BUDGET_YEAR",
     [](const Row& row) {
       return row.node->has_budget() ? Whole(row.node->budget().year()) : DataCell();
     }},
    {"COMMITMENT_INITIAL",
     [](const Row& row) { return ATHENA_NUMBER(row.node->budget(), commitment_initial); }},
    {"COMMITMENT_ADJUSTED",
     [](const Row& row) { return ATHENA_NUMBER(row.node->budget(), commitment_adjusted); }},
    {"PAYMENT_INITIAL",
     [](const Row& row) { return ATHENA_NUMBER(row.node->budget(), payment_initial); }},
    {"PAYMENT_ADJUSTED",
     [](const Row& row) { return ATHENA_NUMBER(row.node->budget(), payment_adjusted); }},
    {"COMMITTED", [](const Row& row) { return ATHENA_NUMBER(row.node->budget(), committed); }},
    {"PAID", [](const Row& row) { return ATHENA_NUMBER(row.node->budget(), paid); }},
    {"COMMITMENT_EXECUTION",
     [](const Row& row) { return ATHENA_NUMBER(row.node->budget(), commitment_execution); }},
    {"PAYMENT_EXECUTION",
     [](const Row& row) { return ATHENA_NUMBER(row.node->budget(), payment_execution); }},
};

constexpr Column kNodeRisks[] = {
    {"RISKS_OPEN",
     [](const Row& row) {
       return row.node->has_risks() ? Whole(row.node->risks().open()) : DataCell();
     }},
    {"RISK_HIGHEST_SCORE",
     [](const Row& row) {
       return row.node->has_risks() ? Whole(row.node->risks().highest_score()) : DataCell();
     }},
};

constexpr Column kReport[] = {
    {"REPORT_QUARTER", [](const Row& row) { return Text(row.node->narrative().quarter()); }},
    {"NARRATIVE", [](const Row& row) { return Text(row.node->narrative().text()); }},
    {"BLOCKERS", [](const Row& row) { return Text(row.node->narrative().blockers()); }},
    {"CORRECTIVE_ACTION",
     [](const Row& row) { return Text(row.node->narrative().corrective_action()); }},
    {"FORECAST_END",
     [](const Row& row) {
       return DayIf(row.node->narrative().has_forecast_end(), row.node->narrative().forecast_end());
     }},
};

const v1::Measurement& Result(const Row& row) { return row.indicator->period_result(); }
const v1::Assessment& Current(const Row& row) { return Result(row).current(); }
const v1::Assessment& Original(const Row& row) { return Result(row).original(); }

constexpr Column kIndicator[] = {
    {"INDICATOR", [](const Row& row) { return Text(row.indicator->indicator()); }},
    {"SLICE", [](const Row& row) { return Text(SliceText(row.indicator->slice())); }},
    {"UNIT_MEASURE", [](const Row& row) { return Text(row.indicator->unit()); }},
    {"DECIMALS",
     [](const Row& row) {
       // Of one that is not readable nothing is known.
       return row.indicator->direction() == 0 ? DataCell() : Whole(row.indicator->decimals());
     }},
    {"DIRECTION",
     [](const Row& row) {
       const auto direction = row.indicator->direction();
       return Text(
           EnumText(direction, v1::ScorecardIndicator::Direction_Name(direction), "DIRECTION_"));
     }},
    {"EVALUATION_PERIOD", [](const Row& row) { return Text(row.indicator->evaluation_period()); }},
    {"SCORED_YEAR_TO_DATE",
     [](const Row& row) { return Flag(row.indicator->scored_year_to_date()); }},
    {"OBS_VALUE", [](const Row& row) { return ATHENA_NUMBER(Result(row), value); }},
    {"PROVISIONAL", [](const Row& row) { return Flag(Result(row).provisional()); }},
    {"TARGET", [](const Row& row) { return ATHENA_NUMBER(Current(row), target); }},
    {"RED_FLAG", [](const Row& row) { return ATHENA_NUMBER(Current(row), red_flag); }},
    {"LOW", [](const Row& row) { return ATHENA_NUMBER(Current(row), low); }},
    {"HIGH", [](const Row& row) { return ATHENA_NUMBER(Current(row), high); }},
    {"RED_LOW", [](const Row& row) { return ATHENA_NUMBER(Current(row), red_low); }},
    {"RED_HIGH", [](const Row& row) { return ATHENA_NUMBER(Current(row), red_high); }},
    {"GAP", [](const Row& row) { return ATHENA_NUMBER(Current(row), gap); }},
    {"ORIGINAL_TARGET", [](const Row& row) { return ATHENA_NUMBER(Original(row), target); }},
    {"ORIGINAL_LOW", [](const Row& row) { return ATHENA_NUMBER(Original(row), low); }},
    {"ORIGINAL_HIGH", [](const Row& row) { return ATHENA_NUMBER(Original(row), high); }},
    {"ORIGINAL_STATUS",
     [](const Row& row) {
       return Text(Result(row).has_original() ? StatusText(Original(row).status()) : "");
     }},
    {"CELLS_PRESENT", [](const Row& row) { return Whole(Result(row).coverage().present()); }},
    {"CELLS_EXPECTED", [](const Row& row) { return Whole(Result(row).coverage().expected()); }},
    {"YTD_VALUE",
     [](const Row& row) { return ATHENA_NUMBER(row.indicator->year_to_date(), value); }},
    {"YTD_TARGET",
     [](const Row& row) { return ATHENA_NUMBER(row.indicator->year_to_date().current(), target); }},
    {"YTD_RED_FLAG",
     [](const Row& row) {
       return ATHENA_NUMBER(row.indicator->year_to_date().current(), red_flag);
     }},
    {"YTD_GAP",
     [](const Row& row) { return ATHENA_NUMBER(row.indicator->year_to_date().current(), gap); }},
    {"BASELINE_PERIOD",
     [](const Row& row) { return Text(row.indicator->detail().baseline_period()); }},
    {"BASELINE", [](const Row& row) { return ATHENA_NUMBER(row.indicator->detail(), baseline); }},
    {"END_TARGET_PERIOD",
     [](const Row& row) { return Text(row.indicator->detail().end_target_period()); }},
    {"END_TARGET",
     [](const Row& row) { return ATHENA_NUMBER(row.indicator->detail(), end_target); }},
    {"PROGRESS", [](const Row& row) { return ATHENA_NUMBER(row.indicator->detail(), progress); }},
    {"PACE", [](const Row& row) { return ATHENA_NUMBER(row.indicator->detail(), pace); }},
    {"GROWTH_CLASS",
     [](const Row& row) {
       const v1::Growth::Class growth = row.indicator->detail().growth().growth_class();
       return Text(EnumText(growth, v1::Growth::Class_Name(growth), "CLASS_"));
     }},
    {"SOURCE_SYSTEM", [](const Row& row) { return Text(row.indicator->detail().source_system()); }},
    {"CAUSE", [](const Row& row) { return Text(row.indicator->narrative().cause()); }},
    {"MEASURE", [](const Row& row) { return Text(row.indicator->narrative().measure()); }},
    {"MEASURE_OWNER", [](const Row& row) { return Text(row.indicator->narrative().owner()); }},
    {"MEASURE_DUE",
     [](const Row& row) {
       return DayIf(row.indicator->narrative().has_due_date(),
                    row.indicator->narrative().due_date());
     }},
};

constexpr Column kBasis[] = {
    {"BASIS_DATE",
     [](const Row& row) {
       return DayIf(row.exported.card.basis().has_date(), row.exported.card.basis().date());
     }},
    {"PLAN_REVISION",
     [](const Row& row) { return Whole(row.exported.card.basis().plan_revision()); }},
};

constexpr Column kMilestone[] = {
    {"MILESTONE", [](const Row& row) { return Text(row.milestone->id()); }},
    {"MILESTONE_TITLE", [](const Row& row) { return Text(row.milestone->title()); }},
    {"MILESTONE_STATE",
     [](const Row& row) {
       const v1::ScorecardMilestone::State state = row.milestone->state();
       return Text(EnumText(state, v1::ScorecardMilestone::State_Name(state), "STATE_"));
     }},
    {"MILESTONE_CRITICAL", [](const Row& row) { return Flag(row.milestone->critical()); }},
    {"DUE_DATE",
     [](const Row& row) {
       return DayIf(row.milestone->has_due_date(), row.milestone->due_date());
     }},
    {"DUE_DATE_AT_ACTIVATION",
     [](const Row& row) {
       return DayIf(row.milestone->has_due_date_at_activation(),
                    row.milestone->due_date_at_activation());
     }},
    {"DONE_DATE",
     [](const Row& row) {
       return DayIf(row.milestone->has_done_date(), row.milestone->done_date());
     }},
    {"WITHDRAWN_ON",
     [](const Row& row) {
       return DayIf(row.milestone->has_withdrawn_on(), row.milestone->withdrawn_on());
     }},
    {"WITHDRAWN_REASON", [](const Row& row) { return Text(row.milestone->withdrawn_reason()); }},
};

DataCell Level(int level) { return level > 0 ? Whole(level) : DataCell(); }

constexpr Column kRisk[] = {
    {"RISK", [](const Row& row) { return Text(row.risk->name); }},
    {"CODE", [](const Row& row) { return Text(row.risk->code); }},
    {"TITLE", [](const Row& row) { return Text(row.risk->title.text); }},
    {"OWNER_UNIT", [](const Row& row) { return Text(row.risk->owner_unit); }},
    {"INHERENT_LIKELIHOOD", [](const Row& row) { return Level(row.risk->inherent_likelihood); }},
    {"INHERENT_IMPACT", [](const Row& row) { return Level(row.risk->inherent_impact); }},
    {"RESIDUAL_LIKELIHOOD", [](const Row& row) { return Level(row.risk->residual_likelihood); }},
    {"RESIDUAL_IMPACT", [](const Row& row) { return Level(row.risk->residual_impact); }},
    {"RISK_SCORE", [](const Row& row) { return Level(row.risk->score); }},
    {"TREATMENT",
     [](const Row& row) {
       const plan::v1::Risk::Treatment treatment = row.risk->treatment;
       return Text(EnumText(treatment, plan::v1::Risk::Treatment_Name(treatment), "TREATMENT_"));
     }},
    {"NEXT_REVIEW",
     [](const Row& row) {
       return DataCell{row.risk->next_review, DataCell::Kind::kDay};
     }},
    {"ELEMENTS", [](const Row& row) { return Text(absl::StrJoin(row.risk->elements, ";")); }},
};

constexpr Column kUnit[] = {
    {"UNIT", [](const Row& row) { return Text(row.unit->unit()); }},
    {"TITLE", [](const Row& row) { return Text(row.unit->title()); }},
    {"STATUS", [](const Row& row) { return Text(StatusText(row.unit->score().status())); }},
    {"REASON", [](const Row& row) { return Text(ReasonText(row.unit->score().reason())); }},
    {"SCORE", [](const Row& row) { return ATHENA_NUMBER(row.unit->score(), score); }},
    {"COVERAGE", [](const Row& row) { return ATHENA_NUMBER(row.unit->score().coverage(), share); }},
    {"CAPPED", [](const Row& row) { return Flag(row.unit->capped()); }},
    {"ACTIONS_GREEN", [](const Row& row) { return Whole(row.unit->action_counts().green()); }},
    {"ACTIONS_AMBER", [](const Row& row) { return Whole(row.unit->action_counts().amber()); }},
    {"ACTIONS_RED", [](const Row& row) { return Whole(row.unit->action_counts().red()); }},
    {"ACTIONS_NO_SCORE",
     [](const Row& row) { return Whole(row.unit->action_counts().no_score()); }},
    {"ACTIONS_NOT_APPLICABLE",
     [](const Row& row) { return Whole(row.unit->action_counts().not_applicable()); }},
};

#undef ATHENA_NUMBER

std::vector<Column> Joined(std::initializer_list<Columns> parts) {
  std::vector<Column> all;
  for (const Columns part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

class Table {
 public:
  Table(std::string name, std::vector<Column> columns) : columns_(std::move(columns)) {
    table_.name = std::move(name);
    for (const Column& column : columns_) table_.columns.push_back(column.name);
  }

  void Add(const Row& row) {
    std::vector<DataCell>& cells = table_.rows.emplace_back();
    cells.reserve(columns_.size());
    for (const Column& column : columns_) cells.push_back(column.cell(row));
  }
  DataTable Take() { return std::move(table_); }

 private:
  const std::vector<Column> columns_;
  DataTable table_;
};

// Columns of nodes as those of any row: empty for indicators. And the other way round.
bool IsOf(Columns columns, std::string_view name) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const Column& column) { return column.name == name; });
}

}  // namespace

DataTable AllRows(const Exported& exported) {
  const std::vector<Column> of_nodes =
      Joined({kNode, kMilestoneCounts, kBudget, kNodeRisks, kReport});
  const std::vector<Column> all = Joined({kPlace, kScore, kTrend, of_nodes, kIndicator, kBasis});
  DataTable table;
  std::vector<bool> node_only;
  std::vector<bool> indicator_only;
  for (const Column& column : all) {
    table.columns.push_back(column.name);
    node_only.push_back(IsOf(of_nodes, column.name));
    indicator_only.push_back(IsOf(kIndicator, column.name));
  }
  const auto add = [&](const Row& row) {
    std::vector<DataCell>& cells = table.rows.emplace_back(all.size());
    for (size_t i = 0; i < all.size(); ++i) {
      const bool other = row.indicator == nullptr ? indicator_only[i] : node_only[i];
      if (!other) cells[i] = all[i].cell(row);
    }
  };
  VisitNodes(exported.card.result().root(),
             [&](const v1::ScorecardNode& node, const v1::ScorecardNode* parent, int level) {
               add({exported, &node, parent, level});
               for (const v1::ScorecardIndicator& indicator : node.indicators()) {
                 add({exported, &node, parent, level, &indicator});
               }
             });
  return table;
}

std::vector<DataTable> TablesOf(const Exported& exported) {
  Table nodes("NODES", Joined({kPlace, kScore, kTrend, kNode, kMilestoneCounts, kNodeRisks, kReport,
                               kBasis}));
  Table indicators("INDICATORS", Joined({kPlace, kScore, kTrend, kIndicator, kBasis}));
  Table milestones("MILESTONES", Joined({kKey, kMilestone}));
  Table units("UNITS", Joined({kUnit}));
  Table risks("RISKS", Joined({kRisk}));
  Table budget("BUDGET", Joined({kPlace, kBudget}));
  VisitNodes(exported.card.result().root(),
             [&](const v1::ScorecardNode& node, const v1::ScorecardNode* parent, int level) {
               const Row row{exported, &node, parent, level};
               nodes.Add(row);
               if (node.has_budget()) budget.Add(row);
               for (const v1::ScorecardIndicator& indicator : node.indicators()) {
                 indicators.Add({exported, &node, parent, level, &indicator});
               }
               for (const v1::ScorecardMilestone& milestone : node.milestones()) {
                 milestones.Add({exported, &node, parent, level, nullptr, &milestone});
               }
             });
  for (const v1::UnitScore& unit : exported.card.result().owner_units()) {
    Row row{exported};
    row.unit = &unit;
    units.Add(row);
  }
  for (const ExportedRisk& risk : exported.risks) {
    Row row{exported};
    row.risk = &risk;
    risks.Add(row);
  }
  return {nodes.Take(),      indicators.Take(), units.Take(),
          milestones.Take(), risks.Take(),      budget.Take()};
}

}  // namespace athena::reporting
