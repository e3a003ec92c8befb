#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/resources/load_observations.h"
#include "services/athenactl/commands/resources/load_report.h"
#include "services/athenactl/files/amounts_file.h"
#include "services/athenactl/files/seed_folder.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/resources/differences.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/sending/importing.h"
#include "services/athenactl/sending/interruption.h"
#include "services/athenactl/sending/pushes/push_id.h"
#include "services/athenactl/sending/setting_amounts.h"
#include "services/athenactl/sending/setting_targets.h"
#include "services/athenactl/sending/time_zones.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace indicator = athena::indicator::v1;
namespace plan = athena::plan::v1;
using google::protobuf::Message;

// Creates what the folders hold, and updates it where that is asked for, in an order in which each
// thing finds what it refers to. A step returns the error that ended it, with the file.
class Loader {
 public:
  Loader(Context& context, const Arguments& arguments, const std::vector<SeedFolder>& folders,
         LoadOptions options, LoadReport& report)
      : context_(context),
        arguments_(arguments),
        connections_(context.connections),
        folders_(folders),
        options_(std::move(options)),
        report_(report) {}

  absl::Status Run() {
    if (options_.steps.count("observations") > 0) {
      ATHENA_ASSIGN_OR_RETURN(files_, SurveyObservations(connections_, arguments_, folders_));
    }
    for (const auto& [name, step] : kSteps) {
      if (options_.steps.count(std::string(name)) == 0) continue;
      if (Interrupted()) return absl::OkStatus();
      ATHENA_RETURN_IF_ERROR((this->*step)());
    }
    return absl::OkStatus();
  }

  // In their order.
  static std::vector<std::string_view> StepNames() {
    std::vector<std::string_view> names;
    for (const auto& [name, step] : kSteps) names.push_back(name);
    return names;
  }

 private:
  bool Interrupted() {
    if (Interruption::Requested()) report_.Interrupt();
    return report_.interrupted();
  }

  ImportOptions Options() const { return {options_.reason, options_.update, options_.dry_run, {}}; }

  static void Add(const ImportResult& result, LoadStep* step) {
    step->created += result.created;
    step->updated += result.updated;
    step->unchanged += result.unchanged;
    step->left += result.differing;
    step->changes.insert(step->changes.end(), result.changes.begin(), result.changes.end());
  }

  // Creates or updates the resources of a file, and adds to `step`. `seen` gets those that exist.
  absl::Status Import(const std::string& kind_name, const std::string& file,
                      const std::vector<const Message*>& resources, LoadStep* step,
                      const std::function<void(const Message& present)>& seen = nullptr) {
    if (resources.empty()) return absl::OkStatus();
    ATHENA_ASSIGN_OR_RETURN(const Kind* kind, FindKind(kind_name));
    ImportOptions options = Options();
    options.differences = [&](size_t index, const Message& present) {
      if (seen) seen(present);
      return Differences(*resources[index], present);
    };
    ImportResult result;
    const absl::Status fault = ImportResources(connections_, *kind, resources, options, &result);
    Add(result, step);
    if (kind_name == "indicators") {
      created_indicators_.insert(result.created_names.begin(), result.created_names.end());
    }
    return At(file, fault);
  }

  template <typename Resources>
  static std::vector<const Message*> Pointers(const Resources& resources) {
    std::vector<const Message*> pointers;
    for (const auto& resource : resources) pointers.push_back(&resource);
    return pointers;
  }

  // Runs `load` with a step of that name and reports on it, also after an error.
  template <typename LoadFn>
  absl::Status Step(const std::string& name, const LoadFn& load,
                    std::string_view created = "created") {
    LoadStep step{name, std::string(created)};
    const absl::Status done = load(step);
    report_.Add(step);
    return done;
  }

  // The same for what a folder need not have: where nothing is to be done, it says nothing.
  template <typename LoadFn>
  absl::Status StepIfAny(const std::string& name, const LoadFn& load,
                         std::string_view created = "created") {
    LoadStep step{name, std::string(created)};
    const absl::Status done = load(step);
    if (step.created + step.updated + step.unchanged + step.left > 0) report_.Add(step);
    return done;
  }

