#include "libs/status/status.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "libs/status/characters.h"

namespace athena::status {
namespace {

constexpr size_t kMaxReasonBytes = 63;  // AIP-193
constexpr size_t kMaxKeyBytes = 64;     // AIP-193
// A path goes as deep as a message does; longer ones come from nowhere good.
constexpr size_t kMaxFieldBytes = 256;
constexpr size_t kMaxSubjects = 3;

std::string TypeUrl(const google::protobuf::Message& message) {
  return "type.googleapis.com/" + message.GetDescriptor()->full_name();
}

void Attach(absl::Status& status, const google::protobuf::Message& detail) {
  // Deterministic, so that equal errors are equal bytes: a map's order is not.
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream out(&bytes);
    google::protobuf::io::CodedOutputStream coded(&out);
    coded.SetSerializationDeterministic(true);
    detail.SerializeToCodedStream(&coded);
  }
  status.SetPayload(TypeUrl(detail), absl::Cord(bytes));
}

// absl::StrCat of this Abseil does not know std::string_view.
std::string Text(std::initializer_list<std::string_view> pieces) {
  std::string out;
  for (std::string_view piece : pieces) out.append(piece);
  return out;
}

template <typename Detail>
std::optional<Detail> Find(const absl::Status& status) {
  Detail detail;
  auto payload = status.GetPayload(TypeUrl(detail));
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) return std::nullopt;
  return detail;
}

std::string Quoted(std::string_view value) { return Text({"\"", Printable(value), "\""}); }

void SetDuration(absl::Duration delay, google::protobuf::Duration& out) {
  delay = std::clamp(delay, absl::ZeroDuration(), absl::Hours(24));
  int64_t seconds = absl::IDivDuration(delay, absl::Seconds(1), &delay);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(delay)));
}

}  // namespace

std::string Printable(std::string_view value, size_t max_bytes) {
  std::string out;
  out.reserve(std::min(value.size(), max_bytes));
  size_t room_for_dots = 0;  // the last length at which "..." still fits
  while (!value.empty()) {
    size_t length = CharacterLength(value);
    const auto first = static_cast<unsigned char>(value[0]);
    std::string_view piece = value.substr(0, length);
    std::string escaped;
    if (length > 1 && IsControl(CodePoint(piece))) {
      escaped = absl::StrCat("\\u", absl::Hex(CodePoint(piece), absl::kZeroPad4));
      piece = escaped;
    } else if (length == 0 || IsControl(first)) {
      length = 1;
      switch (first) {
        case '\n':
          escaped = "\\n";
          break;
        case '\r':
          escaped = "\\r";
          break;
        case '\t':
          escaped = "\\t";
          break;
        default:
          escaped = absl::StrCat("\\x", absl::Hex(first, absl::kZeroPad2));
      }
      piece = escaped;
    }
    if (out.size() + piece.size() > max_bytes) {
      out.resize(room_for_dots);
      return out + "...";
    }
    out.append(piece);
    if (out.size() + 3 <= max_bytes) room_for_dots = out.size();
    value.remove_prefix(length);
  }
  return out;
}

absl::Status Refusal(absl::StatusCode code, std::string_view reason, std::string_view message,
                     Metadata metadata) {
  absl::Status status(code, Printable(message, kMaxMessageBytes));
  google::rpc::ErrorInfo info;
  info.set_domain(std::string(kDomain));
  info.set_reason(Printable(reason, kMaxReasonBytes));
  size_t bytes = 0;
  for (const auto& [key, value] : metadata) {
    std::string short_key = Printable(key, kMaxKeyBytes);
    std::string short_value = Printable(value, kMaxValueBytes);
    bytes += short_key.size() + short_value.size();
    if (bytes > kMaxMetadataBytes) break;
    (*info.mutable_metadata())[std::move(short_key)] = std::move(short_value);
  }
  Attach(status, info);
  return status;
}

absl::Status WithRetryAfter(absl::Status status, absl::Duration delay) {
  google::rpc::RetryInfo info;
  SetDuration(delay, *info.mutable_retry_delay());
  Attach(status, info);
  return status;
}

absl::Status WithQuota(absl::Status status, std::string_view subject,
                       std::string_view description) {
  google::rpc::QuotaFailure failure;
  google::rpc::QuotaFailure::Violation& violation = *failure.add_violations();
  violation.set_subject(Printable(subject));
  violation.set_description(Printable(description));
  Attach(status, failure);
  return status;
}

