#include "services/reporting/watch/scorecard_watches.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/canonical/canonical.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/reporting/limits.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {
namespace {

std::string CallerOf(const rpc::Call& call) {
  return absl::StrCat(call.principal().institution, "\n", call.principal().subject);
}

// Those with the same key may read the same, and read the same.
std::string WatchKey(const rpc::Call& call, const ReadRequest& request) {
  return absl::StrCat(CallerOf(call), "\n", std::string(call.authorization()), "\n", request.plan,
                      "\n", request.quarters.last.ToString(),
                      request.quarters.trends ? " full" : "");
}

absl::StatusOr<LookResult> Look(Scorecards& scorecards, const rpc::Call& call,
                                const ReadRequest& request) {
  ATHENA_ASSIGN_OR_RETURN(Scorecards::Read read, scorecards.ReadPlan(call, request));
  ATHENA_ASSIGN_OR_RETURN(std::optional<LastClosing> closing,
                          scorecards.ClosingAt(call, request, read.basis));
  return LookResult{std::move(read), std::move(closing)};
}

// Whether a look that began at this time failed for a reason that says nothing to other callers:
// this one gave up, or left the services less time than others do.
bool IsCallersOwn(const absl::Status& status, const rpc::Call& call, absl::Time began) {
  return absl::IsCancelled(status) || absl::IsDeadlineExceeded(status) ||
         (absl::IsUnavailable(status) && call.deadline() < began + kLongestRead);
}

// Of what a reader sees: all but the revisions of the basis.
std::string ScorecardDigest(const rpc::PreparedAnswer& scorecard, const common::v1::Date& date) {
  Sha256 digest;
  for (size_t i = 0; i < scorecard.pieces.size(); ++i) {
    if (i != 1) digest.AddField(*scorecard.pieces[i]);  // the basis
  }
  return digest.AddInt(date.year()).AddInt(date.month()).AddInt(date.day()).Digest();
}

}  // namespace

// A watcher among those of a plan, until it is destroyed.
class ScorecardWatches::Membership {
 public:
  Membership(ScorecardWatches& watches, std::shared_ptr<WatchedPlan> plan, std::string key,
             std::string caller)
      : watches_(watches),
        plan_(std::move(plan)),
        key_(std::move(key)),
        caller_(std::move(caller)) {}
  ~Membership() { watches_.Leave(key_, caller_); }
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

  WatchedPlan& plan() { return *plan_; }
  bool BeginTurn() { return watches_.BeginTurn(plan_); }
  void EndTurn() { watches_.EndTurn(); }

 private:
  ScorecardWatches& watches_;
  const std::shared_ptr<WatchedPlan> plan_;
  const std::string key_;
  const std::string caller_;
};

class ScorecardWatches::Source final : public rpc::WatchSource<rpc::PreparedAnswer> {
 public:
  Source(Scorecards& scorecards, const rpc::Call& call, WatchRequest request,
         std::unique_ptr<Membership> membership)
      : scorecards_(scorecards),
        call_(call),
        request_(std::move(request)),
        membership_(std::move(membership)),
        first_look_(plan().Ask()) {}

  absl::StatusOr<bool> Next(rpc::PreparedAnswer* response) override {
    while (true) {
      std::shared_ptr<const ScoredPlan> found;  // alive until it has been sent
      if (plan().BeginLook()) {
        if (!membership_->BeginTurn()) return false;
        const absl::Time began = absl::Now();
        const absl::StatusOr<LookResult> look = Look(scorecards_, call_, request_.scorecard.read);
        plan().EndLook(look, !look.ok() && IsCallersOwn(look.status(), call_, began));
        membership_->EndTurn();
        ATHENA_RETURN_IF_ERROR(look.status());
        found = look->read.plan;
      }
      const LastLook last = plan().last();
      if (last.number < first_look_) return false;
      ATHENA_RETURN_IF_ERROR(last.status);
      if (last.version == seen_version_) return false;
      if (last.tick == sent_tick_) {
        if (plan().AwaitsTickAfter(sent_tick_)) return false;
        continue;  // one has come meanwhile
      }
      const std::shared_ptr<const ScoredPlan> latest = last.plan.lock();
      if (latest == nullptr) {
        first_look_ = plan().Ask();
        continue;
      }
      seen_version_ = last.version;
      ATHENA_ASSIGN_OR_RETURN(*response,
                              scorecards_.ScorecardOf(call_, request_.scorecard,
                                                      {latest, last.basis, nullptr}, last.closing));
      std::string digest = ScorecardDigest(*response, last.basis.date());
      if (request_.seen.has_value()) {
        const bool same = Serialised(*request_.seen->basis) == Serialised(last.basis);
        ATHENA_ASSIGN_OR_RETURN(sent_digest_, same ? digest : DigestOfSeen());
        request_.seen = std::nullopt;
      }
      if (digest == sent_digest_) return false;
      sent_digest_ = std::move(digest);
      sent_tick_ = last.tick;
      return true;
    }
  }

  rpc::Wakeups& wakeups() override { return plan().wakeups(); }

 private:
  WatchedPlan& plan() { return membership_->plan(); }

