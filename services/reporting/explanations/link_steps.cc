#include "services/reporting/explanations/link_steps.h"

#include <string>
#include <utility>
#include <vector>

#include "services/reporting/explanations/improvement_message.h"
#include "services/reporting/rules/explanation/required_value.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

using indicator::v1::Indicator;
using Step = v1::ExplanationStep;

std::optional<Phrase> WordOf(Indicator::TimeAggregation aggregation) {
  switch (aggregation) {
    case Indicator::TIME_AGGREGATION_SUM:
      return Phrase::kSum;
    case Indicator::TIME_AGGREGATION_MEAN:
      return Phrase::kMean;
    case Indicator::TIME_AGGREGATION_MIN:
      return Phrase::kLeast;
    case Indicator::TIME_AGGREGATION_MAX:
      return Phrase::kGreatest;
    case Indicator::TIME_AGGREGATION_FIRST:
      return Phrase::kFirst;
    case Indicator::TIME_AGGREGATION_LAST:
      return Phrase::kLast;
    case Indicator::TIME_AGGREGATION_COUNT:
      return Phrase::kNumber;
    default:
      return std::nullopt;
  }
}

std::optional<Phrase> WordOf(Indicator::GroupAggregation aggregation) {
  switch (aggregation) {
    case Indicator::GROUP_AGGREGATION_SUM:
      return Phrase::kSum;
    case Indicator::GROUP_AGGREGATION_MEAN:
      return Phrase::kMean;
    case Indicator::GROUP_AGGREGATION_MIN:
      return Phrase::kLeast;
    case Indicator::GROUP_AGGREGATION_MAX:
      return Phrase::kGreatest;
    default:
      return std::nullopt;
  }
}

// Without the prefix of the enum: "SUM".
std::string Word(const std::string& name, std::string_view prefix) {
  return name.substr(std::min(prefix.size(), name.size()));
}

// Whether an expected cell that is missing leaves no value.
bool IsStrict(const Indicator& definition) {
  if (definition.missing_policy() != Indicator::MISSING_POLICY_UNSPECIFIED) {
    return definition.missing_policy() == Indicator::MISSING_POLICY_STRICT;
  }
  return definition.time_aggregation() == Indicator::TIME_AGGREGATION_SUM ||
         definition.time_aggregation() == Indicator::TIME_AGGREGATION_COUNT ||
         definition.group_aggregation() == Indicator::GROUP_AGGREGATION_SUM;
}

// Where the contract has a number, and it can be parsed.
std::optional<Decimal> Exact(bool has, const common::v1::Number& number) {
  if (!has) return std::nullopt;
  const absl::StatusOr<Decimal> exact = Decimal::Parse(number.decimal());
  return exact.ok() ? std::optional(*exact) : std::nullopt;
}

class LinkExplainer {
 public:
  LinkExplainer(const Speaker& speaker, int element, int link, const Evidence& evidence,
                v1::Explanation* explanation)
      : speaker_(speaker),
        plan_(speaker.plan()),
        selection_(plan_.tree->links[element][link]),
        rules_(plan_.rules.elements[element].links[link]),
        outcome_(plan_.outcome.elements[element].links[link]),
        value_(*plan_.values->values[selection_]),
        measured_(outcome_.scored_year_to_date ? *rules_.year_to_date : rules_.period),
        message_(outcome_.scored_year_to_date ? value_.year_to_date() : value_.own()),
        definition_(evidence.definition),
        explanation_(explanation) {
    std::vector<std::optional<Decimal>> numbers = {measured_.value};
    for (const std::optional<Thresholds>* thresholds :
         {&measured_.current, &measured_.original, &measured_.ended}) {
      if (!thresholds->has_value()) continue;
      const Thresholds& t = **thresholds;
      if (t.direction == Direction::kRange) {
        numbers.insert(numbers.end(), {t.low, t.high, t.red_low, t.red_high});
      } else {
        numbers.insert(numbers.end(), {t.target, t.red});
      }
    }
    style_ = speaker.StyleOf(selection_, numbers);
  }

