#ifndef ATHENA_SERVICES_ATHENACTL_TESTING_TERMINAL_H_
#define ATHENA_SERVICES_ATHENACTL_TESTING_TERMINAL_H_

#include <string>
#include <vector>

#include "services/athenactl/resources/connections.h"
#include "services/athenactl/testing/folder.h"

namespace athena::athenactl::testing {

// The output of a command and its exit code.
struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

// Runs a command line as the program does, against the services of `options`: where an address is
// empty, none answers. Results go to no terminal; tables are `width` columns wide, 0: unlimited.
Ran RunAthenactl(const std::vector<std::string>& words, const ConnectionOptions& options,
                 int width = 0);

}  // namespace athena::athenactl::testing

#endif  // ATHENA_SERVICES_ATHENACTL_TESTING_TERMINAL_H_
