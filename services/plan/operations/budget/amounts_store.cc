#include "services/plan/operations/budget/amounts_store.h"

#include <utility>

#include "libs/status/macros.h"

namespace athena::plan {
namespace {

constexpr sql::Statement kReadAmounts{R"(
  SELECT commitment_initial, commitment_adjusted, payment_initial, payment_adjusted, committed, paid
  FROM budget_amount
  WHERE institution = ? AND line = ? AND quarter = ? AND revision <= ?
  ORDER BY revision DESC LIMIT 1)"};
constexpr sql::Statement kInsertAmounts{R"(
  INSERT INTO budget_amount (institution, line, quarter, revision, commitment_initial,
                             commitment_adjusted, payment_initial, payment_adjusted, committed, paid)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?))"};
constexpr sql::Statement kFirstQuarter{R"(
  SELECT MIN(amount.quarter) FROM budget_amount AS amount
  WHERE amount.institution = ? AND amount.line = ?
    AND COALESCE(commitment_initial, commitment_adjusted, payment_initial, payment_adjusted,
                 committed, paid) IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM budget_amount AS later
                    WHERE later.institution = amount.institution AND later.line = amount.line
                      AND later.quarter = amount.quarter AND later.revision > amount.revision))"};
constexpr sql::Statement kAmountsHistory{R"(
  SELECT commitment_initial, commitment_adjusted, payment_initial, payment_adjusted, committed,
         paid, amount.line, amount.quarter, amount.revision, push.time, push.sender,
         push.correction_reason
  FROM budget_amount AS amount JOIN budget_push AS push
    ON push.institution = amount.institution AND push.revision = amount.revision
  WHERE amount.institution = ? AND amount.line >= ? AND amount.line <= ?
    AND amount.quarter >= ? AND amount.quarter <= ? AND amount.revision <= ?
    AND (amount.line > ? OR amount.quarter > ? OR (amount.quarter = ? AND amount.revision > ?))
  ORDER BY amount.line, amount.quarter, amount.revision LIMIT ?)"};
constexpr sql::Statement kCurrentAmounts{R"(
  SELECT commitment_initial, commitment_adjusted, payment_initial, payment_adjusted, committed,
         paid, amount.line, amount.quarter, amount.revision, push.time, push.sender,
         push.correction_reason
  FROM budget_amount AS amount JOIN budget_push AS push
    ON push.institution = amount.institution AND push.revision = amount.revision
  WHERE amount.institution = ? AND amount.line >= ? AND amount.line <= ?
    AND amount.quarter >= ? AND amount.quarter <= ? AND amount.revision <= ?
    AND (amount.line > ? OR amount.quarter > ? OR (amount.quarter = ? AND amount.revision > ?))
    AND COALESCE(commitment_initial, commitment_adjusted, payment_initial, payment_adjusted,
                 committed, paid) IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM budget_amount AS later
                    WHERE later.institution = amount.institution AND later.line = amount.line
                      AND later.quarter = amount.quarter AND later.revision > amount.revision
                      AND later.revision <= ?)
  ORDER BY amount.line, amount.quarter, amount.revision LIMIT ?)"};
constexpr sql::Statement kAllAmounts{R"(
  SELECT commitment_initial, commitment_adjusted, payment_initial, payment_adjusted, committed,
         paid, revision, line, quarter
  FROM budget_amount WHERE institution = ? ORDER BY revision)"};
constexpr sql::Statement kFindBudgetPush{R"(
  SELECT revision, digest, response FROM budget_push
  WHERE institution = ? AND sender = ? AND push_id = ?)"};
constexpr sql::Statement kInsertBudgetPush{R"(
  INSERT INTO budget_push
    (institution, revision, sender, push_id, time, correction_reason, digest, response)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?))"};

// The amounts stand first in the rows of every query.
QuarterAmounts ReadRow(const sql::Row& row) {
  QuarterAmounts amounts;
  for (size_t at = 0; at < kAmountCount; ++at) {
    const int column = static_cast<int>(at);
    if (!row.IsNull(column)) amounts.cents[at] = row.Int(column);
  }
  return amounts;
}

}  // namespace

