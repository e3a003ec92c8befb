#ifndef ATHENA_LIBS_SIGNING_SIGNING_H_
#define ATHENA_LIBS_SIGNING_SIGNING_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Ed25519 signatures (RFC 8032) with keys from PEM files, as `openssl genpkey -algorithm ed25519`
// and `openssl pkey -pubout` write them. Errors of files and keys are FAILED_PRECONDITION
// (KEY_UNUSABLE), say which file, and never contain a key. Immutable, thread-safe.
namespace athena::signing {

inline constexpr size_t kSignatureBytes = 64;
// A key file is some 120 bytes; a larger file is none.
inline constexpr size_t kMaxKeyFileBytes = 16 << 10;

struct Key;  // OpenSSL's

// The key that anybody may have: it verifies.
class PublicKey {
 public:
  // PEM, "-----BEGIN PUBLIC KEY-----".
  static absl::StatusOr<PublicKey> FromPem(std::string_view pem);
  static absl::StatusOr<PublicKey> FromFile(const std::string& path);

  // The first 8 bytes of the SHA-256 of the key as DER (SubjectPublicKeyInfo), in 16 hexadecimal
  // digits: `openssl pkey -pubin -in key.pem -outform DER | sha256sum | cut -c -16`.
  const std::string& id() const { return id_; }
  // Whether the holder of the private key signed these bytes.
  bool Verifies(std::string_view bytes, std::string_view signature) const;

 private:
  friend class PrivateKey;
  explicit PublicKey(std::shared_ptr<const Key> key);

  std::shared_ptr<const Key> key_;
  std::string id_;
};

// The secret key: it signs.
class PrivateKey {
 public:
  // PEM, "-----BEGIN PRIVATE KEY-----", not encrypted.
  static absl::StatusOr<PrivateKey> FromPem(std::string_view pem);
  // Refuses a file that is not regular, or that its group or others may read or write.
  static absl::StatusOr<PrivateKey> FromFile(const std::string& path);

  const PublicKey& public_key() const { return public_key_; }
  // 64 bytes. The same bytes have the same signature.
  absl::StatusOr<std::string> Sign(std::string_view bytes) const;

 private:
  explicit PrivateKey(std::shared_ptr<const Key> key) : key_(key), public_key_(std::move(key)) {}

  std::shared_ptr<const Key> key_;
  PublicKey public_key_;
};

// The public keys that signatures are accepted of, by their ids.
class TrustedKeys {
 public:
  // All files *.pem of a folder. Refuses a folder that cannot be read, and one with a file *.pem
  // that is no public key.
  static absl::StatusOr<TrustedKeys> FromFolder(const std::string& path);

  void Add(const PublicKey& key) { keys_.emplace(key.id(), key); }
  // nullptr when there is none of this id.
  const PublicKey* Find(const std::string& id) const;
  size_t size() const { return keys_.size(); }

 private:
  std::map<std::string, PublicKey> keys_;
};

}  // namespace athena::signing

#endif  // ATHENA_LIBS_SIGNING_SIGNING_H_
