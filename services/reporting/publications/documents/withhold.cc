#include "services/reporting/publications/documents/withhold.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "absl/types/span.h"

namespace athena::reporting {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::string_view kResultFields[] = {"period", "root", "warnings", "score_basis",
                                              "owner_units"};
// Left out: lead, a person.
constexpr std::string_view kNodeFields[] = {"name",
                                            "kind",
                                            "code",
                                            "title",
                                            "title_language",
                                            "status",
                                            "reason",
                                            "score",
                                            "coverage",
                                            "caps",
                                            "weight",
                                            "critical",
                                            "element_counts",
                                            "indicator_counts",
                                            "indicators",
                                            "children",
                                            "delivery",
                                            "not_applicable_parts",
                                            "as_last_stood",
                                            "owner_unit",
                                            "start_date",
                                            "end_date",
                                            "end_date_at_activation",
                                            "end_date_declared",
                                            "milestones",
                                            "on_quarter_before",
                                            "on_year_before"};
// Left out: withdrawn_reason, written for the institution.
constexpr std::string_view kMilestoneFields[] = {
    "id",        "title",        "title_language",         "state",
    "critical",  "due_date",     "due_date_at_activation", "added_after_activation",
    "done_date", "withdrawn_on", "due_date_declared"};
constexpr std::string_view kIndicators = "indicators";

class Withholding {
 public:
  explicit Withholding(absl::FunctionRef<bool(const std::string&)> is_public)
      : is_public_(is_public) {}

  void Apply(v1::ScorecardResult* result) {
    const std::string plan = result->root().name();
    ClearOthers(kResultFields, plan, result);
    ApplyTo(result->mutable_root());
    auto& warnings = *result->mutable_warnings();
    warnings.erase(std::remove_if(warnings.begin(), warnings.end(),
                                  [&](const v1::ScorecardWarning& warning) {
                                    return IsWithheld(warning.indicator());
                                  }),
                   warnings.end());
  }

  std::vector<v1::WithheldPart> Parts() && {
    std::vector<v1::WithheldPart> parts;
    for (auto* group : {&indicators_, &fields_}) {
      for (auto& [name, part] : *group) parts.push_back(std::move(part));
    }
    return parts;
  }

 private:
  using Groups = std::map<std::string, v1::WithheldPart>;

  bool IsWithheld(const std::string& indicator) const {
    return !indicator.empty() && !is_public_(indicator);
  }

  void ApplyTo(v1::ScorecardNode* node) {
    ClearOthers(kNodeFields, node->name(), node);
    for (v1::ScorecardMilestone& milestone : *node->mutable_milestones()) {
      ClearOthers(kMilestoneFields, node->name(), &milestone);
    }
    for (v1::StatusCap& cap : *node->mutable_caps()) {
      if (!HasIndicator(*node, cap.part()) || !IsWithheld(cap.part())) continue;
      cap.clear_part();
      cap.clear_slice();
    }
    auto& indicators = *node->mutable_indicators();
    for (v1::ScorecardIndicator& indicator : indicators) {
      if (IsWithheld(indicator.indicator())) {
        Add(&indicators_, indicator.indicator(), kIndicators, node->name())
            ->set_indicator(indicator.indicator());
      } else if (!indicator.reason_detail().empty()) {
        // An operand may be no public indicator.
        indicator.clear_reason_detail();
        Add(&fields_, "reason_detail", "reason_detail", node->name());
      }
    }
    indicators.erase(std::remove_if(indicators.begin(), indicators.end(),
                                    [&](const v1::ScorecardIndicator& indicator) {
                                      return IsWithheld(indicator.indicator());
                                    }),
                     indicators.end());
    for (v1::ScorecardNode& child : *node->mutable_children()) ApplyTo(&child);
  }

  static bool HasIndicator(const v1::ScorecardNode& node, const std::string& name) {
    return std::any_of(node.indicators().begin(), node.indicators().end(),
                       [&](const auto& indicator) { return indicator.indicator() == name; });
  }

  // Clears the fields that are set and not among `known`.
  void ClearOthers(absl::Span<const std::string_view> known, const std::string& element,
                   Message* message) {
    std::vector<const FieldDescriptor*> set;
    message->GetReflection()->ListFields(*message, &set);
    for (const FieldDescriptor* field : set) {
      if (std::find(known.begin(), known.end(), field->name()) != known.end()) continue;
      message->GetReflection()->ClearField(message, field);
      Add(&fields_, field->name(), field->name(), element);
    }
    message->DiscardUnknownFields();
  }

  // Each element once.
  static v1::WithheldPart* Add(Groups* groups, const std::string& key, std::string_view field,
                               const std::string& element) {
    v1::WithheldPart* const part = &(*groups)[key];
    part->set_field(std::string(field));
    const auto& elements = part->elements();
    if (elements.empty() || elements.Get(elements.size() - 1) != element) {
      part->add_elements(element);
    }
    return part;
  }

  const absl::FunctionRef<bool(const std::string&)> is_public_;
  Groups indicators_;
  Groups fields_;
};

}  // namespace

std::vector<v1::WithheldPart> Withhold(
    absl::FunctionRef<bool(const std::string& indicator)> is_public, v1::ScorecardResult* result) {
  Withholding withholding(is_public);
  withholding.Apply(result);
  return std::move(withholding).Parts();
}

}  // namespace athena::reporting
