#include "services/indicator/ingest/rows/allowed_values.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace athena::indicator {

std::string CodesAllowed(const Dimension& dimension) {
  constexpr size_t kMaxShownCodes = 5;
  const size_t shown = std::min(kMaxShownCodes, dimension.codes.size());
  return absl::StrCat("a code of the dimension: ",
                      absl::StrJoin(dimension.codes.begin(),
                                    dimension.codes.begin() + static_cast<int64_t>(shown), ", "),
                      shown < dimension.codes.size() ? " ..." : "");
}

std::string DimensionsAllowed(const Definition& definition) {
  const std::string ids = absl::StrJoin(
      definition.dimensions, ", ",
      [](std::string* out, const Dimension& dimension) { out->append(dimension.id); });
  return absl::StrCat("a dimension of the indicator: ", ids.empty() ? "it has none" : ids);
}

}  // namespace athena::indicator