  void Run() {
    switch (outcome_.reason) {
      case Reason::kNotBegun:
        Decide(Step::KIND_LIFECYCLE,
               Say(Phrase::kNotBegun, {{"quarter", plan_.quarter.ToString()},
                                       {"date", absl::FormatCivilTime(plan_.date)}}));
        AddTarget();
        return;
      case Reason::kCancelled:
        Decide(Step::KIND_LIFECYCLE, Say(Phrase::kLinkCancelled));
        return;
      case Reason::kDeferred:
        Decide(Step::KIND_LIFECYCLE, Say(Phrase::kLinkDeferred));
        return;
      case Reason::kNotReadable:
        Decide(Step::KIND_OUTCOME, Say(Phrase::kNoScore, {{"reason", Why()}}));
        return;
      default:
        break;
    }
    AddPeriod();
    if (value_.period().empty()) {
      Decide(Step::KIND_OUTCOME, OutcomeSentence());
      return;
    }
    AddData();
    AddValue();
    AddTarget();
    if (outcome_.score.has_value()) AddScore();
    Decide(Step::KIND_OUTCOME, OutcomeSentence());
  }

 private:
  std::string Say(Phrase phrase, const Filling& filling = {}) const {
    return speaker_.Say(phrase, filling);
  }
  std::string Value(Decimal number) const { return speaker_.Number(number, style_); }
  std::string Why() const { return speaker_.Reason(outcome_.reason); }

  Step* Add(Step::Kind kind, std::string sentence) {
    return AddStep(kind, std::move(sentence), explanation_);
  }

  // The step that decides the status.
  void Decide(Step::Kind kind, std::string sentence) {
    Step* step = Add(kind, std::move(sentence));
    step->set_status(StatusOf(outcome_.status));
    step->set_reason(ReasonOf(outcome_.reason));
  }

  void AddPeriod() {
    const std::string& period = value_.period();
    std::string sentence;
    if (period.empty()) {
      sentence = Say(Phrase::kNoPeriod);
    } else if (outcome_.scored_year_to_date) {
      sentence = Say(Phrase::kYearToDate, {{"period", period}});
    } else if (message_.judged() < message_.all()) {
      sentence = Say(Phrase::kPeriodJudged, {{"period", period},
                                             {"judged", speaker_.Count(message_.judged())},
                                             {"all", speaker_.Count(message_.all())}});
    } else {
      sentence = Say(Phrase::kPeriod, {{"period", period}});
    }
    Step* step = Add(Step::KIND_PERIOD, std::move(sentence));
    step->set_period(period);
    step->set_year_to_date(outcome_.scored_year_to_date);
    AddInput("judged", Decimal::FromInt(message_.judged()), step);
    AddInput("all", Decimal::FromInt(message_.all()), step);
  }

  void AddData() {
    const JudgedMeasure& judged =
        outcome_.scored_year_to_date ? *outcome_.year_to_date : outcome_.period;
    std::string sentence = Say(Phrase::kNothingIsExpected);
    if (measured_.expected > 0) {
      sentence =
          Say(Phrase::kData, {{"present", speaker_.Count(measured_.present)},
                              {"expected", speaker_.Count(measured_.expected)},
                              {"coverage", speaker_.Share(*judged.coverage, LeastCoverage())},
                              {"policy", PolicyClause(*judged.coverage)}});
    }
    Step* step = Add(Step::KIND_DATA, std::move(sentence));
    step->set_formula(measured_.expected > 0 ? "present / expected" : "");
    AddInput("present", Decimal::FromInt(measured_.present), step);
    AddInput("expected", Decimal::FromInt(measured_.expected), step);
    AddInput("not_expected", Decimal::FromInt(message_.not_expected()), step);
    Put(judged.coverage, step, &Step::mutable_result);
    step->set_year_to_date(outcome_.scored_year_to_date);
    if (definition_.has_value()) {
      step->set_data_policy(IsStrict(*definition_) ? Indicator::MISSING_POLICY_STRICT
                                                   : Indicator::MISSING_POLICY_PARTIAL);
      if (const auto least = LeastCoverage()) AddInput("min_coverage", *least, step);
    }
  }

  // Of the missing policy PARTIAL.
  std::optional<Decimal> LeastCoverage() const {
    if (!definition_.has_value() || IsStrict(*definition_)) return std::nullopt;
    return Decimal::FromDouble(definition_->has_min_coverage() ? definition_->min_coverage() : 0.5);
  }

  std::string PolicyClause(Decimal coverage) const {
    if (!definition_.has_value()) return "";
    const std::optional<Decimal> least = LeastCoverage();
    return least.has_value()
               ? Say(Phrase::kNeedsShare, {{"least", speaker_.Share(*least, coverage)}})
               : Say(Phrase::kNeedsAll);
  }

