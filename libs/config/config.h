#ifndef ATHENA_LIBS_CONFIG_CONFIG_H_
#define ATHENA_LIBS_CONFIG_CONFIG_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace athena::config {

// Reads the program's flags (absl::Flag) from these sources, where each overrides the one before:
// their defaults; the environment (ATHENA_OPS_LISTEN sets --ops_listen); the files named by
// --flagfile; the command line. Returns the arguments that are no flags, without the program's
// name. INVALID_ARGUMENT when a variable's value does not fit its flag.
//
// Some command lines end the program: --help prints `usage` and every flag of the project,
// --version prints `version`, an unknown flag or a value that does not fit prints a message (exit
// code 1). Call it once, from main.
absl::StatusOr<std::vector<char*>> ParseCommandLine(int argc, char** argv, std::string_view usage,
                                                    std::string_view version);

// Whether a server can listen on it: HOST:PORT with a port of at most 65535, "[::1]:7701" or
// "unix:PATH".
bool IsListenAddress(std::string_view address);

}  // namespace athena::config

#endif  // ATHENA_LIBS_CONFIG_CONFIG_H_
