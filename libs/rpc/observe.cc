#include "libs/rpc/observe.h"

#include <string>
#include <utility>

#include "libs/log/log.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

constexpr absl::Duration kSlow = absl::Seconds(1);

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

// Faults of the server's own are errors; what a caller did wrong, or load, is worth a look.
log::Level LevelOf(const CallRecord& record, bool open_ended) {
  switch (record.status.code()) {
    case absl::StatusCode::kOk:
      return record.took >= kSlow && !open_ended ? log::Level::kWarning : log::Level::kDebug;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return log::Level::kError;
    case absl::StatusCode::kCancelled:
      return log::Level::kDebug;
    default:
      return log::Level::kInfo;
  }
}

class Observer : public CallObserver {
 public:
  Observer(std::unique_ptr<metrics::GrpcMethod> counts, bool open_ended)
      : counts_(std::move(counts)), open_ended_(open_ended) {}

  void OnStart() override { counts_->Started(); }

  void OnEnd(const CallRecord& record) override {
    for (int64_t i = 0; i < record.received; ++i) counts_->Received();
    for (int64_t i = 0; i < record.sent; ++i) counts_->Sent();
    counts_->Queued(absl::ToDoubleSeconds(record.queued));
    counts_->Handled(record.status.code(), absl::ToDoubleSeconds(record.took));
    const log::Level level = LevelOf(record, open_ended_);
    if (!log::Enabled(level)) return;
    log::Write(level, "call",
               {{"service", record.service},
                {"method", record.method},
                {"subject", record.subject},
                {"institution", record.institution},
                {"request_id", record.request_id},
                {"traceparent", record.traceparent},
                {"code", absl::StatusCodeToString(record.status.code())},
                {"reason", status::Reason(record.status)},
                {"message", record.status.message()},
                {"seconds", absl::ToDoubleSeconds(record.took)},
                {"queued_seconds", absl::ToDoubleSeconds(record.queued)}});
  }

 private:
  std::unique_ptr<metrics::GrpcMethod> counts_;
  const bool open_ended_;
};

}  // namespace

std::function<std::unique_ptr<CallObserver>(std::string_view service, const Method& method)>
CountAndLog(metrics::GrpcServer& metrics) {
  return [&metrics](std::string_view service, const Method& method) {
    const bool open_ended =
        method.shape == Method::Shape::kWatch || method.shape == Method::Shape::kBidi;
    return std::make_unique<Observer>(metrics.Method(TypeOf(method.shape), service, method.name),
                                      open_ended);
  };
}

}  // namespace athena::rpc
