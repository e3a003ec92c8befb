#include "services/indicator/testing/oracle_case.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/decimal/decimal.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/query/period_values_answer.h"
#include "services/indicator/query/query_graph.h"
#include "services/indicator/query/query_index.h"
#include "services/indicator/query/query_request.h"
#include "services/indicator/query/query_values.h"

namespace athena::indicator::testing {
namespace {

using nlohmann::json;

constexpr char kInstitution[] = "oracle";
// Later than every version of a target.
constexpr int64_t kRevision = 1'000'000;

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) Die(value.status().ToString());
  return *std::move(value);
}

absl::CivilDay DayOf(const std::string& text) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day)) Die("no day: " + text);
  return day;
}

// A number is a text or an integer.
std::string NumberText(const json& number) {
  return number.is_string() ? number.get<std::string>() : number.dump();
}
Decimal DecimalOf(const json& number) { return Must(Decimal::Parse(NumberText(number))); }
double DoubleOf(const json& number) {
  const std::string text = NumberText(number);
  const char* const end = text.data() + text.size();
  double value = 0;
  const auto [read, fault] = std::from_chars(text.data(), end, value);  // in every locale the same
  if (fault != std::errc() || read != end) Die("no number: " + text);
  return value;
}

bool Has(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && !found->is_null();
}
std::string TextOr(const json& object, const char* name, const char* otherwise) {
  return Has(object, name) ? object.at(name).get<std::string>() : otherwise;
}

using Codes = std::map<std::string, std::string>;

Codes CodesOf(const json& object, const char* name) {
  return Has(object, name) ? object.at(name).get<Codes>() : Codes();
}

Frequency FrequencyOfCode(const std::string& code) {
  for (const Frequency frequency : {Frequency::kDay, Frequency::kWeek, Frequency::kMonth,
                                    Frequency::kQuarter, Frequency::kSemester, Frequency::kYear}) {
    if (FrequencyCode(frequency) == code) return frequency;
  }
  Die("no frequency: " + code);
}

// Of a formula.
std::vector<Operand> OperandsOf(const json& indicator) {
  return Must(Formula::Parse(indicator.at("formula").get<std::string>())).operands();
}

v1::Indicator::Frequency FrequencyMessage(Frequency frequency) {
  return static_cast<v1::Indicator::Frequency>(static_cast<int>(frequency) + 1);
}

template <typename Enum>
Enum Named(const std::string& name, bool (*parse)(::google::protobuf::ConstStringParam, Enum*)) {
  Enum value;
  if (!parse(name, &value)) Die("no " + name);
  return value;
}

// Reads a case into what a query reads from the database.
class CaseReader {
 public:
  explicit CaseReader(const json& oracle_case) : case_(oracle_case), index_(kInstitution) {
    CollectCodes();
    ReadDefinitions();
    ReadTargets();
    ReadObservations();
  }

  v1::QueryPeriodValuesResponse Answer(absl::Span<const OracleSelection> selections,
                                       absl::Span<const std::string> periods) {
    std::vector<InstitutionView> views(1);
    views[0].id = kInstitution;
    views[0].revision = kRevision;
    views[0].head = kRevision;
    views[0].current = definitions_;
    views[0].index = &index_;
    QueryRequest request;
    request.institutions = {kInstitution};
    for (const OracleSelection& one : selections) {
      request.selections.push_back(
          {0, one.indicator, Slice(one.slice.begin(), one.slice.end()), {}});
    }
    for (const std::string& period : periods)
      request.periods.push_back(Must(Period::Parse(period)));
    if (periods.empty())
      request.periods.push_back(Must(Period::Parse(case_.at("quarter").get<std::string>())));
    request.date = DayOf(case_.at("date").get<std::string>());
    request.original_at = OriginalAt();
    const auto may_read = [this](const QuerySelection& selection) {
      return !unreadable_.contains(selection.indicator);
    };
    const auto is_restricted = [](const InstitutionView&, const Definition&) { return false; };
    PeriodValuesContent content;
    content.graph = std::make_shared<const QueryGraph>(
        Must(BuildQueryGraph(views, request, may_read, is_restricted)));
    const QueryCells cells = CellsOf(*content.graph);
    QueryEvaluator evaluator(*content.graph, cells);
    for (const QueryRoot& root : content.graph->roots) {
      if (!content.NeedsValues(root)) continue;
      for (const Period period : content.graph->periods) {
        content.values.push_back(evaluator.ValueOf(root, period));
      }
    }
    PeriodValuesAnswer answer(std::move(content));
    v1::QueryPeriodValuesResponse all;
    std::string part;
    while (answer.Next(&part)) {
      if (!all.MergeFromString(part)) Die("an answer cannot be parsed");
      part.clear();
    }
    return all;
  }

