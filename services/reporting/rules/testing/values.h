#ifndef ATHENA_SERVICES_REPORTING_RULES_TESTING_VALUES_H_
#define ATHENA_SERVICES_REPORTING_RULES_TESTING_VALUES_H_

#include <optional>
#include <string>
#include <string_view>

#include "libs/decimal/decimal.h"
#include "services/reporting/rules/judgement.h"

// Decimals and thresholds, written and read as texts.
namespace athena::reporting {

inline Decimal D(std::string_view text) { return Decimal::Parse(text).value(); }

inline std::string Text(const std::optional<Decimal>& number) {
  return number.has_value() ? number->ToString() : "none";
}

inline Thresholds Target(std::string_view target, std::string_view red,
                         Direction direction = Direction::kHigher) {
  Thresholds t;
  t.direction = direction;
  t.target = D(target);
  t.red = D(red);
  return t;
}

inline Thresholds Range(std::string_view red_low, std::string_view low, std::string_view high,
                        std::string_view red_high) {
  Thresholds t;
  t.direction = Direction::kRange;
  t.red_low = D(red_low);
  t.low = D(low);
  t.high = D(high);
  t.red_high = D(red_high);
  return t;
}

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_TESTING_VALUES_H_
