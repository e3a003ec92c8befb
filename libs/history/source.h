#ifndef ATHENA_LIBS_HISTORY_SOURCE_H_
#define ATHENA_LIBS_HISTORY_SOURCE_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/auth/principal.h"
#include "libs/resource/resources.h"
#include "libs/sql/database.h"
#include "libs/versioned/collection.h"

// Where the versions of resources are, by resource names: what a service tells its history.
namespace athena::history {

// A resource before and after a revision; null: it did not exist. Both null: the revision did not
// change it.
struct Versions {
  std::unique_ptr<google::protobuf::Message> before;
  std::unique_ptr<google::protobuf::Message> after;
  // Fields that are no content, which the differences leave out. Lives as long as the source.
  absl::Span<const std::string_view> left_out;
};

// Resources that are stored in one way. Thread-safe. Functions other than Names are given names for
// which Names is true.
class Source {
 public:
  virtual ~Source() = default;

  // Whether this is the name of one, existing or not.
  virtual bool Names(std::string_view name) const = 0;
  // PERMISSION_DENIED unless the caller may read the resource now.
  virtual absl::Status RequireReader(const auth::Principal& principal,
                                     std::string_view name) const = 0;
  // Whether the history of a resource is always that of the resources below it, too.
  virtual bool AlwaysWithBelow() const { return false; }
  // Adds the revisions that changed the resource, and if asked so those of the ones below it.
  virtual absl::Status AddRevisions(sql::ReadTx& tx, std::string_view name, bool below,
                                    absl::btree_set<int64_t>* revisions) const = 0;
  // The resource before and after a revision.
  virtual absl::StatusOr<Versions> At(sql::ReadTx& tx, std::string_view name,
                                      int64_t revision) const = 0;
};

// The fields that every resource of libs/versioned has beside its content.
inline constexpr std::string_view kBookkeeping[] = {"name", "etag", "revision", "create_time",
                                                    "update_time"};

// The versions of a resource of libs/versioned, by its id in a collection.
absl::StatusOr<Versions> VersionsAt(sql::ReadTx& tx, std::string_view institution,
                                    versioned::Collection collection, std::string_view id,
                                    const google::protobuf::Message& prototype, int64_t revision);

// The resources of all kinds that are registered (libs/resource), also those of kinds that will be.
class KindsSource : public Source {
 public:
  explicit KindsSource(const resource::Resources& resources) : resources_(resources) {}

  bool Names(std::string_view name) const override;
  absl::Status RequireReader(const auth::Principal& principal,
                             std::string_view name) const override;
  absl::Status AddRevisions(sql::ReadTx& tx, std::string_view name, bool below,
                            absl::btree_set<int64_t>* revisions) const override;
  absl::StatusOr<Versions> At(sql::ReadTx& tx, std::string_view name,
                              int64_t revision) const override;

 private:
  // The kind of a name, and the name in parts; a null kind where there is none.
  struct Found {
    const resource::AnyKind* kind = nullptr;
    ResourceName name;
  };
  Found Find(std::string_view name) const;

  const resource::Resources& resources_;
};

// The resources of one collection of libs/versioned that are no kind.
class CollectionSource : public Source {
 public:
  struct Rules {
    versioned::Collection collection;
    const google::protobuf::Message* prototype;
    // The id of the resource with this name; nullopt for other names.
    std::function<std::optional<std::string>(std::string_view name)> id_of;
    std::function<absl::Status(const auth::Principal&, std::string_view name)> require_reader;
  };
  explicit CollectionSource(Rules rules) : rules_(std::move(rules)) {}

  bool Names(std::string_view name) const override { return rules_.id_of(name).has_value(); }
  absl::Status RequireReader(const auth::Principal& principal,
                             std::string_view name) const override {
    return rules_.require_reader(principal, name);
  }
  absl::Status AddRevisions(sql::ReadTx& tx, std::string_view name, bool below,
                            absl::btree_set<int64_t>* revisions) const override;
  absl::StatusOr<Versions> At(sql::ReadTx& tx, std::string_view name,
                              int64_t revision) const override;

 private:
  const Rules rules_;
};

// "gob" of "institutions/gob" and of all names below it.
std::string InstitutionIn(std::string_view name);

}  // namespace athena::history

#endif  // ATHENA_LIBS_HISTORY_SOURCE_H_
