// athenactl: Athena from the command line.

#include <string>
#include <vector>

#include "services/athenactl/commands/commands.h"
#include "services/athenactl/terminal/console.h"

int main(int argc, char** argv) {
  athena::athenactl::OnInterrupt("nothing was changed");
  athena::athenactl::Console console = athena::athenactl::ProcessConsole();
  return static_cast<int>(
      athena::athenactl::RunProgram(std::vector<std::string>(argv + 1, argv + argc), console));
}
