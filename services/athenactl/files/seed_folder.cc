#include "services/athenactl/files/seed_folder.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace fs = std::filesystem;

bool Exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// What is in a folder, by name; nothing when there is no such folder.
std::vector<fs::path> Entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code fault;
  for (fs::directory_iterator at(folder, fault), end; !fault && at != end; at.increment(fault)) {
    entries.push_back(at->path());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

absl::Status ReadIfThere(const fs::path& path, google::protobuf::Message& message) {
  if (!Exists(path)) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(const std::string json, ReadFile(path.string()));
  return ReadJson(path.string(), json, message);
}

// "units[2].name: got ..." when it is not the name of a thing of `collection` below `parent`.
absl::Status CheckName(const fs::path& path, std::string_view field, const std::string& name,
                       const std::string& parent, std::string_view collection) {
  const std::string want = absl::StrCat(parent, "/", View(collection), "/");
  if (name.size() > want.size() && name.compare(0, want.size(), want) == 0) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(path.string(), ": ", View(field), ": got \"",
                                                 Printable(name), "\", want ", want, "..."));
}

template <typename Resources>
absl::Status CheckNames(const fs::path& path, std::string_view collection,
                        const Resources& resources, const std::string& parent) {
  for (int at = 0; at < resources.size(); ++at) {
    ATHENA_RETURN_IF_ERROR(CheckName(path, absl::StrCat(View(collection), "[", at, "].name"),
                                     resources[at].name(), parent, collection));
  }
  return absl::OkStatus();
}

// Puts what stands above before what stands below it, and else changes no order. A cycle, or a
// parent that is not among them, is left to the service.
template <typename Resources, typename ParentName>
void ParentsFirst(Resources& resources, const ParentName& parent_name) {
  std::map<std::string, std::string> parents;
  for (const auto& resource : resources) parents[resource.name()] = parent_name(resource);
  const auto depth = [&](const auto& resource) {
    size_t levels = 0;
    for (auto at = parents.find(parent_name(resource));
         at != parents.end() && levels < parents.size(); at = parents.find(at->second)) {
      ++levels;
    }
    return levels;
  };
  std::stable_sort(resources.begin(), resources.end(),
                   [&](const auto& a, const auto& b) { return depth(a) < depth(b); });
}

absl::StatusOr<PlanFolder> ReadPlanFolder(const fs::path& path, const std::string& institution) {
  PlanFolder folder;
  folder.path = path.string();
  ATHENA_RETURN_IF_ERROR(ReadIfThere(path / "plan.json", folder.plan));
  ATHENA_RETURN_IF_ERROR(
      CheckName(path / "plan.json", "name", folder.plan.name(), institution, "plans"));
  if (folder.plan.state() == athena::plan::v1::Plan::STATE_CLOSED) {
    return absl::InvalidArgumentError(absl::StrCat(
        (path / "plan.json").string(),
        ": state: got STATE_CLOSED, want STATE_DRAFT or STATE_ACTIVE: a plan is closed "
        "by hand"));
  }
  const fs::path elements = path / "elements.json";
  ATHENA_RETURN_IF_ERROR(ReadIfThere(elements, folder.elements));
  ATHENA_RETURN_IF_ERROR(
      CheckNames(elements, "elements", folder.elements.elements(), folder.plan.name()));
  ParentsFirst(*folder.elements.mutable_elements(),
               [](const auto& element) { return element.parent_element(); });
  const fs::path operational = path / "operational-plans.json";
  ATHENA_RETURN_IF_ERROR(ReadIfThere(operational, folder.operational_plans));
  ATHENA_RETURN_IF_ERROR(CheckNames(operational, "operationalPlans",
                                    folder.operational_plans.operational_plans(),
                                    folder.plan.name()));
  const fs::path reports = path / "progress-reports.json";
  ATHENA_RETURN_IF_ERROR(ReadIfThere(reports, folder.progress_reports));
  for (int at = 0; at < folder.progress_reports.progress_reports_size(); ++at) {
    ATHENA_RETURN_IF_ERROR(CheckName(reports, absl::StrCat("progressReports[", at, "].name"),
                                     folder.progress_reports.progress_reports(at).name(),
                                     folder.plan.name(), "elements"));
  }
  return folder;
}