 private:
  struct Observed {
    int32_t series;
    Codes codes;
    Period period;
    char status;
    LongDecimal value;
  };

  std::optional<absl::Time> OriginalAt() const {
    const json& plan = case_.at("plan");
    if (!Has(plan, "activated_on")) return std::nullopt;
    return absl::FromCivil(DayOf(plan.at("activated_on").get<std::string>()) + 1,
                           absl::UTCTimeZone()) -
           absl::Microseconds(1);
  }

  // The codes of each dimension that occur anywhere.
  void CollectCodes() {
    const auto add = [this](const Codes& codes) {
      for (const auto& [dimension, code] : codes) codes_[dimension].insert(code);
    };
    for (const json& one : case_.at("observations")) add(CodesOf(one, "codes"));
    for (const OracleSelection& one : SelectionsOf(case_)) add(one.slice);
    if (Has(case_, "targets")) {
      for (const json& one : case_.at("targets")) add(CodesOf(one, "slice"));
    }
    for (const json& one : case_.at("indicators")) {
      if (!Has(one, "formula")) continue;
      for (const Operand& operand : OperandsOf(one)) {
        add(Codes(operand.slice.begin(), operand.slice.end()));
      }
    }
  }

  // The coarsest frequency of an indicator's operands at any depth.
  Frequency FrequencyOfIndicator(const std::string& id) {
    const json& one = *by_id_.at(id);
    if (!Has(one, "formula")) return FrequencyOfCode(one.at("frequency"));
    Frequency coarsest = Frequency::kDay;
    for (const Operand& operand : OperandsOf(one)) {
      coarsest = std::max(coarsest, FrequencyOfIndicator(operand.indicator));
    }
    return coarsest;
  }

  void ReadDefinitions() {
    for (const json& one : case_.at("indicators")) by_id_[one.at("id")] = &one;
    std::vector<Definition> definitions;
    for (const auto& [id, one] : by_id_) {
      v1::Indicator message = DefinitionMessage(id, *one);
      if (!one->value("readable", true)) unreadable_.insert(id);
      definitions.push_back(Must(ReadDefinition(std::move(message))));
    }
    definitions_ = std::make_shared<const Definitions>(1, std::move(definitions));
  }

  v1::Indicator DefinitionMessage(const std::string& id, const json& one) {
    v1::Indicator message;
    message.set_name(absl::StrCat("institutions/", kInstitution, "/indicators/", id));
    message.set_revision(1);
    message.set_direction(
        Named("DIRECTION_" + TextOr(one, "direction", "HIGHER"), &v1::Indicator::Direction_Parse));
    if (Has(one, "policy")) {
      message.set_missing_policy(Named("MISSING_POLICY_" + one.at("policy").get<std::string>(),
                                       &v1::Indicator::MissingPolicy_Parse));
    }
    if (Has(one, "min_coverage")) message.set_min_coverage(DoubleOf(one.at("min_coverage")));
    if (Has(one, "delay_days")) message.set_reporting_delay_days(one.at("delay_days"));
    message.set_expected_from(TextOr(one, "expected_from", ""));
    if (Has(one, "formula")) {
      message.set_kind(v1::Indicator::KIND_FORMULA);
      message.set_formula(one.at("formula").get<std::string>());
      message.set_frequency(
          FrequencyMessage(std::max(FrequencyOfIndicator(id), Frequency::kQuarter)));
      message.set_formula_nature(
          Named("NATURE_" + TextOr(one, "nature", "LEVEL"), &v1::Indicator::Nature_Parse));
      message.set_operand_alignment(
          Named("OPERAND_ALIGNMENT_" + TextOr(one, "alignment", "COMMON_CELLS"),
                &v1::Indicator::OperandAlignment_Parse));
      return message;
    }
    message.set_kind(v1::Indicator::KIND_BASE);
    message.set_frequency(FrequencyMessage(FrequencyOfCode(one.at("frequency"))));
    message.set_time_aggregation(Named("TIME_AGGREGATION_" + one.at("time").get<std::string>(),
                                       &v1::Indicator::TimeAggregation_Parse));
    message.set_group_aggregation(Named("GROUP_AGGREGATION_" + TextOr(one, "group", "NONE"),
                                        &v1::Indicator::GroupAggregation_Parse));
    if (!Has(one, "dimensions")) return message;
    for (const json& dimension : one.at("dimensions")) {
      v1::Dimension& added = *message.add_dimensions();
      added.set_id(dimension.get<std::string>());
      for (const std::string& code : codes_[added.id()]) added.add_codes()->set_id(code);
    }
    return message;
  }

