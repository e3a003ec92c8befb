#include "libs/stratml/stratml.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace athena {

std::string IdentifierOf(std::string_view prefix, std::string_view name) {
  const std::vector<std::string> segments = absl::StrSplit(std::string(name), '/');
  std::vector<std::string> ids;
  for (size_t i = 1; i < segments.size(); i += 2) ids.push_back(segments[i]);
  return absl::StrCat(std::string(prefix), absl::StrJoin(ids, "."));
}

}  // namespace athena
