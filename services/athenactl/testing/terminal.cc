#include "services/athenactl/testing/terminal.h"

#include <sstream>

#include "services/athenactl/commands/commands.h"
#include "services/athenactl/terminal/console.h"

namespace athena::athenactl::testing {
namespace {

// A port that nobody listens at.
constexpr char kNobody[] = "127.0.0.1:1";

}  // namespace

Ran RunAthenactl(const std::vector<std::string>& words, const ConnectionOptions& options,
                 int width) {
  std::ostringstream out;
  std::ostringstream err;
  Console console{out, err};
  console.width = width;
  ConnectionOptions completed = options;
  for (std::string* address :
       {&completed.plan_address, &completed.indicator_address, &completed.reporting_address}) {
    if (address->empty()) *address = kNobody;
  }
  const ExitCode code = RunProgram(words, console, &completed);
  return {static_cast<int>(code), out.str(), err.str()};
}

}  // namespace athena::athenactl::testing
