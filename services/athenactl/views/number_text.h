#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_NUMBER_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_NUMBER_TEXT_H_

#include <optional>
#include <string>
#include <vector>

#include "athena/common/v1/values.pb.h"
#include "libs/decimal/decimal.h"

// Values, targets, red flags and gaps as people read them: whatever prints them takes the numbers
// that stand together, lets DecimalsThatTellApart (libs/decimal/number_format.h) choose the
// decimals, and prints all of them with these. JSON and CSV have the exact numbers instead. Pure
// and thread-safe.
namespace athena::athenactl {

// How numbers are written: with so many decimals, in a language (BCP-47; empty: English).
struct NumberStyle {
  int decimals = 0;
  std::string language;
};

// Adds the number where there is one.
void Collect(bool has, const athena::common::v1::Number& number, std::vector<Decimal>* numbers);
void Collect(bool has, double number, std::vector<Decimal>* numbers);

// "1,234.50".
std::string Fixed(const athena::common::v1::Number& number, const NumberStyle& style);
std::string Fixed(double number, const NumberStyle& style);
// With a sign before what is printed as more than 0: "+4.2".
std::string Signed(const athena::common::v1::Number& number, const NumberStyle& style);

// "12,5 %" in Dutch, exactly; empty for what is no number of the contracts.
std::string PercentText(double percent, const std::string& language);
// An amount of money in euros, exactly; nullopt for one that is too large.
std::optional<Decimal> EurosOf(const athena::common::v1::Money& money);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_NUMBER_TEXT_H_
