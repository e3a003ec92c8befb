#include "libs/canonical/canonical.h"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>

namespace athena {
namespace {

std::array<char, 8> LittleEndian(uint64_t value) {
  std::array<char, 8> bytes;
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(value >> (8 * i));
  return bytes;
}

// OpenSSL fails here only without memory or without its own algorithms: nothing can go on then.
void Require(int done) {
  if (done != 1) std::abort();
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* md = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(md); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  // Looked up once: OpenSSL 3 otherwise searches its providers each time.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Require(EVP_DigestInit_ex(context_->md, algorithm, nullptr));
}

Sha256::~Sha256() = default;

Sha256& Sha256::AddBytes(std::string_view bytes) {
  Require(EVP_DigestUpdate(context_->md, bytes.data(), bytes.size()));
  return *this;
}

Sha256& Sha256::AddField(std::string_view bytes) {
  return AddInt(static_cast<int64_t>(bytes.size())).AddBytes(bytes);
}

Sha256& Sha256::AddInt(int64_t value) {
  const std::array<char, 8> bytes = LittleEndian(static_cast<uint64_t>(value));
  return AddBytes({bytes.data(), bytes.size()});
}

std::string Sha256::Digest() {
  std::string digest(kSha256Bytes, '\0');
  Require(
      EVP_DigestFinal_ex(context_->md, reinterpret_cast<unsigned char*>(digest.data()), nullptr));
  return digest;
}

std::string Sha256Of(std::string_view bytes) { return Sha256().AddBytes(bytes).Digest(); }

}  // namespace athena
