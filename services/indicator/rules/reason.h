#ifndef ATHENA_SERVICES_INDICATOR_RULES_REASON_H_
#define ATHENA_SERVICES_INDICATOR_RULES_REASON_H_

#include <cstdint>
#include <string_view>

namespace athena::indicator {

// Why a period has no value. Which one is given where several apply: Aggregate, EvaluateFormula.
enum class NoValueReason : int8_t {
  kNone,           // there is a value
  kNotReadable,    // the caller may not read the indicator, or there is none
  kNotBegun,       // the period begins after the basis date
  kNotAdditive,    // group aggregation NONE, and several series are expected
  kNotDue,         // nothing is judged or read yet
  kNoData,         // nothing is expected
  kOverdue,        // due, and no cell has answered
  kIncomplete,     // fewer cells are present than the missing policy asks for
  kOperand,        // an operand of the formula has no value; PeriodValue::operand tells which
  kDiv0,           // the formula divides by zero
  kOverflow,       // the magnitude is beyond 1e24
  kTooShort,       // the period is shorter than the indicator's own
  kNoCommonCells,  // the operands of the formula have no cell in common
  kWithheld,       // it would show persons to a caller who may not see them (disclosure/release.h)
};

// "INDICATOR_NOT_READABLE", "NOT_BEGUN", "DIV0" ...; empty for kNone.
std::string_view ReasonCode(NoValueReason reason);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_REASON_H_
