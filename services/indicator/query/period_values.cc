#include "services/indicator/query/period_values.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "libs/audit/journal.h"
#include "libs/fields/fields.h"
#include "libs/halves/halves.h"
#include "libs/period/period.h"
#include "libs/status/status.h"
#include "libs/versioned/store.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/definitions/validate_indicator.h"
#include "services/indicator/model/errors.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/names.h"
#include "services/indicator/model/target_message.h"
#include "services/indicator/query/query_token.h"
#include "services/indicator/rules/trajectory.h"

namespace athena::indicator {
namespace {

using v1::QueryPeriodValuesRequest;
using v1::QueryPeriodValuesResponse;

// As many take some milliseconds to read and compute: worth a second processor.
constexpr size_t kManyRoots = 1024;

// What the tag and the length of a message add to it in its part, at most.
constexpr size_t kHeadBytes = 10;
// What a message takes in memory while it is made, mostly: a value with all its thresholds.
constexpr size_t kMessageBytes = 16 << 10;

// The rules number reasons as the contract does.
static_assert(static_cast<int>(NoValueReason::kNotReadable) ==
              v1::NO_VALUE_REASON_INDICATOR_NOT_READABLE);
static_assert(static_cast<int>(NoValueReason::kNotBegun) == v1::NO_VALUE_REASON_NOT_BEGUN);
static_assert(static_cast<int>(NoValueReason::kNotAdditive) == v1::NO_VALUE_REASON_NOT_ADDITIVE);
static_assert(static_cast<int>(NoValueReason::kNotDue) == v1::NO_VALUE_REASON_NOT_DUE);
static_assert(static_cast<int>(NoValueReason::kNoData) == v1::NO_VALUE_REASON_NO_DATA);
static_assert(static_cast<int>(NoValueReason::kOverdue) == v1::NO_VALUE_REASON_OVERDUE);
static_assert(static_cast<int>(NoValueReason::kIncomplete) == v1::NO_VALUE_REASON_INCOMPLETE);
static_assert(static_cast<int>(NoValueReason::kOperand) == v1::NO_VALUE_REASON_OPERAND);
static_assert(static_cast<int>(NoValueReason::kDiv0) == v1::NO_VALUE_REASON_DIV0);
static_assert(static_cast<int>(NoValueReason::kOverflow) == v1::NO_VALUE_REASON_OVERFLOW);
static_assert(static_cast<int>(NoValueReason::kTooShort) == v1::NO_VALUE_REASON_PERIOD_TOO_SHORT);

std::optional<Period> ReadQuarter(std::string_view field, const std::string& text,
                                  status::FieldFaults* faults) {
  const absl::StatusOr<Period> period = Period::Parse(text);
  if (period.ok() && period->frequency() == Frequency::kQuarter) return *period;
  faults->Add(field, text, "a quarter of the years 1900 to 2199, \"2021-Q3\"");
  return std::nullopt;
}

std::optional<Period> ReadPeriod(std::string_view field, const std::string& text,
                                 status::FieldFaults* faults) {
  const absl::StatusOr<Period> period = Period::Parse(text);
  if (period.ok()) return *period;
  faults->Add(field, text,
              "a period of the years 1900 to 2199: 2021, 2021-S1, 2021-Q3, 2021-07, 2021-W30 or "
              "2021-07-15");
  return std::nullopt;
}

std::optional<absl::Time> ReadTime(std::string_view field, bool has,
                                   const google::protobuf::Timestamp& timestamp,
                                   status::FieldFaults* faults) {
  if (!has) return std::nullopt;
  const std::optional<absl::Time> time = fields::TimeOf(timestamp);
  if (!time.has_value()) {
    faults->Add(field, timestamp.ShortDebugString(), "a time of the years 1 to 9999");
  }
  return time;
}

void SetMeasured(const PeriodValue& value, const Definition& definition, v1::Measured* message) {
  if (value.value.has_value()) SetNumber(*value.value, message->mutable_value());
  message->set_reason(static_cast<v1::NoValueReason>(value.reason));
  if (value.reason == NoValueReason::kOperand && definition.formula.has_value()) {
    message->set_operand(
        definition.formula->operands()[static_cast<size_t>(value.operand)].ToString());
  }
  message->set_present(value.coverage.present);
  message->set_expected(value.coverage.expected);
  message->set_provisional(value.provisional);
  message->set_counted(value.counted);
  message->set_all(value.all);
}

// The part of a period that a provisional flow is measured against: counted of all sub-periods.
// Where nothing counts yet it is the whole: nothing is measured, and the target is shown.
struct Part {
  int32_t counted = 1;
  int32_t all = 1;
};

Part PartOf(bool flow, const PeriodValue& own) {
  if (!flow || !own.provisional || own.all <= 0) return {};
  return {own.counted, own.all};
}

// Sets the thresholds of one version of the target.
struct ThresholdsOf {
  std::optional<Thresholds> own;
  std::optional<Thresholds> to_date;
  std::optional<Thresholds> at_end;
};

ThresholdsOf Measure(const TargetVersion& version, const SelectionValue& value,
                     std::optional<Period> end_quarter) {
  const Target& target = version.trajectory;
  const bool flow = value.year_to_date.has_value();
  const Part part = PartOf(flow, value.own);
  ThresholdsOf result;
  result.own = ThresholdsAt(target, value.period);
  if (result.own.has_value() && part.counted > 0) {
    result.own = Scaled(*result.own, part.counted, part.all);
  }
  if (flow) {
    const bool whole = value.year_to_date->counted == 0;
    result.to_date =
        ThresholdsToDate(target, value.period, whole ? 1 : part.counted, whole ? 1 : part.all);
  }
  if (end_quarter.has_value()) {
    result.at_end = ThresholdsAtEnd(target, value.period, *end_quarter);
  }
  return result;
}

// Sets the thresholds by both targets that `value` is measured against.
void SetAllThresholds(const QueryRoot& root, const SelectionValue& value,
                      std::optional<Period> end_quarter, v1::PeriodValue* message) {
  const auto set = [](const TargetVersion& version, const std::optional<Thresholds>& thresholds,
                      v1::Thresholds* into) {
    SetThresholds(version.trajectory.direction, *thresholds, version.message.version(), into);
  };
  const ThresholdsOf current = Measure(*root.current, value, end_quarter);
  if (current.own) set(*root.current, current.own, message->mutable_own()->mutable_current());
  if (current.to_date) {
    set(*root.current, current.to_date, message->mutable_year_to_date()->mutable_current());
  }
  if (current.at_end) set(*root.current, current.at_end, message->mutable_current_at_end());
  if (root.original == root.current) {  // most are: copying takes less than writing numbers again
    const auto copy = [](v1::Measured* measured) {
      if (measured->has_current()) *measured->mutable_original() = measured->current();
    };
    copy(message->mutable_own());
    if (message->has_year_to_date()) copy(message->mutable_year_to_date());
    if (current.at_end) *message->mutable_original_at_end() = message->current_at_end();
    return;
  }
  const ThresholdsOf original = Measure(*root.original, value, end_quarter);
  if (original.own) set(*root.original, original.own, message->mutable_own()->mutable_original());
  if (original.to_date) {
    set(*root.original, original.to_date, message->mutable_year_to_date()->mutable_original());
  }
  if (original.at_end) set(*root.original, original.at_end, message->mutable_original_at_end());
}

// Sets an empty message to a readable root's value in the period `asked`, whose text is `text`.
void SetValue(const QueryRoot& root, const Definition& definition, const SelectionValue& value,
              Period asked, const std::string& text, std::optional<Period> end_quarter,
              v1::PeriodValue* message) {
  message->set_period(value.period == asked ? text : value.period.ToString());
  SetMeasured(value.own, definition, message->mutable_own());
  if (value.year_to_date.has_value()) {
    SetMeasured(*value.year_to_date, definition, message->mutable_year_to_date());
  }
  if (root.current == nullptr || value.own.reason == NoValueReason::kTooShort) return;
  SetAllThresholds(root, value, end_quarter, message);
}

// Adds a message to a part as one more of a repeated field; false when the part is too full for it.
bool Append(int field, const google::protobuf::MessageLite& message, std::string* part) {
  using google::protobuf::internal::WireFormatLite;
  using Out = google::protobuf::io::CodedOutputStream;
  const size_t size = message.ByteSizeLong();
  if (!part->empty() && part->size() + size + kHeadBytes > kMaxPartBytes) return false;
  std::array<uint8_t, kHeadBytes> head;
  uint8_t* end = Out::WriteTagToArray(
      WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), head.data());
  end = Out::WriteVarint32ToArray(static_cast<uint32_t>(size), end);
  part->append(head.data(), end);
  const size_t begin = part->size();
  part->resize(begin + size);
  message.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(part->data() + begin));
  return true;
}

