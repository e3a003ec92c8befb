#ifndef ATHENA_SERVICES_REPORTING_READING_CLOSINGS_H_
#define ATHENA_SERVICES_REPORTING_READING_CLOSINGS_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/common/v1/values.pb.h"
#include "libs/rpc/call.h"
#include "services/reporting/reading/dependencies.h"

namespace athena::reporting {

// The last time that a quarter was closed.
struct LastClosing {
  absl::Time time;
  bool reopened = false;  // since
  friend bool operator==(const LastClosing&, const LastClosing&) = default;
};

// Asks the indicator service when a quarter of an institution was last closed. The question is on
// its way as soon as this exists. Not thread-safe.
class ClosingRead {
 public:
  // `institution` is a resource name. What is borrowed outlives it.
  ClosingRead(const Dependencies& dependencies, const rpc::Call& call, std::string institution,
              std::string quarter, common::v1::AsOf as_of);

  // nullopt when it was never closed at that point in history. Errors of Pending::Await;
  // PERMISSION_DENIED when the caller may not read the closings of the institution.
  absl::StatusOr<std::optional<LastClosing>> Await();

 private:
  void Begin();

  const Dependencies& dependencies_;
  const rpc::Call& call_;
  const std::string quarter_;
  indicator::v1::ListClosingsRequest request_;
  std::unique_ptr<Pending<indicator::v1::ListClosingsResponse>> pending_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_READING_CLOSINGS_H_