std::string FieldFaults::NumberText(double number) {
  char text[32];
  auto [end, error] = std::to_chars(text, text + sizeof(text), number);
  return std::string(text, end);
}

void FieldFaults::Add(std::string_view field, std::string_view saw, std::string_view allowed) {
  AddPlain(field, Quoted(saw), allowed);
}

void FieldFaults::AddPlain(std::string_view field, std::string_view saw, std::string_view allowed) {
  Keep(field, Text({"got ", saw, ", want ", Printable(allowed)}));
}

void FieldFaults::Describe(std::string_view field, std::string_view description) {
  Keep(field, Printable(description));
}

void FieldFaults::Keep(std::string_view field, std::string description) {
  ++count_;
  // Once one was left out all later ones are: the list is the first faults, not a sample.
  if (bytes_ > kMaxViolationsBytes) return;
  std::string path = Printable(field, kMaxFieldBytes);
  constexpr size_t kFraming = 10;  // tags and lengths of one FieldViolation
  bytes_ += path.size() + description.size() + kFraming;
  if (bytes_ > kMaxViolationsBytes) return;
  kept_.emplace_back(std::move(path), std::move(description));
}

absl::Status FieldFaults::ToStatus() const {
  if (count_ == 0) return absl::OkStatus();
  google::rpc::BadRequest bad;
  for (const auto& [field, description] : kept_) {
    google::rpc::BadRequest::FieldViolation& violation = *bad.add_field_violations();
    violation.set_field(field);
    violation.set_description(description);
  }
  std::string message = Text({kept_.front().first, ": ", kept_.front().second});
  if (count_ > 1) message += Text({" (and ", std::to_string(count_ - 1), " more)"});
  if (count_ > static_cast<int64_t>(kept_.size())) {
    const std::string rest = Text({"; the details list the first ", std::to_string(kept_.size()),
                                   ": mend these and send it again for the rest"});
    message = Printable(message, kMaxMessageBytes - rest.size()) + rest;
  }
  std::string total = std::to_string(count_);
  std::string shown = std::to_string(kept_.size());
  absl::Status status = Refusal(absl::StatusCode::kInvalidArgument, "INVALID_FIELDS", message,
                                {{"faults", total}, {"shown", shown}});
  Attach(status, bad);
  return status;
}

absl::Status InvalidField(std::string_view field, std::string_view saw, std::string_view allowed) {
  FieldFaults faults;
  faults.Add(field, saw, allowed);
  return faults.ToStatus();
}

absl::Status NotFound(std::string_view resource_name) {
  return Refusal(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND",
                 Text({Quoted(resource_name), " does not exist"}), {{"resource", resource_name}});
}

absl::Status AlreadyExists(std::string_view resource_name) {
  return Refusal(absl::StatusCode::kAlreadyExists, "RESOURCE_EXISTS",
                 Text({Quoted(resource_name), " exists already"}), {{"resource", resource_name}});
}

absl::Status PermissionDenied(std::string_view subject, std::string_view what) {
  return Refusal(absl::StatusCode::kPermissionDenied, "PERMISSION_DENIED",
                 Text({Quoted(subject), " may not ", what}), {{"subject", subject}});
}

absl::Status Unauthenticated(std::string_view why) {
  return Refusal(absl::StatusCode::kUnauthenticated, "UNAUTHENTICATED", why);
}

absl::Status EtagMismatch(std::string_view resource, std::string_view saw,
                          std::string_view current) {
  return Refusal(absl::StatusCode::kAborted, "ETAG_MISMATCH",
                 Text({Quoted(resource), " has changed: got etag ", Quoted(saw), ", it is ",
                       Quoted(current), "; read it again and repeat the change"}),
                 {{"resource", resource}, {"etag", saw}, {"currentEtag", current}});
}

absl::Status Precondition(std::string_view reason, std::string_view message,
                          absl::Span<const std::string_view> subjects, Metadata metadata) {
  absl::Status status = Refusal(absl::StatusCode::kFailedPrecondition, reason, message, metadata);
  google::rpc::PreconditionFailure failure;
  for (std::string_view subject : subjects.subspan(0, std::min(subjects.size(), kMaxSubjects))) {
    google::rpc::PreconditionFailure::Violation& violation = *failure.add_violations();
    violation.set_type(Printable(reason, kMaxReasonBytes));
    violation.set_subject(Printable(subject));
    violation.set_description(Printable(message));
  }
  Attach(status, failure);
  return status;
}

