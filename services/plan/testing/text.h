#ifndef ATHENA_SERVICES_PLAN_TESTING_TEXT_H_
#define ATHENA_SERVICES_PLAN_TESTING_TEXT_H_

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace athena::plan::testing {

// A message from its text format; the test fails when the text is none.
void ParseText(std::string_view text, google::protobuf::Message* message);
template <typename Message>
Message Parsed(std::string_view text) {
  Message message;
  ParseText(text, &message);
  return message;
}

// The paths of the field violations of an error, in their order.
std::vector<std::string> FaultyFields(const absl::Status& status);

}  // namespace athena::plan::testing

#endif  // ATHENA_SERVICES_PLAN_TESTING_TEXT_H_
