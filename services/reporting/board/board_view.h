#ifndef ATHENA_SERVICES_REPORTING_BOARD_BOARD_VIEW_H_
#define ATHENA_SERVICES_REPORTING_BOARD_BOARD_VIEW_H_

#include <string>
#include <vector>

#include "athena/reporting/v1/board_table.pb.h"
#include "services/reporting/board/words.h"
#include "services/reporting/scorecards/messages/languages.h"
#include "services/reporting/scorecards/scored_plan.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {

// A scored plan as the sections of a board table see it: in a language, and with the elements that
// a filter lets through. The plan outlives the view. Immutable and thread-safe.
class BoardView {
 public:
  // `plan` has figures and the quarters before it.
  BoardView(const ScoredPlan& plan, const std::string& language, const BoardFilter& filter);

  const ScoredPlan& plan() const { return plan_; }
  const PlanTree& tree() const { return *plan_.tree; }
  const Words& words() const { return words_; }
  const Languages& languages() const { return languages_; }
  const NodeOutcome& outcome(int element) const { return plan_.outcome.elements[element]; }

  // Whether there is a filter; one lets no line through that is about no element.
  bool is_filtered() const { return is_filtered_; }
  // Whether the filter lets lines about the element through.
  bool Shows(int element) const { return shows_[element]; }
  // The elements that it lets through, in natural order of their codes.
  const std::vector<int>& shown() const { return shown_; }
  // Of elements, by resource name, those of the plan that it lets through; by code.
  std::vector<int> ShownOf(const google::protobuf::RepeatedPtrField<std::string>& names) const;

  // The earlier of the quarter's last day and the day of the basis.
  absl::CivilDay day() const;
  // The quarter before; nullptr in the plan's first.
  const ScoredPlan* before() const;
  // The quarters that were scored, the earliest first.
  const std::vector<const ScoredPlan*>& history() const { return history_; }

  void ElementInto(int element, v1::BoardElement* message) const;
  void UnitInto(const std::string& unit, v1::BoardOwner* message) const;
  // `node` -1: the plan.
  void TrendInto(int node, int quarters_before, v1::BoardTrend* message) const;
  void HistoryInto(int node, google::protobuf::RepeatedPtrField<v1::BoardQuarter>* history) const;
  // "3.1.6 Strengthen Athena".
  std::string TitleOf(int element) const;
  // Its title and the codes of its slice; its id where it has no title.
  std::string TitleOf(const plan::v1::IndicatorLink& link, int selection) const;
  // A number with the unit of a selection: "58 %".
  std::string WithUnit(Decimal number, int decimals, int selection) const;

 private:
  void SortByCode(std::vector<int>* elements) const;

  const ScoredPlan& plan_;
  const Languages languages_;
  const Words words_;
  const bool is_filtered_;
  std::vector<bool> shows_;
  std::vector<int> shown_;
  std::vector<const ScoredPlan*> history_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_BOARD_BOARD_VIEW_H_
