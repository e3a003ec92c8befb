#include "libs/stratml/testing/schema_checker.h"

#include <limits>
#include <map>
#include <pugixml.hpp>
#include <regex>
#include <set>

#include "absl/strings/str_cat.h"

namespace athena {
namespace {

constexpr int kMany = std::numeric_limits<int>::max();

// One particle of an xsd:sequence.
struct Particle {
  const char* element;
  int least;
  int most;
};
// What an element holds: elements in this order, or a text that matches.
struct Type {
  std::vector<Particle> sequence;
  std::map<std::string, std::string> attributes;  // optional ones, with a pattern
  std::string text = "";                          // a pattern; empty: it holds elements
};

const char kAny[] = "[\\s\\S]*";
const char kDate[] = "(-?\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])(Z|[+-]\\d\\d:\\d\\d)?)?";
const char kId[] = "[A-Za-z_][A-Za-z0-9._-]*";

const std::map<std::string, Type>& Types() {
  static const auto* const types = [] {
    const std::vector<Particle> result = {{"StartDate", 0, 1},
                                          {"EndDate", 0, 1},
                                          {"NumberOfUnits", 0, 1},
                                          {"Descriptor", 0, 1},
                                          {"Description", 0, 1}};
    const std::vector<Particle> statement = {{"Description", 0, 1}, {"Identifier", 0, 1}};
    auto* all = new std::map<std::string, Type>{
        {"PerformancePlanOrReport",
         {{{"Name", 1, 1},
           {"Description", 0, 1},
           {"OtherInformation", 0, 1},
           {"StrategicPlanCore", 1, 1},
           {"AdministrativeInformation", 0, 1},
           {"Submitter", 0, 1}},
          {{"Type", "Strategic_Plan|Performance_Plan|Performance_Report"}, {"xmlns", kAny}}}},
        {"StrategicPlanCore",
         {{{"Organization", 0, kMany},
           {"Vision", 0, 1},
           {"Mission", 0, 1},
           {"Value", 0, kMany},
           {"Goal", 1, kMany}},
          {}}},
        {"Organization",
         {{{"Name", 0, 1},
           {"Acronym", 0, 1},
           {"Identifier", 0, 1},
           {"Description", 0, 1},
           {"Stakeholder", 0, kMany}},
          {}}},
        {"Vision", {statement, {}}},
        {"Mission", {statement, {}}},
        {"Value", {{{"Name", 0, 1}, {"Description", 0, 1}}, {}}},
        {"Goal",
         {{{"Name", 1, 1},
           {"Description", 1, 1},
           {"Identifier", 0, 1},
           {"SequenceIndicator", 0, 1},
           {"Stakeholder", 0, kMany},
           {"OtherInformation", 0, 1},
           {"Objective", 0, kMany}},
          {}}},
        {"Objective",
         {{{"Name", 0, 1},
           {"Description", 0, 1},
           {"Identifier", 0, 1},
           {"SequenceIndicator", 0, 1},
           {"Stakeholder", 0, kMany},
           {"OtherInformation", 0, 1},
           {"PerformanceIndicator", 0, kMany}},
          {}}},
        {"Stakeholder",
         {{{"Name", 1, 1}, {"Description", 0, 1}, {"Role", 0, kMany}},
          {{"StakeholderTypeType", "Person|Organization|Generic_Group"}}}},
        {"Role", {{{"Name", 1, 1}, {"Description", 0, 1}, {"RoleType", 0, 2}}, {}}},
        {"PerformanceIndicator",
         {{{"SequenceIndicator", 0, 1},
           {"MeasurementDimension", 1, 1},
           {"UnitOfMeasurement", 1, 1},
           {"Identifier", 0, 1},
           {"Relationship", 0, kMany},
           {"MeasurementInstance", 0, kMany},
           {"OtherInformation", 0, 1}},
          {{"ValueChainStage", "Outcome|Output_Processing|Output|Input_Processing|Input"},
           {"PerformanceIndicatorType", "Quantitative|Qualitative"}}}},
        {"Relationship",
         {{{"Identifier", 0, 1},
           {"ReferentIdentifier", 0, kMany},
           {"Name", 0, 1},
           {"Description", 0, 1}},
          {{"RelationshipType", "Broader_Than|Peer_To|Narrower_Than"}}}},
        {"MeasurementInstance",
         {{{"Place", 0, 1}, {"TargetResult", 0, kMany}, {"ActualResult", 0, kMany}}, {}}},
        {"Place", {{{"Name", 1, 1}, {"PlaceIdentifier", 0, 1}}, {}}},
        {"TargetResult", {result, {}}},
        {"ActualResult", {result, {}}},
        {"Descriptor", {{{"DescriptorName", 0, 1}, {"DescriptorValue", 0, 1}}, {}}},
        {"AdministrativeInformation",
         {{{"Identifier", 0, 1},
           {"StartDate", 0, 1},
           {"EndDate", 0, 1},
           {"PublicationDate", 0, 1},
           {"Source", 0, 1}},
          {}}},
        {"Submitter",
         {{{"Identifier", 0, 1},
           {"GivenName", 0, 1},
           {"Surname", 0, 1},
           {"PhoneNumber", 0, 1},
           {"EmailAddress", 0, 1}},
          {}}},
        {"Identifier", {{}, {}, kId}},
        {"RoleType", {{}, {}, "Performer|Beneficiary"}},
        {"NumberOfUnits", {{}, {}, "([+-]?(\\d+(\\.\\d*)?|\\.\\d+))?"}},
    };
    for (const char* date : {"StartDate", "EndDate", "PublicationDate"}) {
      (*all)[date] = {{}, {}, kDate};
    }
    for (const char* text :
         {"Name", "Description", "OtherInformation", "Acronym", "SequenceIndicator",
          "MeasurementDimension", "UnitOfMeasurement", "ReferentIdentifier", "PlaceIdentifier",
          "DescriptorName", "DescriptorValue", "Source", "GivenName", "Surname", "PhoneNumber",
          "EmailAddress"}) {
      (*all)[text] = {{}, {}, kAny};
    }
    return all;
  }();
  return *types;
}

class Checker {
 public:
  std::vector<std::string> Check(std::string_view xml) {
    pugi::xml_document document;
    const auto parsed = document.load_buffer(xml.data(), xml.size(),
                                             pugi::parse_default | pugi::parse_ws_pcdata_single);
    if (!parsed) return {absl::StrCat("not well-formed: ", parsed.description())};
    const pugi::xml_node root = document.document_element();
    if (std::string(root.name()) != "PerformancePlanOrReport") return {"the root element"};
    if (std::string(root.attribute("xmlns").value()) !=
        "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport") {
      faults_.push_back("the namespace");
    }
    if (root.attribute("Type").empty()) faults_.push_back("the root has no Type");
    CheckElement(root, root.name());
    return faults_;
  }

