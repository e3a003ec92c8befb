#include "services/athenactl/terminal/paint.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace athena::athenactl {
namespace {

constexpr std::array<std::string_view, 8> kEighthsAcross = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
constexpr std::array<std::string_view, 8> kEighthsUp = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view kNothing = "·";

std::string_view Code(Ink ink) {
  switch (ink) {
    case Ink::kGreen:
      return "\x1b[32m";
    case Ink::kAmber:
      return "\x1b[33m";
    case Ink::kRed:
      return "\x1b[31m";
    case Ink::kFaint:
      return "\x1b[2m";
    case Ink::kBold:
      return "\x1b[1m";
    case Ink::kPlain:
      break;
  }
  return "";
}

}  // namespace

std::string Paint(std::string_view text, Ink ink, bool colour) {
  if (!colour || ink == Ink::kPlain || text.empty()) return std::string(text);
  return std::string(Code(ink)) + std::string(text) + "\x1b[0m";
}

std::string Bar(double percent, int columns) {
  const int eighths =
      static_cast<int>(std::lround(std::clamp(percent, 0.0, 100.0) / 100 * 8 * columns));
  std::string bar;
  for (int at = 0; at < eighths / 8; ++at) bar += "█";
  bar += kEighthsAcross.at(static_cast<size_t>(eighths % 8));
  for (int at = (eighths + 7) / 8; at < columns; ++at) bar += kNothing;
  return bar;
}

std::string Sparkline(const std::vector<std::optional<double>>& percents) {
  std::string line;
  for (const std::optional<double>& percent : percents) {
    if (!percent.has_value()) {
      line += kNothing;
      continue;
    }
    line += kEighthsUp.at(static_cast<size_t>(std::clamp(*percent, 0.0, 99.9) / 12.5));
  }
  return line;
}

}  // namespace athena::athenactl