std::string SelectionKey(const InstitutionView& view, const QueryNode& node,
                         const QueryRoot& root) {
  // Whether a value is reason enough to list it is known of groups only.
  std::string key = absl::StrCat(view.id, "\n", node.indicator, root.group.empty() ? "" : "\n*");
  for (const auto& [dimension, code] : node.slice)
    absl::StrAppend(&key, "\n", dimension, "=", code);
  return key;
}

int32_t DayIndex(absl::CivilDay day) {
  return static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1));
}

}  // namespace

// A request that is well formed.
struct PeriodValues::Question {
  std::vector<std::string> institutions;  // of the selections, by id
  std::vector<Asked> asked;
  std::vector<Period> periods;
  std::optional<Period> end_quarter;
  absl::CivilDay date;
  std::optional<absl::Time> time;  // as_of
  std::vector<int64_t> revisions;  // as_of, one for each institution; else empty
  std::optional<absl::Time> original_at;
  std::string digest;               // RequestDigest
  std::optional<QueryToken> token;  // if_newer_than, when it is for this request
  bool changes_only = false;
  std::vector<std::shared_ptr<const Definitions>> current;  // one for each institution

  bool past() const { return time.has_value() || !revisions.empty(); }
};

absl::StatusOr<PeriodValues::Question> PeriodValues::ReadQuestion(
    const QueryPeriodValuesRequest& request, absl::Time now) {
  status::FieldFaults faults;
  Question question;
  const int selections = request.selections_size();
  const int periods = request.periods_size();
  if (selections == 0 || selections > kMaxSelections) {
    faults.Add("selections", selections, absl::StrCat("1 to ", kMaxSelections));
  }
  if (periods == 0 || periods > kMaxPeriods) {
    faults.Add("periods", periods, absl::StrCat("1 to ", kMaxPeriods));
  }
  if (int64_t{selections} * periods > kMaxPeriodValues) {
    faults.Add("selections", absl::StrCat(selections, " selections in ", periods, " periods"),
               absl::StrCat("at most ", kMaxPeriodValues, " values in all"));
    return faults.ToStatus();
  }
  std::map<std::string, int> places;
  std::vector<std::map<std::string, int>::const_iterator> place_of;  // by selection
  question.asked.reserve(static_cast<size_t>(selections));
  place_of.reserve(static_cast<size_t>(selections));
  for (int i = 0; i < selections; ++i) {
    const v1::Selection& selection = request.selections(i);
    // Selections are many: the names of fields are made for faults only.
    const auto field = [i](const char* part) { return fields::At("selections", i) + part; };
    std::optional<IndicatorName> name = ParseIndicatorName(selection.indicator());
    if (!name.has_value()) ReadIndicatorName(field(".indicator"), selection.indicator(), &faults);
    if (!selection.slice().empty()) CheckSlice(field(".slice"), selection.slice(), &faults);
    if (!selection.group_by().empty()) CheckGroupBy(field(".group_by"), selection, &faults);
    if (!name.has_value()) continue;
    place_of.push_back(places.emplace(std::move(name->institution), 0).first);
    Asked& asked = question.asked.emplace_back();
    asked.indicator = std::move(name->indicator);
    asked.group_by.assign(selection.group_by().begin(), selection.group_by().end());
    std::sort(asked.group_by.begin(), asked.group_by.end());
    asked.slice.assign(selection.slice().begin(), selection.slice().end());
    std::sort(asked.slice.begin(), asked.slice.end());
  }
  for (int i = 0; i < periods; ++i) {
    const auto period = ReadPeriod(fields::At("periods", i), request.periods(i), &faults);
    if (period.has_value()) question.periods.push_back(*period);
  }
  if (!request.end_quarter().empty()) {
    question.end_quarter = ReadQuarter("end_quarter", request.end_quarter(), &faults);
  }
  if (!request.has_basis_date()) {
    faults.Missing("basis_date");
  } else if (const auto date = fields::DayOf(request.basis_date())) {
    question.date = *date;
  } else {
    faults.Add("basis_date", request.basis_date().ShortDebugString(),
               "a calendar day of the years 1900 to 2199");
  }
  question.time = ReadTime("time", request.has_time(), request.time(), &faults);
  question.original_at =
      ReadTime("original_at", request.has_original_at(), request.original_at(), &faults);
  for (auto& [institution, place] : places) {
    place = static_cast<int>(question.institutions.size());
    question.institutions.push_back(institution);
    if (!request.has_revisions()) continue;
    const std::string name = InstitutionName(institution);
    const auto revision = request.revisions().revisions().find(name);
    if (revision == request.revisions().revisions().end()) {
      faults.Add("revisions.revisions", "no " + name, "a revision for each institution read");
    } else if (revision->second < 0) {
      faults.Add(fields::At("revisions.revisions", name), revision->second, "0 or a revision");
    } else {
      question.revisions.push_back(revision->second);
    }
  }
  if (!faults.empty()) return faults.ToStatus();
  if (question.time.has_value() && *question.time > now) {
    return status::FutureAsOf(*question.time, now);
  }
  for (size_t i = 0; i < question.asked.size(); ++i) question.asked[i].view = place_of[i]->second;
  return question;
}

