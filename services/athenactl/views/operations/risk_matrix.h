#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_OPERATIONS_RISK_MATRIX_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_OPERATIONS_RISK_MATRIX_H_

#include <string>

#include "absl/time/civil_time.h"
#include "athena/plan/v1/operations_service.pb.h"

// Risks as text. Pure and thread-safe.
namespace athena::athenactl {

struct RiskTextOptions {
  std::string language = {};  // of titles
  absl::CivilDay today = {};
  int width = 0;  // columns of the terminal; 0: unlimited
  bool colour = false;
};

// Sorts by residual score, the highest first, and leaves the order of those that have the same.
void SortByResidualScore(athena::plan::v1::ListRisksResponse* risks);

// How many risks have each residual likelihood and impact, 5 x 5, the likeliest on top. A risk that
// was not judged with its controls counts where it is without them. CLOSED risks do not count.
std::string RiskMatrix(const athena::plan::v1::ListRisksResponse& risks);

// A table of the risks in the order given, and a line that counts the open ones and overdue
// reviews.
std::string RiskList(const athena::plan::v1::ListRisksResponse& risks,
                     const RiskTextOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_OPERATIONS_RISK_MATRIX_H_
