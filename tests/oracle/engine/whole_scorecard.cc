#include "tests/oracle/engine/whole_scorecard.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "services/indicator/testing/oracle_case.h"
#include "services/reporting/reading/period_values.h"
#include "services/reporting/scorecards/messages/scorecard_message.h"
#include "services/reporting/scorecards/scored_plan.h"
#include "tests/oracle/engine/plan_tree.h"

namespace athena::oracle {
namespace {

using common::v1::Number;
using indicator::testing::OracleSelection;
using indicator::v1::QueryPeriodValuesResponse;
using reporting::v1::Assessment;
using reporting::v1::Delivery;
using reporting::v1::Growth;
using reporting::v1::Measurement;
using reporting::v1::NodeBudget;
using reporting::v1::NotApplicableCounts;
using reporting::v1::ScorecardIndicator;
using reporting::v1::ScorecardNode;
using reporting::v1::StatusCap;

// --- From the case to the message

// The selections of the tree, in its order, by the ids of the case.
std::vector<OracleSelection> SelectionsOf(const reporting::PlanTree& tree) {
  indicator::v1::QueryPeriodValuesRequest request;
  request.ParseFromString(*tree.selections);
  std::vector<OracleSelection> selections;
  for (const indicator::v1::Selection& selection : request.selections()) {
    const std::string& name = selection.indicator();
    selections.push_back(
        {name.substr(name.rfind('/') + 1), {selection.slice().begin(), selection.slice().end()}});
  }
  return selections;
}

reporting::ValuesByPeriod ValuesOf(const Json& json, const reporting::PlanTree& tree) {
  if (tree.keys.empty()) return {};
  auto part = std::make_shared<reporting::OnArena<QueryPeriodValuesResponse>>();
  *part->get() = indicator::testing::AnswerOracleCase(json, SelectionsOf(tree));
  return reporting::MergeValues({std::move(part)}, tree.keys.size(),
                                {PeriodIn(json, "quarter")->ToString()}, {})
      .value();
}

reporting::v1::ScorecardResult ResultOf(const Json& json) {
  const std::shared_ptr<const reporting::PlanTree> tree = PlanTreeOf(json);
  const auto scored =
      reporting::ScorePlan({.scored = *PeriodIn(json, "quarter")}, true, *DayIn(json, "date"), tree,
                           ValuesOf(json, *tree), nullptr, [] { return absl::OkStatus(); });
  reporting::Presentation presentation;
  presentation.full = true;
  return reporting::ResultMessage(*scored.value(), presentation).value();
}

// --- From the message to the oracle's form

// `name` without the prefix of its enumeration; null for the unspecified one.
Json Enumerator(const std::string& name, const std::string& prefix) {
  const std::string own(absl::StripPrefix(name, prefix));
  return own == "UNSPECIFIED" ? Json() : Json(own);
}

Json StatusJson(reporting::v1::ScorecardStatus status) {
  return Enumerator(reporting::v1::ScorecardStatus_Name(status), "SCORECARD_STATUS_");
}

Json ReasonJson(reporting::v1::ScorecardReason reason) {
  if (reason == reporting::v1::SCORECARD_REASON_MISSING_PART) return "STRICT";
  return Enumerator(reporting::v1::ScorecardReason_Name(reason), "SCORECARD_REASON_");
}

// The oracle's names where they are others.
Json Renamed(Json name, const std::map<std::string, std::string>& names) {
  if (name.is_null()) return name;
  const auto found = names.find(name.get<std::string>());
  return found == names.end() ? name : Json(found->second);
}

Json NumberJson(bool has, const Number& number) { return has ? Json(number.decimal()) : Json(); }

template <typename Message>
Json ScoreJson(const Message& message) {
  return {{"status", StatusJson(message.status())},
          {"reason", ReasonJson(message.reason())},
          {"score", NumberJson(message.has_score(), message.score())}};
}

template <typename Message>
Json LastStoodJson(const Message& message) {
  return message.has_as_last_stood() ? ScoreJson(message.as_last_stood()) : ScoreJson(message);
}

void PutThresholds(const Assessment& assessment, Json* json) {
  if (assessment.has_low()) {
    (*json)["low"] = assessment.low().decimal();
    (*json)["high"] = assessment.high().decimal();
    (*json)["red_low"] = assessment.red_low().decimal();
    (*json)["red_high"] = assessment.red_high().decimal();
    return;
  }
  (*json)["target"] = NumberJson(assessment.has_target(), assessment.target());
  (*json)["red"] = NumberJson(assessment.has_red_flag(), assessment.red_flag());
}

bool HasThresholds(const Assessment& assessment) {
  return assessment.has_target() || assessment.has_low();
}

Json AgainstJson(const Assessment& assessment, int current_version) {
  Json json = {{"version", assessment.version()},
               {"is_current", current_version > 0 && assessment.version() == current_version},
               {"score", NumberJson(assessment.has_score(), assessment.score())},
               {"status", assessment.has_score() ? StatusJson(assessment.status()) : Json()}};
  PutThresholds(assessment, &json);
  return json;
}

Json GrowthJson(const Growth& growth) {
  if (growth.reason() == Growth::REASON_NO_TARGET) return nullptr;
  return {{"class", Renamed(Enumerator(Growth::Class_Name(growth.growth_class()), "CLASS_"),
                            {{"MODERATE", "ACCELERATE"},
                             {"INSUFFICIENT", "LIMITED"},
                             {"MOVING_AWAY", "DETERIORATION"}})},
          {"reason", Renamed(Enumerator(Growth::Reason_Name(growth.reason()), "REASON_"),
                             {{"NO_GROWTH", "NO_GROWTH_REQUIRED"}})},
          {"p", NumberJson(growth.has_ratio(), growth.ratio())},
          {"score", NumberJson(growth.has_score(), growth.score())}};
}

Json BudgetJson(const NodeBudget& budget) {
  const auto number = [](bool has, const Number& amount) { return NumberJson(has, amount); };
  return {
      {"commitment_initial", number(budget.has_commitment_initial(), budget.commitment_initial())},
      {"commitment_adjusted",
       number(budget.has_commitment_adjusted(), budget.commitment_adjusted())},
      {"payment_initial", number(budget.has_payment_initial(), budget.payment_initial())},
      {"payment_adjusted", number(budget.has_payment_adjusted(), budget.payment_adjusted())},
      {"committed", number(budget.has_committed(), budget.committed())},
      {"paid", number(budget.has_paid(), budget.paid())},
      {"commitment_execution",
       number(budget.has_commitment_execution(), budget.commitment_execution())},
      {"payment_execution", number(budget.has_payment_execution(), budget.payment_execution())},
      {"lines", budget.lines()},
      {"incomplete", budget.incomplete_lines()},
      {"timing", Enumerator(NodeBudget::Timing_Name(budget.timing()), "TIMING_")}};
}

Json YearToDateJson(const ScorecardIndicator& link) {
  if (!link.has_year_to_date()) return nullptr;
  const Measurement& measured = link.year_to_date();
  Json json = {
      {"value", NumberJson(measured.has_value(), measured.value())},
      {"reason", ReasonJson(measured.reason())},
      {"coverage", NumberJson(measured.coverage().has_share(), measured.coverage().share())}};
  PutThresholds(measured.has_current()               ? measured.current()
                : HasThresholds(measured.original()) ? measured.original()
                                                     : measured.ended(),
                &json);
  return json;
}

void PutMeasured(const ScorecardIndicator& link, Json* json) {
  const Measurement& measured =
      link.scored_year_to_date() ? link.year_to_date() : link.period_result();
  Json& row = *json;
  row["value"] = NumberJson(measured.has_value(), measured.value());
  row["value_reason"] = ReasonJson(measured.reason());
  const std::string& operand = link.reason_detail();
  row["operand"] = nullptr;
  if (!operand.empty()) {
    row["operand"] = {{"indicator", operand.substr(0, operand.find('{'))},
                      {"reason", ReasonJson(link.operand_reason())}};
  }
  row["provisional"] = measured.provisional();
  row["judged"] = measured.judged();
  row["sub_periods"] = measured.all();
  row["present"] = measured.coverage().present();
  row["expected"] = measured.coverage().expected();
  row["not_expected"] = measured.not_expected();
  row["coverage"] = NumberJson(measured.coverage().has_share(), measured.coverage().share());
  row["gap"] = NumberJson(measured.current().has_gap(), measured.current().gap());
  row["progress"] = NumberJson(link.detail().has_progress(), link.detail().progress());
  row["pace"] = NumberJson(link.detail().has_pace(), link.detail().pace());
  row["growth"] = GrowthJson(link.detail().growth());
  row["so_far"] = nullptr;
  if (link.has_so_far()) {
    row["so_far"] = {{"period", link.so_far().period()},
                     {"value", link.so_far().value().decimal()}};
  }
  row["year_to_date"] = YearToDateJson(link);
}

Json LinkJson(const ScorecardIndicator& link, const Json& expected) {
  Json row = expected;  // trends, and the value of what is held last
  row.update(ScoreJson(link));
  if (link.reason() == reporting::v1::SCORECARD_REASON_INDICATOR_NOT_READABLE ||
      link.direction() == ScorecardIndicator::DIRECTION_UNSPECIFIED) {
    for (const char* shown : {"E", "value"}) row.erase(shown);
    return row;
  }
  const Measurement& measured =
      link.scored_year_to_date() ? link.year_to_date() : link.period_result();
  const int current_version = link.detail().target_version();
  row["E"] = link.evaluation_period();
  for (const char* name : {"target", "red", "low", "high", "red_low", "red_high"}) row.erase(name);
  PutThresholds(measured.current(), &row);
  row["original"] =
      measured.has_original() ? AgainstJson(measured.original(), current_version) : Json();
  row["added_after_activation"] = link.target_added_after_activation();
  row["as_last_stood"] = LastStoodJson(link);
  if (link.reason() == reporting::v1::SCORECARD_REASON_NOT_BEGUN) return row;
  row["ended_against"] = nullptr;
  const Assessment& against =
      HasThresholds(measured.original()) ? measured.original() : measured.ended();
  if (!HasThresholds(measured.current()) && HasThresholds(against)) {
    row["ended_against"] = AgainstJson(against, current_version);
  }
  PutMeasured(link, &row);
  return row;
}

std::string LinkName(const std::string& indicator,
                     const google::protobuf::Map<std::string, std::string>& slice) {
  const std::map<std::string, std::string> sorted(slice.begin(), slice.end());
  std::string codes;
  for (const auto& [dimension, code] : sorted) {
    absl::StrAppend(&codes, codes.empty() ? "" : ",", dimension, "=", code);
  }
  return absl::StrCat(indicator.substr(indicator.rfind('/') + 1),
                      codes.empty() ? "" : absl::StrCat("{", codes, "}"));
}

// In the oracle's order: elements, then links and milestones as they stand in the case.
Json CapsJson(const ScorecardNode& node, const Json& expected_links) {
  std::map<std::string, int> place;
  for (const Json& link : expected_links) {
    place.emplace(link.at("link").get<std::string>(), static_cast<int>(place.size()));
  }
  std::vector<std::pair<std::pair<int, int>, Json>> caps;
  for (const StatusCap& cap : node.caps()) {
    Json json = {{"changed", cap.changed_status()}};
    json["reason"] = cap.cause() == StatusCap::CAUSE_PART_RED             ? "RED"
                     : cap.cause() == StatusCap::CAUSE_PART_WITHOUT_SCORE ? "NO_SCORE"
                                                                          : "MISSED";
    std::pair<int, int> rank;
    if (cap.cause() == StatusCap::CAUSE_MILESTONE_MISSED) {
      json["kind"] = "MILESTONE";
      json["name"] = cap.milestone();
      rank = {2, std::stoi(cap.milestone())};
    } else if (cap.part().find("/indicators/") != std::string::npos) {
      json["kind"] = "LINK";
      json["name"] = LinkName(cap.part(), cap.slice());
      rank = {1, place.at(json["name"].get<std::string>())};
    } else {
      json["kind"] = "ELEMENT";
      const auto child =
          std::find_if(node.children().begin(), node.children().end(),
                       [&cap](const ScorecardNode& one) { return one.name() == cap.part(); });
      json["name"] = child->code();
      rank = {0, static_cast<int>(child - node.children().begin())};
    }
    caps.emplace_back(rank, json);
  }
  std::sort(caps.begin(), caps.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  Json json = Json::array();
  for (const auto& [rank, cap] : caps) json.push_back(cap);
  return json;
}

Json NotApplicableJson(const NotApplicableCounts& counts) {
  Json json = Json::object();
  const auto put = [&json](const char* name, int count) {
    if (count > 0) json[name] = count;
  };
  put("NO_TARGET", counts.no_target());
  put("TARGET_ENDED", counts.target_ended());
  put("CANCELLED", counts.cancelled());
  put("DEFERRED", counts.deferred());
  put("NO_DATA", counts.no_data());
  put("NOT_DUE", counts.not_due());
  return json;
}

Json DeliveryJson(const Delivery& delivery) {
  Json json = ScoreJson(delivery);
  json["scored_by"] = Enumerator(Delivery::ScoredBy_Name(delivery.scored_by()), "SCORED_BY_");
  json["p"] = NumberJson(delivery.has_ratio(), delivery.ratio());
  json["past_end"] = Renamed(Enumerator(Delivery::PastEnd_Name(delivery.past_end()), "PAST_END_"),
                             {{"YES", "PAST_END"}, {"LONG", "LONG_PAST_END"}});
  json["percent"] = NumberJson(delivery.has_percent_complete(), delivery.percent_complete());
  json["report_state"] = nullptr;
  if (delivery.has_percent_complete()) {
    json["report_state"] = delivery.report_validated() ? "VALIDATED" : "SUBMITTED";
  }
  json["carried"] = delivery.report_carried();
  return json;
}

Json NodeJson(const ScorecardNode& node, const Json& expected) {
  Json json = ScoreJson(node);
  json["code"] = node.code();
  json["coverage"] = NumberJson(node.coverage().has_share(), node.coverage().share());
  json["caps"] = CapsJson(node, expected.at("links"));
  json["not_applicable"] = NotApplicableJson(node.not_applicable_parts());
  json["as_last_stood"] = LastStoodJson(node);
  json["delivery"] = node.has_delivery() ? DeliveryJson(node.delivery()) : Json();
  json["budget"] = node.has_budget() ? BudgetJson(node.budget()) : Json();
  json["cost"] = nullptr;
  if (node.budget().has_cost_per_unit()) {
    const reporting::v1::CostPerUnit& cost = node.budget().cost_per_unit();
    json["cost"] = {
        {"cost", NumberJson(cost.has_cost(), cost.cost())},
        {"reason", Enumerator(reporting::v1::CostPerUnit::Reason_Name(cost.reason()), "REASON_")}};
  } else if (!node.has_budget()) {
    json["cost"] = expected.at("cost");  // is told with a budget alone
  }
  json["trend"] = expected.at("trend");
  json["trend_year"] = expected.at("trend_year");
  std::map<std::string, const ScorecardIndicator*> links;
  for (const ScorecardIndicator& link : node.indicators()) {
    links[LinkName(link.indicator(), link.slice())] = &link;
  }
  json["links"] = Json::array();
  for (const Json& link : expected.at("links")) {
    json["links"].push_back(LinkJson(*links.at(link.at("link").get<std::string>()), link));
  }
  json["children"] = Json::array();
  for (int i = 0; i < node.children_size(); ++i) {
    json["children"].push_back(
        NodeJson(node.children(i), expected.at("children").at(static_cast<size_t>(i))));
  }
  return json;
}

// The code of an element, as ElementName has it.
std::string CodeOf(const std::string& element) {
  return absl::StrReplaceAll(element.substr(element.rfind("/e") + 2), {{"-", "."}});
}

Json OwnerUnitsJson(const reporting::v1::ScorecardResult& result) {
  Json units = Json::array();
  for (const reporting::v1::UnitScore& unit : result.owner_units()) {
    Json json = ScoreJson(unit.score());
    json["unit"] = unit.unit();
    json["coverage"] =
        NumberJson(unit.score().coverage().has_share(), unit.score().coverage().share());
    json["capped"] = unit.capped();
    json["counts"] = Json::object();
    const auto put = [&json](const char* name, int count) {
      if (count > 0) json["counts"][name] = count;
    };
    put("GREEN", unit.action_counts().green());
    put("AMBER", unit.action_counts().amber());
    put("RED", unit.action_counts().red());
    put("NO_SCORE", unit.action_counts().no_score());
    put("NOT_APPLICABLE", unit.action_counts().not_applicable());
    json["actions"] = Json::array();
    for (const std::string& action : unit.actions()) json["actions"].push_back(CodeOf(action));
    units.push_back(std::move(json));
  }
  return units;
}

}  // namespace

Json WholeScorecardOf(const Json& json, const Json& expected) {
  if (expected.contains("error")) return expected;
  const reporting::v1::ScorecardResult result = ResultOf(json);
  return {{"date", expected.at("date")},
          {"quarter", result.period()},
          {"plan", NodeJson(result.root(), expected.at("plan"))},
          {"owner_units", OwnerUnitsJson(result)}};
}

}  // namespace athena::oracle
