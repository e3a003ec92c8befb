#include "services/plan/stratml/write_stratml.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/stratml/xml_writer.h"
#include "services/plan/names.h"
#include "services/plan/stratml/stratml_format.h"

namespace athena::plan {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Where an element is written.
enum class Form { kGoal, kObjective, kPerformancePlan };

struct Chosen {
  std::string text;
  std::string language;  // empty: there is no text
};

class Writer {
 public:
  explicit Writer(const StratmlSource& source) : source_(source) {
    for (const v1::Unit& unit : source.units) units_[unit.name()] = &unit;
    for (const v1::Element& element : source.elements) by_name_[element.name()] = &element;
  }

  StratmlExport Write() {
    std::map<std::string, std::vector<const v1::Element*>> goals;   // Objectives by Goal
    std::map<std::string, std::vector<const v1::Element*>> others;  // by owner unit
    for (const v1::Element& element : source_.elements) {
      switch (FormOf(element)) {
        case Form::kGoal:
          goals[element.name()];
          break;
        case Form::kObjective:
          goals[element.parent_element()].push_back(&element);
          break;
        case Form::kPerformancePlan:
          others[element.owner_unit()].push_back(&element);
          break;
      }
    }
    documents_ = static_cast<int>(1 + others.size());
    StratmlExport written;
    written.documents.push_back(StrategicPlan(goals));
    // Those without owner come last.
    for (const auto& [unit, elements] : others) {
      if (!unit.empty()) written.documents.push_back(PerformancePlan(unit, elements));
    }
    if (const auto rest = others.find(""); rest != others.end()) {
      written.documents.push_back(PerformancePlan("", rest->second));
    }
    for (const auto& [field, resources] : fields_) {
      v1::ExportPlanResponse::Field& row = written.fields.emplace_back();
      row.set_field(field.first);
      row.set_in_block(field.second);
      row.set_resources(resources);
    }
    return written;
  }

 private:
  const v1::Element* ParentOf(const v1::Element& element) const {
    const auto parent = by_name_.find(element.parent_element());
    return parent == by_name_.end() ? nullptr : parent->second;
  }
  Form FormOf(const v1::Element& element) const {
    if (element.kind() == v1::Element::KIND_ACTION) return Form::kPerformancePlan;
    const v1::Element* const parent = ParentOf(element);
    if (parent == nullptr) return Form::kGoal;
    return FormOf(*parent) == Form::kGoal && ParentOf(*parent) == nullptr ? Form::kObjective
                                                                          : Form::kPerformancePlan;
  }

  Chosen Choose(const common::v1::LocalizedText& texts) const {
    std::string fallback = source_.plan.languages().empty() ? "" : source_.plan.languages(0);
    for (const std::string& language : {source_.language, fallback}) {
      const auto text = texts.text().find(language);
      if (text != texts.text().end()) return {text->second, language};
    }
    std::map<std::string, std::string> all(texts.text().begin(), texts.text().end());
    if (all.empty()) return {};
    return {all.begin()->second, all.begin()->first};
  }
  // Writes a text and takes it out of `rest`; gives its language when it is not the document's.
  void PlaceText(std::string_view element, const common::v1::LocalizedText& texts,
                 common::v1::LocalizedText* rest, std::string* language) {
    const Chosen chosen = Choose(texts);
    xml_.Text(element, chosen.text);
    rest->mutable_text()->erase(chosen.language);
    if (chosen.language != source_.language) *language = chosen.language;
  }
  std::string NameOfUnit(const std::string& name) const {
    const auto unit = units_.find(name);
    if (unit != units_.end()) return Choose(unit->second->display_name()).text;
    return name.substr(name.rfind('/') + 1);
  }

  void Stakeholder(std::string_view name, std::string_view description, std::string_view role) {
    xml_.Begin("Stakeholder");
    xml_.Text("Name", name);
    if (!description.empty()) xml_.Text("Description", description);
    xml_.Begin("Role");
    xml_.Text("Name", role);
    xml_.Text("RoleType", "Performer");
    xml_.End();
    xml_.End();
  }
  void Stakeholders(const v1::Element& element, v1::Element* rest) {
    if (!element.owner_unit().empty()) {
      Stakeholder(NameOfUnit(element.owner_unit()), element.owner_unit(), kOwnerRole);
    }
    for (const std::string& name : element.contributors()) {
      Stakeholder(NameOfUnit(name), name, kContributorRole);
    }
    if (!element.lead().empty()) Stakeholder(element.lead(), "", kLeadRole);
    rest->clear_owner_unit();
    rest->clear_contributors();
    rest->clear_lead();
  }

