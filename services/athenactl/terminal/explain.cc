#include "services/athenactl/terminal/explain.h"

#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "google/rpc/error_details.pb.h"
#include "libs/status/status.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

constexpr absl::string_view kBadRequest = "type.googleapis.com/google.rpc.BadRequest";

// `text` with the first "LIST[N]" in it replaced by the name of that one.
std::string WithName(std::string text, std::string_view list,
                     const std::vector<std::string>& names) {
  const std::string element = absl::StrCat(View(list), "[");
  const size_t begin = text.find(element);
  const size_t close = text.find(']', begin);
  if (begin == std::string::npos || close == std::string::npos) return text;
  const size_t digits = begin + element.size();
  const std::optional<int64_t> index =
      WholeNumber(std::string_view(text).substr(digits, close - digits));
  if (!index.has_value() || static_cast<size_t>(*index) >= names.size()) return text;
  return text.replace(begin, close + 1 - begin, names[static_cast<size_t>(*index)]);
}

std::string_view Advice(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      // A service that answers with a reason of its own is running (DISK_FULL).
      if (!status::Reason(status).empty() && status::Reason(status) != "UNAVAILABLE") return "";
      return "Is it running, and at that address? `athenactl health` asks all three services.";
    case absl::StatusCode::kDeadlineExceeded:
      return "Allow more time with --timeout 2m; `athenactl health` asks all three services.";
    case absl::StatusCode::kUnauthenticated:
      return "Say who you are: --token TOKEN, or ATHENA_TOKEN in the environment; or "
             "--tls-certificate FILE and --tls-key FILE.";
    case absl::StatusCode::kUnimplemented:
      return "That service is older than this athenactl: use the one of its own version.";
    case absl::StatusCode::kAborted:
      return "Somebody else changed it meanwhile: run the command again.";
    default:
      return "";
  }
}

}  // namespace

std::vector<FieldFault> FieldFaultsOf(const absl::Status& status) {
  std::vector<FieldFault> faults;
  const absl::optional<absl::Cord> payload = status.GetPayload(kBadRequest);
  google::rpc::BadRequest request;
  if (!payload.has_value() || !request.ParseFromString(std::string(*payload))) return faults;
  for (const auto& violation : request.field_violations()) {
    faults.emplace_back(violation.field(), violation.description());
  }
  return faults;
}

std::string Explain(const absl::Status& status) {
  std::string text = Printable(status::Message(status));
  if (text.empty()) text = absl::StatusCodeToString(status.code());
  text += '\n';
  const std::vector<FieldFault> faults = FieldFaultsOf(status);
  // The message tells of a single fault itself.
  for (const auto& [field, description] : faults) {
    if (faults.size() == 1) break;
    absl::StrAppend(&text, "  ", Printable(field), ": ", Printable(description), "\n");
  }
  const std::optional<int64_t> all = WholeNumber(status::MetadataValue(status, "faults"));
  if (all.has_value() && *all > static_cast<int64_t>(faults.size())) {
    absl::StrAppend(&text, "  and ", Grouped(*all - static_cast<int64_t>(faults.size())),
                    " more\n");
  }
  if (const std::string_view advice = Advice(status); !advice.empty()) {
    absl::StrAppend(&text, View(advice), "\n");
  }
  return text;
}

absl::Status At(std::string_view where, const absl::Status& status,
                const std::vector<std::string>& names, std::string_view list) {
  if (status.ok()) return status;
  absl::Status placed(status.code(),
                      absl::StrCat(View(where), where.empty() ? "" : ": ",
                                   WithName(std::string(status.message()), list, names)));
  status.ForEachPayload(
      [&](absl::string_view type, const absl::Cord& payload) { placed.SetPayload(type, payload); });
  google::rpc::BadRequest request;
  const absl::optional<absl::Cord> payload = status.GetPayload(kBadRequest);
  if (payload.has_value() && request.ParseFromString(std::string(*payload))) {
    for (auto& violation : *request.mutable_field_violations()) {
      violation.set_field(WithName(violation.field(), list, names));
    }
    placed.SetPayload(kBadRequest, absl::Cord(request.SerializeAsString()));
  }
  return placed;
}

}  // namespace athena::athenactl
