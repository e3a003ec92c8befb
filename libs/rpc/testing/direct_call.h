#ifndef ATHENA_LIBS_RPC_TESTING_DIRECT_CALL_H_
#define ATHENA_LIBS_RPC_TESTING_DIRECT_CALL_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/auth/principal.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"

namespace athena::rpc::testing {

// Calls a method of a table without transport: bytes of a request in, bytes of answers out. There
// is no admission, authentication or authorisation, which are the server's.
class DirectCall {
 public:
  // Calls as `principal` and waits for the end. A stream is read until it ends, has nothing more
  // for now, or has sent `most_messages`. `cancelled`: nobody has waited for it from the beginning.
  DirectCall(const Method& method, std::shared_ptr<const auth::Principal> principal,
             std::string_view request, size_t most_messages, bool cancelled = false);

  // A call of `principal`, for what takes one.
  static std::unique_ptr<Call> CallOf(std::shared_ptr<const auth::Principal> principal,
                                      absl::Time deadline = absl::InfiniteFuture());

  const absl::Status& status() const { return status_; }
  // The answers, serialised; of a stream that failed, those before the failure.
  const std::vector<std::string>& messages() const { return messages_; }

 private:
  absl::Status Stream(const Method& method, const Call& call, const grpc::ByteBuffer& request,
                      size_t most_messages);

  absl::Status status_;
  std::vector<std::string> messages_;
};

}  // namespace athena::rpc::testing

#endif  // ATHENA_LIBS_RPC_TESTING_DIRECT_CALL_H_
