#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_VALIDATE_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_VALIDATE_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/period/period.h"
#include "services/reporting/rules/quarters.h"

namespace athena::reporting {

// How a scorecard is shown. None of it changes a score.
struct Presentation {
  std::string language;      // BCP-47; empty: the plan's first
  bool full = false;         // view FULL
  std::string element;       // resource name of the root; empty: the plan
  std::optional<int> depth;  // levels of elements below the root; absent: all
};

// What is read of a plan, all at one point in history.
struct ReadRequest {
  std::string plan;  // resource name
  // As of; absent: now. At most one of the two.
  std::optional<absl::Time> time;
  std::optional<v1::Basis> basis;
  // As of the last closing of the last quarter, which Scorecards::Resolve replaces by its time.
  bool closing = false;
  // As of the basis of this publication, which Scorecards::Resolve replaces by that; empty: not.
  std::string publication;
  QuarterRange quarters;
  // The day of the basis; absent: that of the point in history.
  std::optional<absl::CivilDay> date = {};
};

// A GetScorecardRequest that passed validation.
struct ScorecardRequest {
  std::string name;
  ReadRequest read;
  Presentation presentation;
};

// A ListScorecardsRequest that passed validation.
struct ScorecardsRequest {
  ReadRequest read;
  std::string language;  // BCP-47; empty: the plan's first
  std::string element;   // resource name of the root; empty: the plan
  int depth = 0;
};

// A PublishScorecardRequest that passed validation.
struct PublishRequest {
  ReadRequest read;
  v1::Publication::Audience audience = v1::Publication::AUDIENCE_INSTITUTION;
};

// The elements whose lines a board table shows.
struct BoardFilter {
  plan::v1::Element::Scope scope = plan::v1::Element::SCOPE_UNSPECIFIED;  // unspecified: any
  int max_priority = 0;                                                   // 0: any, and none
  std::string unit;  // resource name; empty: any, and none
};

// A GetBoardTableRequest that passed validation.
struct BoardRequest {
  std::string name;
  std::string institution;  // the plan's, its id
  Period quarter;
  ReadRequest read;      // of the quarters that the table shows
  std::string language;  // BCP-47; empty: the plan's first
  BoardFilter filter;
};

// An ExplainScoreRequest that passed validation.
struct ExplanationRequest {
  std::string name;
  ReadRequest read;
  std::string language;
  std::string element;                       // resource name; empty: the plan
  std::string indicator;                     // resource name; empty: the element itself
  std::map<std::string, std::string> slice;  // of the indicator
};

// A CompareScorecardsRequest that passed validation. Both sides read one plan.
struct ComparisonRequest {
  ReadRequest from;
  ReadRequest to;
  std::string language;
  std::string element;  // resource name; empty: the plan
};

// INVALID_ARGUMENT with all faults at once; FAILED_PRECONDITION when the basis was scored by
// another engine version. Pure.
absl::StatusOr<ScorecardRequest> Validate(const v1::GetScorecardRequest& request, absl::Time now);
absl::StatusOr<ScorecardsRequest> Validate(const v1::ListScorecardsRequest& request,
                                           absl::Time now);
absl::StatusOr<PublishRequest> Validate(const v1::PublishScorecardRequest& request, absl::Time now);
absl::StatusOr<BoardRequest> Validate(const v1::GetBoardTableRequest& request, absl::Time now);
absl::StatusOr<ExplanationRequest> Validate(const v1::ExplainScoreRequest& request, absl::Time now);
absl::StatusOr<ComparisonRequest> Validate(const v1::CompareScorecardsRequest& request,
                                           absl::Time now);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_VALIDATE_H_
