#include "tests/oracle/engine/rules_scorecard.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "services/reporting/rules/figures/owner_units.h"
#include "services/reporting/rules/scoring.h"

namespace athena::oracle {
namespace {

using reporting::Cap;
using reporting::Delivery;
using reporting::Growth;
using reporting::GrowthClass;
using reporting::GrowthReason;
using reporting::Judgement;
using reporting::Link;
using reporting::LinkOutcome;
using reporting::Measured;
using reporting::NodeOutcome;
using reporting::NotApplicableCounts;
using reporting::PastEnd;
using reporting::Reason;
using reporting::Scored;
using reporting::ScoredBy;
using reporting::Status;
using reporting::Thresholds;

// --- Names

Json NameOf(Status status) {
  switch (status) {
    case Status::kGreen:
      return "GREEN";
    case Status::kAmber:
      return "AMBER";
    case Status::kRed:
      return "RED";
    case Status::kNoScore:
      return "NO_SCORE";
    case Status::kNotApplicable:
      return "NOT_APPLICABLE";
  }
  return nullptr;
}

const std::map<std::string, Reason>& Reasons() {
  static const auto* const kReasons = new std::map<std::string, Reason>{
      {"NOT_BEGUN", Reason::kNotBegun},
      {"NOT_DUE", Reason::kNotDue},
      {"OVERDUE", Reason::kOverdue},
      {"NO_TARGET", Reason::kNoTarget},
      {"INCOMPLETE", Reason::kIncomplete},
      {"NOT_ADDITIVE", Reason::kNotAdditive},
      {"DIV0", Reason::kDivisionByZero},
      {"OPERAND", Reason::kOperand},
      {"OVERFLOW", Reason::kOverflow},
      {"INDICATOR_NOT_READABLE", Reason::kNotReadable},
      {"NO_DATA", Reason::kNoData},
      {"COVERAGE", Reason::kCoverage},
      {"NO_WEIGHT", Reason::kNoWeight},
      {"STRICT", Reason::kMissingPart},
      {"NOTHING_EXPECTED", Reason::kNothingExpected},
      {"CANCELLED", Reason::kCancelled},
      {"DEFERRED", Reason::kDeferred},
      {"TARGET_ENDED", Reason::kTargetEnded},
      {"NO_COMMON_CELLS", Reason::kNoCommonCells},
      {"NO_REPORT", Reason::kNoReport},
  };
  return *kReasons;
}

Json NameOf(Reason reason) {
  for (const auto& [name, one] : Reasons()) {
    if (one == reason) return name;
  }
  return nullptr;
}

Json NameOf(GrowthClass growth_class) {
  switch (growth_class) {
    case GrowthClass::kNone:
      return nullptr;
    case GrowthClass::kReached:
      return "REACHED";
    case GrowthClass::kOnTrack:
      return "ON_TRACK";
    case GrowthClass::kModerate:
      return "ACCELERATE";
    case GrowthClass::kInsufficient:
      return "LIMITED";
    case GrowthClass::kMovingAway:
      return "DETERIORATION";
  }
  return nullptr;
}

Json NameOf(GrowthReason reason) {
  switch (reason) {
    case GrowthReason::kNone:
      return nullptr;
    case GrowthReason::kNoTarget:
      return "NO_TARGET";
    case GrowthReason::kNotWholeYears:
      return "NOT_WHOLE_YEARS";
    case GrowthReason::kZero:
      return "ZERO";
    case GrowthReason::kNegative:
      return "NEGATIVE";
    case GrowthReason::kNoGrowth:
      return "NO_GROWTH_REQUIRED";
    case GrowthReason::kOverflow:
      return "OVERFLOW";
  }
  return nullptr;
}

Json NameOf(ScoredBy scored_by) {
  switch (scored_by) {
    case ScoredBy::kNothing:
      return nullptr;
    case ScoredBy::kCompleted:
      return "COMPLETED";
    case ScoredBy::kProgress:
      return "PROGRESS";
    case ScoredBy::kMilestones:
      return "MILESTONES";
  }
  return nullptr;
}

Json NameOf(PastEnd past_end) {
  switch (past_end) {
    case PastEnd::kNo:
      return nullptr;
    case PastEnd::kYes:
      return "PAST_END";
    case PastEnd::kLong:
      return "LONG_PAST_END";
  }
  return nullptr;
}

Json Text(const std::optional<Decimal>& number) {
  return number.has_value() ? Json(number->ToString()) : Json();
}

// --- What the oracle measured

std::optional<Thresholds> ThresholdsIn(const Json& json, reporting::Direction direction) {
  Thresholds thresholds;
  thresholds.direction = direction;
  if (direction == reporting::Direction::kRange) {
    if (!NumberIn(json, "low").has_value()) return std::nullopt;
    thresholds.low = *NumberIn(json, "low");
    thresholds.red_low = *NumberIn(json, "red_low");
    thresholds.high = *NumberIn(json, "high");
    thresholds.red_high = *NumberIn(json, "red_high");
    return thresholds;
  }
  if (!NumberIn(json, "target").has_value()) return std::nullopt;
  thresholds.target = *NumberIn(json, "target");
  thresholds.red = *NumberIn(json, "red");
  return thresholds;
}

Measured ValueIn(const Json& json) {
  Measured measured;
  measured.value = NumberIn(json, "value");
  const Json& reason = json.at("value_reason");
  if (!reason.is_null()) measured.reason = Reasons().at(reason.get<std::string>());
  measured.present = json.at("present").get<int64_t>();
  measured.expected = json.at("expected").get<int64_t>();
  return measured;
}

void Measure(const Json& expected, const LinkContext& context, Link* link) {
  Measured& measured = link->period;
  if (!context.readable) {
    measured.reason = Reason::kNotReadable;
    link->year_to_date = measured;
    return;
  }
  measured = ValueIn(expected);
  measured.judged = expected.at("judged").get<int>();
  measured.all = expected.at("sub_periods").get<int>();
  measured.current = ThresholdsIn(expected, context.direction);
  const Json& original = expected.at("original");
  if (!original.is_null()) measured.original = ThresholdsIn(original, context.direction);
  link->year_to_date = measured;
  const Json& held = expected.at("last_held");
  if (held.is_null()) return;
  link->year_to_date->ended = ThresholdsIn(held, context.direction);
  link->year_to_date_held = ValueIn(held);
  link->year_to_date_held->ended = link->year_to_date->ended;
}

// --- The scorecard

class Writer {
 public:
  Writer(const Case& scored, const reporting::Outcome& outcome)
      : case_(scored), outcome_(outcome), budget_(BudgetOf(scored)) {}

