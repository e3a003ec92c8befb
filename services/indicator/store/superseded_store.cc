#include "services/indicator/store/superseded_store.h"

#include <bitset>
#include <optional>
#include <string_view>

#include "libs/status/macros.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kNewestFirst{R"(
  SELECT revision, cells FROM observation
  WHERE institution = ? AND quarter = ? AND series = ? AND block = ?
  ORDER BY revision DESC)"};
constexpr sql::Statement kCopy{R"(
  INSERT INTO observation_superseded (institution, quarter, series, block, revision, cells)
  SELECT institution, quarter, series, block, revision, cells FROM observation
  WHERE institution = ? AND quarter = ? AND series = ? AND block = ? AND revision = ?)"};
constexpr sql::Statement kRemove{R"(
  DELETE FROM observation
  WHERE institution = ? AND quarter = ? AND series = ? AND block = ? AND revision = ?)"};
constexpr size_t kKeyColumns = 5;
constexpr sql::Statement kSetUntil{R"(
  INSERT INTO superseded_until (institution, quarter, revision) VALUES (?, ?, ?)
  ON CONFLICT (institution, quarter) DO UPDATE SET revision = excluded.revision)"};
constexpr size_t kUntilColumns = 3;
constexpr sql::Statement kSetAsideAfter{R"(
  SELECT quarter FROM superseded_until
  WHERE institution = ? AND quarter BETWEEN ? AND ? AND revision > ?
  ORDER BY quarter)"};

// Adds the keys of a block's superseded rows. Row by row: the current value of a cell that is
// seldom revised may be in the oldest row.
absl::Status AddSuperseded(sql::ReadTx& tx, int64_t institution, const StoredBlock& block,
                           std::vector<sql::Param>* keys) {
  std::bitset<kBlockPeriods> newer;  // places with a revision after the row's
  return tx.Query(
      kNewestFirst,
      {institution, int64_t{block.quarter}, int64_t{block.series}, int64_t{block.block}},
      [&](const sql::Row& row) -> absl::Status {
        bool superseded = true;
        ATHENA_RETURN_IF_ERROR(ReadBlock(block.block, row.Bytes(1), [&](const BlockCell& cell) {
          const auto place = static_cast<size_t>(PlaceOf(cell.period));
          if (!newer[place]) superseded = false;
          newer.set(place);
        }));
        if (!superseded) return absl::OkStatus();
        keys->insert(keys->end(), {sql::Param(institution), int64_t{block.quarter},
                                   int64_t{block.series}, int64_t{block.block}, row.Int(0)});
        return absl::OkStatus();
      });
}

}  // namespace

absl::Status SetSupersededAside(sql::WriteTx& tx, int64_t institution, int64_t revision,
                                absl::Span<const StoredBlock> blocks) {
  std::vector<sql::Param> keys;
  std::vector<sql::Param> until;
  std::optional<int32_t> last_quarter;
  for (const StoredBlock& block : blocks) {
    const size_t before = keys.size();
    ATHENA_RETURN_IF_ERROR(AddSuperseded(tx, institution, block, &keys));
    if (keys.size() == before || block.quarter == last_quarter) continue;
    last_quarter = block.quarter;
    until.insert(until.end(), {sql::Param(institution), int64_t{block.quarter}, revision});
  }
  absl::Status moved = tx.ExecuteMany(kCopy, kKeyColumns, keys);
  if (moved.ok()) moved = tx.ExecuteMany(kRemove, kKeyColumns, keys);
  if (moved.ok()) moved = tx.ExecuteMany(kSetUntil, kUntilColumns, until);
  return moved;
}

absl::StatusOr<std::vector<int32_t>> QuartersSetAsideAfter(sql::ReadTx& tx, int64_t institution,
                                                           int32_t first, int32_t last,
                                                           int64_t revision) {
  std::vector<int32_t> quarters;
  ATHENA_RETURN_IF_ERROR(tx.Query(kSetAsideAfter,
                                  {institution, int64_t{first}, int64_t{last}, revision},
                                  [&](const sql::Row& row) {
                                    quarters.push_back(static_cast<int32_t>(row.Int(0)));
                                    return absl::OkStatus();
                                  }));
  return quarters;
}

}  // namespace athena::indicator
