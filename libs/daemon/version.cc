#include "libs/daemon/version.h"

#include "athena_commit.h"  // generated

#ifndef ATHENA_VERSION
#error "the build says which version this is"
#endif

namespace athena::daemon {

std::string_view Version() { return ATHENA_VERSION; }
std::string_view VersionAndCommit() { return ATHENA_VERSION " (" ATHENA_COMMIT ")"; }

}  // namespace athena::daemon
