#include "services/reporting/comparisons/changes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "services/reporting/limits.h"
#include "services/reporting/rules/explanation/operands.h"

namespace athena::reporting {
namespace {

using common::v1::ListRevisionsRequest;
using common::v1::ListRevisionsResponse;
using indicator::v1::Indicator;
using indicator::v1::ListObservationsRequest;
using indicator::v1::ListObservationsResponse;

// The most that HistoryService gives.
constexpr int kRevisionsOfPage = 1'000;
constexpr int kRecordsOfPage = 10'000;
// Of the records of one indicator: a million.
constexpr int kMostPagesOfRecords = 100;
// As deep as formulas are followed.
constexpr int kMostLevelsOfOperands = 10;

// Revisions after `after`, up to `last`.
struct Span {
  int64_t after = 0;
  int64_t last = 0;

  bool empty() const { return after >= last; }
};

Span Between(int64_t a, int64_t b) { return {std::min(a, b), std::max(a, b)}; }

int64_t RevisionIn(const v1::Basis& basis, const std::string& institution) {
  const auto found = basis.indicator_revisions().find(institution);
  return found == basis.indicator_revisions().end() ? 0 : found->second;
}

std::string InstitutionIn(const std::string& resource) {
  const size_t second = resource.find('/', resource.find('/') + 1);
  return resource.substr(0, second);
}

bool MayNotRead(const absl::Status& status) {
  return absl::IsPermissionDenied(status) || absl::IsNotFound(status);
}

// Those of observations: from the year's beginning, since a year to date may be scored.
struct PeriodsOfCells {
  std::string first;
  std::string last;
};

class ChangeReader {
 public:
  ChangeReader(const Dependencies& dependencies, const rpc::Call& call, const v1::Basis& from,
               const v1::Basis& to)
      : dependencies_(dependencies), call_(call), from_(from), to_(to) {}

  absl::StatusOr<Changes> Read(const std::vector<Difference>& differences) && {
    ATHENA_RETURN_IF_ERROR(ReadPlan(differences.front().last().plan->tree->plan().name()));
    for (const Difference& difference : differences) {
      if (difference.last().link >= 0 && AnythingDiffers(difference)) Note(difference);
    }
    ATHENA_RETURN_IF_ERROR(FollowFormulas(differences.front().last()));
    ATHENA_RETURN_IF_ERROR(ReadIndicators());
    Sort();
    return std::move(changes_);
  }

 private:
  // The index of a revision in changes_.revisions; -1 where there are too many.
  int Index(const std::string& service, const std::string& institution, int64_t revision) {
    const auto key = std::make_tuple(service, institution, revision);
    if (const auto found = index_.find(key); found != index_.end()) return found->second;
    if (changes_.revisions.size() >= kMaxComparedRevisions) {
      changes_.more = true;
      return -1;
    }
    v1::ComparedRevision& message = changes_.revisions.emplace_back();
    message.set_service(service);
    message.set_institution(institution);
    message.set_revision(revision);
    const int at = static_cast<int>(changes_.revisions.size()) - 1;
    index_[key] = at;
    return at;
  }

  static ListRevisionsRequest HistoryOf(const std::string& parent, const Span& span) {
    ListRevisionsRequest request;
    request.set_parent(parent);
    request.set_page_size(kRevisionsOfPage);
    request.set_order_by("revision");
    request.set_after_revision(span.after);
    request.set_before_revision(span.last + 1);
    return request;
  }

  void Take(const std::string& service, const ListRevisionsResponse& page,
            std::map<std::string, std::vector<Changes::Edit>>* edits, const std::string& parent) {
    for (const common::v1::Revision& revision : page.revisions()) {
      const int at = Index(service, InstitutionIn(parent), revision.revision());
      if (at < 0) return;
      v1::ComparedRevision& message = changes_.revisions[at];
      *message.mutable_time() = revision.time();
      message.set_subject(revision.subject());
      message.set_action(revision.action());
      message.set_reason(revision.reason());
      for (const common::v1::ResourceChange& change : revision.changes()) {
        // What belongs to an indicator (its targets) is told of the indicator.
        const std::string& resource = service == "plan" ? change.resource() : parent;
        (*edits)[resource].push_back({at, change});
      }
      if (revision.more_changes() > 0) changes_.more = true;
    }
  }

