#ifndef ATHENA_LIBS_RESOURCE_RESOURCES_H_
#define ATHENA_LIBS_RESOURCE_RESOURCES_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/paging/page_tokens.h"
#include "libs/resource/caller.h"
#include "libs/resource/kind.h"
#include "libs/versioned/store.h"

namespace athena::resource {

// The standard methods of all kinds (kind.h), and what verbs by hand share with them. Requests and
// responses are the messages of the kind's RPCs; `response` is filled, and left in any state when
// an error is returned. Errors are those of the contracts; faults of the database come out as
// UNAVAILABLE or RESOURCE_EXHAUSTED with RetryInfo.
//
// Thread-safe once all kinds are registered.
class Resources {
 public:
  using Message = google::protobuf::Message;

  // All outlive it.
  Resources(const versioned::Store& store, const Clock& clock, const PageTokens& tokens)
      : store_(store), clock_(clock), tokens_(tokens) {}

  // Makes the kind known to the deletions of those above it.
  void Register(std::shared_ptr<const AnyKind> kind) { kinds_.push_back(std::move(kind)); }
  const std::vector<std::shared_ptr<const AnyKind>>& kinds() const { return kinds_; }

  const versioned::Store& store() const { return store_; }
  const Clock& clock() const { return clock_; }

  absl::Status Create(const Caller& caller, const AnyKind& kind, const Message& request,
                      Message* response) const;
  absl::Status BatchCreate(const Caller& caller, const AnyKind& kind, const Message& request,
                           Message* response) const;
  absl::Status Get(const Caller& caller, const AnyKind& kind, const Message& request,
                   Message* response) const;
  absl::Status List(const Caller& caller, const AnyKind& kind, const Message& request,
                    Message* response) const;
  absl::Status Update(const Caller& caller, const AnyKind& kind, const Message& request,
                      Message* response) const;
  absl::Status BatchUpdate(const Caller& caller, const AnyKind& kind, const Message& request,
                           Message* response) const;
  absl::Status Delete(const Caller& caller, const AnyKind& kind, const Message& request,
                      Message* response) const;

  // A verb that changes the resource named by `name` of the request (Activate, Move): permission,
  // Ask, request_id, reason, etag, validate_only and Admit as for an update. `check` adds faults of
  // the request's own fields; `change` changes the resource, and may write others.
  absl::Status Modify(const Caller& caller, const AnyKind& kind, const Message& request,
                      absl::FunctionRef<void(status::FieldFaults*)> check,
                      absl::FunctionRef<absl::Status(versioned::Edit&, Message*)> change,
                      Message* response) const;

  // Any other mutation: one transaction, with what the request says of request_id, reason and
  // validate_only; these two are checked by CheckMutation before. `edit` fills `response`.
  absl::Status Mutate(const auth::Principal& principal, std::string_view institution,
                      const Message& request, Message* response,
                      absl::FunctionRef<absl::Status(versioned::Edit&)> edit) const;
  // Adds the faults of request_id and reason.
  static void CheckMutation(const Message& request, status::FieldFaults* faults);

  // PERMISSION_DENIED unless the caller belongs to the institution of `name`, a name of this kind,
  // or the resource, or one above it, is shared with the caller's institution now (`shared_with`).
  // `what` ends "X may not ...".
  absl::Status RequireReader(const auth::Principal& principal, const AnyKind& kind,
                             const ResourceName& name, std::string_view what) const;

 private:
  // Lets the kind ask other services about what is to be stored under these names, of one
  // institution. `make` sets `after` and `path` of the change of one; false when the transaction
  // is going to refuse it.
  absl::Status Ask(const Caller& caller, const AnyKind& kind, const Message& request,
                   absl::Span<const ResourceName> names,
                   absl::FunctionRef<bool(size_t, Change<Message>*)> make) const;
  // Lets the kind judge what was written; OK when neither it nor `faults` refuse.
  absl::Status Admit(versioned::Edit& edit, const auth::Principal& principal, const AnyKind& kind,
                     const Message& request, std::vector<Change<Message>> changes,
                     status::FieldFaults* faults) const;
  // Replaces the resource by what `change` makes of it, in `response`.
  absl::Status Rewrite(versioned::Edit& edit, const auth::Principal& principal, const AnyKind& kind,
                       const Message& request, const ResourceName& name, const std::string& etag,
                       const std::string& path,
                       absl::FunctionRef<absl::Status(Message*, status::FieldFaults*)> change,
                       Message* response) const;
  // Changes, or creates, what the patches name, in one transaction; `rows` gives as many messages
  // for the results, in `response`, each time it runs.
  struct Patch;
  absl::Status Apply(const Caller& caller, const AnyKind& kind, const Message& request,
                     const std::vector<Patch>& patches,
                     absl::FunctionRef<std::vector<Message*>()> rows, Message* response) const;
  // Deletes all that is below it; without `force`, refuses when there is anything.
  absl::Status DeleteBelow(versioned::Edit& edit, const AnyKind& kind, const ResourceName& name,
                           bool force) const;
  // RequireReader of a name of the kind's level `level`.
  absl::Status RequireReaderAt(const auth::Principal& principal, const AnyKind& kind, size_t level,
                               const ResourceName& name, std::string_view what) const;
  // Runs `read` at the snapshots that hold the rows of a list, one after the other: that of the
  // parent's institution, or of a list of institutions each one's.
  absl::Status ReadRows(
      const auth::Principal& principal, const std::optional<ResourceName>& parent,
      const Message& request, const PagePosition& from,
      absl::FunctionRef<absl::StatusOr<bool>(const versioned::Snapshot&)> read) const;

  const versioned::Store& store_;
  const Clock& clock_;
  const PageTokens& tokens_;
  std::vector<std::shared_ptr<const AnyKind>> kinds_;
};

// NOT_FOUND unless the resource at this level of the kind's names is there, or another service
// stores it; `name` is of that level.
absl::Status RequireExists(const versioned::Snapshot& snapshot, const AnyKind::Level& level,
                           const ResourceName& name);

}  // namespace athena::resource

#endif  // ATHENA_LIBS_RESOURCE_RESOURCES_H_
