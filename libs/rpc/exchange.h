#ifndef ATHENA_LIBS_RPC_EXCHANGE_H_
#define ATHENA_LIBS_RPC_EXCHANGE_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/server.h"
#include "libs/rpc/workers.h"

// Internal to libs/rpc: one call on its way through the server.
namespace athena::rpc {

// A call that may stay open, as Drain sees it.
class Stream {
 public:
  virtual ~Stream() = default;
  virtual void Wake() = 0;
  // Keeps it alive; nullptr when it is over.
  virtual std::shared_ptr<Stream> Shared() = 0;
};

// One line of a table, as the server runs it.
struct BoundMethod {
  std::string service;
  Method method;
  std::unique_ptr<CallObserver> observer;
};

// What all calls share.
class Exchanges {
 public:
  Exchanges(const ServerOptions& options, int heavy)
      : options_(options), workers_(kWorkers, heavy) {}

  const ServerOptions& options() const { return options_; }
  Workers& workers() { return workers_; }

  // Counts a call in, or says why not. `bytes` are its undecoded bytes.
  absl::Status Enter(Method::Shape shape, size_t bytes);
  void Leave(Method::Shape shape);
  void Receive(size_t bytes) { undecoded_.fetch_add(bytes, std::memory_order_relaxed); }
  void Decoded(size_t bytes) { undecoded_.fetch_sub(bytes, std::memory_order_relaxed); }
  // RESOURCE_EXHAUSTED when the institution is above its rate.
  absl::Status Charge(const auth::Principal& principal);

  void Register(Stream* stream);
  void Unregister(Stream* stream);
  // Ends all streams and every later one.
  void EndStreams();
  bool draining() const { return draining_.load(); }
  // Whether no call is in flight and no stream open.
  bool idle() const { return in_flight_.load() == 0 && watches_.load() == 0; }

 private:
  struct Bucket {
    double tokens;
    absl::Time filled;
  };

  const ServerOptions options_;
  Workers workers_;
  std::atomic<size_t> in_flight_{0};
  std::atomic<size_t> watches_{0};
  std::atomic<size_t> undecoded_{0};
  std::atomic<bool> draining_{false};
  absl::Mutex mutex_;
  absl::flat_hash_set<Stream*> streams_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

// The gRPC face of a table: raw callback methods, so that nothing is parsed before it is admitted.
class TableService : public grpc::Service {
 public:
  TableService(Exchanges& exchanges, ServiceTable table);

 private:
  std::vector<std::unique_ptr<BoundMethod>> methods_;
  std::vector<std::string> paths_;  // "/package.Service/Method", which gRPC only borrows
};

// The part that every shape has: the call, its admission, its record.
class Exchange {
 public:
  Exchange(Exchanges& exchanges, BoundMethod& method) : exchanges_(exchanges), method_(method) {}

 protected:
  // Reads deadline, credential and identifiers from the context, then admits or refuses.
  absl::Status Admit(const grpc::CallbackServerContext& context, size_t bytes);
  // DEADLINE_EXCEEDED or CANCELLED when nobody waits any more.
  absl::Status StillWanted() const;
  // Counts the call out, once; tells the observer. Call before the transport is told.
  void End(const absl::Status& status);
  void ReleaseBytes();
  void NewArena() { context_.arena_ = std::make_unique<google::protobuf::Arena>(); }
  void Cancel() { context_.cancelled_.store(true, std::memory_order_relaxed); }
  void StartedWork();

  Exchanges& exchanges_;
  BoundMethod& method_;
  Call context_;
  size_t undecoded_ = 0;
  std::atomic<int64_t> received_{0};
  std::atomic<int64_t> sent_{0};

 private:
  absl::Time accepted_;
  absl::Duration queued_;
  bool entered_ = false;
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_EXCHANGE_H_
