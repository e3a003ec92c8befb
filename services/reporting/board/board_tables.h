#ifndef ATHENA_SERVICES_REPORTING_BOARD_BOARD_TABLES_H_
#define ATHENA_SERVICES_REPORTING_BOARD_BOARD_TABLES_H_

#include "absl/status/statusor.h"
#include "athena/reporting/v1/board_table.pb.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "services/reporting/scorecards/scorecards.h"

namespace athena::reporting {

// Board tables, made of scorecards when they are read. Thread-safe.
class BoardTables {
 public:
  // `scorecards` outlives it.
  explicit BoardTables(Scorecards& scorecards) : scorecards_(scorecards) {}

  // A serialised v1::BoardTable. Errors as the contract lists them.
  absl::StatusOr<rpc::PreparedAnswer> Get(const rpc::Call& call,
                                          const v1::GetBoardTableRequest& request);

 private:
  Scorecards& scorecards_;
};

// The board table of a plan that was read with figures, without name and basis. `own`: the reader
// belongs to the plan's institution, and sees its risks, budget, processes and decisions. Pure.
v1::BoardTable BoardTableOf(const ScoredPlan& plan, const BoardRequest& request, bool own);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_BOARD_BOARD_TABLES_H_
