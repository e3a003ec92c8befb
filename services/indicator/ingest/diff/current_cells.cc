#include "services/indicator/ingest/diff/current_cells.h"

#include <vector>

#include "libs/status/macros.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kSelectBlocks{R"(
  SELECT block, revision, cells FROM observation
  WHERE institution = ? AND quarter = ? AND series = ? AND block BETWEEN ? AND ?
  ORDER BY block, revision)"};
constexpr sql::Statement kSelectComment{R"(
  SELECT comment FROM observation_comment
  WHERE institution = ? AND quarter = ? AND series = ? AND period = ? AND revision = ?)"};

absl::StatusOr<bool> HasSameComment(sql::ReadTx& tx, int64_t institution, int64_t series,
                                    const CellWrite& cell, const CurrentCell& current) {
  if (!current.has_comment) return cell.comment.empty();
  if (cell.comment.empty()) return false;
  ATHENA_ASSIGN_OR_RETURN(const std::string stored,
                          ReadComment(tx, institution, series, cell, current.revision));
  return stored == cell.comment;
}

}  // namespace

absl::StatusOr<std::string> ReadComment(sql::ReadTx& tx, int64_t institution, int64_t series,
                                        const CellWrite& cell, int64_t revision) {
  std::string comment;
  ATHENA_RETURN_IF_ERROR(tx.Query(
      kSelectComment, {institution, int64_t{cell.quarter}, series, int64_t{cell.period}, revision},
      [&](const sql::Row& row) {
        comment = std::string(row.Text(0));
        return absl::OkStatus();
      }));
  return comment;
}

absl::Status ReadCurrentCells(
    sql::ReadTx& tx, int64_t institution, absl::Span<const CellsOfSeries> wanted,
    absl::FunctionRef<void(size_t i, int32_t block)> visit_row,
    absl::FunctionRef<void(size_t i, const BlockCell&, int64_t revision)> visit) {
  constexpr size_t kColumns = 5;
  std::vector<sql::Param> keys;
  keys.reserve(wanted.size() * kColumns);
  for (const CellsOfSeries& cells : wanted) {
    keys.insert(keys.end(),
                {sql::Param(institution), int64_t{cells.quarter}, cells.series,
                 int64_t{BlockOf(cells.first_period)}, int64_t{BlockOf(cells.last_period)}});
  }
  return tx.QueryMany(kSelectBlocks, kColumns, keys, [&](size_t i, const sql::Row& row) {
    const auto block = static_cast<int32_t>(row.Int(0));
    const int64_t revision = row.Int(1);
    visit_row(i, block);
    return ReadBlock(block, row.Bytes(2), [&](const BlockCell& cell) { visit(i, cell, revision); });
  });
}

absl::StatusOr<v1::Outcome> DecideOutcome(sql::ReadTx& tx, int64_t institution, int64_t series,
                                          const CellWrite& cell, const CurrentCell& current) {
  const bool exists = current.status != v1::OBSERVATION_STATUS_UNSPECIFIED;
  if (cell.retract()) return exists ? v1::OUTCOME_DELETED : v1::OUTCOME_UNCHANGED;
  if (!exists) return v1::OUTCOME_INSERTED;
  if (cell.status != current.status || cell.value != current.value) return v1::OUTCOME_REVISED;
  ATHENA_ASSIGN_OR_RETURN(const bool same, HasSameComment(tx, institution, series, cell, current));
  return same ? v1::OUTCOME_UNCHANGED : v1::OUTCOME_REVISED;
}

}  // namespace athena::indicator
