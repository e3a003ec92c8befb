#ifndef ATHENA_SERVICES_REPORTING_BOARD_REGISTERS_H_
#define ATHENA_SERVICES_REPORTING_BOARD_REGISTERS_H_

#include "athena/reporting/v1/board_table.pb.h"
#include "services/reporting/board/board_view.h"

// The sections of a board table about what the plan service registers beside the plan: risks,
// budget, processes and decisions. Pure and thread-safe.
namespace athena::reporting {

v1::BoardRisksSection RisksSection(const BoardView& view);
v1::BoardBudgetSection BudgetSection(const BoardView& view);
v1::BoardProcessesSection ProcessesSection(const BoardView& view);
v1::BoardDecisionsSection DecisionsSection(const BoardView& view);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_BOARD_REGISTERS_H_
