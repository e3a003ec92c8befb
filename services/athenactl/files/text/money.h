#ifndef ATHENA_SERVICES_ATHENACTL_FILES_TEXT_MONEY_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_TEXT_MONEY_H_

#include <optional>
#include <string>
#include <string_view>

#include "athena/common/v1/values.pb.h"
#include "services/athenactl/files/text/dialect.h"

// Exact amounts of money as text. Pure and thread-safe.
namespace athena::athenactl {

// The euros of a text as the dialect writes numbers, "-1.75"; nullopt when it is none, has more
// than nine decimals, or is above 10^15.
std::optional<common::v1::Money> ReadMoney(const Dialect& dialect, std::string_view text);
// "-1.75"; exact, without zeros at the end.
std::string MoneyText(const common::v1::Money& money);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_TEXT_MONEY_H_