  absl::Status Institutions() {
    return Step("institutions", [&](LoadStep& step) {
      for (const SeedFolder& folder : folders_) {
        ATHENA_RETURN_IF_ERROR(Import("institutions", folder.path + "/institution.json",
                                      {&folder.institution}, &step));
      }
      return absl::OkStatus();
    });
  }

  // The plan service has the zone with the institution; the indicator service keeps its own.
  absl::Status TimeZones() {
    return Step(
        "settings",
        [&](LoadStep& step) {
          for (const SeedFolder& folder : folders_) {
            const std::string& zone = folder.institution.time_zone();
            ImportResult result;
            const absl::Status fault =
                SetIndicatorTimeZone(connections_, folder.institution.name(),
                                     zone.empty() ? kDefaultTimeZone : zone, Options(), &result);
            Add(result, &step);
            ATHENA_RETURN_IF_ERROR(At(folder.path + "/institution.json", fault));
          }
          return absl::OkStatus();
        },
        "set");
  }

  absl::Status Units() {
    return Step("units", [&](LoadStep& step) {
      for (const SeedFolder& folder : folders_) {
        ATHENA_RETURN_IF_ERROR(
            Import("units", folder.path + "/units.json", Pointers(folder.units.units()), &step));
      }
      return absl::OkStatus();
    });
  }

