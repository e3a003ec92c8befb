#include "tests/oracle/engine/plan_tree.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/fields/fields.h"

namespace athena::oracle {
namespace {

using plan::v1::Element;
using plan::v1::Plan;
using plan::v1::ProgressReport;

constexpr char kInstitution[] = "institutions/oracle";
constexpr char kPlan[] = "institutions/oracle/plans/plan";

void PutDay(const Json& json, const char* name, common::v1::Date* (Element::*field)(),
            Element* element) {
  const std::optional<absl::CivilDay> day = DayIn(json, name);
  if (day.has_value()) *(element->*field)() = fields::DateOf(*day);
}

Plan PlanMessage(const Json& json) {
  Plan plan;
  plan.set_name(kPlan);
  plan.set_first_quarter(Period::Containing(Frequency::kQuarter, *DayIn(json, "start")).ToString());
  plan.set_last_quarter(Period::Containing(Frequency::kQuarter, *DayIn(json, "end")).ToString());
  const std::string policy = json.value("missing_parts", "IGNORE");
  plan.set_missing_policy(policy == "STRICT" ? Plan::MISSING_POLICY_STRICT
                          : policy == "ZERO" ? Plan::MISSING_POLICY_ZERO
                                             : Plan::MISSING_POLICY_IGNORE);
  if (json.value("score_basis", "QUARTER") == "YEAR_TO_DATE") {
    plan.set_score_basis(Plan::SCORE_BASIS_YEAR_TO_DATE);
  }
  if (const auto least = NumberIn(json, "min_coverage")) plan.set_min_coverage(least->ToDouble());
  if (const auto from = PeriodIn(json, "progress_expected_from")) {
    plan.set_progress_expected_from(from->ToString());
  }
  return plan;
}

std::string ElementName(const std::string& code) {
  return absl::StrCat(kPlan, "/elements/e", absl::StrReplaceAll(code, {{".", "-"}}));
}

Element ElementMessage(const Json& json) {
  Element element;
  const std::string code = json["code"].get<std::string>();
  element.set_name(ElementName(code));
  element.set_code(code);
  element.set_kind(json.value("kind", "OBJECTIVE") == "ACTION" ? Element::KIND_ACTION
                                                               : Element::KIND_OBJECTIVE);
  if (const auto weight = NumberIn(json, "weight")) element.set_weight(weight->ToDouble());
  if (const auto weight = NumberIn(json, "delivery_weight")) {
    element.set_delivery_weight(weight->ToDouble());
  }
  element.set_critical(json.value("critical", false));
  element.set_owner_unit(json.value("owner", ""));
  PutDay(json, "start", &Element::mutable_start_date, &element);
  PutDay(json, "end", &Element::mutable_end_date, &element);
  PutDay(json, "completed_on", &Element::mutable_completed_on, &element);
  PutDay(json, "deferred_on", &Element::mutable_deferred_on, &element);
  PutDay(json, "resumed_on", &Element::mutable_resumed_on, &element);
  PutDay(json, "cancelled_on", &Element::mutable_cancelled_on, &element);
  for (const Json& one : json.value("milestones", Json::array())) {
    plan::v1::Milestone& milestone = *element.add_milestones();
    milestone.set_id(std::to_string(element.milestones_size() - 1));
    *milestone.mutable_due_date() = fields::DateOf(*DayIn(one, "due"));
    if (const auto done = DayIn(one, "done_on"))
      *milestone.mutable_done_date() = fields::DateOf(*done);
    if (const auto withdrawn = DayIn(one, "withdrawn_on")) {
      *milestone.mutable_withdrawn_on() = fields::DateOf(*withdrawn);
    }
    milestone.set_critical(one.value("critical", false));
  }
  for (const Json& one : json.value("links", Json::array())) {
    plan::v1::IndicatorLink& link = *element.add_indicators();
    link.set_indicator(
        absl::StrCat(kInstitution, "/indicators/", one["indicator"].get<std::string>()));
    const Json slice = one.value("slice", Json::object());
    for (const auto& [dimension, code_of_slice] : slice.items()) {
      (*link.mutable_slice())[dimension] = code_of_slice.get<std::string>();
    }
    if (const auto weight = NumberIn(one, "weight")) link.set_weight(weight->ToDouble());
    link.set_critical(one.value("critical", false));
    link.set_output(one.value("output", false));
  }
  return element;
}

void AddReports(const Json& json, const std::string& element,
                plan::v1::GetPlanTreeResponse* response) {
  for (const Json& one : json) {
    ProgressReport& report = *response->add_progress_reports();
    const std::string quarter = one["quarter"].get<std::string>();
    report.set_name(absl::StrCat(element, "/progressReports/", quarter));
    report.set_quarter(quarter);
    ProgressReport::State state;
    if (ProgressReport::State_Parse("STATE_" + one["state"].get<std::string>(), &state)) {
      report.set_state(state);
    }
    report.set_percent_complete(NumberIn(one, "percent")->ToDouble());
  }
}

void AddElements(const Json& json, const std::string& parent,
                 plan::v1::GetPlanTreeResponse* response) {
  for (const Json& one : json) {
    Element element = ElementMessage(one);
    element.set_parent_element(parent);
    const std::string name = element.name();
    *response->add_elements() = std::move(element);
    AddReports(one.value("reports", Json::array()), name, response);
    AddElements(one.value("children", Json::array()), name, response);
  }
}

// Amounts have at most two decimals.
void PutAmount(const Json& json, const char* name,
               common::v1::Money* (plan::v1::BudgetAmounts::*field)(),
               plan::v1::BudgetAmounts* amounts) {
  const std::optional<Decimal> amount = NumberIn(json, name);
  if (!amount.has_value()) return;
  const Int128 nanos = amount->units() / 1'000;
  (amounts->*field)()->set_units(static_cast<int64_t>(nanos / 1'000'000'000));
  (amounts->*field)()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
}

void AddBudget(const Json& json, Period quarter, plan::v1::GetPlanTreeResponse* response) {
  using plan::v1::BudgetAmounts;
  for (const Json& one : json) {
    plan::v1::BudgetLine& line = *response->add_budget_lines();
    const std::string id = absl::StrCat("l", response->budget_lines_size());
    line.set_name(absl::StrCat(kInstitution, "/budgetLines/", id));
    line.set_year(static_cast<int>(quarter.FirstDay().year()));
    for (const auto& [code, share] : one["shares"].items()) {
      plan::v1::BudgetShare& message = *line.add_shares();
      message.set_element(ElementName(code));
      message.set_share(Decimal::Parse(share.get<std::string>()).value().ToDouble());
    }
    if (one["amounts"].empty()) continue;
    BudgetAmounts& row = *response->add_budget_amounts();
    row.set_budget_line(id);
    row.set_quarter(quarter.ToString());
    const Json& amounts = one["amounts"];
    PutAmount(amounts, "commitment_initial", &BudgetAmounts::mutable_commitment_initial, &row);
    PutAmount(amounts, "commitment_adjusted", &BudgetAmounts::mutable_commitment_adjusted, &row);
    PutAmount(amounts, "payment_initial", &BudgetAmounts::mutable_payment_initial, &row);
    PutAmount(amounts, "payment_adjusted", &BudgetAmounts::mutable_payment_adjusted, &row);
    PutAmount(amounts, "committed", &BudgetAmounts::mutable_committed, &row);
    PutAmount(amounts, "paid", &BudgetAmounts::mutable_paid, &row);
  }
}

}  // namespace

std::shared_ptr<const reporting::PlanTree> PlanTreeOf(const Json& json) {
  auto part = std::make_shared<reporting::OnArena<plan::v1::GetPlanTreeResponse>>();
  plan::v1::GetPlanTreeResponse& response = *part->get();
  plan::v1::Institution& institution = *response.mutable_header()->mutable_institution();
  institution.set_name(kInstitution);
  const Json of_institution = json.value("institution", Json::object());
  if (of_institution.contains("report_delay_days")) {
    institution.set_report_delay_days(of_institution["report_delay_days"].get<int>());
  }
  *response.mutable_header()->mutable_plan() = PlanMessage(json["plan"]);
  AddElements(json["plan"].value("elements", Json::array()), "", &response);
  AddBudget(json["plan"].value("budget_lines", Json::array()), *PeriodIn(json, "quarter"),
            &response);
  return reporting::MakePlanTree({std::move(part)}).value();
}

}  // namespace athena::oracle
