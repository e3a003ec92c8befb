#ifndef ATHENA_LIBS_RPC_CALLS_INFLATE_H_
#define ATHENA_LIBS_RPC_CALLS_INFLATE_H_

#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Compressed requests. Internal to libs/rpc. gRPC inflates a message before anybody is asked, and
// whole before its size is looked at; so the server has that switched off (server.cc) and inflates
// requests itself, after the caller was authenticated, up to a limit. Pure and thread-safe.
namespace athena::rpc {

// Whether the bytes are compressed by gzip. No protobuf message begins like that: the first byte
// would be a tag with the wire type 7, which does not exist.
bool IsGzip(const grpc::ByteBuffer& bytes);

// Inflates one gzip member. At most `limit` bytes are made, and a little more. INVALID_ARGUMENT:
// REQUEST_TOO_LARGE when there are more, MALFORMED_REQUEST for what is no gzip member, is cut
// short, or has bytes after its end.
absl::StatusOr<grpc::ByteBuffer> Inflate(const grpc::ByteBuffer& compressed, size_t limit);

// REQUEST_TOO_LARGE: `size` says how much it takes ("5000000 bytes").
absl::Status RequestTooLarge(std::string_view size, size_t limit);

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_CALLS_INFLATE_H_