  // Computes what the caller has; empty when it cannot be computed any more.
  absl::StatusOr<std::string> DigestOfSeen() {
    ScorecardRequest request = request_.scorecard;
    request.read = *request_.seen;
    const absl::StatusOr<LookResult> then = Look(scorecards_, call_, request.read);
    if (absl::IsFailedPrecondition(then.status()) || absl::IsNotFound(then.status())) {
      return std::string();
    }
    ATHENA_RETURN_IF_ERROR(then.status());
    const absl::StatusOr<rpc::PreparedAnswer> scorecard =
        scorecards_.ScorecardOf(call_, request, then->read, then->closing);
    if (absl::IsNotFound(scorecard.status())) return std::string();  // it had no such element
    ATHENA_RETURN_IF_ERROR(scorecard.status());
    return ScorecardDigest(*scorecard, then->read.basis.date());
  }

  Scorecards& scorecards_;
  const rpc::Call& call_;
  WatchRequest request_;
  const std::unique_ptr<Membership> membership_;
  int64_t first_look_;        // the number of the first look that is new to this watcher
  int64_t seen_version_ = 0;  // of LastLook
  int64_t sent_tick_ = -1;    // LastLook.tick of the scorecard that was sent last
  std::string sent_digest_;   // of the scorecard that the caller has; empty: none
};

ScorecardWatches::ScorecardWatches(Scorecards& scorecards, absl::Duration interval)
    : scorecards_(scorecards), interval_(interval), ticker_([this] { Run(); }) {}

ScorecardWatches::~ScorecardWatches() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.Signal();
  }
  ticker_.join();
}

absl::StatusOr<std::unique_ptr<rpc::WatchSource<rpc::PreparedAnswer>>> ScorecardWatches::Watch(
    const rpc::Call& call, const v1::WatchScorecardRequest& message) {
  ATHENA_ASSIGN_OR_RETURN(WatchRequest request, Validate(message));
  call.SetResource(message.name());
  ATHENA_ASSIGN_OR_RETURN(std::unique_ptr<Membership> membership,
                          Join(call, request.scorecard.read));
  return std::make_unique<Source>(scorecards_, call, std::move(request), std::move(membership));
}

absl::StatusOr<std::unique_ptr<ScorecardWatches::Membership>> ScorecardWatches::Join(
    const rpc::Call& call, const ReadRequest& request) {
  const std::string caller = CallerOf(call);
  const std::string key = WatchKey(call, request);
  absl::MutexLock lock(&mutex_);
  int& watches = watches_[caller];
  if (watches >= kMaxWatchesOfCaller) {
    return status::Overloaded("the number of scorecards that one caller watches", kRetryAfter);
  }
  ++watches;
  Watched& watched = watched_[key];
  if (watched.plan == nullptr) {
    watched.plan = std::make_shared<WatchedPlan>();
    watched.next_look = absl::Now() + interval_;
    changed_.Signal();
  }
  ++watched.watchers;
  return std::make_unique<Membership>(*this, watched.plan, key, caller);
}

void ScorecardWatches::Leave(const std::string& key, const std::string& caller) {
  absl::MutexLock lock(&mutex_);
  if (--watches_[caller] == 0) watches_.erase(caller);
  Watched& watched = watched_[key];
  if (--watched.watchers == 0) watched_.erase(key);
}

bool ScorecardWatches::BeginTurn(const std::shared_ptr<WatchedPlan>& plan) {
  absl::MutexLock lock(&mutex_);
  if (looks_ < kMaxLooksAtOnce) {
    ++looks_;
    return true;
  }
  plan->PostponeLook();
  const auto is_plan = [&](const auto& waiting) { return waiting.lock() == plan; };
  if (std::none_of(waiting_.begin(), waiting_.end(), is_plan)) waiting_.push_back(plan);
  return false;
}

void ScorecardWatches::EndTurn() {
  std::shared_ptr<WatchedPlan> next;
  {
    absl::MutexLock lock(&mutex_);
    --looks_;
    while (next == nullptr && !waiting_.empty()) {
      next = waiting_.front().lock();
      waiting_.pop_front();
    }
  }
  if (next != nullptr) next->wakeups().Notify();
}

void ScorecardWatches::Tick() {
  std::vector<std::shared_ptr<WatchedPlan>> plans;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [key, watched] : watched_) plans.push_back(watched.plan);
  }
  for (const auto& plan : plans) plan->Tick();
}

std::vector<std::shared_ptr<WatchedPlan>> ScorecardWatches::AwaitDue() {
  std::vector<std::shared_ptr<WatchedPlan>> due;
  absl::MutexLock lock(&mutex_);
  while (due.empty() && !stopping_) {
    absl::Time next = absl::InfiniteFuture();
    for (const auto& [key, watched] : watched_) next = std::min(next, watched.next_look);
    changed_.WaitWithDeadline(&mutex_, next);
    const absl::Time now = absl::Now();
    for (auto& [key, watched] : watched_) {
      if (watched.next_look > now) continue;
      due.push_back(watched.plan);
      watched.next_look = now + interval_;
    }
  }
  return due;
}

void ScorecardWatches::Run() {
  while (true) {
    const std::vector<std::shared_ptr<WatchedPlan>> due = AwaitDue();
    if (due.empty()) return;
    for (const auto& plan : due) plan->Tick();
  }
}

}  // namespace athena::reporting