  absl::Status Indicators() {
    return Step("indicators", [&](LoadStep& step) {
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
            Import("indicators", folder.path + "/indicators.json", ordered, &step));
      }
      return absl::OkStatus();
    });
  }

  absl::Status Targets() {
    return Step(
        "targets",
        [&](LoadStep& step) {
          for (const SeedFolder& folder : folders_) {
            const std::vector<TargetToSet> targets = TargetsOf(folder);
            const auto set = SetTargets(connections_, folder.institution.name(), targets,
                                        {options_.reason, options_.update, options_.dry_run});
            ATHENA_RETURN_IF_ERROR(At(folder.path + "/targets.json", set.status()));
            step.changes.insert(step.changes.end(), set->changes.begin(), set->changes.end());
            step.created += set->created;
            step.updated += set->updated;
            step.unchanged += set->unchanged;
            step.left += set->differing;
          }
          return absl::OkStatus();
        },
        "set");
  }

  // What is declared original is the target in force too, unless the file has another one.
  static std::vector<TargetToSet> TargetsOf(const SeedFolder& folder) {
    const auto series = [](const indicator::Target& target) {
      return std::pair(target.indicator(), std::map<std::string, std::string>(
                                               target.slice().begin(), target.slice().end()));
    };
    std::set<decltype(series(indicator::Target()))> in_force;
    for (const indicator::Target& target : folder.targets.targets()) {
      if (!target.declared_original()) in_force.insert(series(target));
    }
    std::vector<TargetToSet> targets;
    for (const indicator::Target& target : folder.targets.targets()) {
      targets.push_back({target, LabelOf(target)});
      if (!target.declared_original() || in_force.count(series(target)) > 0) continue;
      indicator::Target same = target;
      same.clear_declared_original();
      targets.push_back({same, LabelOf(same)});
    }
    return targets;
  }

  static std::string LabelOf(const indicator::Target& target) {
    std::string label = target.indicator();
    for (const auto& [dimension, code] : target.slice()) {
      absl::StrAppend(&label, "{", dimension, "=", code, "}");
    }
    if (target.declared_original()) absl::StrAppend(&label, " (declared original)");
    return label;
  }

  absl::Status Observations() {
    return LoadObservations(context_, files_, options_, created_indicators_, report_);
  }

  absl::Status Plans() {
    return Step("plans", [&](LoadStep& step) {
      for (const SeedFolder& folder : folders_) {
        for (const PlanFolder& wanted : folder.plans) {
          ATHENA_RETURN_IF_ERROR(
              Import("plans", wanted.path + "/plan.json", {&wanted.plan}, &step));
        }
      }
      return absl::OkStatus();
    });
  }

  absl::Status Elements() {
    return Step("elements", [&](LoadStep& step) {
      for (const SeedFolder& folder : folders_) {
        for (const PlanFolder& wanted : folder.plans) {
          ATHENA_RETURN_IF_ERROR(Import("elements", wanted.path + "/elements.json",
                                        Pointers(wanted.elements.elements()), &step));
        }
      }
      return absl::OkStatus();
    });
  }

  // Activates the plans that the files call active and the service a draft.
  absl::Status Activation() {
    for (const SeedFolder& folder : folders_) {
      for (const PlanFolder& wanted : folder.plans) {
        if (wanted.plan.state() != plan::Plan::STATE_ACTIVE) continue;
        ATHENA_RETURN_IF_ERROR(Activate(wanted.plan));
      }
    }
    return absl::OkStatus();
  }

  // A plan whose file says since when it is in force (effectiveDate) was under way before.
  absl::Status Activate(const plan::Plan& wanted) {
    const std::string& name = wanted.name();
    plan::GetPlanRequest get;
    get.set_name(name);
    const auto present = connections_.Call<plan::Plan>(get);
    const bool will_exist = options_.dry_run && absl::IsNotFound(present.status());
    if (!will_exist) {
      ATHENA_RETURN_IF_ERROR(present.status());
    }
    if (!will_exist && present->state() != plan::Plan::STATE_DRAFT) return absl::OkStatus();
    if (!options_.dry_run) {
      plan::ActivatePlanRequest activate;
      activate.set_name(name);
      activate.set_request_id(connections_.NewRequestId());
      activate.set_reason(options_.reason);
      if (wanted.has_effective_date()) {
        *activate.mutable_effective_date() = wanted.effective_date();
      }
      ATHENA_RETURN_IF_ERROR(At(name, connections_.Call<plan::Plan>(activate).status()));
    }
    report_.Activated(name);
    return absl::OkStatus();
  }

  // Resources of a kind, each of whose folders has a file of them.
  template <typename ResourcesOf>
  absl::Status Kinds(const std::string& kind, const std::string& file,
                     const ResourcesOf& resources_of) {
    return StepIfAny(kind, [&](LoadStep& step) {
      for (const SeedFolder& folder : folders_) {
        ATHENA_RETURN_IF_ERROR(Import(kind, absl::StrCat(folder.path, "/", file),
                                      Pointers(resources_of(folder)), &step));
      }
      return absl::OkStatus();
    });
  }

  absl::Status Risks() {
    return Kinds(
        "risks", "risks.json",
        [](const auto& folder) -> const auto& { return folder.risks.risks(); });
  }

  absl::Status Processes() {
    return Kinds(
        "processes", "processes.json",
        [](const auto& folder) -> const auto& { return folder.processes.processes(); });
  }

  absl::Status BudgetLines() {
    return Kinds(
        "budget-lines", "budget-lines.json",
        [](const auto& folder) -> const auto& { return folder.budget_lines.budget_lines(); });
  }

  absl::Status Decisions() {
    return Kinds(
        "decisions", "decisions.json",
        [](const auto& folder) -> const auto& { return folder.decisions.decisions(); });
  }

  struct AmountsToSet {
    std::string institution;
    std::string path;
    AmountsFile file;
  };

  // Nothing is stored where a row of any file is refused.
  absl::Status BudgetAmounts() {
    return StepIfAny(
        "amounts",
        [&](LoadStep& step) {
          ATHENA_ASSIGN_OR_RETURN(const std::vector<AmountsToSet> files, ReadAmountsFiles());
          for (const AmountsToSet& file : files) {
            ATHENA_RETURN_IF_ERROR(At(file.path, SetAmountsOf(file, &step)));
          }
          return absl::OkStatus();
        },
        "inserted");
  }

  absl::StatusOr<std::vector<AmountsToSet>> ReadAmountsFiles() {
    std::vector<AmountsToSet> files;
    int64_t refused = 0;
    for (const SeedFolder& folder : folders_) {
      for (const std::string& path : folder.budget_amounts) {
        ATHENA_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
        absl::StatusOr<AmountsFile> file = ReadAmounts(source, Dialect());
        ATHENA_RETURN_IF_ERROR(At(path, file.ok() ? file->broken : file.status()));
        report_.Refuse(path, file->refused);
        refused += file->refused.rows();
        files.push_back({folder.institution.name(), path, *std::move(file)});
      }
    }
    if (refused == 0) return files;
    return absl::InvalidArgumentError(
        absl::StrCat("no amount was stored: ", Counted(refused, "row is", "rows are"), " refused"));
  }

  absl::Status SetAmountsOf(const AmountsToSet& amounts, LoadStep* step) {
    ATHENA_ASSIGN_OR_RETURN(
        const AmountsSet set,
        SetAmounts(connections_, amounts.institution, amounts.file.rows,
                   {PushIdPrefix(amounts.path), options_.update, options_.dry_run}));
    step->created += set.inserted;
    step->updated += set.revised;
    step->unchanged += set.unchanged;
    step->left += set.differing;
    for (const std::string& change : set.changes) {
      step->changes.push_back(absl::StrCat(amounts.path, ": ", change));
    }
    return absl::OkStatus();
  }

  // Derives operational plans, enters what the files say of their items, and hands in those that
  // the files call submitted or more. What is there already is compared, and stays.
  absl::Status UnitPlans() {
    return StepIfAny("unit-plans", [&](LoadStep& step) {
      for (const SeedFolder& folder : folders_) {
        for (const PlanFolder& wanted : folder.plans) {
          ATHENA_RETURN_IF_ERROR(
              At(wanted.path + "/operational-plans.json", UnitPlansOf(wanted, &step)));
        }
      }
      return absl::OkStatus();
    });
  }

  using OperationalPlans = std::map<std::string, plan::OperationalPlan>;  // by name

  absl::StatusOr<OperationalPlans> PresentUnitPlans(const PlanFolder& folder) {
    OperationalPlans present;
    if (folder.operational_plans.operational_plans().empty()) return present;
    plan::ListOperationalPlansRequest list;
    list.set_parent(folder.plan.name());
    const auto listed = connections_.CallPages<plan::ListOperationalPlansResponse>(list);
    if (options_.dry_run && absl::IsNotFound(listed.status())) return present;
    ATHENA_RETURN_IF_ERROR(listed.status());
    for (const auto& one : listed->operational_plans()) present[one.name()] = one;
    return present;
  }

  absl::Status UnitPlansOf(const PlanFolder& folder, LoadStep* step) {
    ATHENA_ASSIGN_OR_RETURN(const OperationalPlans present, PresentUnitPlans(folder));
    for (const plan::OperationalPlan& wanted : folder.operational_plans.operational_plans()) {
      if (Interrupted()) return absl::OkStatus();
      const auto found = present.find(wanted.name());
      if (found != present.end()) {
        plan::OperationalPlan entered = found->second;
        ATHENA_RETURN_IF_ERROR(At(wanted.name(), Enter(wanted, &entered)));
        const std::vector<std::string> fields =
            DifferencesIn({"items", "notes"}, entered, found->second);
        ++(fields.empty() ? step->unchanged : step->left);
        for (const std::string& change : FieldChanges(fields, found->second, entered)) {
          step->changes.push_back(absl::StrCat(wanted.name(), ": ", change));
        }
        continue;
      }
      ++step->created;
      if (options_.dry_run) continue;
      ATHENA_RETURN_IF_ERROR(At(wanted.name(), CreateUnitPlan(folder.plan.name(), wanted)));
    }
    return absl::OkStatus();
  }

  // What the file says of the items of a derived plan.
  static absl::Status Enter(const plan::OperationalPlan& wanted, plan::OperationalPlan* derived) {
    std::map<std::string, plan::OperationalItem*> items;
    for (plan::OperationalItem& item : *derived->mutable_items()) items[item.element()] = &item;
    for (const plan::OperationalItem& item : wanted.items()) {
      const auto found = items.find(item.element());
      if (found == items.end()) {
        return absl::InvalidArgumentError(absl::StrCat(
            item.element(), " is no item: the unit has nothing to do with it in the year"));
      }
      if (item.has_staff()) found->second->set_staff(item.staff());
      if (item.has_money()) *found->second->mutable_money() = item.money();
      if (item.has_notes()) *found->second->mutable_notes() = item.notes();
    }
    if (wanted.has_notes()) *derived->mutable_notes() = wanted.notes();
    return absl::OkStatus();
  }

  // Derives, enters and hands in. The id is UNIT-YEAR-VERSION.
  absl::Status CreateUnitPlan(const std::string& parent, const plan::OperationalPlan& wanted) {
    const std::string id = IdOf(wanted.name());
    const size_t version = id.rfind('-');
    const size_t year = version == std::string::npos ? version : id.rfind('-', version - 1);
    plan::DeriveOperationalPlanRequest derive;
    int number = 0;
    if (year == std::string::npos ||
        !absl::SimpleAtoi(id.substr(year + 1, version - year - 1), &number)) {
      return absl::InvalidArgumentError("want a name that ends in UNIT-YEAR-1");
    }
    derive.set_parent(parent);
    derive.set_unit(absl::StrCat(InstitutionOf(parent), "/units/", id.substr(0, year)));
    derive.set_year(number);
    derive.set_apply(true);
    derive.set_request_id(connections_.NewRequestId());
    derive.set_reason(options_.reason);
    ATHENA_ASSIGN_OR_RETURN(auto derived,
                            connections_.Call<plan::DeriveOperationalPlanResponse>(derive));
    plan::UpdateOperationalPlanRequest update;
    *update.mutable_operational_plan() = derived.operational_plan();
    ATHENA_RETURN_IF_ERROR(Enter(wanted, update.mutable_operational_plan()));
    update.mutable_update_mask()->add_paths("items");
    update.mutable_update_mask()->add_paths("notes");
    update.set_request_id(connections_.NewRequestId());
    update.set_reason(options_.reason);
    ATHENA_RETURN_IF_ERROR(connections_.Call<plan::OperationalPlan>(update).status());
    if (wanted.state() == plan::OperationalPlan::STATE_UNSPECIFIED ||
        wanted.state() == plan::OperationalPlan::STATE_DRAFT) {
      return absl::OkStatus();
    }
    return Change<plan::SubmitOperationalPlanRequest, plan::OperationalPlan>(wanted.name(),
                                                                             options_.reason);
  }

  absl::Status UnitPlanReviewsOf(const PlanFolder& folder, LoadStep* step) {
    ATHENA_ASSIGN_OR_RETURN(const OperationalPlans present, PresentUnitPlans(folder));
    for (const plan::OperationalPlan& wanted : folder.operational_plans.operational_plans()) {
      const bool returned = wanted.state() == plan::OperationalPlan::STATE_RETURNED;
      if (!returned && wanted.state() != plan::OperationalPlan::STATE_APPROVED) continue;
      const auto found = present.find(wanted.name());
      if (found == present.end() ||
          found->second.state() != plan::OperationalPlan::STATE_SUBMITTED) {
        const bool done = found != present.end() && found->second.state() == wanted.state();
        ++(done ? step->unchanged : step->left);
        continue;
      }
      ++step->created;
      if (options_.dry_run) continue;
      const absl::Status done =
          returned ? Change<plan::ReturnOperationalPlanRequest, plan::OperationalPlan>(
                         wanted.name(), wanted.return_reason())
                   : Change<plan::ApproveOperationalPlanRequest, plan::OperationalPlan>(
                         wanted.name(), options_.reason);
      ATHENA_RETURN_IF_ERROR(done);
    }
    return absl::OkStatus();
  }

  // Writes progress reports, and hands in those that the files call submitted or more.
  absl::Status Reports() {
    LoadStep submissions{"submissions", "made"};
    const absl::Status done = StepIfAny("reports", [&](LoadStep& step) {
      for (const SeedFolder& folder : folders_) {
        for (const PlanFolder& wanted : folder.plans) {
          ATHENA_RETURN_IF_ERROR(
              At(wanted.path + "/progress-reports.json", ReportsOf(wanted, &step, &submissions)));
        }
      }
      return absl::OkStatus();
    });
    if (submissions.created > 0) report_.Add(submissions);
    return done;
  }

  absl::Status ReportsOf(const PlanFolder& folder, LoadStep* step, LoadStep* submissions) {
    const auto& reports = folder.progress_reports.progress_reports();
    std::set<std::string> begun;  // those that are there already, and no drafts any more
    ATHENA_RETURN_IF_ERROR(
        Import("progress-reports", "", Pointers(reports), step, [&](const Message& present) {
          const auto& report = static_cast<const plan::ProgressReport&>(present);
          if (report.state() != plan::ProgressReport::STATE_DRAFT) {
            begun.insert(report.name());
          }
        }));
    for (const plan::ProgressReport& report : reports) {
      if (Interrupted()) return absl::OkStatus();
      if (report.state() == plan::ProgressReport::STATE_UNSPECIFIED ||
          report.state() == plan::ProgressReport::STATE_DRAFT || begun.count(report.name()) > 0) {
        continue;
      }
      ++submissions->created;
      if (options_.dry_run) continue;
      ATHENA_RETURN_IF_ERROR(
          Change<plan::SubmitProgressReportRequest>(report.name(), options_.reason));
    }
    return absl::OkStatus();
  }

  // Approves, validates and returns what is submitted, as the files say.
  absl::Status Reviews() {
    return StepIfAny(
        "reviews",
        [&](LoadStep& step) {
          for (const SeedFolder& folder : folders_) {
            for (const PlanFolder& wanted : folder.plans) {
              ATHENA_RETURN_IF_ERROR(
                  At(wanted.path + "/progress-reports.json", ReviewsOf(wanted, &step)));
              ATHENA_RETURN_IF_ERROR(
                  At(wanted.path + "/operational-plans.json", UnitPlanReviewsOf(wanted, &step)));
            }
          }
          return absl::OkStatus();
        },
        "made");
  }

  absl::Status ReviewsOf(const PlanFolder& folder, LoadStep* step) {
    std::map<std::string, plan::ProgressReport::State> present;
    std::set<std::string> listed;  // elements
    for (const plan::ProgressReport& wanted : folder.progress_reports.progress_reports()) {
      const bool returned = wanted.state() == plan::ProgressReport::STATE_RETURNED;
      if (!returned && wanted.state() != plan::ProgressReport::STATE_VALIDATED) continue;
      if (Interrupted()) return absl::OkStatus();
      const std::string element = ParentOf(wanted.name());
      if (listed.insert(element).second) {
        plan::ListProgressReportsRequest list;
        list.set_parent(element);
        ATHENA_ASSIGN_OR_RETURN(const auto reports,
                                connections_.CallPages<plan::ListProgressReportsResponse>(list));
        for (const auto& report : reports.progress_reports()) {
          present[report.name()] = report.state();
        }
      }
      const auto state = present.find(wanted.name());
      if (state == present.end() || state->second != plan::ProgressReport::STATE_SUBMITTED) {
        ++(state != present.end() && state->second == wanted.state() ? step->unchanged
                                                                     : step->left);
        continue;
      }
      ++step->created;
      if (options_.dry_run) continue;
      ATHENA_RETURN_IF_ERROR(
          returned
              ? Change<plan::ReturnProgressReportRequest>(wanted.name(), wanted.return_reason())
              : Change<plan::ValidateProgressReportRequest>(wanted.name(), options_.reason));
    }
    return absl::OkStatus();
  }

  template <typename Request, typename Resource = plan::ProgressReport>
  absl::Status Change(const std::string& name, const std::string& reason) {
    Request request;
    request.set_name(name);
    request.set_reason(reason);
    request.set_request_id(connections_.NewRequestId());
    return At(name, connections_.Call<Resource>(request).status());
  }

  static constexpr std::pair<std::string_view, absl::Status (Loader::*)()> kSteps[] = {
      {"institutions", &Loader::Institutions},
      {"settings", &Loader::TimeZones},
      {"units", &Loader::Units},
      {"indicators", &Loader::Indicators},
      {"targets", &Loader::Targets},
      {"observations", &Loader::Observations},
      {"plans", &Loader::Plans},
      {"elements", &Loader::Elements},
      {"activation", &Loader::Activation},
      {"unit-plans", &Loader::UnitPlans},
      {"risks", &Loader::Risks},
      {"processes", &Loader::Processes},
      {"budget-lines", &Loader::BudgetLines},
      {"amounts", &Loader::BudgetAmounts},
      {"decisions", &Loader::Decisions},
      {"reports", &Loader::Reports},
      {"reviews", &Loader::Reviews}};

  Context& context_;
  const Arguments& arguments_;
  const Connections& connections_;
  const std::vector<SeedFolder>& folders_;
  const LoadOptions options_;
  std::vector<LoadFile> files_;
  LoadReport& report_;
  std::set<std::string> created_indicators_;  // names; in a dry run, of those that would be
};

