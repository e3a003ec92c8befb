#include "services/reporting/scorecards/scored_plan.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "libs/parallel/parallel_for.h"
#include "libs/status/macros.h"
#include "services/reporting/rules/scoring.h"
#include "services/reporting/scorecards/figures.h"

namespace athena::reporting {
namespace {

// From here on a second thread pays: converting as many takes some milliseconds.
constexpr size_t kManySelections = 1024;
// Selections that are converted between two looks at whether the scorecard is still wanted: about a
// millisecond.
constexpr size_t kSelectionsBetween = 256;

// Scores one quarter, without trends.
absl::StatusOr<std::shared_ptr<ScoredPlan>> ScoreQuarter(Period quarter, absl::CivilDay date,
                                                         std::shared_ptr<const PlanTree> tree,
                                                         std::shared_ptr<const PeriodValues> values,
                                                         const ScoredPlan* known,
                                                         absl::FunctionRef<absl::Status()> go_on) {
  static std::atomic<uint64_t> last_id{0};
  auto scored = std::make_shared<ScoredPlan>();
  scored->id = ++last_id;
  scored->quarter = quarter;
  scored->date = date;
  if (values != nullptr) {
    // Details depend on the plan and on the day.
    if (known != nullptr && (known->values == nullptr || known->tree != tree ||
                             known->date != date || known->quarter != quarter)) {
      known = nullptr;
    }
    const size_t count = values->values.size();
    scored->selections.resize(count);
    scored->details.resize(count);
    ATHENA_RETURN_IF_ERROR(ParallelFor(count, kManySelections, [&](size_t begin, size_t end) {
      MessageConverter convert;
      for (size_t i = begin; i < end; ++i) {
        if ((i - begin) % kSelectionsBetween == 0) {
          ATHENA_RETURN_IF_ERROR(go_on());
        }
        if (known != nullptr && values->definitions[i] == known->values->definitions[i] &&
            values->values[i] == known->values->values[i]) {
          scored->selections[i] = known->selections[i];
          scored->details[i] = known->details[i];
          continue;
        }
        const DefinitionSummary& definition = *values->definitions[i];
        const indicator::v1::PeriodValue& value = *values->values[i];
        scored->selections[i] = convert.InputOf(definition, value);
        scored->details[i] = convert.DetailOf(tree->plan(), std::min(quarter.LastDay(), date),
                                              definition, value, scored->selections[i]);
      }
      return convert.status();
    }));
    for (const auto& definition : values->definitions) scored->bytes += definition->bytes;
    scored->bytes += values->bytes + count * (sizeof(SelectionInput) + sizeof(SelectionDetail));
  }
  MessageConverter convert;
  scored->rules = convert.PlanOf(quarter, date, *tree, scored->selections);
  ATHENA_RETURN_IF_ERROR(convert.status());
  ATHENA_RETURN_IF_ERROR(go_on());
  scored->outcome = Score(scored->rules);
  scored->bytes += BytesOf(tree->parts) + tree->elements.size() * 1024 + tree->keys.size() * 512;
  for (const Element& element : scored->rules.elements) {
    scored->bytes += element.links.size() * (sizeof(Link) + sizeof(LinkOutcome) + 128);
  }
  scored->tree = std::move(tree);
  scored->values = std::move(values);
  return scored;
}

// Compares every selection with the other quarters that were read.
absl::Status AddTrends(absl::FunctionRef<absl::Status()> go_on, ScoredPlan* scored) {
  return ParallelFor(
      scored->selections.size(), kManySelections, [&](size_t begin, size_t end) -> absl::Status {
        MessageConverter convert;
        for (size_t i = begin; i < end; ++i) {
          if ((i - begin) % kSelectionsBetween == 0) {
            ATHENA_RETURN_IF_ERROR(go_on());
          }
          const DefinitionSummary& definition = *scored->values->definitions[i];
          std::vector<SelectionInput> inputs;
          inputs.reserve(scored->read.size());
          std::vector<SelectionValue> earlier;
          for (size_t at = 1; at < scored->read.size(); ++at) {
            const indicator::v1::PeriodValue& message = *scored->read[at]->values[i];
            inputs.push_back(convert.InputOf(definition, message));
            earlier.push_back({message, inputs.back()});
          }
          convert.TrendsInto(definition, {*scored->values->values[i], scored->selections[i]},
                             earlier, &scored->details[i]);
        }
        return convert.status();
      });
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ScoredPlan>> ScorePlan(
    const Quarters& quarters, bool details, absl::CivilDay date,
    std::shared_ptr<const PlanTree> tree, const ValuesByPeriod& values, const ScoredPlan* known,
    absl::FunctionRef<absl::Status()> go_on) {
  const auto values_at = [&](size_t place) { return values.empty() ? nullptr : values.at(place); };
  ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<ScoredPlan> scored,
                          ScoreQuarter(quarters.scored, date, tree, values_at(0), known, go_on));
  scored->read = values;
  for (size_t i = 0; i < quarters.compared.size(); ++i) {
    const Period quarter = quarters.compared[i];
    std::shared_ptr<const ScoredPlan>& compared = scored->compared[quarter];
    if (known != nullptr) {
      const auto found = known->compared.find(quarter);
      if (found != known->compared.end()) compared = found->second;
    }
    const bool same = compared != nullptr && compared->tree == tree &&
                      compared->values == values_at(i + 1) && compared->date == date;
    if (!same) {
      ATHENA_ASSIGN_OR_RETURN(
          compared, ScoreQuarter(quarter, date, tree, values_at(i + 1), compared.get(), go_on));
    }
    scored->bytes += compared->bytes;
  }
  if (details) {
    ATHENA_RETURN_IF_ERROR(AddTrends(go_on, scored.get()));
    ATHENA_ASSIGN_OR_RETURN(Figures figures, FiguresOf(*scored));
    scored->figures = std::make_shared<const Figures>(std::move(figures));
    scored->bytes += tree->elements.size() * (sizeof(NodeBudget) + sizeof(RiskFigures));
  }
  return scored;
}

}  // namespace athena::reporting
