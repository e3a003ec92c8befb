#ifndef ATHENA_SERVICES_INDICATOR_INGEST_CHECKED_PUSH_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_CHECKED_PUSH_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/civil_time.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/period/period.h"
#include "libs/status/status.h"
#include "services/indicator/ingest/push_request.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/store/observation_store.h"
#include "services/indicator/store/series_store.h"

// The rows of a push, read against the definitions: what the worker does so that the writer only
// has to apply. Pure.
namespace athena::indicator {

// A good row. Text is borrowed from the request.
struct CellWrite {
  int32_t row = 0;      // index in the request
  int32_t quarter = 0;  // that the period lies in, as an index
  int32_t series = 0;   // place in CheckedRows::series
  int32_t period = 0;   // index in the indicator's frequency
  int32_t status = 0;   // v1::ObservationStatus; UNSPECIFIED: retract
  double value = 0;     // 0 where the status has none
  std::string_view comment;

  bool retract() const { return status == v1::OBSERVATION_STATUS_UNSPECIFIED; }
};

// One thing that is wrong with a row.
struct RowError {
  int32_t row = 0;  // index in the request
  v1::RowFault::Reason reason = v1::RowFault::REASON_UNSPECIFIED;
  std::string field;  // within the row
  // As it came; std::monostate: nothing did.
  std::variant<std::monostate, std::string, double> saw;
  std::string allowed;  // ends "got ..., want ..."

  // "got ..., want ...".
  std::string Description() const;
};

// What a REPLACE replaces of one indicator.
struct CheckedScope {
  std::string indicator;
  // Indexes in the indicator's frequency, both included; and the quarters that hold them.
  int32_t first_period = 0;
  int32_t last_period = 0;
  int32_t first_quarter = 0;
  int32_t last_quarter = 0;
  CodeFilter codes;
};

// What the cells of an indicator may change from one period to the next.
struct IndicatorChangeBound {
  ChangeBound bound;
  Frequency frequency = Frequency::kQuarter;
};

struct CheckedRows {
  // The series that good rows belong to: those whose number is known first, by number, then the
  // others by indicator and codes.
  std::vector<SeriesKey> series;
  // By (quarter, series, period): the order in which they are stored.
  std::vector<CellWrite> cells;
  // By row; a row's faults stand together.
  std::vector<RowError> errors;
  // Of the indicators that have one, by id.
  absl::flat_hash_map<std::string, IndicatorChangeBound> change_bounds;
  // How many rows have errors.
  int32_t rejected = 0;
  // Of a REPLACE; empty when something is wrong with one of them.
  std::vector<CheckedScope> scopes;
  status::FieldFaults scope_faults;
};

// The shortest decimal that reads back as the same double.
std::string NumberText(double value);

// Checks every row of `request` against `definitions`, with `today` for which periods have begun
// and are over. The result borrows from the request and from the definitions.
CheckedRows CheckRows(const PushRequest& request, const Definitions& definitions,
                      absl::CivilDay today, const SeriesNumbers& numbers);

// SHA-256 over what makes a push the same push: mode, partial, correction_reason, and the scopes
// and the rows in any order, as they were sent, whatever the definitions say.
std::string ContentDigest(const PushRequest& request);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_CHECKED_PUSH_H_
