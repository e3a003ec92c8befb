#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_SCORECARD_WORDS_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_SCORECARD_WORDS_H_

#include <string>
#include <string_view>

#include "athena/common/v1/values.pb.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "services/athenactl/terminal/paint.h"

// Statuses, reasons and scores as the terminal shows them. Pure and thread-safe.
namespace athena::athenactl {

// A status is shown by a symbol and a word, and never by its colour alone.
struct StatusLook {
  std::string_view symbol;
  std::string_view word;
  Ink ink;
};

StatusLook LookOf(athena::reporting::v1::ScorecardStatus status);

// Why there is no score; empty for SCORECARD_REASON_UNSPECIFIED.
std::string_view Words(athena::reporting::v1::ScorecardReason reason);

// Empty for CLASS_UNSPECIFIED.
std::string_view Words(athena::reporting::v1::Growth::Class growth);

// A score with as many decimals as tell it from those where the status changes, at least one.
// `language` decides how numbers are written.
std::string ScoreText(const athena::common::v1::Number& score, const std::string& language);

// A score and the symbol of its status, "62.4 ▲"; the symbol alone without score.
std::string ScoreCell(const athena::reporting::v1::NodeScore& score, const std::string& language);

// A share of 1 as "96 %", rounded; a share below 1 is at most 99 %. Empty for what is no number.
std::string Percent(const athena::common::v1::Number& share);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_SCORECARD_WORDS_H_
