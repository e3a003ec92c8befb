#ifndef ATHENA_SERVICES_REPORTING_RULES_OUTCOME_H_
#define ATHENA_SERVICES_REPORTING_RULES_OUTCOME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/decimal/decimal.h"
#include "services/reporting/rules/judgement.h"

// What scoring a plan's quarter gives.
namespace athena::reporting {

// How many elements or links have each status.
struct Counts {
  int green = 0;
  int amber = 0;
  int red = 0;
  int no_score = 0;
  int not_applicable = 0;

  void Count(Status status);
  void Add(const Counts& other);
};

// A measurement, scored against the current and the original target. A judgement is absent without
// value or thresholds.
struct JudgedMeasure {
  std::optional<Judgement> current;
  std::optional<Judgement> original;
  std::optional<Decimal> coverage;  // present / expected; absent when nothing is expected
};

struct LinkOutcome {
  Status status = Status::kNoScore;
  Reason reason = Reason::kNone;
  std::optional<Decimal> score;
  // Whether it is an expected part of its element: it has a score, or should have one.
  bool expected = false;
  bool scored_year_to_date = false;
  JudgedMeasure period;
  std::optional<JudgedMeasure> year_to_date;
  std::optional<Decimal> coverage;  // of the measurement that was scored
};

// Why an element's status can be no better than AMBER.
struct Cap {
  enum class Cause : int8_t { kPartRed, kPartWithoutScore, kMilestoneMissed };
  enum class Part : int8_t { kElement, kLink, kMilestone };
  Cause cause;
  Part part;
  int index;  // into Plan::elements, or the element's links or milestones as given
};

// The outcome of an element, or of the plan.
struct NodeOutcome {
  Status status = Status::kNoScore;
  Reason reason = Reason::kNone;
  std::optional<Decimal> score;
  std::optional<Decimal> coverage;
  std::vector<Cap> caps;           // of links in order, then elements in order, then milestones
  std::vector<int> children;       // into Plan::elements, in natural order of their codes
  std::vector<int> link_order;     // into the element's links, in the order of their keys
  std::vector<LinkOutcome> links;  // as the element's links are given
  Counts element_counts;           // of the elements below
  Counts indicator_counts;         // of the links here and below
};

// The same indicator and slice in several elements.
struct RepeatedLink {
  std::string key;
  // Pairs of element and link, in natural order of the elements' codes.
  std::vector<std::pair<int, int>> places;
};

struct Outcome {
  NodeOutcome plan;                    // whose parts are the elements at the top
  std::vector<NodeOutcome> elements;   // as given
  std::vector<RepeatedLink> repeated;  // in the order of their keys
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_OUTCOME_H_
