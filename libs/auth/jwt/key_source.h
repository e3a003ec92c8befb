#ifndef ATHENA_LIBS_AUTH_JWT_KEY_SOURCE_H_
#define ATHENA_LIBS_AUTH_JWT_KEY_SOURCE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/auth/jwt/key_set.h"
#include "libs/clock/clock.h"

namespace athena::auth {

// How often a file of keys is read, whose change is to count soon, and a provider is asked, whose
// new keys are asked for when the first token of one comes.
inline constexpr absl::Duration kReadFileEvery = absl::Seconds(2);
inline constexpr absl::Duration kAskProviderEvery = absl::Minutes(5);
// Tokens that name unknown keys have the keys read at most this often.
inline constexpr absl::Duration kSoonestRead = absl::Seconds(10);

// The newest keys of an issuer. A thread of its own reads them, every so often and when it is told
// to; when that fails, the last good keys stay. Thread-safe; nothing but Close waits for a read.
class KeySource {
 public:
  struct Options {
    // Reads the JSON Web Key Set; blocking, called on one thread at a time. It gives up soon once
    // `stopping`.
    std::function<absl::StatusOr<std::string>(const std::atomic<bool>& stopping)> fetch;
    absl::Duration every = kAskProviderEvery;
    absl::Duration soonest = kSoonestRead;
    // Called on the thread after each read: with why it failed, or with the keys where they differ
    // from those before (else nullptr). May be empty.
    std::function<void(const absl::Status& read, const KeySet* keys)> on_read;
    const Clock* clock = &Clock::System();
  };

  // Begins to read.
  explicit KeySource(Options options);
  ~KeySource();
  KeySource(const KeySource&) = delete;
  KeySource& operator=(const KeySource&) = delete;

  // nullptr until a first read has succeeded.
  std::shared_ptr<const KeySet> keys() const;
  // Why there are no keys, or why the last read failed.
  absl::Status last_read() const;
  // Whether other keys may be here soon: a read is under way, or was begun by this, which happens
  // at most once in `soonest`.
  bool ReadSoon();
  // Waits until a read that began after this call has ended, whatever it brought. For starts.
  void Read();

 private:
  void Run();
  void Publish(absl::StatusOr<std::string> text);
  bool WorkToDo() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return requested_ || stopping_; }

  const Options options_;
  mutable absl::Mutex mutex_;
  std::atomic<bool> stopping_{false};  // set under mutex_, so that nothing that waits misses it
  bool requested_ ABSL_GUARDED_BY(mutex_) = true;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t begun_ ABSL_GUARDED_BY(mutex_) = 0;  // reads
  int64_t ended_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time last_begun_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Status last_read_ ABSL_GUARDED_BY(mutex_);
  std::string text_ ABSL_GUARDED_BY(mutex_);  // of keys_
  std::shared_ptr<const KeySet> keys_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace athena::auth

#endif  // ATHENA_LIBS_AUTH_JWT_KEY_SOURCE_H_
