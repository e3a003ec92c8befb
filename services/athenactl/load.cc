#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/athenactl/batches.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/differences.h"
#include "services/athenactl/explain.h"
#include "services/athenactl/pushing.h"
#include "services/athenactl/refusals.h"
#include "services/athenactl/replacing.h"
#include "services/athenactl/resource_names.h"
#include "services/athenactl/seed_folder.h"
#include "services/athenactl/setting_targets.h"
#include "services/athenactl/text.h"

namespace athena::athenactl {
namespace {

namespace indicator = athena::indicator::v1;
namespace plan = athena::plan::v1;
using PlanStub = Connections::PlanStub;
using IndicatorStub = Connections::IndicatorStub;

constexpr int kPageSize = 1'000;

constexpr char kReason[] = "athenactl load";

// What a step did.
struct Tally {
  int64_t created = 0;
  int64_t updated = 0;
  int64_t unchanged = 0;

  std::string ToString(std::string_view created_word) const {
    std::vector<std::string> parts;
    if (created > 0) parts.push_back(absl::StrCat(Grouped(created), " ", View(created_word)));
    if (updated > 0) parts.push_back(absl::StrCat(Grouped(updated), " updated"));
    if (unchanged > 0) parts.push_back(absl::StrCat(Grouped(unchanged), " unchanged"));
    return parts.empty() ? "none" : absl::StrJoin(parts, ", ");
  }
};

template <typename Resource>
using ByName = std::map<std::string, Resource>;

template <typename Resources>
auto NamesToResources(const Resources& resources) {
  ByName<typename Resources::value_type> by_name;
  for (const auto& resource : resources) by_name.emplace(resource.name(), resource);
  return by_name;
}

// Brings what the services have to what the folders say. Each step returns what kept it from being
// done, with the file it was at.
class Loader {
 public:
  Loader(Context& context, const std::vector<SeedFolder>& folders)
      : console_(context.console), connections_(context.connections), folders_(folders) {}

