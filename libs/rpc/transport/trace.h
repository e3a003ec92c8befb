#ifndef ATHENA_LIBS_RPC_TRANSPORT_TRACE_H_
#define ATHENA_LIBS_RPC_TRANSPORT_TRACE_H_

#include <string>
#include <string_view>

// W3C Trace Context (https://www.w3.org/TR/trace-context/): an id by which the log lines of one
// request are found in every service that it passes. Pure but for random numbers; thread-safe.
namespace athena::rpc {

// The traceparent to go on with: `sent` where it is well-formed ("00-", 32 hexadecimal digits, "-",
// 16, "-", 2; of later versions the same beginning), else a new one with random ids.
std::string TraceparentOf(std::string_view sent);

// The 32 digits of a well-formed traceparent that name the trace.
std::string_view TraceIdOf(std::string_view traceparent);

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_TRANSPORT_TRACE_H_
