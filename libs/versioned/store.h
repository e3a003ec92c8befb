#ifndef ATHENA_LIBS_VERSIONED_STORE_H_
#define ATHENA_LIBS_VERSIONED_STORE_H_

#include <google/protobuf/message.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "athena/common/v1/values.pb.h"
#include "libs/sql/database.h"
#include "libs/status/macros.h"
#include "libs/versioned/collection.h"
#include "libs/versioned/versions_digest.h"

// The one answer to history: resources are protobuf messages of which every version is kept. A
// change makes a version, a deletion ends one, nothing is overwritten; each mutation is one
// revision of its institution, with an entry in the journal (libs/audit). Gives every resource
// as-of reads, etags, repeatable requests and soft deletion; a resource's own file holds only its
// rules.
//
// A resource message has the output-only fields `string name`, `string etag`, `int64 revision`,
// `Timestamp create_time` and `Timestamp update_time`, which are filled in here.
namespace athena::versioned {

// The tables; part of a service's migrations, with audit::kSchema before it.
inline constexpr std::string_view kSchema = R"sql(
CREATE TABLE resource (
  institution BIGINT NOT NULL,    -- key in institution_head
  collection TEXT NOT NULL,
  id TEXT NOT NULL,
  from_revision BIGINT NOT NULL,
  to_revision BIGINT NOT NULL,    -- the first one it is not seen at; the greatest number: none yet
  create_time BIGINT NOT NULL,    -- microseconds since 1970, UTC
  update_time BIGINT NOT NULL,
  body BYTEA NOT NULL,            -- the message, without etag, revision and times
  PRIMARY KEY (institution, collection, id, from_revision)
);
CREATE TABLE request (
  institution BIGINT NOT NULL,
  subject TEXT NOT NULL,
  request_id TEXT NOT NULL,
  time BIGINT NOT NULL,
  digest BYTEA NOT NULL,          -- of the request
  response BYTEA NOT NULL,
  PRIMARY KEY (institution, subject, request_id)
);
CREATE TABLE last_change (
  institution BIGINT NOT NULL,
  scope TEXT NOT NULL,            -- the root of the ids of what changed; '': the institution itself
  revision BIGINT NOT NULL,
  PRIMARY KEY (institution, scope)
);
)sql";

// Finds what a revision made and ended; part of the migrations, behind kSchema.
inline constexpr std::string_view kRevisionsSchema = R"sql(
CREATE INDEX resource_from ON resource (institution, from_revision);
CREATE INDEX resource_to ON resource (institution, to_revision);
)sql";

template <typename T>
concept Resource = std::derived_from<T, google::protobuf::Message> && requires(T& t) {
  t.name();
  t.etag();
  t.revision();
  t.create_time();
  t.update_time();
};

// An institution's resources at one revision, within one transaction. Used by one thread.
class Snapshot {
 public:
  Snapshot(sql::ReadTx& tx, std::string institution, int64_t revision, absl::Time revision_time)
      : tx_(tx),
        institution_(std::move(institution)),
        revision_(revision),
        revision_time_(revision_time) {}

  sql::ReadTx& tx() const { return tx_; }
  const std::string& institution() const { return institution_; }
  // What is seen: everything up to this revision. 0: nothing has ever been recorded.
  int64_t revision() const { return revision_; }
  absl::Time revision_time() const { return revision_time_; }

  // The resource as it was at the revision; nullopt when there was none.
  template <Resource T>
  absl::StatusOr<std::optional<T>> Find(Collection collection, std::string_view id) const {
    T resource;
    ATHENA_ASSIGN_OR_RETURN(const bool found, FindMessage(collection, id, &resource));
    if (!found) return std::nullopt;
    return resource;
  }

  // Those of many ids, in the order of the ids, in one query.
  template <Resource T>
  absl::StatusOr<std::vector<std::optional<T>>> FindMany(Collection collection,
                                                         absl::Span<const std::string> ids) const {
    std::vector<std::optional<T>> found(ids.size());
    ATHENA_RETURN_IF_ERROR(
        FindMessages(collection, ids,
                     [&](size_t i) -> google::protobuf::Message* { return &found[i].emplace(); }));
    return found;
  }

