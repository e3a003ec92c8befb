#ifndef ATHENA_SERVICES_REPORTING_PUBLICATIONS_KEYS_H_
#define ATHENA_SERVICES_REPORTING_PUBLICATIONS_KEYS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/signing/signing.h"

namespace athena::reporting {

// The keys of publications. Immutable, thread-safe.
struct Keys {
  std::optional<signing::PrivateKey> signing;  // nullopt: nothing can be published
  signing::TrustedKeys trusted;                // with that of `signing`
};

// Loads the signing key from a file, and older public keys from a folder; either may be empty.
// Errors of libs/signing.
absl::StatusOr<Keys> LoadKeys(const std::string& signing_key, const std::string& verification_keys);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PUBLICATIONS_KEYS_H_
