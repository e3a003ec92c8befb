#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_EXPORTED_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_EXPORTED_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/plan/v1/risk.pb.h"
#include "athena/reporting/v1/export.pb.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "services/reporting/scorecards/messages/languages.h"
#include "services/reporting/scorecards/scored_plan.h"

// A scorecard as the writers of files take it. Values; thread-safe once made.
namespace athena::reporting {

// A text, and its language (BCP-47) where that is not Exported::titles.
struct ExportedText {
  std::string text;
  std::string language;
};

// An open risk of what is exported.
struct ExportedRisk {
  std::string name;  // resource name
  std::string code;
  ExportedText title;
  std::string owner_unit;  // resource name
  int inherent_likelihood = 0;
  int inherent_impact = 0;
  int residual_likelihood = 0;  // 0: not judged with controls
  int residual_impact = 0;
  int score = 0;  // residual, or else inherent
  plan::v1::Risk::Treatment treatment = plan::v1::Risk::TREATMENT_UNSPECIFIED;
  std::string next_review;            // "2021-09-30"; empty: none
  std::vector<std::string> elements;  // resource names
};

struct Exported {
  v1::Scorecard card;  // view FULL
  // The scores of the same nodes over quarters, the earliest first; of the formats that show them.
  v1::ListScorecardsResponse history;
  Language language = Language::kEnglish;  // of words
  std::string titles;                      // the language of titles that do not say theirs
  ExportedText institution;
  ExportedText plan;
  std::string plan_first_quarter;
  std::string plan_last_quarter;
  std::map<std::string, ExportedText> units;  // titles by resource name
  std::vector<ExportedRisk> risks;            // the highest first
};

// Of a plan that was read with all parts; the card has its result. NOT_FOUND when the element is
// none of the plan's.
absl::StatusOr<Exported> ExportedOf(const ScoredPlan& plan, v1::Scorecard card,
                                    const std::string& language_code, const std::string& element);

// The title of a unit; its id where there is none.
std::string UnitTitle(const Exported& exported, const std::string& unit);

// "gob-sp2126-2022-Q4": institution, plan and quarter of a scorecard's name, and the element.
std::string FileStem(std::string_view scorecard, std::string_view element);

// "GREEN" of SCORECARD_STATUS_GREEN: the name of an enumeration's value without prefix; empty for
// the value 0.
template <typename Enum>
std::string EnumText(Enum value, const std::string& name, std::string_view prefix) {
  if (static_cast<int>(value) == 0 || name.size() < prefix.size()) return "";
  return name.substr(prefix.size());
}
std::string StatusText(v1::ScorecardStatus status);
std::string ReasonText(v1::ScorecardReason reason);

// "desk=NORTH;kind=A", by dimension.
std::string SliceText(const google::protobuf::Map<std::string, std::string>& slice);

// Calls `visit` with the root and each node below it, each before those below it, with its parent
// (nullptr for the root) and its level below the root.
void VisitNodes(const v1::ScorecardNode& root,
                const std::function<void(const v1::ScorecardNode& node,
                                         const v1::ScorecardNode* parent, int level)>& visit);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_EXPORTED_H_
