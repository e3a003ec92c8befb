#include "services/reporting/exports/observations/behind.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/reporting/errors.h"
#include "services/reporting/limits.h"
#include "services/reporting/rules/explanation/operands.h"

namespace athena::reporting {
namespace {

using indicator::v1::Indicator;
using indicator::v1::QueryPeriodValuesRequest;
using indicator::v1::SelectionDefinition;

// An indicator to look at.
struct Source {
  std::string indicator;  // resource name
  CellSlice slice;
  // The slice of the formula that it is an operand of: it applies where the indicator has the
  // dimension and does not fix it.
  CellSlice inherited;
  Period first;  // quarter

  friend auto operator<=>(const Source& a, const Source& b) = default;
};

struct Definition {
  bool is_readable = false;
  Indicator::Kind kind = Indicator::KIND_UNSPECIFIED;
  std::string formula;
  std::vector<std::string> dimensions;
};

// The first quarter whose cells count: that in which the evaluation period begins, or the year's.
Period FirstQuarter(Period quarter, const std::string& evaluation_period) {
  const Period of_year = Period::Quarter(static_cast<int>(quarter.FirstDay().year()), 1);
  const absl::StatusOr<Period> evaluated = Period::Parse(evaluation_period);
  if (!evaluated.ok() || evaluated->frequency() < Frequency::kQuarter) return of_year;
  return std::min(of_year, evaluated->FirstSubPeriod(Frequency::kQuarter));
}

class BehindReader {
 public:
  BehindReader(const Dependencies& dependencies, const rpc::Call& call, const ScoredPlan& plan,
               const v1::Basis& basis, const std::string& scorecard)
      : dependencies_(dependencies), call_(call), plan_(plan), scorecard_(scorecard) {
    behind_.basis = basis;
  }

  absl::StatusOr<CellsBehind> Read(int root) {
    std::set<Source> level;
    AddLinks(root, &level);
    while (!level.empty()) {
      ATHENA_RETURN_IF_ERROR(ReadDefinitions(level));
      std::set<Source> next;
      for (const Source& source : level) {
        if (!seen_.insert(source).second) continue;
        if (seen_.size() > kMaxSelections) return TooManyIndicators(scorecard_, seen_.size());
        Take(source, &next);
      }
      level = std::move(next);
    }
    return std::move(behind_);
  }

 private:
  // The links of an element (-1: the plan) and of those below it.
  void AddLinks(int node, std::set<Source>* level) {
    const NodeOutcome& outcome = node < 0 ? plan_.outcome.plan : plan_.outcome.elements[node];
    if (node >= 0) {
      const plan::v1::Element& element = *plan_.tree->elements[node];
      for (int i = 0; i < element.indicators_size(); ++i) {
        const plan::v1::IndicatorLink& link = element.indicators(i);
        if (plan_.rules.elements[node].links[i].period.reason == Reason::kNotReadable) {
          behind_.withheld.insert(link.indicator());
          continue;
        }
        const int selection = plan_.tree->links[node][i];
        Source source;
        source.indicator = link.indicator();
        source.slice.insert(link.slice().begin(), link.slice().end());
        source.first = FirstQuarter(plan_.quarter, plan_.values->values[selection]->period());
        level->insert(std::move(source));
      }
    }
    for (const int child : outcome.children) AddLinks(child, level);
  }

  // Of the indicators that are not known yet.
  absl::Status ReadDefinitions(const std::set<Source>& level) {
    std::vector<std::string> wanted;
    for (const Source& source : level) {
      if (definitions_.try_emplace(source.indicator).second) wanted.push_back(source.indicator);
    }
    if (definitions_.size() > kMaxSelections) {
      return TooManyIndicators(scorecard_, definitions_.size());
    }
    if (wanted.empty()) return absl::OkStatus();
    QueryPeriodValuesRequest request;
    for (const std::string& name : wanted) request.add_selections()->set_indicator(name);
    request.add_periods(plan_.quarter.ToString());
    *request.mutable_basis_date() = behind_.basis.date();
    *request.mutable_revisions()->mutable_revisions() = behind_.basis.indicator_revisions();
    *request.mutable_revisions()->mutable_lineages() = behind_.basis.indicator_lineages();
    const std::unique_ptr<Pending<ValuesPart>> pending =
        dependencies_.ReadValues(call_, std::make_shared<const std::string>(), request);
    ATHENA_ASSIGN_OR_RETURN(const Parts<ValuesPart> parts, pending->Await());
    for (const auto& part : parts) {
      for (const SelectionDefinition& answer : (*part)->definitions()) {
        const auto at = static_cast<size_t>(answer.selection());
        if (at >= wanted.size() || !answer.has_indicator()) continue;
        Definition& definition = definitions_[wanted[at]];
        definition.is_readable = true;
        definition.kind = answer.indicator().kind();
        definition.formula = answer.indicator().formula();
        for (const indicator::v1::Dimension& dimension : answer.indicator().dimensions()) {
          definition.dimensions.push_back(dimension.id());
        }
      }
    }
    return absl::OkStatus();
  }

  // Takes the cells of a base indicator, or the operands of a formula.
  void Take(const Source& source, std::set<Source>* next) {
    const Definition& definition = definitions_.at(source.indicator);
    if (!definition.is_readable) {
      behind_.withheld.insert(source.indicator);
      return;
    }
    CellSlice slice = source.slice;
    for (const std::string& dimension : definition.dimensions) {
      const auto inherited = source.inherited.find(dimension);
      if (inherited != source.inherited.end()) slice.insert(*inherited);
    }
    if (definition.kind != Indicator::KIND_FORMULA) {
      IndicatorCells& cells = behind_.indicators[source.indicator];
      const bool is_new = cells.slices.empty();
      cells.dimensions = definition.dimensions;
      cells.slices.insert(slice);
      cells.first = is_new ? source.first : std::min(cells.first, source.first);
      cells.last = plan_.quarter;
      return;
    }
    CellSlice inherited = source.inherited;
    for (const auto& [dimension, code] : slice) inherited[dimension] = code;
    const std::string institution =
        source.indicator.substr(0, source.indicator.find("/indicators/"));
    for (const FormulaOperand& operand : OperandsOf(definition.formula)) {
      next->insert({absl::StrCat(institution, "/indicators/", operand.indicator), operand.slice,
                    inherited, source.first});
    }
  }

  const Dependencies& dependencies_;
  const rpc::Call& call_;
  const ScoredPlan& plan_;
  const std::string scorecard_;
  CellsBehind behind_;
  std::map<std::string, Definition> definitions_;  // by resource name
  std::set<Source> seen_;
};

}  // namespace

absl::StatusOr<CellsBehind> ReadBehind(const Dependencies& dependencies, const rpc::Call& call,
                                       const ScoredPlan& plan, const v1::Basis& basis,
                                       const ObservationsRequest& request) {
  ATHENA_ASSIGN_OR_RETURN(const int root, NodeOf(*plan.tree, request.element));
  return BehindReader(dependencies, call, plan, basis, request.name).Read(root);
}

}  // namespace athena::reporting
