#include "services/reporting/publications/documents/recorded_reads.h"

#include <utility>
#include <vector>

#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::reporting {
namespace {

using Messages = std::vector<std::string>;

template <typename Part>
class Recorded final : public Pending<Part> {
 public:
  Recorded(std::unique_ptr<Pending<Part>> read, Messages* messages)
      : read_(std::move(read)), messages_(messages) {}

  absl::StatusOr<Parts<Part>> Await() override {
    ATHENA_ASSIGN_OR_RETURN(Parts<Part> parts, read_->Await());
    messages_->clear();
    for (const auto& part : parts) messages_->push_back((*part)->SerializeAsString());
    return parts;
  }

 private:
  const std::unique_ptr<Pending<Part>> read_;
  Messages* const messages_;
};

template <typename Part>
class Replayed final : public Pending<Part> {
 public:
  explicit Replayed(const Messages& messages) : messages_(messages) {}

  absl::StatusOr<Parts<Part>> Await() override {
    Parts<Part> parts;
    for (const std::string& message : messages_) {
      auto part = std::make_shared<OnArena<Part>>();
      if (!part->get()->ParseFromString(message)) {
        return status::Internal("a recorded answer cannot be read");
      }
      parts.push_back(std::move(part));
    }
    if (parts.empty()) return status::Internal("no answer was recorded");
    return parts;
  }

 private:
  const Messages& messages_;
};

}  // namespace

std::unique_ptr<Pending<PlanPart>> RecordingReads::ReadPlan(
    const rpc::Call& call, const plan::v1::GetPlanTreeRequest& request) const {
  return std::make_unique<Recorded<PlanPart>>(services_.ReadPlan(call, request), &inputs_->plan);
}

std::unique_ptr<Pending<ValuesPart>> RecordingReads::ReadValues(
    const rpc::Call& call, std::shared_ptr<const std::string> prepared,
    const indicator::v1::QueryPeriodValuesRequest& rest) const {
  indicator::v1::QueryPeriodValuesRequest request = rest;
  request.set_restricted(true);  // whoever publishes: others read it, and scores tell values
  return std::make_unique<Recorded<ValuesPart>>(
      services_.ReadValues(call, std::move(prepared), request), &inputs_->values);
}

std::unique_ptr<Pending<PlanPart>> ReplayedReads::ReadPlan(
    const rpc::Call&, const plan::v1::GetPlanTreeRequest&) const {
  return std::make_unique<Replayed<PlanPart>>(inputs_.plan);
}

std::unique_ptr<Pending<ValuesPart>> ReplayedReads::ReadValues(
    const rpc::Call&, std::shared_ptr<const std::string>,
    const indicator::v1::QueryPeriodValuesRequest&) const {
  return std::make_unique<Replayed<ValuesPart>>(inputs_.values);
}

}  // namespace athena::reporting
