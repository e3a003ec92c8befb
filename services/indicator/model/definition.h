#ifndef ATHENA_SERVICES_INDICATOR_MODEL_DEFINITION_H_
#define ATHENA_SERVICES_INDICATOR_MODEL_DEFINITION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator.pb.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/indicator/rules/aggregation.h"
#include "services/indicator/rules/formula.h"
#include "services/indicator/rules/trajectory.h"

namespace athena::indicator {

enum class Kind : int8_t { kBase, kFormula };
enum class OperandAlignment : int8_t { kCommonCells, kIndependent };

// A dimension and its code list.
struct Dimension {
  std::string id;
  std::vector<std::string> codes;                      // in the order of the definition
  absl::flat_hash_map<std::string, int32_t> position;  // of each code in `codes`
  bool every_code_expected = false;
};

// The largest plausible change from one period to the next.
struct ChangeBound {
  Decimal most;
  bool refuse = true;  // what changes more; else it is flagged
};

// What restricted readers may see of a PERSONAL indicator.
struct DisclosureRule {
  std::vector<size_t> dimensions;  // that may be shown: places in Definition::dimensions, ascending
  Decimal threshold;               // the smallest count above 0 that is shown
};

// A version of an indicator, read once from its message and used often: enums of the rules instead
// of the wire's, defaults filled in, code lists as tables, the formula parsed. Immutable once made.
struct Definition {
  std::string id;
  int64_t revision = 0;  // at which it got this content
  Kind kind = Kind::kBase;
  bool retired = false;
  Frequency frequency = Frequency::kQuarter;
  Direction direction = Direction::kHigher;
  Measure measure = Measure::kLevel;
  // From which period on it is expected, and how many days after a period its values are due, where
  // the definition says so.
  std::optional<Period> expected_from;
  std::optional<int> reporting_delay_days;

  // BASE.
  std::vector<Dimension> dimensions;
  std::optional<double> min_value;
  std::optional<double> max_value;
  std::optional<ChangeBound> max_change;
  // What the definition says of aggregation; of a FORMULA the missing policy alone. Left at their
  // defaults: expected_combinations, which depend on the slice, and expected_from where the
  // definition has none, since its default comes from the targets.
  AggregationRule rule;
  std::optional<DisclosureRule> disclosure;  // PERSONAL only; unset: nothing is shown

  // FORMULA.
  std::optional<Formula> formula;
  OperandAlignment alignment = OperandAlignment::kCommonCells;

  v1::Indicator message;  // as it is stored, output fields included

  // Whether observations can be pushed to it.
  bool TakesObservations() const { return kind == Kind::kBase && !retired; }
  // Whether restricted readers see as much of it as `disclosure` says, and no observation.
  bool IsPersonal() const {
    return message.classification() == v1::Indicator::CLASSIFICATION_PERSONAL;
  }
  // Whether `disclosure` lets restricted readers see a dimension.
  bool Discloses(std::string_view dimension) const;
  // The place of a dimension; nullopt when it has none of that id.
  std::optional<size_t> DimensionAt(std::string_view dimension) const;
};

// Reads a stored indicator. INTERNAL when it is not what CreateIndicator and UpdateIndicator let
// through.
absl::StatusOr<Definition> ReadDefinition(v1::Indicator message);

// The rules' word for the wire's; nullopt for UNSPECIFIED and for numbers that the wire does not
// have.
std::optional<Frequency> FrequencyOf(v1::Indicator::Frequency frequency);
std::optional<TimeAggregation> TimeAggregationOf(v1::Indicator::TimeAggregation aggregation);
std::optional<GroupAggregation> GroupAggregationOf(v1::Indicator::GroupAggregation aggregation);
std::optional<Direction> DirectionOf(v1::Indicator::Direction direction);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_MODEL_DEFINITION_H_
