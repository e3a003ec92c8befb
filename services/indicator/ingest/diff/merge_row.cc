#include "services/indicator/ingest/diff/merge_row.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "libs/status/macros.h"
#include "services/indicator/model/cell_block.h"

namespace athena::indicator {
namespace {

// A new value changes what these say of a cell.
bool GivesWayToValue(int32_t status) {
  return !HasValue(status) || status == v1::OBSERVATION_STATUS_FORECAST;
}

std::string NameOfStatus(int32_t status) {
  return v1::ObservationStatus_Name(status).substr(std::string_view("OBSERVATION_STATUS_").size());
}

}  // namespace

absl::StatusOr<bool> MergeRow(sql::ReadTx& tx, int64_t series, const CurrentCell& stored,
                              CellWrite* cell, PushDiff* diff) {
  if (cell->retract()) return true;
  const RowParts& parts = diff->rows().parts;
  const bool exists = stored.status != v1::OBSERVATION_STATUS_UNSPECIFIED;
  const auto reject = [&](std::string field, decltype(RowError::saw) saw, std::string allowed) {
    diff->errors.push_back({cell->row, v1::RowFault::REASON_STORED_MISMATCH, std::move(field),
                            std::move(saw), std::move(allowed)});
    return false;
  };
  if (!parts.status) {
    if (!parts.value && !exists) {
      return reject("value", std::monostate(),
                    "a value: the cell is empty, and a comment alone makes no observation");
    }
    if (exists && !(parts.value && GivesWayToValue(stored.status))) cell->status = stored.status;
  }
  if (!parts.value) {
    const bool has_value = exists && HasValue(stored.status);
    if (HasValue(cell->status) && !has_value) {
      return reject("value", std::monostate(), "a value: none is stored that could stay as it is");
    }
    if (!HasValue(cell->status) && has_value) {
      return reject("status", NameOfStatus(cell->status),
                    "NORMAL, ESTIMATED, PROVISIONAL or FORECAST: the stored value stays");
    }
    cell->value = stored.value;
  }
  if (!parts.comment && exists && stored.has_comment) {
    ATHENA_ASSIGN_OR_RETURN(std::string comment,
                            ReadComment(tx, diff->institution, series, *cell, stored.revision));
    cell->comment = diff->stored_comments.emplace_back(std::move(comment));
  }
  return true;
}

}  // namespace athena::indicator
