// athena-bench-peer: what calls are measured against. A server on gRPC's typed callback API that
// does nothing, or hands on the answer of another one of its kind.

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "libs/rpc/client.h"
#include "libs/rpc/server.h"
#include "tests/bench/peer.grpc.pb.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:0", "host:port; port 0 takes a free one");
ABSL_FLAG(std::string, origin, "", "host:port of the peer whose bytes are handed on; empty: own");

namespace athena::bench {
namespace {

constexpr int kLargestAnswer = rpc::kMaxRequestBytes;

class PeerService final : public Peer::CallbackService {
 public:
  explicit PeerService(std::unique_ptr<Peer::Stub> origin) : origin_(std::move(origin)) {}

  grpc::ServerUnaryReactor* Nothing(grpc::CallbackServerContext* context, const NothingRequest*,
                                    NothingResponse*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerUnaryReactor* Bytes(grpc::CallbackServerContext* context, const BytesRequest* request,
                                  BytesResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    if (origin_ == nullptr) {
      response->mutable_bytes()->assign(std::clamp(request->size(), 0, kLargestAnswer), 'x');
      reactor->Finish(grpc::Status::OK);
      return reactor;
    }
    const std::shared_ptr<grpc::ClientContext> onward =
        grpc::ClientContext::FromCallbackServerContext(*context);
    origin_->async()->Bytes(onward.get(), request, response,
                            [reactor, onward](grpc::Status status) { reactor->Finish(status); });
    return reactor;
  }

 private:
  const std::unique_ptr<Peer::Stub> origin_;  // null: answers itself
};

int Run() {
  rpc::StopSignal stop;
  const std::string origin = absl::GetFlag(FLAGS_origin);
  PeerService service(origin.empty() ? nullptr : Peer::NewStub(rpc::Connect(origin)));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(absl::GetFlag(FLAGS_listen), grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    std::fprintf(stderr, "cannot listen on %s\n", absl::GetFlag(FLAGS_listen).c_str());
    return 1;
  }
  std::fprintf(stderr, "{\"event\":\"serving\",\"port\":%d}\n", port);
  stop.Await();
  server->Shutdown();
  return 0;
}

}  // namespace
}  // namespace athena::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return athena::bench::Run();
}