  bool PlaceDate(std::string_view tag, bool is_set, const common::v1::Date& date) {
    const auto text = DateText(date);
    if (!is_set || !text.has_value()) return false;
    xml_.Text(tag, *text);
    return true;
  }

  // The element's own dates, then its milestones; points back to what it belongs to.
  void Delivery(const v1::Element& element, std::string_view referent) {
    xml_.Begin("PerformanceIndicator", {{"PerformanceIndicatorType", "Qualitative"}});
    xml_.Text("MeasurementDimension", "Delivery");
    xml_.Text("UnitOfMeasurement", "date");
    xml_.Text("Identifier", IdentifierOf(kDeliveryPrefix, element.name()));
    if (!referent.empty()) Relationship("Narrower_Than", referent);
    xml_.Begin("MeasurementInstance");
    xml_.Begin("TargetResult");
    PlaceDate("StartDate", element.has_start_date(), element.start_date());
    PlaceDate("EndDate", element.has_end_date(), element.end_date());
    xml_.End();
    xml_.Begin("ActualResult");
    PlaceDate("EndDate", element.has_completed_on(), element.completed_on());
    xml_.End();
    xml_.End();
    for (const v1::Milestone& milestone : element.milestones()) {
      xml_.Begin("MeasurementInstance");
      xml_.Begin("TargetResult");
      PlaceDate("EndDate", milestone.has_due_date(), milestone.due_date());
      xml_.Text("Description", Choose(milestone.title()).text);
      xml_.End();
      xml_.Begin("ActualResult");
      PlaceDate("EndDate", milestone.has_done_date(), milestone.done_date());
      xml_.End();
      xml_.End();
    }
    xml_.End();
  }
  // Takes out of `block` what Delivery writes.
  void ClearDelivery(const v1::Element& element, v1::StratmlBlock* block) {
    v1::Element& rest = *block->mutable_element();
    if (DateText(element.start_date()).has_value()) rest.clear_start_date();
    if (DateText(element.end_date()).has_value()) rest.clear_end_date();
    if (DateText(element.completed_on()).has_value()) rest.clear_completed_on();
    bool differs = false;
    for (v1::Milestone& milestone : *rest.mutable_milestones()) {
      const std::string language = Choose(milestone.title()).language;
      block->add_milestone_languages(language);
      differs = differs || language != source_.language;
      if (DateText(milestone.due_date()).has_value()) milestone.clear_due_date();
      if (DateText(milestone.done_date()).has_value()) milestone.clear_done_date();
      milestone.mutable_title()->mutable_text()->erase(language);
      if (milestone.title().text().empty()) milestone.clear_title();
    }
    if (!differs) block->clear_milestone_languages();
  }

  void Relationship(std::string_view type, std::string_view referent) {
    xml_.Begin("Relationship", {{"RelationshipType", type}});
    xml_.Text("ReferentIdentifier", referent);
    xml_.End();
  }
  void Indicators(const v1::Element& element) {
    int number = 0;
    for (const v1::IndicatorLink& link : element.indicators()) {
      xml_.Begin("PerformanceIndicator", {{"PerformanceIndicatorType", "Quantitative"}});
      xml_.Text("MeasurementDimension", link.indicator().substr(link.indicator().rfind('/') + 1));
      xml_.Text("UnitOfMeasurement", "");
      xml_.Text("Identifier",
                absl::StrCat(IdentifierOf(kLinkPrefix, element.name()), ".", ++number));
      Relationship("Peer_To", link.indicator());
      xml_.End();
    }
  }

  // Counts the fields of `message` that are set, as far as they are not its name or a storage
  // version's.
  void Count(const Message& message, const std::string& prefix, std::set<std::string>* fields,
             bool output_only) const {
    std::vector<const FieldDescriptor*> set;
    message.GetReflection()->ListFields(message, &set);
    for (const FieldDescriptor* field : set) {
      const bool is_members = field->name() == "milestones" || field->name() == "indicators";
      if (is_members) {
        for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
          Count(message.GetReflection()->GetRepeatedMessage(message, field, i),
                absl::StrCat(prefix, field->name(), "."), fields, output_only);
        }
      } else if (fields::IsOutputOnly(field) == output_only) {
        fields->insert(absl::StrCat(prefix, field->name()));
      }
    }
  }
  void Report(const Message& resource, const Message& rest, const std::string& prefix) {
    for (const bool in_block : {false, true}) {
      std::set<std::string> fields;
      Count(in_block ? rest : resource, prefix, &fields, !in_block);
      for (const std::string& field : fields) ++fields_[{field, in_block}];
    }
  }

