#ifndef ATHENA_LIBS_CONFIG_CONFIG_H_
#define ATHENA_LIBS_CONFIG_CONFIG_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace athena::config {

// Reads the flags of the program (absl::Flag) from, each before the next: their defaults; the
// environment (ATHENA_OPS_LISTEN sets --ops_listen); the files named by --flagfile; the command
// line. Returns the arguments that are no flags, without the program's name. INVALID_ARGUMENT when
// a variable's value does not fit its flag; a bad command line ends the program with a message and
// exit code 1, --help with the usage and the flags' descriptions. Call once, from main.
absl::StatusOr<std::vector<char*>> ParseCommandLine(int argc, char** argv, std::string_view usage);

}  // namespace athena::config

#endif  // ATHENA_LIBS_CONFIG_CONFIG_H_
