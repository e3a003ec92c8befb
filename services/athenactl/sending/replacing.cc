#include "services/athenactl/sending/replacing.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
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

std::vector<Piece> MergePieces(Rows rows) {
  std::vector<Piece> pieces;
  for (const Rows chunk : Chunks(rows)) pieces.push_back({chunk, {}});
  return pieces;
}

absl::StatusOr<std::vector<Piece>> ReplacePieces(std::vector<ObservationRow>& rows,
                                                 const Replacement& replacement) {
  std::stable_sort(rows.begin(), rows.end(), [](const ObservationRow& a, const ObservationRow& b) {
    return a.observation.indicator() < b.observation.indicator();
  });
  std::vector<std::string> indicators = replacement.indicators;
  for (const ObservationRow& row : rows) indicators.push_back(row.observation.indicator());
  std::sort(indicators.begin(), indicators.end());
  indicators.erase(std::unique(indicators.begin(), indicators.end()), indicators.end());

  std::vector<Piece> pieces;
  size_t begin = 0;  // of the piece at hand
  size_t end = 0;
  for (const std::string& indicator : indicators) {
    const size_t first = end;
    while (end < rows.size() && rows[end].observation.indicator() == indicator) ++end;
    const Rows own = Rows(rows).subspan(first, end - first);
    if (Chunks(own).size() > 1) {
      return Misused(absl::StrCat(
          "--replace takes at most ", Grouped(static_cast<int64_t>(kMostRowsOfPush)),
          " rows of an indicator, for they replace what is there at once; ", Printable(indicator),
          " has ", Grouped(static_cast<int64_t>(own.size())), ": split the file by periods"));
    }
    ATHENA_ASSIGN_OR_RETURN(v1::Scope scope, ScopeOf(indicator, own, replacement));
    const bool fits = !pieces.empty() && pieces.back().scopes.size() < kMostScopesOfPush &&
                      Chunks(Rows(rows).subspan(begin, end - begin)).size() <= 1;
    if (!fits) {
      pieces.emplace_back();
      begin = first;
    }
    pieces.back().scopes.push_back(std::move(scope));
    pieces.back().rows = Rows(rows).subspan(begin, end - begin);
  }
  return pieces;
}

}  // namespace athena::athenactl
