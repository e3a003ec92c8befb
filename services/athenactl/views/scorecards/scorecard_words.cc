#include "services/athenactl/views/scorecards/scorecard_words.h"

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/decimal/decimal.h"
#include "libs/decimal/number_format.h"
#include "services/athenactl/views/number_text.h"

namespace athena::athenactl {

namespace reporting = athena::reporting::v1;
using athena::common::v1::Number;

namespace {

// Where the status of a score changes.
constexpr std::string_view kGreenScore = "66.666666666667";
constexpr std::string_view kAmberScore = "33.333333333333";

}  // namespace

StatusLook LookOf(reporting::ScorecardStatus status) {
  switch (status) {
    case reporting::SCORECARD_STATUS_GREEN:
      return {"●", "GREEN", Ink::kGreen};
    case reporting::SCORECARD_STATUS_AMBER:
      return {"▲", "AMBER", Ink::kAmber};
    case reporting::SCORECARD_STATUS_RED:
      return {"■", "RED", Ink::kRed};
    case reporting::SCORECARD_STATUS_NO_SCORE:
      return {"?", "NO SCORE", Ink::kBold};
    case reporting::SCORECARD_STATUS_NOT_APPLICABLE:
      return {"-", "N/A", Ink::kFaint};
    default:
      return {" ", "", Ink::kPlain};
  }
}

std::string_view Words(reporting::ScorecardReason reason) {
  switch (reason) {
    case reporting::SCORECARD_REASON_NOT_BEGUN:
      return "the quarter has not begun";
    case reporting::SCORECARD_REASON_NOT_DUE:
      return "nothing received, and nothing due yet";
    case reporting::SCORECARD_REASON_OVERDUE:
      return "overdue: nothing was received in time";
    case reporting::SCORECARD_REASON_NO_TARGET:
      return "there is no target for the period";
    case reporting::SCORECARD_REASON_INCOMPLETE:
      return "incomplete: too many expected values are missing";
    case reporting::SCORECARD_REASON_NOT_ADDITIVE:
      return "it cannot be added up over its series";
    case reporting::SCORECARD_REASON_DIV0:
      return "its formula divides by zero";
    case reporting::SCORECARD_REASON_OPERAND:
      return "a part of its formula has no value";
    case reporting::SCORECARD_REASON_OVERFLOW:
      return "a number is too large";
    case reporting::SCORECARD_REASON_INDICATOR_NOT_READABLE:
      return "the indicator does not exist, or you may not read it";
    case reporting::SCORECARD_REASON_NO_DATA:
      return "there are no data, and none are expected";
    case reporting::SCORECARD_REASON_COVERAGE:
      return "too little of what was expected is there";
    case reporting::SCORECARD_REASON_NO_WEIGHT:
      return "the weights of its expected parts add up to zero";
    case reporting::SCORECARD_REASON_MISSING_PART:
      return "an expected part has no score, and the plan asks for all of them";
    case reporting::SCORECARD_REASON_NOTHING_EXPECTED:
      return "nothing is expected in this quarter";
    case reporting::SCORECARD_REASON_CANCELLED:
      return "cancelled";
    case reporting::SCORECARD_REASON_DEFERRED:
      return "deferred";
    case reporting::SCORECARD_REASON_TARGET_ENDED:
      return "its target was ended";
    case reporting::SCORECARD_REASON_NO_COMMON_CELLS:
      return "the parts of its formula have no cell in common";
    case reporting::SCORECARD_REASON_NO_REPORT:
      return "its progress report is due, and there is none";
    default:
      return "";
  }
}

std::string_view Words(reporting::Growth::Class growth) {
  switch (growth) {
    case reporting::Growth::CLASS_REACHED:
      return "end target reached";
    case reporting::Growth::CLASS_ON_TRACK:
      return "on track";
    case reporting::Growth::CLASS_MODERATE:
      return "moderate improvement";
    case reporting::Growth::CLASS_INSUFFICIENT:
      return "insufficient improvement";
    case reporting::Growth::CLASS_MOVING_AWAY:
      return "moving away";
    default:
      return "";
  }
}

std::string ScoreText(const Number& score, const std::string& language) {
  std::vector<Decimal> beside = {*Decimal::Parse(kGreenScore), *Decimal::Parse(kAmberScore)};
  Collect(true, score, &beside);
  return Fixed(score, {DecimalsThatTellApart(1, beside), language});
}

std::string ScoreCell(const reporting::NodeScore& score, const std::string& language) {
  const std::string symbol(LookOf(score.status()).symbol);
  return score.has_score() ? ScoreText(score.score(), language) + " " + symbol : symbol;
}

std::string Percent(const Number& share) {
  const absl::StatusOr<Decimal> exact = Decimal::Parse(share.decimal());
  if (!exact.ok()) return "";
  const std::optional<Decimal> hundredfold = Decimal::Multiply(*exact, Decimal::FromInt(100));
  if (!hundredfold.has_value()) return "";
  std::string text = hundredfold->ToFixed(0);
  if (text == "100" && *exact < Decimal::FromInt(1)) text = "99";
  return text + " %";
}

}  // namespace athena::athenactl
