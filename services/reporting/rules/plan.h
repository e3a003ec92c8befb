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

// What is scored: a plan's elements and what their indicators measured in a quarter.
namespace athena::reporting {

// What an element does about expected parts without score.
enum class MissingPolicy : int8_t {
  kIgnore,  // scores the others
  kStrict,  // has no score
  kZero,    // counts them as 0
};

// What was measured in one period, and what it is scored against.
struct Measured {
  std::optional<Decimal> value;
  Reason reason = Reason::kNone;  // why there is no value
  int64_t present = 0;            // cells
  int64_t expected = 0;           // cells
  std::optional<Thresholds> current;
  std::optional<Thresholds> original;
};

// An indicator link of an element.
struct Link {
  // The indicator and the slice, as a canonical text. Links of an element are ordered by it; the
  // same key in two elements is worth a warning.
  std::string key;
  Decimal weight = Decimal::FromInt(1);
  bool critical = false;
  Direction direction = Direction::kHigher;
  Measured period;
  std::optional<Measured> year_to_date;  // flow indicators
};

struct Milestone {
  std::string id;
  absl::CivilDay due;
  std::optional<absl::CivilDay> done;
  bool critical = false;
};

struct Element {
  int parent = -1;  // index in Plan::elements; -1: at the top. No cycles.
  std::string code;
  Decimal weight = Decimal::FromInt(1);
  bool critical = false;
  std::optional<absl::CivilDay> deferred_on;
  std::optional<absl::CivilDay> resumed_on;
  std::optional<absl::CivilDay> cancelled_on;
  std::vector<Milestone> milestones;
  std::vector<Link> links;
};

struct Plan {
  Period quarter;       // the one that is scored
  absl::CivilDay date;  // the day of the basis
  MissingPolicy missing_policy = MissingPolicy::kIgnore;
  Decimal min_coverage = Decimal::FromUnits(500'000'000'000);  // 0.5
  bool score_year_to_date = false;                             // where a link has one
  std::vector<Element> elements;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_PLAN_H_
