#include "services/indicator/rules/reason.h"

namespace athena::indicator {

std::string_view ReasonCode(NoValueReason reason) {
  switch (reason) {
    case NoValueReason::kNone:
      return "";
    case NoValueReason::kNotReadable:
      return "INDICATOR_NOT_READABLE";
    case NoValueReason::kNotBegun:
      return "NOT_BEGUN";
    case NoValueReason::kNotAdditive:
      return "NOT_ADDITIVE";
    case NoValueReason::kNotDue:
      return "NOT_DUE";
    case NoValueReason::kNoData:
      return "NO_DATA";
    case NoValueReason::kOverdue:
      return "OVERDUE";
    case NoValueReason::kIncomplete:
      return "INCOMPLETE";
    case NoValueReason::kOperand:
      return "OPERAND";
    case NoValueReason::kDiv0:
      return "DIV0";
    case NoValueReason::kOverflow:
      return "OVERFLOW";
    case NoValueReason::kTooShort:
      return "PERIOD_TOO_SHORT";
    case NoValueReason::kNoCommonCells:
      return "NO_COMMON_CELLS";
    case NoValueReason::kWithheld:
      return "WITHHELD";
  }
  return "";
}

}  // namespace athena::indicator
