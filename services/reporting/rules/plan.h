#ifndef ATHENA_SERVICES_REPORTING_RULES_PLAN_H_
#define ATHENA_SERVICES_REPORTING_RULES_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/reporting/rules/judgement.h"

// What is scored: a plan's elements, what their indicators measured in a quarter and what the
// elements themselves had to deliver.
namespace athena::reporting {

// What an element does about expected parts without score.
enum class MissingPolicy : int8_t {
  kIgnore,  // scores the others
  kStrict,  // has no score
  kZero,    // counts them as 0
};

// What was measured in one period, and what it is scored against. Thresholds are those that the
// value is compared with: of a flow, scaled to the part that is judged.
struct Measured {
  std::optional<Decimal> value;
  Reason reason = Reason::kNone;  // why there is no value
  int64_t present = 0;            // cells
  int64_t expected = 0;           // cells
  int judged = 0;                 // sub-periods that are judged (of a flow) or read (of a level)
  int all = 0;                    // sub-periods
  std::optional<Thresholds> current;
  std::optional<Thresholds> original;
  // Of the last version of the target that has one in this period. Only where `current` has none:
  // the target was ended.
  std::optional<Thresholds> ended;
};

// An indicator link of an element.
struct Link {
  // The indicator and the slice, as a canonical text. Links of an element are ordered by it; the
  // same key in two elements is worth a warning.
  std::string key;
  Decimal weight = Decimal::FromInt(1);
  bool critical = false;
  Measured period;
  std::optional<Measured> year_to_date;  // flow indicators
  // Where year_to_date has `ended` thresholds for other quarters than it has a value for: the value
  // for those quarters, against them.
  std::optional<Measured> year_to_date_held;
};

struct Milestone {
  std::string id;
  absl::CivilDay due;
  std::optional<absl::CivilDay> done;
  std::optional<absl::CivilDay> withdrawn;
  bool critical = false;
};

// How much of an action was done by the end of a quarter, as its lead reported it.
struct Report {
  Period quarter;
  bool validated = false;  // otherwise submitted; drafts and returned reports are none
  Decimal percent;         // 0 to 100
};

struct Element {
  int parent = -1;  // index in Plan::elements; -1: at the top. No cycles.
  std::string code;
  Decimal weight = Decimal::FromInt(1);
  bool critical = false;
  // The weight of its own delivery beside its links and the elements below it.
  Decimal delivery_weight = Decimal::FromInt(1);
  bool is_action = false;
  std::optional<absl::CivilDay> start;
  std::optional<absl::CivilDay> end;
  // The events that give its state on a day.
  std::optional<absl::CivilDay> completed_on;
  std::optional<absl::CivilDay> deferred_on;
  std::optional<absl::CivilDay> resumed_on;
  std::optional<absl::CivilDay> cancelled_on;
  std::vector<Milestone> milestones;
  std::vector<Report> reports;
  std::vector<Link> links;
};

struct Plan {
  Period quarter;       // the one that is scored
  absl::CivilDay date;  // the day of the basis
  MissingPolicy missing_policy = MissingPolicy::kIgnore;
  Decimal min_coverage = Decimal::FromUnits(500'000'000'000);  // 0.5
  bool score_year_to_date = false;                             // where a link has one
  // The first quarter in which actions are expected to report progress; absent: never.
  std::optional<Period> progress_expected_from;
  int report_delay_days = 14;  // after a quarter's last day its reports are due
  std::vector<Element> elements;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_PLAN_H_
