#ifndef ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CHECK_SCOPES_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CHECK_SCOPES_H_

#include <cstdint>
#include <vector>

#include "absl/time/civil_time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/status.h"
#include "services/indicator/ingest/rows/checked_rows.h"
#include "services/indicator/ingest/rows/push_request.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/model/definition.h"

// A part of step 2 of a push (check_rows.h): the scopes of a REPLACE. Pure.
namespace athena::indicator {

// Checks the scopes of a push against the definitions and adds their faults to `faults`. Returns
// none when there are faults. `today` only serves for examples in error messages.
std::vector<CheckedScope> CheckScopes(const v1::PushObservationsRequest& request,
                                      const Definitions& definitions, absl::CivilDay today,
                                      status::FieldFaults* faults);

// Whether one of the scopes contains a cell. The series has a valid code in each dimension of its
// indicator.
bool InScopes(const std::vector<CheckedScope>& scopes, const Definition& definition,
              const RowSeries& series, int32_t period);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CHECK_SCOPES_H_
