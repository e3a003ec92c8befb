#ifndef ATHENA_LIBS_STATUS_STATUS_H_
#define ATHENA_LIBS_STATUS_STATUS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

// The errors every service answers with (AIP-193): an absl::Status that carries google.rpc details
// as payloads. Each has an ErrorInfo with the domain "athena", a reason in UPPER_SNAKE and the
// variables of its message as metadata; some carry BadRequest, PreconditionFailure, QuotaFailure or
// RetryInfo beside it. Services group their own errors in an errors.h of the same kind, built on
// Refusal, Precondition and InvalidField.
//
// Details travel in HTTP/2 trailers, which clients bound to 8 KiB: the whole google.rpc.Status
// stays under kMaxDetailsBytes, whatever is put in. Text that comes from a caller may be anything:
// bytes that are not UTF-8 are escaped (\xNN), long values are cut and end in "...".
//
// All functions are pure and thread-safe.
namespace athena::status {

inline constexpr std::string_view kDomain = "athena";

// The serialised google.rpc.Status is smaller than this.
inline constexpr size_t kMaxDetailsBytes = 4096;
// The message is cut to this: it travels twice, once percent-encoded.
inline constexpr size_t kMaxMessageBytes = 512;
// A single value (of a field, of a metadata entry) is cut to this.
inline constexpr size_t kMaxValueBytes = 200;
// Metadata entries beyond these bytes (keys and values) are left out, the last ones first.
inline constexpr size_t kMaxMetadataBytes = 1024;
// The field violations of one answer take at most this, so that every other detail still fits.
inline constexpr size_t kMaxViolationsBytes = 1536;

// Variables of a message by name, lowerCamelCase by AIP-193: {{"resource", name}, {"etag", etag}}.
// Borrowed until the call returns.
using Metadata = absl::Span<const std::pair<std::string_view, std::string_view>>;

// The error the others are made of. `code` must not be OK; `reason` is UPPER_SNAKE, at most 63
// characters; the message says what was seen and what is allowed or what to do.
absl::Status Refusal(absl::StatusCode code, std::string_view reason, std::string_view message,
                     Metadata metadata = {});

// Adds a detail to an error of this library; an OK status stays OK.
absl::Status WithRetryAfter(absl::Status status, absl::Duration delay);
absl::Status WithQuota(absl::Status status, std::string_view subject, std::string_view description);

// Collects everything that is wrong with a request, so that its sender learns it all at once.
// Keeps the first faults, up to kMaxViolationsBytes, and counts the rest. Not thread-safe.
class FieldFaults {
 public:
  // `field` is a path in the request ("observations[17].value"); `allowed` ends the sentence "got
  // ..., want ...": "a number between -1e15 and 1e15".
  void Add(std::string_view field, std::string_view saw, std::string_view allowed);
  void Add(std::string_view field, const char* saw, std::string_view allowed) {
    Add(field, std::string_view(saw), allowed);
  }
  template <typename Number, typename = std::enable_if_t<std::is_arithmetic_v<Number>>>
  void Add(std::string_view field, Number saw, std::string_view allowed) {
    if constexpr (std::is_same_v<Number, bool>) {
      AddPlain(field, saw ? "true" : "false", allowed);
    } else if constexpr (std::is_floating_point_v<Number>) {
      AddPlain(field, NumberText(static_cast<double>(saw)), allowed);
    } else {
      AddPlain(field, std::to_string(saw), allowed);
    }
  }
  // A fault in words of its own, which say what was seen and what is allowed.
  void Describe(std::string_view field, std::string_view description);
  // The field is required, and absent or empty.
  void Missing(std::string_view field, std::string_view allowed = "a value") {
    AddPlain(field, "nothing", allowed);
  }

  bool empty() const { return count_ == 0; }
  int64_t count() const { return count_; }

  // OK when nothing was added, else INVALID_ARGUMENT, reason INVALID_FIELDS, with a BadRequest;
  // metadata "faults" is the total and "shown" how many of them the BadRequest lists.
  absl::Status ToStatus() const;

