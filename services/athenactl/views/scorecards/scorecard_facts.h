#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_SCORECARD_FACTS_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_SCORECARD_FACTS_H_

#include <google/protobuf/map.h>

#include <string>
#include <vector>

#include "athena/reporting/v1/scorecard.pb.h"

// What a scorecard says of an indicator, a delivery or a milestone, as short texts. `language`
// decides how numbers are written; empty: as in English. Numbers have as many decimals as tell them
// apart (libs/decimal/number_format.h). Pure and thread-safe.
namespace athena::athenactl {

// "{sex=F, unit=north}"; empty for a total.
std::string SliceText(const google::protobuf::Map<std::string, std::string>& slice);

// The title (or the id, where there is none) and the slice.
std::string TitleOf(const athena::reporting::v1::ScorecardIndicator& indicator);

// " [fr]" for a title that is not in the requested language.
std::string LanguageMark(const std::string& title_language);

// The measurement that was scored: that of the period, or of the year to date.
const athena::reporting::v1::Measurement& Scored(
    const athena::reporting::v1::ScorecardIndicator& indicator);

// "84.2 %", "target ≥ 80", "gap +4.2": the value, its targets, the difference, and whether the
// value is provisional.
std::vector<std::string> Facts(const athena::reporting::v1::ScorecardIndicator& indicator,
                               const athena::reporting::v1::Measurement& measured,
                               const std::string& language);

// "140 so far in 2026-Q4": a value that is not judged; empty when there is none.
std::string SoFarText(const athena::reporting::v1::ScorecardIndicator& indicator,
                      const std::string& language);

// The reason why there is no score; empty when there is one.
std::string Why(const athena::reporting::v1::ScorecardIndicator& indicator);

// The fields of view FULL, a line each.
std::vector<std::string> Details(const athena::reporting::v1::ScorecardIndicator& indicator,
                                 const std::string& language);

// "3 green, 1 red"; "none".
std::string CountsText(const athena::reporting::v1::StatusCounts& counts);

// "2 without target, 1 cancelled": the parts that do not count, by reason; empty when all count.
std::string NotApplicableText(const athena::reporting::v1::NotApplicableCounts& counts);

// How an element's delivery was scored.
std::vector<std::string> DeliveryFacts(const athena::reporting::v1::Delivery& delivery,
                                       const std::string& language);

// Budget, risks and progress report of a node, a line each: "budget 2026: 94 % committed, 92 %
// paid, in step with the year; 3 lines".
std::vector<std::string> FigureFacts(const athena::reporting::v1::ScorecardNode& node,
                                     const std::string& language);

// "charter: missed, due 2022-12-31 (at activation 2022-06-30; declared, not recorded)".
std::string MilestoneText(const athena::reporting::v1::ScorecardMilestone& milestone);

// "+2.1 on 2026-Q2 (improving)": what has become of a value or score; why there is no trend, where
// that says something. Empty where there is nothing to compare with. The change has at least so
// many decimals.
std::string TrendText(const athena::reporting::v1::Trend& trend, int decimals,
                      const std::string& language);

// Whether a source_system marks invented figures: "illustrative", alone or followed by an
// explanation.
bool IsIllustrative(const std::string& source_system);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_SCORECARD_FACTS_H_
