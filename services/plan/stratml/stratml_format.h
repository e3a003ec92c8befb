#ifndef ATHENA_SERVICES_PLAN_STRATML_STRATML_FORMAT_H_
#define ATHENA_SERVICES_PLAN_STRATML_STRATML_FORMAT_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "athena/common/v1/values.pb.h"
#include "athena/plan/v1/stratml.pb.h"

// What the writer and the reader of StratML share: the words of ExportPlanRequest. Pure and
// thread-safe.
namespace athena::plan {

// Of the root element and all below it: ISO 17469-2.
inline constexpr std::string_view kStratmlNamespace =
    "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport";

// Roles of stakeholders.
inline constexpr std::string_view kOwnerRole = "Owner";
inline constexpr std::string_view kContributorRole = "Contributor";
inline constexpr std::string_view kLeadRole = "Lead";

// How Identifiers begin, before "{institution}.{plan}.{element}". They are of the type xsd:ID,
// which begins with a letter.
inline constexpr std::string_view kPlanPrefix = "plan.";
inline constexpr std::string_view kElementPrefix = "element.";
inline constexpr std::string_view kDeliveryPrefix = "delivery.";  // an element's dates
inline constexpr std::string_view kLinkPrefix = "link.";          // an indicator of an element
inline constexpr std::string_view kOrganizationPrefix = "organization.";

// "element.gob.p1.e3" of "institutions/gob/plans/p1/elements/e3": every second segment of a
// resource name.
std::string IdentifierOf(std::string_view prefix, std::string_view name);
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
