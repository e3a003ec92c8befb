#ifndef ATHENA_LIBS_DAEMON_VERSION_H_
#define ATHENA_LIBS_DAEMON_VERSION_H_

#include <string_view>

namespace athena::daemon {

// The project's version: "0.1.0".
std::string_view Version();
// The version and the commit it was built from: "0.1.0 (3e393642a1b0)".
std::string_view VersionAndCommit();

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_VERSION_H_