absl::StatusOr<std::unique_ptr<PeriodValuesAnswer>> PeriodValues::Query(
    const auth::Principal& principal, const QueryPeriodValuesRequest& request) {
  absl::StatusOr<Question> question = ReadQuestion(request, clock_.Now());
  if (!question.ok()) return question.status();
  question->digest = RequestDigest(request, principal.institution);
  std::optional<QueryToken> token = OpenQueryToken(request.if_newer_than());
  if (token.has_value() && token->request == question->digest &&
      token->institutions.size() == question->institutions.size()) {
    question->token = std::move(token);
    question->changes_only = request.changes_only();
  }
  for (const std::string& institution : question->institutions) {
    absl::StatusOr<std::shared_ptr<const Definitions>> current = catalog_.Current(institution);
    if (!current.ok()) return StorageRefusal(current.status());
    question->current.push_back(*std::move(current));
  }
  if (question->time.has_value()) {
    for (const std::string& institution : question->institutions) {
      const absl::Status past = database_.AwaitPast(institution, *question->time);
      if (!past.ok()) return StorageRefusal(past);
    }
  }
  auto answer = std::make_unique<PeriodValuesAnswer>();
  std::vector<int64_t> last_changes;
  absl::Status read = database_.Read(
      [&](sql::ReadTx& tx) { return Plan(tx, principal, *question, &last_changes, answer.get()); });
  if (read.ok() && !answer->header_.not_modified()) read = Compute(last_changes, answer.get());
  if (!read.ok()) return StorageRefusal(read);
  return answer;
}

