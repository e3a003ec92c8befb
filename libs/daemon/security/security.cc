#include "libs/daemon/security/security.h"

#include <prometheus/gauge.h>

#include <atomic>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "libs/auth/jwt/fetch.h"
#include "libs/auth/jwt/jwt_authenticator.h"
#include "libs/daemon/security/tls_watch.h"
#include "libs/log/log.h"
#include "libs/rpc/client.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

ABSL_FLAG(std::string, tls_certificate, "",
          "PEM file that callers and services see; empty: no TLS, loopback only");
ABSL_FLAG(std::string, tls_key, "", "PEM file: its private key");
ABSL_FLAG(std::string, tls_ca, "",
          "PEM file: the authorities of callers' and services' certificates");
ABSL_FLAG(std::string, tls_client_certificate, "optional", "optional or required");
ABSL_FLAG(std::string, jwt_issuer, "", "the claim iss that tokens must have");
ABSL_FLAG(std::string, jwt_audience, "", "the claim aud that tokens must have");
ABSL_FLAG(std::string, jwt_keys, "", "the issuer's keys (JWKS): a file or an https URL");
ABSL_FLAG(std::string, jwt_keys_ca, "", "PEM file: the authorities of that URL");
ABSL_FLAG(std::string, jwt_institution_claim, "athena_institution",
          "the claim of the institution's id, or *");
ABSL_FLAG(std::string, jwt_roles_claim, "athena_roles", "the claim of the roles");
ABSL_FLAG(std::string, principals, "",
          "who may call, separated by ';': token,subject,institution,role+role. No token: callers "
          "without credential; 'all': every role; '*': every institution. Loopback only");

namespace athena::daemon {

namespace {

constexpr char kTlsPrefix[] = "--tls_";

rpc::TlsFiles TlsFromFlags() {
  return {absl::GetFlag(FLAGS_tls_certificate), absl::GetFlag(FLAGS_tls_key),
          absl::GetFlag(FLAGS_tls_ca)};
}

bool HasTokens() {
  return !absl::GetFlag(FLAGS_jwt_issuer).empty() || !absl::GetFlag(FLAGS_jwt_audience).empty() ||
         !absl::GetFlag(FLAGS_jwt_keys).empty();
}

bool IsUrl(const std::string& location) { return absl::StrContains(location, "://"); }

void CheckTlsFlags(const rpc::TlsFiles& tls, status::FieldFaults* faults) {
  rpc::CheckTls(tls, kTlsPrefix, faults);
  if (tls.certificate.empty() && !tls.ca.empty()) {
    faults->Missing("--tls_certificate", "a certificate beside --tls_ca");
  }
  const std::string client = absl::GetFlag(FLAGS_tls_client_certificate);
  if (client != "optional" && client != "required") {
    faults->Add("--tls_client_certificate", client, "optional or required");
  } else if (client == "required" && tls.ca.empty()) {
    faults->Missing("--tls_ca", "the authorities of the certificates that are required");
  }
}

void CheckTokenFlags(status::FieldFaults* faults) {
  if (!HasTokens()) return;
  for (const auto& [name, value] :
       {std::pair("--jwt_issuer", absl::GetFlag(FLAGS_jwt_issuer)),
        std::pair("--jwt_audience", absl::GetFlag(FLAGS_jwt_audience)),
        std::pair("--jwt_keys", absl::GetFlag(FLAGS_jwt_keys)),
        std::pair("--jwt_institution_claim", absl::GetFlag(FLAGS_jwt_institution_claim)),
        std::pair("--jwt_roles_claim", absl::GetFlag(FLAGS_jwt_roles_claim))}) {
    if (value.empty()) faults->Missing(name, "a value, since tokens are taken");
  }
  const std::string keys = absl::GetFlag(FLAGS_jwt_keys);
  if (IsUrl(keys) && !auth::IsKeyUrl(keys)) {
    faults->Add("--jwt_keys", keys, "a file, https://..., or http:// on loopback");
  }
}

auth::TokenRules RulesFromFlags() {
  auth::TokenRules rules;
  rules.issuer = absl::GetFlag(FLAGS_jwt_issuer);
  rules.audience = absl::GetFlag(FLAGS_jwt_audience);
  rules.institution_claim = absl::GetFlag(FLAGS_jwt_institution_claim);
  rules.roles_claim = absl::GetFlag(FLAGS_jwt_roles_claim);
  return rules;
}

prometheus::Gauge& Gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

std::unique_ptr<auth::KeySource> KeysFromFlags(prometheus::Registry& registry) {
  const std::string where = absl::GetFlag(FLAGS_jwt_keys);
  prometheus::Gauge& last_read = Gauge(registry, "athena_token_keys_last_read_timestamp_seconds",
                                       "When the keys of tokens were read successfully.");
  auth::KeySource::Options options;
  if (IsUrl(where)) {
    options.fetch = [where,
                     ca = absl::GetFlag(FLAGS_jwt_keys_ca)](const std::atomic<bool>& stopping) {
      return auth::FetchUrl(where, ca, stopping);
    };
  } else {
    options.fetch = [where](const std::atomic<bool>&) { return auth::FetchFile(where); };
    options.every = auth::kReadFileEvery;
  }
  // The same fault is logged once.
  options.on_read = [where, &last_read, logged = std::string()](
                        const absl::Status& read, const auth::KeySet* changed) mutable {
    if (read.ok()) {
      logged.clear();
      last_read.Set(static_cast<double>(absl::ToUnixSeconds(absl::Now())));
      if (changed == nullptr) return;
      log::Info("token keys changed", {{"from", where}, {"keys", changed->size()}});
    } else if (const std::string_view message = status::Message(read); message != logged) {
      logged = std::string(message);
      log::Error("token keys unreadable", {{"from", where}, {"message", message}});
    }
  };
  return std::make_unique<auth::KeySource>(std::move(options));
}

}  // namespace

Security::Security() = default;
Security::~Security() = default;

absl::StatusOr<std::unique_ptr<Security>> Security::FromFlags(prometheus::Registry& registry) {
  std::unique_ptr<Security> security(new Security);
  security->tls_ = TlsFromFlags();
  const bool has_certificates = !security->tls_.ca.empty();
  const std::vector<std::string> principals =
      absl::StrSplit(absl::GetFlag(FLAGS_principals), ';', absl::SkipWhitespace());
  status::FieldFaults faults;
  CheckTlsFlags(security->tls_, &faults);
  CheckTokenFlags(&faults);
  if (principals.empty() && !has_certificates && !HasTokens()) {
    faults.Missing("--principals",
                   "at least one principal, --tls_ca or --jwt_keys: "
                   "otherwise nobody can call");
  }
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());

