#include "tests/oracle/engine/case.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace athena::oracle {
namespace {

using reporting::Direction;
using reporting::Element;

const Json& At(const Json& json, const char* name) {
  static const Json kNull;
  const auto found = json.find(name);
  return found == json.end() ? kNull : *found;
}

std::string TextIn(const Json& json, const char* name, const char* otherwise) {
  const Json& text = At(json, name);
  return text.is_null() ? otherwise : text.get<std::string>();
}

bool Is(const Json& json, const char* name, bool otherwise = false) {
  const Json& flag = At(json, name);
  return flag.is_null() ? otherwise : flag.get<bool>();
}

Decimal NumberOr(const Json& json, const char* name, Decimal otherwise) {
  return NumberIn(json, name).value_or(otherwise);
}

// Slices and codes in the order of their dimensions.
std::string SliceText(const Json& slice) {
  std::vector<std::string> codes;
  for (const auto& [dimension, code] : slice.items()) {
    codes.push_back(absl::StrCat(dimension, "=", code.get<std::string>()));
  }
  return codes.empty() ? "" : absl::StrCat("{", absl::StrJoin(codes, ","), "}");
}

std::string NameOf(const Json& link) {
  return absl::StrCat(link["indicator"].get<std::string>(), SliceText(At(link, "slice")));
}

struct Definitions {
  std::map<std::string, Json> indicators;
  std::map<std::string, Json> current;  // the current target version, by the name of its link

  explicit Definitions(const Json& json) {
    for (const Json& indicator : At(json, "indicators")) {
      indicators[indicator["id"].get<std::string>()] = indicator;
    }
    for (const Json& target : At(json, "targets")) {
      if (!target["versions"].empty()) current[NameOf(target)] = target["versions"].back();
    }
  }

  bool IsFlow(const Json& indicator) const {
    if (indicator.contains("formula")) return TextIn(indicator, "nature", "LEVEL") == "FLOW";
    const std::string time = TextIn(indicator, "time", "");
    return time == "SUM" || time == "COUNT";
  }

  LinkContext ContextOf(const Json& link) const {
    const Json& indicator = indicators.at(link["indicator"].get<std::string>());
    LinkContext context;
    context.name = NameOf(link);
    context.readable = Is(indicator, "readable", true);
    context.is_flow = IsFlow(indicator);
    const std::string direction = TextIn(indicator, "direction", "HIGHER");
    context.direction = direction == "LOWER"   ? Direction::kLower
                        : direction == "RANGE" ? Direction::kRange
                                               : Direction::kHigher;
    const auto target = current.find(context.name);
    if (target == current.end() || context.direction == Direction::kRange) return context;
    const Json& baseline = At(target->second, "baseline");
    const Json& anchors = At(target->second, "anchors");
    if (baseline.is_null() || anchors.empty()) return context;
    const Json& last = anchors.back();
    context.course = reporting::Course{*NumberIn(baseline, "value"), *PeriodIn(baseline, "period"),
                                       *NumberIn(last, "value"), *PeriodIn(last, "period")};
    return context;
  }
};

Element ElementFrom(const Json& json, int parent) {
  Element element;
  element.parent = parent;
  element.code = json["code"].get<std::string>();
  element.weight = NumberOr(json, "weight", element.weight);
  element.delivery_weight = NumberOr(json, "delivery_weight", element.delivery_weight);
  element.critical = Is(json, "critical");
  element.is_action = TextIn(json, "kind", "OBJECTIVE") == "ACTION";
  element.start = DayIn(json, "start");
  element.end = DayIn(json, "end");
  element.completed_on = DayIn(json, "completed_on");
  element.deferred_on = DayIn(json, "deferred_on");
  element.resumed_on = DayIn(json, "resumed_on");
  element.cancelled_on = DayIn(json, "cancelled_on");
  for (const Json& milestone : At(json, "milestones")) {
    element.milestones.push_back({absl::StrCat(element.milestones.size()), *DayIn(milestone, "due"),
                                  DayIn(milestone, "done_on"), DayIn(milestone, "withdrawn_on"),
                                  Is(milestone, "critical")});
  }
  for (const Json& report : At(json, "reports")) {
    const std::string state = report["state"].get<std::string>();
    if (state != "VALIDATED" && state != "SUBMITTED") continue;
    element.reports.push_back(
        {*PeriodIn(report, "quarter"), state == "VALIDATED", *NumberIn(report, "percent")});
  }
  return element;
}

void AddElements(const Json& json, int parent, const Definitions& definitions, Case* read) {
  for (const Json& message : json) {
    const int index = static_cast<int>(read->plan.elements.size());
    Element element = ElementFrom(message, parent);
    std::vector<LinkContext> contexts;
    for (const Json& link : At(message, "links")) {
      contexts.push_back(definitions.ContextOf(link));
      reporting::Link& into = element.links.emplace_back();
      into.key = contexts.back().name;
      into.weight = NumberOr(link, "weight", into.weight);
      into.critical = Is(link, "critical");
    }
    read->plan.elements.push_back(std::move(element));
    read->owners.push_back(TextIn(message, "owner", ""));
    read->links.push_back(std::move(contexts));
    AddElements(At(message, "children"), index, definitions, read);
  }
}

std::vector<reporting::BudgetLine> BudgetLinesFrom(const Json& json,
                                                   const std::vector<Element>& elements) {
  std::vector<reporting::BudgetLine> lines;
  for (const Json& one : json) {
    reporting::BudgetLine& line = lines.emplace_back();
    for (size_t i = 0; i < elements.size(); ++i) {
      const char* const code = elements[i].code.c_str();
      if (const auto share = NumberIn(one["shares"], code)) {
        line.shares.push_back({static_cast<int>(i), *share});
      }
    }
    for (size_t i = 0; i < reporting::kAmounts; ++i) {
      line.row.of[i] = NumberIn(one["amounts"], kAmountNames[i]);
    }
  }
  return lines;
}

}  // namespace

