#include "libs/rpc/transport/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/auth/authenticator.h"
#include "libs/rpc/client.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/testing/certificates.h"
#include "libs/rpc/testing/server_fixture.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"

namespace athena::rpc {
namespace {

using status::testing::IsOk;
using status::testing::IsOkAndHolds;
using status::testing::StatusIs;
using ::testing::AllOf;
using testing::Authority;
using testing::EchoRequest;
using testing::EchoResponse;
using ::testing::HasSubstr;
using testing::Identity;
using ::testing::Not;
using testing::ReplaceFile;

constexpr char kHost[] = "IP:127.0.0.1,DNS:localhost";
constexpr char kSender[] = "spiffe://athena/institutions/gob/roles/viewer+sender/hr-system";

std::string Uri(const std::string& uri) { return "URI:" + uri; }

// The fixture's server by TLS, with callers by certificate and by the token "reader-token".
class TlsServerTest : public testing::ServerTest {
 protected:
  void SetUp() override {
    const std::string folder = absl::StrCat(
        ::testing::TempDir(), "/", ::testing::UnitTest::GetInstance()->current_test_info()->name());
    mkdir(folder.c_str(), 0700);
    server_files_ = Files(folder + "/server");
    Write(server_files_, authority_.Issue(absl::StrCat(kHost, ",URI:spiffe://athena/services/plan"),
                                          "serverAuth,clientAuth"));
    auto chain = std::make_unique<auth::AuthenticatorChain>();
    chain->Add(std::make_unique<auth::CertificateAuthenticator>());
    ATHENA_ASSERT_OK_AND_ASSIGN(
        auto tokens, auth::StaticAuthenticator::Create({"reader-token,reader,gob,viewer"}));
    chain->Add(std::move(tokens));
    chain_ = std::move(chain);
    folder_ = folder;
  }

  static TlsFiles Files(const std::string& stem) {
    return {stem + ".pem", stem + "-key.pem", stem + "-ca.pem"};
  }

  void Write(const TlsFiles& files, const Identity& identity) {
    ReplaceFile(files.ca, authority_.identity().CertificatePem());
    ReplaceFile(files.key, identity.KeyPem());
    ReplaceFile(files.certificate, identity.CertificatePem());
  }

  void Start(ClientCertificates client_certificates = ClientCertificates::kOptional) {
    ServerOptions options;
    options.tls = server_files_;
    options.client_certificates = client_certificates;
    options.authenticator = chain_.get();
    std::vector<ServiceTable> tables;
    tables.push_back(Table());
    ATHENA_ASSERT_OK_AND_ASSIGN(server_, Server::Start(options, std::move(tables)));
  }

  // Files of a caller with this certificate.
  TlsFiles Caller(const Identity& identity) {
    const TlsFiles files = Files(absl::StrCat(folder_, "/caller", callers_++));
    Write(files, identity);
    return files;
  }
  TlsFiles CallerNamed(const std::string& names) {
    return Caller(authority_.Issue(names, "clientAuth"));
  }
  // A caller without certificate.
  TlsFiles Nobody() { return {"", "", server_files_.ca}; }

  std::string Address() const { return absl::StrCat("127.0.0.1:", server_->port()); }

  // What the server says to a call on a connection of its own.
  absl::StatusOr<std::string> Say(const TlsFiles& tls, const Outgoing& outgoing = {}) {
    return SayOver(Connect(Address(), tls), outgoing);
  }
  static absl::StatusOr<std::string> SayOver(const std::shared_ptr<grpc::Channel>& channel,
                                             Outgoing outgoing = {}) {
    outgoing.deadline = absl::Now() + absl::Seconds(20);
    outgoing.attempts = 1;
    const auto stub = testing::Echo::NewStub(channel);
    EchoRequest request;
    request.set_text("hello");
    ATHENA_ASSIGN_OR_RETURN(
        const EchoResponse response,
        Invoke<EchoResponse>(outgoing, [&](grpc::ClientContext* context, EchoResponse* answer) {
          return stub->Say(context, request, answer);
        }));
    return response.text();
  }
  static Outgoing WithToken() {
    Outgoing outgoing;
    outgoing.authorization = "Bearer reader-token";
    return outgoing;
  }
  static Outgoing For(const std::string& caller) {
    Outgoing outgoing;
    outgoing.caller = caller;
    return outgoing;
  }

