#ifndef ATHENA_LIBS_RPC_HEALTH_H_
#define ATHENA_LIBS_RPC_HEALTH_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/rpc/server.h"
#include "libs/rpc/wakeups.h"

namespace athena::rpc {

// grpc.health.v1.Health, open to everybody. Thread-safe.
class Health {
 public:
  // Known names, all SERVING.
  explicit Health(const std::vector<std::string>& names);

  // Ignored for a name that is not known, and after Stop.
  void Set(std::string_view name, bool serving);
  // NOT_SERVING for good.
  void Stop();

  // The table; refers to this.
  Service Table();

 private:
  class Watcher;
  enum class State { kServing, kNotServing, kUnknown };
  State Get(std::string_view name) const;

  mutable absl::Mutex mutex_;
  std::map<std::string, bool, std::less<>> serving_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  Wakeups wakeups_;
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_HEALTH_H_
