#ifndef ATHENA_LIBS_STATUS_TESTING_FAULTY_FIELDS_H_
#define ATHENA_LIBS_STATUS_TESTING_FAULTY_FIELDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/rpc/error_details.pb.h"
#include "libs/status/testing/matchers.h"

namespace athena::status::testing {

// The paths of the field violations of an error, in their order.
template <typename Result>
std::vector<std::string> FaultyFields(const Result& result) {
  std::vector<std::string> fields;
  const auto payload = StatusOf(result).GetPayload("type.googleapis.com/google.rpc.BadRequest");
  google::rpc::BadRequest bad;
  if (!payload.has_value() || !bad.ParseFromString(std::string(*payload))) return fields;
  for (const auto& violation : bad.field_violations()) fields.push_back(violation.field());
  return fields;
}

}  // namespace athena::status::testing

#endif  // ATHENA_LIBS_STATUS_TESTING_FAULTY_FIELDS_H_
