#include "services/athenactl/files/seed_folder.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

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

std::string TextIn(const Json& json, const char* name) {
  if (!json.is_object() || !json.contains(name) || !json[name].is_string()) return "";
  return json[name].get<std::string>();
}

// Reads folders, and collects the faults of their files.
class SeedReader {
 public:
  explicit SeedReader(std::vector<std::string>* faults) : faults_(faults) {}

  SeedFolder ReadFolder(const fs::path& path) {
    SeedFolder folder;
    folder.path = path.string();
    const std::string institution = ReadInstitution(path / "institution.json", folder.institution);
    ReadList(path / "units.json", "units", institution, folder.units);
    ReadList(path / "indicators.json", "indicators", institution, folder.indicators);
    ReadTargets(path / "targets.json", institution, folder.targets);
    ReadList(path / "risks.json", "risks", institution, folder.risks);
    ReadList(path / "processes.json", "processes", institution, folder.processes);
    ReadList(path / "budget-lines.json", "budgetLines", institution, folder.budget_lines);
    ReadList(path / "decisions.json", "decisions", institution, folder.decisions);
    ParentsFirst(*folder.units.mutable_units(),
                 [](const auto& unit) { return unit.parent_unit(); });
    ReadDialectOf(path / "observations" / "dialect.json", folder.dialect);
    for (const fs::path& file : Entries(path / "observations")) {
      if (file.extension() == ".csv") folder.observations.push_back(file.string());
    }
    for (const fs::path& file : Entries(path / "budget-amounts")) {
      if (file.extension() == ".csv") folder.budget_amounts.push_back(file.string());
    }
    for (const fs::path& inside : Entries(path)) {
      if (Exists(inside / "plan.json")) folder.plans.push_back(ReadPlanFolder(inside, institution));
    }
    return folder;
  }

 private:
  void AddFault(const fs::path& path, std::string_view fault) {
    faults_->push_back(absl::StrCat(path.string(), ": ", View(fault)));
  }

  // Fills `message` when the file exists and has no faults. Returns its JSON; null where it has
  // none.
  Json Read(const fs::path& path, google::protobuf::Message& message) {
    if (!Exists(path)) return Json();
    const absl::StatusOr<std::string> text = ReadFile(path.string());
    absl::StatusOr<Json> json =
        text.ok() ? ParseJson(path.string(), *text) : absl::StatusOr<Json>(text.status());
    if (!json.ok()) {
      faults_->emplace_back(View(json.status().message()));
      return Json();
    }
    const std::vector<std::string> faults = JsonFaults("", *json, message);
    for (const std::string& fault : faults) AddFault(path, fault);
    if (faults.empty()) ReadJson(path.string(), *text, message).IgnoreError();
    return *std::move(json);
  }

  // Whether it is the name of a thing of `collection` below `parent`, which is empty where that has
  // a fault itself.
  bool CheckName(const fs::path& path, std::string_view field, const std::string& name,
                 const std::string& parent, std::string_view collection) {
    const std::string want = absl::StrCat(parent, "/", View(collection), "/");
    if (parent.empty() || (name.size() > want.size() && absl::StartsWith(name, want))) return true;
    AddFault(path,
             absl::StrCat(View(field), ": got \"", Printable(name), "\", want ", want, "..."));
    return false;
  }

  // Reads a list of resources of `collection`, whose names stand below `parent`.
  template <typename List>
  void ReadList(const fs::path& path, const char* collection, const std::string& parent,
                List& list) {
    CheckNames(path, Read(path, list), "name", parent, collection);
  }

  // Checks the text `name` of each resource of a list, {"units": [...]}.
  void CheckNames(const fs::path& path, const Json& json, const char* name,
                  const std::string& parent, std::string_view collection) {
    if (!json.is_object()) return;
    // A target is named by its indicator, which may have several.
    const bool is_unique = std::string_view(name) == "name";
    std::set<std::string> names;
    for (const auto& [list, resources] : json.items()) {
      for (size_t at = 0; resources.is_array() && at < resources.size(); ++at) {
        if (!resources[at].is_object()) continue;
        const std::string text = TextIn(resources[at], name);
        const std::string field = absl::StrCat(Printable(list), "[", at, "].", name);
        if (CheckName(path, field, text, parent, collection) && is_unique && !text.empty() &&
            !names.insert(text).second) {
          AddFault(path,
                   absl::StrCat(field, ": got ", Printable(text), " a second time, want it once"));
        }
      }
    }
  }

  // Its name; empty where it has none that others can stand below.
  std::string ReadInstitution(const fs::path& path, athena::plan::v1::Institution& institution) {
    const Json json = Read(path, institution);
    if (json.is_null()) return "";
    std::string name = TextIn(json, "name");
    if (!name.empty() && InstitutionOf(name) == name && absl::StrContains(name, "/")) return name;
    AddFault(path, absl::StrCat("name: got \"", Printable(name), "\", want institutions/..."));
    return "";
  }

  void ReadTargets(const fs::path& path, const std::string& institution,
                   athena::indicator::v1::BatchSetTargetsResponse& targets) {
    CheckNames(path, Read(path, targets), "indicator", institution, "indicators");
  }

  void ReadDialectOf(const fs::path& path, Dialect& dialect) {
    if (!Exists(path)) return;
    const absl::StatusOr<std::string> json = ReadFile(path.string());
    absl::StatusOr<Dialect> read =
        json.ok() ? ParseDialect(path.string(), *json) : absl::StatusOr<Dialect>(json.status());
    if (!read.ok()) {
      faults_->emplace_back(View(read.status().message()));
      return;
    }
    dialect = *std::move(read);
  }

  PlanFolder ReadPlanFolder(const fs::path& path, const std::string& institution) {
    PlanFolder folder;
    folder.path = path.string();
    const fs::path file = path / "plan.json";
    const Json json = Read(file, folder.plan);
    std::string plan = TextIn(json, "name");
    if (!json.is_null() && !CheckName(file, "name", plan, institution, "plans")) plan.clear();
    if (folder.plan.state() == athena::plan::v1::Plan::STATE_CLOSED ||
        TextIn(json, "state") == "STATE_CLOSED") {
      AddFault(file,
               "state: got STATE_CLOSED, want STATE_DRAFT or STATE_ACTIVE: a plan is closed by "
               "hand");
    }
    ReadList(path / "elements.json", "elements", plan, folder.elements);
    ParentsFirst(*folder.elements.mutable_elements(),
                 [](const auto& element) { return element.parent_element(); });
    ReadList(path / "operational-plans.json", "operationalPlans", plan, folder.operational_plans);
    const fs::path reports = path / "progress-reports.json";
    CheckNames(reports, Read(reports, folder.progress_reports), "name", plan, "elements");
    return folder;
  }

  std::vector<std::string>* faults_;
};

}  // namespace

absl::StatusOr<SeedFolders> ReadSeedFolders(const std::vector<std::string>& paths) {
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
  SeedFolders read;
  SeedReader reader(&read.faults);
  for (const fs::path& path : folders) read.folders.push_back(reader.ReadFolder(path));
  return read;
}

}  // namespace athena::athenactl
