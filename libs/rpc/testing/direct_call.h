#ifndef ATHENA_LIBS_RPC_TESTING_DIRECT_CALL_H_
#define ATHENA_LIBS_RPC_TESTING_DIRECT_CALL_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "libs/auth/principal.h"
#include "libs/rpc/method.h"

namespace athena::rpc::testing {

// A call of one method of a table, without transport: from the bytes of its request to those of its
// answers. Admission, credentials and roles are the server's, and are not looked at.
class DirectCall {
 public:
  // Makes the call as `principal` and waits for its end. A stream is read until it ends, or has
  // nothing more for now, or has sent `most_messages`.
  DirectCall(const Method& method, std::shared_ptr<const auth::Principal> principal,
             std::string_view request, size_t most_messages);

  const absl::Status& status() const { return status_; }
  // What was answered, serialised; of a stream that failed, what came before.
  const std::vector<std::string>& messages() const { return messages_; }

 private:
  absl::Status Stream(const Method& method, const Call& call, const grpc::ByteBuffer& request,
                      size_t most_messages);

  absl::Status status_;
  std::vector<std::string> messages_;
};

}  // namespace athena::rpc::testing

#endif  // ATHENA_LIBS_RPC_TESTING_DIRECT_CALL_H_
