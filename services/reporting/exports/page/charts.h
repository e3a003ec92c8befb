#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_CHARTS_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_CHARTS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "services/reporting/exports/labels.h"
#include "services/reporting/exports/page/html_writer.h"

// Scores as inline SVG. Pure and thread-safe.
namespace athena::reporting {

// The score of a node in a quarter.
struct ChartPoint {
  std::string quarter;  // "2021-Q3"
  v1::ScorecardStatus status = v1::SCORECARD_STATUS_UNSPECIFIED;
  bool has_score = false;
  double score = 0;  // 0 to 100
  std::string text;  // of the score
};

// "g", "a", "r", "n" or "x": the class of a status' colour, and its symbol "i-g".
const char* StatusClass(v1::ScorecardStatus status);

// Defines the symbols of the statuses and the parts of bars; once, before the others are used.
void DefineSymbols(HtmlWriter* html);
// The symbol of a status; the word stands beside it.
void StatusSymbol(v1::ScorecardStatus status, HtmlWriter* html);
// A bar from 0 to 100 with marks where colours begin; the number stands beside it.
void ScoreBar(double score, v1::ScorecardStatus status, HtmlWriter* html);
// A small line of scores; the change stands beside it. Nothing for less than two scores.
void Sparkline(absl::Span<const ChartPoint> points, HtmlWriter* html);
// A line of scores with the shape of each status. `label` says what it shows; a table with the
// numbers stands below it.
void ScoreChart(absl::Span<const ChartPoint> points, const std::string& label, const Labels& labels,
                HtmlWriter* html);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_CHARTS_H_