  absl::Status ReadPlan(const std::string& plan) {
    const Span span = Between(from_.plan_revision(), to_.plan_revision());
    if (span.empty()) return absl::OkStatus();
    ListRevisionsRequest request = HistoryOf(plan, span);
    request.set_include_below(true);
    do {
      const auto parts = dependencies_.ListPlanRevisions(call_, request)->Await();
      if (MayNotRead(parts.status())) {
        changes_.more = true;
        return absl::OkStatus();
      }
      ATHENA_RETURN_IF_ERROR(parts.status());
      const ListRevisionsResponse& page = **parts->front();
      Take("plan", page, &changes_.plan, plan);
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty() && !changes_.more);
    return absl::OkStatus();
  }

  // A link whose indicator is to be looked at.
  void Note(const Difference& difference) {
    const Place& place = difference.last();
    const std::string& indicator =
        place.plan->tree->elements[place.element]->indicators(place.link).indicator();
    const indicator::v1::PeriodValue& value =
        *place.plan->values->values[place.plan->tree->links[place.element][place.link]];
    if (changes_.dependencies.find(indicator) != changes_.dependencies.end()) return;
    if (changes_.dependencies.size() >= kMaxTracedIndicators) {
      changes_.more = true;
      return;
    }
    changes_.dependencies[indicator] = {indicator};
    const absl::StatusOr<Period> period =
        Period::Parse(value.period().empty() ? place.plan->quarter.ToString() : value.period());
    if (!period.ok()) return;
    const int year = static_cast<int>(period->LastDay().year());
    periods_[indicator] = {Period::Quarter(year, 1).ToString(), period->ToString()};
    if (period->frequency() > Frequency::kQuarter) periods_[indicator].first = period->ToString();
  }

  // Adds the operands of formulas to the dependencies, at every depth.
  absl::Status FollowFormulas(const Place& place) {
    std::set<std::string> level;
    for (const auto& [indicator, others] : changes_.dependencies) level.insert(indicator);
    std::map<std::string, std::set<std::string>> operands;  // by formula
    std::set<std::string> seen = level;
    for (int depth = 0; depth < kMostLevelsOfOperands && !level.empty(); ++depth) {
      ATHENA_ASSIGN_OR_RETURN(const std::vector<Indicator> definitions, Definitions(place, level));
      std::set<std::string> next;
      for (const Indicator& definition : definitions) {
        definitions_[definition.name()] = definition;
        if (definition.kind() != Indicator::KIND_FORMULA) continue;
        for (const FormulaOperand& operand : OperandsOf(definition.formula())) {
          const std::string name =
              absl::StrCat(InstitutionIn(definition.name()), "/indicators/", operand.indicator);
          operands[definition.name()].insert(name);
          if (seen.insert(name).second) next.insert(name);
          if (periods_.find(name) == periods_.end()) periods_[name] = periods_[definition.name()];
        }
      }
      level = std::move(next);
    }
    for (auto& [indicator, depends] : changes_.dependencies) {
      for (size_t i = 0; i < depends.size(); ++i) {
        for (const std::string& operand : operands[depends[i]]) {
          if (std::find(depends.begin(), depends.end(), operand) == depends.end()) {
            depends.push_back(operand);
          }
        }
      }
    }
    return absl::OkStatus();
  }

