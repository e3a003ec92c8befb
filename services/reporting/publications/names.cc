#include "services/reporting/publications/names.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/ids/ids.h"
#include "libs/period/period.h"

namespace athena::reporting {
namespace {

constexpr std::string_view kAllQuarters = "-";
constexpr size_t kMostDigits = 9;

bool IsQuarter(std::string_view text) {
  const absl::StatusOr<Period> period = Period::Parse(text);
  return period.ok() && period->frequency() == Frequency::kQuarter;
}

// Divides "a/b/c" into "a/b" and "c"; the first is empty when there is no slash.
std::string_view TakeLastSegment(std::string_view* name) {
  const size_t slash = name->rfind('/');
  if (slash == std::string_view::npos) return std::exchange(*name, "");
  const std::string_view last = name->substr(slash + 1);
  *name = name->substr(0, slash);
  return last;
}

std::optional<ScorecardName> Match(std::string_view name, bool (*is_quarter)(std::string_view)) {
  const std::string_view quarter = TakeLastSegment(&name);
  const auto ids = MatchName("institutions/*/plans/*/scorecards", name);
  if (!ids.has_value() || !is_quarter(quarter)) return std::nullopt;
  return ScorecardName{(*ids)[0], (*ids)[1], std::string(quarter)};
}

}  // namespace

std::string ScorecardName::PlanName() const {
  return FillName("institutions/*/plans/*", {institution, plan});
}

std::string ScorecardName::Text() const {
  return absl::StrCat(PlanName(), "/scorecards/", quarter);
}

std::string ScorecardName::KeyPrefix() const {
  return quarter == kAllQuarters ? plan + "/" : absl::StrCat(plan, "/", quarter, "/");
}

std::string PublicationName::Text() const {
  return absl::StrCat(scorecard.Text(), "/publications/", number);
}

std::string PublicationName::Key() const { return absl::StrCat(scorecard.KeyPrefix(), number); }

std::optional<ScorecardName> MatchScorecardName(std::string_view name) {
  return Match(name, IsQuarter);
}

std::optional<PublicationName> MatchPublicationName(std::string_view name) {
  const std::string_view number = TakeLastSegment(&name);
  if (TakeLastSegment(&name) != "publications") return std::nullopt;
  std::optional<ScorecardName> scorecard = MatchScorecardName(name);
  PublicationName publication;
  if (!scorecard.has_value() || number.size() > kMostDigits ||
      !absl::SimpleAtoi(std::string(number), &publication.number) || publication.number < 1 ||
      number != absl::StrCat(publication.number)) {
    return std::nullopt;
  }
  publication.scorecard = *std::move(scorecard);
  return publication;
}

std::optional<PublicationName> ReadPublicationName(std::string_view name,
                                                   status::FieldFaults* faults) {
  std::optional<PublicationName> match = MatchPublicationName(name);
  if (!match.has_value()) {
    faults->Add("name", name,
                "`institutions/{institution}/plans/{plan}/scorecards/{quarter}/publications/"
                "{number}`, the quarter as in 2021-Q3");
  }
  return match;
}

std::optional<ScorecardName> ReadParentName(std::string_view parent, status::FieldFaults* faults) {
  std::optional<ScorecardName> match =
      Match(parent, [](std::string_view text) { return text == kAllQuarters || IsQuarter(text); });
  if (!match.has_value()) {
    faults->Add("parent", parent,
                "`institutions/{institution}/plans/{plan}/scorecards/{quarter}`, the quarter as in "
                "2021-Q3, or - for all");
  }
  return match;
}

}  // namespace athena::reporting
