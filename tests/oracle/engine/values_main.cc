// Compares the values of the indicator service with those of the second implementation: reads what
// generate.py --scored prints, one case with its scorecard a line, and prints what differs.
//
//     tests/oracle/generate.py --count 10000 --scored | .build/dev/bin/oracle-values [--show=20]
//
// Exits 1 where anything differs.

#include <cstdlib>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/decimal/decimal.h"
#include "services/indicator/testing/oracle_case.h"

namespace athena::indicator::testing {
namespace {

using nlohmann::json;

std::string NameOf(const OracleSelection& selection) {
  std::string codes;
  for (const auto& [dimension, code] : selection.slice) {
    absl::StrAppend(&codes, codes.empty() ? "" : ",", dimension, "=", code);
  }
  return codes.empty() ? selection.indicator : absl::StrCat(selection.indicator, "{", codes, "}");
}

json NumberJson(bool has, const common::v1::Number& number) {
  return has ? json(number.decimal()) : json();
}

json ReasonJson(v1::NoValueReason reason) {
  if (reason == v1::NO_VALUE_REASON_UNSPECIFIED) return json();
  return v1::NoValueReason_Name(reason).substr(std::string("NO_VALUE_REASON_").size());
}

json CoverageJson(const v1::Measured& measured) {
  if (measured.expected() > 0) {
    return Decimal::Divide(Decimal::FromInt(measured.present()),
                           Decimal::FromInt(measured.expected()))
        ->ToString();
  }
  return measured.has_value() ? json("1") : json();
}

// As thresholds_json of links.py.
void SetThresholds(bool has, const v1::Thresholds& thresholds, json* into) {
  if (!has) {
    (*into)["target"] = nullptr;
    (*into)["red"] = nullptr;
  } else if (thresholds.has_low()) {
    (*into)["low"] = thresholds.low().decimal();
    (*into)["red_low"] = thresholds.red_low().decimal();
    (*into)["high"] = thresholds.high().decimal();
    (*into)["red_high"] = thresholds.red_high().decimal();
  } else {
    (*into)["target"] = thresholds.target().decimal();
    (*into)["red"] = thresholds.red().decimal();
  }
}

json OperandJson(const v1::Measured& measured) {
  if (measured.operand().empty()) return json();
  const std::string& text = measured.operand();
  return {{"indicator", text.substr(0, text.find('{'))},
          {"reason", ReasonJson(measured.operand_reason())}};
}

// What a link shows of its values, as row_json of links.py has it.
json Shown(const v1::SelectionDefinition& definition, const v1::PeriodValue& value,
           bool year_to_date) {
  const v1::Measured& own =
      year_to_date && value.has_year_to_date() ? value.year_to_date() : value.own();
  json shown = {{"E", value.period()},
                {"value", NumberJson(own.has_value(), own.value())},
                {"value_reason", ReasonJson(own.reason())},
                {"operand", OperandJson(own)},
                {"provisional", own.provisional()},
                {"judged", own.judged()},
                {"sub_periods", own.all()},
                {"present", own.present()},
                {"expected", own.expected()},
                {"not_expected", own.not_expected()},
                {"coverage", CoverageJson(own)},
                {"added_after_activation", value.added_after_activation()},
                {"original", nullptr},
                {"ended_against", nullptr},
                {"so_far", nullptr},
                {"year_to_date", nullptr}};
  SetThresholds(own.has_current(), own.current(), &shown);
  if (definition.has_original()) {
    json original = {{"version", definition.original().version()}};
    original["is_current"] = definition.has_current() &&
                             definition.current().version() == definition.original().version();
    SetThresholds(own.has_original(), own.original(), &original);
    shown["original"] = original;
  }
  const auto shown_of = [](const v1::Measured& measured) -> const v1::Thresholds* {
    if (measured.has_current()) return &measured.current();
    if (measured.has_original()) return &measured.original();
    return measured.has_last_held() ? &measured.last_held() : nullptr;
  };
  if (const v1::Thresholds* ended = shown_of(own); !own.has_current() && ended != nullptr) {
    json against = {{"version", ended->version()}};
    SetThresholds(true, *ended, &against);
    shown["ended_against"] = against;
  }
  if (value.has_so_far()) {
    shown["so_far"] = {{"period", value.so_far().period()},
                       {"value", value.so_far().value().decimal()}};
  }
  if (value.has_year_to_date()) {
    const v1::Measured& to_date = value.year_to_date();
    json of_year = {{"value", NumberJson(to_date.has_value(), to_date.value())},
                    {"reason", ReasonJson(to_date.reason())},
                    {"coverage", CoverageJson(to_date)}};
    const v1::Thresholds* thresholds = shown_of(to_date);
    SetThresholds(thresholds != nullptr,
                  thresholds == nullptr ? v1::Thresholds::default_instance() : *thresholds,
                  &of_year);
    shown["year_to_date"] = of_year;
  }
  return shown;
}

class Comparison {
 public:
  explicit Comparison(int show) : show_(show) {}