  void AddValue() {
    Step* step = Add(Step::KIND_VALUE, ValueSentence());
    step->set_period(value_.period());
    step->set_year_to_date(outcome_.scored_year_to_date);
    Put(measured_.value, step, &Step::mutable_result);
    if (!measured_.value.has_value()) step->set_reason(ReasonOf(measured_.reason));
    if (!definition_.has_value()) return;
    if (definition_->kind() == Indicator::KIND_FORMULA) {
      step->set_formula(definition_->formula());
      return;
    }
    std::string formula = Word(Indicator::TimeAggregation_Name(definition_->time_aggregation()),
                               "TIME_AGGREGATION_") +
                          " over time";
    if (WordOf(definition_->group_aggregation()).has_value() &&
        !definition_->dimensions().empty()) {
      formula += ", " +
                 Word(Indicator::GroupAggregation_Name(definition_->group_aggregation()),
                      "GROUP_AGGREGATION_") +
                 " over series";
    }
    step->set_formula(formula);
  }

  std::string ValueSentence() const {
    if (!measured_.value.has_value()) {
      return Say(Phrase::kNoValue, {{"reason", speaker_.Reason(measured_.reason)}});
    }
    const std::string value = Value(*measured_.value);
    if (definition_.has_value() && definition_->kind() == Indicator::KIND_FORMULA) {
      return Say(Phrase::kValueOfFormula, {{"value", value}, {"formula", definition_->formula()}});
    }
    const std::optional<Phrase> time =
        definition_.has_value() ? WordOf(definition_->time_aggregation()) : std::nullopt;
    if (!time.has_value()) return Say(Phrase::kValue, {{"value", value}});
    const std::optional<Phrase> group = WordOf(definition_->group_aggregation());
    if (!group.has_value() || definition_->dimensions().empty()) {
      return Say(Phrase::kValueOverTime, {{"value", value}, {"time", Say(*time)}});
    }
    return Say(Phrase::kValueOverSeries,
               {{"value", value}, {"time", Say(*time)}, {"group", Say(*group)}});
  }

  // What the target would be if all of the period were judged; absent where it is no other.
  std::optional<Decimal> WholeTarget() const {
    const indicator::v1::Thresholds& whole = message_.current_unscaled();
    const std::optional<Decimal> target = Exact(whole.has_target(), whole.target());
    return target.has_value() ? target : Exact(whole.has_low(), whole.low());
  }

  void AddTarget() {
    if (!measured_.current.has_value()) {
      Add(Step::KIND_TARGET,
          Say(outcome_.reason == Reason::kTargetEnded ? Phrase::kTargetEnded : Phrase::kNoTarget));
      return;
    }
    const Thresholds& t = *measured_.current;
    const std::optional<Decimal> whole = WholeTarget();
    const std::string scaled =
        whole.has_value() ? Say(Phrase::kScaled, {{"whole", Value(*whole)}}) : "";
    const bool differs = measured_.original.has_value() && *measured_.original != t;
    Step* step = nullptr;
    if (t.direction == Direction::kRange) {
      step = Add(Step::KIND_TARGET, Say(Phrase::kTargetRange, {{"low", Value(t.low)},
                                                               {"high", Value(t.high)},
                                                               {"red_low", Value(t.red_low)},
                                                               {"red_high", Value(t.red_high)},
                                                               {"scaled", scaled},
                                                               {"original", Original(differs)}}));
    } else {
      step = Add(Step::KIND_TARGET, Say(t.direction == Direction::kHigher ? Phrase::kTargetAtLeast
                                                                          : Phrase::kTargetAtMost,
                                        {{"target", Value(t.target)},
                                         {"red", Value(t.red)},
                                         {"scaled", scaled},
                                         {"original", Original(differs)}}));
    }
    step->set_target_version(message_.current().version());
    AddThresholds(t, step);
    if (differs) {
      Step original;
      AddThresholds(*measured_.original, &original);
      step->mutable_original()->Swap(original.mutable_inputs());
    }
    if (whole.has_value()) AddScaling(t, *whole, step);
  }

  std::string Original(bool differs) const {
    if (!differs) return "";
    const Thresholds& t = *measured_.original;
    const std::string text =
        t.direction == Direction::kRange ? Value(t.low) + " – " + Value(t.high) : Value(t.target);
    return Say(Phrase::kOriginal, {{"original", text}});
  }

