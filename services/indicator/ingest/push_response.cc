#include "services/indicator/ingest/push_response.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/status.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/status_proto.h"
#include "services/indicator/model/limits.h"

namespace athena::indicator {
namespace {

v1::RowFault FaultOf(const RowError& error, bool described) {
  v1::RowFault fault;
  fault.set_reason(error.reason);
  fault.set_field(error.field);
  if (described) fault.set_description(error.Description());
  return fault;
}

// `errors` are sorted by row.
void AddRejectedRows(const std::vector<RowError>& errors, std::vector<v1::RowOutcome>* outcomes) {
  size_t described = 0;
  for (size_t i = 0; i < errors.size(); ++i) {
    const RowError& error = errors[i];
    if (i == 0 || error.row != errors[i - 1].row) {
      outcomes->emplace_back();
      outcomes->back().set_index(error.row);
      outcomes->back().set_outcome(v1::OUTCOME_REJECTED);
      ++described;
    }
    *outcomes->back().add_faults() = FaultOf(error, described <= kMaxDescribedRows);
  }
}

void AddCells(const PushDiff& diff, v1::OutcomeDetail detail,
              std::vector<v1::RowOutcome>* outcomes) {
  absl::flat_hash_map<int32_t, const RowError*> flags;  // by row
  for (const RowError& flag : diff.flags) flags.emplace(flag.row, &flag);
  const std::vector<CellWrite>& cells = diff.rows().cells;
  size_t described = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    const v1::Outcome outcome = diff.outcomes[i];
    if (outcome == v1::OUTCOME_REJECTED) continue;  // AddRejectedRows
    const auto flag = flags.find(cells[i].row);
    const bool plain =
        outcome != v1::OUTCOME_UNCHANGED && outcome != v1::OUTCOME_LOCKED && flag == flags.end();
    if (plain && detail != v1::OUTCOME_DETAIL_ALL) continue;
    v1::RowOutcome& added = outcomes->emplace_back();
    added.set_index(cells[i].row);
    added.set_outcome(outcome);
    if (flag == flags.end()) continue;
    *added.add_flags() = FaultOf(*flag->second, ++described <= kMaxDescribedRows);
  }
}

void Count(v1::Outcome outcome, v1::PushCounts* counts) {
  switch (outcome) {
    case v1::OUTCOME_INSERTED:
      counts->set_inserted(counts->inserted() + 1);
      break;
    case v1::OUTCOME_REVISED:
      counts->set_revised(counts->revised() + 1);
      break;
    case v1::OUTCOME_UNCHANGED:
      counts->set_unchanged(counts->unchanged() + 1);
      break;
    case v1::OUTCOME_DELETED:
      counts->set_deleted(counts->deleted() + 1);
      break;
    case v1::OUTCOME_LOCKED:
      counts->set_locked(counts->locked() + 1);
      break;
    default:
      break;
  }
}

}  // namespace

v1::PushObservationsResponse ResponseTo(const PushDiff& diff, v1::OutcomeDetail detail) {
  const CheckedRows& rows = diff.rows();
  v1::PushObservationsResponse response;
  v1::PushCounts* const counts = response.mutable_counts();
  for (const v1::Outcome outcome : diff.outcomes) Count(outcome, counts);
  // The diff has at most one error a row, and only of rows that had none before.
  counts->set_rejected(rows.rejected_rows + static_cast<int32_t>(diff.errors.size()));
  counts->set_flagged(static_cast<int32_t>(diff.flags.size()));
  std::vector<v1::RowOutcome> outcomes;
  AddRejectedRows(rows.errors, &outcomes);
  AddRejectedRows(diff.errors, &outcomes);
  AddCells(diff, detail, &outcomes);
  std::sort(outcomes.begin(), outcomes.end(),
            [](const v1::RowOutcome& a, const v1::RowOutcome& b) { return a.index() < b.index(); });
  response.mutable_outcomes()->Reserve(static_cast<int>(outcomes.size()));
  for (v1::RowOutcome& outcome : outcomes) response.mutable_outcomes()->Add(std::move(outcome));
  return response;
}

absl::Status RefusalOf(status::FieldFaults scope_faults, const std::vector<RowError>& errors) {
  status::FieldFaults faults = std::move(scope_faults);
  for (const RowError& error : errors) {
    const std::string field =
        absl::StrCat(fields::At("observations", static_cast<size_t>(error.row)), ".", error.field);
    if (const auto* text = std::get_if<std::string>(&error.saw)) {
      faults.Add(field, *text, error.allowed);
    } else if (const auto* number = std::get_if<double>(&error.saw)) {
      faults.Add(field, *number, error.allowed);
    } else {
      faults.Missing(field);
    }
  }
  return faults.ToStatus();
}

v1::PushRefusal ToPushRefusal(const absl::Status& status) {
  google::rpc::Status wire = status::ToRpcStatus(status);
  v1::PushRefusal refusal;
  refusal.set_code(wire.code());
  refusal.set_message(wire.message());
  refusal.mutable_details()->Swap(wire.mutable_details());
  return refusal;
}

}  // namespace athena::indicator
