#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/seed_folder.h"
#include "services/athenactl/resources/differences.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/sending/importing.h"
#include "services/athenactl/sending/pushing.h"
#include "services/athenactl/sending/replacing.h"
#include "services/athenactl/sending/setting_targets.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/refusals.h"

namespace athena::athenactl {
namespace {

namespace indicator = athena::indicator::v1;
namespace plan = athena::plan::v1;
using google::protobuf::Message;

constexpr char kReason[] = "athenactl load";
constexpr int kStepWidth = 14;

std::string ResultText(const ImportResult& result, std::string_view created_word) {
  std::vector<std::string> parts;
  if (result.created > 0) {
    parts.push_back(absl::StrCat(Grouped(result.created), " ", View(created_word)));
  }
  if (result.updated > 0) parts.push_back(absl::StrCat(Grouped(result.updated), " updated"));
  if (result.unchanged > 0) parts.push_back(absl::StrCat(Grouped(result.unchanged), " unchanged"));
  return parts.empty() ? "none" : absl::StrJoin(parts, ", ");
}

// Creates and updates what the folders hold, in an order in which each thing finds what it refers
// to. A step returns the error that ended it, with the file.
class Loader {
 public:
  Loader(Context& context, const std::vector<SeedFolder>& folders)
      : console_(context.console), connections_(context.connections), folders_(folders) {}

  absl::StatusOr<ExitCode> Run() {
    for (const auto step :
         {&Loader::Institutions, &Loader::Units, &Loader::Indicators, &Loader::Targets,
          &Loader::Observations, &Loader::Plans, &Loader::Elements, &Loader::Activation}) {
      ATHENA_RETURN_IF_ERROR((this->*step)());
    }
    if (refused_rows_ > 0) {
      console_.err << "athenactl: " << Counted(refused_rows_, "row was", "rows were")
                   << " refused; correct the files and load them again: what is there already "
                      "stays as it is\n";
      return ExitCode::kRowsRefused;
    }
    console_.out << (changed_ ? "loaded\n" : "nothing to change: all of it is there already\n");
    return ExitCode::kDone;
  }

 private:
  void Report(std::string_view step, const std::string& what) {
    console_.out << PadRight(step, kStepWidth) << what << std::endl;
  }

  void Report(std::string_view step, const ImportResult& result,
              std::string_view created_word = "created") {
    if (result.created + result.updated > 0) changed_ = true;
    Report(step, ResultText(result, created_word));
  }

  // Creates or updates the resources of a file, and adds to `result`.
  absl::Status Import(const std::string& kind_name, const std::string& file,
                      const std::vector<const Message*>& resources, ImportResult* result) {
    if (resources.empty()) return absl::OkStatus();
    ATHENA_ASSIGN_OR_RETURN(const Kind* kind, FindKind(kind_name));
    ImportOptions options;
    options.reason = kReason;
    options.update = true;
    options.differences = [&](size_t index, const Message& present) {
      return Differences(*resources[index], present);
    };
    const absl::Status fault = ImportResources(connections_, *kind, resources, options, result);
    for (const std::string& change : result->changes) console_.out << "  " << change << "\n";
    result->changes.clear();
    return At(file, fault);
  }

  template <typename Resources>
  static std::vector<const Message*> Pointers(const Resources& resources) {
    std::vector<const Message*> pointers;
    for (const auto& resource : resources) pointers.push_back(&resource);
    return pointers;
  }

  absl::Status Institutions() {
    ImportResult result;
    for (const SeedFolder& folder : folders_) {
      ATHENA_RETURN_IF_ERROR(Import("institutions", folder.path + "/institution.json",
                                    {&folder.institution}, &result));
    }
    Report("institutions", result);
    return absl::OkStatus();
  }

  absl::Status Units() {
    ImportResult result;
    for (const SeedFolder& folder : folders_) {
      ATHENA_RETURN_IF_ERROR(
          Import("units", folder.path + "/units.json", Pointers(folder.units.units()), &result));
    }
    Report("units", result);
    return absl::OkStatus();
  }

  absl::Status Indicators() {
    ImportResult result;
    for (const SeedFolder& folder : folders_) {
      // Formulas last: where there are several batches, their operands exist.
      std::vector<const Message*> ordered;
      for (const auto kind : {indicator::Indicator::KIND_BASE, indicator::Indicator::KIND_FORMULA,
                              indicator::Indicator::KIND_UNSPECIFIED}) {
        for (const indicator::Indicator& one : folder.indicators.indicators()) {
          if (one.kind() == kind) ordered.push_back(&one);
        }
      }
      ATHENA_RETURN_IF_ERROR(
          Import("indicators", folder.path + "/indicators.json", ordered, &result));
    }
    Report("indicators", result);
    return absl::OkStatus();
  }

  absl::Status Targets() {
    ImportResult result;
    for (const SeedFolder& folder : folders_) {
      std::vector<TargetToSet> targets;
      for (const indicator::Target& wanted : folder.targets.targets()) {
        targets.push_back({wanted, wanted.indicator()});
      }
      const auto set = SetTargets(connections_, folder.institution.name(), targets, kReason, false);
      ATHENA_RETURN_IF_ERROR(At(folder.path + "/targets.json", set.status()));
      for (const std::string& change : set->changes) console_.out << "  " << change << "\n";
      result.created += set->created;
      result.updated += set->updated;
      result.unchanged += set->unchanged;
    }
    Report("targets", result, "set");
    return absl::OkStatus();
  }

