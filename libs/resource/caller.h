#ifndef ATHENA_LIBS_RESOURCE_CALLER_H_
#define ATHENA_LIBS_RESOURCE_CALLER_H_

#include "libs/auth/principal.h"

namespace athena::rpc {
class Call;
}  // namespace athena::rpc

namespace athena::resource {

// Who calls a method. Borrowed for the time of the call.
struct Caller {
  // NOLINTNEXTLINE(google-explicit-constructor): methods take a principal, or the call it came with
  Caller(const auth::Principal& caller) : principal(caller) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Caller(const rpc::Call& served);

  const auth::Principal& principal;
  const rpc::Call* call = nullptr;  // null: not called through a server
};

}  // namespace athena::resource

#endif  // ATHENA_LIBS_RESOURCE_CALLER_H_
