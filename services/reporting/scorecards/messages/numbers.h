#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_NUMBERS_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_NUMBERS_H_

#include <optional>

#include "athena/common/v1/values.pb.h"
#include "libs/decimal/decimal.h"

// Exact decimals in messages. Pure and thread-safe.
namespace athena::reporting {

inline common::v1::Number NumberOf(Decimal decimal) {
  common::v1::Number number;
  number.set_value(decimal.ToDouble());
  number.set_decimal(decimal.ToString());
  return number;
}

// Sets the field where there is a number.
template <typename Message>
void Put(const std::optional<Decimal>& number, Message* message,
         common::v1::Number* (Message::*mutable_field)()) {
  if (number.has_value()) *(message->*mutable_field)() = NumberOf(*number);
}

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_NUMBERS_H_
