#include "libs/status/status_proto.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/rpc/error_details.pb.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"

namespace athena::status {
namespace {

constexpr absl::Duration kUnavailableRetry = absl::Seconds(1);

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& internal) {
  google::rpc::Status out;
  if (internal.ok()) return out;
  absl::Status status = FromStorage(internal);
  if (status.code() == absl::StatusCode::kUnavailable &&
      RetryAfter(status) == absl::ZeroDuration()) {
    status = WithRetryAfter(std::move(status), kUnavailableRetry);
  }
  out.set_code(static_cast<int>(status.code()));
  out.set_message(Printable(Message(status), kMaxMessageBytes));
  std::vector<std::pair<std::string, std::string>> details;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    details.emplace_back(std::string(url), std::string(payload));
  });
  const std::string info_url = "type.googleapis.com/google.rpc.ErrorInfo";
  // ErrorInfo first, so that it is never what is left out; the rest in a stable order.
  std::sort(details.begin(), details.end(), [&](const auto& a, const auto& b) {
    return std::pair(a.first != info_url, a.first) < std::pair(b.first != info_url, b.first);
  });
  if (details.empty() || details.front().first != info_url) {
    google::rpc::ErrorInfo info;
    info.set_domain(std::string(kDomain));
    info.set_reason(absl::AsciiStrToUpper(absl::StatusCodeToString(status.code())));
    details.emplace(details.begin(), info_url, info.SerializeAsString());
  }
  std::vector<std::string> left_out;
  for (auto& [url, value] : details) {
    google::protobuf::Any& any = *out.add_details();
    any.set_type_url(url);
    any.set_value(value);
    if (out.ByteSizeLong() < kMaxDetailsBytes) continue;
    out.mutable_details()->RemoveLast();
    left_out.push_back(url.substr(url.rfind('.') + 1));
  }
  google::rpc::ErrorInfo info;
  if (left_out.empty() || out.details().empty() || !out.details(0).UnpackTo(&info)) return out;
  // Says so in what is never left out, for which another detail may have to make room.
  while (true) {
    (*info.mutable_metadata())["detailsLeftOut"] = Printable(
        absl::StrCat(absl::StrJoin(left_out, ", "), ": beyond 4 KiB; ask for less at once"));
    out.mutable_details(0)->set_value(info.SerializeAsString());
    if (out.ByteSizeLong() < kMaxDetailsBytes || out.details_size() == 1) return out;
    const std::string& url = out.details().rbegin()->type_url();
    left_out.push_back(url.substr(url.rfind('.') + 1));
    out.mutable_details()->RemoveLast();
  }
}

absl::Status FromRpcStatus(const google::rpc::Status& status) {
  absl::Status out(static_cast<absl::StatusCode>(status.code()), status.message());
  for (const google::protobuf::Any& any : status.details()) {
    out.SetPayload(any.type_url(), absl::Cord(any.value()));
  }
  return out;
}

}  // namespace athena::status
