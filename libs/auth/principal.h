#ifndef ATHENA_LIBS_AUTH_PRINCIPAL_H_
#define ATHENA_LIBS_AUTH_PRINCIPAL_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace athena::auth {

// What a caller may do. A principal holds any number of roles, all within its institution.
enum class Role : uint8_t {
  kViewer,     // reads
  kSender,     // pushes observations
  kPlanner,    // writes plans, elements, indicators, targets
  kValidator,  // validates or returns reports
  kPublisher,  // closes quarters, publishes scorecards
  kCorrector,  // corrects what is closed, with a reason
  kAdmin,      // institutions and units
  kAuditor,    // reads the audit log
  kReporter,   // writes progress reports of the elements that name it
};
inline constexpr int kRoleCount = 9;

std::string_view RoleName(Role role);  // "viewer", "sender" ...
std::optional<Role> RoleNamed(std::string_view name);

// A set of roles; the permission of an RPC is the set of roles that may call it.
class Roles {
 public:
  constexpr Roles() = default;
  constexpr Roles(std::initializer_list<Role> roles) {
    for (Role role : roles) Add(role);
  }
  static constexpr Roles Any() {
    Roles all;
    all.bits_ = (1U << kRoleCount) - 1;
    return all;
  }
  constexpr void Add(Role role) { bits_ = static_cast<uint16_t>(bits_ | Bit(role)); }
  constexpr bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr bool Intersects(Roles other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  std::string ToString() const;  // "sender, planner"

 private:
  static constexpr uint16_t Bit(Role role) {
    return static_cast<uint16_t>(1U << static_cast<unsigned>(role));
  }
  uint16_t bits_ = 0;
};

// Who calls: what the credential said, never what the request says.
struct Principal {
  std::string subject;      // unique name of the caller; senders' push ids are scoped by it
  std::string institution;  // the id it belongs to; kEveryInstitution in a development set-up
  Roles roles;
  // The name in the client certificate of a caller that came with one (caller_uri.h): services pass
  // it on to each other. Empty for callers with a token, which is passed on instead.
  std::string caller_uri = {};

  static constexpr std::string_view kEveryInstitution = "*";

  // Whether what belongs to `institution` (an id) is the principal's own.
  bool BelongsTo(std::string_view id) const {
    return institution == id || institution == kEveryInstitution;
  }
  // PERMISSION_DENIED unless BelongsTo: asked before anything is looked up, so that the answer does
  // not tell whether it exists. `what` ends "X may not ...".
  absl::Status RequireInstitution(std::string_view id, std::string_view what) const;
};

}  // namespace athena::auth

#endif  // ATHENA_LIBS_AUTH_PRINCIPAL_H_