  // The children of a Goal or an Objective up to OtherInformation.
  void Head(const v1::Element& element, Form form, std::string_view referent) {
    v1::StratmlBlock block;
    v1::Element& rest = *block.mutable_element();
    rest = element;
    fields::ClearOutputOnly(&rest);
    for (v1::Milestone& milestone : *rest.mutable_milestones()) fields::ClearOutputOnly(&milestone);
    rest.clear_name();
    rest.clear_parent_element();
    rest.clear_code();
    if (rest.kind() == DefaultKind(form)) rest.clear_kind();
    PlaceText("Name", element.title(), rest.mutable_title(), block.mutable_name_language());
    if (rest.title().text().empty()) rest.clear_title();
    const bool is_goal = form == Form::kGoal;
    if (is_goal || !element.description().text().empty()) {
      PlaceText("Description", element.description(), rest.mutable_description(),
                block.mutable_description_language());
    }
    if (rest.description().text().empty()) rest.clear_description();
    xml_.Text("Identifier", IdentifierOf(kElementPrefix, element.name()));
    xml_.Text("SequenceIndicator", element.code());
    Stakeholders(element, &rest);
    const bool has_delivery = !is_goal && (!referent.empty() || HasDates(element));
    if (has_delivery) ClearDelivery(element, &block);
    if (!is_goal) {
      for (v1::IndicatorLink& link : *rest.mutable_indicators()) link.clear_indicator();
    }
    Report(element, rest, "Element.");
    xml_.Text("OtherInformation", BlockText(block));
    if (has_delivery) Delivery(element, referent);
    if (!is_goal) Indicators(element);
  }
  static bool HasDates(const v1::Element& element) {
    return element.has_start_date() || element.has_end_date() || element.has_completed_on() ||
           element.milestones_size() > 0;
  }
  static v1::Element::Kind DefaultKind(Form form) {
    switch (form) {
      case Form::kGoal:
        return v1::Element::KIND_AXIS;
      case Form::kObjective:
        return v1::Element::KIND_OBJECTIVE;
      case Form::kPerformancePlan:
        break;
    }
    return v1::Element::KIND_ACTION;
  }

  void Root(std::string_view type) {
    xml_ = XmlWriter();
    xml_.Begin("PerformancePlanOrReport", {{"xmlns", kStratmlNamespace}, {"Type", type}});
  }
  void Organization(const std::string& name, const common::v1::LocalizedText& display_name) {
    xml_.Begin("Organization");
    xml_.Text("Name", Choose(display_name).text);
    xml_.Text("Identifier", IdentifierOf(kOrganizationPrefix, name));
    xml_.End();
  }
  void Administration(bool with_identifier) {
    const absl::StatusOr<Period> first = Period::Parse(source_.plan.first_quarter());
    const absl::StatusOr<Period> last = Period::Parse(source_.plan.last_quarter());
    xml_.Begin("AdministrativeInformation");
    if (with_identifier) xml_.Text("Identifier", PlanIdentifier());
    if (first.ok()) xml_.Text("StartDate", absl::FormatCivilTime(first->FirstDay()));
    if (last.ok()) xml_.Text("EndDate", absl::FormatCivilTime(last->LastDay()));
    xml_.End();
  }
  std::string PlanIdentifier() const { return IdentifierOf(kPlanPrefix, source_.plan.name()); }
  std::string FileName(std::string_view suffix) const {
    const std::string& name = source_.plan.name();
    return absl::StrCat(name.substr(name.rfind('/') + 1), std::string(suffix), ".xml");
  }

