#ifndef ATHENA_SERVICES_REPORTING_RULES_TESTING_PLANS_H_
#define ATHENA_SERVICES_REPORTING_RULES_TESTING_PLANS_H_

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/reporting/rules/plan.h"
#include "services/reporting/rules/testing/values.h"

// Plans to score: by hand, and random ones.
namespace athena::reporting {

// A link that scores exactly `score` (0 to 100 over target 66.67...: G = 200, R = 100, d = 100, so
// the score is value / 3), with coverage present / expected.
inline Link Scoring(std::string key, std::string_view value, std::string_view weight = "1",
                    int64_t present = 1, int64_t expected = 1) {
  Link link;
  link.key = std::move(key);
  link.weight = D(weight);
  link.period.value = D(value);
  link.period.present = present;
  link.period.expected = expected;
  link.period.current = Target("200", "100");
  return link;
}

inline Link Missing(std::string key, Reason reason, int64_t expected) {
  Link link = Scoring(std::move(key), "0");
  link.period.value.reset();
  link.period.reason = reason;
  link.period.present = 0;
  link.period.expected = expected;
  return link;
}

inline Link WithoutTarget(Link link) {
  link.period.current.reset();
  return link;
}

inline Plan OfQuarter() {
  Plan plan;
  plan.quarter = Period::Quarter(2021, 3);
  plan.date = absl::CivilDay(2021, 11, 1);
  return plan;
}

inline int AddElement(Plan* plan, std::string code, int parent, std::vector<Link> links = {}) {
  Element element;
  element.code = std::move(code);
  element.parent = parent;
  element.links = std::move(links);
  plan->elements.push_back(std::move(element));
  return static_cast<int>(plan->elements.size()) - 1;
}

// Of 25 elements, some of them critical and some links without value.
inline Plan RandomPlan(std::mt19937* random) {
  std::uniform_int_distribution<int> value(-50, 350);
  std::uniform_int_distribution<int> weight(0, 5'000'000);
  std::uniform_int_distribution<int> dice(0, 9);
  Plan plan = OfQuarter();
  plan.min_coverage = Decimal();
  for (int i = 0; i < 25; ++i) {
    const int parent = i == 0 ? -1 : std::uniform_int_distribution<int>(-1, i - 1)(*random);
    std::vector<Link> links;
    for (int k = 0; k < dice(*random) % 4; ++k) {
      Link link = dice(*random) == 0 ? Missing(std::to_string(k), Reason::kIncomplete, 1)
                                     : Scoring(std::to_string(k), std::to_string(value(*random)));
      link.weight = Decimal::FromUnits(Int128{1'000'000} * (1 + weight(*random)));
      link.critical = dice(*random) == 0;
      links.push_back(std::move(link));
    }
    const int index = AddElement(&plan, std::to_string(i), parent, std::move(links));
    plan.elements[index].weight = Decimal::FromUnits(Int128{1'000'000} * (1 + weight(*random)));
    plan.elements[index].critical = dice(*random) == 0;
  }
  return plan;
}

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_TESTING_PLANS_H_