  // As they are on the later side. Those that cannot be read are left out.
  absl::StatusOr<std::vector<Indicator>> Definitions(const Place& place,
                                                     const std::set<std::string>& indicators) {
    indicator::v1::QueryPeriodValuesRequest request;
    for (const std::string& indicator : indicators) {
      // The request names the revision of each institution.
      if (RevisionIn(to_, InstitutionIn(indicator)) == 0) continue;
      request.add_selections()->set_indicator(indicator);
    }
    if (request.selections().empty()) return std::vector<Indicator>();
    request.add_periods(place.plan->quarter.ToString());
    *request.mutable_basis_date() = to_.date();
    *request.mutable_revisions()->mutable_revisions() = to_.indicator_revisions();
    *request.mutable_revisions()->mutable_lineages() = to_.indicator_lineages();
    ATHENA_ASSIGN_OR_RETURN(
        const Parts<ValuesPart> parts,
        dependencies_.ReadValues(call_, std::make_shared<const std::string>(), request)->Await());
    std::vector<Indicator> definitions;
    for (const auto& part : parts) {
      for (const indicator::v1::SelectionDefinition& definition : (*part)->definitions()) {
        if (definition.has_indicator()) definitions.push_back(definition.indicator());
      }
    }
    return definitions;
  }

  absl::Status ReadIndicators() {
    struct Asked {
      std::string indicator;
      Span span;
      std::unique_ptr<Pending<ListRevisionsResponse>> history;
      std::unique_ptr<Pending<ListObservationsResponse>> cells;
    };
    std::vector<Asked> asked;
    std::set<std::string> all;
    for (const auto& [indicator, depends] : changes_.dependencies) {
      all.insert(depends.begin(), depends.end());
    }
    for (const std::string& indicator : all) {
      const std::string institution = InstitutionIn(indicator);
      const Span span = Between(RevisionIn(from_, institution), RevisionIn(to_, institution));
      if (span.empty() || asked.size() >= kMaxTracedIndicators) continue;
      Asked& one = asked.emplace_back();
      one.indicator = indicator;
      one.span = span;
      one.history = dependencies_.ListIndicatorRevisions(call_, HistoryOf(indicator, span));
      const auto definition = definitions_.find(indicator);
      if (definition == definitions_.end() || definition->second.kind() != Indicator::KIND_BASE) {
        continue;
      }
      one.cells = dependencies_.ListObservations(call_, CellsOf(indicator, span));
    }
    for (Asked& one : asked) {
      const auto history = one.history->Await();
      if (MayNotRead(history.status())) {
        changes_.more = true;
      } else {
        ATHENA_RETURN_IF_ERROR(history.status());
        Take("indicator", **history->front(), &changes_.indicators, one.indicator);
        if (!(*history->front())->next_page_token().empty()) changes_.more = true;
      }
      if (one.cells != nullptr) {
        ATHENA_RETURN_IF_ERROR(AwaitCells(one.indicator, one.span, std::move(one.cells)));
      }
    }
    return ReadPushes();
  }

  absl::Status AwaitCells(const std::string& indicator, const Span& span,
                          std::unique_ptr<Pending<ListObservationsResponse>> pending) {
    std::map<int64_t, int> cells;  // by revision
    ListObservationsRequest request = CellsOf(indicator, span);
    for (int pages = 1;; ++pages) {
      const auto parts = pending->Await();
      if (MayNotRead(parts.status())) {
        changes_.more = true;
        return absl::OkStatus();
      }
      ATHENA_RETURN_IF_ERROR(parts.status());
      const ListObservationsResponse& page = **parts->front();
      Count(indicator, span, page, &cells);
      if (page.next_page_token().empty()) break;
      if (pages == kMostPagesOfRecords) {
        changes_.more = true;
        break;
      }
      request.set_page_token(page.next_page_token());
      pending = dependencies_.ListObservations(call_, request);
    }
    for (const auto& [revision, count] : cells) {
      const int at = Index("indicator", InstitutionIn(indicator), revision);
      if (at < 0) continue;
      changes_.revisions[at].set_push(absl::StrCat(InstitutionIn(indicator), "/pushes/", revision));
      changes_.pushes[indicator].push_back({at, count, false});
    }
    return absl::OkStatus();
  }

