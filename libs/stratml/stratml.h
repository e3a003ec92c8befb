#ifndef ATHENA_LIBS_STRATML_STRATML_H_
#define ATHENA_LIBS_STRATML_STRATML_H_

#include <string>
#include <string_view>

// What documents in StratML Part 2 (ISO 17469-2) have in common. Pure and thread-safe.
namespace athena {

// Of the root element and all below it.
inline constexpr std::string_view kStratmlNamespace =
    "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport";

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

}  // namespace athena

#endif  // ATHENA_LIBS_STRATML_STRATML_H_
