#ifndef ATHENA_SERVICES_REPORTING_EXPLANATIONS_SENTENCES_PHRASES_H_
#define ATHENA_SERVICES_REPORTING_EXPLANATIONS_SENTENCES_PHRASES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/reporting/scorecards/messages/languages.h"

// The sentences of explanations, in three languages. Each language is one file, dutch.cc,
// english.cc and french.cc: a text for each phrase, with places "{name}" that are filled in. Pure
// and thread-safe.
namespace athena::reporting {

enum class Phrase : int16_t {
  // The states of a quarter and of an element.
  kNotBegun,
  kCancelled,
  kDeferred,
  kLinkCancelled,
  kLinkDeferred,
  // The steps of an indicator.
  kPeriod,
  kPeriodJudged,
  kYearToDate,
  kNoPeriod,
  kData,
  kNothingIsExpected,
  kNeedsAll,
  kNeedsShare,
  kValue,
  kValueOverTime,
  kValueOverSeries,
  kValueOfFormula,
  kNoValue,
  kSum,
  kMean,
  kLeast,
  kGreatest,
  kFirst,
  kLast,
  kNumber,
  kTargetAtLeast,
  kTargetAtMost,
  kTargetRange,
  kScaled,
  kOriginal,
  kNoTarget,
  kTargetEnded,
  kScore,
  kNumberTooLarge,
  kValueIsGreen,
  kValueIsAmber,
  kValueIsRed,
  kNoScore,
  kNotApplicable,
  // The steps of an element or the plan.
  kCompleted,
  kProgress,
  kNotValidated,
  kCarried,
  kPastEnd,
  kMilestones,
  kNoReport,
  kReportNotDue,
  kLongPastEnd,
  kParts,
  kCoverage,
  kCoverageTooLow,
  kPolicyIgnore,
  kPolicyStrict,
  kPolicyZero,
  kWeightedMean,
  kScoreIsGreen,
  kScoreIsAmber,
  kScoreIsRed,
  kCapRed,
  kCapWithoutScore,
  kCapMilestone,
  kCapChanged,
  kCapUnchanged,
  // What would make it GREEN.
  kWait,
  kResume,
  kAccess,
  kSetTarget,
  kSendData,
  kSendAnyData,
  kRaiseCoverage,
  kMend,
  kValueAtLeast,
  kValueAtMost,
  kNow,
  kPartScore,
  kByValueAtLeast,
  kByValueAtMost,
  kByPercent,
  kAllParts,
  kLiftCap,
  kScoreCritical,
  kReachMilestone,
  kGiveWeight,
  kExpect,
  kOwnDelivery,
  kPercent,
  // Why there is no value, no score, or why it does not count.
  kReasonNotBegun,
  kReasonNotDue,
  kReasonOverdue,
  kReasonNoTarget,
  kReasonIncomplete,
  kReasonNotAdditive,
  kReasonDivisionByZero,
  kReasonOperand,
  kReasonOverflow,
  kReasonNotReadable,
  kReasonNoData,
  kReasonCoverage,
  kReasonNoWeight,
  kReasonMissingPart,
  kReasonNothingExpected,
  kReasonCancelled,
  kReasonDeferred,
  kReasonTargetEnded,
  kReasonNoCommonCells,
  kReasonNoReport,
};
inline constexpr int kPhrases = static_cast<int>(Phrase::kReasonNoReport) + 1;

// The text of a phrase, with its places.
std::string_view TextIn(Language language, Phrase phrase);

// What is filled in, by the name of its place.
using Filling = std::vector<std::pair<std::string_view, std::string>>;

// The phrase with its places filled in; those that the filling does not name become empty.
std::string Say(Language language, Phrase phrase, const Filling& filling = {});

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPLANATIONS_SENTENCES_PHRASES_H_
