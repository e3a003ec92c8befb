#include "services/plan/stratml/read_stratml.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/status/characters.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/strategy/tree_rules.h"
#include "services/plan/stratml/stratml_format.h"
#include "services/plan/stratml/xml_document.h"

namespace athena::plan {
namespace {

using pugi::xml_node;
using Position = v1::ImportPlanResponse::Position;

// Of a path in an answer; a document chooses its names.
constexpr size_t kMaxPathBytes = 200;

// What repeats, and has a number in paths.
bool Repeats(std::string_view name) {
  for (const char* one :
       {"Organization", "Value", "Goal", "Objective", "Stakeholder", "Role", "PerformanceIndicator",
        "Relationship", "MeasurementInstance", "TargetResult", "ActualResult"}) {
    if (name == one) return true;
  }
  return false;
}

// The longest beginning of at most `most` bytes that ends with a character.
std::string Cut(std::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

// A text as people read it: without the blanks that indent a document, and without characters that
// no text may have. `one_line`: blanks and line ends in a row are one blank.
std::string Cleaned(std::string_view text, bool one_line) {
  std::string clean;
  while (!text.empty()) {
    const size_t length = std::max<size_t>(status::CharacterLength(text), 1);
    const std::string_view character = text.substr(0, length);
    text.remove_prefix(length);
    const bool is_blank = std::string_view(" \t\n").find(character) != std::string_view::npos;
    if (is_blank && one_line) {
      if (!clean.empty() && clean.back() != ' ') clean += ' ';
    } else if (is_blank || !status::IsControl(status::CodePoint(character))) {
      clean += character;
    }
  }
  return std::string(absl::StripAsciiWhitespace(clean));
}

// An element as a document has it, before all documents were read.
struct Draft {
  ReadElement read;
  std::string identifier;
  std::string sequence;
  std::optional<size_t> parent;        // the Goal that it stands in
  std::vector<std::string> referents;  // of the Relationships of a further document
  bool is_further = false;             // not from the plan's document
  bool is_dropped = false;
};

class Reader {
 public:
  explicit Reader(const StratmlTarget& target) : target_(target) {}

  absl::StatusOr<StratmlReading> Read(absl::Span<const std::string* const> documents) {
    ATHENA_RETURN_IF_ERROR(Parse(documents));
    const auto plan = std::find_if(parsed_.begin(), parsed_.end(), [](const auto& one) {
      return std::string_view(one->root().attribute("Type").value()) == "Strategic_Plan";
    });
    const size_t first = plan == parsed_.end() ? 0 : static_cast<size_t>(plan - parsed_.begin());
    ReadDocument(first, /*is_plan=*/true);
    for (size_t i = 0; i < parsed_.size(); ++i) {
      if (i != first) ReadDocument(i, /*is_plan=*/false);
    }
    if (drafts_.size() > kMaxImportedElements) {
      return status::InvalidField(
          "documents", absl::StrCat(drafts_.size(), " Goals and Objectives"),
          absl::StrCat("at most ", kMaxImportedElements, " of them in all"));
    }
    if (documents_ > static_cast<int>(documents.size())) {
      reading_.Remark(reading_.plan_position,
                      absl::StrCat("the plan was exported as ", documents_,
                                   " documents, and there are ", documents.size()));
    }
    ResolveParents();
    NameElements();
    GiveCodes();
    for (Draft& draft : drafts_) {
      if (!draft.is_dropped) reading_.elements.push_back(std::move(draft.read));
    }
    return std::move(reading_);
  }

 private:
  // Calls visit(child, name, path) for each element in `node`; remarks those of other namespaces.
  template <typename Visit>
  void ForEach(xml_node node, const std::string& path, const Visit& visit) {
    std::map<std::string, int> numbers;
    for (const xml_node child : node.children()) {
      if (child.type() != pugi::node_element) continue;
      const std::string_view name = xml_->NameOf(child);
      if (name.empty()) {
        NotImported(child, absl::StrCat(path, "/", child.name()), "of another namespace");
        continue;
      }
      std::string below = absl::StrCat(path, "/", std::string(name));
      if (Repeats(name)) absl::StrAppend(&below, "[", ++numbers[std::string(name)], "]");
      visit(child, name, below);
    }
  }
  xml_node Child(xml_node node, std::string_view name) const {
    for (const xml_node child : node.children()) {
      if (child.type() == pugi::node_element && xml_->NameOf(child) == name) return child;
    }
    return {};
  }
  Position PositionOf(xml_node node, const std::string& path) const {
    Position position;
    position.set_document(document_);
    position.set_path(Cut(path, kMaxPathBytes));
    position.set_line(xml_->LineOf(node));
    return position;
  }
  void Remark(xml_node node, const std::string& path, std::string text) {
    reading_.Remark(PositionOf(node, path), std::move(text));
  }
  // Whether there is anything to read in it: forms leave many elements empty.
  static bool HasText(xml_node node) {
    for (xml_node at = node; at;) {
      if (!status::IsBlank(XmlDocument::TextOf(at))) return true;
      if (at.first_child()) {
        at = at.first_child();
        continue;
      }
      while (at && at != node && !at.next_sibling()) at = at.parent();
      if (!at || at == node) return false;
      at = at.next_sibling();
    }
    return false;
  }
  void NotImported(xml_node node, const std::string& path, std::string_view why) {
    if (HasText(node)) Remark(node, path, absl::StrCat("not imported: ", std::string(why)));
  }

  std::string Line(xml_node node) const {
    const std::string text = XmlDocument::TextOf(node);
    return exact_ ? text : Cleaned(text, /*one_line=*/true);
  }
  std::string Paragraphs(xml_node node) const {
    const std::string text = XmlDocument::TextOf(node);
    return exact_ ? text : Cleaned(text, /*one_line=*/false);
  }
  // Sets a text in a language, cut to what the field takes.
  void SetText(xml_node node, const std::string& path, std::string text, size_t most,
               const std::string& language, common::v1::LocalizedText* texts) {
    if (status::IsBlank(text)) return;
    if (text.size() > most) {
      text = Cut(text, most);
      Remark(node, path, absl::StrCat("cut to ", most, " bytes"));
    }
    (*texts->mutable_text())[language.empty() ? language_ : language] = std::move(text);
  }

  // The block in OtherInformation; nullopt when there is none, or when it cannot be read.
  std::optional<v1::StratmlBlock> BlockOf(xml_node node, const std::string& path) {
    const xml_node other = Child(node, "OtherInformation");
    absl::StatusOr<std::optional<v1::StratmlBlock>> block = ReadBlock(XmlDocument::TextOf(other));
    if (!block.ok()) {
      Remark(other, path + "/OtherInformation",
             absl::StrCat("not imported: ", std::string(block.status().message())));
      return std::nullopt;
    }
    return *std::move(block);
  }
  // What is no block joins the description, if it fits.
  void AddOtherInformation(xml_node node, const std::string& path,
                           common::v1::LocalizedText* description) {
    const std::string text = Paragraphs(node);
    if (text.empty() ||
        XmlDocument::TextOf(node).find("athena.plan.v1.StratmlBlock") != std::string::npos) {
      return;
    }
    std::string& described = (*description->mutable_text())[language_];
    if (described.size() + text.size() + 2 > fields::kMaxDescriptionBytes) {
      if (described.empty()) description->mutable_text()->erase(language_);
      return NotImported(node, path, "there is no room for it in the description");
    }
    absl::StrAppend(&described, described.empty() ? "" : "\n\n", text);
  }

  absl::Status Parse(absl::Span<const std::string* const> documents) {
    status::FieldFaults faults;
    XmlLimits limits;
    for (size_t i = 0; i < documents.size(); ++i) {
      auto one =
          XmlDocument::Parse(*documents[i], kStratmlNamespace, "PerformancePlanOrReport", limits);
      if (one.ok()) {
        limits.elements -= (*one)->elements();
        parsed_.push_back(*std::move(one));
      } else {
        faults.Describe(absl::StrCat("documents[", i, "]"), std::string(one.status().message()));
      }
    }
    return faults.ToStatus();
  }

  void ReadDocument(size_t index, bool is_plan) {
    document_ = static_cast<int>(index);
    is_plan_ = is_plan;
    xml_ = parsed_[index].get();
    const xml_node root = xml_->root();
    const std::string path(xml_->NameOf(root));
    exact_ = false;
    const std::optional<v1::StratmlBlock> block = BlockOf(root, path);
    exact_ = block.has_value();
    language_ = target_.language;
    const std::string_view declared = root.attribute("xml:lang").value();
    if (fields::IsLanguageTag(declared)) language_ = declared;
    if (exact_ && fields::IsLanguageTag(block->language_code())) language_ = block->language_code();
    if (is_plan) {
      reading_.language = language_;
      reading_.plan_position = PositionOf(root, path);
      ReadPlan(root, path, block.value_or(v1::StratmlBlock()));
    }
    ForEach(root, path, [&](xml_node child, std::string_view name, const std::string& below) {
      if (name == "StrategicPlanCore") {
        ReadCore(child, below);
      } else if (name == "Submitter") {
        NotImported(child, below, "no field holds who submitted a document");
      } else if (!is_plan && !exact_ && name == "Description") {
        NotImported(child, below, "of a further document only Goals and Objectives are read");
      } else if (name != "Name" && name != "Description" && name != "OtherInformation" &&
                 name != "AdministrativeInformation") {
        NotImported(child, below, "StratML has no such element here");
      }
    });
  }

  void ReadPlan(xml_node root, const std::string& path, const v1::StratmlBlock& block) {
    v1::Plan& plan = reading_.plan;
    plan = block.plan();
    fields::ClearOutputOnly(&plan);
    plan.set_name(target_.plan.text);
    documents_ = block.documents();
    const xml_node name = Child(root, "Name");
    SetText(name, path + "/Name", Line(name), fields::kMaxTitleBytes, block.name_language(),
            plan.mutable_title());
    const xml_node description = Child(root, "Description");
    SetText(description, path + "/Description", Paragraphs(description),
            fields::kMaxDescriptionBytes, block.description_language(), plan.mutable_description());
    AddOtherInformation(Child(root, "OtherInformation"), path + "/OtherInformation",
                        plan.mutable_description());
    if (plan.description().text().empty()) plan.clear_description();
    if (plan.languages().empty()) plan.add_languages(language_);
    const xml_node administration = Child(root, "AdministrativeInformation");
    const std::string below = path + "/AdministrativeInformation";
    identifiers_[Line(Child(administration, "Identifier"))] = kPlanItself;
    if (plan.first_quarter().empty()) {
      plan.set_first_quarter(QuarterOf(administration, below, "StartDate", target_.first_quarter));
    }
    if (plan.last_quarter().empty()) {
      plan.set_last_quarter(QuarterOf(administration, below, "EndDate", target_.last_quarter));
    }
    for (const char* unread : {"PublicationDate", "Source"}) {
      NotImported(Child(administration, unread), absl::StrCat(below, "/", unread),
                  "no field holds it");
    }
  }
  std::string QuarterOf(xml_node node, const std::string& path, const char* name,
                        const std::string& otherwise) {
    const xml_node child = Child(node, name);
    const auto date = ReadDate(Cleaned(XmlDocument::TextOf(child), /*one_line=*/true));
    if (!date.has_value()) {
      NotImported(child, absl::StrCat(path, "/", name), "it is no date");
      return otherwise;
    }
    return Period::Containing(Frequency::kQuarter, *fields::DayOf(*date)).ToString();
  }

  void ReadCore(xml_node core, const std::string& path) {
    ForEach(core, path, [&](xml_node child, std::string_view name, const std::string& below) {
      if (name == "Goal") {
        is_plan_ ? ReadGoal(child, below) : ReadFurtherGoal(child, below);
      } else if (name == "Organization") {
        if (!exact_) NotImported(child, below, "the plan is the institution's that imports it");
      } else {
        NotImported(child, below, "no field holds it");
      }
    });
  }
  void ReadGoal(xml_node goal, const std::string& path) {
    if (!HasText(goal)) return;  // stands for no Goal at all
    const size_t index = ReadElementOf(goal, path, v1::Element::KIND_AXIS, std::nullopt);
    ForEach(goal, path, [&](xml_node child, std::string_view name, const std::string& below) {
      if (name == "Objective" && HasText(child)) {
        ReadElementOf(child, below, v1::Element::KIND_OBJECTIVE, index);
      }
    });
  }
  // A Goal of a further document says where its Objectives belong.
  void ReadFurtherGoal(xml_node goal, const std::string& path) {
    ForEach(goal, path, [&](xml_node child, std::string_view name, const std::string& below) {
      if (name == "Objective" && HasText(child)) {
        Draft& draft = drafts_[ReadElementOf(child, below, v1::Element::KIND_ACTION, std::nullopt)];
        draft.is_further = true;
        draft.referents.push_back(Line(Child(goal, "Identifier")));
      } else if (!exact_ && (name == "Stakeholder" || name == "OtherInformation")) {
        NotImported(child, below, "of a further document only Objectives are read");
      }
    });
  }

  // Reads a Goal or an Objective, without the Objectives in it; its place in `drafts_`.
  size_t ReadElementOf(xml_node node, const std::string& path, v1::Element::Kind kind,
                       std::optional<size_t> parent) {
    const v1::StratmlBlock block = BlockOf(node, path).value_or(v1::StratmlBlock());
    Draft draft;
    draft.parent = parent;
    draft.read.position = PositionOf(node, path);
    v1::Element& element = draft.read.element;
    element = block.element();
    fields::ClearOutputOnly(&element);
    for (v1::Milestone& milestone : *element.mutable_milestones()) {
      fields::ClearOutputOnly(&milestone);
    }
    if (element.kind() == v1::Element::KIND_UNSPECIFIED) element.set_kind(kind);
    const bool is_goal = xml_->NameOf(node) == "Goal";
    int links = 0;
    int milestones = 0;
    ForEach(node, path, [&](xml_node child, std::string_view name, const std::string& below) {
      if (name == "Name") {
        SetText(child, below, Line(child), fields::kMaxTitleBytes, block.name_language(),
                element.mutable_title());
      } else if (name == "Description") {
        SetText(child, below, Paragraphs(child), fields::kMaxDescriptionBytes,
                block.description_language(), element.mutable_description());
      } else if (name == "Identifier") {
        draft.identifier = Cleaned(XmlDocument::TextOf(child), /*one_line=*/true);
      } else if (name == "SequenceIndicator") {
        draft.sequence = Cleaned(XmlDocument::TextOf(child), /*one_line=*/true);
      } else if (name == "Stakeholder") {
        ReadStakeholder(child, below, &element);
      } else if (name == "OtherInformation") {
        AddOtherInformation(child, below, element.mutable_description());
      } else if (name == "PerformanceIndicator" && !is_goal) {
        ReadIndicator(child, below, block, &draft, &links, &milestones);
      } else if (name != "Objective" || !is_goal) {
        NotImported(child, below, "StratML has no such element here");
      }
    });
    if (!is_goal) {
      DropRest(node, path, links, "indicators", element.mutable_indicators());
      DropRest(node, path, milestones, "milestones", element.mutable_milestones());
    }
    if (element.description().text().empty()) element.clear_description();
    NameByDescription(node, path, &element);
    drafts_.push_back(std::move(draft));
    const size_t index = drafts_.size() - 1;
    const std::string& identifier = drafts_[index].identifier;
    if (!identifier.empty() && !identifiers_.emplace(identifier, index).second) {
      Remark(node, path, "its Identifier is that of another element: it gets a new one");
    }
    return index;
  }
  // Of a list in a block, what has no element in the document.
  template <typename List>
  void DropRest(xml_node node, const std::string& path, int found, const char* what, List* list) {
    if (list->size() <= found) return;
    Remark(node, path,
           absl::StrCat("its StratmlBlock has ", list->size(), " ", what, ", the document ", found,
                        ": the last ones are not imported"));
    list->DeleteSubrange(found, list->size() - found);
  }
  void NameByDescription(xml_node node, const std::string& path, v1::Element* element) {
    if (!element->title().text().empty()) return;
    std::string title;
    for (const auto& [language, text] : element->description().text()) {
      if (language == language_)
        title = Cut(Cleaned(text, /*one_line=*/true), fields::kMaxTitleBytes);
    }
    if (status::IsBlank(title)) title = path.substr(path.rfind('/') + 1);
    Remark(node, path, "it has no Name: its title is made of what it has");
    (*element->mutable_title()->mutable_text())[language_] = title;
  }

  void ReadStakeholder(xml_node node, const std::string& path, v1::Element* element) {
    const xml_node name = Child(node, "Name");
    const std::string described = Line(Child(node, "Description"));
    bool is_read = false;
    bool is_performer = false;
    for (const xml_node role : node.children()) {
      if (xml_->NameOf(role) != "Role") continue;
      const std::string role_name = Line(Child(role, "Name"));
      for (const xml_node type : role.children()) {
        is_performer =
            is_performer || (xml_->NameOf(type) == "RoleType" && Line(type) == "Performer");
      }
      if (role_name == kOwnerRole && kUnitName.Match(described).has_value() &&
          element->owner_unit().empty()) {
        is_read = true;
        if (kUnitName.Match(described)->institution() == target_.plan.institution()) {
          element->set_owner_unit(described);
        } else {
          NotImported(node, path, "the owner is a unit of another institution");
        }
      } else if (role_name == kContributorRole && (kUnitName.Match(described).has_value() ||
                                                   kInstitutionName.Match(described).has_value())) {
        is_read = true;
        element->add_contributors(described);
      } else if (role_name == kLeadRole && element->lead().empty()) {
        is_read = true;
        element->set_lead(Cut(Line(name), kMaxLeadBytes));
      }
    }
    if (is_read) return;
    const std::string lead =
        Cut(Cleaned(XmlDocument::TextOf(name), /*one_line=*/true), kMaxLeadBytes);
    if (!is_performer || !element->lead().empty() || status::IsBlank(lead)) {
      return NotImported(
          node, path,
          is_performer ? "there is a lead already" : "no field holds who is not a Performer");
    }
    element->set_lead(lead);
    Remark(node, path, "it becomes the lead, of which the Name alone is kept");
  }

  void ReadIndicator(xml_node node, const std::string& path, const v1::StratmlBlock& block,
                     Draft* draft, int* links, int* milestones) {
    v1::Element& element = draft->read.element;
    std::string indicator;
    for (const xml_node relation : node.children()) {
      if (xml_->NameOf(relation) != "Relationship") continue;
      for (const xml_node referent : relation.children()) {
        if (xml_->NameOf(referent) != "ReferentIdentifier") continue;
        const std::string text = Cleaned(XmlDocument::TextOf(referent), /*one_line=*/true);
        if (kIndicatorName.Match(text).has_value()) {
          indicator = text;
        } else {
          draft->referents.push_back(text);
        }
      }
    }
    const std::string identifier = Line(Child(node, "Identifier"));
    if (identifier.starts_with(kDeliveryPrefix) && *milestones == 0) {
      ReadDelivery(node, path, block, &element, milestones);
    } else if (!indicator.empty()) {
      v1::IndicatorLink* const link = *links < element.indicators_size()
                                          ? element.mutable_indicators(*links)
                                          : element.add_indicators();
      ++*links;
      link->set_indicator(indicator);
      NotImported(Child(node, "MeasurementInstance"), path + "/MeasurementInstance",
                  "the indicator service keeps targets and values");
    } else {
      NotImported(node, path, "it relates to no indicator of Athena");
    }
  }
  void ReadDelivery(xml_node node, const std::string& path, const v1::StratmlBlock& block,
                    v1::Element* element, int* milestones) {
    int number = 0;
    ForEach(node, path, [&](xml_node child, std::string_view name, const std::string& below) {
      if (name != "MeasurementInstance") return;
      const xml_node target = Child(child, "TargetResult");
      const xml_node actual = Child(child, "ActualResult");
      const auto end = DateOf(target, below, "EndDate");
      const auto done = DateOf(actual, below, "EndDate");
      if (number++ == 0) {
        if (const auto start = DateOf(target, below, "StartDate")) {
          *element->mutable_start_date() = *start;
        }
        if (end.has_value()) *element->mutable_end_date() = *end;
        if (done.has_value()) *element->mutable_completed_on() = *done;
        return;
      }
      const int index = (*milestones)++;
      while (element->milestones_size() <= index) {
        element->add_milestones()->set_id(absl::StrCat("m", element->milestones_size()));
      }
      v1::Milestone& milestone = *element->mutable_milestones(index);
      const std::string language =
          index < block.milestone_languages_size() ? block.milestone_languages(index) : language_;
      const xml_node title = Child(target, "Description");
      SetText(title, below, Line(title), fields::kMaxTitleBytes, language,
              milestone.mutable_title());
      if (end.has_value()) *milestone.mutable_due_date() = *end;
      if (done.has_value()) *milestone.mutable_done_date() = *done;
    });
  }
  std::optional<common::v1::Date> DateOf(xml_node result, const std::string& path,
                                         const char* name) {
    const xml_node child = Child(result, name);
    const auto date = ReadDate(Cleaned(XmlDocument::TextOf(child), /*one_line=*/true));
    if (!date.has_value()) {
      NotImported(child, absl::StrCat(path, "/", result.name(), "/", name), "it is no date");
    }
    return date;
  }

  // Finds what the Objectives of further documents belong to; leaves out those without.
  void ResolveParents() {
    for (Draft& draft : drafts_) {
      if (!draft.is_further) continue;
      const auto found =
          std::find_if(draft.referents.begin(), draft.referents.end(), [&](const auto& referent) {
            const auto known = identifiers_.find(referent);
            return !referent.empty() && known != identifiers_.end() &&
                   (known->second == kPlanItself || &drafts_[known->second] != &draft);
          });
      if (found == draft.referents.end()) {
        reading_.Remark(draft.read.position,
                        "not imported: it relates to no Goal or Objective of the documents");
        draft.is_dropped = true;
      } else if (const size_t parent = identifiers_.at(*found); parent != kPlanItself) {
        draft.parent = parent;
      }
    }
    for (bool again = true; again;) {
      again = false;
      for (Draft& draft : drafts_) {
        if (draft.is_dropped || !draft.parent.has_value() || !drafts_[*draft.parent].is_dropped) {
          continue;
        }
        reading_.Remark(draft.read.position, "not imported: what it belongs to is not");
        draft.is_dropped = true;
        again = true;
      }
    }
  }

  void NameElements() {
    std::set<std::string> taken;
    for (Draft& draft : drafts_) {
      std::string id = ElementIdOf(draft.identifier).value_or(IdFrom(draft.identifier));
      while (id.empty() || !taken.insert(id).second) {
        id = absl::StrCat("e", ++numbered_);
      }
      draft.read.element.set_name(
          kElementName.Of({target_.plan.institution(), target_.plan.id(), id}).text);
    }
    for (Draft& draft : drafts_) {
      draft.read.element.clear_parent_element();
      if (!draft.parent.has_value()) continue;
      draft.read.element.set_parent_element(drafts_[*draft.parent].read.element.name());
    }
  }
  // An id like the identifier: "_9C2F-A.1" is "9c2f-a-1"; empty when nothing is left.
  static std::string IdFrom(std::string_view identifier) {
    std::string id;
    for (const char c : identifier) {
      const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
      id += absl::ascii_isalnum(static_cast<unsigned char>(lower)) ? lower : '-';
    }
    while (!id.empty() && id.front() == '-') id.erase(0, 1);
    id = id.substr(0, kMaxIdBytes);
    while (!id.empty() && id.back() == '-') id.pop_back();
    return id;
  }

  // Codes that can be used stay; others are "2" or "2.1" by place, or the next number that is free.
  void GiveCodes() {
    std::set<std::string> taken;
    for (Draft& draft : drafts_) {
      if (draft.is_dropped || !IsElementCode(draft.sequence)) continue;
      if (taken.insert(draft.sequence).second) draft.read.element.set_code(draft.sequence);
    }
    std::map<std::string, int> last;  // number given below a code
    for (Draft& draft : drafts_) {
      v1::Element& element = draft.read.element;
      if (draft.is_dropped || !element.code().empty()) continue;
      std::string above;
      if (draft.parent.has_value()) above = drafts_[*draft.parent].read.element.code();
      if (above.size() > kMaxCodeBytes - 8) above.clear();  // room for a number
      std::string code;
      do {
        code = absl::StrCat(above, above.empty() ? "" : ".", ++last[above]);
      } while (!taken.insert(code).second);
      element.set_code(code);
      if (draft.sequence.empty()) continue;
      reading_.Remark(draft.read.position,
                      absl::StrCat("its SequenceIndicator \"", Cut(draft.sequence, kMaxCodeBytes),
                                   "\" is taken or cannot be a code: its code is ", code));
    }
  }

  static constexpr size_t kPlanItself = static_cast<size_t>(-1);

  const StratmlTarget& target_;
  StratmlReading reading_;
  std::vector<Draft> drafts_;
  std::map<std::string, size_t> identifiers_;  // > place in drafts_
  std::vector<std::unique_ptr<const XmlDocument>> parsed_;
  int documents_ = 0;  // that the plan was exported as
  int numbered_ = 0;
  // Of the document that is read.
  const XmlDocument* xml_ = nullptr;
  int document_ = 0;
  bool is_plan_ = false;
  bool exact_ = false;  // Athena wrote it: texts are as they are
  std::string language_;
};

}  // namespace

void StratmlReading::Remark(const Position& position, std::string text) {
  if (++remark_count > kMaxDescribedRows) return;
  v1::ImportPlanResponse::Remark& remark = remarks.emplace_back();
  *remark.mutable_position() = position;
  remark.set_text(std::move(text));
}

absl::StatusOr<StratmlReading> ReadStratml(absl::Span<const std::string* const> documents,
                                           const StratmlTarget& target) {
  return Reader(target).Read(documents);
}

}  // namespace athena::plan