  Anchor AnchorOf(const json& point) const {
    Anchor anchor;
    anchor.period = Must(Period::Parse(point.at("period").get<std::string>()));
    const auto read = [&point](const char* name, std::optional<Decimal>* into) {
      if (Has(point, name)) *into = DecimalOf(point.at(name));
    };
    read("value", &anchor.value);
    read("red", &anchor.red);
    read("low", &anchor.low);
    read("high", &anchor.high);
    read("red_low", &anchor.red_low);
    read("red_high", &anchor.red_high);
    return anchor;
  }

  // What readers of an answer take from the message: the baseline and the anchors.
  static void FillMessage(const Target& target, v1::Target* message) {
    if (target.baseline.has_value()) {
      message->mutable_baseline()->set_period(target.baseline->period.ToString());
      message->mutable_baseline()->set_value(target.baseline->value.ToDouble());
    }
    for (const Anchor& anchor : target.anchors) {
      v1::Target::Anchor& added = *message->add_anchors();
      added.set_period(anchor.period.ToString());
      if (anchor.value.has_value()) added.set_value(anchor.value->ToDouble());
      if (anchor.low.has_value()) added.set_low(anchor.low->ToDouble());
      if (anchor.high.has_value()) added.set_high(anchor.high->ToDouble());
    }
  }

  std::shared_ptr<const TargetVersion> VersionOf(const json& version, const Definition& definition,
                                                 int number, bool declared) const {
    auto result = std::make_shared<TargetVersion>();
    result->revision = number + 1;
    result->set_time = absl::InfinitePast();
    if (Has(version, "set_on")) {
      result->set_time = absl::FromCivil(DayOf(version.at("set_on")), absl::UTCTimeZone());
    }
    result->message.set_version(declared ? 0 : number + 1);
    result->message.set_declared_original(declared);
    Target& target = result->trajectory;
    target.direction = definition.direction;
    target.measure = definition.measure;
    if (TextOr(version, "interpolation", "LINEAR") == "STEP") {
      target.interpolation = Interpolation::kStep;
    }
    if (Has(version, "baseline")) {
      const Anchor baseline = AnchorOf(version.at("baseline"));
      target.baseline = Baseline{baseline.period, baseline.value.value_or(Decimal()), baseline.red};
    }
    for (const json& point : version.at("anchors")) target.anchors.push_back(AnchorOf(point));
    FillMessage(target, &result->message);
    target.red_flag = RedFlag::kValues;
    if (Has(version, "margin")) {
      target.red_flag = RedFlag::kMargin;
      target.margin = DecimalOf(version.at("margin"));
    } else if (Has(version, "tolerance")) {
      target.red_flag = RedFlag::kTolerance;
      target.tolerance = DecimalOf(version.at("tolerance"));
    }
    if (Has(version, "profile") && target.measure == Measure::kFlow) {
      std::array<Decimal, 4>& profile = target.quarter_profile.emplace();
      for (size_t i = 0; i < profile.size(); ++i) {
        profile[i] = DecimalOf(version.at("profile").at(i));
      }
    }
    if (Has(version, "ended_from")) {
      target.ended_from = Must(Period::Parse(version.at("ended_from").get<std::string>()));
    }
    return result;
  }

  void ReadTargets() {
    if (!Has(case_, "targets")) return;
    for (const json& one : case_.at("targets")) {
      const std::string id = one.at("indicator");
      const Definition& definition = *definitions_->Find(id);
      std::string slice;
      for (const auto& [dimension, code] : CodesOf(one, "slice")) {
        absl::StrAppend(&slice, slice.empty() ? "" : ",", dimension, "=", code);
      }
      int number = 0;
      for (const json& version : one.at("versions")) {
        index_.AddTarget(id, slice, VersionOf(version, definition, number++, false));
      }
      if (Has(one, "declared_original")) {
        index_.AddTarget(id, slice, VersionOf(one.at("declared_original"), definition, 0, true));
      }
    }
  }

