#ifndef ATHENA_SERVICES_INDICATOR_INGEST_PUSH_REQUEST_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_PUSH_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "google/protobuf/arena.h"

// A push as it came: a PushObservationsRequest, whose rows are taken out of its bytes without a
// message for each. A push has up to 10,000 rows, of few series and fewer periods, and making
// messages of them took longer than all else that is done with it.
namespace athena::indicator {

// The code that a row has in a dimension.
struct RowCode {
  std::string_view dimension;
  std::string_view code;
  bool operator==(const RowCode&) const = default;
};

// What rows say they belong to, whether or not there is such a series.
struct RowSeries {
  std::string_view indicator;
  absl::Span<const RowCode> codes;  // by dimension, each dimension once
};

// A row, by what it shares with others.
struct PushRow {
  int32_t series = 0;  // place in PushRequest::series
  int32_t period = 0;  // place in PushRequest::periods
  int32_t status = 0;  // v1::ObservationStatus, whatever number came
  bool retract = false;
  std::optional<double> value;
  std::string_view comment;
};

// Immutable. Has as many rows as came: whoever asks holds them against kMaxPushRows.
class PushRequest {
 public:
  // Reads the bytes of a v1::PushObservationsRequest, with the result on `arena`; nullptr when they
  // are none. The result borrows from `bytes`, and means what protobuf's own parser says it means:
  // what encoders usually write is read here, all else is left to that parser.
  static const PushRequest* Parse(std::string_view bytes, google::protobuf::Arena& arena);

  // All but the rows.
  const v1::PushObservationsRequest& head() const { return *head_; }
  // Each once, in the order of the first row that has it.
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

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_PUSH_REQUEST_H_