  // `element` -1: the plan. `expected` is the oracle's node.
  Json Node(int element, const Json& expected) const {
    const NodeOutcome& outcome = element < 0 ? outcome_.plan : outcome_.elements[element];
    Json node = ScoreJson(outcome);
    node["code"] = element < 0 ? "" : case_.plan.elements[element].code;
    node["coverage"] = Text(outcome.coverage);
    node["caps"] = CapsJson(element, outcome);
    node["not_applicable"] = NotApplicableJson(outcome.not_applicable);
    node["as_last_stood"] = ScoreJson(outcome.as_last_stood);
    node["delivery"] = outcome.delivery.has_value() ? DeliveryJson(*outcome.delivery) : Json();
    node["budget"] = BudgetJson(element < 0 ? budget_.plan : budget_.elements[element]);
    node["cost"] = expected.at("cost");
    node["trend"] = expected.at("trend");
    node["trend_year"] = expected.at("trend_year");
    node["links"] = Json::array();
    for (size_t i = 0; i < outcome.links.size(); ++i) {
      node["links"].push_back(LinkJson(case_.links[element][i],
                                       case_.plan.elements[element].links[i], outcome.links[i],
                                       expected.at("links").at(i)));
    }
    node["children"] = Json::array();
    for (const int child : outcome.children) {
      node["children"].push_back(Node(child, expected.at("children").at(node["children"].size())));
    }
    return node;
  }

