#include "libs/rpc/workers.h"

#include <algorithm>

namespace athena::rpc {

Workers::Workers(int threads, int heavy) : heavy_limit_(std::max(1, heavy)) {
  for (int i = 0; i < std::max(1, threads); ++i) workers_.push_back(std::make_unique<Worker>());
  for (auto& worker : workers_) {
    worker->thread = std::thread([this, self = worker.get()] { Loop(*self); });
  }
}

Workers::~Workers() { Join(); }

void Workers::Push(Task& task, bool heavy) {
  Queue& queue = heavy ? heavy_ : light_;
  task.next_ = nullptr;
  task.order_ = ++order_;
  (queue.tail == nullptr ? queue.head : queue.tail->next_) = &task;
  queue.tail = &task;
  ++queued_;
}

bool Workers::Runnable() const {
  return light_.head != nullptr || (heavy_.head != nullptr && heavy_running_ < heavy_limit_);
}

Task* Workers::Pop(bool* heavy) {
  if (!Runnable()) return nullptr;
  *heavy = heavy_.head != nullptr && heavy_running_ < heavy_limit_ &&
           (light_.head == nullptr || heavy_.head->order_ < light_.head->order_);
  Queue& queue = *heavy ? heavy_ : light_;
  Task* task = queue.head;
  queue.head = task->next_;
  if (queue.head == nullptr) queue.tail = nullptr;
  --queued_;
  return task;
}

Workers::Worker* Workers::TakeSleeper() {
  if (waking_ > 0 || sleepers_.empty() || !Runnable()) return nullptr;
  Worker* worker = sleepers_.back();
  sleepers_.pop_back();
  worker->woken = true;
  ++waking_;
  return worker;
}

bool Workers::TrySubmit(Task& task, bool heavy, size_t bound) {
  Worker* sleeper;
  {
    absl::MutexLock lock(&mutex_);
    if (queued_ >= bound) return false;
    Push(task, heavy);
    sleeper = TakeSleeper();
  }
  if (sleeper != nullptr) sleeper->wake.Signal();
  return true;
}

void Workers::Submit(Task& task, bool heavy) {
  TrySubmit(task, heavy, static_cast<size_t>(-1));
}

void Workers::Loop(Worker& self) {
  mutex_.Lock();
  for (;;) {
    bool heavy = false;
    Task* task = Pop(&heavy);
    if (task == nullptr) {
      if (stopping_ && queued_ == 0) break;
      sleepers_.push_back(&self);
      self.woken = false;
      while (!self.woken) self.wake.Wait(&mutex_);
      if (waking_ > 0) --waking_;
      continue;
    }
    if (heavy) ++heavy_running_;
    Worker* next = TakeSleeper();
    mutex_.Unlock();
    if (next != nullptr) next->wake.Signal();
    task->Run();
    mutex_.Lock();
    if (heavy) --heavy_running_;
  }
  // The others may sleep on heavy tasks that have been waiting for this one.
  for (Worker* sleeper : sleepers_) {
    sleeper->woken = true;
    sleeper->wake.Signal();
  }
  sleepers_.clear();
  mutex_.Unlock();
}

void Workers::Join() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    for (Worker* sleeper : sleepers_) {
      sleeper->woken = true;
      sleeper->wake.Signal();
    }
    sleepers_.clear();
  }
  for (auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

}  // namespace athena::rpc
