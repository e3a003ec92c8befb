#ifndef ATHENA_SERVICES_REPORTING_COMPARISONS_CHANGES_H_
#define ATHENA_SERVICES_REPORTING_COMPARISONS_CHANGES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/common/v1/history.pb.h"
#include "athena/reporting/v1/comparison.pb.h"
#include "libs/rpc/call.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/scorecards/differences.h"

namespace athena::reporting {

// What changed between two points in history.
struct Changes {
  // By service, institution and number.
  std::vector<v1::ComparedRevision> revisions;
  bool more = false;  // there are others, or some could not be read

  // What a revision (an index into `revisions`) did to a resource.
  struct Edit {
    int revision;
    common::v1::ResourceChange change;
  };
  // By resource name, of the plan service, in the order of revisions.
  std::map<std::string, std::vector<Edit>> plan;
  // By indicator: its definition, targets and ends of series.
  std::map<std::string, std::vector<Edit>> indicators;

  // How many cells a push (an index into `revisions`) changed.
  struct Pushed {
    int revision;
    int cells;
    bool corrects;  // it had a correction reason
  };
  std::map<std::string, std::vector<Pushed>> pushes;  // by indicator
  // The indicators that the value of a linked one depends on, itself first.
  std::map<std::string, std::vector<std::string>> dependencies;
};

// Reads what changed between the bases of two scorecards, in any order: of the plan, and of the
// linked indicators that differ. What the caller may not read is left out. Errors of
// Pending::Await, but for PERMISSION_DENIED and NOT_FOUND.
absl::StatusOr<Changes> ReadChanges(const Dependencies& dependencies, const rpc::Call& call,
                                    const v1::Basis& from, const v1::Basis& to,
                                    const std::vector<Difference>& differences);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_COMPARISONS_CHANGES_H_
