#ifndef ATHENA_LIBS_RPC_TESTING_CERTIFICATES_H_
#define ATHENA_LIBS_RPC_TESTING_CERTIFICATES_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace athena::rpc::testing {

// A certificate with its private key.
struct Identity {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;

  std::string CertificatePem() const;
  std::string KeyPem() const;
};

// A certificate authority in memory, EC P-256. Every certificate has a serial number of its own.
class Authority {
 public:
  Authority();

  const Identity& identity() const { return identity_; }

  // `names` as OpenSSL writes subject alternative names: "URI:spiffe://...,DNS:localhost". `usage`:
  // "serverAuth", "clientAuth" or both.
  Identity Issue(const std::string& names, const std::string& usage = "serverAuth,clientAuth",
                 absl::Time expires = absl::Now() + absl::Hours(1)) const;

 private:
  Identity identity_;
};

// Writes a file as operators are told to: whole, by a rename. Its mode is 0600.
void ReplaceFile(const std::string& path, const std::string& text);

}  // namespace athena::rpc::testing

#endif  // ATHENA_LIBS_RPC_TESTING_CERTIFICATES_H_