  ListObservationsRequest CellsOf(const std::string& indicator, const Span& span) const {
    ListObservationsRequest request;
    request.set_parent(indicator);
    if (const auto periods = periods_.find(indicator); periods != periods_.end()) {
      request.set_start_period(periods->second.first);
      request.set_end_period(periods->second.last);
    }
    request.mutable_as_of()->set_revision(span.last);
    request.set_include_history(true);
    request.set_filter(absl::StrCat("revision > ", span.after));
    request.set_page_size(kRecordsOfPage);
    return request;
  }

  void Count(const std::string& indicator, const Span& span, const ListObservationsResponse& page,
             std::map<int64_t, int>* cells) {
    for (const indicator::v1::ObservationRecord& record : page.observations()) {
      if (record.revision() <= span.after || record.revision() > span.last) continue;
      ++(*cells)[record.revision()];
      const int at = Index("indicator", InstitutionIn(indicator), record.revision());
      if (at >= 0) *changes_.revisions[at].mutable_time() = record.time();
    }
  }

  // Who pushed, and why.
  absl::Status ReadPushes() {
    std::map<int, std::unique_ptr<Pending<indicator::v1::Push>>> asked;
    for (const auto& [indicator, pushes] : changes_.pushes) {
      for (const Changes::Pushed& pushed : pushes) {
        if (asked.find(pushed.revision) != asked.end()) continue;
        indicator::v1::GetPushRequest request;
        request.set_name(changes_.revisions[pushed.revision].push());
        asked[pushed.revision] = dependencies_.GetPush(call_, request);
      }
    }
    std::set<int> corrections;
    for (auto& [at, pending] : asked) {
      const auto parts = pending->Await();
      if (MayNotRead(parts.status())) continue;
      ATHENA_RETURN_IF_ERROR(parts.status());
      const indicator::v1::Push& push = **parts->front();
      v1::ComparedRevision& message = changes_.revisions[at];
      message.set_subject(push.sender());
      message.set_action("PushObservations");
      message.set_reason(push.correction_reason());
      message.set_push_id(push.push_id());
      if (!push.correction_reason().empty()) corrections.insert(at);
    }
    for (auto& [indicator, pushes] : changes_.pushes) {
      for (Changes::Pushed& pushed : pushes)
        pushed.corrects = corrections.count(pushed.revision) > 0;
    }
    return absl::OkStatus();
  }

  // Puts the revisions in their order, and with them what refers to them.
  void Sort() {
    std::vector<int> moved(changes_.revisions.size());
    std::vector<v1::ComparedRevision> sorted;
    // The services as ComparedRevision lists them; of each the revisions in order.
    for (const char* service : {"plan", "indicator"}) {
      for (const auto& [key, at] : index_) {
        if (std::get<0>(key) != service) continue;
        moved[at] = static_cast<int>(sorted.size());
        sorted.push_back(std::move(changes_.revisions[at]));
      }
    }
    changes_.revisions = std::move(sorted);
    for (auto* edits : {&changes_.plan, &changes_.indicators}) {
      for (auto& [resource, all] : *edits) {
        for (Changes::Edit& edit : all) edit.revision = moved[edit.revision];
      }
    }
    for (auto& [indicator, pushes] : changes_.pushes) {
      for (Changes::Pushed& pushed : pushes) pushed.revision = moved[pushed.revision];
    }
  }

  const Dependencies& dependencies_;
  const rpc::Call& call_;
  const v1::Basis& from_;
  const v1::Basis& to_;
  Changes changes_;
  std::map<std::tuple<std::string, std::string, int64_t>, int> index_;
  std::map<std::string, PeriodsOfCells> periods_;  // by indicator
  std::map<std::string, Indicator> definitions_;   // by name
};

}  // namespace

absl::StatusOr<Changes> ReadChanges(const Dependencies& dependencies, const rpc::Call& call,
                                    const v1::Basis& from, const v1::Basis& to,
                                    const std::vector<Difference>& differences) {
  if (differences.empty()) return Changes{};
  return ChangeReader(dependencies, call, from, to).Read(differences);
}

}  // namespace athena::reporting