  const Authority authority_;
  std::string folder_;
  TlsFiles server_files_;
  std::unique_ptr<auth::Authenticator> chain_;
  int callers_ = 0;
};

// What a caller gets whose connection is not made.
auto IsNotConnected() { return StatusIs(absl::StatusCode::kUnavailable); }
auto IsUnauthenticated(const std::string& why) {
  return StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr(why));
}

TEST_F(TlsServerTest, TheCertificateSaysWhoCallsOrTheToken) {
  Start();
  EXPECT_THAT(Say(CallerNamed(Uri(kSender))), IsOkAndHolds("hr-system: hello"));
  EXPECT_THAT(Say(Nobody(), WithToken()), IsOkAndHolds("reader: hello"));
  EXPECT_THAT(Say(CallerNamed(Uri(kSender)), WithToken()), IsOkAndHolds("reader: hello"));
  EXPECT_THAT(Say(Nobody()), IsUnauthenticated("needs a credential"));
}

TEST_F(TlsServerTest, RolesAreThoseOfTheCertificate) {
  Start();
  EXPECT_THAT(Say(CallerNamed(Uri("spiffe://athena/institutions/gob/roles/auditor/anna"))),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("anna")));
}

TEST_F(TlsServerTest, ACertificateCanBeRequired) {
  Start(ClientCertificates::kRequired);
  EXPECT_THAT(Say(Nobody(), WithToken()), IsNotConnected());
  EXPECT_THAT(Say(CallerNamed("DNS:proxy"), WithToken()), IsOkAndHolds("reader: hello"));
  EXPECT_THAT(Say(CallerNamed(Uri(kSender))), IsOkAndHolds("hr-system: hello"));
}

TEST_F(TlsServerTest, CertificatesOfStrangersAndExpiredOnesAreRefused) {
  Start();
  const Authority stranger;
  TlsFiles foreign = Caller(stranger.Issue(Uri(kSender), "clientAuth"));
  EXPECT_THAT(Say(foreign, WithToken()), IsNotConnected());
  EXPECT_THAT(
      Say(Caller(authority_.Issue(Uri(kSender), "clientAuth", absl::Now() - absl::Minutes(1))),
          WithToken()),
      IsNotConnected());
  // Nor does one that is for servers only make a caller.
  EXPECT_THAT(Say(Caller(authority_.Issue(Uri(kSender), "serverAuth"))), IsNotConnected());
}

TEST_F(TlsServerTest, NamesOfAnotherFormNameNobody) {
  Start();
  // The common name of all these certificates reads like an admin's.
  for (const std::string& names :
       {std::string("DNS:localhost"), std::string("email:admin@example.org"),
        std::string("URI:https://athena/institutions/gob"),
        std::string("URI:spiffe://other/institutions/gob/roles/viewer/x"),
        // Authorities that check URIs may not look for one in a DNS name.
        absl::StrCat("DNS:", kSender)}) {
    EXPECT_THAT(Say(CallerNamed(names)), Not(IsOk())) << names;
    EXPECT_THAT(Say(CallerNamed(names), WithToken()), IsOkAndHolds("reader: hello")) << names;
  }
  EXPECT_THAT(Say(CallerNamed("URI:spiffe://athena/institutions/gob/roles/chief/x")),
              IsUnauthenticated("unknown role"));
  EXPECT_THAT(Say(CallerNamed(absl::StrCat(Uri(kSender), ",URI:spiffe://athena/services/plan"))),
              IsUnauthenticated("several"));
}

