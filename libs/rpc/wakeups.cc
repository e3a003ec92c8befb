#include "libs/rpc/wakeups.h"

#include <algorithm>

#include "absl/strings/string_view.h"

namespace athena::rpc {
namespace {
absl::string_view Key(std::string_view text) { return {text.data(), text.size()}; }
}  // namespace

void Wakeups::Notify(std::string_view topic) {
  // A watch that joins after this load reads what was committed before the Notify.
  if (members_.load(std::memory_order_seq_cst) == 0) return;
  std::vector<Sleeper*> woken;
  {
    absl::MutexLock lock(&mutex_);
    auto found = topics_.find(Key(topic));
    if (found == topics_.end()) return;
    ++found->second->version;
    woken.swap(found->second->parked);
  }
  for (Sleeper* sleeper : woken) sleeper->Wake();
}

Wakeups::Topic* Wakeups::Join(std::string_view topic) {
  members_.fetch_add(1, std::memory_order_seq_cst);
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<Topic>& entry = topics_[Key(topic)];
  if (entry == nullptr) {
    entry = std::make_unique<Topic>();
    entry->name = std::string(topic);
  }
  ++entry->members;
  return entry.get();
}

void Wakeups::Leave(Topic* topic) {
  members_.fetch_sub(1, std::memory_order_relaxed);
  absl::MutexLock lock(&mutex_);
  if (--topic->members == 0) topics_.erase(topics_.find(topic->name));
}

uint64_t Wakeups::Version(const Topic* topic) const {
  absl::MutexLock lock(&mutex_);
  return topic->version;
}

bool Wakeups::Park(Topic* topic, uint64_t seen, Sleeper* sleeper) {
  absl::MutexLock lock(&mutex_);
  if (topic->version != seen) return false;
  topic->parked.push_back(sleeper);
  return true;
}

bool Wakeups::Unpark(Topic* topic, Sleeper* sleeper) {
  absl::MutexLock lock(&mutex_);
  auto at = std::find(topic->parked.begin(), topic->parked.end(), sleeper);
  if (at == topic->parked.end()) return false;
  topic->parked.erase(at);
  return true;
}

}  // namespace athena::rpc
