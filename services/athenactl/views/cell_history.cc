#include "services/athenactl/views/cell_history.h"

#include <map>

namespace athena::athenactl {
namespace {

using athena::indicator::v1::Observation;
using athena::indicator::v1::ObservationRecord;

bool SameCell(const Observation& a, const Observation& b) {
  const auto codes = [](const Observation& observation) {
    return std::map<std::string, std::string>(observation.dimensions().begin(),
                                              observation.dimensions().end());
  };
  return a.indicator() == b.indicator() && a.period() == b.period() && codes(a) == codes(b);
}

}  // namespace

std::vector<std::string> OutcomesOf(
    const google::protobuf::RepeatedPtrField<ObservationRecord>& records) {
  std::vector<std::string> outcomes;
  const Observation* before = nullptr;
  for (const ObservationRecord& record : records) {
    const Observation& now = record.observation();
    const bool there = before != nullptr && SameCell(*before, now) && !before->retract();
    outcomes.emplace_back(now.retract() ? "deleted" : there ? "revised" : "inserted");
    before = &now;
  }
  return outcomes;
}

}  // namespace athena::athenactl
