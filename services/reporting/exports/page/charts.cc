#include "services/reporting/exports/page/charts.h"

#include <cmath>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "services/reporting/rules/judgement.h"

namespace athena::reporting {
namespace {

// Coordinates are whole numbers: no locale writes them otherwise.
int Rounded(double number) { return static_cast<int>(std::lround(number)); }

// A path through the points that have a score, in pieces where one is missing.
template <typename X, typename Y>
std::string PathOf(absl::Span<const ChartPoint> points, X x, Y y) {
  std::string path;
  bool is_down = false;
  for (size_t i = 0; i < points.size(); ++i) {
    if (!points[i].has_score) {
      is_down = false;
      continue;
    }
    absl::StrAppend(&path, is_down ? "L" : "M", x(i), " ", y(points[i].score));
    is_down = true;
  }
  return path;
}

}  // namespace

const char* StatusClass(v1::ScorecardStatus status) {
  switch (status) {
    case v1::SCORECARD_STATUS_GREEN:
      return "g";
    case v1::SCORECARD_STATUS_AMBER:
      return "a";
    case v1::SCORECARD_STATUS_RED:
      return "r";
    case v1::SCORECARD_STATUS_NO_SCORE:
      return "n";
    default:
      return "x";
  }
}

void DefineSymbols(HtmlWriter* html) {
  html->Raw(
      R"(<svg width="0" height="0" class="vh" aria-hidden="true" focusable="false"><defs>)"
      R"(<symbol id="i-g" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="currentColor"/></symbol>)"
      R"(<symbol id="i-a" viewBox="0 0 16 16"><path d="M8 1 15.5 15H.5Z" fill="currentColor"/></symbol>)"
      R"(<symbol id="i-r" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" fill="currentColor"/></symbol>)"
      R"(<symbol id="i-n" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.8" fill="none" stroke="currentColor" stroke-width="1.8" stroke-dasharray="2.6 1.7"/><path d="M5.9 6.2c0-2.6 4.3-2.6 4.3 0 0 1.6-2.1 1.7-2.1 3.4M8.1 11v1.6" fill="none" stroke="currentColor" stroke-width="1.7"/></symbol>)"
      R"(<symbol id="i-x" viewBox="0 0 16 16"><path d="M2 8h12" stroke="currentColor" stroke-width="2.5"/></symbol>)"
      R"(<rect id="bar-track" class="trk" width="300" height="12"/>)"
      R"(<path id="bar-marks" class="mk" d="M100 0V12M200 0V12"/>)"
      "</defs></svg>\n");
}

void StatusSymbol(v1::ScorecardStatus status, HtmlWriter* html) {
  const std::string name = StatusClass(status);
  html->Begin("svg", {{"class", "sy " + name}, {"aria-hidden", "true"}, {"focusable", "false"}});
  html->Empty("use", {{"href", "#i-" + name}}).End();
}

void ScoreBar(double score, v1::ScorecardStatus status, HtmlWriter* html) {
  html->Begin("svg", {{"class", "bar"},
                      {"viewBox", "0 0 300 12"},
                      {"preserveAspectRatio", "none"},
                      {"aria-hidden", "true"},
                      {"focusable", "false"}});
  html->Empty("use", {{"href", "#bar-track"}});
  html->Empty("rect", {{"class", std::string("f-") + StatusClass(status)},
                       {"y", "2"},
                       {"width", absl::StrCat(Rounded(score * 3))},
                       {"height", "8"}});
  html->Empty("use", {{"href", "#bar-marks"}}).End();
}

void Sparkline(absl::Span<const ChartPoint> points, HtmlWriter* html) {
  int scores = 0;
  size_t last = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    if (!points[i].has_score) continue;
    ++scores;
    last = i;
  }
  if (scores < 2) return;
  constexpr int kWidth = 96;
  const auto x = [&](size_t i) {
    return 3 +
           Rounded((kWidth - 6) * static_cast<double>(i) / static_cast<double>(points.size() - 1));
  };
  const auto y = [](double score) { return Rounded(22 - score / 5); };
  html->Begin("svg", {{"class", "spark"},
                      {"viewBox", absl::StrCat("0 0 ", kWidth, " 24")},
                      {"aria-hidden", "true"},
                      {"focusable", "false"}});
  html->Empty(
      "path",
      {{"class", "th"},
       {"d", absl::StrCat("M0 ", y(200.0 / 3), "H", kWidth, "M0 ", y(100.0 / 3), "H", kWidth)}});
  html->Empty("path", {{"class", "ln"}, {"d", PathOf(points, x, y)}});
  html->Empty("circle", {{"class", "pt"},
                         {"cx", absl::StrCat(x(last))},
                         {"cy", absl::StrCat(y(points[last].score))},
                         {"r", "2"}});
  html->End();
}

void ScoreChart(absl::Span<const ChartPoint> points, const std::string& label, const Labels& labels,
                HtmlWriter* html) {
  constexpr int kLeft = 44;
  constexpr int kStep = 78;
  constexpr int kTop = 14;
  constexpr int kHeight = 150;
  constexpr int kFoot = 28;
  const int width = kLeft + kStep * static_cast<int>(points.size());
  const auto x = [](size_t i) { return kLeft + kStep / 2 + kStep * static_cast<int>(i); };
  const auto y = [](double score) { return kTop + Rounded(kHeight * (1 - score / 100)); };
  html->Begin("svg", {{"class", "chart"},
                      {"viewBox", absl::StrCat("0 0 ", width, " ", kTop + kHeight + kFoot)},
                      {"role", "img"},
                      {"aria-label", label}});
  const struct {
    double at;
    std::string text;
    std::string_view style;
  } lines[] = {{0, "0", "ax"},
               {kAmberFrom.ToDouble(), labels.words().Number(kAmberFrom, 1), "th"},
               {kGreenFrom.ToDouble(), labels.words().Number(kGreenFrom, 1), "th"},
               {100, "100", "ax"}};
  for (const auto& line : lines) {
    const std::string height = absl::StrCat(y(line.at));
    html->Empty("path",
                {{"class", line.style}, {"d", absl::StrCat("M", kLeft, " ", height, "H", width)}});
    html->Put("text", line.text,
              {{"x", absl::StrCat(kLeft - 6)},
               {"y", absl::StrCat(y(line.at) + 4)},
               {"text-anchor", "end"}});
  }
  html->Empty("path", {{"class", "ln"}, {"d", PathOf(points, x, y)}});
  for (size_t i = 0; i < points.size(); ++i) {
    const ChartPoint& point = points[i];
    html->Put("text", point.quarter,
              {{"x", absl::StrCat(x(i))},
               {"y", absl::StrCat(kTop + kHeight + 20)},
               {"text-anchor", "middle"}});
    const double shown = point.has_score ? point.score : 0;
    const std::string name = StatusClass(point.status);
    html->Begin("g", {{"class", "sy " + name}});
    html->Empty("use", {{"href", "#i-" + name},
                        {"x", absl::StrCat(x(i) - 6)},
                        {"y", absl::StrCat(y(shown) - 6)},
                        {"width", "12"},
                        {"height", "12"}});
    html->End();
    if (!point.has_score) continue;
    // Below the line where there is no room above it.
    html->Put("text", point.text,
              {{"class", "v"},
               {"x", absl::StrCat(x(i))},
               {"y", absl::StrCat(y(shown) + (shown > 92 ? 22 : -11))},
               {"text-anchor", "middle"}});
  }
  html->End();
}

}  // namespace athena::reporting
