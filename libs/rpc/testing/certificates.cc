#include "libs/rpc/testing/certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace athena::rpc::testing {
namespace {

template <typename Write>
std::string Pem(Write write) {
  BIO* const bio = BIO_new(BIO_s_mem());
  write(bio);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

void Extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) std::abort();  // the test asks for what does not exist
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// A certificate that is not signed yet.
Identity Draft(const std::string& name, absl::Time expires) {
  static std::atomic<long> serial{1};
  Identity made{{X509_new(), &X509_free}, {EVP_EC_gen("P-256"), &EVP_PKEY_free}};
  X509* const certificate = made.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  const time_t from = absl::ToTimeT(std::min(absl::Now(), expires) - absl::Hours(1));
  const time_t to = absl::ToTimeT(expires);
  ASN1_TIME_set(X509_getm_notBefore(certificate), from);
  ASN1_TIME_set(X509_getm_notAfter(certificate), to);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_pubkey(certificate, made.key.get());
  return made;
}

}  // namespace

std::string Identity::CertificatePem() const {
  return Pem([this](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); });
}

std::string Identity::KeyPem() const {
  return Pem([this](BIO* bio) {
    PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

Authority::Authority() : identity_(Draft("authority", absl::Now() + absl::Hours(24))) {
  X509* const certificate = identity_.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  Extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  Extend(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  Extend(certificate, certificate, NID_subject_key_identifier, "hash");
  X509_sign(certificate, identity_.key.get(), EVP_sha256());
}

Identity Authority::Issue(const std::string& names, const std::string& usage,
                          absl::Time expires) const {
  // The common name looks like a caller's, since it never counts.
  Identity made = Draft("spiffe://athena/institutions/gob/roles/admin/common-name", expires);
  X509* const certificate = made.certificate.get();
  X509* const issuer = identity_.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  Extend(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
  Extend(certificate, issuer, NID_ext_key_usage, usage);
  Extend(certificate, issuer, NID_authority_key_identifier, "keyid");
  if (!names.empty()) Extend(certificate, issuer, NID_subject_alt_name, names);
  X509_sign(certificate, identity_.key.get(), EVP_sha256());
  return made;
}

void ReplaceFile(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  std::ofstream(fresh, std::ios::binary) << text;
  chmod(fresh.c_str(), 0600);
  if (std::rename(fresh.c_str(), path.c_str()) != 0) std::abort();
}

}  // namespace athena::rpc::testing
