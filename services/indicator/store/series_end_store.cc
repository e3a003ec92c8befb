#include "services/indicator/store/series_end_store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "athena/indicator/v1/series_end.pb.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::indicator {

std::string SeriesEndId(std::string_view indicator, std::string_view codes) {
  return absl::StrCat(std::string(indicator), "/",
                      codes.empty() ? "-" : absl::StrReplaceAll(std::string(codes), {{",", "."}}));
}

absl::StatusOr<absl::flat_hash_map<std::string, SeriesEndsByCodes>> ReadSeriesEnds(
    const versioned::Snapshot& at) {
  absl::flat_hash_map<std::string, SeriesEndsByCodes> ends;
  ATHENA_ASSIGN_OR_RETURN(const std::vector<v1::SeriesEnd> declared,
                          at.List<v1::SeriesEnd>(kSeriesEnds));
  for (const v1::SeriesEnd& end : declared) {
    if (end.ended_from().empty()) continue;
    const absl::StatusOr<Period> from = Period::Parse(end.ended_from());
    if (!from.ok()) {
      return status::Internal(absl::StrCat(end.name(), " cannot be read from the database"));
    }
    // The name ends in the codes, as SeriesEndId writes them.
    const size_t codes_at = end.name().rfind('/') + 1;
    const std::string codes = end.dimensions().empty()
                                  ? ""
                                  : absl::StrReplaceAll(end.name().substr(codes_at), {{".", ","}});
    const std::string indicator = end.indicator().substr(end.indicator().rfind('/') + 1);
    ends[indicator].emplace(codes, from->index());
  }
  return ends;
}

}  // namespace athena::indicator
