#include "libs/signing/signing.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/canonical/canonical.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::signing {

struct Key {
  EVP_PKEY* const pkey;

  explicit Key(EVP_PKEY* loaded) : pkey(loaded) {}
  ~Key() { EVP_PKEY_free(pkey); }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
};

namespace {

constexpr size_t kIdBytes = 8;

absl::Status Unusable(std::string_view what, std::string_view why) {
  return status::Precondition("KEY_UNUSABLE",
                              absl::StrCat(std::string(what), " ", std::string(why)), what);
}

// Asks for no password: an encrypted key is refused.
int NoPassword(char*, int, int, void*) { return -1; }

using ReadPem = EVP_PKEY* (*)(BIO*, EVP_PKEY**, pem_password_cb*, void*);

// nullptr when it is no Ed25519 key of this kind.
std::shared_ptr<const Key> Load(std::string_view pem, ReadPem read) {
  BIO* const bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* const pkey = read(bio, nullptr, NoPassword, nullptr);
  BIO_free(bio);
  ERR_clear_error();
  if (pkey == nullptr) return nullptr;
  auto key = std::make_shared<const Key>(pkey);
  return EVP_PKEY_get_id(pkey) == EVP_PKEY_ED25519 ? key : nullptr;
}

struct File {
  std::string bytes;
  mode_t mode = 0;
};

absl::StatusOr<File> ReadFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return Unusable(path, absl::StrCat("cannot be read: ", std::strerror(errno)));
  const absl::Cleanup close_file = [file] { close(file); };
  struct stat info = {};
  if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
    return Unusable(path, "is no regular file");
  }
  File content;
  content.mode = info.st_mode & 07777;
  content.bytes.resize(kMaxKeyFileBytes + 1);
  const ssize_t size = read(file, content.bytes.data(), content.bytes.size());
  if (size < 0) return Unusable(path, absl::StrCat("cannot be read: ", std::strerror(errno)));
  if (static_cast<size_t>(size) > kMaxKeyFileBytes) {
    return Unusable(path, absl::StrCat("is no key: it has more than ", kMaxKeyFileBytes, " bytes"));
  }
  content.bytes.resize(static_cast<size_t>(size));
  return content;
}

std::string IdOf(const Key& key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.pkey, &der);
  const std::string digest =
      Sha256Of({reinterpret_cast<const char*>(der), static_cast<size_t>(size < 0 ? 0 : size)});
  OPENSSL_free(der);
  return absl::BytesToHexString(digest.substr(0, kIdBytes));
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

PublicKey::PublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)), id_(IdOf(*key_)) {}

absl::StatusOr<PublicKey> PublicKey::FromPem(std::string_view pem) {
  std::shared_ptr<const Key> key = Load(pem, PEM_read_bio_PUBKEY);
  if (key == nullptr) {
    return Unusable("the text", "is no Ed25519 public key in PEM (-----BEGIN PUBLIC KEY-----)");
  }
  return PublicKey(std::move(key));
}

absl::StatusOr<PublicKey> PublicKey::FromFile(const std::string& path) {
  ATHENA_ASSIGN_OR_RETURN(const File file, ReadFile(path));
  absl::StatusOr<PublicKey> key = FromPem(file.bytes);
  if (key.ok()) return key;
  return Unusable(path, "is no Ed25519 public key in PEM (-----BEGIN PUBLIC KEY-----)");
}

bool PublicKey::Verifies(std::string_view bytes, std::string_view signature) const {
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  const absl::Cleanup free_context = [context] { EVP_MD_CTX_free(context); };
  if (EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, key_->pkey) != 1) return false;
  const bool valid = EVP_DigestVerify(context, Bytes(signature), signature.size(), Bytes(bytes),
                                      bytes.size()) == 1;
  ERR_clear_error();
  return valid;
}

absl::StatusOr<PrivateKey> PrivateKey::FromPem(std::string_view pem) {
  std::shared_ptr<const Key> key = Load(pem, PEM_read_bio_PrivateKey);
  if (key == nullptr) {
    return Unusable(
        "the text",
        "is no Ed25519 private key in PEM (-----BEGIN PRIVATE KEY-----, not encrypted)");
  }
  return PrivateKey(std::move(key));
}

absl::StatusOr<PrivateKey> PrivateKey::FromFile(const std::string& path) {
  ATHENA_ASSIGN_OR_RETURN(File file, ReadFile(path));
  const absl::Cleanup forget = [&file] { OPENSSL_cleanse(file.bytes.data(), file.bytes.size()); };
  if ((file.mode & 077) != 0) {
    return Unusable(
        path,
        absl::StrFormat("has the mode %04o; only its owner may read it: chmod 600", file.mode));
  }
  absl::StatusOr<PrivateKey> key = FromPem(file.bytes);
  if (key.ok()) return key;
  return Unusable(path,
                  "is no Ed25519 private key in PEM (-----BEGIN PRIVATE KEY-----, not encrypted)");
}

absl::StatusOr<std::string> PrivateKey::Sign(std::string_view bytes) const {
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  const absl::Cleanup free_context = [context] { EVP_MD_CTX_free(context); };
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  if (EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key_->pkey) == 1 &&
      EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Bytes(bytes), bytes.size()) == 1 &&
      size == kSignatureBytes) {
    return signature;
  }
  ERR_clear_error();
  return status::Internal("OpenSSL does not sign");
}

absl::StatusOr<TrustedKeys> TrustedKeys::FromFolder(const std::string& path) {
  TrustedKeys keys;
  std::error_code fault;
  std::filesystem::directory_iterator file(path, fault);
  while (!fault && file != std::filesystem::directory_iterator()) {
    if (file->path().extension() == ".pem") {
      ATHENA_ASSIGN_OR_RETURN(const PublicKey key, PublicKey::FromFile(file->path().string()));
      keys.Add(key);
    }
    file.increment(fault);
  }
  if (fault) return Unusable(path, absl::StrCat("cannot be read: ", fault.message()));
  return keys;
}

const PublicKey* TrustedKeys::Find(const std::string& id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace athena::signing
