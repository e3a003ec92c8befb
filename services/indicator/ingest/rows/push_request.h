#ifndef ATHENA_SERVICES_INDICATOR_INGEST_ROWS_PUSH_REQUEST_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_ROWS_PUSH_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "google/protobuf/arena.h"

// Step 1 of a push: a PushObservationsRequest is parsed without a protobuf message for each row. A
// push has up to 10,000 rows of few series and fewer periods; parsing messages for them took longer
// than all the other steps.
namespace athena::indicator {

// A code of a row in a dimension.
struct RowCode {
  std::string_view dimension;
  std::string_view code;
  bool operator==(const RowCode&) const = default;
};

// The series that rows name. It need not exist.
struct RowSeries {
  std::string_view indicator;
  absl::Span<const RowCode> codes;  // by dimension, each dimension once

  // The code in a dimension; nullptr when there is none.
  const std::string_view* FindCode(std::string_view dimension) const {
    for (const RowCode& code : codes) {
      if (code.dimension == dimension) return &code.code;
    }
    return nullptr;
  }
};

// A row. Series and period are shared with other rows.
struct PushRow {
  int32_t series = 0;  // index in PushRequest::series
  int32_t period = 0;  // index in PushRequest::periods
  int32_t status = 0;  // v1::ObservationStatus, as sent: any number
  bool retract = false;
  std::optional<double> value;
  std::string_view comment;
};

// Immutable. The number of rows is not limited here; ValidatePush (../validate_push.h) does that.
class PushRequest {
 public:
  // Parses a serialised v1::PushObservationsRequest onto `arena`; nullptr when `bytes` are not one.
  // The result borrows from `bytes` and equals what protobuf's parser returns: an encoding that
  // encoders do not usually write is left to that parser.
  static const PushRequest* Parse(std::string_view bytes, google::protobuf::Arena& arena);

  // The request without its rows.
  const v1::PushObservationsRequest& head() const { return *head_; }
  // Distinct, in the order of the first row that has each.
  const std::vector<RowSeries>& series() const { return series_; }
  const std::vector<std::string_view>& periods() const { return periods_; }
  const std::vector<PushRow>& rows() const { return rows_; }

  const RowSeries& SeriesOf(const PushRow& row) const {
    return series_[static_cast<size_t>(row.series)];
  }
  std::string_view PeriodOf(const PushRow& row) const {
    return periods_[static_cast<size_t>(row.period)];
  }

 private:
  friend class PushRequestParser;

  const v1::PushObservationsRequest* head_ = nullptr;
  std::vector<RowSeries> series_;
  std::vector<std::string_view> periods_;
  std::vector<PushRow> rows_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_ROWS_PUSH_REQUEST_H_
