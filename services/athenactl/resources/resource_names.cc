#include "services/athenactl/resources/resource_names.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

// Its segments; none when one of them is empty.
std::vector<std::string> Segments(std::string_view name) {
  std::vector<std::string> segments = absl::StrSplit(View(name), '/');
  for (const std::string& segment : segments) {
    if (segment.empty()) return {};
  }
  return segments;
}

}  // namespace

std::string IdOf(std::string_view name) {
  return std::string(name.substr(name.find_last_of('/') + 1));
}

std::string InstitutionOf(std::string_view name) {
  const std::vector<std::string> segments = Segments(name);
  if (segments.size() < 2 || segments[0] != "institutions") return std::string(name);
  return absl::StrCat("institutions/", segments[1]);
}

std::string ParentOf(std::string_view name) {
  std::vector<std::string> segments = Segments(name);
  if (segments.size() < 4) return "";
  segments.resize(segments.size() - 2);
  return absl::StrJoin(segments, "/");
}

std::optional<std::string> WholeName(std::string_view typed) {
  const std::vector<std::string> segments = Segments(typed);
  if (segments.size() % 2 == 1) return absl::StrCat("institutions/", View(typed));
  if (segments.empty() || segments[0] != "institutions") return std::nullopt;
  return std::string(typed);
}

std::optional<TypedName> ReadName(std::string_view typed, std::string_view collection) {
  const std::vector<std::string> segments = Segments(typed);
  if (segments.size() == 1) return TypedName{"", segments[0]};
  if (segments.size() == 2 && segments[0] != "institutions") {
    return TypedName{segments[0], segments[1]};
  }
  if (segments.size() == 4 && segments[0] == "institutions" && segments[2] == collection) {
    return TypedName{segments[1], segments[3]};
  }
  return std::nullopt;
}

std::optional<std::string> ReadInstitution(std::string_view typed) {
  const std::vector<std::string> segments = Segments(typed);
  if (segments.size() == 1) return segments[0];
  if (segments.size() == 2 && segments[0] == "institutions") return segments[1];
  return std::nullopt;
}

std::optional<TypedScorecard> ReadScorecardName(const std::vector<std::string>& words) {
  if (words.empty() || words.size() > 2) return std::nullopt;
  const std::vector<std::string> first = Segments(words[0]);
  if (words.size() == 1) {
    if (first.size() == 1) return TypedScorecard{"", "", first[0]};
    if (first.size() == 6 && first[0] == "institutions" && first[2] == "plans" &&
        first[4] == "scorecards") {
      return TypedScorecard{first[1], first[3], first[5]};
    }
    return std::nullopt;
  }
  if (Segments(words[1]).size() != 1) return std::nullopt;
  if (const std::optional<std::string> institution = ReadInstitution(words[0])) {
    return TypedScorecard{*institution, "", words[1]};
  }
  const std::optional<TypedName> plan = ReadName(words[0], "plans");
  if (!plan.has_value()) return std::nullopt;
  return TypedScorecard{plan->institution, plan->id, words[1]};
}

}  // namespace athena::athenactl
