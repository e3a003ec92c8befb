#include "services/reporting/exports/stratml_report.h"

#include <optional>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/stratml/stratml.h"
#include "libs/stratml/xml_writer.h"
#include "services/reporting/exports/labels.h"
#include "services/reporting/rules/judgement.h"

namespace athena::reporting {
namespace {

// Of the Objective that has a Goal's own results, and of the score of an element.
constexpr std::string_view kOwnPrefix = "own.";
constexpr std::string_view kScorePrefix = "score.";

std::string DayText(const common::v1::Date& date) {
  const std::optional<absl::CivilDay> day = fields::DayOf(date);
  return day.has_value() ? absl::FormatCivilTime(*day) : "";
}

// "NO_SCORE, OVERDUE".
std::string StatusAndReason(v1::ScorecardStatus status, v1::ScorecardReason reason) {
  const std::string why = ReasonText(reason);
  return why.empty() ? StatusText(status) : absl::StrCat(StatusText(status), ", ", why);
}

class ReportWriter {
 public:
  explicit ReportWriter(const Exported& exported)
      : exported_(exported), root_(exported.card.result().root()) {}

  std::string Write() {
    xml_.Begin("PerformancePlanOrReport",
               {{"xmlns", kStratmlNamespace}, {"Type", "Performance_Report"}});
    const std::string& quarter = exported_.card.result().period();
    xml_.Text("Name", absl::StrCat(exported_.plan.text, ": ", quarter));
    std::string result = StatusAndReason(root_.status(), root_.reason());
    if (root_.has_score()) absl::StrAppend(&result, ", ", root_.score().decimal(), " of 100");
    xml_.Text("Description", result);
    xml_.Begin("StrategicPlanCore");
    Organization();
    Goals();
    xml_.End();
    xml_.Begin("AdministrativeInformation");
    Days(quarter);
    xml_.Text("PublicationDate", DayText(exported_.card.basis().date()));
    xml_.Text("Source", exported_.card.name());
    xml_.End();
    xml_.End();
    return xml_.Take();
  }

 private:
  void Organization() {
    const std::string& name = exported_.card.name();
    xml_.Begin("Organization");
    xml_.Text("Name", exported_.institution.text);
    xml_.Text("Identifier",
              IdentifierOf(kOrganizationPrefix, name.substr(0, name.find("/plans/"))));
    xml_.End();
  }

  void Goals() {
    // An element that was asked for, and links indicators, is a Goal of its own.
    if (!root_.code().empty() || root_.kind() != plan::v1::Element::KIND_UNSPECIFIED) {
      return Goal(root_);
    }
    for (const v1::ScorecardNode& node : root_.children()) Goal(node);
    if (!root_.children().empty()) return;
    // The standard wants a Goal: one without name says that there is none.
    xml_.Begin("Goal");
    xml_.Text("Name", "");
    xml_.Text("Description", "");
    xml_.End();
  }

  void Goal(const v1::ScorecardNode& goal) {
    xml_.Begin("Goal");
    xml_.Text("Name", goal.title());
    xml_.Text("Description", "");
    xml_.Text("Identifier", IdentifierOf(kElementPrefix, goal.name()));
    xml_.Text("SequenceIndicator", goal.code());
    Stakeholder(goal);
    VisitNodes(goal, [&](const v1::ScorecardNode& node, const v1::ScorecardNode* parent, int) {
      Objective(node, parent == nullptr ? kOwnPrefix : kElementPrefix);
    });
    xml_.End();
  }

  void Objective(const v1::ScorecardNode& node, std::string_view prefix) {
    xml_.Begin("Objective");
    xml_.Text("Name", node.title());
    xml_.Text("Description", node.narrative().text());
    xml_.Text("Identifier", IdentifierOf(prefix, node.name()));
    xml_.Text("SequenceIndicator", node.code());
    Stakeholder(node);
    Score(node);
    for (int i = 0; i < node.indicators_size(); ++i) Indicator(node, i);
    Milestones(node);
    xml_.End();
  }

  void Stakeholder(const v1::ScorecardNode& node) {
    if (node.owner_unit().empty()) return;
    xml_.Begin("Stakeholder");
    xml_.Text("Name", UnitTitle(exported_, node.owner_unit()));
    xml_.Text("Description", node.owner_unit());
    xml_.Begin("Role");
    xml_.Text("Name", "Owner");
    xml_.Text("RoleType", "Performer");
    xml_.End();
    xml_.End();
  }

