#ifndef ATHENA_SERVICES_PLAN_TESTING_TEXT_H_
#define ATHENA_SERVICES_PLAN_TESTING_TEXT_H_

#include <google/protobuf/message.h>

#include <string_view>

#include "libs/status/testing/faulty_fields.h"

namespace athena::plan::testing {

// A message from its text format; the test fails when the text is none.
void ParseText(std::string_view text, google::protobuf::Message* message);
template <typename Message>
Message Parsed(std::string_view text) {
  Message message;
  ParseText(text, &message);
  return message;
}

using status::testing::FaultyFields;

}  // namespace athena::plan::testing

#endif  // ATHENA_SERVICES_PLAN_TESTING_TEXT_H_
