#include "services/athenactl/commands/history/history_flags.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

constexpr int64_t kMostListed = 1'000;

}  // namespace

absl::StatusOr<std::string> ReadFilter(const Arguments& arguments) {
  std::vector<std::string> parts;
  if (arguments.Has("filter")) parts.push_back(absl::StrCat("(", arguments.Get("filter"), ")"));
  if (arguments.Has("by")) {
    parts.push_back(absl::StrCat(
        "subject = \"", absl::StrReplaceAll(arguments.Get("by"), {{"\\", "\\\\"}, {"\"", "\\\""}}),
        "\""));
  }
  if (arguments.Has("since")) {
    const std::string typed = arguments.Get("since");
    absl::CivilDay day;
    absl::Time time;
    std::string ignored;
    if (absl::ParseCivilTime(typed, &day)) {
      time = absl::FromCivil(day, absl::UTCTimeZone());
    } else if (!absl::ParseTime(absl::RFC3339_full, typed, &time, &ignored)) {
      return Misused(absl::StrCat("--since got ", Printable(typed),
                                  ", want a day or a time like 2026-03-31T10:00:00Z"));
    }
    parts.push_back(absl::StrCat(
        "time >= \"", absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", time, absl::UTCTimeZone()), "\""));
  }
  if (parts.size() == 1 && arguments.Has("filter")) return arguments.Get("filter");
  return absl::StrJoin(parts, " AND ");
}

absl::StatusOr<std::vector<HistoryPeer>> ReadServices(const Arguments& arguments) {
  std::vector<HistoryPeer> peers(std::begin(kHistoryPeers), std::end(kHistoryPeers));
  if (!arguments.Has("service")) return peers;
  const std::string typed = arguments.Get("service");
  std::erase_if(peers, [&](const HistoryPeer& peer) { return peer.name != typed; });
  if (peers.empty()) {
    return Misused(
        absl::StrCat("--service got ", Printable(typed), ", want plan, indicator or reporting"));
  }
  return peers;
}

absl::StatusOr<int> ReadLimit(const Arguments& arguments) {
  const std::optional<int64_t> limit = WholeNumber(arguments.Get("limit"));
  if (!limit.has_value() || *limit < 1 || *limit > kMostListed) {
    return Misused(absl::StrCat("--limit got ", Printable(arguments.Get("limit")),
                                ", want a number from 1 to ", Grouped(kMostListed)));
  }
  return static_cast<int>(*limit);
}

}  // namespace athena::athenactl
