#ifndef ATHENA_SERVICES_PLAN_STRATML_STRATML_FORMAT_H_
#define ATHENA_SERVICES_PLAN_STRATML_STRATML_FORMAT_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "athena/common/v1/values.pb.h"
#include "athena/plan/v1/stratml.pb.h"
#include "libs/stratml/stratml.h"

// What the writer and the reader of StratML share: the words of ExportPlanRequest. Pure and
// thread-safe.
namespace athena::plan {

// Roles of stakeholders.
inline constexpr std::string_view kOwnerRole = "Owner";
inline constexpr std::string_view kContributorRole = "Contributor";
inline constexpr std::string_view kLeadRole = "Lead";

// The id of the element that an Identifier of kElementPrefix names; nullopt when it is none.
std::optional<std::string> ElementIdOf(std::string_view identifier);

// The text of OtherInformation that holds a block, and back: nullopt for any other text,
// INVALID_ARGUMENT for a block that cannot be read.
std::string BlockText(const v1::StratmlBlock& block);
absl::StatusOr<std::optional<v1::StratmlBlock>> ReadBlock(std::string_view text);

// "2026-03-31"; and back, of an xsd:date, whose time zone is ignored. nullopt when it is no day of
// the years 1900 to 2199.
std::optional<std::string> DateText(const common::v1::Date& date);
std::optional<common::v1::Date> ReadDate(std::string_view text);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATML_STRATML_FORMAT_H_
