#ifndef ATHENA_SERVICES_INDICATOR_RULES_FORMULA_VALUE_H_
#define ATHENA_SERVICES_INDICATOR_RULES_FORMULA_VALUE_H_

#include <vector>

#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/indicator/rules/aggregation.h"
#include "services/indicator/rules/formula.h"

// How the values of operands become the value of a FORMULA; aggregation.h has the words. All
// functions are pure.
namespace athena::indicator {

// A formula's definition as far as its evaluation needs it.
struct FormulaRule {
  // An operand, BASE or FORMULA. The frequency is that of its sub-periods.
  struct OperandRule {
    Frequency frequency = Frequency::kDay;
    bool flow = false;
  };

  const Formula* formula = nullptr;
  bool flow = false;
  MissingPolicy missing = MissingPolicy::kPartial;
  Decimal min_coverage = kDefaultMinCoverage;
  std::vector<OperandRule> operands;  // in the order of Formula::operands()
  // COMMON_CELLS: groups of two or more operands (indexes) that are BASE, stand outside coalesce,
  // have one frequency and leave the same dimensions open.
  absl::Span<const std::vector<int>> aligned;
};

// Reads the operands of one formula, by their index, over the range that the formula is evaluated
// for. References stay valid while the formula is evaluated.
class OperandReader {
 public:
  virtual ~OperandReader() = default;
  // The operand over the sub-periods that the formula may use.
  virtual const Reading& Own(int operand) = 0;
  // The operand over those sub-periods of them that lie in `judged`.
  virtual const Reading& Over(int operand, const SubPeriodSet& judged) = 0;
  // The operand's rule and cells; of operands that are `aligned`.
  virtual AlignedOperand Align(int operand) = 0;
};

// The value of a formula on `date`. `range` has the sub-periods of its coarsest operand, of which
// only those that are `allowed` count (null: all). `last_is_due`: whether the last period that is
// asked for is over and due by the formula's own delay.
//
// Operands are aggregated first, then the expression is evaluated:
//  - A FLOW formula uses the sub-periods that are judged in every operand. A LEVEL formula reads
//    flow operands over those that are judged in all flows; one that mixes flows and levels is
//    NOT_DUE until `last_is_due`. Operands that coalesce replaces have a say in that, too.
//  - Aligned operands are restricted to the cells that all of them have (ReadCommonCells).
//  - Operands without value of their own: an OVERDUE one makes the formula OVERDUE, else a NOT_DUE
//    one NOT_DUE, else a NO_DATA one NO_DATA, else OPERAND. The leftmost of that kind is to blame.
//  - The formula's own missing policy applies to the least coverage of the operands outside
//    coalesce, after restriction.
//  - coalesce replaces an operand that is not expected at all (NO_DATA), or is due and has no cell.
//
// The first of these faults is reported: mixture, operands, nothing judged in all (NOT_DUE), no
// common cell (NO_COMMON_CELLS), operands over what is judged, INCOMPLETE, then those of the
// expression (DIV0, OVERFLOW).
Reading EvaluateFormula(const FormulaRule& rule, const PeriodRange& range,
                        const SubPeriodSet* allowed, bool last_is_due, absl::CivilDay date,
                        OperandReader& operands);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_FORMULA_VALUE_H_
