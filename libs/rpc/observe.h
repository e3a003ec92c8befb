#ifndef ATHENA_LIBS_RPC_OBSERVE_H_
#define ATHENA_LIBS_RPC_OBSERVE_H_

#include <functional>
#include <memory>
#include <string_view>

#include "libs/metrics/grpc_server.h"
#include "libs/rpc/server.h"

namespace athena::rpc {

// What ServerOptions::observe takes: counts every call in `metrics` (which outlives the server) and
// writes one log line for each that failed or was slow (a second and more), for the others at debug
// level. Never a credential, never a request's content.
std::function<std::unique_ptr<CallObserver>(std::string_view service, const Method& method)>
CountAndLog(metrics::GrpcServer& metrics);

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_OBSERVE_H_
