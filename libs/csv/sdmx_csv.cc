#include "libs/csv/sdmx_csv.h"

#include <algorithm>
#include <array>

namespace athena {
namespace {

// Before and after the dimensions.
constexpr std::array<std::string_view, 3> kFirst = {"STRUCTURE", "STRUCTURE_ID", "ACTION"};
constexpr std::array<std::string_view, 4> kLast = {"TIME_PERIOD", "OBS_VALUE", "OBS_STATUS",
                                                   "COMMENT"};
// Those that only others write.
constexpr std::array<std::string_view, 5> kOthers = {"FREQ", "UNIT_MULT", "STRUCTURE_NAME",
                                                     "SERIES_KEY", "OBS_KEY"};

// An id of SDMX's pattern for artefacts, in capitals as they are there.
std::string ArtefactId(std::string_view id) {
  std::string text(id);
  for (char& letter : text) {
    if (letter == '-') letter = '_';
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return text;
}

}  // namespace

std::vector<std::string> SdmxFields(const SdmxRow& row) {
  std::vector<std::string> fields = {"dataflow", row.structure_id, row.action};
  fields.insert(fields.end(), row.codes.begin(), row.codes.end());
  fields.insert(fields.end(), {row.period, row.value, row.status, row.comment});
  return fields;
}

std::vector<std::string> SdmxColumns(const std::vector<std::string>& dimensions) {
  std::vector<std::string> columns(kFirst.begin(), kFirst.end());
  columns.insert(columns.end(), dimensions.begin(), dimensions.end());
  columns.insert(columns.end(), kLast.begin(), kLast.end());
  return columns;
}

bool IsReservedSdmxColumn(std::string_view column) {
  const auto has = [&](const auto& names) {
    return std::find(names.begin(), names.end(), column) != names.end();
  };
  return has(kFirst) || has(kLast) || has(kOthers);
}

std::string SdmxStructureId(std::string_view institution, std::string_view indicator) {
  return ArtefactId(institution) + ":" + ArtefactId(indicator) + "(1.0.0)";
}

}  // namespace athena
