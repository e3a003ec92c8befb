#ifndef ATHENA_LIBS_DAEMON_SECURITY_SECURITY_H_
#define ATHENA_LIBS_DAEMON_SECURITY_SECURITY_H_

#include <grpcpp/grpcpp.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/auth/authenticator.h"
#include "libs/rpc/transport/tls.h"

namespace athena::auth {
class KeySource;
}  // namespace athena::auth

namespace athena::daemon {

class TlsWatch;

// How a service protects its connections and tells who calls, as its flags say: --tls_*, --jwt_*
// and --principals, which security.cc describes. Metrics:
//   athena_tls_certificate_expiry_timestamp_seconds   of --tls_certificate, as it is now
//   athena_token_keys_last_read_timestamp_seconds     when --jwt_keys were read last
// What concerns an operator is in the log: files of TLS that changed, and whether they are good;
// keys that changed, or cannot be read. Thread-safe.
class Security {
 public:
  // `registry` outlives it. INVALID_ARGUMENT lists all faults of the flags, UNAVAILABLE says that
  // the file of --jwt_keys is no good. Keys by URL are awaited by nobody: the provider may be down.
  static absl::StatusOr<std::unique_ptr<Security>> FromFlags(prometheus::Registry& registry);
  ~Security();

  const rpc::TlsFiles& tls() const { return tls_; }
  rpc::ClientCertificates client_certificates() const { return client_certificates_; }
  const auth::Authenticator& authenticator() const { return authenticator_; }

  // Why some callers are refused now, a line each: TLS files that do not fit, a certificate that
  // has expired, keys of tokens that could not be read yet. Looks at the files of TLS.
  std::vector<std::string> Faults() const;
  // For the log: "TLS, client certificates optional".
  std::string Transport() const;

 private:
  Security();

  rpc::TlsFiles tls_;
  rpc::ClientCertificates client_certificates_ = rpc::ClientCertificates::kOptional;
  auth::AuthenticatorChain authenticator_;
  std::unique_ptr<TlsWatch> tls_watch_;          // null without TLS
  const auth::KeySource* token_keys_ = nullptr;  // the authenticator's; null without tokens
};

// A channel to another service at HOST:PORT, by TLS if this process has it (--tls_certificate),
// which then shows its own certificate. `flag` is what named the address. INVALID_ARGUMENT when it
// is beyond loopback and there is no TLS: tokens would be sent in the clear. For services that
// daemon::Main builds, since it has checked the flags.
absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectTo(std::string_view flag,
                                                         const std::string& address);

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_SECURITY_SECURITY_H_
