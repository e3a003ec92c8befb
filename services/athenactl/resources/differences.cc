#include "services/athenactl/resources/differences.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator.pb.h"
#include "athena/indicator/v1/target.pb.h"
#include "athena/plan/v1/decision.pb.h"
#include "athena/plan/v1/institution.pb.h"
#include "athena/plan/v1/plan.pb.h"
#include "athena/plan/v1/risk.pb.h"
#include "libs/fields/fields.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace indicator = athena::indicator::v1;
namespace plan = athena::plan::v1;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The defaults that the contracts give to what is not said.

void Complete(plan::Institution& institution) {
  if (institution.time_zone().empty()) institution.set_time_zone("Europe/Brussels");
  if (!institution.has_report_delay_days()) institution.set_report_delay_days(14);
}

void Complete(plan::Plan& plan) {
  if (plan.score_basis() == plan::Plan::SCORE_BASIS_UNSPECIFIED) {
    plan.set_score_basis(plan::Plan::SCORE_BASIS_QUARTER);
  }
  if (plan.missing_policy() == plan::Plan::MISSING_POLICY_UNSPECIFIED) {
    plan.set_missing_policy(plan::Plan::MISSING_POLICY_IGNORE);
  }
  if (!plan.has_min_coverage()) plan.set_min_coverage(0.5);
}

void Complete(plan::Element& element) {
  if (!element.has_weight()) element.set_weight(1);
  if (!element.has_delivery_weight()) element.set_delivery_weight(1);
  if (element.state() == plan::Element::STATE_UNSPECIFIED) {
    element.set_state(plan::Element::STATE_PLANNED);
  }
  for (plan::IndicatorLink& link : *element.mutable_indicators()) {
    if (!link.has_weight()) link.set_weight(1);
  }
  for (plan::Milestone& milestone : *element.mutable_milestones()) {
    fields::ClearOutputOnly(&milestone);
  }
}

void Complete(plan::Risk& risk) {
  if (risk.state() == plan::Risk::STATE_UNSPECIFIED) risk.set_state(plan::Risk::STATE_OPEN);
}

void Complete(plan::Decision& decision) {
  if (decision.state() == plan::Decision::STATE_UNSPECIFIED) {
    decision.set_state(plan::Decision::STATE_OPEN);
  }
  // The service's own.
  for (plan::FollowUpNote& note : *decision.mutable_notes()) note.clear_author();
}

void Complete(indicator::Indicator& it) {
  using indicator::Indicator;
  if (it.classification() == Indicator::CLASSIFICATION_UNSPECIFIED) {
    it.set_classification(Indicator::CLASSIFICATION_INTERNAL);
  }
  if (!it.has_reporting_delay_days()) it.set_reporting_delay_days(14);
  if (it.kind() == Indicator::KIND_FORMULA) {
    if (it.operand_alignment() == Indicator::OPERAND_ALIGNMENT_UNSPECIFIED) {
      it.set_operand_alignment(Indicator::OPERAND_ALIGNMENT_COMMON_CELLS);
    }
    return;
  }
  if (it.group_aggregation() == Indicator::GROUP_AGGREGATION_UNSPECIFIED) {
    it.set_group_aggregation(Indicator::GROUP_AGGREGATION_NONE);
  }
  if (it.missing_policy() == Indicator::MISSING_POLICY_UNSPECIFIED) {
    const bool adds = it.time_aggregation() == Indicator::TIME_AGGREGATION_SUM ||
                      it.time_aggregation() == Indicator::TIME_AGGREGATION_COUNT ||
                      it.group_aggregation() == Indicator::GROUP_AGGREGATION_SUM;
    it.set_missing_policy(adds ? Indicator::MISSING_POLICY_STRICT
                               : Indicator::MISSING_POLICY_PARTIAL);
  }
  if (!it.has_min_coverage()) it.set_min_coverage(0.5);
}

void Complete(indicator::Target& target) {
  if (target.interpolation() == indicator::Target::INTERPOLATION_UNSPECIFIED) {
    target.set_interpolation(indicator::Target::INTERPOLATION_LINEAR);
  }
}

template <typename Resource>
bool CompleteAs(Message& resource) {
  if (resource.GetDescriptor() != Resource::descriptor()) return false;
  Complete(static_cast<Resource&>(resource));
  return true;
}

std::unique_ptr<Message> Completed(const Message& resource) {
  std::unique_ptr<Message> copy(resource.New());
  copy->CopyFrom(resource);
  static_cast<void>(CompleteAs<plan::Institution>(*copy) || CompleteAs<plan::Plan>(*copy) ||
                    CompleteAs<plan::Element>(*copy) || CompleteAs<plan::Risk>(*copy) ||
                    CompleteAs<plan::Decision>(*copy) || CompleteAs<indicator::Indicator>(*copy) ||
                    CompleteAs<indicator::Target>(*copy));
  return copy;
}

// The value of a field as compact JSON.
std::string ValueOf(const std::string& name, const Message& resource) {
  constexpr int kMostColumns = 200;
  const Descriptor& type = *resource.GetDescriptor();
  const std::unique_ptr<Message> alone(resource.New());
  alone->CopyFrom(resource);
  for (int at = 0; at < type.field_count(); ++at) {
    if (type.field(at)->name() == name) continue;
    alone->GetReflection()->ClearField(alone.get(), type.field(at));
  }
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(*alone, &json).ok()) return "?";
  const size_t colon = json.find(':');
  if (colon == std::string::npos) return "nothing";
  return Cut(Printable(json.substr(colon + 1, json.size() - colon - 2)), kMostColumns);
}

}  // namespace

bool IsFixed(const FieldDescriptor& field) {
  return fields::IsOutputOnly(&field) || field.name() == "name" ||
         (field.name() == "indicator" &&
          field.containing_type() == indicator::Target::descriptor());
}

std::vector<std::string> Differences(const Message& wanted, const Message& present) {
  const Descriptor& type = *wanted.GetDescriptor();
  std::vector<std::string> fields;
  for (int at = 0; at < type.field_count(); ++at) fields.push_back(type.field(at)->name());
  return DifferencesIn(fields, *Completed(wanted), *Completed(present));
}

std::vector<std::string> DifferencesIn(const std::vector<std::string>& fields,
                                       const Message& wanted, const Message& present) {
  const Descriptor& type = *wanted.GetDescriptor();
  std::vector<const FieldDescriptor*> differing;
  for (const std::string& name : fields) {
    const FieldDescriptor* field = type.FindFieldByName(name);
    if (field == nullptr || IsFixed(*field)) continue;
    google::protobuf::util::MessageDifferencer differencer;
    if (!differencer.CompareWithFields(wanted, present, {field}, {field})) {
      differing.push_back(field);
    }
  }
  std::sort(
      differing.begin(), differing.end(),
      [](const FieldDescriptor* x, const FieldDescriptor* y) { return x->number() < y->number(); });
  std::vector<std::string> names;
  for (const FieldDescriptor* field : differing) names.push_back(field->name());
  return names;
}

std::vector<std::string> FieldChanges(const std::vector<std::string>& fields,
                                      const Message& present, const Message& wanted) {
  std::vector<std::string> changes;
  for (const std::string& field : fields) {
    changes.push_back(
        absl::StrCat(field, ": from ", ValueOf(field, present), " to ", ValueOf(field, wanted)));
  }
  return changes;
}

}  // namespace athena::athenactl