TEST_F(TlsServerTest, AForwardedCallerIsBelievedFromAServiceAlone) {
  Start();
  const TlsFiles service = CallerNamed("URI:spiffe://athena/services/reporting");
  EXPECT_THAT(Say(service, For(kSender)), IsOkAndHolds("hr-system: hello"));
  EXPECT_THAT(Say(service, WithToken()), IsOkAndHolds("reader: hello"));
  EXPECT_THAT(Say(service), IsUnauthenticated("names no caller"));
  EXPECT_THAT(Say(service, For("gob")), IsUnauthenticated("trust domain"));
  const std::string admin = "spiffe://athena/institutions/gob/roles/viewer+admin/hr-system";
  EXPECT_THAT(Say(CallerNamed(Uri(kSender)), For(admin)), IsUnauthenticated("services alone"));
  EXPECT_THAT(Say(CallerNamed("DNS:proxy"), For(admin)), IsUnauthenticated("services alone"));
  EXPECT_THAT(Say(Nobody(), For(admin)), IsUnauthenticated("services alone"));
  Outgoing both = WithToken();
  both.caller = kSender;
  EXPECT_THAT(Say(service, both), IsUnauthenticated("want one of them"));
}

TEST_F(TlsServerTest, ACallersNameGoesAlongAndATokenInsteadOfIt) {
  // What a service sends on when it calls another for its caller.
  struct Sent {
    std::string authorization;
    std::string caller;
  };
  Sent sent;
  ServiceTable table = Table();
  for (Method& method : table.methods) {
    if (method.name != "Say") continue;
    method = Unary("Say", {auth::Role::kViewer},
                   [&](const Call& call, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
                     const Outgoing outgoing = Outgoing::For(call, "the plan service");
                     sent = {outgoing.authorization, outgoing.caller};
                     return EchoResponse();
                   });
  }
  ServerOptions options;
  options.tls = server_files_;
  options.authenticator = chain_.get();
  std::vector<ServiceTable> tables;
  tables.push_back(std::move(table));
  ATHENA_ASSERT_OK_AND_ASSIGN(server_, Server::Start(options, std::move(tables)));
  EXPECT_THAT(Say(CallerNamed(Uri(kSender))), IsOk());
  EXPECT_EQ(sent.caller, kSender);
  EXPECT_EQ(sent.authorization, "");
  EXPECT_THAT(Say(CallerNamed(Uri(kSender)), WithToken()), IsOk());
  EXPECT_EQ(sent.caller, "");
  EXPECT_EQ(sent.authorization, "Bearer reader-token");
  EXPECT_THAT(Say(CallerNamed("URI:spiffe://athena/services/reporting"), For(kSender)), IsOk());
  EXPECT_EQ(sent.caller, kSender);
}

TEST_F(TlsServerTest, ClientsTrustOneAuthorityAndTheServersName) {
  Start();
  const Authority stranger;
  TlsFiles trusting_others = CallerNamed(Uri(kSender));
  ReplaceFile(trusting_others.ca, stranger.identity().CertificatePem());
  EXPECT_THAT(Say(trusting_others), IsNotConnected());
  EXPECT_THAT(
      SayOver(Connect(absl::StrCat("127.0.0.1:", server_->port()), CallerNamed(Uri(kSender)))),
      IsOkAndHolds("hr-system: hello"));
  EXPECT_THAT(
      SayOver(Connect(absl::StrCat("127.0.0.2:", server_->port()), CallerNamed(Uri(kSender)))),
      IsNotConnected());
}

TEST_F(TlsServerTest, ACallersCertificateMakesNoServer) {
  Write(server_files_, authority_.Issue(kHost, "clientAuth"));
  Start();
  EXPECT_THAT(Say(CallerNamed(Uri(kSender))), IsNotConnected());
}

TEST_F(TlsServerTest, WithoutTlsNobodyIsUnderstood) {
  Start();
  EXPECT_THAT(Say(TlsFiles(), WithToken()), IsNotConnected());
}

// Connects until what is new counts, which gRPC sees when it looks at the files next.
template <typename Attempt>
void Eventually(Attempt attempt) {
  const absl::Time late = absl::Now() + absl::Minutes(2);
  while (!attempt()) ASSERT_LT(absl::Now(), late);
}

