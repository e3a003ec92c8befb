#ifndef ATHENA_SERVICES_INDICATOR_RULES_REASON_H_
#define ATHENA_SERVICES_INDICATOR_RULES_REASON_H_

#include <cstdint>
#include <string_view>

namespace athena::indicator {

// Why there is no value. The first that applies, in this order of precedence, except that a formula
// answers with the fault it meets first (see Formula::Evaluate).
enum class NoValueReason : int8_t {
  kNone,         // there is a value
  kNotReadable,  // the caller may not read the indicator, or there is none
  kNotBegun,     // the period begins after the basis date
  kNotAdditive,  // group aggregation NONE, asked across several series
  kNotDue,       // nothing present, and nothing due before the basis date
  kNoData,       // nothing present and nothing expected
  kOverdue,      // semesters and years: nothing present though due
  kIncomplete,   // less present than the missing policy asks for
  kOperand,      // a formula's operand has no value; the result names it
  kDiv0,         // a formula divides by zero
  kOverflow,     // beyond 1e24
  kTooShort,     // the period is shorter than the indicator's own; before all but kNotReadable
};

// "INDICATOR_NOT_READABLE", "NOT_BEGUN", "DIV0" ...; empty for kNone.
std::string_view ReasonCode(NoValueReason reason);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_REASON_H_