 private:
  void AddPlain(std::string_view field, std::string_view saw, std::string_view allowed);
  void Keep(std::string_view field, std::string description);
  static std::string NumberText(double number);

  int64_t count_ = 0;
  size_t bytes_ = 0;
  std::vector<std::pair<std::string, std::string>> kept_;  // field, description
};

// The phrasebook of what happens in every service.

// INVALID_ARGUMENT, INVALID_FIELDS: one fault of one field.
absl::Status InvalidField(std::string_view field, std::string_view saw, std::string_view allowed);
// NOT_FOUND, RESOURCE_NOT_FOUND.
absl::Status NotFound(std::string_view resource_name);
// ALREADY_EXISTS, RESOURCE_EXISTS.
absl::Status AlreadyExists(std::string_view resource_name);
// PERMISSION_DENIED, PERMISSION_DENIED: `what` ends "X may not ...": "push observations of
// institutions/a". Never says whether the resource exists.
absl::Status PermissionDenied(std::string_view subject, std::string_view what);
// UNAUTHENTICATED, UNAUTHENTICATED. `why` never repeats the credential.
absl::Status Unauthenticated(std::string_view why);
// ABORTED, ETAG_MISMATCH.
absl::Status EtagMismatch(std::string_view resource, std::string_view saw,
                          std::string_view current);
// FAILED_PRECONDITION with `reason` ("PERIOD_CLOSED"), and a PreconditionFailure whose type is the
// reason, whose subjects are given, and whose description is the message. Of many subjects the
// first few are listed.
absl::Status Precondition(std::string_view reason, std::string_view message,
                          absl::Span<const std::string_view> subjects, Metadata metadata = {});
absl::Status Precondition(std::string_view reason, std::string_view message,
                          std::string_view subject, Metadata metadata = {});
// RESOURCE_EXHAUSTED, OVERLOADED, with QuotaFailure and RetryInfo: `what` has no room ("the queue
// of requests"); nothing was done.
absl::Status Overloaded(std::string_view what, absl::Duration retry_after);
// UNAVAILABLE, UNAVAILABLE, with RetryInfo: `what` cannot answer now ("the plan service").
absl::Status Unavailable(std::string_view what, absl::Duration retry_after);
// INVALID_ARGUMENT, FUTURE_AS_OF.
absl::Status FutureAsOf(absl::Time asked, absl::Time now);
absl::Status FutureAsOf(int64_t asked_revision, int64_t latest_revision);
// FAILED_PRECONDITION, LINEAGE_CHANGED: the revision belongs to a history of the institution that
// was replaced when a backup was restored.
absl::Status LineageChanged(std::string_view institution, std::string_view asked,
                            std::string_view present);
// INVALID_ARGUMENT, REQUEST_ID_REUSED: the id came before with another request.
absl::Status RequestIdReused(std::string_view request_id);
// INVALID_ARGUMENT, INVALID_PAGE_TOKEN.
absl::Status InvalidPageToken();
// DEADLINE_EXCEEDED, DEADLINE_EXCEEDED; CANCELLED, CANCELLED.
absl::Status DeadlineExceeded();
absl::Status Cancelled();
// INTERNAL, INTERNAL: a fault of ours. `what` is for the log and for the sender alike: no secrets.
absl::Status Internal(std::string_view what);

// The status's message, which lives as long as the status.
std::string_view Message(const absl::Status& status);
// The ErrorInfo's reason; empty for an OK status, and for an error of another origin.
std::string Reason(const absl::Status& status);
// A value of the ErrorInfo's metadata; empty where there is none.
std::string MetadataValue(const absl::Status& status, std::string_view key);
// The RetryInfo's delay; absl::ZeroDuration() where there is none.
absl::Duration RetryAfter(const absl::Status& status);

// `value` as it may stand in a message: valid UTF-8 without control characters (characters.h), at
// most `max_bytes` (at least 8). They come out as \n, \r, \t, \xNN or \uNNNN, bytes that are not
// UTF-8 as \xNN; what is cut ends in "...".
std::string Printable(std::string_view value, size_t max_bytes = kMaxValueBytes);

}  // namespace athena::status

#endif  // ATHENA_LIBS_STATUS_STATUS_H_