 private:
  void CheckElement(pugi::xml_node node, const std::string& path) {
    const auto found = Types().find(node.name());
    if (found == Types().end()) {
      faults_.push_back(path + ": there is no such element");
      return;
    }
    const Type& type = found->second;
    for (const pugi::xml_attribute attribute : node.attributes()) {
      const auto pattern = type.attributes.find(attribute.name());
      if (pattern == type.attributes.end() || !Matches(attribute.value(), pattern->second)) {
        faults_.push_back(absl::StrCat(path, ": attribute ", attribute.name()));
      }
    }
    if (!type.text.empty()) return CheckText(node, type.text, path);
    size_t particle = 0;
    int times = 0;
    for (const pugi::xml_node child : node.children()) {
      const std::string below = absl::StrCat(path, "/", child.name());
      if (child.type() != pugi::node_element) {
        faults_.push_back(path + ": text between elements");
        continue;
      }
      while (particle < type.sequence.size() &&
             std::string(type.sequence[particle].element) != child.name()) {
        Leave(type.sequence[particle++], times, path);
        times = 0;
      }
      if (particle == type.sequence.size()) {
        faults_.push_back(below + ": not here");
        return;
      }
      if (++times > type.sequence[particle].most) faults_.push_back(below + ": too many");
      CheckElement(child, below);
    }
    for (; particle < type.sequence.size(); times = 0) {
      Leave(type.sequence[particle++], times, path);
    }
  }
  void Leave(const Particle& particle, int times, const std::string& path) {
    if (times < particle.least) {
      faults_.push_back(absl::StrCat(path, ": no ", particle.element));
    }
  }
  void CheckText(pugi::xml_node node, const std::string& pattern, const std::string& path) {
    for (const pugi::xml_node child : node.children()) {
      if (child.type() == pugi::node_element) faults_.push_back(path + ": holds an element");
    }
    const std::string text = node.text().get();
    if (pattern != kAny && !Matches(text, pattern)) {
      faults_.push_back(absl::StrCat(path, ": \"", text, "\""));
    }
    if (std::string(node.name()) == "Identifier" && !ids_.insert(text).second) {
      faults_.push_back(absl::StrCat(path, ": \"", text, "\" twice"));
    }
  }
  static bool Matches(const std::string& text, const std::string& pattern) {
    static auto& compiled = *new std::map<std::string, std::regex>;  // compiling takes long
    const auto [found, is_new] = compiled.try_emplace(pattern, pattern);
    return pattern == kAny || std::regex_match(text, found->second);
  }

  std::vector<std::string> faults_;
  std::set<std::string> ids_;
};

}  // namespace

std::vector<std::string> StratmlFaults(std::string_view xml) { return Checker().Check(xml); }

}  // namespace athena
