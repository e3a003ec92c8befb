#include "services/athenactl/commands/resources/load_report.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/status.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/refusals.h"

namespace athena::athenactl {
namespace {

constexpr int kStepWidth = 14;

// "3 created, 2 unchanged"; "none" when all are 0.
std::string CountedParts(const std::vector<std::pair<int64_t, std::string>>& parts) {
  std::vector<std::string> texts;
  for (const auto& [number, what] : parts) {
    if (number > 0) texts.push_back(absl::StrCat(Grouped(number), " ", what));
  }
  return texts.empty() ? "none" : absl::StrJoin(texts, ", ");
}

}  // namespace

void LoadReport::Line(std::string_view step, const std::string& what) {
  told_ = true;
  if (!as_json_) console_.out << PadRight(step, kStepWidth) << what << std::endl;
}

void LoadReport::Changes(const std::vector<std::string>& changes) {
  for (const std::string& change : changes) {
    if (as_json_) {
      json_["changes"].push_back(Printable(change));
    } else {
      console_.out << "  " << Printable(change) << "\n";
    }
  }
}

void LoadReport::Add(const LoadStep& step) {
  changed_ = changed_ || step.created + step.updated > 0;
  left_ += step.left;
  Changes(step.changes);
  json_["steps"][step.name] = {{"created", step.created},
                               {"updated", step.updated},
                               {"unchanged", step.unchanged},
                               {"left", step.left}};
  Line(step.name, CountedParts({{step.created, step.created_word},
                                {step.updated, "updated"},
                                {step.unchanged, "unchanged"},
                                {step.left, "left as they are"}}));
}

void LoadReport::Add(const LoadedRows& rows) {
  changed_ = changed_ || rows.inserted + rows.revised > 0;
  left_ += rows.left;
  refused_ += rows.refused;
  held_back_ += rows.held_back;
  Changes(rows.changes);
  json_["steps"]["observations"] = {
      {"files", rows.files},     {"rows", rows.rows},           {"inserted", rows.inserted},
      {"revised", rows.revised}, {"unchanged", rows.unchanged}, {"storedBefore", rows.before},
      {"left", rows.left},       {"refused", rows.refused},     {"heldBack", rows.held_back}};
  const std::string counts = CountedParts({{rows.inserted, "inserted"},
                                           {rows.revised, "revised"},
                                           {rows.unchanged, "unchanged"},
                                           {rows.before, "pushed before"},
                                           {rows.left, "left as they are"},
                                           {rows.refused, "refused"},
                                           {rows.held_back, "not stored beside them"}});
  Line("observations", rows.files == 0
                           ? counts
                           : absl::StrCat(counts, " (", Counted(rows.files, "file", "files"), ")"));
}

void LoadReport::Refuse(const std::string& path, const RowFaults& faults) {
  if (faults.empty()) return;
  if (!as_json_) return PrintRefusals(path, faults.ByLine(), console_.err, faults.faults());
  for (const RowRefusal& fault : faults.ByLine()) {
    json_["faults"].push_back({{"file", Printable(path)},
                               {"line", fault.line},
                               {"field", Printable(fault.field)},
                               {"description", Printable(fault.description)}});
  }
}

ExitCode LoadReport::RefuseFiles(const std::vector<std::string>& faults) {
  if (as_json_) {
    for (const std::string& fault : faults) {
      json_["faults"].push_back({{"description", Printable(fault)}});
    }
    console_.out << json_.dump(2) << "\n";
  }
  const size_t listed = as_json_ ? 0 : std::min(faults.size(), kMostRefusalsListed);
  for (size_t at = 0; at < listed; ++at) console_.err << Printable(faults[at]) << "\n";
  if (listed < faults.size() && !as_json_) {
    console_.err << "and " << Grouped(static_cast<int64_t>(faults.size() - listed))
                 << " more faults\n";
  }
  console_.err << "athenactl: nothing was loaded: "
               << Counted(static_cast<int64_t>(faults.size()), "fault", "faults")
               << " in the files\n";
  return ExitCode::kRowsRefused;
}

void LoadReport::Activated(const std::string& plan) {
  changed_ = true;
  json_["activated"].push_back(plan);
  Line("in force", absl::StrCat(plan, options_.dry_run ? ", once it is loaded" : ""));
}

absl::StatusOr<ExitCode> LoadReport::Finish(const absl::Status& fault) {
  if (as_json_) {
    json_["dryRun"] = options_.dry_run;
    if (interrupted_) json_["interrupted"] = true;
    if (!fault.ok()) {
      json_["failure"] = {{"code", std::string(absl::StatusCodeToString(fault.code()))},
                          {"reason", status::Reason(fault)},
                          {"message", Printable(status::Message(fault))}};
    }
    console_.out << json_.dump(2) << "\n";
  }
  if (!fault.ok()) return fault;
  if (interrupted_) {
    console_.err << "athenactl: interrupted: what is told above is stored; load again to go on\n";
    return ExitCode::kInterrupted;
  }
  if (refused_ > 0) {
    console_.err << "athenactl: " << Counted(refused_, "row was", "rows were") << " refused";
    if (held_back_ > 0) {
      console_.err << ", and " << Counted(held_back_, "good row is", "good rows are")
                   << " not stored because of " << (refused_ == 1 ? "it" : "them");
    }
    console_.err << "; all else is " << (options_.dry_run ? "as told" : "stored")
                 << ": correct the files and load them again\n";
  }
  if (left_ > 0) {
    console_.err << "athenactl: " << Grouped(left_)
                 << (left_ == 1 ? " differs and is" : " differ and are")
                 << " left as the service has them; --update with --reason changes them\n";
  }
  if (options_.dry_run && !as_json_) console_.out << "nothing was changed (--dry-run)\n";
  if (refused_ + left_ > 0) return ExitCode::kRowsRefused;
  if (!as_json_ && !options_.dry_run && !(options_.only_some && told_)) {
    console_.out << (changed_ ? "loaded\n" : "nothing to change: all of it is there already\n");
  }
  return ExitCode::kDone;
}

}  // namespace athena::athenactl
