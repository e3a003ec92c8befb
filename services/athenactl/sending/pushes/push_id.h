#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_PUSH_ID_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_PUSH_ID_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/plan/v1/operations_service.pb.h"

// The ids of pushes. An id that follows from the content makes a retry a replay; content that comes
// back after something else was stored needs another id. Pure and thread-safe.
namespace athena::athenactl {

// The longest prefix of PushId: with number, hash and more an id is at most 128 bytes.
inline constexpr size_t kLongestPushIdPrefix = 64;

// The id of one push: "PREFIX-NUMBER-HASH". Requests with the same content, rows in the same order,
// have the same id, so that sending one again after a lost answer stores it once.
std::string PushId(std::string_view prefix, size_t number,
                   const athena::indicator::v1::PushObservationsRequest& request);
std::string PushId(std::string_view prefix, size_t number,
                   const athena::plan::v1::SetBudgetAmountsRequest& request);

// Another id for the content of the push with `id`; `unique` is a text that was never used before.
std::string AnotherPushId(const std::string& id, std::string_view unique);

// The default prefix of push ids: the name of the file without its folders.
std::string PushIdPrefix(std::string_view path);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_PUSH_ID_H_
