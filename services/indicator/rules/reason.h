#ifndef ATHENA_SERVICES_INDICATOR_RULES_REASON_H_
#define ATHENA_SERVICES_INDICATOR_RULES_REASON_H_

#include <cstdint>
#include <string_view>

namespace athena::indicator {

// Why a period has no value: the first that applies in this order, except that a formula reports
// the fault that it meets first (Formula::Evaluate).
enum class NoValueReason : int8_t {
  kNone,         // there is a value
  kNotReadable,  // the caller may not read the indicator, or there is none
  kNotBegun,     // the period begins after the basis date
  kNotAdditive,  // group aggregation NONE, asked across several series
  kNotDue,       // nothing is present, and nothing is due
  kNoData,       // nothing is present, and nothing expected
  kOverdue,      // semesters and years: due, and nothing is present
  kIncomplete,   // fewer cells are present than the missing policy asks for
  kOperand,      // an operand of the formula has no value; PeriodValue::operand tells which
  kDiv0,         // the formula divides by zero
  kOverflow,     // the magnitude is beyond 1e24
  kTooShort,     // the period is shorter than the indicator's own; precedes all but kNotReadable
};

// "INDICATOR_NOT_READABLE", "NOT_BEGUN", "DIV0" ...; empty for kNone.
std::string_view ReasonCode(NoValueReason reason);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_REASON_H_