absl::Status Precondition(std::string_view reason, std::string_view message,
                          std::string_view subject, Metadata metadata) {
  return Precondition(reason, message, absl::MakeConstSpan(&subject, 1), metadata);
}

absl::Status Overloaded(std::string_view what, absl::Duration retry_after) {
  absl::Status status =
      Refusal(absl::StatusCode::kResourceExhausted, "OVERLOADED",
              Text({what, " has no room; nothing was done, try again later"}), {{"what", what}});
  return WithRetryAfter(WithQuota(std::move(status), what, "no room"), retry_after);
}

absl::Status Unavailable(std::string_view what, absl::Duration retry_after) {
  return WithRetryAfter(
      Refusal(absl::StatusCode::kUnavailable, "UNAVAILABLE",
              Text({what, " cannot answer now, try again later"}), {{"what", what}}),
      retry_after);
}

absl::Status FutureAsOf(absl::Time asked, absl::Time now) {
  std::string saw = absl::FormatTime(absl::RFC3339_full, asked, absl::UTCTimeZone());
  std::string latest = absl::FormatTime(absl::RFC3339_full, now, absl::UTCTimeZone());
  return Refusal(absl::StatusCode::kInvalidArgument, "FUTURE_AS_OF",
                 Text({"as_of: got ", saw, ", want a time not after ", latest}),
                 {{"asOf", saw}, {"latest", latest}});
}

absl::Status FutureAsOf(int64_t asked_revision, int64_t latest_revision) {
  std::string saw = std::to_string(asked_revision);
  std::string latest = std::to_string(latest_revision);
  return Refusal(absl::StatusCode::kInvalidArgument, "FUTURE_AS_OF",
                 Text({"as_of: got revision ", saw, ", the latest is ", latest}),
                 {{"asOf", saw}, {"latest", latest}});
}

absl::Status LineageChanged(std::string_view institution, std::string_view asked,
                            std::string_view present) {
  return Refusal(
      absl::StatusCode::kFailedPrecondition, "LINEAGE_CHANGED",
      Text({"the history of institutions/", institution,
            " was replaced when a backup was restored: got lineage ", Quoted(asked), ", it is now ",
            Quoted(present), "; read again without a revision or a basis"}),
      {{"institution", institution}, {"asked", asked}, {"present", present}});
}

absl::Status RequestIdReused(std::string_view request_id) {
  return Refusal(
      absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED",
      Text({"request_id ", Quoted(request_id), " came before with another request; use a new id"}),
      {{"requestId", request_id}});
}

absl::Status InvalidPageToken() {
  return Refusal(absl::StatusCode::kInvalidArgument, "INVALID_PAGE_TOKEN",
                 "page_token is not one that was given out for this request; begin without one");
}

absl::Status DeadlineExceeded() {
  return Refusal(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                 "the call's deadline has passed");
}

absl::Status Cancelled() {
  return Refusal(absl::StatusCode::kCancelled, "CANCELLED", "the call was cancelled");
}

absl::Status Internal(std::string_view what) {
  return Refusal(absl::StatusCode::kInternal, "INTERNAL", what);
}

std::string_view Message(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

std::string Reason(const absl::Status& status) {
  std::optional<google::rpc::ErrorInfo> info = Find<google::rpc::ErrorInfo>(status);
  return info.has_value() ? info->reason() : "";
}

std::string MetadataValue(const absl::Status& status, std::string_view key) {
  std::optional<google::rpc::ErrorInfo> info = Find<google::rpc::ErrorInfo>(status);
  if (!info.has_value()) return "";
  auto found = info->metadata().find(std::string(key));
  return found == info->metadata().end() ? "" : found->second;
}

absl::Duration RetryAfter(const absl::Status& status) {
  std::optional<google::rpc::RetryInfo> info = Find<google::rpc::RetryInfo>(status);
  if (!info.has_value()) return absl::ZeroDuration();
  return absl::Seconds(info->retry_delay().seconds()) +
         absl::Nanoseconds(info->retry_delay().nanos());
}

}  // namespace athena::status
