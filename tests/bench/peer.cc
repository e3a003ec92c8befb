// athena-bench-peer: what calls are measured against. A server on gRPC's typed callback API that
// does nothing, waits for the disk or for SQLite, or hands on the answer of another one of its
// kind.

#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/rpc/client.h"
#include "libs/rpc/server.h"
#include "tests/bench/peer.grpc.pb.h"
#include "tests/bench/raw_sqlite.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:0", "host:port; port 0 takes a free one");
ABSL_FLAG(std::string, origin, "", "host:port of the peer whose bytes are handed on; empty: own");

ABSL_FLAG(std::string, synced, "", "a new file, which Synced writes to");
ABSL_FLAG(std::string, stored, "", "a new database, which Stored writes to");
ABSL_FLAG(std::string, schema, "", "for Stored: the file with the tables of observations");

namespace athena::bench {
namespace {

constexpr int kLargestAnswer = rpc::kMaxRequestBytes;

// Writes a page to a file and syncs it. As a WAL does, it writes over what is there.
class SyncedFile {
 public:
  explicit SyncedFile(const std::string& path)
      : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
    for (int64_t place = 0; place < kFilePages; ++place) WritePage(place);
  }
  ~SyncedFile() { ::close(file_); }
  SyncedFile(const SyncedFile&) = delete;
  SyncedFile& operator=(const SyncedFile&) = delete;

  bool Write() { return WritePage(commits_++ % kFilePages) && ::fdatasync(file_) == 0; }

 private:
  static constexpr int64_t kFilePages = 4096;
  static constexpr size_t kPageBytes = 4096;

  bool WritePage(int64_t place) {
    static constexpr char kPage[kPageBytes] = {};
    return ::pwrite(file_, kPage, kPageBytes, place * int64_t{kPageBytes}) == kPageBytes;
  }

  const int file_;
  int64_t commits_ = 0;
};

// Commits on a thread of its own, over and over while calls wait for it, each time for all of them.
class Commits {
 public:
  // False when it could not be done.
  using Commit = std::function<bool(size_t calls)>;

  explicit Commits(Commit commit) : commit_(std::move(commit)), thread_([this] { Run(); }) {}
  // Answers what waits.
  ~Commits() {
    {
      const absl::MutexLock hold(&mutex_);
      stopping_ = true;
    }
    thread_.join();
  }
  Commits(const Commits&) = delete;
  Commits& operator=(const Commits&) = delete;

  void AnswerNext(grpc::ServerUnaryReactor* reactor) {
    const absl::MutexLock hold(&mutex_);
    waiting_.push_back(reactor);
  }

 private:
  bool Due() const { return stopping_ || !waiting_.empty(); }

  void Run() {
    std::vector<grpc::ServerUnaryReactor*> answered;
    while (true) {
      {
        const absl::MutexLock hold(&mutex_, absl::Condition(this, &Commits::Due));
        answered = std::exchange(waiting_, {});
        if (answered.empty()) return;
      }
      const bool done = commit_(answered.size());
      for (grpc::ServerUnaryReactor* reactor : answered) {
        reactor->Finish(done ? grpc::Status::OK
                             : grpc::Status(grpc::StatusCode::UNAVAILABLE, "cannot write"));
      }
    }
  }

  const Commit commit_;
  absl::Mutex mutex_;
  std::vector<grpc::ServerUnaryReactor*> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

class PeerService final : public Peer::CallbackService {
 public:
  // What is null is not there: then `Bytes` answers itself, and the others refuse.
  PeerService(std::unique_ptr<Peer::Stub> origin, std::unique_ptr<Commits> synced,
              std::unique_ptr<Commits> stored)
      : origin_(std::move(origin)), synced_(std::move(synced)), stored_(std::move(stored)) {}

  grpc::ServerUnaryReactor* Nothing(grpc::CallbackServerContext* context, const NothingRequest*,
                                    NothingResponse*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerUnaryReactor* Synced(grpc::CallbackServerContext* context, const NothingRequest*,
                                   NothingResponse*) override {
    return AnswerAfter(synced_.get(), context);
  }

  grpc::ServerUnaryReactor* Stored(grpc::CallbackServerContext* context, const NothingRequest*,
                                   NothingResponse*) override {
    return AnswerAfter(stored_.get(), context);
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
  static grpc::ServerUnaryReactor* AnswerAfter(Commits* commits,
                                               grpc::CallbackServerContext* context) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    if (commits == nullptr) {
      reactor->Finish(
          grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "start with --synced, --stored"));
    } else {
      commits->AnswerNext(reactor);
    }
    return reactor;
  }

  const std::unique_ptr<Peer::Stub> origin_;
  const std::unique_ptr<Commits> synced_;
  const std::unique_ptr<Commits> stored_;
};

// Null without a file, as StoredCommits is.
std::unique_ptr<Commits> SyncedCommits(const std::string& path) {
  if (path.empty()) return nullptr;
  return std::make_unique<Commits>(
      [file = std::make_shared<SyncedFile>(path)](size_t) { return file->Write(); });
}
absl::StatusOr<std::unique_ptr<Commits>> StoredCommits(const std::string& path,
                                                       const std::string& schema) {
  if (path.empty()) return nullptr;
  absl::StatusOr<std::unique_ptr<RawStore>> store = RawStore::Create(path, schema);
  if (!store.ok()) return store.status();
  return std::make_unique<Commits>([store = std::shared_ptr(*std::move(store))](size_t calls) {
    return store->Store(static_cast<int64_t>(calls)).ok();
  });
}

int Run() {
  rpc::StopSignal stop;
  absl::StatusOr<std::unique_ptr<Commits>> stored =
      StoredCommits(absl::GetFlag(FLAGS_stored), absl::GetFlag(FLAGS_schema));
  if (!stored.ok()) {
    std::fprintf(stderr, "%s\n", stored.status().ToString().c_str());
    return 1;
  }
  const std::string origin = absl::GetFlag(FLAGS_origin);
  PeerService service(origin.empty() ? nullptr : Peer::NewStub(rpc::Connect(origin)),
                      SyncedCommits(absl::GetFlag(FLAGS_synced)), *std::move(stored));
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
