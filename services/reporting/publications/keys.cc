#include "services/reporting/publications/keys.h"

#include "libs/status/macros.h"

namespace athena::reporting {

absl::StatusOr<Keys> LoadKeys(const std::string& signing_key,
                              const std::string& verification_keys) {
  Keys keys;
  if (!verification_keys.empty()) {
    ATHENA_ASSIGN_OR_RETURN(keys.trusted, signing::TrustedKeys::FromFolder(verification_keys));
  }
  if (!signing_key.empty()) {
    ATHENA_ASSIGN_OR_RETURN(keys.signing, signing::PrivateKey::FromFile(signing_key));
    keys.trusted.Add(keys.signing->public_key());
  }
  return keys;
}

}  // namespace athena::reporting
