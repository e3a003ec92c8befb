#include "services/athenactl/sending/pushes/replacing.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "libs/status/macros.h"
#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using Rows = absl::Span<const ObservationRow>;

// The rows of one indicator, with their scope; `rows` may be empty.
absl::StatusOr<v1::Scope> ScopeOf(const std::string& indicator, Rows rows,
                                  const Replacement& replacement) {
  v1::Scope scope;
  scope.set_indicator(indicator);
  std::string from = replacement.from;
  std::string to = replacement.to;
  for (const ObservationRow& row : rows) {
    // Literals of one frequency are in order as texts.
    const std::string& period = row.observation.period();
    if (replacement.from.empty() && (from.empty() || period < from)) from = period;
    if (replacement.to.empty() && (to.empty() || period > to)) to = period;
  }
  if (from.empty() || to.empty()) {
    return Misused(
        absl::StrCat(Printable(indicator), " has no rows: say what to clear with --from and --to"));
  }
  scope.set_start_period(from);
  scope.set_end_period(to);
  scope.mutable_slice()->insert(replacement.slice.begin(), replacement.slice.end());
  return scope;
}

}  // namespace

absl::StatusOr<std::vector<Piece>> ReplacePieces(std::vector<ObservationRow> rows,
                                                 const Replacement& replacement) {
  std::stable_sort(rows.begin(), rows.end(), [](const ObservationRow& a, const ObservationRow& b) {
    return a.observation.indicator() < b.observation.indicator();
  });
  std::vector<std::string> indicators = replacement.indicators;
  for (const ObservationRow& row : rows) indicators.push_back(row.observation.indicator());
  std::sort(indicators.begin(), indicators.end());
  indicators.erase(std::unique(indicators.begin(), indicators.end()), indicators.end());

  std::vector<Piece> pieces;
  size_t bytes = 0;  // of the last piece
  size_t end = 0;
  for (const std::string& indicator : indicators) {
    const size_t begin = end;
    size_t own_bytes = 0;
    for (; end < rows.size() && rows[end].observation.indicator() == indicator; ++end) {
      own_bytes += rows[end].observation.ByteSizeLong() + 8;  // with its tag and length
    }
    const size_t own = end - begin;
    if (own > kMostRowsOfPush || own_bytes > kMostBytesOfPush) {
      return Misused(absl::StrCat(
          "--replace takes at most ", Grouped(static_cast<int64_t>(kMostRowsOfPush)),
          " rows of an indicator, for they replace what is there at once; ", Printable(indicator),
          " has ", Grouped(static_cast<int64_t>(own)), ": split the file by periods"));
    }
    ATHENA_ASSIGN_OR_RETURN(
        v1::Scope scope,
        ScopeOf(indicator, absl::MakeConstSpan(rows).subspan(begin, own), replacement));
    const bool fits = !pieces.empty() && pieces.back().scopes.size() < kMostScopesOfPush &&
                      pieces.back().rows.size() + own <= kMostRowsOfPush &&
                      bytes + own_bytes <= kMostBytesOfPush;
    if (!fits) {
      pieces.emplace_back();
      bytes = 0;
    }
    Piece& piece = pieces.back();
    piece.scopes.push_back(std::move(scope));
    bytes += own_bytes;
    for (size_t at = begin; at < end; ++at) {
      piece.rows.push_back(std::move(rows[at]));
      // What it leaves out goes: a row sets its whole cell.
      piece.rows.back().mask = kWholeCell;
    }
  }
  return pieces;
}

}  // namespace athena::athenactl
