#include "libs/rpc/workers.h"

#include <utility>

namespace athena::rpc {
namespace {

thread_local bool on_worker = false;

}  // namespace

Workers::Workers(int threads, int heavy) : heavy_limit_(heavy) {
  threads_.reserve(static_cast<size_t>(threads));
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

Workers::~Workers() { Stop(); }

bool Workers::OnWorker() { return on_worker; }

bool Workers::Submit(std::shared_ptr<Task> task, bool heavy, size_t bound) {
  absl::MutexLock lock(&mutex_);
  if (stopping_ || light_.size() + heavy_.size() >= bound) return false;
  (heavy ? heavy_ : light_).push_back(std::move(task));
  WakeOne();
  return true;
}

void Workers::SubmitAlways(std::shared_ptr<Task> task) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      light_.push_back(std::move(task));
      WakeOne();
      return;
    }
  }
  task->Run();
}

void Workers::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    stopping_ = true;
    work_.SignalAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Workers::WakeOne() {
  if (waking_ || idle_ == 0 || !Ready()) return;
  waking_ = true;
  work_.Signal();
}

void Workers::Loop() {
  on_worker = true;
  absl::MutexLock lock(&mutex_);
  while (true) {
    while (!Ready()) {
      ++idle_;
      work_.Wait(&mutex_);
      --idle_;
      waking_ = false;
    }
    bool heavy = false;
    std::shared_ptr<Task> task;
    if (!light_.empty()) {
      task = std::move(light_.front());
      light_.pop_front();
    } else if (!heavy_.empty()) {
      task = std::move(heavy_.front());
      heavy_.pop_front();
      heavy = true;
      ++heavy_running_;
    } else {
      return;  // stopping, and nothing left
    }
    WakeOne();
    mutex_.Unlock();
    task->Run();
    task.reset();
    mutex_.Lock();
    if (heavy) {
      --heavy_running_;
    }
  }
}

}  // namespace athena::rpc
