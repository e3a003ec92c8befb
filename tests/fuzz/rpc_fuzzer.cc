// Any request of any RPC of the plan and the indicator service, called through their tables in this
// process over small databases. rpc_input.h says what an input is, rpc_services.h what it meets.

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/message_differencer.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/status/status.h"
#include "libs/status/status_proto.h"
#include "tests/fuzz/property.h"
#include "tests/fuzz/rpc_input.h"
#include "tests/fuzz/rpc_services.h"

namespace athena::fuzz {
namespace {

namespace v1 = indicator::v1;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::util::MessageDifferencer;
using rpc::testing::DirectCall;

constexpr size_t kMostAnswerBytes = 4 << 20;

// A property of this RPC's answer.
void RequireOf(const MethodDescriptor& method, const absl::Status& status, bool holds,
               const char* property) {
  if (!holds) {
    std::fprintf(stderr, "%s: %s\n", method.full_name().c_str(), status.ToString().c_str());
  }
  Require(holds, property);
}

// Codes that a service gives for what a caller asks. The others say that the service is at fault,
// or busy, or has not the RPC at all; here it has no reason to.
bool IsForTheCaller(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kResourceExhausted:
      return true;
    default:
      return false;
  }
}

void CheckRefusal(const MethodDescriptor& method, const absl::Status& status) {
  RequireOf(method, status, IsForTheCaller(status.code()), "a refusal is the caller's to mend");
  RequireOf(method, status, !status::Reason(status).empty(), "a refusal has a reason");
  const std::string wire = status::ToRpcStatus(status).SerializeAsString();
  RequireOf(method, status, wire.size() < status::kMaxDetailsBytes, "a refusal is small");
  google::rpc::Status read;
  RequireOf(method, status, read.ParseFromString(wire), "a refusal can be read");
}

std::unique_ptr<Message> ReadAnswer(const MethodDescriptor& method, const std::string& bytes) {
  const Message& prototype =
      *MessageFactory::generated_factory()->GetPrototype(method.output_type());
  std::unique_ptr<Message> message(prototype.New());
  Require(message->ParseFromString(bytes), "an answer can be read");
  Require(bytes.size() <= kMostAnswerBytes, "an answer fits into what clients take");
  return message;
}

bool HasRequestId(const Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  return field != nullptr && !request.GetReflection()->GetString(request, field).empty();
}

// The same request again is answered the same, and changes nothing.
void CheckAgain(RpcServices& services, const MethodDescriptor& method, const std::string& request,
                const Message& first) {
  const int64_t revision = services.Revision(method);
  const DirectCall call = services.Call(method, request);
  RequireOf(method, call.status(), call.status().ok(), "what was done is answered again");
  const std::unique_ptr<Message> again = ReadAnswer(method, call.messages().front());
  const auto check_replay = [](auto* push) {
    if (push == nullptr) return;
    Require(push->replayed(), "a push that came before says so");
    push->set_replayed(false);
  };
  check_replay(dynamic_cast<v1::PushObservationsResponse*>(again.get()));
  check_replay(dynamic_cast<plan::v1::SetBudgetAmountsResponse*>(again.get()));
  Require(MessageDifferencer::Equals(first, *again), "and with the same answer");
  Require(services.Revision(method) == revision, "and is not done again");
}

// A stream goes on after a push that it refuses.
void CheckRefusedPush(const MethodDescriptor& method, const v1::PushRefusal& refusal) {
  const absl::Status status(static_cast<absl::StatusCode>(refusal.code()), refusal.message());
  RequireOf(method, status, IsForTheCaller(status.code()), "a refusal is the caller's to mend");
  RequireOf(method, status, refusal.details_size() > 0, "a refusal has a reason");
}

void CheckDone(RpcServices& services, const MethodDescriptor& method, const std::string& request,
               const DirectCall& call, bool changed) {
  const bool streams = method.server_streaming() && !method.client_streaming();
  Require(streams || call.messages().size() == 1, "there is one answer");
  std::unique_ptr<Message> answer;
  for (const std::string& bytes : call.messages()) answer = ReadAnswer(method, bytes);

  if (const auto* pushed = dynamic_cast<const v1::StreamObservationsResponse*>(answer.get())) {
    Require(pushed->has_refusal() || pushed->has_response(), "a push is answered");
    Require(!pushed->has_refusal() || !changed, "what is refused is not done");
    if (pushed->has_refusal()) CheckRefusedPush(method, pushed->refusal());
    return;
  }
  const auto check_push = [&](const auto* pushed) {
    if (pushed == nullptr) return false;
    Require(changed == (pushed->revision() > 0 && !pushed->replayed()),
            "a push that is stored is a revision");
    if (changed) CheckAgain(services, method, request, *pushed);
    return true;
  };
  if (check_push(dynamic_cast<const v1::PushObservationsResponse*>(answer.get())) ||
      check_push(dynamic_cast<const plan::v1::SetBudgetAmountsResponse*>(answer.get()))) {
    return;
  }
  std::unique_ptr<Message> asked(
      MessageFactory::generated_factory()->GetPrototype(method.input_type())->New());
  Require(asked->ParseFromString(request), "only a message is answered");
  if (!streams && HasRequestId(*asked)) CheckAgain(services, method, request, *answer);
}

void Check(RpcServices& services, const MethodDescriptor& method, const std::string& request) {
  const int64_t before = services.Revision(method);
  const DirectCall call = services.Call(method, request);
  const int64_t after = services.Revision(method);
  const bool reads =
      method.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
  Require(after == before || (call.status().ok() && !reads && after == before + 1),
          "one revision is made, and only by what was done");
  if (call.status().ok()) {
    CheckDone(services, method, request, call, after != before);
  } else {
    CheckRefusal(method, call.status());
  }
  if (after != before) services.Restore(method);
}

}  // namespace
}  // namespace athena::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static athena::fuzz::RpcServices& services = []() -> athena::fuzz::RpcServices& {
    google::protobuf::SetLogHandler(nullptr);  // it complains about every text that is not UTF-8
    static athena::fuzz::RpcServices made;
    return made;
  }();
  const std::optional<athena::fuzz::RpcInput> input =
      athena::fuzz::ReadRpcInput(athena::fuzz::TextOf(data, size));
  if (!input.has_value()) return 0;
  const std::optional<std::string> request = athena::fuzz::RequestBytes(*input);
  if (request.has_value()) athena::fuzz::Check(services, *input->method, *request);
  return 0;
}