std::optional<Decimal> NumberIn(const Json& json, const char* name) {
  const Json& number = At(json, name);
  if (number.is_null()) return std::nullopt;
  if (number.is_number_integer()) return Decimal::FromInt(number.get<int64_t>());
  return Decimal::Parse(number.get<std::string>()).value();
}

std::optional<Period> PeriodIn(const Json& json, const char* name) {
  const Json& period = At(json, name);
  if (period.is_null()) return std::nullopt;
  return Period::Parse(period.get<std::string>()).value();
}

std::optional<absl::CivilDay> DayIn(const Json& json, const char* name) {
  const std::optional<Period> day = PeriodIn(json, name);
  if (!day.has_value()) return std::nullopt;
  return day->FirstDay();
}

Case CaseFrom(const Json& json) {
  Case read;
  const Json& plan = json["plan"];
  read.plan.quarter = *PeriodIn(json, "quarter");
  read.plan.date = *DayIn(json, "date");
  const std::string policy = TextIn(plan, "missing_parts", "IGNORE");
  read.plan.missing_policy = policy == "STRICT" ? reporting::MissingPolicy::kStrict
                             : policy == "ZERO" ? reporting::MissingPolicy::kZero
                                                : reporting::MissingPolicy::kIgnore;
  read.plan.min_coverage = NumberOr(plan, "min_coverage", read.plan.min_coverage);
  // What the oracle measured is what it scored: the period or the year to date.
  read.plan.score_year_to_date = true;
  read.scores_year_to_date = TextIn(plan, "score_basis", "QUARTER") == "YEAR_TO_DATE";
  read.plan.progress_expected_from = PeriodIn(plan, "progress_expected_from");
  const Json& delay = At(At(json, "institution"), "report_delay_days");
  if (!delay.is_null()) read.plan.report_delay_days = delay.get<int>();
  AddElements(At(plan, "elements"), -1, Definitions(json), &read);
  read.budget_lines = BudgetLinesFrom(At(plan, "budget_lines"), read.plan.elements);
  const absl::CivilDay day = std::min(read.plan.quarter.LastDay(), read.plan.date);
  read.elapsed_share = reporting::ElapsedShare(*DayIn(plan, "start"), *DayIn(plan, "end"), day);
  return read;
}

}  // namespace athena::oracle
