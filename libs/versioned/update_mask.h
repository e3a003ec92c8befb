#ifndef ATHENA_LIBS_VERSIONED_UPDATE_MASK_H_
#define ATHENA_LIBS_VERSIONED_UPDATE_MASK_H_

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

#include <string_view>

#include "libs/status/status.h"

namespace athena::versioned {

// Applies an update (AIP-134): the top-level fields that `mask` names are taken from `patch` into
// `current`, set or cleared as they are there; an empty mask names all that are set in `patch`, "*"
// all there are. Output-only fields, by their option, and name, etag, revision, create_time and
// update_time are never taken. A path that is no field, or goes below the top
// level, is a fault of `mask_path`. Pure.
void ApplyUpdate(const google::protobuf::Message& patch, const google::protobuf::FieldMask& mask,
                 google::protobuf::Message* current, status::FieldFaults* faults,
                 std::string_view mask_path = "update_mask");

}  // namespace athena::versioned

#endif  // ATHENA_LIBS_VERSIONED_UPDATE_MASK_H_