  // All whose id begins with `prefix`, in the order of their ids' bytes.
  template <Resource T>
  absl::StatusOr<std::vector<T>> List(Collection collection, std::string_view prefix = "") const {
    std::vector<T> resources;
    ATHENA_RETURN_IF_ERROR(VisitMessages(
        collection, prefix, "", [&] { return &resources.emplace_back(); },
        [](google::protobuf::Message*) { return true; }));
    return resources;
  }

  // The same for a type that is known at run time: fills `into`; whether there was one.
  absl::StatusOr<bool> FindMessage(Collection collection, std::string_view id,
                                   google::protobuf::Message* into) const;
  // Fills what `next` gives and hands it to `visit`, for each resource whose id begins with
  // `prefix` and comes after `after`, in the order of ids, until `visit` returns false.
  absl::Status VisitMessages(Collection collection, std::string_view prefix, std::string_view after,
                             absl::FunctionRef<google::protobuf::Message*()> next,
                             absl::FunctionRef<bool(google::protobuf::Message*)> visit) const;

 private:
  absl::Status FindMessages(Collection collection, absl::Span<const std::string> ids,
                            absl::FunctionRef<google::protobuf::Message*(size_t)> make) const;

  sql::ReadTx& tx_;
  const std::string institution_;
  const int64_t revision_;
  const absl::Time revision_time_;
};

// Who changes what, and why. Borrowed for the time of the call.
struct Mutation {
  std::string_view institution;  // id: whose revision it is
  std::string_view subject;      // the credential's
  std::string_view action;       // the RPC's name
  std::string_view reason;       // for the journal; may be empty
  // Makes a retry safe: the store itself retries when it is unknown whether a commit succeeded. May
  // be empty: then nothing is retried. One that begins with fields::kServerRequestId is the
  // server's own (rpc::Call::GeneratedRequestId), kept only if the mutation changed something.
  std::string_view request_id;
  // Compared when request_id comes again. Null: there is no request_id.
  const google::protobuf::Message* request = nullptr;
  // The name of a resource that the mutation carries out, for the journal; may be empty.
  std::string_view cause = {};
  // What the journal has for the request_id where a mutation with an id of another kind is not
  // repeated by the store: a push_id.
  std::string_view journal_id = {};
};

// One mutation under way: reads see what it wrote.
class Edit {
 public:
  // `mutation` outlives it.
  Edit(sql::WriteTx& tx, const Mutation& mutation, std::string institution, int64_t revision)
      : tx_(tx), mutation_(mutation), now_(tx, std::move(institution), revision, tx.time()) {}

  sql::WriteTx& tx() const { return tx_; }
  // Who changes what, and why.
  const Mutation& mutation() const { return mutation_; }
  const std::string& institution() const { return now_.institution(); }
  // The revision this makes, if it changes anything, and its time.
  int64_t revision() const { return now_.revision(); }
  absl::Time time() const { return now_.revision_time(); }
  // What the mutation sees, its own writes included.
  const Snapshot& now() const { return now_; }

  template <Resource T>
  absl::StatusOr<std::optional<T>> Find(Collection collection, std::string_view id) const {
    return now_.Find<T>(collection, id);
  }
  template <Resource T>
  absl::StatusOr<std::vector<T>> List(Collection collection, std::string_view prefix = "") const {
    return now_.List<T>(collection, prefix);
  }

  // Stores a new resource, whose `name` is set, and fills in its output fields. ALREADY_EXISTS
  // (RESOURCE_EXISTS) when the id is taken.
  template <Resource T>
  absl::Status Insert(Collection collection, std::string_view id, T* resource) {
    return InsertMessage(collection, id, resource);
  }
  absl::Status InsertMessage(Collection collection, std::string_view id,
                             google::protobuf::Message* resource);
  // Stores a new version and fills in the output fields; when it equals the present one nothing is
  // stored and the present one's output fields are given. NOT_FOUND when there is none.
  template <Resource T>
  absl::Status Replace(Collection collection, std::string_view id, T* resource) {
    return ReplaceMessage(collection, id, resource);
  }
  absl::Status ReplaceMessage(Collection collection, std::string_view id,
                              google::protobuf::Message* resource);
  // Ends the present version. NOT_FOUND, naming `name`, when there is none.
  absl::Status Delete(Collection collection, std::string_view id, std::string_view name);
  // Records a change of something that is stored elsewhere in this transaction: its name, and its
  // content in a canonical form.
  void Record(std::string_view name, std::string_view content);
  // The same of something that belongs to a resource: marks what a change of the resource marks.
  void Record(Collection collection, std::string_view id, std::string_view name,
              std::string_view content);

