#include "services/plan/operations/budget/amounts_digest.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "libs/canonical/canonical.h"
#include "libs/status/macros.h"
#include "libs/versioned/versions_digest.h"
#include "services/plan/names.h"
#include "services/plan/operations/budget/amounts_store.h"

namespace athena::plan {
namespace {

constexpr sql::Statement kPushDigests{R"(
  SELECT revision, digest, versions FROM journal
  WHERE institution = ? AND action = ? ORDER BY revision)"};

std::string ContentOf(const std::map<int64_t, QuarterAmounts>& quarters) {
  std::string text;
  for (const auto& [quarter, amounts] : quarters) {
    absl::StrAppend(&text, quarter, ":");
    for (const std::optional<int64_t>& cents : amounts.cents) {
      absl::StrAppend(&text, cents.has_value() ? absl::StrCat(*cents) : "", ",");
    }
    text += "\n";
  }
  return text;
}

}  // namespace

void PushedAmounts::Visit(
    absl::FunctionRef<void(const std::string& line, const std::string& content)> visit) const {
  if (lines_.empty()) visit("", "");
  for (const auto& [line, quarters] : lines_) visit(line, ContentOf(quarters));
}

std::string PushedAmounts::Digest(std::string_view institution) const {
  std::string contents;
  Visit([&](const std::string& line, const std::string& content) {
    const std::string id(institution);
    contents += versioned::RecordDigest(
        line.empty() ? kInstitutionName.Of({id}).text : kBudgetLineName.Of({id, line}).text,
        content);
  });
  return Sha256Of(contents);
}

absl::StatusOr<std::optional<int64_t>> FirstAlteredAmounts(
    sql::Database& database, std::string_view institution,
    absl::FunctionRef<absl::Status()> go_on) {
  ATHENA_RETURN_IF_ERROR(go_on());
  std::optional<int64_t> first;
  ATHENA_RETURN_IF_ERROR(database.Read([&](sql::ReadTx& tx) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
    // By revision; an empty digest: not to be compared.
    std::map<int64_t, std::string> digests;
    ATHENA_RETURN_IF_ERROR(tx.Query(kPushDigests, {key, kSetBudgetAmounts}, [&](const auto& row) {
      digests[row.Int(0)] = row.IsNull(2) ? "" : std::string(row.Bytes(1));
      return absl::OkStatus();
    }));
    const auto fault = [&first](int64_t revision) {
      first = std::min(first.value_or(revision), revision);
    };
    auto next = digests.begin();
    const auto compare = [&](const PushedAmounts& stored) {
      if (!next->second.empty() && next->second != stored.Digest(institution)) fault(next->first);
      ++next;
    };
    int64_t revision = 0;
    PushedAmounts stored;
    // Those before `end` that stored nothing, and the one that `stored` is of.
    const auto compare_up_to = [&](int64_t end) {
      while (next != digests.end() && next->first < end) {
        compare(next->first == revision ? stored : PushedAmounts());
      }
    };
    ATHENA_RETURN_IF_ERROR(VisitAllAmounts(
        tx, key,
        [&](int64_t of, std::string_view line, int64_t quarter, const QuarterAmounts& amounts) {
          if (of != revision) {
            compare_up_to(of);
            revision = of;
            stored = PushedAmounts();
            if (digests.count(of) == 0) fault(of);
          }
          stored.Add(line, quarter, amounts);
        }));
    compare_up_to(std::numeric_limits<int64_t>::max());
    return absl::OkStatus();
  }));
  return first;
}

}  // namespace athena::plan
