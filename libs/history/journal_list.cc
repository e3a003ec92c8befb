#include "libs/history/journal_list.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/history/limits.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::history {
namespace {

constexpr int64_t kNoBound = std::numeric_limits<int64_t>::max();

}  // namespace

absl::StatusOr<JournalList> JournalList::Open(const ListFields& fields, const PagePosition& from) {
  status::FieldFaults faults;
  const size_t size = PageSize(fields.page_size, kPages, &faults);
  const bool oldest_first = fields.order_by == "revision" || fields.order_by == "revision asc";
  if (!oldest_first && !fields.order_by.empty() && fields.order_by != "revision desc") {
    faults.Add("order_by", fields.order_by, "`revision desc` (the default) or `revision`");
  }
  for (const auto& [field, revision] : {std::pair{"after_revision", fields.after_revision},
                                        std::pair{"before_revision", fields.before_revision}}) {
    if (revision < 0) faults.Add(field, revision, "a revision, or 0 for no bound");
  }
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  ATHENA_ASSIGN_OR_RETURN(Filter filter,
                          Filter::Parse(fields.filter, common::v1::AuditEvent::descriptor()));
  int64_t after = fields.after_revision;
  int64_t before = fields.before_revision == 0 ? kNoBound : fields.before_revision;
  if (!from.position.empty()) {
    int64_t last = 0;
    if (!absl::SimpleAtoi(from.position, &last)) return status::InvalidPageToken();
    if (oldest_first) {
      after = std::max(after, last);
    } else {
      before = std::min(before, last);
    }
  }
  return JournalList(std::move(filter), !fields.filter.empty(), !oldest_first, after, before, size);
}

bool JournalList::Matches(const audit::Record& record,
                          const std::vector<std::string>& names) const {
  return !filtered_ || filter_.Matches(EventOf(record, names));
}

absl::Status JournalList::Read(sql::ReadTx& tx, std::string_view institution, int64_t after,
                               int64_t before, int64_t limit,
                               std::vector<audit::Record>* records) const {
  const auto keep = [&](audit::Record record) {
    if (record.revision < before) records->push_back(std::move(record));
    return absl::OkStatus();
  };
  return newest_first_ ? audit::ReadBefore(tx, institution, before, after, limit, keep)
                       : audit::ReadAfter(tx, institution, after, limit, keep);
}

absl::StatusOr<std::string> JournalList::Walk(
    sql::ReadTx& tx, std::string_view institution, const std::optional<std::vector<int64_t>>& only,
    absl::FunctionRef<absl::StatusOr<bool>(const audit::Record&)> visit) const {
  int64_t after = after_;
  int64_t before = before_;
  std::vector<int64_t> wanted = only.value_or(std::vector<int64_t>());
  std::erase_if(wanted, [&](int64_t revision) { return revision <= after || revision >= before; });
  // The next one wanted is the last.
  std::sort(wanted.begin(), wanted.end());
  if (!newest_first_) std::reverse(wanted.begin(), wanted.end());
  int64_t scanned = 0;
  std::string last;
  while (scanned < kMaxScanned) {
    std::vector<audit::Record> records;
    if (only.has_value()) {
      if (wanted.empty()) return "";
      const int64_t revision = wanted.back();
      wanted.pop_back();
      ATHENA_RETURN_IF_ERROR(
          audit::ReadAfter(tx, institution, revision - 1, 1, [&](audit::Record record) {
            // An entry that was removed is passed over.
            if (record.revision == revision) {
              records.push_back(std::move(record));
            }
            return absl::OkStatus();
          }));
      ++scanned;
    } else {
      ATHENA_RETURN_IF_ERROR(Read(tx, institution, after, before,
                                  std::min(kEntriesAtOnce, kMaxScanned - scanned), &records));
      if (records.empty()) return "";
      scanned += static_cast<int64_t>(records.size());
    }
    for (const audit::Record& record : records) {
      ATHENA_ASSIGN_OR_RETURN(const bool looked_at, visit(record));
      if (!looked_at) return last;
      last = absl::StrCat(record.revision);
      (newest_first_ ? before : after) = record.revision;
    }
  }
  return last;
}

common::v1::AuditEvent EventOf(const audit::Record& record, const std::vector<std::string>& names) {
  common::v1::AuditEvent event;
  event.set_revision(record.revision);
  *event.mutable_time() = fields::TimestampOf(record.time);
  event.set_subject(record.subject);
  event.set_action(record.action);
  event.set_reason(record.reason);
  event.mutable_resources()->Add(names.begin(), names.end());
  event.set_digest(absl::BytesToHexString(record.digest));
  event.set_hash(absl::BytesToHexString(record.hash));
  return event;
}

}  // namespace athena::history
