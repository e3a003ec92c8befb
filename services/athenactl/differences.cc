#include "services/athenactl/differences.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "athena/indicator/v1/indicator.pb.h"
#include "athena/indicator/v1/target.pb.h"
#include "athena/plan/v1/institution.pb.h"
#include "athena/plan/v1/plan.pb.h"

namespace athena::athenactl {
namespace {

namespace indicator = athena::indicator::v1;
namespace plan = athena::plan::v1;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::array<std::string_view, 14> kOutputOnly = {
    "name",        "etag",          "revision",   "create_time",
    "update_time", "activate_time", "close_time", "end_date_at_activation",
    "version",     "set_time",      "set_by",     "reason",
    "retired_on",
    "indicator",  // of a Target: its name, as it were
};

bool Counts(const Message& resource, const FieldDescriptor& field) {
  // The state of an element is the planner's, that of a plan or an indicator the service's.
  if (field.name() == "state") {
    return resource.GetDescriptor() == plan::Element::descriptor();
  }
  return std::find(kOutputOnly.begin(), kOutputOnly.end(), field.name()) == kOutputOnly.end();
}

// The defaults that the contracts give to what is not said.

void Complete(plan::Institution& institution) {
  if (institution.time_zone().empty()) institution.set_time_zone("Europe/Brussels");
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
  if (element.state() == plan::Element::STATE_UNSPECIFIED) {
    element.set_state(plan::Element::STATE_PLANNED);
  }
  for (plan::IndicatorLink& link : *element.mutable_indicators()) {
    if (!link.has_weight()) link.set_weight(1);
  }
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
                    CompleteAs<plan::Element>(*copy) || CompleteAs<indicator::Indicator>(*copy) ||
                    CompleteAs<indicator::Target>(*copy));
  return copy;
}

}  // namespace

std::vector<std::string> Differences(const Message& wanted, const Message& present) {
  const std::unique_ptr<Message> a = Completed(wanted);
  const std::unique_ptr<Message> b = Completed(present);
  const Descriptor& descriptor = *a->GetDescriptor();
  std::vector<const FieldDescriptor*> differing;
  for (int at = 0; at < descriptor.field_count(); ++at) {
    const FieldDescriptor* field = descriptor.field(at);
    if (!Counts(*a, *field)) continue;
    google::protobuf::util::MessageDifferencer differencer;
    if (!differencer.CompareWithFields(*a, *b, {field}, {field})) differing.push_back(field);
  }
  std::sort(
      differing.begin(), differing.end(),
      [](const FieldDescriptor* x, const FieldDescriptor* y) { return x->number() < y->number(); });
  std::vector<std::string> names;
  for (const FieldDescriptor* field : differing) names.push_back(field->name());
  return names;
}

}  // namespace athena::athenactl
