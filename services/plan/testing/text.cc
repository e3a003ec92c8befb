#include "services/plan/testing/text.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"

namespace athena::plan::testing {

void ParseText(std::string_view text, google::protobuf::Message* message) {
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), message)) << text;
}

std::vector<std::string> FaultyFields(const absl::Status& status) {
  std::vector<std::string> fields;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  google::rpc::BadRequest bad;
  if (!payload.has_value() || !bad.ParseFromString(std::string(*payload))) return fields;
  for (const auto& violation : bad.field_violations()) fields.push_back(violation.field());
  return fields;
}

}  // namespace athena::plan::testing
