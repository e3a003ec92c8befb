#include "tests/bench/closed_loop.h"

#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/rpc/server.h"

namespace athena::bench {
namespace {

using Clock = std::chrono::steady_clock;

// A call under way; used again for the next one.
struct Slot {
  std::unique_ptr<grpc::GenericStub> stub;
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  grpc::Status status;
  size_t request = 0;
  Clock::time_point begun;
};

// A stream, which carries one request after the other.
struct Line {
  std::unique_ptr<grpc::GenericStub> stub;
  grpc::ClientContext context;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream;
  size_t request = 0;
  Clock::time_point begun;
};

}  // namespace

absl::StatusOr<std::vector<std::shared_ptr<grpc::Channel>>> OpenChannels(const Caller& caller) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < caller.connections; ++i) {
    grpc::ChannelArguments arguments;
    // Channels with the same arguments would share one connection.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(rpc::kMaxRequestBytes + (1 << 20));
    channels.push_back(
        grpc::CreateCustomChannel(caller.address, grpc::InsecureChannelCredentials(), arguments));
    if (!channels.back()->WaitForConnected(std::chrono::system_clock::now() +
                                           std::chrono::seconds(10))) {
      return absl::UnavailableError(absl::StrCat("nobody answers at ", caller.address));
    }
  }
  return channels;
}

absl::StatusOr<ClosedLoop> ClosedLoop::Connect(const Caller& caller) {
  absl::StatusOr<std::vector<std::shared_ptr<grpc::Channel>>> channels = OpenChannels(caller);
  if (!channels.ok()) return channels.status();
  return ClosedLoop(caller.authorization, *std::move(channels));
}

absl::StatusOr<Answers> ClosedLoop::CallEach(const std::string& method,
                                             absl::Span<const grpc::ByteBuffer> requests,
                                             int in_flight) {
  grpc::CompletionQueue queue;
  Answers result;
  result.latencies.resize(requests.size());
  result.answers.resize(requests.size());
  std::vector<Slot> slots(std::min(requests.size(), static_cast<size_t>(in_flight)));
  size_t next = 0;
  const auto begin = [&](Slot& slot) {
    slot.context = std::make_unique<grpc::ClientContext>();
    if (!authorization_.empty()) slot.context->AddMetadata("authorization", authorization_);
    slot.request = next++;
    slot.begun = Clock::now();
    slot.reader =
        slot.stub->PrepareUnaryCall(slot.context.get(), method, requests[slot.request], &queue);
    slot.reader->StartCall();
    slot.reader->Finish(&result.answers[slot.request], &slot.status, &slot);
  };

  const Clock::time_point begun = Clock::now();
  for (size_t i = 0; i < slots.size(); ++i) {
    slots[i].stub = std::make_unique<grpc::GenericStub>(channels_[i % channels_.size()]);
    begin(slots[i]);
  }
  grpc::Status failed;
  void* tag = nullptr;
  bool ok = false;
  for (size_t pending = slots.size(); pending > 0 && queue.Next(&tag, &ok);) {
    Slot& slot = *static_cast<Slot*>(tag);
    result.latencies[slot.request] = absl::FromChrono(Clock::now() - slot.begun);
    if (!slot.status.ok() && failed.ok()) failed = slot.status;
    if (failed.ok() && next < requests.size()) {
      begin(slot);
    } else {
      --pending;
    }
  }
  result.took = absl::FromChrono(Clock::now() - begun);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  if (!failed.ok()) {
    return absl::Status(static_cast<absl::StatusCode>(failed.error_code()),
                        absl::StrCat(method, ": ", failed.error_message()));
  }
  return result;
}

absl::StatusOr<Answers> ClosedLoop::SayEach(const std::string& method,
                                            absl::Span<const grpc::ByteBuffer> requests,
                                            int in_flight) {
  grpc::CompletionQueue queue;
  Answers result;
  result.latencies.resize(requests.size());
  result.answers.resize(requests.size());
  std::vector<Line> lines(std::min(requests.size(), static_cast<size_t>(in_flight)));
  void* tag = nullptr;
  bool ok = false;
  bool broken = false;
  size_t started = 0;
  while (started < lines.size() && !broken) {
    Line& line = lines[started];
    line.stub = std::make_unique<grpc::GenericStub>(channels_[started++ % channels_.size()]);
    if (!authorization_.empty()) line.context.AddMetadata("authorization", authorization_);
    line.stream = line.stub->PrepareCall(&line.context, method, &queue);
    line.stream->StartCall(nullptr);
    broken = !queue.Next(&tag, &ok) || !ok;
  }
  const absl::Span<Line> open = absl::MakeSpan(lines).first(started);
  size_t next = 0;
  const auto begin = [&](Line& line) {
    line.request = next++;
    line.begun = Clock::now();
    line.stream->Write(requests[line.request], nullptr);
    line.stream->Read(&result.answers[line.request], &line);
  };
  const Clock::time_point begun = Clock::now();
  size_t pending = 0;
  for (; pending < open.size() && !broken; ++pending) begin(open[pending]);
  while (pending > 0 && queue.Next(&tag, &ok)) {
    broken = broken || !ok;
    if (tag == nullptr) continue;
    Line& line = *static_cast<Line*>(tag);
    result.latencies[line.request] = absl::FromChrono(Clock::now() - line.begun);
    if (!broken && next < requests.size()) {
      begin(line);
    } else {
      --pending;
    }
  }
  result.took = absl::FromChrono(Clock::now() - begun);
  for (Line& line : open) line.context.TryCancel();
  for (Line& line : open) {
    grpc::Status status;
    line.stream->Finish(&status, &line);
    while (queue.Next(&tag, &ok) && tag != &line) {
    }
  }
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  if (broken) return absl::UnavailableError(absl::StrCat(method, ": a stream broke off"));
  return result;
}

grpc::ByteBuffer Encode(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

absl::Status Decode(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message) {
  std::vector<grpc::Slice> slices;
  std::string whole;
  if (!bytes.Dump(&slices).ok()) return absl::InternalError("the answer cannot be read");
  for (const grpc::Slice& slice : slices) {
    whole.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  if (!message.ParseFromString(whole)) {
    return absl::InternalError(
        absl::StrCat("an answer of ", whole.size(), " bytes is no ", message.GetTypeName()));
  }
  return absl::OkStatus();
}

}  // namespace athena::bench
