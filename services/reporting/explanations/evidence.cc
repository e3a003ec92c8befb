#include "services/reporting/explanations/evidence.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "services/reporting/limits.h"
#include "services/reporting/rules/explanation/operands.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

using indicator::v1::Indicator;
using indicator::v1::ListObservationsRequest;
using indicator::v1::ListObservationsResponse;
using indicator::v1::PeriodValue;
using indicator::v1::QueryPeriodValuesRequest;
using indicator::v1::Selection;
using indicator::v1::SelectionDefinition;

// What one selection is answered.
struct Answer {
  SelectionDefinition definition;
  std::vector<PeriodValue> values;
};

// An indicator to look at, and the period that is asked for.
struct Source {
  Selection selection;
  std::string period;
  // The slice of the formula that it is an operand of: it applies where the operand has the
  // dimension and does not fix it.
  std::map<std::string, std::string> inherited;
};

std::string InstitutionOf(const std::string& indicator) {
  return indicator.substr(0, indicator.find("/indicators/"));
}

std::optional<Frequency> FrequencyOf(Indicator::Frequency frequency) {
  switch (frequency) {
    case Indicator::FREQUENCY_DAILY:
      return Frequency::kDay;
    case Indicator::FREQUENCY_WEEKLY:
      return Frequency::kWeek;
    case Indicator::FREQUENCY_MONTHLY:
      return Frequency::kMonth;
    case Indicator::FREQUENCY_QUARTERLY:
      return Frequency::kQuarter;
    case Indicator::FREQUENCY_SEMESTRIAL:
      return Frequency::kSemester;
    case Indicator::FREQUENCY_ANNUAL:
      return Frequency::kYear;
    default:
      return std::nullopt;
  }
}

class EvidenceReader {
 public:
  EvidenceReader(const Dependencies& dependencies, const rpc::Call& call, const ScoredPlan& plan,
                 const v1::Basis& basis, const Languages& titles)
      : dependencies_(dependencies), call_(call), plan_(plan), basis_(basis), titles_(titles) {}

  absl::StatusOr<Evidence> Read(const plan::v1::IndicatorLink& link, bool year_to_date) {
    year_to_date_ = year_to_date;
    Evidence evidence;
    std::vector<Source> level(1);
    level[0].selection.set_indicator(link.indicator());
    *level[0].selection.mutable_slice() = link.slice();
    level[0].period = plan_.quarter.ToString();
    std::vector<std::string> seen = {level[0].selection.SerializeAsString()};
    while (!level.empty() && evidence.sources.size() < kMaxExplainedSources) {
      ATHENA_ASSIGN_OR_RETURN(const std::vector<Answer> answers, Ask(level));
      std::vector<Source> next;
      std::vector<std::unique_ptr<Pending<ListObservationsResponse>>> cells;
      const size_t first = evidence.sources.size();
      for (size_t i = 0; i < level.size() && evidence.sources.size() < kMaxExplainedSources; ++i) {
        const Indicator& definition = answers[i].definition.indicator();
        if (first == 0 && answers[i].definition.has_indicator()) evidence.definition = definition;
        evidence.sources.push_back(SourceMessage(level[i].selection, answers[i], first == 0));
        cells.push_back(BeginCells(level[i].selection, evidence.sources.back(), definition));
        AddOperands(level[i], evidence.sources.back(), definition, &seen, &next);
      }
      for (size_t i = 0; i < cells.size(); ++i) {
        v1::ExplainedSource& source = evidence.sources[first + i];
        if (cells[i] == nullptr) continue;
        ATHENA_RETURN_IF_ERROR(TakeCells(*cells[i], &source));
        ATHENA_RETURN_IF_ERROR(AddMissing(level[i].selection, answers[i], &source));
      }
      level = std::move(next);
    }
    return evidence;
  }

 private:
  QueryPeriodValuesRequest Request(const std::vector<std::string>& periods) const {
    QueryPeriodValuesRequest request;
    request.mutable_periods()->Add(periods.begin(), periods.end());
    *request.mutable_basis_date() = basis_.date();
    *request.mutable_revisions()->mutable_revisions() = basis_.indicator_revisions();
    *request.mutable_revisions()->mutable_lineages() = basis_.indicator_lineages();
    if (const std::optional<absl::Time> original_at = OriginalAt(*plan_.tree)) {
      *request.mutable_original_at() = fields::TimestampOf(*original_at);
    }
    return request;
  }

  // The answers of selections, in their order.
  absl::StatusOr<std::vector<Answer>> Query(QueryPeriodValuesRequest request, size_t selections) {
    const std::unique_ptr<Pending<ValuesPart>> pending =
        dependencies_.ReadValues(call_, std::make_shared<const std::string>(), request);
    ATHENA_ASSIGN_OR_RETURN(const Parts<ValuesPart> parts, pending->Await());
    std::vector<Answer> answers(selections);
    for (const auto& part : parts) {
      for (const SelectionDefinition& definition : (*part)->definitions()) {
        const auto at = static_cast<size_t>(definition.selection());
        if (at < selections) answers[at].definition = definition;
      }
      for (const PeriodValue& value : (*part)->values()) {
        const auto at = static_cast<size_t>(value.selection());
        if (at < selections) answers[at].values.push_back(value);
      }
    }
    return answers;
  }