TEST_F(TlsServerTest, FilesAreReadAgainWhileCallsRun) {
  Start();
  const TlsFiles caller = CallerNamed(Uri(kSender));
  const std::shared_ptr<grpc::Channel> open = Connect(Address(), caller);
  EXPECT_THAT(SayOver(open), IsOkAndHolds("hr-system: hello"));

  // A new authority, and certificates by it: callers of the old one are strangers from then on.
  const Authority second;
  const Identity next = second.Issue(kHost, "serverAuth");
  ReplaceFile(server_files_.ca, second.identity().CertificatePem());
  ReplaceFile(server_files_.key, next.KeyPem());
  ReplaceFile(server_files_.certificate, next.CertificatePem());
  TlsFiles fresh = Files(folder_ + "/fresh");
  const Identity anna =
      second.Issue(Uri("spiffe://athena/institutions/gob/roles/viewer/anna"), "clientAuth");
  ReplaceFile(fresh.ca, second.identity().CertificatePem());
  ReplaceFile(fresh.key, anna.KeyPem());
  ReplaceFile(fresh.certificate, anna.CertificatePem());
  Eventually([&] {
    EXPECT_THAT(SayOver(open), IsOkAndHolds("hr-system: hello"));  // an open connection stays
    return Say(fresh).ok();
  });
  EXPECT_THAT(Say(fresh), IsOkAndHolds("anna: hello"));
  EXPECT_THAT(SayOver(open), IsOkAndHolds("hr-system: hello"));
  EXPECT_THAT(Say(caller), IsNotConnected());
}

TEST_F(TlsServerTest, FilesThatDoNotFitAreOvercomeByTheNextOnes) {
  Start();
  const TlsFiles caller = CallerNamed(Uri(kSender));
  for (const std::string& broken : {std::string("no PEM"), authority_.identity().KeyPem()}) {
    ReplaceFile(server_files_.key, broken);
    Eventually([&] { return !Say(caller).ok(); });
    Write(server_files_, authority_.Issue(kHost, "serverAuth"));
    Eventually([&] { return Say(caller).ok(); });
  }
}

TEST_F(TlsServerTest, AChannelShowsANewCertificateOnItsNextConnection) {
  Start();
  const TlsFiles caller = CallerNamed(Uri(kSender));
  const std::shared_ptr<grpc::Channel> channel = Connect(Address(), caller);
  EXPECT_THAT(SayOver(channel), IsOkAndHolds("hr-system: hello"));
  Write(caller,
        authority_.Issue(Uri("spiffe://athena/institutions/gob/roles/viewer/anna"), "clientAuth"));
  const int port = server_->port();
  Eventually([&] {
    // A restart makes the channel connect anew.
    server_.reset();
    ServerOptions options;
    options.listen = absl::StrCat("127.0.0.1:", port);
    options.tls = server_files_;
    options.authenticator = chain_.get();
    std::vector<ServiceTable> tables;
    tables.push_back(Table());
    server_ = Server::Start(options, std::move(tables)).value();
    Outgoing outgoing;
    grpc::experimental::ChannelResetConnectionBackoff(channel.get());
    return SayOver(channel, outgoing).value_or("") == "anna: hello";
  });
}

