#include "services/athenactl/views/scorecards/trend_table.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/scorecards/scorecard_words.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

// A column of a quarter with the gap before it, and what titles and sparklines take at least.
constexpr int kQuarterColumns = 9;
constexpr int kTitleColumns = 24;

// How many quarters a line has room for, the newest ones.
int QuartersShown(const reporting::ListScorecardsResponse& response, int width) {
  const int all = response.scorecards_size();
  if (width == 0) return all;
  for (int quarters = all; quarters > 1; --quarters) {
    // Beside them a sparkline of as many columns.
    if (kTitleColumns + quarters * (kQuarterColumns + 1) + 2 <= width) return quarters;
  }
  return std::min(all, 1);
}

}  // namespace

std::string TrendTable(const reporting::ListScorecardsResponse& response,
                       const TrendTableOptions& options) {
  const int all = response.scorecards_size();
  const int shown = QuartersShown(response, options.width);
  std::vector<Table::Column> columns = {{.heading = "ELEMENT"}};
  for (int at = all - shown; at < all; ++at) {
    columns.push_back({.heading = response.scorecards(at).period(), .right = true});
  }
  columns.push_back({.heading = "TREND", .least = Table::kWhole});
  Table table(std::move(columns));
  for (int node = 0; node < response.nodes_size(); ++node) {
    const reporting::ListedNode& listed = response.nodes(node);
    const int indent = 2 * std::max(0, listed.level() - response.nodes(0).level());
    std::vector<std::string> row = {absl::StrCat(std::string(static_cast<size_t>(indent), ' '),
                                                 listed.code(), listed.code().empty() ? "" : " ",
                                                 listed.title())};
    std::vector<std::optional<double>> scores;
    for (int at = 0; at < all; ++at) {
      const reporting::NodeScore& score = response.scorecards(at).scores(node);
      scores.push_back(score.has_score() ? std::optional(score.score().value()) : std::nullopt);
      if (at >= all - shown) row.push_back(ScoreCell(score, options.language));
    }
    row.push_back(Sparkline(scores));
    table.Add(row);
  }
  std::string text = table.Text(options.width, options.colour);
  absl::StrAppend(&text, "\n● green, ▲ amber, ■ red, ? no score, - not applicable\n");
  if (shown < all) {
    const std::string note = absl::StrCat("There is room for ", shown, " of ", all,
                                          " quarters; TREND has all of them, and so has --json.\n");
    absl::StrAppend(&text, WrappedLines(note, options.width));
  }
  return text;
}

}  // namespace athena::athenactl
