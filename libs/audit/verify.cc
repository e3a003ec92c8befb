#include "libs/audit/verify.h"

#include <algorithm>
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

absl::Status Broken(std::string_view institution, int64_t revision, std::string_view how,
                    CheckedChain* chain) {
  chain->broken = revision;
  return absl::DataLossError(absl::StrCat("the journal of institutions/", std::string(institution),
                                          " is broken at revision ", revision, ": ",
                                          std::string(how)));
}

// Compares the log with an exported head: it has that entry, with that hash.
absl::Status CompareWithExported(sql::ReadTx& tx, std::string_view institution,
                                 const ExportedHead& exported, Verdict* verdict) {
  if (exported.revision == 0) return absl::OkStatus();
  const auto add = [&](int64_t revision, std::string_view how) {
    verdict->faults.push_back(
        {revision,
         absl::StrCat("the exported head of institutions/", std::string(institution), ", revision ",
                      exported.revision, ", is not in the journal: ", std::string(how))});
  };
  const absl::StatusOr<Head> entry = ReadEntry(tx, institution, exported.revision);
  if (absl::IsNotFound(entry.status())) {
    ATHENA_ASSIGN_OR_RETURN(const Head head, ReadHead(tx, institution));
    const int64_t first = std::min(head.revision + 1, exported.revision);
    add(first, absl::StrCat("the entries from revision ", first, " on were removed"));
    return absl::OkStatus();
  }
  ATHENA_RETURN_IF_ERROR(entry.status());
  if (entry->hash != exported.hash) {
    add(exported.revision, "the entry has another hash, so it or one before it was changed");
  }
  return absl::OkStatus();
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
        if (record.revision != expected) {
          return Broken(institution, expected, "it is missing", chain);
        }
        const std::string hash =
            HashOf(chain->hash, institution, record.revision, absl::ToUnixMicros(record.time),
                   record.subject, record.action, record.reason,
                   absl::StrJoin(record.resources, "\n"), record.digest);
        if (record.hash != hash || record.time <= chain->time) {
          return Broken(institution, expected, "it was changed", chain);
        }
        *chain = {record.revision, hash, record.time, 0};
        return absl::OkStatus();
      }));
  if (read == limit && chain->revision < head.revision) return false;
  if (chain->revision < head.revision) {
    return Broken(institution, chain->revision + 1, "it is missing", chain);
  }
  if (chain->revision > head.revision || chain->hash != head.hash) {
    return Broken(institution, chain->revision, "the institution's head has another one", chain);
  }
  return true;
}

absl::Status Verify(sql::ReadTx& tx, std::string_view institution) {
  CheckedChain chain;
  return VerifyNext(tx, institution, std::numeric_limits<int64_t>::max(), &chain).status();
}

absl::StatusOr<Verdict> VerifyInstitution(sql::Database& database, std::string_view institution,
                                          absl::Span<const Records> records,
                                          const ExportedHead& exported,
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
      verdict.faults.push_back({chain.broken, std::string(next.message())});
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
        verdict.faults.push_back(
            {row.Int(0), absl::StrCat("the ", std::string(kind.name), " of institutions/",
                                      std::string(institution), " are not whole: what revision ",
                                      row.Int(0), " recorded is missing or was changed")});
        return absl::OkStatus();
      });
    }));
  }
  ATHENA_RETURN_IF_ERROR(database.Read(
      [&](sql::ReadTx& tx) { return CompareWithExported(tx, institution, exported, &verdict); }));
  std::stable_sort(verdict.faults.begin(), verdict.faults.end(),
                   [](const Fault& a, const Fault& b) { return a.revision < b.revision; });
  return verdict;
}

}  // namespace athena::audit
