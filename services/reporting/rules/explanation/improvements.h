#ifndef ATHENA_SERVICES_REPORTING_RULES_EXPLANATION_IMPROVEMENTS_H_
#define ATHENA_SERVICES_REPORTING_RULES_EXPLANATION_IMPROVEMENTS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "libs/decimal/decimal.h"
#include "services/reporting/rules/explanation/required_value.h"
#include "services/reporting/rules/outcome.h"
#include "services/reporting/rules/plan.h"

// What would make a link, an element or the plan GREEN, if everything else stays as it is. It is
// computed with the rules themselves (judgement.h, roll_up.h, delivery.h), so that what it requires
// is enough, to the last digit. All functions are pure and thread-safe.
namespace athena::reporting {

// A part of an element or of the plan, as the roll-up takes it.
struct NodePart {
  enum class Kind : int8_t { kLink, kElement, kDelivery };
  Kind kind;
  int index = -1;  // into the element's links, or Plan::elements
  Decimal weight;
  bool critical = false;
  Scored scored;
};

// The parts of an element, or of the plan (-1): its links in the order of their keys, the elements
// below it in the order of their codes, its delivery. Those that are NOT_APPLICABLE too.
std::vector<NodePart> PartsOf(const Plan& plan, const Outcome& outcome, int node);

struct Improvement {
  enum class Kind : int8_t {
    kWait,           // until the quarter begins, or something is due
    kResume,         // the element
    kAccess,         // to the indicator
    kSetTarget,      // for the period
    kSendData,       // that are expected; of a node, `required` is the least coverage
    kDefinition,     // has to be mended
    kValue,          // has to be `required_value`
    kPartScore,      // `part` has to score `required`
    kAllParts,       // all expected parts have to score `required`
    kLiftCap,        // the critical `part` must not be RED
    kScoreCritical,  // the critical `part` must have a score, and be GREEN
    kMilestone,      // has to be reached
    kWeight,         // parts need one
    kExpect,         // something has to be expected
  };
  Kind kind;
  int group = 1;  // one improvement of each group is enough
  std::optional<Decimal> required = {};
  std::optional<Decimal> present = {};
  // The value that it takes: of the link itself, or of `part`, of a delivery in percent. Absent
  // where no value is enough.
  std::optional<RequiredValue> required_value = {};
  int part = -1;       // into PartsOf
  int milestone = -1;  // into the element's milestones
};

// None when the link is GREEN.
std::vector<Improvement> ImproveLink(const Plan& plan, const Link& link,
                                     const LinkOutcome& outcome);

// `node` is an element, or the plan (-1). None when it is GREEN.
std::vector<Improvement> ImproveNode(const Plan& plan, const Outcome& outcome, int node);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_EXPLANATION_IMPROVEMENTS_H_