  if (absl::GetFlag(FLAGS_tls_client_certificate) == "required") {
    security->client_certificates_ = rpc::ClientCertificates::kRequired;
  }
  if (!security->tls_.empty()) {
    security->tls_watch_ = std::make_unique<TlsWatch>(
        security->tls_, kTlsPrefix,
        Gauge(registry, "athena_tls_certificate_expiry_timestamp_seconds",
              "When the certificate of --tls_certificate expires."));
  }
  if (has_certificates) {
    security->authenticator_.Add(std::make_unique<auth::CertificateAuthenticator>());
  }
  if (!principals.empty()) {
    ATHENA_ASSIGN_OR_RETURN(auto named, auth::StaticAuthenticator::Create(principals));
    security->authenticator_.Add(std::move(named));
  }
  if (HasTokens()) {
    std::unique_ptr<auth::KeySource> keys = KeysFromFlags(registry);
    if (!IsUrl(absl::GetFlag(FLAGS_jwt_keys))) {
      keys->Read();
      if (keys->keys() == nullptr) return keys->last_read();
    }
    security->token_keys_ = keys.get();
    security->authenticator_.Add(
        std::make_unique<auth::JwtAuthenticator>(RulesFromFlags(), std::move(keys)));
  }
  return security;
}

std::vector<std::string> Security::Faults() const {
  std::vector<std::string> lines;
  if (tls_watch_ != nullptr) lines = tls_watch_->Faults();
  if (token_keys_ != nullptr && token_keys_->keys() == nullptr) {
    const absl::Status read = token_keys_->last_read();
    lines.push_back(absl::StrCat("keys of tokens: ", std::string(status::Message(read))));
  }
  return lines;
}

std::string Security::Transport() const {
  if (tls_.empty()) return "insecure: loopback only";
  if (tls_.ca.empty()) return "TLS, no client certificates";
  return client_certificates_ == rpc::ClientCertificates::kRequired
             ? "TLS, client certificates required"
             : "TLS, client certificates optional";
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectTo(std::string_view flag,
                                                         const std::string& address) {
  const rpc::TlsFiles tls = TlsFromFlags();
  if (tls.empty() && !rpc::IsLoopback(address)) {
    return status::InvalidField(flag, address, "a loopback address, or TLS: --tls_certificate");
  }
  return rpc::Connect(address, tls);
}

}  // namespace athena::daemon
