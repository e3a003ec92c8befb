// athena-bench-peer: what calls are measured against. A server on gRPC's typed callback API that
// does nothing, waits for the disk, or hands on the answer of another one of its kind.

#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/synchronization/mutex.h"
#include "libs/rpc/client.h"
#include "libs/rpc/server.h"
#include "tests/bench/peer.grpc.pb.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:0", "host:port; port 0 takes a free one");
ABSL_FLAG(std::string, origin, "", "host:port of the peer whose bytes are handed on; empty: own");

ABSL_FLAG(std::string, synced, "", "a new file, which Synced writes to");

namespace athena::bench {
namespace {

constexpr int kLargestAnswer = rpc::kMaxRequestBytes;

// Writes a page to a file and syncs it, over and over while calls wait for it. As a WAL does, it
// writes over what is there.
class Syncs {
 public:
  explicit Syncs(const std::string& path)
      : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
    for (int64_t place = 0; place < kFilePages; ++place) WritePage(place);
    thread_ = std::thread([this] { Run(); });
  }
  // Answers what waits.
  ~Syncs() {
    {
      const absl::MutexLock hold(&mutex_);
      stopping_ = true;
    }
    thread_.join();
    ::close(file_);
  }
  Syncs(const Syncs&) = delete;
  Syncs& operator=(const Syncs&) = delete;

  void AnswerNext(grpc::ServerUnaryReactor* reactor) {
    const absl::MutexLock hold(&mutex_);
    waiting_.push_back(reactor);
  }

 private:
  static constexpr int64_t kFilePages = 4096;
  static constexpr size_t kPageBytes = 4096;

  void WritePage(int64_t place) {
    static constexpr char kPage[kPageBytes] = {};
    written_ = ::pwrite(file_, kPage, kPageBytes, place * int64_t{kPageBytes}) == kPageBytes;
  }

  bool Due() const { return stopping_ || !waiting_.empty(); }

  void Run() {
    std::vector<grpc::ServerUnaryReactor*> answered;
    for (int64_t commits = 0;; ++commits) {
      {
        const absl::MutexLock hold(&mutex_, absl::Condition(this, &Syncs::Due));
        answered = std::exchange(waiting_, {});
        if (answered.empty()) return;
      }
      WritePage(commits % kFilePages);
      const bool synced = written_ && ::fdatasync(file_) == 0;
      for (grpc::ServerUnaryReactor* reactor : answered) {
        reactor->Finish(synced ? grpc::Status::OK
                               : grpc::Status(grpc::StatusCode::UNAVAILABLE, "cannot write"));
      }
    }
  }

  const int file_;
  bool written_ = false;
  absl::Mutex mutex_;
  std::vector<grpc::ServerUnaryReactor*> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

class PeerService final : public Peer::CallbackService {
 public:
  PeerService(std::unique_ptr<Peer::Stub> origin, std::unique_ptr<Syncs> syncs)
      : origin_(std::move(origin)), syncs_(std::move(syncs)) {}

  grpc::ServerUnaryReactor* Nothing(grpc::CallbackServerContext* context, const NothingRequest*,
                                    NothingResponse*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerUnaryReactor* Synced(grpc::CallbackServerContext* context, const NothingRequest*,
                                   NothingResponse*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    if (syncs_ == nullptr) {
      reactor->Finish(grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "start with --synced"));
    } else {
      syncs_->AnswerNext(reactor);
    }
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
  const std::unique_ptr<Syncs> syncs_;        // null: there is no file
};

int Run() {
  rpc::StopSignal stop;
  const std::string origin = absl::GetFlag(FLAGS_origin);
  const std::string synced = absl::GetFlag(FLAGS_synced);
  PeerService service(origin.empty() ? nullptr : Peer::NewStub(rpc::Connect(origin)),
                      synced.empty() ? nullptr : std::make_unique<Syncs>(synced));
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