  // The first and the last day of a period.
  void Days(const std::string& period) {
    const absl::StatusOr<Period> parsed = Period::Parse(period);
    if (!parsed.ok()) return;
    xml_.Text("StartDate", absl::FormatCivilTime(parsed->FirstDay()));
    xml_.Text("EndDate", absl::FormatCivilTime(parsed->LastDay()));
  }

  void Score(const v1::ScorecardNode& node) {
    xml_.Begin("PerformanceIndicator", {{"PerformanceIndicatorType", "Quantitative"}});
    xml_.Text("MeasurementDimension", "Score");
    xml_.Text("UnitOfMeasurement", "0-100");
    xml_.Text("Identifier", IdentifierOf(kScorePrefix, node.name()));
    xml_.Begin("MeasurementInstance");
    xml_.Begin("TargetResult");
    Days(exported_.card.result().period());
    xml_.Text("NumberOfUnits", kGreenFrom.ToString());
    xml_.End();
    xml_.Begin("ActualResult");
    Days(exported_.card.result().period());
    if (node.has_score()) xml_.Text("NumberOfUnits", node.score().decimal());
    xml_.Text("Description", StatusAndReason(node.status(), node.reason()));
    xml_.End();
    xml_.End();
    xml_.End();
  }

  void Indicator(const v1::ScorecardNode& node, int index) {
    const v1::ScorecardIndicator& indicator = node.indicators(index);
    const v1::Measurement& measured = ScoredOf(indicator);
    const v1::Assessment& with = ComparedWith(measured);
    xml_.Begin("PerformanceIndicator", {{"PerformanceIndicatorType", "Quantitative"}});
    std::string title = indicator.title();
    if (title.empty()) title = indicator.indicator().substr(indicator.indicator().rfind('/') + 1);
    if (!indicator.slice().empty()) {
      absl::StrAppend(&title, " {", SliceText(indicator.slice()), "}");
    }
    xml_.Text("MeasurementDimension", title);
    xml_.Text("UnitOfMeasurement", indicator.unit());
    xml_.Text("Identifier", absl::StrCat(IdentifierOf(kLinkPrefix, node.name()), ".", index + 1));
    xml_.Begin("Relationship", {{"RelationshipType", "Peer_To"}});
    xml_.Text("ReferentIdentifier", indicator.indicator());
    xml_.End();
    xml_.Begin("MeasurementInstance");
    xml_.Begin("TargetResult");
    Days(indicator.evaluation_period());
    if (with.has_target()) {
      xml_.Text("NumberOfUnits", with.target().decimal());
    } else if (with.has_low()) {
      // Of a RANGE both bounds.
      xml_.Begin("Descriptor");
      xml_.Text("DescriptorName", "RANGE");
      xml_.Text("DescriptorValue", absl::StrCat(with.low().decimal(), "..", with.high().decimal()));
      xml_.End();
    }
    xml_.End();
    xml_.Begin("ActualResult");
    Days(indicator.evaluation_period());
    if (measured.has_value()) xml_.Text("NumberOfUnits", measured.value().decimal());
    std::string said = StatusAndReason(indicator.status(), indicator.reason());
    if (indicator.scored_year_to_date()) absl::StrAppend(&said, ", YEAR_TO_DATE");
    xml_.Text("Description", said);
    xml_.End();
    xml_.End();
    xml_.End();
  }

  void Milestones(const v1::ScorecardNode& node) {
    if (node.milestones().empty()) return;
    xml_.Begin("PerformanceIndicator", {{"PerformanceIndicatorType", "Qualitative"}});
    xml_.Text("MeasurementDimension", "Delivery");
    xml_.Text("UnitOfMeasurement", "date");
    xml_.Text("Identifier", IdentifierOf(kDeliveryPrefix, node.name()));
    for (const v1::ScorecardMilestone& milestone : node.milestones()) {
      xml_.Begin("MeasurementInstance");
      xml_.Begin("TargetResult");
      if (milestone.has_due_date()) xml_.Text("EndDate", DayText(milestone.due_date()));
      xml_.Text("Description", milestone.title());
      xml_.End();
      xml_.Begin("ActualResult");
      if (milestone.has_done_date()) xml_.Text("EndDate", DayText(milestone.done_date()));
      xml_.Text("Description",
                EnumText(milestone.state(), v1::ScorecardMilestone::State_Name(milestone.state()),
                         "STATE_"));
      xml_.End();
      xml_.End();
    }
    xml_.End();
  }

  const Exported& exported_;
  const v1::ScorecardNode& root_;
  XmlWriter xml_;
};

}  // namespace

std::string WriteReport(const Exported& exported) { return ReportWriter(exported).Write(); }

}  // namespace athena::reporting