  // Whether anything was changed: if not, the mutation makes no revision.
  bool changed() const { return !names_.empty(); }

 private:
  friend class Store;

  sql::WriteTx& tx_;
  const Mutation& mutation_;
  const Snapshot now_;
  std::vector<std::string> names_;
  std::string contents_;  // digests of all contents, one after the other
  VersionsDigest versions_;
  absl::btree_set<std::string> marks_;
};

// Thread-safe. Errors of the database are those of status::FromStorage.
class Store {
 public:
  // `committed` is told of every revision after its commit, on the writing thread, before the
  // caller is answered; must be quick; may be empty. The database outlives the store.
  explicit Store(
      sql::Database& database,
      std::function<void(const std::string& institution, int64_t revision)> committed = {})
      : database_(database), committed_(std::move(committed)) {}

  sql::Database& database() const { return database_; }

  // Runs `edit` in one transaction of the institution: one revision, or none if it fails or changes
  // nothing. `edit` may run more than once and must take everything afresh from its Edit. With a
  // request_id that came before, `edit` does not run: the same request gets the first answer,
  // another one INVALID_ARGUMENT (REQUEST_ID_REUSED).
  template <typename Response>
  absl::StatusOr<Response> Mutate(const Mutation& mutation,
                                  absl::FunctionRef<absl::StatusOr<Response>(Edit&)> edit) const {
    Response response;
    const absl::Status status = Run(mutation, &response, [&](Edit& open) {
      absl::StatusOr<Response> made = edit(open);
      if (!made.ok()) return std::move(made).status();
      response = *std::move(made);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return response;
  }

  // The same for a response whose type is known at run time; `edit` fills it, empty at first.
  absl::Status Run(const Mutation& mutation, google::protobuf::Message* response,
                   absl::FunctionRef<absl::Status(Edit&)> edit) const;

  // Reads an institution as of a point in its history. `now` is the time of the call: a later time,
  // or a revision that does not exist, is INVALID_ARGUMENT (FUTURE_AS_OF). Keep it short; what
  // `read` refuses is returned.
  absl::Status Read(std::string_view institution, const common::v1::AsOf& as_of, absl::Time now,
                    absl::FunctionRef<absl::Status(const Snapshot&)> read) const;
  // The same at a revision that an earlier answer named; 0: now.
  absl::Status ReadAt(std::string_view institution, int64_t revision,
                      absl::FunctionRef<absl::Status(const Snapshot&)> read) const;
  // Reads a page of a list: the first one (`revision` is 0) as Read does, every other one at the
  // revision of its page token, so that all pages show the same snapshot.
  absl::Status ReadPage(std::string_view institution, int64_t revision,
                        const common::v1::AsOf& as_of, absl::Time now,
                        absl::FunctionRef<absl::Status(const Snapshot&)> read) const;

 private:
  // Checks the lineage first; empty: not checked.
  absl::Status ReadAt(std::string_view institution, int64_t revision, std::string_view lineage,
                      absl::FunctionRef<absl::Status(const Snapshot&)> read) const;
  absl::Status RunIn(sql::WriteTx& tx, const Mutation& mutation, std::string_view digest,
                     google::protobuf::Message* response,
                     absl::FunctionRef<absl::Status(Edit&)> edit) const;

  sql::Database& database_;
  const std::function<void(const std::string& institution, int64_t revision)> committed_;
};

// The first institution behind `after`, by id, that any resource was ever stored of; empty when
// there is none.
absl::StatusOr<std::string> NextInstitution(sql::ReadTx& tx, std::string_view after);

// ABORTED (ETAG_MISMATCH) unless `given` is empty or the resource's etag.
absl::Status CheckEtag(std::string_view name, std::string_view given, std::string_view current);

}  // namespace athena::versioned

#endif  // ATHENA_LIBS_VERSIONED_STORE_H_