absl::StatusOr<std::vector<QuarterAmounts>> ReadAmounts(sql::ReadTx& tx, int64_t institution,
                                                        absl::Span<const AmountsKey> keys,
                                                        int64_t revision) {
  constexpr size_t kColumns = 4;
  std::vector<sql::Param> params;
  params.reserve(keys.size() * kColumns);
  for (const AmountsKey& key : keys) {
    params.insert(params.end(), {sql::Param(institution), key.line, key.quarter, revision});
  }
  std::vector<QuarterAmounts> found(keys.size());
  ATHENA_RETURN_IF_ERROR(
      tx.QueryMany(kReadAmounts, kColumns, params, [&](size_t key, const sql::Row& row) {
        found[key] = ReadRow(row);
        return absl::OkStatus();
      }));
  return found;
}

absl::Status InsertAmounts(sql::WriteTx& tx, int64_t revision,
                           absl::Span<const AmountsWrite> writes) {
  constexpr size_t kColumns = 4 + kAmountCount;
  std::vector<sql::Param> params;
  params.reserve(writes.size() * kColumns);
  for (const AmountsWrite& write : writes) {
    params.insert(params.end(),
                  {sql::Param(tx.head().key), write.key.line, write.key.quarter, revision});
    for (const std::optional<int64_t>& cents : write.amounts.cents) {
      params.push_back(cents.has_value() ? sql::Param(*cents) : sql::Param(sql::Null()));
    }
  }
  return tx.ExecuteMany(kInsertAmounts, kColumns, params);
}

absl::StatusOr<std::optional<int64_t>> FirstQuarterWithAmounts(sql::ReadTx& tx, int64_t institution,
                                                               std::string_view line) {
  std::optional<int64_t> first;
  ATHENA_RETURN_IF_ERROR(tx.Query(kFirstQuarter, {institution, line}, [&](const sql::Row& row) {
    if (!row.IsNull(0)) first = row.Int(0);
    return absl::OkStatus();
  }));
  return first;
}

absl::Status VisitAmounts(sql::ReadTx& tx, int64_t institution, const AmountsRange& range,
                          int64_t limit, absl::FunctionRef<absl::Status(StoredAmounts)> visit) {
  const std::string& from = std::max(range.first_line, range.after_line);
  std::vector<sql::Param> params = {institution,
                                    std::string_view(from),
                                    std::string_view(range.last_line),
                                    range.first_quarter,
                                    range.last_quarter,
                                    range.revision,
                                    std::string_view(range.after_line),
                                    range.after_quarter,
                                    range.after_quarter,
                                    range.after_revision};
  if (!range.include_history) params.push_back(range.revision);
  params.push_back(limit);
  return tx.Query(range.include_history ? kAmountsHistory : kCurrentAmounts, params,
                  [&](const sql::Row& row) {
                    StoredAmounts stored;
                    stored.amounts = ReadRow(row);
                    stored.line = std::string(row.Text(6));
                    stored.quarter = row.Int(7);
                    stored.revision = row.Int(8);
                    stored.time = absl::FromUnixMicros(row.Int(9));
                    stored.sender = std::string(row.Text(10));
                    stored.correction_reason = std::string(row.Text(11));
                    return visit(std::move(stored));
                  });
}

absl::Status VisitAllAmounts(
    sql::ReadTx& tx, int64_t institution,
    absl::FunctionRef<void(int64_t, std::string_view, int64_t, const QuarterAmounts&)> visit) {
  return tx.Query(kAllAmounts, {institution}, [&](const sql::Row& row) {
    visit(row.Int(6), row.Text(7), row.Int(8), ReadRow(row));
    return absl::OkStatus();
  });
}

absl::StatusOr<std::optional<StoredPush>> FindPush(sql::ReadTx& tx, int64_t institution,
                                                   std::string_view sender,
                                                   std::string_view push_id) {
  std::optional<StoredPush> found;
  ATHENA_RETURN_IF_ERROR(
      tx.Query(kFindBudgetPush, {institution, sender, push_id}, [&](const sql::Row& row) {
        found = StoredPush{row.Int(0), std::string(row.Bytes(1)), std::string(row.Bytes(2))};
        return absl::OkStatus();
      }));
  return found;
}

absl::Status InsertPush(sql::WriteTx& tx, std::string_view sender, std::string_view push_id,
                        std::string_view correction_reason, const StoredPush& push) {
  return tx
      .Execute(kInsertBudgetPush,
               {tx.head().key, push.revision, sender, push_id, absl::ToUnixMicros(tx.time()),
                correction_reason, sql::Blob{push.digest}, sql::Blob{push.response}})
      .status();
}

}  // namespace athena::plan