  static void AddThresholds(const Thresholds& t, Step* step) {
    if (t.direction == Direction::kRange) {
      AddInput("low", t.low, step);
      AddInput("high", t.high, step);
      AddInput("red_low", t.red_low, step);
      AddInput("red_high", t.red_high, step);
    } else {
      AddInput("target", t.target, step);
      AddInput("red_flag", t.red, step);
    }
  }

  void AddScaling(const Thresholds& t, Decimal whole, Step* step) const {
    const bool range = t.direction == Direction::kRange;
    const std::string name = range ? "whole_low" : "whole_target";
    AddInput(name, whole, step);
    *step->mutable_result() = NumberOf(range ? t.low : t.target);
    // A year to date is the sum of its quarters, each scaled for itself.
    if (outcome_.scored_year_to_date) return;
    AddInput("judged", Decimal::FromInt(measured_.judged), step);
    AddInput("all", Decimal::FromInt(measured_.all), step);
    std::string formula = name + " * judged / all";
    if (definition_.has_value() && !IsStrict(*definition_)) {
      AddInput("present", Decimal::FromInt(measured_.present), step);
      AddInput("expected", Decimal::FromInt(measured_.expected), step);
      formula = name + " * judged * present / (all * expected)";
    }
    step->set_formula(formula);
  }

  void AddScore() {
    const Thresholds& t = *measured_.current;
    const std::optional<ScoreTerms> terms = TermsOf(t, *measured_.value);
    if (!terms.has_value()) return;
    Step* step =
        Add(Step::KIND_SCORE, Say(Phrase::kScore, {{"value", Value(*measured_.value)},
                                                   {"target", Value(terms->target)},
                                                   {"red", Value(terms->red)},
                                                   {"score", speaker_.Score(*outcome_.score)}}));
    AddInput("value", *measured_.value, step);
    AddThresholds(t, step);
    *step->mutable_result() = NumberOf(*outcome_.score);
    if (terms->d.IsZero()) return;
    AddInput("d", terms->d, step);
    const std::string red = t.direction != Direction::kRange ? "red_flag"
                            : terms->upper                   ? "red_high"
                                                             : "red_low";
    step->set_formula("clamp(100 * (value - " + red + " + d) / (3 * d), 0, 100)");
  }

  std::string OutcomeSentence() const {
    switch (outcome_.status) {
      case Status::kGreen:
        return Say(Phrase::kValueIsGreen);
      case Status::kAmber:
        return Say(Phrase::kValueIsAmber);
      case Status::kRed:
        return Say(Phrase::kValueIsRed);
      case Status::kNotApplicable:
        return Say(Phrase::kNotApplicable, {{"reason", Why()}});
      case Status::kNoScore:
        break;
    }
    return Say(Phrase::kNoScore, {{"reason", Why()}});
  }

  const Speaker& speaker_;
  const ScoredPlan& plan_;
  const int selection_;
  const Link& rules_;
  const LinkOutcome& outcome_;
  const indicator::v1::PeriodValue& value_;
  // What was scored: the period or the year to date, as the rules and as the contract have it.
  const Measured& measured_;
  const indicator::v1::Measured& message_;
  const std::optional<Indicator>& definition_;
  v1::Explanation* const explanation_;
  NumberStyle style_;
};

}  // namespace

void ExplainLink(const Speaker& speaker, int element, int link, const Evidence& evidence,
                 v1::Explanation* explanation) {
  const ScoredPlan& plan = speaker.plan();
  const Link& rules = plan.rules.elements[element].links[link];
  const LinkOutcome& outcome = plan.outcome.elements[element].links[link];
  explanation->set_status(StatusOf(outcome.status));
  explanation->set_reason(ReasonOf(outcome.reason));
  Put(outcome.score, explanation, &v1::Explanation::mutable_score);
  const Measured& measured = outcome.scored_year_to_date ? *rules.year_to_date : rules.period;
  Put(outcome.coverage, explanation->mutable_coverage(), &v1::Coverage::mutable_share);
  explanation->mutable_coverage()->set_present(measured.present);
  explanation->mutable_coverage()->set_expected(measured.expected);
  explanation->mutable_sources()->Add(evidence.sources.begin(), evidence.sources.end());
  LinkExplainer(speaker, element, link, evidence, explanation).Run();
  for (const Improvement& improvement : ImproveLink(plan.rules, rules, outcome)) {
    *explanation->add_improvements() = LinkImprovementMessage(speaker, element, link, improvement);
  }
}

}  // namespace athena::reporting
