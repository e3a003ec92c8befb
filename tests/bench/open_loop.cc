#include "tests/bench/open_loop.h"

#include <grpc/support/time.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"

namespace athena::bench {
namespace {

using Clock = std::chrono::steady_clock;

// Calls that are due go out so many at a time; in between, answers are read.
constexpr int kBurst = 64;

struct Pending {
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  grpc::ByteBuffer answer;
  grpc::Status status;
  size_t request = 0;
  absl::Duration due;
};

// gRPC rounds times up to milliseconds: what is not to be waited for must lie in the past.
gpr_timespec In(absl::Duration duration) {
  if (duration <= absl::ZeroDuration()) return gpr_inf_past(GPR_CLOCK_MONOTONIC);
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(absl::ToInt64Nanoseconds(duration), GPR_TIMESPAN));
}

// The calls of one CallAtRate.
class RatedCalls {
 public:
  RatedCalls(const Caller& caller, const std::string& method,
             absl::Span<const grpc::ByteBuffer> requests, const Rate& rate,
             absl::Span<const std::shared_ptr<grpc::Channel>> channels)
      : caller_(caller), method_(method), requests_(requests), rate_(rate) {
    for (const auto& channel : channels) stubs_.emplace_back(channel);
    unsent_.resize(requests.size());
    std::iota(unsent_.begin(), unsent_.end(), size_t{0});
  }

  absl::Status CallAll() {
    begun_ = Clock::now();
    const auto calls =
        static_cast<size_t>(rate_.calls_per_second * absl::ToDoubleSeconds(rate_.lasts));
    result_.behind.reserve(calls);
    result_.outcomes.reserve(calls);
    while (result_.behind.size() < calls) {
      for (int i = 0; i < kBurst && result_.behind.size() < calls && NextDue() <= Elapsed(); ++i) {
        if (unsent_.empty()) {
          return absl::OutOfRangeError(
              absl::StrCat("all of the ", requests_.size(), " requests were served"));
        }
        Begin();
      }
      while (ReadAnswer(NextDue() - Elapsed())) {
      }
    }
    while (in_flight_ > 0) ReadAnswer(absl::Seconds(1));
    return absl::OkStatus();
  }

  // Ends the calls that are under way, if there are any.
  Offered Finish() {
    for (const auto& pending : made_) {
      if (pending->context != nullptr) pending->context->TryCancel();
    }
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
    return std::move(result_);
  }

 private:
  absl::Duration Elapsed() const { return absl::FromChrono(Clock::now() - begun_); }
  absl::Duration NextDue() const {
    return absl::Seconds(static_cast<double>(result_.behind.size()) / rate_.calls_per_second);
  }

  void Begin() {
    if (free_.empty()) {
      made_.push_back(std::make_unique<Pending>());
      free_.push_back(made_.back().get());
    }
    Pending& call = *free_.back();
    free_.pop_back();
    call.context = std::make_unique<grpc::ClientContext>();
    if (!caller_.authorization.empty()) {
      call.context->AddMetadata("authorization", caller_.authorization);
    }
    call.context->set_deadline(In(rate_.timeout));
    call.request = unsent_.front();
    unsent_.pop_front();
    call.due = NextDue();
    result_.behind.push_back(Elapsed() - call.due);
    call.reader = stubs_[result_.behind.size() % stubs_.size()].PrepareUnaryCall(
        call.context.get(), method_, requests_[call.request], &queue_);
    call.reader->StartCall();
    call.reader->Finish(&call.answer, &call.status, &call);
    ++in_flight_;
  }

  // Reads the next answer, which is waited for so long; false when there is none.
  bool ReadAnswer(absl::Duration wait) {
    void* tag = nullptr;
    bool ok = false;
    if (queue_.AsyncNext(&tag, &ok, In(wait)) != grpc::CompletionQueue::GOT_EVENT) return false;
    Pending& call = *static_cast<Pending*>(tag);
    result_.outcomes.push_back({call.due, Elapsed() - call.due, call.status.error_code()});
    if (call.status.ok()) {
      result_.answers.emplace_back();
      result_.answers.back().Swap(&call.answer);
    } else if (call.status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
      unsent_.push_back(call.request);
    }
    call.reader.reset();
    call.context.reset();
    free_.push_back(&call);
    --in_flight_;
    return true;
  }

  const Caller& caller_;
  const std::string& method_;
  const absl::Span<const grpc::ByteBuffer> requests_;
  const Rate& rate_;
  std::vector<grpc::GenericStub> stubs_;
  std::deque<size_t> unsent_;  // indexes of requests
  std::vector<std::unique_ptr<Pending>> made_;
  std::vector<Pending*> free_;
  size_t in_flight_ = 0;
  Clock::time_point begun_;
  Offered result_;
  grpc::CompletionQueue queue_;
};

}  // namespace

absl::StatusOr<Offered> CallAtRate(const Caller& caller, const std::string& method,
                                   absl::Span<const grpc::ByteBuffer> requests, const Rate& rate) {
  absl::StatusOr<std::vector<std::shared_ptr<grpc::Channel>>> channels = OpenChannels(caller);
  if (!channels.ok()) return channels.status();
  RatedCalls run(caller, method, requests, rate, *channels);
  const absl::Status called = run.CallAll();
  Offered offered = run.Finish();
  if (!called.ok()) return called;
  return offered;
}

}  // namespace athena::bench
