#include "services/indicator/series_end_store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "athena/indicator/v1/series_end.pb.h"
#include "libs/period/period.h"
#include "libs/status/status.h"

namespace athena::indicator {

std::string SeriesEndId(std::string_view indicator, std::string_view codes) {
  return absl::StrCat(std::string(indicator), "/",
                      codes.empty() ? "-" : absl::StrReplaceAll(std::string(codes), {{",", "."}}));
}

absl::StatusOr<absl::flat_hash_map<std::string, int32_t>> ReadSeriesEnds(
    const versioned::Snapshot& at, const Definition& definition) {
  absl::flat_hash_map<std::string, int32_t> ends;
  const absl::StatusOr<std::vector<v1::SeriesEnd>> declared =
      at.List<v1::SeriesEnd>(kSeriesEnds, definition.id + "/");
  if (!declared.ok()) return declared.status();
  for (const v1::SeriesEnd& end : *declared) {
    if (end.ended_from().empty()) continue;
    const absl::StatusOr<Period> from = Period::Parse(end.ended_from());
    std::string codes;
    for (const Dimension& dimension : definition.dimensions) {
      const auto code = end.dimensions().find(dimension.id);
      if (code == end.dimensions().end()) break;
      if (!codes.empty()) codes += ',';
      codes += code->second;
    }
    if (!from.ok()) {
      return status::Internal(absl::StrCat(end.name(), " cannot be read from the database"));
    }
    ends.emplace(std::move(codes), from->index());
  }
  return ends;
}

}  // namespace athena::indicator
