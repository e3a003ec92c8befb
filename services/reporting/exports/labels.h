#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_LABELS_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_LABELS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "athena/common/v1/values.pb.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "services/reporting/board/words.h"
#include "services/reporting/exports/exported.h"
#include "services/reporting/scorecards/messages/languages.h"

// The words of exported pages and workbooks, in each language. Pure and thread-safe.
namespace athena::reporting {

// One for each text; labels.cc has them.
enum class Label : int16_t {
  kScorecard,
  kSkip,
  kCoverage,
  kCoverageSmall,
  kBasis,
  kRevision,
  kClosing,
  kNotClosed,
  kReopened,
  kChangedSince,
  kNoChange,
  kPlaces,
  kScale,
  kAgainstQuarter,
  kAgainstYear,
  kBetter,
  kStable,
  kWorse,
  kScores,
  kScoresText,
  kQuarter,
  kStatus,
  kScore,
  kIndicators,
  kElements,
  kBelow,
  kUnits,
  kUnitsText,
  kActions,
  kTree,
  kTreeText,
  kName,
  kReason,
  kValue,
  kTarget,
  kRedFlag,
  kPeriod,
  kUnit,
  kChange,
  kWeight,
  kCode,
  kGap,
  kCritical,
  kOwner,
  kProvisional,
  kYearToDate,
  kBetween,
  kCapped,
  kMilestones,
  kMilestonesText,
  kNoMilestones,
  kMilestone,
  kElement,
  kColon,
  kState,
  kOpen,
  kDone,
  kMissed,
  kWithdrawn,
  kDueDate,
  kDoneDate,
  kWasDue,
  kRisks,
  kRisksText,
  kNoRisks,
  kRisk,
  kLikelihood,
  kImpact,
  kLevel,
  kTreatment,
  kTreatmentNone,
  kTreatmentAvoid,
  kTreatmentReduce,
  kTreatmentTransfer,
  kTreatmentAccept,
  kReview,
  kBudget,
  kBudgetText,
  kNoBudget,
  kCommitted,
  kPaid,
  kCommitmentCredit,
  kPaymentCredit,
  kExecution,
  kReports,
  kReportsText,
  kNoReports,
  kReport,
  kBlockers,
  kCorrective,
  kForecastEnd,
  kCause,
  kMeasure,
  kNotValidated,
  kWarnings,
  kLinkedTwice,
  kZonesDiffer,
  kFootBasis,
  kFootRounding,
  kFile,
  kLabels,  // their number
};

std::string_view LabelIn(Language language, Label label);

// Words, labels and numbers as a language writes them.
class Labels {
 public:
  explicit Labels(Language language) : language_(language), words_(language) {}

  Language language() const { return language_; }
  const Words& words() const { return words_; }

  // "$0" and "$1" are replaced. A text that counts has a form of its own for "1".
  std::string Say(Label label, const std::string& first = "", const std::string& second = "") const;
  std::string Status(v1::ScorecardStatus status) const;
  // Why there is no score; empty without reason.
  std::string Reason(v1::ScorecardReason reason) const;
  std::string Day(const common::v1::Date& date) const;  // empty when it is none
  std::string Day(const std::string& day) const;        // of "2021-09-30"
  std::string Quarter(const std::string& quarter) const;
  // The change and what it means: "+1.8 better"; "–" without trend.
  std::string Trend(const v1::Trend& trend, int decimals) const;
  std::string Score(const common::v1::Number& score) const;
  std::string Share(const common::v1::Number& share) const;
  std::string Euros(const common::v1::Number& amount) const;

 private:
  const Language language_;
  const Words words_;
};

// An indicator's numbers, with as many decimals as tell them apart.
struct IndicatorTexts {
  std::string value;
  std::string target;    // of a RANGE "between 2 and 4"
  std::string red_flag;  // likewise
  std::string change;    // of the trend that was read, with its word
  int decimals = 0;
};
IndicatorTexts TextsOf(const v1::ScorecardIndicator& indicator, const Labels& labels);

// The measurement that was scored: that of the period, or that of the year to date.
const v1::Measurement& ScoredOf(const v1::ScorecardIndicator& indicator);
// What the value is compared with: the target in force, or else the one that was ended.
const v1::Assessment& ComparedWith(const v1::Measurement& measurement);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_LABELS_H_
