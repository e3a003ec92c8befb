// What the kit promises of every kind of resource, of each of this service's.

#include "libs/resource/testing/conformance.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "libs/status/macros.h"
#include "services/plan/follow_up/decisions.h"
#include "services/plan/follow_up/progress_reports.h"
#include "services/plan/operations/budget/budget_lines.h"
#include "services/plan/operations/operational_plans.h"
#include "services/plan/operations/processes.h"
#include "services/plan/operations/risks.h"
#include "services/plan/organisation/institutions.h"
#include "services/plan/organisation/units.h"
#include "services/plan/schema.h"
#include "services/plan/strategy/elements.h"

namespace athena::resource::testing {
namespace {

using plan::BudgetLineKind;
using plan::DecisionKind;
using plan::ElementKind;
using plan::InstitutionKind;
using plan::OperationalPlanKind;
using plan::PlanKind;
using plan::ProcessKind;
using plan::ProgressReportKind;
using plan::RiskKind;
using plan::UnitKind;

constexpr char kService[] = "athena.plan.v1.PlanService";
constexpr char kOperations[] = "athena.plan.v1.OperationsService";
constexpr char kFollowUp[] = "athena.plan.v1.FollowUpService";

const Given kInstitution{KindOf<InstitutionKind>(),
                         "institution_id: 'gob' institution { display_name { text { key: 'nl' "
                         "value: 'GOB' } } }",
                         kService};
const Given kPlan{KindOf<PlanKind>(),
                  "parent: 'institutions/gob' plan_id: 'p1' plan { title { text { key: 'nl' value: "
                  "'P' } } first_quarter: '2021-Q1' last_quarter: '2026-Q4' languages: 'nl' }"};
// The same at services that do not make them. The clock stands in 2020: the plan has begun.
const Given kMadeInstitution{kInstitution.kind, kInstitution.request, kService};
const Given kBegunPlan{KindOf<PlanKind>(),
                       "parent: 'institutions/gob' plan_id: 'p1' plan { title { text { key: 'nl' "
                       "value: 'P' } } first_quarter: '2019-Q1' last_quarter: '2026-Q4' languages: "
                       "'nl' }",
                       kService};
const Given kMadeElement{KindOf<ElementKind>(),
                         "parent: 'institutions/gob/plans/p1' element_id: 'e1' element { kind: "
                         "KIND_ACTION code: '1' title { text { key: 'nl' value: 'E' } } }",
                         kService};

Given MadeUnit(int n) {
  return {KindOf<UnitKind>(),
          absl::StrCat("parent: 'institutions/gob' unit_id: 'n", n,
                       "' unit { display_name { text { key: 'nl' value: 'U' } } }"),
          kService};
}

// Operational plans are derived.
absl::StatusOr<std::shared_ptr<google::protobuf::Message>> DeriveUnitPlan(
    const Resources& resources, const auth::Principal& who, int n) {
  plan::v1::DeriveOperationalPlanRequest request;
  request.set_parent("institutions/gob/plans/p1");
  request.set_unit(absl::StrCat("institutions/gob/units/n", n));
  request.set_year(2026);
  request.set_apply(true);
  ATHENA_ASSIGN_OR_RETURN(const auto derived,
                          plan::OperationalPlans(resources).Derive(who, request));
  return std::make_shared<plan::v1::OperationalPlan>(derived.operational_plan());
}

std::vector<Case> Cases() {
  return {Case{.kind = KindOf<InstitutionKind>(),
               .service = kService,
               .migrations = plan::Migrations(),
               .sample = "display_name { text { key: 'nl' value: 'I$n' } } time_zone: 'UTC'",
               .change_field = "time_zone",
               .change = "time_zone: 'Europe/Paris'"},
          Case{.kind = KindOf<UnitKind>(),
               .service = kService,
               .migrations = plan::Migrations(),
               .given = {kInstitution},
               .parent = "institutions/gob",
               .sample = "display_name { text { key: 'nl' value: 'U$n' } }",
               .change_field = "display_name",
               .change = "display_name { text { key: 'nl' value: 'new' } }"},
          Case{.kind = KindOf<PlanKind>(),
               .service = kService,
               .migrations = plan::Migrations(),
               .given = {kInstitution},
               .parent = "institutions/gob",
               .sample = "title { text { key: 'nl' value: 'P$n' } } first_quarter: '2021-Q1' "
                         "last_quarter: '2026-Q4' languages: 'nl'",
               .change_field = "last_quarter",
               .change = "last_quarter: '2025-Q4'",
               .others = {KindOf<ElementKind>()}},
          Case{.kind = KindOf<ElementKind>(),
               .service = kService,
               .migrations = plan::Migrations(),
               .given = {kInstitution, kPlan},
               .parent = "institutions/gob/plans/p1",
               .sample = "kind: KIND_ACTION code: '1.$n' title { text { key: 'nl' value: 'E$n' } }",
               .change_field = "lead",
               .change = "lead: 'Ann'",
               .others = {KindOf<ProgressReportKind>()}},
          Case{.kind = KindOf<ProgressReportKind>(),
               .service = kFollowUp,
               .migrations = plan::Migrations(),
               .given = {kMadeInstitution, kBegunPlan, kMadeElement},
               .parent = "institutions/gob/plans/p1/elements/e1",
               .id = "2019-Q$n",
               .sample = "percent_complete: 1$n narrative { text { key: 'nl' value: 'R$n' } }",
               .change_field = "percent_complete",
               .change = "percent_complete: 50"},
          Case{.kind = KindOf<DecisionKind>(),
               .service = kFollowUp,
               .migrations = plan::Migrations(),
               .given = {kMadeInstitution, kBegunPlan, kMadeElement},
               .parent = "institutions/gob",
               .sample = "title { text { key: 'nl' value: 'D$n' } } responsible: 'Ann' "
                         "element: 'institutions/gob/plans/p1/elements/e1' "
                         "decided_on { year: 2020 month: 1 day: 1 } "
                         "due_date { year: 2020 month: 12 day: 31 }",
               .change_field = "due_date",
               .change = "due_date { year: 2021 month: 3 day: 31 }"},
          Case{.kind = KindOf<OperationalPlanKind>(),
               .service = kOperations,
               .migrations = plan::Migrations(),
               .given = {kMadeInstitution, kBegunPlan, MadeUnit(1), MadeUnit(2), MadeUnit(3),
                         MadeUnit(4)},
               .parent = "institutions/gob/plans/p1",
               .id = "n$n-2026-1",
               .change_field = "notes",
               .change = "notes { text { key: 'nl' value: 'new' } }",
               .create = DeriveUnitPlan},
          Case{.kind = KindOf<RiskKind>(),
               .service = kOperations,
               .migrations = plan::Migrations(),
               .given = {kInstitution},
               .parent = "institutions/gob",
               .sample = "code: 'R-$n' title { text { key: 'nl' value: 'R$n' } } "
                         "inherent_likelihood: 4 inherent_impact: 3",
               .change_field = "owner",
               .change = "owner: 'head of ICT'"},
          Case{.kind = KindOf<ProcessKind>(),
               .service = kOperations,
               .migrations = plan::Migrations(),
               .given = {kInstitution},
               .parent = "institutions/gob",
               .sample = "code: 'P-$n' title { text { key: 'nl' value: 'P$n' } }",
               .change_field = "owner",
               .change = "owner: 'head of payroll'"},
          Case{.kind = KindOf<BudgetLineKind>(),
               .service = kOperations,
               .migrations = plan::Migrations(),
               .given = {kInstitution},
               .parent = "institutions/gob",
               .sample = "code: '04.$n' title { text { key: 'nl' value: 'B$n' } } year: 2026",
               .change_field = "year",
               .change = "year: 2027"}};
}
ATHENA_INSTANTIATE_CONFORMANCE(Plan, Cases);

}  // namespace
}  // namespace athena::resource::testing
