#ifndef ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_RECORDED_READS_H_
#define ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_RECORDED_READS_H_

#include <memory>
#include <string>

#include "services/reporting/publications/publication_store.h"
#include "services/reporting/reading/dependencies.h"

// Reading a scorecard's inputs once and scoring them again later, by the same code. Not
// thread-safe: for one scorecard each.
namespace athena::reporting {

// Reads from the services what restricted readers of PERSONAL indicators see, and keeps what they
// answer.
class RecordingReads final : public Readings {
 public:
  // `services` outlives it.
  explicit RecordingReads(const Readings& services) : services_(services) {}

  std::unique_ptr<Pending<PlanPart>> ReadPlan(
      const rpc::Call& call, const plan::v1::GetPlanTreeRequest& request) const override;
  std::unique_ptr<Pending<ValuesPart>> ReadValues(
      const rpc::Call& call, std::shared_ptr<const std::string> prepared,
      const indicator::v1::QueryPeriodValuesRequest& rest) const override;

  // The last answer of each service; empty where none was awaited.
  const Inputs& inputs() const { return *inputs_; }

 private:
  const Readings& services_;
  const std::unique_ptr<Inputs> inputs_ = std::make_unique<Inputs>();
};

// Answers every read with what was recorded. INTERNAL where that is no answer.
class ReplayedReads final : public Readings {
 public:
  // `inputs` outlives it.
  explicit ReplayedReads(const Inputs& inputs) : inputs_(inputs) {}

  std::unique_ptr<Pending<PlanPart>> ReadPlan(
      const rpc::Call& call, const plan::v1::GetPlanTreeRequest& request) const override;
  std::unique_ptr<Pending<ValuesPart>> ReadValues(
      const rpc::Call& call, std::shared_ptr<const std::string> prepared,
      const indicator::v1::QueryPeriodValuesRequest& rest) const override;

 private:
  const Inputs& inputs_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_RECORDED_READS_H_