  Json OwnerUnits() const {
    std::map<std::string, int> numbers;
    for (const std::string& owner : case_.owners) numbers.emplace(owner, 0);
    std::vector<std::string> names;
    for (auto& [name, number] : numbers) {
      number = static_cast<int>(names.size());
      names.push_back(name);
    }
    std::vector<int> owners;
    for (const std::string& owner : case_.owners) {
      owners.push_back(owner.empty() ? -1 : numbers[owner]);
    }
    Json units = Json::array();
    for (const reporting::OwnerOutcome& one : ScoreByOwner(case_.plan, outcome_, owners)) {
      Json json = ScoreJson(one);
      json["unit"] = names[one.owner];
      json["coverage"] = Text(one.coverage);
      json["capped"] = one.capped;
      json["counts"] = Json::object();
      json["actions"] = Json::array();
      for (const int action : one.actions) {
        json["actions"].push_back(case_.plan.elements[action].code);
        const Json status = NameOf(outcome_.elements[action].status);
        Json& count = json["counts"][status.get<std::string>()];
        count = count.is_null() ? 1 : count.get<int>() + 1;
      }
      units.push_back(std::move(json));
    }
    return units;
  }

 private:
  static reporting::PlanBudget BudgetOf(const Case& read) {
    std::vector<int> parents;
    for (const reporting::Element& element : read.plan.elements) parents.push_back(element.parent);
    return AddUpBudget(read.budget_lines, parents,
                       reporting::ElapsedOfYear(read.plan.quarter, read.plan.date));
  }

  static Json BudgetJson(const reporting::NodeBudget& budget) {
    if (budget.lines == 0) return nullptr;
    Json json = {{"lines", budget.lines},
                 {"incomplete", budget.incomplete},
                 {"commitment_execution", Text(budget.commitment_execution)},
                 {"payment_execution", Text(budget.payment_execution)}};
    for (size_t i = 0; i < reporting::kAmounts; ++i) {
      json[kAmountNames[i]] = Text(budget.sums.of[i]);
    }
    const char* const timings[] = {nullptr, "BEHIND", "IN_STEP", "AHEAD"};
    const char* const timing = timings[static_cast<size_t>(budget.timing)];
    json["timing"] = timing == nullptr ? Json() : Json(timing);
    return json;
  }

  static Json ScoreJson(const Scored& scored) {
    return {{"status", NameOf(scored.status)},
            {"score", Text(scored.score)},
            {"reason", NameOf(scored.reason)}};
  }

  // In the oracle's order: elements, links and milestones, each as they stand in the case.
  Json CapsJson(int element, const NodeOutcome& outcome) const {
    std::vector<Cap> caps = outcome.caps;
    const auto rank = [&](const Cap& cap) {
      const int place = cap.part == Cap::Part::kElement
                            ? static_cast<int>(std::find(outcome.children.begin(),
                                                         outcome.children.end(), cap.index) -
                                               outcome.children.begin())
                            : cap.index;
      return std::make_tuple(cap.part, place);
    };
    std::sort(caps.begin(), caps.end(),
              [&rank](const Cap& a, const Cap& b) { return rank(a) < rank(b); });
    Json json = Json::array();
    for (const Cap& cap : caps) {
      Json one = {{"changed", cap.changed}};
      one["reason"] = cap.cause == Cap::Cause::kPartRed            ? "RED"
                      : cap.cause == Cap::Cause::kPartWithoutScore ? "NO_SCORE"
                                                                   : "MISSED";
      switch (cap.part) {
        case Cap::Part::kElement:
          one["kind"] = "ELEMENT";
          one["name"] = case_.plan.elements[cap.index].code;
          break;
        case Cap::Part::kLink:
          one["kind"] = "LINK";
          one["name"] = case_.links[element][cap.index].name;
          break;
        case Cap::Part::kMilestone:
          one["kind"] = "MILESTONE";
          one["name"] = std::to_string(cap.index);
          break;
      }
      json.push_back(one);
    }
    return json;
  }

  static Json NotApplicableJson(const NotApplicableCounts& counts) {
    Json json = Json::object();
    const auto put = [&json](const char* name, int count) {
      if (count > 0) json[name] = count;
    };
    put("NO_TARGET", counts.no_target);
    put("TARGET_ENDED", counts.target_ended);
    put("CANCELLED", counts.cancelled);
    put("DEFERRED", counts.deferred);
    put("NO_DATA", counts.no_data);
    put("NOT_DUE", counts.not_due);
    return json;
  }

