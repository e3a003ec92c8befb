#ifndef ATHENA_LIBS_VERSIONED_VERSIONS_DIGEST_H_
#define ATHENA_LIBS_VERSIONED_VERSIONS_DIGEST_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/sql/database.h"

// What ties the stored versions of resources to the journal: each entry has a digest of the rows
// that its revision made and ended (audit::Entry::versions).
namespace athena::versioned {

// The digest of the versions that one revision made and ended. Not thread-safe.
class VersionsDigest {
 public:
  // A version as it is stored.
  struct Stored {
    int64_t created = 0;  // microseconds since 1970, UTC
    int64_t updated = 0;
    std::string_view body;
  };

  // A version was made; of two of one resource the second one counts.
  void Made(std::string_view collection, std::string_view id, const Stored& version);
  // The version that begins at `from` was ended.
  void Ended(std::string_view collection, std::string_view id, int64_t from);
  // What was made of a resource was deleted again.
  void Dropped(std::string_view collection, std::string_view id);

  // 32 bytes; audit::NoVersions() when none was made or ended.
  std::string Digest() const;

 private:
  struct Change {
    std::optional<int64_t> ended;  // the version that begins at this revision
    std::string made;              // digest of the new version; empty: none
  };
  std::map<std::pair<std::string, std::string>, Change> changes_;  // by collection and id
};

// The digest of what Edit::Record records. That of an entry (audit::Entry::digest) is the SHA-256
// of these, one after the other.
std::string RecordDigest(std::string_view name, std::string_view content);

// The first revision whose entry in the journal has another digest than the stored versions: one
// was changed, added or removed. nullopt: there is none. Entries from before there were digests
// are passed over. Asks `go_on` between transactions, and returns its error.
absl::StatusOr<std::optional<int64_t>> FirstAlteredVersion(sql::Database& database,
                                                           std::string_view institution,
                                                           absl::FunctionRef<absl::Status()> go_on);

}  // namespace athena::versioned

#endif  // ATHENA_LIBS_VERSIONED_VERSIONS_DIGEST_H_
