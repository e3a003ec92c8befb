#ifndef ATHENA_SERVICES_ATHENACTL_RESOURCES_FIELD_VALUES_H_
#define ATHENA_SERVICES_ATHENACTL_RESOURCES_FIELD_VALUES_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/statusor.h"

// Sets fields of messages from text. Pure and thread-safe.
namespace athena::athenactl {

// Applies a typed assignment to a message, and returns the name of the top-level field it changed.
//
//   unit=persons                 a text, a number, yes or no, a date 2024-12-31
//   state=completed              the value of an enum, with or without its prefix
//   title.nl=Kwaliteit           an entry of a map, or a field of a message
//   tags=sdg:11,sdg:16           a repeated field whole; tags+=x adds, tags-=x removes
//   slice=unit=BM,sex=F          a map whole
//   milestones=[{"id": "m1"}]    JSON for all else
//   unit=                        clears the field
//
// Misused names the field, what it got and what it wants; likewise for a field that the contract
// calls output only.
absl::StatusOr<std::string> Assign(const std::string& typed, google::protobuf::Message* message);

// The commands that change a field which the service alone sets, ": see athenactl activate"; empty
// when there are none.
std::string CommandsThatSet(const google::protobuf::FieldDescriptor& field);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_RESOURCES_FIELD_VALUES_H_
