#ifndef ATHENA_SERVICES_PLAN_NAMES_H_
#define ATHENA_SERVICES_PLAN_NAMES_H_

#include <string_view>

#include "libs/ids/name_pattern.h"
#include "libs/versioned/collection.h"

// The resource names of the plan service, and the collections that its resources are kept in.
namespace athena::plan {

inline constexpr NamePattern kInstitutionName("institutions/{institution}");
inline constexpr NamePattern kUnitName("institutions/{institution}/units/{unit}");
inline constexpr NamePattern kPlanName("institutions/{institution}/plans/{plan}");
inline constexpr NamePattern kElementName(
    "institutions/{institution}/plans/{plan}/elements/{element}");
// A quarter, "2026-Q1".
bool IsQuarter(std::string_view id);
inline constexpr NamePattern kProgressReportName(
    "institutions/{institution}/plans/{plan}/elements/{element}/progressReports/{quarter}",
    IsQuarter);
inline constexpr NamePattern kDecisionName("institutions/{institution}/decisions/{decision}");
// "{unit}-{year}-{version}", "bcit-2026-1".
bool IsOperationalPlanId(std::string_view id);
inline constexpr NamePattern kOperationalPlanName(
    "institutions/{institution}/plans/{plan}/operationalPlans/{operational_plan}",
    IsOperationalPlanId);
inline constexpr NamePattern kRiskName("institutions/{institution}/risks/{risk}");
inline constexpr NamePattern kProcessName("institutions/{institution}/processes/{process}");
inline constexpr NamePattern kBudgetLineName(
    "institutions/{institution}/budgetLines/{budget_line}");
inline constexpr NamePattern kIndicatorName("institutions/{institution}/indicators/{indicator}");

// The plan that an element belongs to.
ResourceName PlanOf(const ResourceName& element);
// The element that a progress report is of.
ResourceName ElementOf(const ResourceName& report);

// Every reader of any of an institution's plans sees the institution and its units; a plan, its
// elements and their reports are seen by who reads that plan.
inline constexpr versioned::Collection kInstitutions{"institutions",
                                                     versioned::Marks::kInstitution};
inline constexpr versioned::Collection kUnits{"units", versioned::Marks::kInstitution};
inline constexpr versioned::Collection kPlans{"plans", versioned::Marks::kRoot};
inline constexpr versioned::Collection kElements{"elements", versioned::Marks::kRoot};
inline constexpr versioned::Collection kProgressReports{"progressReports", versioned::Marks::kRoot};
inline constexpr versioned::Collection kDecisions{"decisions", versioned::Marks::kInstitution};
inline constexpr versioned::Collection kOperationalPlans{"operationalPlans",
                                                         versioned::Marks::kRoot};
// Their links may lead into every plan of the institution.
inline constexpr versioned::Collection kRisks{"risks", versioned::Marks::kInstitution};
inline constexpr versioned::Collection kProcesses{"processes", versioned::Marks::kInstitution};
inline constexpr versioned::Collection kBudgetLines{"budgetLines", versioned::Marks::kInstitution};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_NAMES_H_
