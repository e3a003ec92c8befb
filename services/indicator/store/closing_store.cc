#include "services/indicator/store/closing_store.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/closing.pb.h"
#include "libs/period/period.h"

namespace athena::indicator {

namespace {

constexpr sql::NoteKind<bool> kClosedNote{"whether a quarter is closed"};

std::string Quarter(const std::string& institution, int32_t quarter) {
  return absl::StrCat(institution, "\n", quarter);
}

absl::StatusOr<bool> IsClosed(const versioned::Snapshot& at, int32_t quarter) {
  sql::Notes* const notes = at.tx().notes();
  std::string about;
  if (notes != nullptr) {
    about = Quarter(at.institution(), quarter);
    if (const bool* const noted = notes->Find(kClosedNote, about)) return *noted;
  }
  const absl::StatusOr<std::optional<v1::Closing>> closing =
      at.Find<v1::Closing>(kClosings, Period::OfIndex(Frequency::kQuarter, quarter).ToString());
  if (!closing.ok()) return closing.status();
  const bool closed = closing->has_value() && (*closing)->state() == v1::Closing::STATE_CLOSED;
  if (notes != nullptr) notes->Keep(kClosedNote, about, closed);
  return closed;
}

}  // namespace

absl::StatusOr<std::vector<int32_t>> ClosedAmong(const versioned::Snapshot& at,
                                                 absl::Span<const int32_t> quarters) {
  std::vector<int32_t> closed;
  for (const int32_t quarter : quarters) {
    const absl::StatusOr<bool> is_closed = IsClosed(at, quarter);
    if (!is_closed.ok()) return is_closed.status();
    if (*is_closed) closed.push_back(quarter);
  }
  std::sort(closed.begin(), closed.end());
  return closed;
}

void NoteClosing(const versioned::Edit& edit, int32_t quarter, bool closed) {
  sql::Notes* const notes = edit.tx().notes();
  if (notes != nullptr) notes->Keep(kClosedNote, Quarter(edit.institution(), quarter), closed);
}

}  // namespace athena::indicator