// What is done only where --only says so: it takes somebody who has not written the reports.
constexpr std::string_view kReviews = "reviews";

// The steps of --only; without it all but kReviews.
absl::StatusOr<std::set<std::string>> ReadSteps(const Arguments& arguments) {
  std::set<std::string> steps;
  const std::vector<std::string_view> known = Loader::StepNames();
  if (!arguments.Has("only")) {
    for (const std::string_view name : known) {
      if (name != kReviews) steps.emplace(name);
    }
    return steps;
  }
  for (const absl::string_view typed : absl::StrSplit(arguments.Get("only"), ',')) {
    if (!Contains(known, View(typed))) {
      return Misused(absl::StrCat("--only got ", Printable(View(typed)), ", want some of ",
                                  absl::StrJoin(known, ",", [](std::string* out, auto name) {
                                    absl::StrAppend(out, std::string(name));
                                  })));
    }
    steps.emplace(typed);
  }
  return steps;
}

absl::StatusOr<ExitCode> Load(Context& context, const Arguments& arguments) {
  LoadOptions options;
  ATHENA_ASSIGN_OR_RETURN(options.steps, ReadSteps(arguments));
  options.only_some = arguments.Has("only");
  options.update = arguments.Has("update");
  options.dry_run = arguments.Has("dry-run");
  options.reason = arguments.Has("reason") ? arguments.Get("reason") : "athenactl load";
  if (options.update && !arguments.Has("reason")) {
    return Misused("--update needs --reason, which says why for those who read the history");
  }
  ATHENA_ASSIGN_OR_RETURN(const SeedFolders read, ReadSeedFolders(arguments.operands()));
  LoadReport report(options, arguments.Has("json"), context.console);
  if (!read.faults.empty()) return report.RefuseFiles(read.faults);
  const Interruption interruption;
  const absl::Status fault = Loader(context, arguments, read.folders, options, report).Run();
  return report.Finish(fault);
}

