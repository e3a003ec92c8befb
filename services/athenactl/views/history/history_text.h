#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_HISTORY_HISTORY_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_HISTORY_HISTORY_TEXT_H_

#include <google/protobuf/struct.pb.h>

#include <string>
#include <string_view>

#include "athena/common/v1/history_service.pb.h"

// Revisions and audit logs as text. Pure and thread-safe.
namespace athena::athenactl {

// A revision: who, when and why, and each changed field from what to what.
//
//   revision 17, 2026-03-31 10:00:00 UTC, UpdateElement by ann
//     because a new contractor
//     changed gob/plans/p1/elements/e1
//       milestones[m1].due_date  2026-03-31 > 2026-06-30
//
// At most `width` columns wide, 0: unlimited.
std::string RevisionText(const athena::common::v1::Revision& revision, int width, bool colour);

// A value of a difference: a text as it is, a list with commas, an object as JSON.
std::string ValueText(const google::protobuf::Value& value);

// "audit log of the plan service, 5 revisions: whole", and a line for each fault.
std::string AuditText(std::string_view service,
                      const athena::common::v1::VerifyAuditLogResponse& verified);

// Entries of an audit log as a table with a row each.
std::string AuditEventsText(const athena::common::v1::ListAuditEventsResponse& listed, int width,
                            bool colour);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_HISTORY_HISTORY_TEXT_H_
