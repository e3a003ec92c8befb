#ifndef ATHENA_LIBS_AUTH_AUTH_H_
#define ATHENA_LIBS_AUTH_AUTH_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace google::protobuf {
class ServiceDescriptor;
}

// Who calls, and what they may do. Institution and roles come from the credential alone, never from
// a request.
namespace athena::auth {

enum class Role : uint8_t {
  kViewer,
  kSender,
  kPlanner,
  kValidator,
  kPublisher,
  kCorrector,
  kAdmin,
  kAuditor,
};
inline constexpr Role kAllRoles[] = {Role::kViewer,    Role::kSender,    Role::kPlanner,
                                     Role::kValidator, Role::kPublisher, Role::kCorrector,
                                     Role::kAdmin,     Role::kAuditor};
std::string_view RoleName(Role role);  // "viewer", "sender" ...
std::optional<Role> ParseRole(std::string_view name);

// A set of roles; a value.
class Roles {
 public:
  constexpr Roles() = default;
  constexpr Roles(std::initializer_list<Role> roles) {
    for (Role role : roles) bits_ |= Bit(role);
  }
  static constexpr Roles Every() {
    Roles all;
    for (Role role : kAllRoles) all.bits_ |= Bit(role);
    return all;
  }
  constexpr bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr bool Meets(Roles other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr void Add(Role role) { bits_ |= Bit(role); }
  constexpr bool operator==(const Roles&) const = default;
  std::string ToString() const;  // "viewer+sender"

 private:
  static constexpr uint16_t Bit(Role role) {
    return static_cast<uint16_t>(1u << static_cast<unsigned>(role));
  }
  uint16_t bits_ = 0;
};

// The institution of a principal who acts for every institution.
inline constexpr std::string_view kEveryInstitution = "*";

struct Principal {
  std::string subject;      // who, in logs, audit entries and as a push's sender; never empty
  std::string institution;  // the id in "institutions/{id}"; "*" is every one; empty is none
  Roles roles;

  // Whether the principal acts for the institution with this id. An empty id is nobody's.
  bool ActsFor(std::string_view institution_id) const {
    return !institution_id.empty() &&
           (institution == kEveryInstitution || institution == institution_id);
  }
};

// What a call brings to prove who it is. Borrowed for the time of the call to Authenticate.
struct Credentials {
  std::string_view authorization;  // the metadata "authorization", whole; empty when absent
  absl::Span<const std::string> peer_identities;  // of a verified client certificate (URI SANs)
};

// Thread-safe. Runs on the threads that serve the network: must not block.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // UNAUTHENTICATED when the credentials name nobody. Never null when OK.
  virtual absl::StatusOr<std::shared_ptr<const Principal>> Authenticate(
      const Credentials& credentials) const = 0;
};

// Principals written down in flags, told apart by bearer tokens: for development, for tests and for
// a single machine. Refuses to serve an address that is not loopback.
class StaticAuthenticator final : public Authenticator {
 public:
  // Each definition is "token,subject,institution,role+role". An empty token is the anonymous
  // principal: who brings no credential at all. Institution "*" is every institution, to be written
  // out; it is never the default. INVALID_ARGUMENT for anything else, a token given twice, an
  // unknown role; FAILED_PRECONDITION, NOT_LOOPBACK when one of the `listening` addresses
  // ("127.0.0.1:8080", "[::1]:8080", "unix:...", "localhost:8080") can be reached from elsewhere.
  static absl::StatusOr<std::unique_ptr<StaticAuthenticator>> Create(
      absl::Span<const std::string> definitions, absl::Span<const std::string> listening);

  absl::StatusOr<std::shared_ptr<const Principal>> Authenticate(
      const Credentials& credentials) const override;

 private:
  StaticAuthenticator() = default;
  absl::flat_hash_map<std::string, std::shared_ptr<const Principal>> by_authorization_;
};

// Whether `address` ("host:port", "[::1]:port", "unix:path") is reachable from this machine only.
bool IsLoopback(std::string_view address);

// One row of a service's permission table: who may call a method.
struct Permission {
  enum class Scope : uint8_t {
    kInstitution,  // the handler must decide on an institution (Call::RequireInstitution)
    kService,      // the roles are enough: the method is about no institution
    kPublic,       // no credential needed (health)
  };
  std::string_view method;  // "PushObservations"
  Roles roles;              // one of them is enough; ignored when public
  Scope scope = Scope::kInstitution;
};

// The table of a service: a constant array. A method without a row is denied to everybody.
using PermissionTable = absl::Span<const Permission>;

// Null when the method has no row.
const Permission* FindPermission(PermissionTable table, std::string_view method);

// PERMISSION_DENIED unless the row lets the principal's roles in.
absl::Status Authorize(const Permission* row, const Principal& principal, std::string_view method);

// What is wrong with a table: methods of the service without a row, rows without a method, two rows
// for one method, rows that nobody's role meets. Empty when nothing is. For a test in each service.
std::vector<std::string> TableFaults(const google::protobuf::ServiceDescriptor& service,
                                     PermissionTable table);

}  // namespace athena::auth

#endif  // ATHENA_LIBS_AUTH_AUTH_H_
