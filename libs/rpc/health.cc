#include "libs/rpc/health.h"

#include <memory>
#include <optional>
#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr auth::Permission kPermissions[] = {{"Check", {}, auth::Permission::Scope::kPublic},
                                             {"Watch", {}, auth::Permission::Scope::kPublic}};

}  // namespace

Health::Health(const std::vector<std::string>& names) {
  absl::MutexLock lock(&mutex_);
  for (const std::string& name : names) serving_.emplace(name, true);
}

void Health::Set(std::string_view name, bool serving) {
  {
    absl::MutexLock lock(&mutex_);
    auto found = serving_.find(name);
    if (stopped_ || found == serving_.end()) return;
    found->second = serving;
  }
  wakeups_.Notify(name);
}

void Health::Stop() {
  std::vector<std::string> names;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    for (auto& [name, serving] : serving_) {
      serving = false;
      names.push_back(name);
    }
  }
  for (const std::string& name : names) wakeups_.Notify(name);
}

Health::State Health::Get(std::string_view name) const {
  absl::MutexLock lock(&mutex_);
  auto found = serving_.find(name);
  if (found == serving_.end()) return State::kUnknown;
  return found->second ? State::kServing : State::kNotServing;
}

// Tells the state at once, then each change; a name that is not known stays SERVICE_UNKNOWN, as
// health.proto says.
class Health::Watcher final : public WatchSource<HealthCheckResponse> {
 public:
  Watcher(const Health& health, std::string name) : health_(health), name_(std::move(name)) {}

  std::string topic() const override { return name_; }
  absl::StatusOr<bool> Next(HealthCheckResponse* part) override {
    State state = health_.Get(name_);
    if (told_ == state) return false;
    told_ = state;
    part->set_status(state == State::kServing      ? HealthCheckResponse::SERVING
                     : state == State::kNotServing ? HealthCheckResponse::NOT_SERVING
                                                   : HealthCheckResponse::SERVICE_UNKNOWN);
    return true;
  }

 private:
  const Health& health_;
  const std::string name_;
  std::optional<State> told_;
};

Service Health::Table() {
  Service service{HealthCheckRequest::descriptor()->file()->FindServiceByName("Health"),
                  kPermissions,
                  {}};
  service.methods.push_back(Unary<HealthCheckRequest, HealthCheckResponse>(
      "Check",
      [this](const Call&, const HealthCheckRequest& request) -> absl::StatusOr<HealthCheckResponse> {
        State state = Get(request.service());
        if (state == State::kUnknown) return status::NotFound(request.service());
        HealthCheckResponse response;
        response.set_status(state == State::kServing ? HealthCheckResponse::SERVING
                                                     : HealthCheckResponse::NOT_SERVING);
        return response;
      }));
  service.methods.push_back(Watch<HealthCheckRequest, HealthCheckResponse>(
      "Watch", wakeups_,
      [this](const Call&, const HealthCheckRequest& request)
          -> absl::StatusOr<std::unique_ptr<WatchSource<HealthCheckResponse>>> {
        return std::make_unique<Watcher>(*this, request.service());
      }));
  return service;
}

}  // namespace athena::rpc