  void Compare(const json& line) {
    const json& oracle_case = line.at("case");
    const json& scorecard = line.at("scorecard");
    ++cases_;
    if (!scorecard.contains("plan")) return;
    const std::vector<OracleSelection> selections = SelectionsOf(oracle_case);
    if (selections.empty()) return;
    const v1::QueryPeriodValuesResponse answer = AnswerOracleCase(oracle_case, selections);
    const bool year_to_date = oracle_case.at("plan").value("score_basis", "") == "YEAR_TO_DATE";
    shown_.clear();
    for (const v1::PeriodValue& value : answer.values()) {
      if (value.own().reason() == v1::NO_VALUE_REASON_INDICATOR_NOT_READABLE) continue;
      shown_[NameOf(selections[static_cast<size_t>(value.selection())])] =
          Shown(answer.definitions(value.selection()), value, year_to_date);
    }
    CompareNode(scorecard.at("plan"));
  }

  int Report() const {
    for (const auto& [field, count] : differences_) std::cout << count << " " << field << "\n";
    std::cout << cases_ << " cases, " << links_ << " links, "
              << (differences_.empty() ? "all equal" : "some differ") << "\n";
    return differences_.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
  }

 private:
  void CompareNode(const json& node) {
    for (const json& link : node.at("links")) CompareLink(link);
    for (const json& child : node.at("children")) CompareNode(child);
  }

  void CompareLink(const json& expected) {
    ++links_;
    const std::string name = expected.at("link");
    const auto found = shown_.find(name);
    if (!expected.contains("E")) {
      if (found != shown_.end()) Differ(name, "readable", "no", "yes");
      return;
    }
    if (found == shown_.end()) {
      Differ(name, "readable", "yes", "no");
      return;
    }
    const json& actual = found->second;
    // Nothing is computed of a period that has not begun.
    const bool not_begun = actual.at("value_reason") == "NOT_BEGUN";
    for (const auto& [field, value] : actual.items()) {
      const bool of_value = field != "E" && field != "target" && field != "red" &&
                            field != "original" && field != "added_after_activation";
      if (not_begun && of_value) continue;
      const json& wanted = expected.contains(field) ? expected.at(field) : json("(absent)");
      if (value.is_object() && wanted.is_object()) {
        for (const auto& [part, number] : value.items()) {
          const json& other = wanted.contains(part) ? wanted.at(part) : json("(absent)");
          if (other != number) Differ(name, field + "." + part, other.dump(), number.dump());
        }
      } else if (wanted != value) {
        Differ(name, field, wanted.dump(), value.dump());
      }
    }
  }

  void Differ(const std::string& link, const std::string& field, const std::string& expected,
              const std::string& actual) {
    if (shown_differences_ < show_) {
      ++shown_differences_;
      std::cout << "case " << cases_ - 1 << " " << link << " " << field << ": " << expected << " | "
                << actual << "\n";
    }
    ++differences_[field];
  }

  const int show_;
  int shown_differences_ = 0;
  int64_t cases_ = 0;
  int64_t links_ = 0;
  std::map<std::string, json> shown_;           // by link, of the present case
  std::map<std::string, int64_t> differences_;  // by field
};

}  // namespace
}  // namespace athena::indicator::testing

int main(int argc, char** argv) {
  int show = 20;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag.rfind("--show=", 0) == 0) show = std::atoi(flag.c_str() + 7);
  }
  athena::indicator::testing::Comparison comparison(show);
  std::string line;
  while (std::getline(std::cin, line)) comparison.Compare(nlohmann::json::parse(line));
  return comparison.Report();
}
