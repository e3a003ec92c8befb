#ifndef ATHENA_SERVICES_REPORTING_BOARD_SECTIONS_H_
#define ATHENA_SERVICES_REPORTING_BOARD_SECTIONS_H_

#include "athena/reporting/v1/board_table.pb.h"
#include "services/reporting/board/board_view.h"

// The sections of a board table that follow from scores and data. Pure and thread-safe.
namespace athena::reporting {

v1::BoardMovesSection MovesSection(const BoardView& view);
v1::BoardMilestonesSection MilestonesSection(const BoardView& view);
v1::BoardMissingSection MissingSection(const BoardView& view);
v1::BoardUntargetedSection UntargetedSection(const BoardView& view);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_BOARD_SECTIONS_H_