absl::Status PeriodValues::Plan(sql::ReadTx& tx, const auth::Principal& principal,
                                Question& question, std::vector<int64_t>* last_changes,
                                PeriodValuesAnswer* answer) {
  std::vector<InstitutionView>& views = answer->views_;
  QueryToken token;
  token.request = question.digest;
  // Whether everything is as it was, and whether the token's revisions are ours at all.
  bool same = question.token.has_value();
  bool known = question.token.has_value();
  for (size_t i = 0; i < question.institutions.size(); ++i) {
    InstitutionView& view = views.emplace_back();
    view.id = question.institutions[i];
    const absl::StatusOr<audit::Head> head = audit::ReadHead(tx, view.id);
    if (!head.ok()) return head.status();
    view.head = head->revision;
    audit::Head at = *head;
    if (question.time.has_value()) {
      const auto then = audit::ReadHeadAt(tx, view.id, *question.time);
      if (!then.ok()) return then.status();
      at = *then;
    } else if (!question.revisions.empty()) {
      const int64_t revision = question.revisions[i];
      if (revision > view.head) return status::FutureAsOf(revision, view.head);
      if (revision == 0) {
        at = audit::Head();
      } else if (revision < view.head) {
        const auto then = audit::ReadEntry(tx, view.id, revision);
        if (!then.ok()) return then.status();
        at = *then;
      }
    }
    view.revision = at.revision;
    (*answer->header_.mutable_revisions())[InstitutionName(view.id)] = view.revision;
    QueryToken::Institution& mark = token.institutions.emplace_back();
    mark.revision = view.revision;
    mark.history = HistoryOf(at.hash);
    if (question.past()) {
      const absl::StatusOr<int64_t> generation = Catalog::Generation(tx, view.id);
      if (!generation.ok()) return generation.status();
      mark.generation = *generation;
    }
    if (!question.token.has_value()) continue;
    const QueryToken::Institution& before = question.token->institutions[i];
    same = same && before == mark;
    if (before == mark || before.revision == 0) continue;
    if (question.past() || before.revision > view.revision) {
      known = false;
      continue;
    }
    const auto then = audit::ReadEntry(tx, view.id, before.revision);
    if (!then.ok()) return then.status();
    known = known && HistoryOf(then->hash) == before.history;
  }
  answer->header_.set_version_token(Seal(token));
  if (same) {
    answer->header_.set_not_modified(true);
    return absl::OkStatus();
  }

  for (size_t i = 0; i < views.size(); ++i) {
    InstitutionView& view = views[i];
    view.current = question.current[i];
    const absl::StatusOr<int64_t> generation = Catalog::Generation(tx, view.id);
    if (!generation.ok()) return generation.status();
    const auto snapshot_at = [&](int64_t revision) {
      return versioned::Snapshot(tx, view.id, revision, absl::InfinitePast());
    };
    if (view.current->generation() != *generation) {
      // Changed between looking into the catalog and taking the snapshot.
      const auto read = ReadDefinitions(snapshot_at(view.head));
      if (!read.ok()) return read.status();
      view.current = *read;
    }
    if (view.revision < *generation) {
      view.past = std::make_shared<DefinitionReader>(
          [snapshot = snapshot_at(view.revision)](const std::string& id) {
            return snapshot.Find<v1::Indicator>(kIndicators, id);
          });
    }
    view.index = &index_.Of(view.id, view.head);
    absl::Status synchronised = view.index->Sync(tx, view.head, *view.current);
    if (!synchronised.ok()) return synchronised;
  }
  const absl::StatusOr<std::shared_ptr<const QueryPlan>> plan = PlanOf(principal, question, views);
  if (!plan.ok()) return plan.status();
  answer->plan_ = *plan;
  answer->end_quarter_ = question.end_quarter;
  for (const Period period : answer->plan_->periods) answer->asked_.push_back(period.ToString());
  if (question.past()) return absl::OkStatus();
  last_changes->reserve(answer->plan_->roots.size());
  for (const QueryRoot& root : answer->plan_->roots) {
    last_changes->push_back(answer->plan_->LastChange(views, root));
  }
  if (known) {
    if (LeaveOutSame(*question.token, *last_changes, answer)) return absl::OkStatus();
    if (!question.changes_only) {
      answer->same_definition_.clear();
      answer->same_values_.clear();
    }
    answer->header_.set_changes_only(question.changes_only);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const QueryPlan>> PeriodValues::PlanOf(
    const auth::Principal& principal, Question& question, absl::Span<const InstitutionView> views) {
  // Of the past, plans hold as well, but are seldom asked for again.
  if (!question.past()) {
    std::shared_ptr<const QueryPlan> known = plans_.Find(question.digest, views);
    if (known != nullptr) return known;
  }
  const std::optional<QueryPlans::Basis> basis = QueryPlans::BasisOf(views);
  for (Asked& asked : question.asked) {
    const InstitutionView& view = views[static_cast<size_t>(asked.view)];
    asked.may_read = MayRead(principal, view.id, view.current->Find(asked.indicator));
  }
  absl::StatusOr<QueryPlan> made =
      MakeQueryPlan(views, question.asked, question.periods, question.date, question.original_at);
  if (!made.ok()) return made.status();
  auto plan = std::make_shared<const QueryPlan>(*std::move(made));
  // While it was made more may have become known, which may or may not be in it.
  if (!question.past() && basis.has_value() && QueryPlans::BasisOf(views) == basis) {
    plans_.Put(question.digest, *basis, plan);
  }
  return plan;
}

bool PeriodValues::LeaveOutSame(const QueryToken& token, const std::vector<int64_t>& last_changes,
                                PeriodValuesAnswer* answer) {
  const QueryPlan& plan = *answer->plan_;
  const size_t selections = static_cast<size_t>(plan.roots.back().selection) + 1;
  answer->same_definition_.assign(selections, true);
  answer->same_values_.assign(selections, true);
  size_t definitions = 0;  // that changed
  size_t values = 0;
  bool all = true;
  for (size_t i = 0; i < plan.roots.size(); ++i) {
    const QueryRoot& root = plan.roots[i];
    const auto selection = static_cast<size_t>(root.selection);
    const int view = plan.nodes[static_cast<size_t>(root.node)].view;
    const int64_t since = token.institutions[static_cast<size_t>(view)].revision;
    const bool same = last_changes[i] <= since;
    all = all && same;
    // Where groups are listed, that none is any more could not be told from that nothing changed.
    if (!same || !root.group.empty() || !root.valued) {
      values += answer->same_values_[selection] ? 1 : 0;
      answer->same_values_[selection] = false;
    }
    if (!same && root.group.empty() && plan.LastDefinitionChange(root) > since) {
      ++definitions;
      answer->same_definition_[selection] = false;
    }
  }
  answer->header_.set_not_modified(all);
  // It is quicker to take on all of them than to put more than half in their places.
  if (definitions > selections / 2) answer->same_definition_.clear();
  if (values > selections / 2) answer->same_values_.clear();
  return all;
}

absl::Status PeriodValues::Compute(const std::vector<int64_t>& last_changes,
                                   PeriodValuesAnswer* answer) {
  const QueryPlan& plan = *answer->plan_;
  const std::vector<InstitutionView>& views = answer->views_;
  const bool use_memo = !last_changes.empty();
  const size_t periods = plan.periods.size();
  const int32_t day = DayIndex(plan.date);
  const auto roots =
      std::count_if(plan.roots.begin(), plan.roots.end(),
                    [answer](const QueryRoot& root) { return answer->Computes(root); });
  answer->values_.resize(static_cast<size_t>(roots) * periods);
  // Which values are yet to be computed: the root, and its first value's place.
  std::vector<size_t> wanted;
  std::vector<size_t> places;
  size_t place = 0;
  QueryMemo::Key key;
  key.day = day;
  for (size_t i = 0; i < plan.roots.size(); ++i) {
    const QueryRoot& root = plan.roots[i];
    if (!answer->Computes(root)) continue;
    const QueryNode& node = plan.nodes[static_cast<size_t>(root.node)];
    const InstitutionView& view = views[static_cast<size_t>(node.view)];
    bool all_known = use_memo;
    if (use_memo) {
      key.selection = SelectionKey(view, node, root);
      for (size_t p = 0; p < periods && all_known; ++p) {
        key.period = plan.periods[p];
        const std::shared_ptr<const QueryMemo::Entry> entry = memo_.Find(key);
        // Nothing changed between the revision it was computed at and the one asked for, whichever
        // is the earlier.
        all_known = entry != nullptr && last_changes[i] <= std::min(entry->revision, view.revision);
        if (all_known) answer->values_[place + p] = entry->value;
      }
    }
    if (!all_known) {
      wanted.push_back(i);
      places.push_back(place);
    }
    place += periods;
  }
  if (wanted.empty()) return absl::OkStatus();
  const auto compute = [&](sql::ReadTx& tx, size_t begin, size_t end) -> absl::Status {
    const absl::StatusOr<QueryCells> cells =
        ReadQueryCells(tx, views, plan, absl::MakeConstSpan(wanted).subspan(begin, end - begin));
    if (!cells.ok()) return cells.status();
    QueryEvaluator evaluator(plan, *cells);
    QueryMemo::Key computed;
    computed.day = day;
    for (size_t i = begin; i < end; ++i) {
      const QueryRoot& root = plan.roots[wanted[i]];
      const QueryNode& node = plan.nodes[static_cast<size_t>(root.node)];
      const InstitutionView& view = views[static_cast<size_t>(node.view)];
      if (use_memo) computed.selection = SelectionKey(view, node, root);
      for (size_t p = 0; p < periods; ++p) {
        SelectionValue& value = answer->values_[places[i] + p];
        value = evaluator.ValueOf(root, plan.periods[p]);
        if (!use_memo) continue;
        computed.period = plan.periods[p];
        memo_.Put(computed,
                  std::make_shared<const QueryMemo::Entry>(QueryMemo::Entry{view.revision, value}));
      }
    }
    return absl::OkStatus();
  };
  return InHalves(wanted.size(), kManyRoots, [&](size_t begin, size_t end) {
    return database_.Read([&](sql::ReadTx& tx) { return compute(tx, begin, end); });
  });
}

bool PeriodValuesAnswer::ListsNextRoot() const {
  const QueryRoot& root = plan_->roots[next_root_];
  if (!root.valued || LeavesOutValues(root)) return false;
  if (root.group.empty()) return true;
  const auto first = values_.begin() + static_cast<std::ptrdiff_t>(next_value_);
  return std::any_of(first, first + static_cast<std::ptrdiff_t>(plan_->periods.size()),
                     [](const SelectionValue& value) { return value.reported; });
}

bool PeriodValuesAnswer::Next(std::string* part) {
  const bool first = !std::exchange(begun_, true);
  if (first) {
    QueryPeriodValuesResponse begin;
    *begin.mutable_header() = header_;
    begin.AppendToString(part);
  }
  if (header_.not_modified()) return first;
  // Each message is made of many small ones. On an arena they take one piece of memory, the same
  // for the next message.
  alignas(std::max_align_t) std::array<char, kMessageBytes> memory;
  google::protobuf::ArenaOptions options;
  options.initial_block = memory.data();
  options.initial_block_size = memory.size();
  google::protobuf::Arena arena(options);
  for (; next_definition_ < plan_->roots.size(); ++next_definition_) {
    const QueryRoot& root = plan_->roots[next_definition_];
    // A group has that of its selection.
    if (!root.group.empty() || LeavesOutDefinition(root)) continue;
    auto& message = *google::protobuf::Arena::CreateMessage<v1::SelectionDefinition>(&arena);
    message.set_selection(root.selection);
    if (root.readable) {
      const QueryNode& node = plan_->nodes[static_cast<size_t>(root.node)];
      *message.mutable_indicator() = node.definition->message;
      if (root.current != nullptr) *message.mutable_current() = root.current->message;
      if (root.original != nullptr) *message.mutable_original() = root.original->message;
    }
    if (!Append(QueryPeriodValuesResponse::kDefinitionsFieldNumber, message, part)) return true;
    arena.Reset();
  }
  for (; next_root_ < plan_->roots.size(); ++next_root_, next_period_ = 0) {
    const QueryRoot& root = plan_->roots[next_root_];
    const bool listed = ListsNextRoot();
    for (; listed && next_period_ < plan_->periods.size(); ++next_period_) {
      auto& message = *google::protobuf::Arena::CreateMessage<v1::PeriodValue>(&arena);
      if (root.readable) {
        const QueryNode& node = plan_->nodes[static_cast<size_t>(root.node)];
        SetValue(root, *node.definition, values_[next_value_ + next_period_],
                 plan_->periods[next_period_], asked_[next_period_], end_quarter_, &message);
      } else {
        message.mutable_own()->set_reason(v1::NO_VALUE_REASON_INDICATOR_NOT_READABLE);
      }
      message.set_selection(root.selection);
      message.set_asked(asked_[next_period_]);
      if (!root.group.empty()) {
        message.mutable_group()->insert(root.group.begin(), root.group.end());
      }
      if (!Append(QueryPeriodValuesResponse::kValuesFieldNumber, message, part)) return true;
      arena.Reset();
    }
    if (Computes(root)) next_value_ += plan_->periods.size();
  }
  return !part->empty();
}

}  // namespace athena::indicator
