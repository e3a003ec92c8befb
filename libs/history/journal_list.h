#ifndef ATHENA_LIBS_HISTORY_JOURNAL_LIST_H_
#define ATHENA_LIBS_HISTORY_JOURNAL_LIST_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/common/v1/history.pb.h"
#include "libs/audit/journal.h"
#include "libs/filter/filter.h"
#include "libs/paging/page_tokens.h"
#include "libs/sql/database.h"

// Pages of a journal's entries: what the two lists of the history have in common.
namespace athena::history {

// The fields of a list request. Borrowed until JournalList::Open returns.
struct ListFields {
  int32_t page_size = 0;
  std::string_view filter;
  std::string_view order_by;
  int64_t after_revision = 0;
  int64_t before_revision = 0;
};
template <typename Request>
ListFields FieldsOf(const Request& request) {
  return {request.page_size(), request.filter(), request.order_by(), request.after_revision(),
          request.before_revision()};
}

// One page of a list. Immutable and thread-safe.
class JournalList {
 public:
  // INVALID_ARGUMENT where fields are wrong, with all their faults.
  static absl::StatusOr<JournalList> Open(const ListFields& fields, const PagePosition& from);

  size_t size() const { return size_; }
  // Whether the filter lets an entry through; `names` are its resources.
  bool Matches(const audit::Record& record, const std::vector<std::string>& names) const;

  // Visits the page's entries in the order of the list, at most kMaxScanned of them: all within its
  // bounds, or of `only` those that are. `visit` returns whether the entry was looked at; false
  // ends the page before it. Returns the position to go on behind; empty when the list has ended.
  absl::StatusOr<std::string> Walk(
      sql::ReadTx& tx, std::string_view institution,
      const std::optional<std::vector<int64_t>>& only,
      absl::FunctionRef<absl::StatusOr<bool>(const audit::Record&)> visit) const;

 private:
  JournalList(Filter filter, bool filtered, bool newest_first, int64_t after, int64_t before,
              size_t size)
      : filter_(std::move(filter)),
        filtered_(filtered),
        newest_first_(newest_first),
        after_(after),
        before_(before),
        size_(size) {}

  // The next entries of the order, after `after` and before `before`, `limit` at most.
  absl::Status Read(sql::ReadTx& tx, std::string_view institution, int64_t after, int64_t before,
                    int64_t limit, std::vector<audit::Record>* records) const;

  const Filter filter_;
  const bool filtered_;
  const bool newest_first_;
  const int64_t after_;  // exclusive, as the next one
  const int64_t before_;
  const size_t size_;
};

// An entry as the contract has it, without previous_hash.
common::v1::AuditEvent EventOf(const audit::Record& record, const std::vector<std::string>& names);

}  // namespace athena::history

#endif  // ATHENA_LIBS_HISTORY_JOURNAL_LIST_H_
