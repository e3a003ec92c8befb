#include <nlohmann/json.hpp>
#include <string>

#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/rpc/client.h"
#include "libs/status/status.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/paint.h"
#include "services/athenactl/table.h"
#include "services/athenactl/text.h"

namespace athena::athenactl {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

struct Answer {
  bool serving = false;
  std::string state;  // "SERVING", "NOT_SERVING", "UNREACHABLE"
  std::string why;
};

Answer Ask(const Connections& connections, const Connections::Peer& peer) {
  const auto stub = grpc::health::v1::Health::NewStub(peer.channel);
  HealthCheckRequest request;
  request.set_service(peer.service);
  const auto answer = rpc::Invoke<HealthCheckResponse>(
      connections.To(peer, kReadAttempts),
      [&](grpc::ClientContext* context, HealthCheckResponse* response) {
        return stub->Check(context, request, response);
      });
  if (answer.ok()) {
    return {answer->status() == HealthCheckResponse::SERVING,
            HealthCheckResponse::ServingStatus_Name(answer->status()), ""};
  }
  const bool away = answer.status().code() == absl::StatusCode::kUnavailable ||
                    answer.status().code() == absl::StatusCode::kDeadlineExceeded;
  return {false, away ? "UNREACHABLE" : "REFUSED", Printable(status::Message(answer.status()))};
}

absl::StatusOr<ExitCode> ShowHealth(Context& context, const Arguments& arguments) {
  const Connections& connections = context.connections;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  Table table({{"SERVICE"}, {"ADDRESS"}, {"STATE"}, {"WHY"}});
  bool all = true;
  for (const Connections::Peer* peer :
       {&connections.plan_peer(), &connections.indicator_peer(), &connections.reporting_peer()}) {
    const Answer answer = Ask(connections, *peer);
    all = all && answer.serving;
    table.Add({peer->service, peer->address, answer.state, answer.why});
    nlohmann::ordered_json one = {
        {"service", peer->service}, {"address", peer->address}, {"state", answer.state}};
    if (!answer.why.empty()) one["why"] = answer.why;
    json.push_back(one);
  }
  if (arguments.Has("json")) {
    context.console.out << json.dump(1, ' ', false,
                                     nlohmann::ordered_json::error_handler_t::replace)
                        << "\n";
  } else {
    context.console.out << table.Text(context.console.width, context.console.colour);
  }
  return all ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

Command HealthCommand() {
  return {{.name = "health",
           .operands = "",
           .summary = "Ask all three services whether they serve",
           .about = "Exit code 0: all do; 1: one of them does not.\n",
           .flags = {{"json", "", "as JSON"}}},
          ShowHealth};
}

}  // namespace athena::athenactl