  StratmlDocument StrategicPlan(
      const std::map<std::string, std::vector<const v1::Element*>>& goals) {
    Root("Strategic_Plan");
    v1::StratmlBlock block;
    v1::Plan& rest = *block.mutable_plan();
    rest = source_.plan;
    fields::ClearOutputOnly(&rest);
    rest.clear_name();
    PlaceText("Name", source_.plan.title(), rest.mutable_title(), block.mutable_name_language());
    if (rest.title().text().empty()) rest.clear_title();
    if (!source_.plan.description().text().empty()) {
      PlaceText("Description", source_.plan.description(), rest.mutable_description(),
                block.mutable_description_language());
      if (rest.description().text().empty()) rest.clear_description();
    }
    if (Period::Parse(source_.plan.first_quarter()).ok()) rest.clear_first_quarter();
    if (Period::Parse(source_.plan.last_quarter()).ok()) rest.clear_last_quarter();
    block.set_language_code(source_.language);
    block.set_documents(documents_);
    Report(source_.plan, rest, "Plan.");
    xml_.Text("OtherInformation", BlockText(block));
    xml_.Begin("StrategicPlanCore");
    Organization(source_.institution.name(), source_.institution.display_name());
    // The standard wants a Goal: one without name says that there is none.
    if (goals.empty()) {
      xml_.Begin("Goal");
      xml_.Text("Name", "");
      xml_.Text("Description", "");
      xml_.End();
    }
    for (const v1::Element& goal : source_.elements) {
      const auto objectives = goals.find(goal.name());
      if (objectives == goals.end()) continue;
      xml_.Begin("Goal");
      Head(goal, Form::kGoal, "");
      for (const v1::Element* objective : objectives->second) {
        xml_.Begin("Objective");
        Head(*objective, Form::kObjective, "");
        xml_.End();
      }
      xml_.End();
    }
    xml_.End();
    Administration(/*with_identifier=*/true);
    xml_.End();
    StratmlDocument document;
    document.about.set_file_name(FileName(""));
    document.xml = xml_.Take();
    return document;
  }

  StratmlDocument PerformancePlan(const std::string& unit,
                                  const std::vector<const v1::Element*>& elements) {
    Root("Performance_Plan");
    const std::string title = Choose(source_.plan.title()).text;
    xml_.Text("Name", unit.empty() ? title : absl::StrCat(title, ": ", NameOfUnit(unit)));
    v1::StratmlBlock block;
    block.set_language_code(source_.language);
    xml_.Text("OtherInformation", BlockText(block));
    xml_.Begin("StrategicPlanCore");
    if (const auto found = units_.find(unit); found != units_.end()) {
      Organization(unit, found->second->display_name());
    } else {
      Organization(source_.institution.name(), source_.institution.display_name());
    }
    // Elements of the same parent share a Goal.
    std::vector<std::pair<const v1::Element*, std::vector<const v1::Element*>>> goals;
    for (const v1::Element* element : elements) {
      const v1::Element* const parent = ParentOf(*element);
      const auto goal = std::find_if(goals.begin(), goals.end(),
                                     [&](const auto& one) { return one.first == parent; });
      if (goal == goals.end()) {
        goals.push_back({parent, {element}});
      } else {
        goal->second.push_back(element);
      }
    }
    for (const auto& [parent, objectives] : goals) {
      xml_.Begin("Goal");
      xml_.Text("Name", parent == nullptr ? title : Choose(parent->title()).text);
      xml_.Text("Description", "");
      if (parent != nullptr) xml_.Text("SequenceIndicator", parent->code());
      const std::string referent =
          parent == nullptr ? PlanIdentifier() : IdentifierOf(kElementPrefix, parent->name());
      for (const v1::Element* objective : objectives) {
        xml_.Begin("Objective");
        Head(*objective, Form::kPerformancePlan, referent);
        xml_.End();
      }
      xml_.End();
    }
    xml_.End();
    Administration(/*with_identifier=*/false);
    xml_.End();
    StratmlDocument document;
    document.about.set_unit(unit);
    document.about.set_file_name(
        FileName(unit.empty() ? "-others" : "-" + unit.substr(unit.rfind('/') + 1)));
    document.xml = xml_.Take();
    return document;
  }

  const StratmlSource& source_;
  std::map<std::string, const v1::Unit*> units_;
  std::map<std::string, const v1::Element*> by_name_;
  std::map<std::pair<std::string, bool>, int> fields_;  // name, in a block > resources
  int documents_ = 0;
  XmlWriter xml_;
};

}  // namespace

StratmlExport WriteStratml(const StratmlSource& source) { return Writer(source).Write(); }

}  // namespace athena::plan
