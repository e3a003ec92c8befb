#include "services/indicator/ingest/rows/checked_rows.h"

#include <array>
#include <charconv>

#include "absl/strings/str_cat.h"

namespace athena::indicator {

std::string NumberText(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return std::string(text.data(), end.ptr);
}

RowParts PartsOf(const v1::PushObservationsRequest& request) {
  if (request.row_mask().paths().empty()) return {};
  RowParts parts{false, false, false};
  for (const std::string& path : request.row_mask().paths()) {
    if (path == "value") parts.value = true;
    if (path == "status") parts.status = true;
    if (path == "comment") parts.comment = true;
  }
  return parts;
}

std::string RowError::Description() const {
  std::string text = "got ";
  if (const auto* quoted = std::get_if<std::string>(&saw)) {
    absl::StrAppend(&text, "\"", status::Printable(*quoted), "\"");
  } else if (const auto* number = std::get_if<double>(&saw)) {
    text += NumberText(*number);
  } else {
    text += "nothing";
  }
  return absl::StrCat(text, ", want ", allowed);
}

}  // namespace athena::indicator
