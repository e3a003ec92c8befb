#ifndef ATHENA_SERVICES_INDICATOR_MODEL_CELL_BLOCK_H_
#define ATHENA_SERVICES_INDICATOR_MODEL_CELL_BLOCK_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "athena/indicator/v1/observation.pb.h"

// How observations are written down: the cells of one series in eight neighbouring periods that one
// revision changed, as one string of bytes. A push of ten days to each of a thousand series is then
// some 2,000 rows of the table `observation` and not 10,000. Pure.
//
// A cell takes one byte, and eight more if its status has a value:
//   bits 0-2  the period's place in its block
//   bit 3     set: it has a comment (in the table `observation_comment`)
//   bits 4-7  v1::ObservationStatus; 0: it was retracted
//   8 bytes   the value, an IEEE 754 double, the least significant byte first
// The cells of a block are by period, each at most once.
namespace athena::indicator {

// Whether observations with this status have a value.
constexpr bool HasValue(int status) {
  return status >= v1::OBSERVATION_STATUS_NORMAL && status <= v1::OBSERVATION_STATUS_FORECAST;
}

inline constexpr int32_t kBlockPeriods = 8;

// The block that holds a period, and the period's place in it; both by its index in its frequency,
// which is negative before 1970.
constexpr int32_t BlockOf(int32_t period) { return period >> 3; }
constexpr int32_t PlaceOf(int32_t period) { return period & (kBlockPeriods - 1); }

struct BlockCell {
  int32_t period = 0;  // index in the series' frequency
  int32_t status = 0;  // v1::ObservationStatus; UNSPECIFIED: it was retracted
  bool has_comment = false;
  double value = 0;  // 0 where the status has none
};

// The most that one cell takes.
inline constexpr size_t kMaxBlockCellBytes = 9;

// Adds a cell to its block's bytes; its period comes after those that are there.
void AppendToBlock(const BlockCell& cell, std::string* bytes);

// Visits the cells of a block, by period. INTERNAL when `bytes` are not those of a block:
// no sender can do anything about it.
absl::Status ReadBlock(int32_t block, std::string_view bytes,
                       absl::FunctionRef<void(const BlockCell&)> visit);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_MODEL_CELL_BLOCK_H_