  absl::Status Observations() {
    int64_t rows = 0;
    int64_t files = 0;
    for (const SeedFolder& folder : folders_) {
      for (const SeedFile& file : folder.observations) {
        rows += static_cast<int64_t>(file.observations.rows.size());
        ++files;
      }
    }
    indicator::PushCounts counts;
    int64_t replayed = 0;
    {
      Progress progress(console_, "rows", rows);
      int64_t done = 0;
      for (const SeedFolder& folder : folders_) {
        for (const SeedFile& file : folder.observations) {
          if (!file.observations.refused.empty()) {
            // A file that cannot be read whole is not loaded in part.
            unpushed_.emplace_back(file.path, file.observations.refused);
            refused_rows_ += static_cast<int64_t>(file.observations.refused.size());
            continue;
          }
          PushOptions options;
          options.institution = folder.institution.name();
          options.id_prefix = PushIdPrefix(file.path);
          PushReport report = Push(connections_, MergePieces(file.observations.rows), options,
                                   [&](int64_t of_file) { progress.Show(done + of_file); });
          done += static_cast<int64_t>(file.observations.rows.size());
          if (report.Changed()) changed_ = true;
          counts.set_inserted(counts.inserted() + report.counts.inserted());
          counts.set_revised(counts.revised() + report.counts.revised());
          counts.set_unchanged(counts.unchanged() + report.counts.unchanged());
          replayed += report.rows_replayed;
          refused_rows_ += report.rows_refused;
          if (!report.refused.empty()) unpushed_.emplace_back(file.path, report.refused);
          if (!report.failure.ok()) {
            return At(absl::StrCat(file.path, ": ", report.pieces_done, " of ", report.pieces,
                                   " pushes are stored; load again to go on"),
                      report.failure);
          }
        }
      }
    }
    std::string text = CountsText(counts);
    if (replayed > 0) {
      absl::StrAppend(&text, text.empty() ? "" : ", ", Grouped(replayed), " pushed before");
    }
    if (refused_rows_ > 0) {
      absl::StrAppend(&text, text.empty() ? "" : ", ", Grouped(refused_rows_), " refused");
    }
    Report("observations",
           text.empty() ? "none" : absl::StrCat(text, " (", Counted(files, "file", "files"), ")"));
    for (const auto& [path, refused] : unpushed_) PrintRefusals(path, refused, console_.err);
    return absl::OkStatus();
  }

  absl::Status Plans() {
    ImportResult result;
    for (const SeedFolder& folder : folders_) {
      for (const PlanFolder& plan : folder.plans) {
        ATHENA_RETURN_IF_ERROR(Import("plans", plan.path + "/plan.json", {&plan.plan}, &result));
      }
    }
    Report("plans", result);
    return absl::OkStatus();
  }

  absl::Status Elements() {
    ImportResult result;
    for (const SeedFolder& folder : folders_) {
      for (const PlanFolder& plan : folder.plans) {
        ATHENA_RETURN_IF_ERROR(Import("elements", plan.path + "/elements.json",
                                      Pointers(plan.elements.elements()), &result));
      }
    }
    Report("elements", result);
    return absl::OkStatus();
  }

  // Activates the plans that the files call active and the service a draft.
  absl::Status Activation() {
    for (const SeedFolder& folder : folders_) {
      for (const PlanFolder& wanted : folder.plans) {
        if (wanted.plan.state() != plan::Plan::STATE_ACTIVE) continue;
        ATHENA_RETURN_IF_ERROR(Activate(wanted.plan.name()));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Activate(const std::string& name) {
    plan::GetPlanRequest get;
    get.set_name(name);
    ATHENA_ASSIGN_OR_RETURN(const auto present, connections_.Call<plan::Plan>(get));
    if (present.state() != plan::Plan::STATE_DRAFT) return absl::OkStatus();
    plan::ActivatePlanRequest activate;
    activate.set_name(name);
    activate.set_request_id(connections_.NewRequestId());
    activate.set_reason(kReason);
    ATHENA_RETURN_IF_ERROR(At(name, connections_.Call<plan::Plan>(activate).status()));
    changed_ = true;
    Report("in force", name);
    return absl::OkStatus();
  }

  Console& console_;
  Connections& connections_;
  const std::vector<SeedFolder>& folders_;
  bool changed_ = false;
  int64_t refused_rows_ = 0;
  std::vector<std::pair<std::string, std::vector<RowRefusal>>> unpushed_;
};

absl::StatusOr<ExitCode> Load(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(const std::vector<SeedFolder> folders,
                          ReadSeedFolders(arguments.operands()));
  return Loader(context, folders).Run();
}

}  // namespace

Command LoadCommand() {
  return {
      {.name = "load",
       .operands = "FOLDER...",
       .summary = "Bring institutions, plans, indicators and figures in from files",
       .about = "A FOLDER holds one institution, or folders that each do:\n"
                "  institution.json, units.json, indicators.json, targets.json\n"
                "  observations/*.csv: columns indicator, period, value, and where needed status,\n"
                "                      comment and one for each dimension\n"
                "  PLAN/plan.json, PLAN/elements.json: a plan; STATE_ACTIVE puts it in force\n"
                "JSON is that of the contracts (athena/plan/v1, athena/indicator/v1).\n"
                "What is missing is created, what differs is updated, the rest is left alone, and\n"
                "nothing is deleted: loading again changes nothing, and an interrupted load is\n"
                "simply run again.\n",
       .min_operands = 1,
       .max_operands = 1'000},
      Load};
}

}  // namespace athena::athenactl
