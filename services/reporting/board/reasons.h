#ifndef ATHENA_SERVICES_REPORTING_BOARD_REASONS_H_
#define ATHENA_SERVICES_REPORTING_BOARD_REASONS_H_

#include "athena/reporting/v1/board_table.pb.h"
#include "services/reporting/board/board_view.h"

// What is RED or held at AMBER, and why. Pure and thread-safe.
namespace athena::reporting {

v1::BoardRedSection RedSection(const BoardView& view);
v1::BoardHeldSection HeldSection(const BoardView& view);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_BOARD_REASONS_H_
