#include "libs/audit/verify.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/audit/journal.h"
#include "libs/status/macros.h"

namespace athena::audit {
namespace {

// Some tens of milliseconds of reading and hashing.
constexpr int64_t kEntriesAtOnce = 5000;

absl::Status Broken(std::string_view institution, int64_t revision, std::string_view how) {
  return absl::DataLossError(absl::StrCat("the journal of institutions/", std::string(institution),
                                          " is broken at revision ", revision, ": ",
                                          std::string(how)));
}

}  // namespace

absl::StatusOr<bool> VerifyNext(sql::ReadTx& tx, std::string_view institution, int64_t limit,
                                CheckedChain* chain) {
  ATHENA_ASSIGN_OR_RETURN(const Head head, ReadHead(tx, institution));
  int64_t read = 0;
  ATHENA_RETURN_IF_ERROR(
      ReadAfter(tx, institution, chain->revision, limit, [&](const Record& record) -> absl::Status {
        ++read;
        const int64_t expected = chain->revision + 1;
        if (record.revision != expected) return Broken(institution, expected, "it is missing");
        const std::string hash =
            HashOf(chain->hash, institution, record.revision, absl::ToUnixMicros(record.time),
                   record.subject, record.action, record.reason,
                   absl::StrJoin(record.resources, "\n"), record.digest);
        if (record.hash != hash || record.time <= chain->time) {
          return Broken(institution, expected, "it was changed");
        }
        *chain = {record.revision, hash, record.time};
        return absl::OkStatus();
      }));
  if (read == limit && chain->revision < head.revision) return false;
  if (chain->revision < head.revision) {
    return Broken(institution, chain->revision + 1, "it is missing");
  }
  if (chain->revision > head.revision || chain->hash != head.hash) {
    return Broken(institution, chain->revision, "the institution's head has another one");
  }
  return true;
}

absl::Status Verify(sql::ReadTx& tx, std::string_view institution) {
  CheckedChain chain;
  return VerifyNext(tx, institution, std::numeric_limits<int64_t>::max(), &chain).status();
}

absl::StatusOr<Verdict> VerifyInstitution(sql::Database& database, std::string_view institution,
                                          absl::Span<const Records> records,
                                          absl::FunctionRef<absl::Status()> go_on) {
  CheckedChain chain;
  Verdict verdict;
  bool done = false;
  while (!done) {
    ATHENA_RETURN_IF_ERROR(go_on());
    const absl::Status next = database.Read([&](sql::ReadTx& tx) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(done, VerifyNext(tx, institution, kEntriesAtOnce, &chain));
      return absl::OkStatus();
    });
    if (absl::IsDataLoss(next)) {
      verdict.faults.emplace_back(next.message());
      break;
    }
    ATHENA_RETURN_IF_ERROR(next);
  }
  verdict.revision = chain.revision;
  verdict.hash = chain.hash;
  for (const Records& kind : records) {
    ATHENA_RETURN_IF_ERROR(go_on());
    ATHENA_RETURN_IF_ERROR(database.Read([&](sql::ReadTx& tx) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
      const std::vector<sql::Param> keys(static_cast<size_t>(kind.parameters), key);
      return tx.Query(kind.missing, keys, [&](const sql::Row& row) {
        verdict.faults.push_back(absl::StrCat(
            "the ", std::string(kind.name), " of institutions/", std::string(institution),
            " are not whole: what revision ", row.Int(0), " recorded is missing or was changed"));
        return absl::OkStatus();
      });
    }));
  }
  return verdict;
}

}  // namespace athena::audit
