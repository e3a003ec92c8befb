#ifndef ATHENA_SERVICES_ATHENACTL_SHEETS_TESTING_RANDOM_RESOURCE_H_
#define ATHENA_SERVICES_ATHENACTL_SHEETS_TESTING_RANDOM_RESOURCE_H_

#include <google/protobuf/message.h>

#include <memory>
#include <random>
#include <string>

#include "services/athenactl/resources/kinds.h"

namespace athena::athenactl::testing {

// A resource of a kind with anything in its fields that a service might store: texts that look like
// formulas, numbers of all digits, any number of items. No message in it is empty.
std::unique_ptr<google::protobuf::Message> RandomResource(const Kind& kind, const std::string& name,
                                                          std::mt19937& random);
// Clears what the services alone set, in all that is inside, too.
void ClearAllOutputOnly(google::protobuf::Message* message);

}  // namespace athena::athenactl::testing

#endif  // ATHENA_SERVICES_ATHENACTL_SHEETS_TESTING_RANDOM_RESOURCE_H_
