#ifndef ATHENA_SERVICES_ATHENACTL_FILES_SEED_FOLDER_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_SEED_FOLDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/plan/v1/follow_up_service.pb.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "services/athenactl/files/text/dialect.h"

// An institution as a folder of files, which `athenactl load` reads:
//
//   institution.json          an athena.plan.v1.Institution
//   units.json                {"units": [athena.plan.v1.Unit ...]}
//   indicators.json           {"indicators": [athena.indicator.v1.Indicator ...]}
//   targets.json              {"targets": [athena.indicator.v1.Target ...]}; one with
//                             declaredOriginal was the target when a plan came in force, and still
//                             is unless another one is listed for the same indicator and slice
//   observations/*.csv        see observation_file.h
//   observations/dialect.json how these files are written, see text/dialect.h
//   PLAN/plan.json            an athena.plan.v1.Plan; it is activated if its state is STATE_ACTIVE
//   PLAN/elements.json        {"elements": [athena.plan.v1.Element ...]}
//   PLAN/progress-reports.json {"progressReports": [athena.plan.v1.ProgressReport ...]}; with the
//                             state that they shall have, and return_reason where it is RETURNED
//   PLAN/operational-plans.json {"operationalPlans": [athena.plan.v1.OperationalPlan ...]}: their
//                             states; of their items staff, money and notes
//   risks.json                {"risks": [athena.plan.v1.Risk ...]}
//   processes.json            {"processes": [athena.plan.v1.Process ...]}
//   budget-lines.json         {"budgetLines": [athena.plan.v1.BudgetLine ...]}
//   budget-amounts/*.csv      see amounts_file.h
//   decisions.json            {"decisions": [athena.plan.v1.Decision ...]}
//
// All but institution.json may be left out. JSON is protobuf's; resources carry their names.
namespace athena::athenactl {

struct PlanFolder {
  std::string path;
  athena::plan::v1::Plan plan;
  athena::plan::v1::ListElementsResponse elements;
  athena::plan::v1::ListOperationalPlansResponse operational_plans;
  athena::plan::v1::ListProgressReportsResponse progress_reports;
};

struct SeedFolder {
  std::string path;
  athena::plan::v1::Institution institution;
  athena::plan::v1::ListUnitsResponse units;  // parents before their children
  athena::indicator::v1::ListIndicatorsResponse indicators;
  athena::indicator::v1::BatchSetTargetsResponse targets;
  std::vector<std::string> observations;  // paths of CSV files, by name
  Dialect dialect;                        // of these files
  std::vector<PlanFolder> plans;          // by name; elements: parents before their children
  athena::plan::v1::ListRisksResponse risks;
  athena::plan::v1::ListProcessesResponse processes;
  athena::plan::v1::ListBudgetLinesResponse budget_lines;
  std::vector<std::string> budget_amounts;  // paths of CSV files, by name
  athena::plan::v1::ListDecisionsResponse decisions;
};

struct SeedFolders {
  std::vector<SeedFolder> folders;
  // "gob/units.json: units[2].name: ...": all faults of all files of JSON, file by file. Folders
  // with faults should not be loaded in part.
  std::vector<std::string> faults;
};

// Reads folders of institutions; of another folder, those of its subfolders that are, by name.
// Faults are a file that is no JSON, an unknown field, a value that the field cannot have, a
// resource without a name, with that of another or of another institution. NOT_FOUND names a path
// in which there is no institution.
absl::StatusOr<SeedFolders> ReadSeedFolders(const std::vector<std::string>& paths);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_SEED_FOLDER_H_
