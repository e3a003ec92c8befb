#ifndef ATHENA_LIBS_DAEMON_SUPERVISION_LISTENER_H_
#define ATHENA_LIBS_DAEMON_SUPERVISION_LISTENER_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace athena::daemon {

// Whether the gRPC server on `address` (host:port, as --listen takes it, or unix:PATH) accepts
// connections. It opens one, sends nothing, and waits until the server does something with it:
// without TLS a server sends its settings at once; with TLS it closes a connection that stays
// silent for as long as a handshake may take. A listener that is dead, as gRPC's is after it has
// run out of file descriptors (CVE-2023-4785), does neither: the kernel goes on accepting in its
// place.
//
// UNAVAILABLE when the connection is refused or cannot be made, DEADLINE_EXCEEDED when nothing
// happens within `timeout`. Blocks; thread-safe.
absl::Status ListenerAnswers(std::string_view address, absl::Duration timeout);

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_SUPERVISION_LISTENER_H_