absl::StatusOr<SeedFolder> ReadFolder(const fs::path& path) {
  SeedFolder folder;
  folder.path = path.string();
  ATHENA_RETURN_IF_ERROR(ReadIfThere(path / "institution.json", folder.institution));
  const std::string& institution = folder.institution.name();
  if (institution.empty() || InstitutionOf(institution) != institution ||
      institution.find('/') == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat((path / "institution.json").string(),
                                                   ": name: got \"", Printable(institution),
                                                   "\", want institutions/..."));
  }
  const fs::path units = path / "units.json";
  const fs::path indicators = path / "indicators.json";
  const fs::path targets = path / "targets.json";
  const fs::path risks = path / "risks.json";
  const fs::path processes = path / "processes.json";
  const fs::path budget_lines = path / "budget-lines.json";
  const fs::path decisions = path / "decisions.json";
  for (absl::Status read :
       {ReadIfThere(units, folder.units),
        CheckNames(units, "units", folder.units.units(), institution),
        ReadIfThere(indicators, folder.indicators),
        CheckNames(indicators, "indicators", folder.indicators.indicators(), institution),
        ReadIfThere(targets, folder.targets), ReadIfThere(risks, folder.risks),
        CheckNames(risks, "risks", folder.risks.risks(), institution),
        ReadIfThere(processes, folder.processes),
        CheckNames(processes, "processes", folder.processes.processes(), institution),
        ReadIfThere(budget_lines, folder.budget_lines),
        CheckNames(budget_lines, "budgetLines", folder.budget_lines.budget_lines(), institution),
        ReadIfThere(decisions, folder.decisions),
        CheckNames(decisions, "decisions", folder.decisions.decisions(), institution)}) {
    ATHENA_RETURN_IF_ERROR(read);
  }
  for (int at = 0; at < folder.targets.targets_size(); ++at) {
    ATHENA_RETURN_IF_ERROR(CheckName(targets, absl::StrCat("targets[", at, "].indicator"),
                                     folder.targets.targets(at).indicator(), institution,
                                     "indicators"));
  }
  ParentsFirst(*folder.units.mutable_units(), [](const auto& unit) { return unit.parent_unit(); });
  const fs::path dialect = path / "observations" / "dialect.json";
  if (Exists(dialect)) {
    ATHENA_ASSIGN_OR_RETURN(const std::string json, ReadFile(dialect.string()));
    ATHENA_ASSIGN_OR_RETURN(folder.dialect, ParseDialect(dialect.string(), json));
  }
  for (const fs::path& file : Entries(path / "observations")) {
    if (file.extension() == ".csv") folder.observations.push_back(file.string());
  }
  for (const fs::path& file : Entries(path / "budget-amounts")) {
    if (file.extension() == ".csv") folder.budget_amounts.push_back(file.string());
  }
  for (const fs::path& inside : Entries(path)) {
    if (!Exists(inside / "plan.json")) continue;
    ATHENA_ASSIGN_OR_RETURN(PlanFolder plan, ReadPlanFolder(inside, institution));
    folder.plans.push_back(std::move(plan));
  }
  return folder;
}

}  // namespace

absl::StatusOr<std::vector<SeedFolder>> ReadSeedFolders(const std::vector<std::string>& paths) {
  std::vector<fs::path> folders;
  for (const std::string& path : paths) {
    if (Exists(fs::path(path) / "institution.json")) {
      folders.emplace_back(path);
      continue;
    }
    const size_t before = folders.size();
    for (const fs::path& inside : Entries(path)) {
      if (Exists(inside / "institution.json")) folders.push_back(inside);
    }
    if (folders.size() == before) {
      return absl::NotFoundError(
          absl::StrCat(path,
                       " is no folder of an institution, and has none inside it: there is no "
                       "institution.json"));
    }
  }
  std::vector<SeedFolder> read;
  for (const fs::path& path : folders) {
    ATHENA_ASSIGN_OR_RETURN(SeedFolder folder, ReadFolder(path));
    read.push_back(std::move(folder));
  }
  return read;
}

}  // namespace athena::athenactl
