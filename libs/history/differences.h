#ifndef ATHENA_LIBS_HISTORY_DIFFERENCES_H_
#define ATHENA_LIBS_HISTORY_DIFFERENCES_H_

#include <google/protobuf/message.h>

#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "athena/common/v1/history.pb.h"

// The readable differences of two messages. Pure and thread-safe.
namespace athena::history {

// The fields in which two messages of one type differ, in the order of their numbers; paths and
// values as athena.common.v1.FieldDifference describes them, however long. Fields of the message
// itself that `left_out` names do not count. None for equal messages.
//
// A message field that one side does not set counts as set and empty, but where the other side sets
// it and has nothing in it: that is a difference from or to {}.
std::vector<common::v1::FieldDifference> DifferencesOf(
    const google::protobuf::Message& before, const google::protobuf::Message& after,
    absl::Span<const std::string_view> left_out = {});

}  // namespace athena::history

#endif  // ATHENA_LIBS_HISTORY_DIFFERENCES_H_
