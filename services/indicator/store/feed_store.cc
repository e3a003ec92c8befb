#include "services/indicator/store/feed_store.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/store/observation_store.h"
#include "services/indicator/store/series_store.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kAppend{R"(
  INSERT INTO feed (institution, revision, time, changes) VALUES (?, ?, ?, ?))"};
constexpr sql::Statement kSetLastChange{R"(
  INSERT INTO changed (institution, quarter, indicator, revision) VALUES (?, ?, ?, ?)
  ON CONFLICT (institution, quarter, indicator) DO UPDATE SET revision = excluded.revision)"};
constexpr size_t kLastChangeColumns = 4;
constexpr sql::Statement kAfter{R"(
  SELECT revision, time, changes FROM feed
  WHERE institution = ? AND revision > ? ORDER BY revision LIMIT ?)"};

}  // namespace

absl::Status RecordChanges(sql::WriteTx& tx, int64_t institution, int64_t revision,
                           absl::Span<const QuarterChange> changes) {
  v1::WatchObservationsResponse message;
  v1::WatchObservationsResponse::Change* change = nullptr;
  for (const auto& [indicator, quarter] : changes) {
    if (change == nullptr || change->indicator() != indicator) {
      change = message.add_changes();
      change->set_indicator(std::string(indicator));
    }
    change->add_quarters(Period::OfIndex(Frequency::kQuarter, quarter).ToString());
  }
  std::vector<sql::Param> last;
  last.reserve(changes.size() * kLastChangeColumns);
  for (const auto& [indicator, quarter] : changes) {
    last.insert(last.end(), {sql::Param(institution), int64_t{quarter}, indicator, revision});
  }
  ATHENA_RETURN_IF_ERROR(tx.ExecuteMany(kSetLastChange, kLastChangeColumns, last));
  const std::string bytes = message.SerializeAsString();
  return tx
      .Execute(kAppend, {institution, revision, absl::ToUnixMicros(tx.time()), sql::Blob{bytes}})
      .status();
}

absl::Status RecordChangeInEveryQuarter(sql::WriteTx& tx, int64_t institution, int64_t revision,
                                        std::string_view indicator) {
  return tx.Execute(kSetLastChange, {institution, int64_t{kEveryQuarter}, indicator, revision})
      .status();
}

absl::Status ReadFeed(sql::ReadTx& tx, std::string_view institution, int64_t after, int64_t limit,
                      absl::FunctionRef<absl::Status(v1::WatchObservationsResponse)> visit) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t number, tx.Key(institution));
  return tx.Query(kAfter, {number, after, limit}, [&](const sql::Row& row) -> absl::Status {
    v1::WatchObservationsResponse message;
    const std::string_view bytes = row.Bytes(2);
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return status::Internal(absl::StrCat("the changes of revision ", row.Int(0), " of ",
                                           std::string(institution), " cannot be read"));
    }
    message.set_revision(row.Int(0));
    *message.mutable_time() = fields::TimestampOf(absl::FromUnixMicros(row.Int(1)));
    return visit(std::move(message));
  });
}

}  // namespace athena::indicator
