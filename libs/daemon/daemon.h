#ifndef ATHENA_LIBS_DAEMON_DAEMON_H_
#define ATHENA_LIBS_DAEMON_DAEMON_H_

#include <prometheus/registry.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/rpc/method.h"

namespace athena::daemon {

// A service's process, as far as all services have it in common: flags, log, ops port, gRPC server,
// readiness and drain.
struct Description {
  std::string name;        // "athena-plan"
  std::string usage;       // what --help says first
  std::string listen;      // default of --listen, "127.0.0.1:7701"
  std::string ops_listen;  // default of --ops_listen
};

// What the service brings.
struct Service {
  std::vector<rpc::ServiceTable> tables;
  // What the service needs and lacks now, a line each ("plan: not serving"); no lines when it is
  // ready. Thread-safe; may be empty.
  std::function<std::vector<std::string>()> missing;
  // Why the service can only be read from now, a line each; no lines while it can be written to.
  // Thread-safe; may be empty.
  std::function<std::vector<std::string>()> cannot_write;
  // Called after the last call has been answered: closes the database. May be empty.
  std::function<void()> close;
  // What the handlers refer to.
  std::shared_ptr<void> state;
};

using BuildService = std::function<absl::StatusOr<Service>(prometheus::Registry&)>;

// Runs a service until SIGTERM or SIGINT, then drains it. Returns the process's exit code: 0 after
// a drain, 1 when it could not start (the log says why). `build` makes the service once flags are
// parsed; its metrics go into the registry.
//
// The flags are in daemon.cc; libs/config says from where they are read. Values that make no sense
// and arguments that are no flags are refused, all of them at once.
int Main(int argc, char** argv, const Description& description, const BuildService& build);

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_DAEMON_H_
