#ifndef ATHENA_SERVICES_REPORTING_RULES_OUTCOME_H_
#define ATHENA_SERVICES_REPORTING_RULES_OUTCOME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/decimal/decimal.h"
#include "services/reporting/rules/delivery.h"
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

// How many parts are NOT_APPLICABLE, by reason: links and deliveries, and elements that are
// cancelled or deferred.
struct NotApplicableCounts {
  int no_target = 0;
  int target_ended = 0;
  int cancelled = 0;
  int deferred = 0;
  int no_data = 0;
  int not_due = 0;

  // Adds one to the count of the reason; a reason without a count is ignored.
  void Count(Reason reason);
  void Add(const NotApplicableCounts& other);
};

// What a link, a delivery or an element comes to.
struct Scored {
  Status status = Status::kNoScore;
  Reason reason = Reason::kNone;  // why there is no score
  std::optional<Decimal> score;
  std::optional<Decimal> coverage;  // absent when nothing is expected
};

// A delivery as a part: with a coverage of 1, if it has a score.
Scored ScoredOf(const Delivery& delivery);

// A measurement, scored against each version of the target. A judgement is absent without value or
// thresholds.
struct JudgedMeasure {
  std::optional<Judgement> current;
  std::optional<Judgement> original;
  std::optional<Judgement> ended;
  std::optional<Decimal> coverage;  // present / expected; absent when nothing is expected
};

struct LinkOutcome : Scored {
  // As if its element stood, and an ended target were held.
  Scored as_last_stood;
  bool scored_year_to_date = false;
  JudgedMeasure period;
  std::optional<JudgedMeasure> year_to_date;
};

// Why an element's status can be no better than AMBER.
struct Cap {
  enum class Cause : int8_t { kPartRed, kPartWithoutScore, kMilestoneMissed };
  enum class Part : int8_t { kElement, kLink, kMilestone };
  Cause cause;
  Part part;
  int index;             // into Plan::elements, or the element's links or milestones as given
  bool changed = false;  // whether the status would be GREEN without caps
};

// The outcome of an element, or of the plan.
struct NodeOutcome : Scored {
  // As if no element were cancelled or deferred and no target ended: with what each of them was
  // last.
  Scored as_last_stood;
  std::optional<Delivery> delivery;  // absent where it is no part
  NotApplicableCounts not_applicable;
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
