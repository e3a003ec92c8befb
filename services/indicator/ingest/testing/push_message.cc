#include "services/indicator/ingest/testing/push_message.h"

#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/message_differencer.h>

#include <string>

#include "google/protobuf/arena.h"

namespace athena::indicator::testing {

v1::PushObservationsRequest MessageOf(const PushRequest& request) {
  v1::PushObservationsRequest message = request.head();
  for (const PushRow& row : request.rows()) {
    v1::Observation& observation = *message.add_observations();
    observation.set_indicator(std::string(request.SeriesOf(row).indicator));
    observation.set_period(std::string(request.PeriodOf(row)));
    for (const RowCode& code : request.SeriesOf(row).codes) {
      (*observation.mutable_dimensions())[std::string(code.dimension)] = std::string(code.code);
    }
    if (row.value.has_value()) observation.set_value(*row.value);
    observation.set_status(static_cast<v1::ObservationStatus>(row.status));
    observation.set_comment(std::string(row.comment));
    observation.set_retract(row.retract);
  }
  return message;
}

bool ReadsAsProtobuf(std::string_view bytes) {
  const google::protobuf::LogSilencer silent;  // which says at length what is not UTF-8
  v1::PushObservationsRequest want;
  const bool is_message = want.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  google::protobuf::Arena arena;
  const PushRequest* const request = PushRequest::Parse(bytes, arena);
  if (request == nullptr || !is_message) return request == nullptr && !is_message;
  if (request->rows().size() != static_cast<size_t>(want.observations_size())) return false;
  for (size_t row = 0; row < request->rows().size(); ++row) {
    const size_t codes = want.observations(static_cast<int>(row)).dimensions().size();
    if (request->SeriesOf(request->rows()[row]).codes.size() != codes) return false;
  }
  v1::PushObservationsRequest got = MessageOf(*request);
  want.DiscardUnknownFields();
  got.DiscardUnknownFields();
  google::protobuf::util::DefaultFieldComparator comparator;
  comparator.set_treat_nan_as_equal(true);
  google::protobuf::util::MessageDifferencer differencer;
  differencer.set_field_comparator(&comparator);
  return differencer.Compare(want, got);
}

}  // namespace athena::indicator::testing
