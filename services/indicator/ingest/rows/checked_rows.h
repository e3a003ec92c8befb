#ifndef ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CHECKED_ROWS_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CHECKED_ROWS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/period/period.h"
#include "libs/status/status.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/store/observation_store.h"
#include "services/indicator/store/series_store.h"

// The rows of a push after they were checked against the definitions: the result of CheckRows
// (check_rows.h) and the input of ComparePush (../diff/compare_push.h).
namespace athena::indicator {

// The parts of a cell that the rows of a push speak of (PushObservationsRequest.row_mask); the
// others stay as they are stored.
struct RowParts {
  bool value = true;
  bool status = true;
  bool comment = true;

  bool whole() const { return value && status && comment; }
};

// The whole cell without a row_mask. Paths that it does not know are left to ValidatePush
// (../validate_push.h).
RowParts PartsOf(const v1::PushObservationsRequest& request);

// A valid row. Parts that the push does not speak of have defaults, a status that applies unless
// the stored one stays; ../diff/merge_row.h completes them.
struct CellWrite {
  int32_t row = 0;           // index in the request
  int32_t quarter = 0;       // index of the quarter that contains the period
  int32_t series = 0;        // index in CheckedRows::series
  int32_t period = 0;        // index in the indicator's frequency
  int32_t status = 0;        // v1::ObservationStatus; UNSPECIFIED: the cell is retracted
  double value = 0;          // 0 where the status has none
  std::string_view comment;  // borrowed from the request

  bool retract() const { return status == v1::OBSERVATION_STATUS_UNSPECIFIED; }
};

// One fault of a row.
struct RowError {
  int32_t row = 0;  // index in the request
  v1::RowFault::Reason reason = v1::RowFault::REASON_UNSPECIFIED;
  std::string field;                                      // within the row
  std::variant<std::monostate, std::string, double> saw;  // std::monostate: the field is absent
  std::string allowed;                                    // ends the sentence "got ..., want ..."

  // "got ..., want ...".
  std::string Description() const;
};

// A scope of a REPLACE: cells of one indicator. Indexes are included at both ends.
struct CheckedScope {
  std::string indicator;
  int32_t first_period = 0;  // in the indicator's frequency
  int32_t last_period = 0;
  int32_t first_quarter = 0;  // the quarters that contain these periods
  int32_t last_quarter = 0;
  CodeFilter codes;
};

// The ChangeBound of an indicator.
struct IndicatorChangeBound {
  ChangeBound bound;
  Frequency frequency = Frequency::kQuarter;
};

struct CheckedRows {
  RowParts parts;
  // The series of the valid rows: first those with a known number, by number, then the others, by
  // indicator and codes.
  std::vector<SeriesKey> series;
  // The valid rows by (quarter, series, period), the order in which they are stored.
  std::vector<CellWrite> cells;
  // By row. A row may have several.
  std::vector<RowError> errors;
  int32_t rejected_rows = 0;  // rows that have errors
  // By indicator id, of the indicators that have one.
  absl::flat_hash_map<std::string, IndicatorChangeBound> change_bounds;
  // Of a REPLACE; empty when `scope_faults` is not.
  std::vector<CheckedScope> scopes;
  status::FieldFaults scope_faults;

  // Whether a push without `partial` can be stored, as far as its rows alone tell.
  bool valid() const { return rejected_rows == 0 && scope_faults.empty(); }
};

// The shortest decimal that parses to the same double.
std::string NumberText(double value);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CHECKED_ROWS_H_
