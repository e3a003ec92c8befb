// athena-reporting: scorecards of plans. It has no database: every answer is read from, or
// confirmed by, the plan and the indicator service.

#include <memory>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/time/clock.h"
#include "libs/daemon/daemon.h"
#include "libs/rpc/client.h"
#include "services/reporting/comparisons/comparisons.h"
#include "services/reporting/explanations/explanations.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/reporting_rpc.h"
#include "services/reporting/scorecards/scorecards.h"

ABSL_FLAG(std::string, plan_address, "127.0.0.1:7701", "host:port of the plan service");
ABSL_FLAG(std::string, indicator_address, "127.0.0.1:7702", "host:port of the indicator service");

namespace athena::reporting {
namespace {

struct Reporting {
  Dependencies dependencies;
  Scorecards scorecards{dependencies, [] { return absl::Now(); }};
  Explanations explanations{scorecards};
  Comparisons comparisons{scorecards};
};

absl::StatusOr<daemon::Service> Build(prometheus::Registry&) {
  const std::shared_ptr<Reporting> reporting(
      new Reporting{Dependencies(rpc::Connect(absl::GetFlag(FLAGS_plan_address)),
                                 rpc::Connect(absl::GetFlag(FLAGS_indicator_address)))});
  daemon::Service service;
  service.tables.push_back(
      ReportingTable(reporting->scorecards, reporting->explanations, reporting->comparisons));
  service.missing = [reporting] { return reporting->dependencies.Faults(); };
  service.state = reporting;
  return service;
}

}  // namespace
}  // namespace athena::reporting

int main(int argc, char** argv) {
  return athena::daemon::Main(argc, argv,
                              {.name = "athena-reporting",
                               .usage = "How a plan is doing: scorecards, made when they are read.",
                               .listen = "127.0.0.1:7703",
                               .ops_listen = "127.0.0.1:7803"},
                              athena::reporting::Build);
}
