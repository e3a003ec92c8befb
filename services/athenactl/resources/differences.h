#ifndef ATHENA_SERVICES_ATHENACTL_RESOURCES_DIFFERENCES_H_
#define ATHENA_SERVICES_ATHENACTL_RESOURCES_DIFFERENCES_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

// Compares resources of a file with those of a service. Pure and thread-safe.
namespace athena::athenactl {

// Whether nobody changes the field of a resource: the contract marks it as output only, or it says
// which resource it is (its name; the indicator of a target).
bool IsFixed(const google::protobuf::FieldDescriptor& field);

// The fields, but for fixed ones, in which two resources of one type differ, in the order of
// their numbers: an update_mask. A field that is not set means its documented default.
std::vector<std::string> Differences(const google::protobuf::Message& wanted,
                                     const google::protobuf::Message& present);
// Likewise, of the named fields alone, and without defaults.
std::vector<std::string> DifferencesIn(const std::vector<std::string>& fields,
                                       const google::protobuf::Message& wanted,
                                       const google::protobuf::Message& present);

// A line for each of these fields, "time_zone: from "Europe/Brussels" to "Europe/Paris""; "nothing"
// stands for a field that is not set. Long values are cut.
std::vector<std::string> FieldChanges(const std::vector<std::string>& fields,
                                      const google::protobuf::Message& present,
                                      const google::protobuf::Message& wanted);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_RESOURCES_DIFFERENCES_H_
