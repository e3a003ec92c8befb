#ifndef ATHENA_LIBS_AUTH_CALLER_URI_H_
#define ATHENA_LIBS_AUTH_CALLER_URI_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "libs/auth/principal.h"

// Names of callers and of services in certificates, as SPIFFE writes them:
//
//   spiffe://athena/institutions/{institution}/roles/{role+role}/{subject}
//   spiffe://athena/services/{service}
//
// {institution} is a resource id, or "*" for every institution; each {role} is one of RoleName;
// {subject} is 1 to 128 letters, digits and '.', '_', '-' and '@', beginning with a letter or
// digit. Nothing is percent-encoded. Pure and thread-safe.
namespace athena::auth {

inline constexpr std::string_view kTrustDomain = "spiffe://athena/";
inline constexpr size_t kMaxSubjectBytes = 128;
// Longer than any URI that fits, so that what is longer need not be looked at.
inline constexpr size_t kMaxCallerUriBytes = 512;

// The caller that a URI names. UNAUTHENTICATED when it does not read as above; an unknown role is a
// fault too: the name was written for Athena alone.
absl::StatusOr<std::shared_ptr<const Principal>> PrincipalOfUri(std::string_view uri);

// Whether a URI names a service: "spiffe://athena/services/" and a resource id.
bool IsServiceUri(std::string_view uri);

// Whether a subject reads as in a URI.
bool IsSubject(std::string_view subject);

}  // namespace athena::auth

#endif  // ATHENA_LIBS_AUTH_CALLER_URI_H_
