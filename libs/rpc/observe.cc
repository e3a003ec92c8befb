#include "libs/rpc/observe.h"

#include <grpc/support/log.h>

#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "libs/log/log.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

constexpr absl::Duration kSlow = absl::Seconds(1);
constexpr absl::Duration kSummaryEvery = absl::Seconds(1);

std::string_view TypeOf(Method::Shape shape) {
  switch (shape) {
    case Method::Shape::kUnary:
      return "unary";
    case Method::Shape::kPages:
    case Method::Shape::kWatch:
      return "server_stream";
    case Method::Shape::kBidi:
      return "bidi_stream";
  }
  return "unary";
}

// Whether a call of the method that succeeds has changed something. Standard methods are told by
// their names (AIP-130). Pushes come by the thousand; the indicator service sums them up.
bool ChangesSomething(const Method& method) {
  if (method.heavy || method.shape != Method::Shape::kUnary) return false;
  for (const std::string_view reading :
       {"Get", "List", "Query", "Search", "BatchGet", "Explain", "Verify"}) {
    if (method.name.starts_with(reading)) return false;
  }
  return true;
}

class Observer : public CallObserver {
 public:
  Observer(metrics::GrpcServer& server, std::shared_ptr<Summary> refusals,
           std::unique_ptr<metrics::GrpcMethod> counts, const Method& method)
      : server_(server),
        refusals_(std::move(refusals)),
        counts_(std::move(counts)),
        open_(method.stays_open() ? server.watches() : server.in_flight()),
        changes_(ChangesSomething(method)),
        stays_open_(method.stays_open()) {}

  void OnStart() override {
    counts_->Started();
    open_.Increment();
  }

  void OnEnd(const CallRecord& record) override {
    open_.Decrement();
    const bool overloaded = status::Reason(record.status) == "OVERLOADED";
    if (overloaded) CountOverload(record);
    for (int64_t i = 0; i < record.received; ++i) counts_->Received();
    for (int64_t i = 0; i < record.sent; ++i) counts_->Sent();
    counts_->Queued(absl::ToDoubleSeconds(record.queued));
    counts_->Handled(record.status.code(), absl::ToDoubleSeconds(record.took));
    const log::Level level = overloaded ? log::Level::kDebug : LevelOf(record);
    if (!log::Enabled(level)) return;
    log::Write(level, "call",
               {{"service", record.service},
                {"method", record.method},
                {"subject", record.subject},
                {"institution", record.institution},
                {"resource", record.resource},
                {"request_id", record.request_id},
                {"traceparent", record.traceparent},
                {"code", absl::StatusCodeToString(record.status.code())},
                {"reason", status::Reason(record.status)},
                {"message", record.status.message()},
                {"seconds", absl::ToDoubleSeconds(record.took)},
                {"queued_seconds", absl::ToDoubleSeconds(record.queued)}});
  }

 private:
  void CountOverload(const CallRecord& record) {
    const std::string what = status::MetadataValue(record.status, "what");
    // Queues and counts are the server's own, a rate is an institution's.
    (what.starts_with("the rate") ? server_.shed_by_rate() : server_.shed_by_load()).Increment();
    const int64_t calls = refusals_->Add(absl::Now());
    if (calls == 0) return;
    log::Info("overloaded", {{"calls", calls},
                             {"what", what},
                             {"method", record.method},
                             {"subject", record.subject},
                             {"institution", record.institution}});
  }

  log::Level LevelOf(const CallRecord& record) const {
    switch (record.status.code()) {
      case absl::StatusCode::kInternal:
      case absl::StatusCode::kUnknown:
      case absl::StatusCode::kDataLoss:
        return log::Level::kError;
      case absl::StatusCode::kOk:
        if (record.took >= kSlow && !stays_open_) return log::Level::kWarning;
        return changes_ ? log::Level::kInfo : log::Level::kDebug;
      case absl::StatusCode::kPermissionDenied:
      case absl::StatusCode::kUnauthenticated:
      case absl::StatusCode::kResourceExhausted:
      case absl::StatusCode::kUnavailable:
      case absl::StatusCode::kDeadlineExceeded:
        return log::Level::kInfo;
      default:
        return log::Level::kDebug;
    }
  }

  metrics::GrpcServer& server_;
  const std::shared_ptr<Summary> refusals_;
  const std::unique_ptr<metrics::GrpcMethod> counts_;
  prometheus::Gauge& open_;
  const bool changes_;
  const bool stays_open_;
};

void WriteGrpcMessage(gpr_log_func_args* message) {
  // What gRPC calls an error is mostly a client's: a compression that is not taken, a connection
  // that was broken off.
  const log::Level level =
      message->severity == GPR_LOG_SEVERITY_ERROR ? log::Level::kInfo : log::Level::kDebug;
  log::Write(level, "grpc",
             {{"message", message->message}, {"file", message->file}, {"line", message->line}});
}

}  // namespace

std::function<std::unique_ptr<CallObserver>(std::string_view service, const Method& method)>
CountAndLog(metrics::GrpcServer& metrics) {
  return [&metrics, refusals = std::make_shared<Summary>()](std::string_view service,
                                                            const Method& method) {
    return std::make_unique<Observer>(
        metrics, refusals, metrics.Method(TypeOf(method.shape), service, method.name), method);
  };
}

int64_t Summary::Add(absl::Time now) {
  count_.fetch_add(1, std::memory_order_relaxed);
  const int64_t time = absl::ToUnixNanos(now);
  int64_t next = next_line_.load(std::memory_order_relaxed);
  if (time < next) return 0;
  if (!next_line_.compare_exchange_strong(next, time + absl::ToInt64Nanoseconds(kSummaryEvery),
                                          std::memory_order_relaxed)) {
    return 0;
  }
  return count_.exchange(0, std::memory_order_relaxed);
}

void LogGrpcMessages() { gpr_set_log_function(&WriteGrpcMessage); }

}  // namespace athena::rpc
