#ifndef ATHENA_LIBS_AUTH_JWT_FETCH_H_
#define ATHENA_LIBS_AUTH_JWT_FETCH_H_

#include <atomic>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// Reads key sets, at most kMaxKeySetBytes of them. Blocking, thread-safe. Errors are UNAVAILABLE
// and say why.
namespace athena::auth {

inline constexpr absl::Duration kConnectTimeout = absl::Seconds(5);
inline constexpr absl::Duration kFetchTimeout = absl::Seconds(10);  // connecting included

absl::StatusOr<std::string> FetchFile(const std::string& path);

// Gets a URL. Redirects are not followed, and every status but 200 is an error. The server's
// certificate is verified by the PEM file `ca`, or by the system's authorities when that is empty.
// Gives up within a second or so once `stopping`.
absl::StatusOr<std::string> FetchUrl(const std::string& url, const std::string& ca,
                                     const std::atomic<bool>& stopping);

// Whether keys may be fetched from it: "https://...", or "http://" on loopback.
bool IsKeyUrl(std::string_view url);

}  // namespace athena::auth

#endif  // ATHENA_LIBS_AUTH_JWT_FETCH_H_