std::vector<FlagSpec> LoadFlags() {
  std::vector<FlagSpec> flags = {{"update", "", "change what exists and differs; needs --reason"},
                                 {"reason", "TEXT", "why, for those who read the history"},
                                 {"dry-run", "", "say what would change, change nothing"},
                                 {"only", "STEP,...", "these steps alone, for who may do no more"},
                                 {"json", "", "what was created, changed and left, as JSON"}};
  for (const FlagSpec& flag : DialectFlags()) flags.push_back(flag);
  return flags;
}

}  // namespace

Command LoadCommand() {
  return {
      {.name = "load",
       .operands = "FOLDER...",
       .summary = "Bring institutions, plans, indicators and figures in from files",
       .about = "A FOLDER holds one institution, or folders that each do:\n"
                "  institution.json, units.json, indicators.json, targets.json; the time zone\n"
                "  of the institution is set at both services\n"
                "  observations/*.csv: as athenactl push reads them, in the dialect of\n"
                "  observations/dialect.json (athenactl formats) or of the flags\n"
                "  PLAN/plan.json, PLAN/elements.json: a plan; STATE_ACTIVE puts it in force,\n"
                "  since its effectiveDate if it has one\n"
                "  PLAN/operational-plans.json, PLAN/progress-reports.json, in their states\n"
                "  risks.json, processes.json, budget-lines.json, decisions.json\n"
                "  budget-amounts/*.csv: budget_line, quarter, committed, paid and other amounts\n"
                "JSON is that of the contracts (athena/plan/v1, athena/indicator/v1).\n"
                "The steps are institutions, settings, units, indicators, targets,\n"
                "observations, plans, elements, activation, unit-plans (operational plans,\n"
                "derived and submitted), risks, processes, budget-lines, amounts, decisions,\n"
                "reports (written and submitted) and reviews (approved, validated and\n"
                "returned). Reviews are made only with --only reviews, by somebody who wrote\n"
                "none of it.\n"
                "What is missing is created. What exists and differs is listed, from what to\n"
                "what, and left as it is, with exit code 3; --update with --reason changes it.\n"
                "Nothing is deleted. A dry run shows all of it; it leaves out the checks that\n"
                "only storing makes. Loading again changes nothing, and an interrupted load is\n"
                "simply run again.\n"
                "Ends with 0: all is as the files say; 1: failed; 2: misused; 3: something was\n"
                "refused or left as it is; 130: stopped by Ctrl-C.\n",
       .min_operands = 1,
       .max_operands = 1'000,
       .flags = LoadFlags()},
      Load};
}

}  // namespace athena::athenactl
