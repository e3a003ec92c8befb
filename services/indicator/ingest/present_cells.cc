#include "services/indicator/ingest/present_cells.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kPresent{R"(
  SELECT block, revision, cells FROM observation
  WHERE institution = ? AND quarter = ? AND series = ? AND block BETWEEN ? AND ?
  ORDER BY block, revision)"};
constexpr sql::Statement kPresentComment{R"(
  SELECT comment FROM observation_comment
  WHERE institution = ? AND quarter = ? AND series = ? AND period = ? AND revision = ?)"};

absl::StatusOr<bool> SameComment(sql::ReadTx& tx, int64_t institution, int64_t series,
                                 const CellWrite& cell, const PresentCell& present) {
  if (!present.has_comment) return cell.comment.empty();
  if (cell.comment.empty()) return false;
  bool same = false;
  const absl::Status status =
      tx.Query(kPresentComment,
               {institution, int64_t{cell.quarter}, series, int64_t{cell.period}, present.revision},
               [&](const sql::Row& row) {
                 same = row.Text(0) == cell.comment;
                 return absl::OkStatus();
               });
  if (!status.ok()) return status;
  return same;
}

}  // namespace

absl::Status ReadPresent(sql::ReadTx& tx, int64_t institution, int32_t quarter, int64_t series,
                         int32_t first_period, int32_t last_period,
                         absl::FunctionRef<void(int32_t block)> visit_row,
                         absl::FunctionRef<void(const BlockCell&, int64_t revision)> visit) {
  return tx.Query(kPresent,
                  {institution, int64_t{quarter}, series, int64_t{BlockOf(first_period)},
                   int64_t{BlockOf(last_period)}},
                  [&](const sql::Row& row) {
                    const auto block = static_cast<int32_t>(row.Int(0));
                    const int64_t revision = row.Int(1);
                    visit_row(block);
                    return ReadBlock(block, row.Bytes(2),
                                     [&](const BlockCell& cell) { visit(cell, revision); });
                  });
}

absl::StatusOr<v1::Outcome> OutcomeOf(sql::ReadTx& tx, int64_t institution, int64_t series,
                                      const CellWrite& cell, const PresentCell& present) {
  const bool there = present.status != v1::OBSERVATION_STATUS_UNSPECIFIED;
  if (cell.retract()) return there ? v1::OUTCOME_DELETED : v1::OUTCOME_UNCHANGED;
  if (!there) return v1::OUTCOME_INSERTED;
  if (cell.status != present.status || cell.value != present.value) return v1::OUTCOME_REVISED;
  const absl::StatusOr<bool> same = SameComment(tx, institution, series, cell, present);
  if (!same.ok()) return same.status();
  return *same ? v1::OUTCOME_UNCHANGED : v1::OUTCOME_REVISED;
}

}  // namespace athena::indicator
