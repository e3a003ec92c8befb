#ifndef ATHENA_SERVICES_REPORTING_BOARD_WORDS_H_
#define ATHENA_SERVICES_REPORTING_BOARD_WORDS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/substitute.h"
#include "absl/time/civil_time.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/reporting/rules/figures/budget.h"
#include "services/reporting/rules/judgement.h"
#include "services/reporting/scorecards/messages/languages.h"

// The sentences of a board table, in each of its languages. Pure and thread-safe.
namespace athena::reporting {

// One for each sentence; words.cc has their texts, in which $0 to $4 are replaced.
enum class BoardPhrase : int16_t {
  kGreen,
  kAmber,
  kRed,
  kNoScore,
  kNotApplicable,
  kPlanGreen,
  kPlanAmber,
  kPlanRed,
  kPlanNoScore,
  kScale,
  kAxes,
  kCountGreen,
  kCountAmber,
  kCountRed,
  kCountNoScore,
  kCountNotApplicable,
  kCostsMost,
  kBecameRed,
  kCriticalMissed,
  kImproving,
  kStable,
  kDeclining,
  kNothingBefore,
  kNoScoreNow,
  kScoredOtherwise,
  kThisQuarter,
  kQuarters,
  kQuartersOrLonger,
  kCoverage,
  kFigures,
  kRedHeading,
  kRedText,
  kHeldHeading,
  kHeldAtAmber,
  kAtLeast,
  kAtMost,
  kBetween,
  kProgress,
  kNoReportLong,
  kMilestonesReached,
  kPastEnd,
  kMilestoneMissed,
  kCriticalMilestoneMissed,
  kElementRed,
  kPartWithoutScore,
  kLowScore,
  kMovesHeading,
  kMovesText,
  kMovesNone,
  kMilestonesHeading,
  kMilestonesText,
  kMilestonesInactive,
  kDaysLate,
  kJustDue,
  kRisksHeading,
  kRisksText,
  kRiskScore,
  kTreatmentNone,
  kTreatmentAvoid,
  kTreatmentReduce,
  kTreatmentTransfer,
  kTreatmentAccept,
  kBudgetHeading,
  kBudgetText,
  kBudgetAmounts,
  kBudgetLacking,
  kNoBudget,
  kMillions,
  kEuros,
  kExecution,
  kBehind,
  kInStep,
  kAhead,
  kProcessesHeading,
  kProcessText,
  kProcessRisks,
  kMissingHeading,
  kMissingSome,
  kMissingAll,
  kMissingWhy,
  kMissingReport,
  kMissingAmounts,
  kDue,
  kDivisionByZero,
  kOperand,
  kOverflow,
  kNotAdditive,
  kNotReadable,
  kNoCommonCells,
  kIncomplete,
  kDecisionsHeading,
  kOverdue,
  kUntargetedHeading,
  kNoValue,
  kFirstQuarter,
  kSecondQuarter,
  kThirdQuarter,
  kFourthQuarter,
  kPhrases,  // their number
};

class Words {
 public:
  explicit Words(Language language) : language_(language) {}

  Language language() const { return language_; }

  // The phrase with its arguments, texts that are ready to be read.
  template <typename... Args>
  std::string Say(BoardPhrase phrase, const Args&... args) const {
    return absl::Substitute(Text(phrase), args...);
  }
  // As Say, of a phrase that is another one for 1; `count` is $0.
  template <typename... Args>
  std::string Count(BoardPhrase phrase, int64_t count, const Args&... args) const {
    return absl::Substitute(Counted(phrase, count), std::to_string(count), args...);
  }

  // "1,234.5", "1.234,5" or "1 234,5", with so many decimals and a true minus sign.
  std::string Number(Decimal number, int decimals) const;
  // With a plus sign before what is more than 0.
  std::string Signed(Decimal number, int decimals) const;
  // A share of 1 in percent, "95.1 %", with as many decimals, at least `decimals`, as tell it apart
  // from the whole.
  std::string Percent(Decimal share, int decimals) const;
  // A score with as many decimals, at least one, as tell it apart from where colours begin.
  std::string Score(Decimal score) const;
  // "31 Oct 2022".
  std::string Day(absl::CivilDay day) const;
  // "fourth quarter of 2022".
  std::string Quarter(Period quarter) const;
  std::string Status(reporting::Status status) const;

 private:
  std::string Text(BoardPhrase phrase) const;
  std::string Counted(BoardPhrase phrase, int64_t count) const;

  const Language language_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_BOARD_WORDS_H_