TEST_F(TlsServerTest, BeyondLoopbackTakesTlsAndSafeCredentials) {
  ServerOptions options;
  options.listen = "0.0.0.0:0";
  const auth::CertificateAuthenticator certificates;
  options.authenticator = &certificates;
  EXPECT_THAT(Server::Start(options, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--tls_certificate")));
  options.tls = server_files_;
  options.authenticator = chain_.get();  // with tokens of --principals
  EXPECT_THAT(Server::Start(options, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--principals")));
  options.authenticator = &certificates;
  EXPECT_THAT(Server::Start(options, {}), IsOk());
}

// What OpenSSL negotiates with the server when it speaks no newer version; empty: nothing.
std::string NegotiatedBy(int version, int port) {
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_security_level(context, 0);  // or this side refuses old versions itself
  SSL_CTX_set_min_proto_version(context, version);
  SSL_CTX_set_max_proto_version(context, version);
  const unsigned char h2[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context, h2, sizeof(h2));
  BIO* const connection = BIO_new_ssl_connect(context);
  BIO_set_conn_hostname(connection, absl::StrCat("127.0.0.1:", port).c_str());
  std::string version_name;
  if (BIO_do_connect(connection) == 1 && BIO_do_handshake(connection) == 1) {
    SSL* ssl = nullptr;
    BIO_get_ssl(connection, &ssl);
    version_name = SSL_get_version(ssl);
  }
  BIO_free_all(connection);
  SSL_CTX_free(context);
  return version_name;
}

TEST_F(TlsServerTest, OldVersionsAreNotSpoken) {
  Start();
  EXPECT_EQ(NegotiatedBy(TLS1_3_VERSION, server_->port()), "TLSv1.3");
  EXPECT_EQ(NegotiatedBy(TLS1_2_VERSION, server_->port()), "TLSv1.2");
  EXPECT_EQ(NegotiatedBy(TLS1_1_VERSION, server_->port()), "");
  EXPECT_EQ(NegotiatedBy(TLS1_VERSION, server_->port()), "");
}

class CheckTlsTest : public ::testing::Test {
 protected:
  CheckTlsTest() : stem_(absl::StrCat(::testing::TempDir(), "/check")) {
    files_ = {stem_ + ".pem", stem_ + "-key.pem", stem_ + "-ca.pem"};
    ReplaceFile(files_.certificate, identity_.CertificatePem());
    ReplaceFile(files_.key, identity_.KeyPem());
    ReplaceFile(files_.ca, authority_.identity().CertificatePem());
  }
  absl::Status Check() {
    status::FieldFaults faults;
    end_ = CheckTls(files_, "--tls_", &faults);
    return faults.ToStatus();
  }

  const std::string stem_;
  const Authority authority_;
  const absl::Time expires_ = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()) + 3600);
  const Identity identity_ = authority_.Issue(kHost, "serverAuth", expires_);
  TlsFiles files_;
  absl::Time end_;
};

TEST_F(CheckTlsTest, TellsWhenTheCertificateExpires) {
  ATHENA_EXPECT_OK(Check());
  EXPECT_EQ(end_, expires_);
  files_ = {"", "", files_.ca};
  ATHENA_EXPECT_OK(Check());
  EXPECT_EQ(end_, absl::InfiniteFuture());
}

TEST_F(CheckTlsTest, FaultsNameTheFlag) {
  ReplaceFile(files_.key, authority_.identity().KeyPem());
  EXPECT_THAT(Check(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("--tls_key: got"), HasSubstr("the private key of"))));
  ReplaceFile(files_.key, identity_.KeyPem());
  chmod(files_.key.c_str(), 0644);
  EXPECT_THAT(Check(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("chmod")));
  chmod(files_.key.c_str(), 0640);
  ATHENA_EXPECT_OK(Check());

  ReplaceFile(
      files_.certificate,
      authority_.Issue(kHost, "serverAuth", absl::Now() - absl::Minutes(1)).CertificatePem());
  EXPECT_THAT(Check(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("expired")));
  ReplaceFile(files_.certificate, identity_.KeyPem());
  EXPECT_THAT(Check(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("BEGIN CERTIFICATE")));
  files_.certificate = stem_ + "-absent.pem";
  EXPECT_THAT(Check(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("No such file")));
  files_.certificate = ::testing::TempDir();
  EXPECT_THAT(Check(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("regular file")));
  files_.certificate.clear();
  EXPECT_THAT(Check(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("or neither")));
}

TEST_F(CheckTlsTest, AllFaultsAreToldAtOnce) {
  files_ = {stem_ + "-no.pem", stem_ + "-no-key.pem", stem_ + "-no-ca.pem"};
  EXPECT_EQ(status::MetadataValue(Check(), "faults"), "3");
}

TEST(IsLoopbackTest, TakesThisMachineAlone) {
  for (const char* address :
       {"127.0.0.1:7701", "127.8.9.10:0", "localhost:1", "[::1]:7701", "unix:/run/athena/plan"}) {
    EXPECT_TRUE(IsLoopback(address)) << address;
  }
  for (const char* address : {"0.0.0.0:7701", "10.0.0.1:7701", "[::]:7701", "127.example.org:7701",
                              "localhost.org:1", "plan:7701", "", "127.0.0.1"}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

}  // namespace
}  // namespace athena::rpc
