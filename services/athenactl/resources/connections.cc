#include "services/athenactl/resources/connections.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "grpc/health/v1/health.pb.h"
#include "libs/rpc/client.h"
#include "libs/rpc/transport/tls.h"
#include "libs/status/status.h"
#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using HealthRequest = grpc::health::v1::HealthCheckRequest;
using HealthResponse = grpc::health::v1::HealthCheckResponse;

constexpr char kBackupService[] = "athena.common.v1.BackupService";
constexpr char kHistoryService[] = "athena.common.v1.HistoryService";
constexpr char kFollowUpService[] = "athena.plan.v1.FollowUpService";
constexpr char kOperationsService[] = "athena.plan.v1.OperationsService";

// "athena.plan.v1": the gRPC services of a package are at one address.
std::string PackageOf(const std::string& service) { return service.substr(0, service.rfind('.')); }

// "/athena.plan.v1.PlanService/GetPlan".
std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

grpc::ByteBuffer ToBuffer(const Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

// Parses a buffer; false when it holds no message of that type.
bool FromBuffer(const grpc::ByteBuffer& buffer, Message* message) {
  grpc::Slice slice;
  return buffer.DumpToSingleSlice(&slice).ok() &&
         message->ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
}

// A completion queue on which one operation at a time is awaited.
class Queue {
 public:
  ~Queue() {
    queue_.Shutdown();
    while (Next()) {
    }
  }
  grpc::CompletionQueue* get() { return &queue_; }
  // Waits for the operation that was started; whether it succeeded.
  bool Next() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

 private:
  grpc::CompletionQueue queue_;
};

grpc::Status CallUnary(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                       grpc::ClientContext* context, const Message& request, Message* response) {
  Queue queue;
  grpc::GenericStub stub(channel);
  const auto call = stub.PrepareUnaryCall(context, path, ToBuffer(request), queue.get());
  call->StartCall();
  grpc::ByteBuffer bytes;
  grpc::Status status;
  call->Finish(&bytes, &status, nullptr);
  queue.Next();
  if (status.ok() && !FromBuffer(bytes, response)) {
    return {grpc::StatusCode::INTERNAL, path + " sent an answer that cannot be read"};
  }
  return status;
}

// Reads the answers to one request, as grpc::ClientReader does.
class StreamReader {
 public:
  StreamReader(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
               grpc::ClientContext* context, const Message& request)
      : stub_(channel), call_(stub_.PrepareCall(context, path, queue_.get())) {
    call_->StartCall(nullptr);
    if (!queue_.Next()) return;
    call_->WriteLast(ToBuffer(request), grpc::WriteOptions(), nullptr);
    queue_.Next();
  }
  bool Read(grpc::ByteBuffer* part) {
    call_->Read(part, nullptr);
    return queue_.Next();
  }
  grpc::Status Finish() {
    grpc::Status status;
    call_->Finish(&status, nullptr);
    queue_.Next();
    return status;
  }

 private:
  Queue queue_;
  grpc::GenericStub stub_;
  const std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

rpc::TlsFiles TlsOf(const ConnectionOptions& options) {
  return {options.tls_certificate, options.tls_key, options.tls_ca};
}

// A contract that a program lacks, or an answer of another type, is a defect of this program.
[[noreturn]] void Abort(const std::string& defect) {
  std::cerr << "athenactl: " << defect << "\n";
  std::abort();
}

}  // namespace

absl::Status CheckSecurity(const ConnectionOptions& options) {
  const rpc::TlsFiles tls = TlsOf(options);
  status::FieldFaults faults;
  rpc::CheckTls(tls, "--tls-", &faults);
  if (!faults.empty()) return Misused(status::Message(faults.ToStatus()));
  if (!tls.empty() || options.token.empty()) return absl::OkStatus();
  for (const std::string* address :
       {&options.plan_address, &options.indicator_address, &options.reporting_address}) {
    if (rpc::IsLoopback(*address)) continue;
    return Misused(absl::StrCat(
        "the token would cross the network unencrypted to ", Printable(*address),
        ": give the file of the authorities that issue the services' certificates, --tls-ca FILE "
        "(those of the system: /etc/ssl/certs/ca-certificates.crt)"));
  }
  return absl::OkStatus();
}

class Connections::Channels {
 public:
  explicit Channels(const ConnectionOptions& options)
      : authorization_(options.token.empty() ? "" : absl::StrCat("Bearer ", options.token)),
        traceparent_(options.traceparent),
        timeout_(options.timeout) {
    const rpc::TlsFiles tls = TlsOf(options);
    Add(kPlanService, "the plan service", options.plan_address, tls);
    Add(kIndicatorService, "the indicator service", options.indicator_address, tls);
    Add(kReportingService, "the reporting service", options.reporting_address, tls);
  }

  const std::vector<Peer>& peers() const { return peers_; }
  absl::BitGen& random() { return random_; }

  const std::shared_ptr<grpc::Channel>& To(const std::string& service) const {
    const auto found = channels_.find(PackageOf(service));
    if (found == channels_.end()) Abort(absl::StrCat("nothing is known of the service ", service));
    return found->second;
  }

  // What goes along with the next call to a service; its time limit starts now.
  rpc::Outgoing OutgoingTo(const std::string& service, int attempts) const {
    rpc::Outgoing outgoing;
    for (const Peer& peer : peers_) {
      if (PackageOf(peer.service) == PackageOf(service)) outgoing.peer = peer.description;
    }
    outgoing.authorization = authorization_;
    outgoing.traceparent = traceparent_;
    outgoing.deadline = absl::Now() + timeout_;
    outgoing.attempts = attempts;
    return outgoing;
  }

 private:
  void Add(const std::string& service, const std::string& description, const std::string& address,
           const rpc::TlsFiles& tls) {
    peers_.push_back({service, absl::StrCat(description, " at ", address), address});
    channels_[PackageOf(service)] = rpc::Connect(address, tls);
  }

  const std::string authorization_;
  const std::string traceparent_;
  const absl::Duration timeout_;
  std::vector<Peer> peers_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;  // by package
  absl::BitGen random_;
};

Connections::Connections(const ConnectionOptions& options)
    : channels_(std::make_unique<Channels>(options)) {}

Connections::~Connections() = default;

std::vector<Connections::Peer> Connections::peers() const { return channels_->peers(); }

const MethodDescriptor& Connections::MethodOf(const Message& request) {
  const google::protobuf::Descriptor& type = *request.GetDescriptor();
  const std::string name(absl::StripSuffix(type.name(), "Request"));
  for (const char* const service :
       {kPlanService, kOperationsService, kFollowUpService, kIndicatorService, kReportingService,
        kHistoryService, kBackupService}) {
    const auto* found =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
    if (found == nullptr || found->file()->package() != type.file()->package()) continue;
    if (const MethodDescriptor* method = found->FindMethodByName(name)) return *method;
  }
  Abort(absl::StrCat("no method takes ", type.full_name()));
}

absl::Status Connections::Call(const Method& method, const Message& request, Message* response,
                               int attempts) const {
  return CallAt(method.service()->full_name(), method, request, response, attempts);
}

absl::Status Connections::CallAt(const std::string& service, const Method& method,
                                 const Message& request, Message* response, int attempts,
                                 std::optional<absl::Duration> timeout) const {
  if (response->GetDescriptor() != method.output_type()) {
    Abort(absl::StrCat(method.full_name(), " does not answer with a ",
                       response->GetDescriptor()->full_name()));
  }
  if (attempts == 0) {
    const bool reads =
        method.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
    attempts = reads ? kReadAttempts : kChangeAttempts;
  }
  rpc::Outgoing outgoing = channels_->OutgoingTo(service, attempts);
  if (timeout.has_value()) outgoing.deadline = absl::Now() + *timeout;
  return rpc::Attempt(outgoing, [&](grpc::ClientContext& context) {
    response->Clear();
    return CallUnary(channels_->To(service), PathOf(method), &context, request, response);
  });
}

absl::Status Connections::CallPages(const Method& method, const Message& request,
                                    Message* all) const {
  const std::unique_ptr<Message> asked(request.New());
  asked->CopyFrom(request);
  const auto field = [](const Message& message, const char* name) {
    const FieldDescriptor* found = message.GetDescriptor()->FindFieldByName(name);
    if (found == nullptr) Abort(absl::StrCat("a list's message has no ", name));
    return found;
  };
  const FieldDescriptor* size = field(*asked, "page_size");
  const FieldDescriptor* token = field(*asked, "page_token");
  const FieldDescriptor* next = field(*all, "next_page_token");
  if (asked->GetReflection()->GetInt32(*asked, size) == 0) {
    asked->GetReflection()->SetInt32(asked.get(), size, kDefaultPageSize);
  }
  const std::unique_ptr<Message> page(all->New());
  for (;;) {
    ATHENA_RETURN_IF_ERROR(Call(method, *asked, page.get()));
    const std::string next_token = page->GetReflection()->GetString(*page, next);
    page->GetReflection()->ClearField(page.get(), next);
    all->MergeFrom(*page);
    if (next_token.empty()) return absl::OkStatus();
    asked->GetReflection()->SetString(asked.get(), token, next_token);
  }
}

absl::Status Connections::FollowStream(const Method& method, const Message& request, Message* part,
                                       const std::function<void()>& take) const {
  for (;;) {
    bool begun = false;
    const absl::Status status = Stream(method, request, /*endless=*/true, part, [&] {
      begun = true;
      take();
    });
    if (!absl::IsUnavailable(status) || !begun) return status;
  }
}

absl::Status Connections::Stream(const Method& method, const Message& request, bool endless,
                                 Message* part, const std::function<void()>& take) const {
  const std::string& service = method.service()->full_name();
  rpc::Outgoing outgoing =
      channels_->OutgoingTo(service, endless ? kChangeAttempts : kReadAttempts);
  if (endless) outgoing.deadline = absl::InfiniteFuture();
  return rpc::Collect<grpc::ByteBuffer>(
      outgoing,
      [&](grpc::ClientContext* context) {
        return std::make_unique<StreamReader>(channels_->To(service), PathOf(method), context,
                                              request);
      },
      [&](const grpc::ByteBuffer& bytes) -> absl::Status {
        if (!FromBuffer(bytes, part)) {
          return absl::InternalError(
              absl::StrCat(method.full_name(), " sent a part that cannot be read"));
        }
        take();
        return absl::OkStatus();
      });
}

absl::StatusOr<std::string> Connections::Health(const Peer& peer) const {
  HealthRequest request;
  request.set_service(peer.service);
  HealthResponse response;
  ATHENA_RETURN_IF_ERROR(rpc::Attempt(
      channels_->OutgoingTo(peer.service, kReadAttempts), [&](grpc::ClientContext& context) {
        return CallUnary(channels_->To(peer.service), "/grpc.health.v1.Health/Check", &context,
                         request, &response);
      }));
  return HealthResponse::ServingStatus_Name(response.status());
}

std::string Connections::NewRequestId() const {
  absl::BitGen& random = channels_->random();
  return absl::StrCat("athenactl-", absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16),
                      absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16));
}

}  // namespace athena::athenactl
