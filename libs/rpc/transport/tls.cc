#include "libs/rpc/transport/tls.h"

#include <fcntl.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <optional>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace athena::rpc {
namespace {

using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// What a file has; nullopt after a fault was added.
std::optional<std::string> ReadPem(const std::string& flag, const std::string& path, bool secret,
                                   status::FieldFaults* faults) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    faults->Add(flag, path, absl::StrCat("a PEM file: ", std::strerror(errno)));
    return std::nullopt;
  }
  const absl::Cleanup close_file = [file] { close(file); };
  struct stat info = {};
  if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode) ||
      static_cast<size_t>(info.st_size) > kMaxTlsFileBytes) {
    faults->Add(flag, path, absl::StrCat("a regular file of at most ", kMaxTlsFileBytes, " bytes"));
    return std::nullopt;
  }
  if (secret && (info.st_mode & S_IROTH) != 0) {
    faults->Add(flag, path, "a file that not everybody can read: chmod o= FILE");
    return std::nullopt;
  }
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  const ssize_t size = read(file, bytes.data(), bytes.size());
  bytes.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return bytes;
}

// The first certificate of a text; null when there is none.
X509Ptr FirstCertificate(const std::string& pem) {
  BIO* const bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509Ptr certificate(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), &X509_free);
  BIO_free(bio);
  ERR_clear_error();
  return certificate;
}

KeyPtr PrivateKey(const std::string& pem) {
  BIO* const bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  const auto no_password = [](char*, int, int, void*) { return -1; };
  KeyPtr key(PEM_read_bio_PrivateKey(bio, nullptr, no_password, nullptr), &EVP_PKEY_free);
  BIO_free(bio);
  ERR_clear_error();
  return key;
}

absl::Time EndOf(const X509& certificate) {
  std::tm end = {};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &end) != 1) return absl::InfinitePast();
  return absl::FromTM(end, absl::UTCTimeZone());
}

std::shared_ptr<grpc::experimental::FileWatcherCertificateProvider> Provider(
    const TlsFiles& files) {
  return std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      files.key, files.certificate, files.ca,
      static_cast<unsigned>(absl::ToInt64Seconds(kReadTlsFilesEvery)));
}

}  // namespace

absl::Time CheckTls(const TlsFiles& files, std::string_view prefix, status::FieldFaults* faults) {
  const auto flag = [&](const char* name) { return absl::StrCat(std::string(prefix), name); };
  absl::Time end = absl::InfiniteFuture();
  X509Ptr certificate(nullptr, &X509_free);
  KeyPtr key(nullptr, &EVP_PKEY_free);
  if (files.certificate.empty() != files.key.empty()) {
    faults->Missing(flag(files.key.empty() ? "key" : "certificate"),
                    "both certificate and key, or neither");
  }
  if (!files.certificate.empty()) {
    if (const auto pem = ReadPem(flag("certificate"), files.certificate, false, faults)) {
      certificate = FirstCertificate(*pem);
      if (certificate == nullptr) {
        faults->Add(flag("certificate"), files.certificate,
                    "a file with -----BEGIN CERTIFICATE-----");
      } else if (end = EndOf(*certificate); end <= absl::Now()) {
        faults->Add(flag("certificate"), files.certificate,
                    absl::StrCat("a certificate that has not expired, as this one has on ",
                                 absl::FormatTime(end, absl::UTCTimeZone())));
      }
    }
  }
  if (!files.key.empty()) {
    if (const auto pem = ReadPem(flag("key"), files.key, true, faults)) {
      key = PrivateKey(*pem);
      if (key == nullptr) {
        faults->Add(
            flag("key"), files.key,
            "a file with a private key in PEM (-----BEGIN PRIVATE KEY-----), not encrypted");
      }
    }
  }
  if (certificate != nullptr && key != nullptr) {
    if (X509_check_private_key(certificate.get(), key.get()) != 1) {
      faults->Add(flag("key"), files.key, absl::StrCat("the private key of ", files.certificate));
    }
    ERR_clear_error();
  }
  if (!files.ca.empty()) {
    if (const auto pem = ReadPem(flag("ca"), files.ca, false, faults);
        pem.has_value() && FirstCertificate(*pem) == nullptr) {
      faults->Add(flag("ca"), files.ca, "a file with -----BEGIN CERTIFICATE-----");
    }
  }
  return end;
}

std::shared_ptr<grpc::ServerCredentials> TlsServerCredentials(const TlsFiles& files,
                                                              ClientCertificates required) {
  grpc::experimental::TlsServerCredentialsOptions options(Provider(files));
  options.watch_identity_key_cert_pairs();
  if (!files.ca.empty()) {
    options.watch_root_certs();
    options.set_cert_request_type(required == ClientCertificates::kRequired
                                      ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                      : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return grpc::experimental::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> TlsChannelCredentials(const TlsFiles& files) {
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(Provider(files));
  if (!files.ca.empty()) options.watch_root_certs();
  if (!files.certificate.empty()) options.watch_identity_key_cert_pairs();
  options.set_certificate_verifier(
      std::make_shared<grpc::experimental::HostNameCertificateVerifier>());
  return grpc::experimental::TlsCredentials(options);
}

bool IsLoopback(std::string_view address) {
  if (address.starts_with("unix:")) return true;
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view host = address.substr(0, colon);
  if (host == "localhost" || host == "[::1]") return true;
  const auto is_numeric = [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '.';
  };
  return host.starts_with("127.") && std::all_of(host.begin(), host.end(), is_numeric);
}

}  // namespace athena::rpc
