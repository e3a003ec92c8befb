#ifndef ATHENA_LIBS_RPC_WAKEUPS_H_
#define ATHENA_LIBS_RPC_WAKEUPS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace athena::rpc {

// Where watch streams sleep until there may be something new on their topic (an institution's id,
// say). One per kind of news; outlives the server. Thread-safe.
//
// No wake-up is lost: a watch that read before a Notify and goes to sleep after it does not sleep.
class Wakeups {
 public:
  Wakeups() = default;
  Wakeups(const Wakeups&) = delete;
  Wakeups& operator=(const Wakeups&) = delete;

  // Wakes the watches of `topic`. Never blocks for long and costs next to nothing when nobody
  // watches: call it from sql::WriteTx::OnCommit.
  void Notify(std::string_view topic);

  // The rest is for the server.

  class Sleeper {
   public:
    // Called once per successful Park, without locks held.
    virtual void Wake() = 0;

   protected:
    ~Sleeper() = default;
  };

  struct Topic {
    std::string name;
    uint64_t version = 0;
    int members = 0;
    std::vector<Sleeper*> parked;
  };

  // A topic is kept between Join and Leave.
  Topic* Join(std::string_view topic);
  void Leave(Topic* topic);
  // Counts the topic's notifications since it was joined first.
  uint64_t Version(const Topic* topic) const;
  // False, without parking, when the version is no longer `seen`.
  bool Park(Topic* topic, uint64_t seen, Sleeper* sleeper);
  // Whether `sleeper` was parked; from now on it is not, and Wake will not be called.
  bool Unpark(Topic* topic, Sleeper* sleeper);

 private:
  std::atomic<int> members_{0};
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<Topic>> topics_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_WAKEUPS_H_