  // The sources of a level have one period.
  absl::StatusOr<std::vector<Answer>> Ask(std::vector<Source>& level) {
    const auto ask = [&]() {
      QueryPeriodValuesRequest request = Request({level.front().period});
      for (const Source& source : level) *request.add_selections() = source.selection;
      return Query(std::move(request), level.size());
    };
    ATHENA_ASSIGN_OR_RETURN(std::vector<Answer> answers, ask());
    bool changed = false;
    for (size_t i = 0; i < level.size(); ++i) {
      auto& slice = *level[i].selection.mutable_slice();
      for (const indicator::v1::Dimension& dimension :
           answers[i].definition.indicator().dimensions()) {
        const auto inherited = level[i].inherited.find(dimension.id());
        if (inherited == level[i].inherited.end() || slice.count(dimension.id()) > 0) continue;
        slice[dimension.id()] = inherited->second;
        changed = true;
      }
    }
    return changed ? ask() : answers;
  }

  const indicator::v1::Measured& MeasuredOf(const PeriodValue& value, bool root) const {
    return root && year_to_date_ && value.has_year_to_date() ? value.year_to_date() : value.own();
  }

  v1::ExplainedSource SourceMessage(const Selection& selection, const Answer& answer,
                                    bool root) const {
    v1::ExplainedSource message;
    message.set_indicator(selection.indicator());
    *message.mutable_slice() = selection.slice();
    const Indicator& definition = answer.definition.indicator();
    titles_.Pick(definition.display_name(), message.mutable_title(),
                 message.mutable_title_language());
    message.set_unit(definition.unit());
    message.set_decimals(definition.decimals());
    message.set_kind(definition.kind());
    message.set_formula(definition.formula());
    message.set_definition_revision(definition.revision());
    if (root && answer.definition.has_current()) {
      *message.mutable_target() = answer.definition.current();
    }
    if (answer.values.empty()) return message;
    const PeriodValue& value = answer.values.front();
    message.set_period(value.period());
    const indicator::v1::Measured& measured = MeasuredOf(value, root);
    if (measured.has_value()) *message.mutable_value() = measured.value();
    message.set_reason(ReasonOf(ValueReasonOf(measured.reason())));
    message.mutable_coverage()->set_present(measured.present());
    message.mutable_coverage()->set_expected(measured.expected());
    if (measured.expected() > 0) {
      Put(Decimal::Divide(Decimal::FromInt(std::min(measured.present(), measured.expected())),
                          Decimal::FromInt(measured.expected())),
          message.mutable_coverage(), &v1::Coverage::mutable_share);
    }
    return message;
  }

  // Null for what has no cells.
  std::unique_ptr<Pending<ListObservationsResponse>> BeginCells(const Selection& selection,
                                                                const v1::ExplainedSource& source,
                                                                const Indicator& definition) {
    if (definition.kind() != Indicator::KIND_BASE || source.period().empty()) return nullptr;
    ListObservationsRequest request;
    request.set_parent(selection.indicator());
    request.set_start_period(FirstPeriod(source.period()));
    request.set_end_period(source.period());
    *request.mutable_slice() = selection.slice();
    const std::string institution = InstitutionOf(selection.indicator());
    const auto revision = basis_.indicator_revisions().find(institution);
    if (revision == basis_.indicator_revisions().end()) return nullptr;
    request.mutable_as_of()->set_revision(revision->second);
    const auto lineage = basis_.indicator_lineages().find(institution);
    if (lineage != basis_.indicator_lineages().end()) {
      request.mutable_as_of()->set_lineage(lineage->second);
    }
    request.set_page_size(kMaxExplainedCells + 1);
    return dependencies_.ListObservations(call_, request);
  }

  // Of the year to date the year's first quarter.
  std::string FirstPeriod(const std::string& period) const {
    const absl::StatusOr<Period> parsed = Period::Parse(period);
    if (!year_to_date_ || !parsed.ok()) return period;
    return Period::Quarter(static_cast<int>(parsed->LastDay().year()), 1).ToString();
  }