  static Json DeliveryJson(const Delivery& delivery) {
    Json json = ScoreJson({delivery.status, delivery.reason, delivery.score, {}});
    json["scored_by"] = NameOf(delivery.scored_by);
    json["p"] = Text(delivery.ratio);
    json["percent"] = Text(delivery.percent);
    json["report_state"] = delivery.percent.has_value()
                               ? Json(delivery.validated ? "VALIDATED" : "SUBMITTED")
                               : Json();
    json["carried"] = delivery.carried;
    json["past_end"] = NameOf(delivery.past_end);
    return json;
  }

  Json LinkJson(const LinkContext& context, const Link& link, const LinkOutcome& outcome,
                const Json& expected) const {
    Json json = expected;
    json.update(ScoreJson(outcome));
    if (!context.readable) return json;
    const reporting::JudgedMeasure& judged = *outcome.year_to_date;
    json["coverage"] = Text(judged.coverage);
    json["as_last_stood"] = ScoreJson(outcome.as_last_stood);
    json["gap"] = judged.current.has_value() ? Text(judged.current->gap) : Json();
    PutJudgement(judged.original, &json["original"]);
    PutJudgement(link.year_to_date->original.has_value() ? judged.original : judged.ended,
                 &json["ended_against"]);
    PutProgress(context, *link.year_to_date, expected, &json);
    return json;
  }

  static void PutJudgement(const std::optional<Judgement>& judgement, Json* against) {
    if (against->is_null()) return;
    (*against)["score"] = judgement.has_value() ? Text(judgement->score) : Json();
    (*against)["status"] = judgement.has_value() ? NameOf(judgement->status) : Json();
  }

  void PutProgress(const LinkContext& context, const Measured& measured, const Json& expected,
                   Json* json) const {
    (*json)["progress"] = (*json)["pace"] = (*json)["growth"] = nullptr;
    const Period evaluated = *PeriodIn(expected, "E");
    const bool year_to_date = case_.scores_year_to_date && context.is_flow &&
                              evaluated.frequency() == Frequency::kQuarter;
    if (!context.course.has_value() || year_to_date ||
        !IsOnCourse(context.direction, context.is_flow, measured, evaluated, *context.course)) {
      return;
    }
    const reporting::Progress progress =
        MeasureProgress(*measured.value, evaluated, *context.course, case_.elapsed_share);
    (*json)["progress"] = Text(progress.share);
    (*json)["pace"] = Text(progress.pace);
    const Growth growth =
        CompoundGrowth(context.direction, *measured.value, evaluated, *context.course);
    (*json)["growth"] = {{"class", NameOf(growth.growth_class)},
                         {"p", Text(growth.ratio)},
                         {"score", Text(growth.score)},
                         {"reason", NameOf(growth.reason)}};
  }

  const Case& case_;
  const reporting::Outcome& outcome_;
  const reporting::PlanBudget budget_;
};

// Copies what each link of the oracle's node measured into the elements, from the top down.
void MeasureLinks(const Json& node, const std::map<std::string, int>& by_code, Case* scored) {
  if (const std::string code = node.at("code").get<std::string>(); !code.empty()) {
    const int element = by_code.at(code);
    std::vector<Link>& links = scored->plan.elements[element].links;
    for (size_t i = 0; i < links.size(); ++i) {
      Measure(node.at("links").at(i), scored->links[element][i], &links[i]);
    }
  }
  for (const Json& child : node.at("children")) MeasureLinks(child, by_code, scored);
}

}  // namespace

Json RulesScorecardOf(const Json& json, const Json& expected) {
  if (expected.contains("error")) return expected;
  Case scored = CaseFrom(json);
  std::map<std::string, int> by_code;
  for (size_t i = 0; i < scored.plan.elements.size(); ++i) {
    by_code[scored.plan.elements[i].code] = static_cast<int>(i);
  }
  MeasureLinks(expected.at("plan"), by_code, &scored);
  const reporting::Outcome outcome = Score(scored.plan);
  return {{"date", expected.at("date")},
          {"quarter", scored.plan.quarter.ToString()},
          {"plan", Writer(scored, outcome).Node(-1, expected.at("plan"))},
          {"owner_units", Writer(scored, outcome).OwnerUnits()}};
}

}  // namespace athena::oracle
