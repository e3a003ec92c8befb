#ifndef ATHENA_LIBS_CSV_SDMX_CSV_H_
#define ATHENA_LIBS_CSV_SDMX_CSV_H_

#include <string>
#include <string_view>
#include <vector>

// Observations as SDMX-CSV 2.0 (SDMX 3.0, section 5). Pure and thread-safe.
namespace athena {

// The fields of a row, and its columns in this order:
// STRUCTURE, STRUCTURE_ID, ACTION, a column for each dimension, TIME_PERIOD, OBS_VALUE, OBS_STATUS,
// COMMENT.
struct SdmxRow {
  std::string structure_id;
  std::string action;  // "I": sets the cell; "D": deletes it
  std::vector<std::string> codes;
  std::string period;
  std::string value;   // a decimal; empty: none
  std::string status;  // a code of CL_OBS_STATUS
  std::string comment;
};
std::vector<std::string> SdmxFields(const SdmxRow& row);
std::vector<std::string> SdmxColumns(const std::vector<std::string>& dimensions);

// Whether a file may have a column of this name that is no dimension.
bool IsReservedSdmxColumn(std::string_view column);

// The dataflow that an indicator of an institution is: "GOB:HEADCOUNT(1.0.0)". Ids have letters,
// digits and "-"; those of SDMX have "_" instead.
std::string SdmxStructureId(std::string_view institution, std::string_view indicator);

}  // namespace athena

#endif  // ATHENA_LIBS_CSV_SDMX_CSV_H_
