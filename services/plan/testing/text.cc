#include "services/plan/testing/text.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace athena::plan::testing {

void ParseText(std::string_view text, google::protobuf::Message* message) {
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), message)) << text;
}

}  // namespace athena::plan::testing