  absl::Status TakeCells(Pending<ListObservationsResponse>& pending, v1::ExplainedSource* source) {
    const absl::StatusOr<Parts<ListObservationsResponse>> parts = pending.Await();
    if (absl::IsPermissionDenied(parts.status())) {
      // The caller may see the value of a PERSONAL indicator, but not its observations.
      source->set_more_cells(true);
      return absl::OkStatus();
    }
    ATHENA_RETURN_IF_ERROR(parts.status());
    const ListObservationsResponse& page = **parts->front();
    for (const indicator::v1::ObservationRecord& record : page.observations()) {
      if (source->cells_size() == kMaxExplainedCells) {
        source->set_more_cells(true);
        break;
      }
      v1::ExplainedCell& cell = *source->add_cells();
      const indicator::v1::Observation& observation = record.observation();
      cell.set_period(observation.period());
      *cell.mutable_dimensions() = observation.dimensions();
      if (observation.has_value()) {
        Put(Decimal::FromDouble(observation.value()), &cell, &v1::ExplainedCell::mutable_value);
      }
      cell.set_status(observation.status());
      cell.set_comment(observation.comment());
      cell.set_revision(record.revision());
      *cell.mutable_time() = record.time();
      cell.set_push(
          absl::StrCat(InstitutionOf(source->indicator()), "/pushes/", record.revision()));
    }
    if (!page.next_page_token().empty()) source->set_more_cells(true);
    return absl::OkStatus();
  }

  // The cells that are not there: each series in each sub-period, by the rules of the indicator
  // service itself.
  absl::Status AddMissing(const Selection& selection, const Answer& answer,
                          v1::ExplainedSource* source) {
    const indicator::v1::Measured& measured = answer.values.front().own();
    if (measured.present() >= measured.expected() && !measured.provisional() &&
        measured.has_value()) {
      return absl::OkStatus();
    }
    const Indicator& definition = answer.definition.indicator();
    const std::optional<Frequency> frequency = FrequencyOf(definition.frequency());
    const absl::StatusOr<Period> last = Period::Parse(source->period());
    const absl::StatusOr<Period> first = Period::Parse(FirstPeriod(source->period()));
    if (!frequency.has_value() || !last.ok() || !first.ok()) return absl::OkStatus();
    std::vector<std::string> periods;
    for (Period period = *first; period <= *last; period = period.Plus(1)) {
      if (*frequency > period.frequency()) return absl::OkStatus();
      for (const Period& sub : period.SubPeriods(*frequency)) periods.push_back(sub.ToString());
    }
    QueryPeriodValuesRequest request = Request(periods);
    Selection& groups = *request.add_selections();
    groups = selection;
    for (const indicator::v1::Dimension& dimension : definition.dimensions()) {
      if (selection.slice().count(dimension.id()) == 0) groups.add_group_by(dimension.id());
    }
    const absl::StatusOr<std::vector<Answer>> answers = Query(std::move(request), 1);
    // Refused where there are too many: the explanation is of use without them.
    if (absl::IsInvalidArgument(answers.status())) return absl::OkStatus();
    ATHENA_RETURN_IF_ERROR(answers.status());
    for (const PeriodValue& value : answers->front().values) {
      const Reason reason = ValueReasonOf(value.own().reason());
      const bool missing = value.own().expected() > value.own().present();
      if (!missing && reason != Reason::kNotDue) continue;
      if (source->missing_cells_size() == kMaxExplainedCells) {
        source->set_more_missing_cells(true);
        break;
      }
      v1::MissingCell& cell = *source->add_missing_cells();
      cell.set_period(value.asked());
      *cell.mutable_dimensions() = selection.slice();
      for (const auto& [dimension, code] : value.group()) {
        (*cell.mutable_dimensions())[dimension] = code;
      }
      cell.set_reason(ReasonOf(reason));
    }
    return absl::OkStatus();
  }

  void AddOperands(const Source& of, const v1::ExplainedSource& source, const Indicator& definition,
                   std::vector<std::string>* seen, std::vector<Source>* next) {
    if (definition.kind() != Indicator::KIND_FORMULA || source.period().empty()) return;
    std::map<std::string, std::string> inherited = of.inherited;
    for (const auto& [dimension, code] : of.selection.slice()) inherited[dimension] = code;
    for (const FormulaOperand& operand : OperandsOf(definition.formula())) {
      Source one;
      one.period = source.period();
      one.selection.set_indicator(
          absl::StrCat(InstitutionOf(of.selection.indicator()), "/indicators/", operand.indicator));
      one.selection.mutable_slice()->insert(operand.slice.begin(), operand.slice.end());
      one.inherited = inherited;
      const std::string key = one.selection.SerializeAsString();
      if (std::find(seen->begin(), seen->end(), key) != seen->end()) continue;
      seen->push_back(key);
      next->push_back(std::move(one));
    }
  }

  const Dependencies& dependencies_;
  const rpc::Call& call_;
  const ScoredPlan& plan_;
  const v1::Basis& basis_;
  const Languages& titles_;
  bool year_to_date_ = false;
};

}  // namespace

absl::StatusOr<Evidence> ReadEvidence(const Dependencies& dependencies, const rpc::Call& call,
                                      const ScoredPlan& plan, const v1::Basis& basis, int element,
                                      int link, const Languages& titles) {
  const plan::v1::IndicatorLink& linked = plan.tree->elements[element]->indicators(link);
  if (plan.rules.elements[element].links[link].period.reason == Reason::kNotReadable) {
    return Evidence{};
  }
  return EvidenceReader(dependencies, call, plan, basis, titles)
      .Read(linked, plan.outcome.elements[element].links[link].scored_year_to_date);
}

}  // namespace athena::reporting