  absl::StatusOr<ExitCode> Run() {
    absl::Status (Loader::*const steps[])() = {
        &Loader::Institutions, &Loader::Units, &Loader::Indicators, &Loader::Targets,
        &Loader::Observations, &Loader::Plans, &Loader::Elements,   &Loader::Activation};
    for (const auto step : steps) {
      if (absl::Status fault = (this->*step)(); !fault.ok()) return fault;
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
    console_.out << PadRight(step, 14) << what << std::endl;
  }

  void Report(std::string_view step, const Tally& tally, std::string_view created = "created") {
    if (tally.created + tally.updated > 0) changed_ = true;
    Report(step, tally.ToString(created));
  }

  // Creates or updates a resource of which there is no batch, or leaves it.
  template <typename Resource, typename Create, typename Update>
  absl::Status Bring(const Resource& wanted, const Resource* present, Tally& tally,
                     const Create& create, const Update& update) {
    if (present == nullptr) {
      ++tally.created;
      return create().status();
    }
    const std::vector<std::string> fields = Differences(wanted, *present);
    if (fields.empty()) {
      ++tally.unchanged;
      return absl::OkStatus();
    }
    ++tally.updated;
    absl::Status fault = update(fields).status();
    if (fault.ok()) NoteUpdate(wanted.name(), fields);
    return fault;
  }

  void NoteUpdate(const std::string& name, const std::vector<std::string>& fields) {
    console_.out << "  " << name << ": " << absl::StrJoin(fields, ", ") << "\n";
  }

  // The update that makes `fields` as wanted.
  template <typename Request>
  void Prepare(Request& request, const std::vector<std::string>& fields) {
    for (const std::string& field : fields) request.mutable_update_mask()->add_paths(field);
    request.set_request_id(connections_.NewRequestId());
    request.set_reason(kReason);
  }

  absl::Status Institutions() {
    Tally tally;
    for (const SeedFolder& folder : folders_) {
      const plan::Institution& wanted = folder.institution;
      plan::GetInstitutionRequest get;
      get.set_name(wanted.name());
      const auto present = connections_.Plan(&PlanStub::GetInstitution, get);
      if (!present.ok() && present.status().code() != absl::StatusCode::kNotFound) {
        return present.status();
      }
      absl::Status fault = Bring(
          wanted, present.ok() ? &*present : nullptr, tally,
          [&] {
            plan::CreateInstitutionRequest create;
            create.set_institution_id(IdOf(wanted.name()));
            *create.mutable_institution() = wanted;
            create.set_request_id(connections_.NewRequestId());
            create.set_reason(kReason);
            return connections_.Plan(&PlanStub::CreateInstitution, create, kChangeAttempts);
          },
          [&](const std::vector<std::string>& fields) {
            plan::UpdateInstitutionRequest update;
            *update.mutable_institution() = wanted;
            update.mutable_institution()->set_etag(present->etag());
            Prepare(update, fields);
            return connections_.Plan(&PlanStub::UpdateInstitution, update, kChangeAttempts);
          });
      if (!fault.ok()) return At(folder.path + "/institution.json", fault);
    }
    Report("institutions", tally);
    return absl::OkStatus();
  }

  absl::Status Units() {
    Tally tally;
    for (const SeedFolder& folder : folders_) {
      if (folder.units.units().empty()) continue;
      plan::ListUnitsRequest list;
      list.set_parent(folder.institution.name());
      list.set_page_size(kPageSize);
      const auto listed = AllPages<plan::ListUnitsResponse>(
          list, [&](const auto& page) { return connections_.Plan(&PlanStub::ListUnits, page); });
      if (!listed.ok()) return listed.status();
      const auto present = NamesToResources(listed->units());
      for (const plan::Unit& wanted : folder.units.units()) {
        const auto found = present.find(wanted.name());
        absl::Status fault = Bring(
            wanted, found == present.end() ? nullptr : &found->second, tally,
            [&] {
              plan::CreateUnitRequest create;
              create.set_parent(folder.institution.name());
              create.set_unit_id(IdOf(wanted.name()));
              *create.mutable_unit() = wanted;
              create.set_request_id(connections_.NewRequestId());
              create.set_reason(kReason);
              return connections_.Plan(&PlanStub::CreateUnit, create, kChangeAttempts);
            },
            [&](const std::vector<std::string>& fields) {
              plan::UpdateUnitRequest update;
              *update.mutable_unit() = wanted;
              update.mutable_unit()->set_etag(found->second.etag());
              Prepare(update, fields);
              return connections_.Plan(&PlanStub::UpdateUnit, update, kChangeAttempts);
            });
        if (!fault.ok()) {
          return At(absl::StrCat(folder.path, "/units.json: ", wanted.name()), fault);
        }
      }
    }
    Report("units", tally);
    return absl::OkStatus();
  }

  absl::Status Indicators() {
    Tally tally;
    for (const SeedFolder& folder : folders_) {
      if (folder.indicators.indicators().empty()) continue;
      const std::string file = folder.path + "/indicators.json";
      indicator::ListIndicatorsRequest list;
      list.set_parent(folder.institution.name());
      list.set_page_size(kPageSize);
      const auto listed = AllPages<indicator::ListIndicatorsResponse>(list, [&](const auto& page) {
        return connections_.Indicator(&IndicatorStub::ListIndicators, page);
      });
      if (!listed.ok()) return listed.status();
      const auto present = NamesToResources(listed->indicators());
      // Formulas last: should there be several batches, their operands are there.
      std::vector<indicator::CreateIndicatorRequest> missing;
      std::vector<indicator::UpdateIndicatorRequest> differing;
      for (const auto kind : {indicator::Indicator::KIND_BASE, indicator::Indicator::KIND_FORMULA,
                              indicator::Indicator::KIND_UNSPECIFIED}) {
        for (const indicator::Indicator& wanted : folder.indicators.indicators()) {
          if (wanted.kind() != kind) continue;
          const auto found = present.find(wanted.name());
          if (found == present.end()) {
            indicator::CreateIndicatorRequest& create = missing.emplace_back();
            create.set_indicator_id(IdOf(wanted.name()));
            *create.mutable_indicator() = wanted;
            continue;
          }
          const std::vector<std::string> fields = Differences(wanted, found->second);
          if (fields.empty()) {
            ++tally.unchanged;
            continue;
          }
          indicator::UpdateIndicatorRequest& update = differing.emplace_back();
          *update.mutable_indicator() = wanted;
          update.mutable_indicator()->set_etag(found->second.etag());
          Prepare(update, fields);
        }
      }
      for (const auto& part : Batches(missing)) {
        indicator::BatchCreateIndicatorsRequest batch;
        batch.set_parent(folder.institution.name());
        batch.set_request_id(connections_.NewRequestId());
        batch.set_reason(kReason);
        std::vector<std::string> names;
        for (const auto& create : part) {
          *batch.add_requests() = create;
          names.push_back(create.indicator().name());
        }
        const auto created =
            connections_.Indicator(&IndicatorStub::BatchCreateIndicators, batch, kChangeAttempts);
        if (!created.ok()) return At(file, created.status(), names);
        tally.created += static_cast<int64_t>(part.size());
      }
      for (const auto& update : differing) {
        const auto updated =
            connections_.Indicator(&IndicatorStub::UpdateIndicator, update, kChangeAttempts);
        const std::string& name = update.indicator().name();
        if (!updated.ok()) return At(absl::StrCat(file, ": ", name), updated.status());
        ++tally.updated;
        NoteUpdate(name,
                   {update.update_mask().paths().begin(), update.update_mask().paths().end()});
      }
    }
    Report("indicators", tally);
    return absl::OkStatus();
  }

  absl::Status Targets() {
    Tally tally;
    for (const SeedFolder& folder : folders_) {
      std::vector<TargetToSet> targets;
      for (const indicator::Target& wanted : folder.targets.targets()) {
        targets.push_back({wanted, wanted.indicator()});
      }
      const auto set = SetTargets(connections_, folder.institution.name(), targets, kReason, false);
      if (!set.ok()) return At(folder.path + "/targets.json", set.status());
      for (const std::string& change : set->changes) console_.out << "  " << change << "\n";
      tally.created += set->created;
      tally.updated += set->updated;
      tally.unchanged += set->unchanged;
    }
    Report("targets", tally, "set");
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
    Tally tally;
    for (const SeedFolder& folder : folders_) {
      if (folder.plans.empty()) continue;
      plan::ListPlansRequest list;
      list.set_parent(folder.institution.name());
      list.set_page_size(kPageSize);
      const auto listed = AllPages<plan::ListPlansResponse>(
          list, [&](const auto& page) { return connections_.Plan(&PlanStub::ListPlans, page); });
      if (!listed.ok()) return listed.status();
      const auto present = NamesToResources(listed->plans());
      for (const PlanFolder& wanted : folder.plans) {
        const auto found = present.find(wanted.plan.name());
        absl::Status fault = Bring(
            wanted.plan, found == present.end() ? nullptr : &found->second, tally,
            [&] {
              plan::CreatePlanRequest create;
              create.set_parent(folder.institution.name());
              create.set_plan_id(IdOf(wanted.plan.name()));
              *create.mutable_plan() = wanted.plan;
              create.mutable_plan()->clear_state();
              create.set_request_id(connections_.NewRequestId());
              create.set_reason(kReason);
              return connections_.Plan(&PlanStub::CreatePlan, create, kChangeAttempts);
            },
            [&](const std::vector<std::string>& fields) {
              plan::UpdatePlanRequest update;
              *update.mutable_plan() = wanted.plan;
              update.mutable_plan()->clear_state();
              update.mutable_plan()->set_etag(found->second.etag());
              Prepare(update, fields);
              return connections_.Plan(&PlanStub::UpdatePlan, update, kChangeAttempts);
            });
        if (!fault.ok()) return At(wanted.path + "/plan.json", fault);
        const bool draft =
            found == present.end() || found->second.state() == plan::Plan::STATE_DRAFT;
        if (draft && wanted.plan.state() == plan::Plan::STATE_ACTIVE) {
          to_activate_.push_back(wanted.plan.name());
        }
      }
    }
    Report("plans", tally);
    return absl::OkStatus();
  }

  absl::Status Elements() {
    Tally tally;
    for (const SeedFolder& folder : folders_) {
      for (const PlanFolder& wanted : folder.plans) {
        if (wanted.elements.elements().empty()) continue;
        absl::Status fault = ElementsOf(wanted, tally);
        if (!fault.ok()) return fault;
      }
    }
    Report("elements", tally);
    return absl::OkStatus();
  }

  absl::Status ElementsOf(const PlanFolder& folder, Tally& tally) {
    const std::string file = folder.path + "/elements.json";
    plan::ListElementsRequest list;
    list.set_parent(folder.plan.name());
    list.set_page_size(kPageSize);
    const auto listed = AllPages<plan::ListElementsResponse>(
        list, [&](const auto& page) { return connections_.Plan(&PlanStub::ListElements, page); });
    if (!listed.ok()) return listed.status();
    const auto present = NamesToResources(listed->elements());
    std::vector<plan::CreateElementRequest> missing;
    for (const plan::Element& wanted : folder.elements.elements()) {
      if (present.count(wanted.name()) > 0) continue;
      plan::CreateElementRequest& create = missing.emplace_back();
      create.set_element_id(IdOf(wanted.name()));
      *create.mutable_element() = wanted;
    }
    for (const auto& part : Batches(missing)) {
      plan::BatchCreateElementsRequest batch;
      batch.set_parent(folder.plan.name());
      batch.set_request_id(connections_.NewRequestId());
      batch.set_reason(kReason);
      std::vector<std::string> names;
      for (const auto& create : part) {
        *batch.add_requests() = create;
        names.push_back(create.element().name());
      }
      const auto created =
          connections_.Plan(&PlanStub::BatchCreateElements, batch, kChangeAttempts);
      if (!created.ok()) return At(file, created.status(), names);
      tally.created += static_cast<int64_t>(part.size());
    }
    for (const plan::Element& wanted : folder.elements.elements()) {
      const auto found = present.find(wanted.name());
      if (found == present.end()) continue;
      const absl::Status fault = Change(wanted, found->second, tally);
      if (!fault.ok()) return At(absl::StrCat(file, ": ", wanted.name()), fault);
    }
    return absl::OkStatus();
  }

  // Moves and updates an element that is there, or leaves it.
  absl::Status Change(const plan::Element& wanted, const plan::Element& present, Tally& tally) {
    std::vector<std::string> fields = Differences(wanted, present);
    if (fields.empty()) {
      ++tally.unchanged;
      return absl::OkStatus();
    }
    ++tally.updated;
    const std::vector<std::string> all = fields;
    std::string etag = present.etag();
    const auto parent = std::find(fields.begin(), fields.end(), "parent_element");
    if (parent != fields.end()) {
      fields.erase(parent);
      plan::MoveElementRequest move;
      move.set_name(wanted.name());
      move.set_parent_element(wanted.parent_element());
      const auto code = std::find(fields.begin(), fields.end(), "code");
      if (code != fields.end()) {
        move.set_code(wanted.code());
        fields.erase(code);
      }
      move.set_etag(etag);
      move.set_request_id(connections_.NewRequestId());
      move.set_reason(kReason);
      const auto moved = connections_.Plan(&PlanStub::MoveElement, move, kChangeAttempts);
      if (!moved.ok()) return moved.status();
      etag = moved->etag();
    }
    if (!fields.empty()) {
      plan::UpdateElementRequest update;
      *update.mutable_element() = wanted;
      update.mutable_element()->set_etag(etag);
      Prepare(update, fields);
      const auto updated = connections_.Plan(&PlanStub::UpdateElement, update, kChangeAttempts);
      if (!updated.ok()) return updated.status();
    }
    NoteUpdate(wanted.name(), all);
    return absl::OkStatus();
  }

  absl::Status Activation() {
    for (const std::string& name : to_activate_) {
      plan::ActivatePlanRequest activate;
      activate.set_name(name);
      activate.set_request_id(connections_.NewRequestId());
      activate.set_reason(kReason);
      const auto active = connections_.Plan(&PlanStub::ActivatePlan, activate, kChangeAttempts);
      if (!active.ok()) return At(name, active.status());
      changed_ = true;
      Report("in force", name);
    }
    return absl::OkStatus();
  }

  Console& console_;
  Connections& connections_;
  const std::vector<SeedFolder>& folders_;
  bool changed_ = false;
  int64_t refused_rows_ = 0;
  std::vector<std::pair<std::string, std::vector<RowRefusal>>> unpushed_;
  std::vector<std::string> to_activate_;
};

absl::StatusOr<ExitCode> Load(Context& context, const Arguments& arguments) {
  const absl::StatusOr<std::vector<SeedFolder>> folders = ReadSeedFolders(arguments.operands());
  if (!folders.ok()) return folders.status();
  return Loader(context, *folders).Run();
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
       .least_operands = 1,
       .most_operands = 1'000},
      Load};
}

}  // namespace athena::athenactl
