#ifndef ATHENA_SERVICES_ATHENACTL_TERMINAL_PAINT_H_
#define ATHENA_SERVICES_ATHENACTL_TERMINAL_PAINT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Colours, bars and sparklines. Pure and thread-safe.
namespace athena::athenactl {

enum class Ink { kPlain, kGreen, kAmber, kRed, kFaint, kBold };

// The text in a colour, for a terminal; unchanged when `colour` is false. Colour only repeats what
// the text says.
std::string Paint(std::string_view text, Ink ink, bool colour);

// A bar of `columns` for a share of 100, in eighths of a column: "███████▌··".
std::string Bar(double percent, int columns);

// A column for each value of 0 to 100, "▁▃▅█"; "·" where there is none.
std::string Sparkline(const std::vector<std::optional<double>>& percents);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_TERMINAL_PAINT_H_
