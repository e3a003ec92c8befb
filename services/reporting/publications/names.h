#ifndef ATHENA_SERVICES_REPORTING_PUBLICATIONS_NAMES_H_
#define ATHENA_SERVICES_REPORTING_PUBLICATIONS_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "libs/status/status.h"

// Resource names of scorecards and publications. Pure and thread-safe.
namespace athena::reporting {

// `institutions/{institution}/plans/{plan}/scorecards/{quarter}`.
struct ScorecardName {
  std::string institution;
  std::string plan;
  std::string quarter;  // "2021-Q3"; "-" where all quarters are meant

  std::string PlanName() const;
  std::string Text() const;
  // Of the publications of the quarter, or of all: "strategy/2021-Q3/", "strategy/".
  std::string KeyPrefix() const;
};

// `{scorecard}/publications/{number}`.
struct PublicationName {
  ScorecardName scorecard;
  int number = 0;

  const std::string& institution() const { return scorecard.institution; }
  std::string Text() const;
  // What it is stored by within its institution: "strategy/2021-Q3/1".
  std::string Key() const;
};

// nullopt when it is none.
std::optional<ScorecardName> MatchScorecardName(std::string_view name);
std::optional<PublicationName> MatchPublicationName(std::string_view name);

// The name in the field `name` of a request, adding what is wrong to `faults`.
std::optional<PublicationName> ReadPublicationName(std::string_view name,
                                                   status::FieldFaults* faults);
// The name in the field `parent`, with "-" for all quarters.
std::optional<ScorecardName> ReadParentName(std::string_view parent, status::FieldFaults* faults);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PUBLICATIONS_NAMES_H_
