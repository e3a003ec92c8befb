#include "libs/daemon/institution_wakeups.h"

#include "libs/status/macros.h"

namespace athena::daemon {
namespace {

constexpr sql::Statement kRevision{"SELECT revision FROM institution_head WHERE institution = ?"};

}  // namespace

InstitutionWakeups::InstitutionWakeups(sql::Database& database, absl::Duration poll_interval)
    : database_(database), poll_interval_(poll_interval), poller_([this] { Run(); }) {}

InstitutionWakeups::~InstitutionWakeups() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  poller_.join();
}

rpc::Wakeups& InstitutionWakeups::Of(const std::string& institution) {
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<Watched>& watched = watched_[institution];
  if (watched == nullptr) watched = std::make_unique<Watched>();
  return watched->wakeups;
}

void InstitutionWakeups::Notify(const std::string& institution) {
  Watched* watched = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = watched_.find(institution);
    if (found == watched_.end()) return;
    watched = found->second.get();
  }
  watched->wakeups.Notify();
}

void InstitutionWakeups::Run() {
  while (true) {
    std::vector<std::pair<std::string, Watched*>> watched;
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), poll_interval_)) return;
      for (const auto& [institution, entry] : watched_) {
        if (!entry->wakeups.empty()) watched.emplace_back(institution, entry.get());
      }
    }
    // What could not be read is read the next time.
    if (!watched.empty()) Poll(watched).IgnoreError();
  }
}

absl::Status InstitutionWakeups::Poll(
    const std::vector<std::pair<std::string, Watched*>>& watched) {
  std::vector<sql::Param> keys;
  keys.reserve(watched.size());
  for (const auto& [institution, entry] : watched) keys.emplace_back(std::string_view(institution));
  std::vector<int64_t> revisions(watched.size());
  ATHENA_RETURN_IF_ERROR(database_.Read([&](sql::ReadTx& tx) {
    return tx.QueryMany(kRevision, 1, keys, [&](size_t i, const sql::Row& row) {
      revisions[i] = row.Int(0);
      return absl::OkStatus();
    });
  }));
  for (size_t i = 0; i < watched.size(); ++i) {
    Watched& entry = *watched[i].second;
    if (std::exchange(entry.seen, revisions[i]) != revisions[i]) entry.wakeups.Notify();
  }
  return absl::OkStatus();
}

}  // namespace athena::daemon