  // The codes of a series, joined in the order of the definition's dimensions.
  static std::string Joined(const Definition& definition, const Codes& codes) {
    std::string joined;
    for (size_t i = 0; i < definition.dimensions.size(); ++i) {
      absl::StrAppend(&joined, i == 0 ? "" : ",", codes.at(definition.dimensions[i].id));
    }
    return joined;
  }

  void ReadObservations() {
    for (const json& row : case_.at("observations")) {
      const std::string id = row.at("indicator");
      const Definition& definition = *definitions_->Find(id);
      Observed observed;
      observed.codes = CodesOf(row, "codes");
      observed.period = Must(Period::Parse(row.at("period").get<std::string>()));
      observed.status = TextOr(row, "status", "A")[0];
      if (Has(row, "value")) {
        observed.value = *LongDecimal::FromDouble(DoubleOf(row.at("value")));
      }
      const auto [number, added] = series_.try_emplace({id, Joined(definition, observed.codes)},
                                                       static_cast<int32_t>(series_.size()) + 1);
      if (added) index_.AddSeries(id, number->first.second, number->second);
      observed.series = number->second;
      observed_[id].push_back(std::move(observed));
    }
    if (!Has(case_, "series_ends")) return;
    for (const json& one : case_.at("series_ends")) {
      const std::string id = one.at("indicator");
      const Definition& definition = *definitions_->Find(id);
      const Period last = Period::Containing(definition.frequency, DayOf(one.at("last_day")));
      const auto series = series_.find({id, Joined(definition, CodesOf(one, "codes"))});
      if (series != series_.end()) ends_[series->second] = last.index() + 1;
    }
  }

  QueryCells CellsOf(const QueryGraph& graph) const {
    QueryCells cells;
    cells.of_node.resize(graph.nodes.size());
    cells.observed.resize(graph.nodes.size());
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      const QueryNode& node = graph.nodes[i];
      const auto found = observed_.find(node.indicator);
      if (!node.is_base() || found == observed_.end()) continue;
      std::set<int32_t> series;
      for (const Observed& one : found->second) {
        const CellKind kind = *KindOfStatus(one.status, node.frequency);
        if (!node.start.has_value() && IsObservation(kind)) {
          const int32_t first = cells.observed[i].value_or(one.period.index());
          cells.observed[i] = std::min(first, one.period.index());
        }
        const bool matches =
            std::all_of(node.slice.begin(), node.slice.end(), [&one](const auto& part) {
              const auto code = one.codes.find(part.first);
              return code != one.codes.end() && code->second == part.second;
            });
        if (!matches) continue;
        cells.of_node[i].push_back({one.value, one.series, one.period.index(), kind});
        series.insert(one.series);
      }
      for (const int32_t one : series) {
        const auto end = ends_.find(one);
        if (end == ends_.end()) continue;
        cells.of_node[i].push_back({LongDecimal(), one, end->second, CellKind::kEnded});
      }
      std::sort(cells.of_node[i].begin(), cells.of_node[i].end(), BySeriesAndPeriod);
    }
    return cells;
  }

  const json& case_;
  InstitutionIndex index_;
  std::map<std::string, std::set<std::string>> codes_;  // by dimension
  std::map<std::string, const json*> by_id_;
  std::set<std::string> unreadable_;
  std::shared_ptr<const Definitions> definitions_;
  std::map<std::pair<std::string, std::string>, int32_t> series_;
  std::map<std::string, std::vector<Observed>> observed_;  // by indicator
  std::map<int32_t, int32_t> ends_;                        // by series: the first period without
};

void CollectSelections(const json& element, std::set<OracleSelection>* selections) {
  if (Has(element, "links")) {
    for (const json& link : element.at("links")) {
      selections->insert({link.at("indicator"), CodesOf(link, "slice")});
    }
  }
  for (const char* const name : {"elements", "children"}) {
    if (!Has(element, name)) continue;
    for (const json& child : element.at(name)) CollectSelections(child, selections);
  }
}

}  // namespace

std::vector<OracleSelection> SelectionsOf(const json& oracle_case) {
  std::set<OracleSelection> selections;
  CollectSelections(oracle_case.at("plan"), &selections);
  return {selections.begin(), selections.end()};
}

v1::QueryPeriodValuesResponse AnswerOracleCase(const json& oracle_case,
                                               absl::Span<const OracleSelection> selections,
                                               absl::Span<const std::string> periods) {
  return CaseReader(oracle_case).Answer(selections, periods);
}

}  // namespace athena::indicator::testing
