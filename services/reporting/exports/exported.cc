#include "services/reporting/exports/exported.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "services/reporting/limits.h"
#include "services/reporting/scorecards/figures.h"
#include "services/reporting/scorecards/messages/scorecard_lines.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {
namespace {

ExportedText Picked(const Languages& languages, const common::v1::LocalizedText& localized) {
  ExportedText text;
  languages.Pick(localized, &text.text, &text.language);
  return text;
}

ExportedRisk RiskOf(const plan::v1::Risk& message, const Risk& risk, const Languages& languages) {
  ExportedRisk exported;
  exported.name = message.name();
  exported.code = message.code();
  exported.title = Picked(languages, message.title());
  exported.owner_unit = message.owner_unit();
  exported.inherent_likelihood = risk.inherent_likelihood;
  exported.inherent_impact = risk.inherent_impact;
  exported.residual_likelihood = risk.residual_likelihood;
  exported.residual_impact = risk.residual_impact;
  exported.score = risk.Score();
  exported.treatment = message.treatment();
  if (risk.next_review.has_value()) {
    exported.next_review = absl::FormatCivilTime(*risk.next_review);
  }
  exported.elements.assign(message.elements().begin(), message.elements().end());
  return exported;
}

void Visit(
    const v1::ScorecardNode& node, const v1::ScorecardNode* parent, int level,
    const std::function<void(const v1::ScorecardNode&, const v1::ScorecardNode*, int)>& visit) {
  visit(node, parent, level);
  for (const v1::ScorecardNode& child : node.children()) Visit(child, &node, level + 1, visit);
}

}  // namespace

absl::StatusOr<Exported> ExportedOf(const ScoredPlan& plan, v1::Scorecard card,
                                    const std::string& language_code, const std::string& element) {
  ATHENA_ASSIGN_OR_RETURN(const int root, NodeOf(*plan.tree, element));
  const plan::v1::Plan& message = plan.tree->plan();
  const Languages languages(language_code, message);
  Exported exported;
  exported.card = std::move(card);
  exported.language = SentencesIn(language_code, message);
  exported.titles = !language_code.empty()        ? language_code
                    : message.languages().empty() ? std::string()
                                                  : message.languages(0);
  exported.institution = Picked(languages, plan.tree->header().institution().display_name());
  exported.plan = Picked(languages, message.title());
  exported.plan_first_quarter = message.first_quarter();
  exported.plan_last_quarter = message.last_quarter();
  for (const auto& [name, unit] : plan.tree->units) {
    exported.units[std::string(name)] = Picked(languages, unit->display_name());
  }
  if (plan.figures != nullptr) {
    const RiskFigures& risks =
        root < 0 ? plan.figures->plan_risks : plan.figures->element_risks[root];
    for (const int risk : risks.open) {
      exported.risks.push_back(
          RiskOf(*plan.tree->risks[risk], plan.figures->risks[risk], languages));
    }
  }
  ScorecardsRequest scores;
  scores.read.plan = message.name();
  scores.element = element;
  scores.depth = kMaxDepth;
  ATHENA_ASSIGN_OR_RETURN(exported.history, ListMessage(plan, scores));
  return exported;
}

std::string UnitTitle(const Exported& exported, const std::string& unit) {
  const auto found = exported.units.find(unit);
  if (found != exported.units.end() && !found->second.text.empty()) return found->second.text;
  return unit.substr(unit.rfind('/') + 1);
}

std::string FileStem(std::string_view scorecard, std::string_view element) {
  const std::vector<std::string> parts = absl::StrSplit(std::string(scorecard), '/');
  std::vector<std::string> ids;
  for (size_t i = 1; i < parts.size(); i += 2) ids.push_back(parts[i]);
  if (!element.empty()) ids.emplace_back(element.substr(element.rfind('/') + 1));
  return absl::StrJoin(ids, "-");
}

std::string StatusText(v1::ScorecardStatus status) {
  return EnumText(status, v1::ScorecardStatus_Name(status), "SCORECARD_STATUS_");
}
std::string ReasonText(v1::ScorecardReason reason) {
  return EnumText(reason, v1::ScorecardReason_Name(reason), "SCORECARD_REASON_");
}

std::string SliceText(const google::protobuf::Map<std::string, std::string>& slice) {
  const std::map<std::string, std::string> sorted(slice.begin(), slice.end());
  return absl::StrJoin(sorted, ";", absl::PairFormatter("="));
}

void VisitNodes(const v1::ScorecardNode& root,
                const std::function<void(const v1::ScorecardNode& node,
                                         const v1::ScorecardNode* parent, int level)>& visit) {
  Visit(root, nullptr, 0, visit);
}

}  // namespace athena::reporting
