#ifndef ATHENA_SERVICES_INDICATOR_INGEST_ROWS_SORT_CELLS_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_ROWS_SORT_CELLS_H_

#include "services/indicator/ingest/rows/checked_rows.h"
#include "services/indicator/ingest/rows/push_request.h"

// A part of step 2 of a push (check_rows.h): the order in which its cells are stored. Pure.
namespace athena::indicator {

// Sorts series and cells as CheckedRows says. The numbers of known series are filled in before.
void SortCells(const PushRequest& request, CheckedRows* rows);

// Removes sorted cells that several rows name and adds an error for each of these rows.
void RejectDuplicates(const PushRequest& request, CheckedRows* rows);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_ROWS_SORT_CELLS_H_
