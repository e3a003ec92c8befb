#include "libs/auth/jwt/key_source.h"

#include <utility>

#include "libs/status/status.h"

namespace athena::auth {

KeySource::KeySource(Options options)
    : options_(std::move(options)),
      last_read_(status::Refusal(absl::StatusCode::kUnavailable, "KEYS_UNREADABLE",
                                 "the keys have not been read yet")) {
  thread_ = std::thread([this] { Run(); });
}

KeySource::~KeySource() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

std::shared_ptr<const KeySet> KeySource::keys() const {
  absl::MutexLock lock(&mutex_);
  return keys_;
}

absl::Status KeySource::last_read() const {
  absl::MutexLock lock(&mutex_);
  return last_read_;
}

bool KeySource::ReadSoon() {
  absl::MutexLock lock(&mutex_);
  if (requested_ || reading_) return true;
  if (options_.clock->Now() < last_begun_ + options_.soonest) return false;
  requested_ = true;
  return true;
}

void KeySource::Read() {
  absl::MutexLock lock(&mutex_);
  requested_ = true;
  // One that is under way may have read before this call.
  const int64_t wanted = begun_ + 1;
  const auto done = [this, wanted]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return ended_ >= wanted || stopping_;
  };
  mutex_.Await(absl::Condition(&done));
}

void KeySource::Run() {
  for (;;) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(this, &KeySource::WorkToDo), options_.every);
      if (stopping_) return;
      requested_ = false;
      reading_ = true;
      ++begun_;
      last_begun_ = options_.clock->Now();
    }
    Publish(options_.fetch(stopping_));
  }
}

void KeySource::Publish(absl::StatusOr<std::string> text) {
  bool same = false;
  {
    absl::MutexLock lock(&mutex_);
    same = text.ok() && keys_ != nullptr && *text == text_;
  }
  absl::Status read = text.status();
  std::shared_ptr<const KeySet> keys;
  if (text.ok() && !same) {
    absl::StatusOr<KeySet> parsed = KeySet::FromJson(*text);
    read = parsed.status();
    if (parsed.ok()) keys = std::make_shared<const KeySet>(*std::move(parsed));
  }
  if (options_.on_read != nullptr) options_.on_read(read, keys.get());
  absl::MutexLock lock(&mutex_);
  last_read_ = read;
  if (keys != nullptr) {
    keys_ = std::move(keys);
    text_ = *std::move(text);
  }
  reading_ = false;
  ++ended_;
}

}  // namespace athena::auth
