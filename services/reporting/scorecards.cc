#include "services/reporting/scorecards.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/ids/ids.h"
#include "libs/status/status.h"
#include "services/reporting/errors.h"
#include "services/reporting/limits.h"
#include "services/reporting/scorecard_message.h"

namespace athena::reporting {
namespace {

using indicator::v1::QueryPeriodValuesRequest;
using indicator::v1::QueryPeriodValuesResponse;
using plan::v1::GetPlanTreeRequest;

// A request that passed validation.
struct Asked {
  std::string name;
  std::string plan;
  Period quarter;
  std::optional<absl::Time> time;  // as_of
  std::optional<v1::Basis> basis;  // as_of
  Showing showing;
};

constexpr std::string_view kElement = "institutions/*/plans/*/elements/*";

void CheckName(const std::string& name, Asked* asked, status::FieldFaults* faults) {
  const size_t slash = name.rfind('/');
  const std::string parent = name.substr(0, slash == std::string::npos ? 0 : slash);
  const auto ids = MatchName("institutions/*/plans/*/scorecards", parent);
  if (!ids.has_value()) {
    faults->Add("name", name, "institutions/{institution}/plans/{plan}/scorecards/{period}");
    return;
  }
  const absl::StatusOr<Period> period = Period::Parse(name.substr(slash + 1));
  if (!period.ok() || period->frequency() != Frequency::kQuarter) {
    faults->Add("name", name, "a quarter at the end: \"2021-Q3\"");
    return;
  }
  asked->name = name;
  asked->plan = FillName("institutions/*/plans/*", *ids);
  asked->quarter = *period;
}

void CheckBasis(const v1::Basis& basis, Asked* asked, status::FieldFaults* faults) {
  if (!basis.has_date()) {
    faults->Missing("as_of.basis.date");
  } else if (!fields::DayOf(basis.date()).has_value()) {
    faults->Add(
        "as_of.basis.date",
        absl::StrCat(basis.date().year(), "-", basis.date().month(), "-", basis.date().day()),
        "a day of the calendar");
  }
  if (basis.plan_revision() <= 0) {
    faults->Add("as_of.basis.plan_revision", basis.plan_revision(), "1 or more");
  }
  asked->basis = basis;
}

absl::StatusOr<Asked> Validate(const v1::GetScorecardRequest& request, absl::Time now) {
  status::FieldFaults faults;
  Asked asked;
  CheckName(request.name(), &asked, &faults);
  if (request.as_of().has_time()) {
    asked.time = fields::TimeOf(request.as_of().time());
    if (!asked.time.has_value()) {
      faults.Add("as_of.time", request.as_of().time().ShortDebugString(),
                 "a time of the years 1 to 9999");
    }
  }
  if (request.as_of().has_basis()) CheckBasis(request.as_of().basis(), &asked, &faults);
  const std::string& language = request.language_code();
  if (!language.empty() && !fields::IsLanguageTag(language)) {
    faults.Add("language_code", language, "a BCP-47 tag of at most 35 bytes: \"nl\"");
  }
  if (!v1::ScorecardView_IsValid(request.view())) {
    faults.Add("view", static_cast<int>(request.view()), "BASIC or FULL");
  }
  if (request.has_depth() && (request.depth() < 0 || request.depth() > kMaxDepth)) {
    faults.Add("depth", request.depth(), "0 to 100");
  }
  const std::string elements = asked.plan + "/elements/";
  if (!request.element().empty() && !asked.plan.empty() &&
      (request.element().compare(0, elements.size(), elements) != 0 ||
       !MatchName(kElement, request.element()).has_value())) {
    faults.Add("element", request.element(), elements + "{element}");
  }
  if (!faults.empty()) return faults.ToStatus();
  if (asked.time.has_value() && *asked.time > now) return status::FutureAsOf(*asked.time, now);
  if (asked.basis.has_value() && !asked.basis->engine_version().empty() &&
      asked.basis->engine_version() != kEngineVersion) {
    return EngineVersionUnavailable(asked.basis->engine_version(), kEngineVersion);
  }
  asked.showing.language = language;
  asked.showing.full = request.view() == v1::SCORECARD_VIEW_FULL;
  asked.showing.element = request.element();
  if (request.has_depth()) asked.showing.depth = request.depth();
  return asked;
}

// Map entries stand in the order of their keys, so that equal messages give equal bytes.
std::string Serialised(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

// Everything of a read but how it is shown. Callers of one institution share what is prepared; what
// they may read still decides, since the services are asked each time.
std::string ReadingKey(const rpc::Call& call, const Asked& asked) {
  std::string key = absl::StrCat("reading\n", call.principal().institution, "\n", asked.name, "\n");
  if (asked.time.has_value()) absl::StrAppend(&key, "at ", absl::ToUnixNanos(*asked.time));
  if (asked.basis.has_value()) absl::StrAppend(&key, "by ", Serialised(*asked.basis));
  return key;
}

std::string AnswerKey(const Reading& reading, const Showing& showing) {
  return absl::StrCat("answer\n", reading.id, "\n", showing.language, "\n",
                      showing.full ? "full" : "basic", "\n", showing.depth.value_or(-1), "\n",
                      showing.element);
}

// The day of the basis.
absl::CivilDay DateOf(const Asked& asked, const plan::v1::Institution& institution,
                      absl::Time now) {
  if (asked.basis.has_value()) {
    return *fields::DayOf(asked.basis->date());
  }
  return absl::ToCivilDay(asked.time.value_or(now), ZoneOf(institution));
}

GetPlanTreeRequest PlanRequest(const Asked& asked, const PlanTree* known) {
  GetPlanTreeRequest request;
  request.set_name(asked.plan);
  if (asked.time.has_value()) {
    *request.mutable_as_of()->mutable_time() = fields::TimestampOf(*asked.time);
  }
  if (asked.basis.has_value()) {
    request.mutable_as_of()->set_revision(asked.basis->plan_revision());
  }
  if (known != nullptr) request.set_if_newer_than(known->header().version_token());
  return request;
}

// Without selections and if_newer_than.
QueryPeriodValuesRequest ValuesRequest(const Asked& asked, const PlanTree& tree,
                                       absl::CivilDay date) {
  QueryPeriodValuesRequest request;
  request.add_periods(asked.quarter.ToString());
  request.set_end_quarter(tree.plan().last_quarter());
  *request.mutable_basis_date() = fields::DateOf(date);
  if (asked.time.has_value()) {
    *request.mutable_time() = fields::TimestampOf(*asked.time);
  }
  if (asked.basis.has_value()) {
    *request.mutable_revisions()->mutable_revisions() = asked.basis->indicator_revisions();
  }
  if (tree.plan().has_activate_time()) {
    *request.mutable_original_at() = tree.plan().activate_time();
  }
  return request;
}

// Whether two plans ask the same of the indicator service.
bool SameQuestion(const PlanTree& a, const PlanTree& b) {
  return a.keys == b.keys && a.plan().last_quarter() == b.plan().last_quarter() &&
         a.plan().has_activate_time() == b.plan().has_activate_time() &&
         a.plan().activate_time().seconds() == b.plan().activate_time().seconds() &&
         a.plan().activate_time().nanos() == b.plan().activate_time().nanos();
}

absl::Status CheckQuarter(Period quarter, const plan::v1::Plan& plan) {
  const absl::StatusOr<Period> first = Period::Parse(plan.first_quarter());
  const absl::StatusOr<Period> last = Period::Parse(plan.last_quarter());
  if (!first.ok() || !last.ok()) return status::Internal("the plan has no first or last quarter");
  if (quarter < *first || quarter > *last) {
    return PeriodOutsidePlan(quarter.ToString(), plan.first_quarter(), plan.last_quarter());
  }
  return absl::OkStatus();
}

// One read under way: what is known, what was asked, what came back.
class Read {
 public:
  Read(const Dependencies& dependencies, const rpc::Call& call, const Asked& asked, absl::Time now,
       std::shared_ptr<const Reading> known)
      : dependencies_(dependencies),
        call_(call),
        asked_(asked),
        now_(now),
        known_(std::move(known)) {}

  // The reading that is true now: the known one when nothing changed.
  absl::StatusOr<std::shared_ptr<const Reading>> Run() {
    std::unique_ptr<Pending<PlanPart>> plan = dependencies_.ReadPlan(
        call_, PlanRequest(asked_, known_ == nullptr ? nullptr : known_->tree.get()));
    if (known_ != nullptr) AskForValues(known_->tree);  // both at once
    if (absl::Status status = TakePlan(*plan); !status.ok()) return status;
    if (absl::Status status = CheckQuarter(asked_.quarter, tree_->plan()); !status.ok()) {
      return status;
    }
    if (tree_->keys.size() > kMaxSelections) {
      return PlanTooLarge(asked_.plan, tree_->keys.size());
    }
    if (asked_.basis.has_value() &&
        date_ > absl::ToCivilDay(now_, ZoneOf(tree_->header().institution()))) {
      return status::FutureAsOf(absl::FromCivil(date_, ZoneOf(tree_->header().institution())),
                                now_);
    }
    if (absl::Status status = TakeValues(); !status.ok()) return status;
    const bool same = known_ != nullptr && tree_ == known_->tree && values_ == known_->values &&
                      date_ == known_->date;
    if (same) return known_;
    return ScoreReading(asked_.quarter, date_, tree_, values_, known_.get());
  }

  // The basis of what Run returned.
  v1::Basis BasisOf() const {
    v1::Basis basis;
    *basis.mutable_date() = fields::DateOf(date_);
    basis.set_plan_revision(plan_revision_);
    for (const auto& [institution, revision] : revisions_) {
      (*basis.mutable_indicator_revisions())[institution] = revision;
    }
    basis.set_engine_version(std::string(kEngineVersion));
    return basis;
  }

 private:
  void AskForValues(std::shared_ptr<const PlanTree> tree) {
    date_ = DateOf(asked_, tree->header().institution(), now_);
    asked_by_ = std::move(tree);
    pending_ = nullptr;
    if (asked_by_->keys.empty() || asked_by_->keys.size() > kMaxSelections) return;
    QueryPeriodValuesRequest request = ValuesRequest(asked_, *asked_by_, date_);
    asked_since_known_ = known_ != nullptr && known_->values != nullptr && known_->date == date_ &&
                         SameQuestion(*known_->tree, *asked_by_);
    if (asked_since_known_) {
      request.set_if_newer_than(known_->values->version_token);
      request.set_changes_only(true);
    }
    pending_ = dependencies_.ReadValues(call_, asked_by_->selections, request);
  }

  absl::Status TakePlan(Pending<PlanPart>& pending) {
    absl::StatusOr<Parts<PlanPart>> parts = pending.Await();
    if (!parts.ok()) return std::move(parts).status();
    const plan::v1::GetPlanTreeResponse::Header& header = (*parts->front())->header();
    plan_revision_ = header.revision();
    if (header.not_modified()) {
      if (known_ == nullptr) return DependencyUnavailable("plan", "it answered not modified");
      tree_ = known_->tree;
      return absl::OkStatus();
    }
    absl::StatusOr<std::shared_ptr<const PlanTree>> tree = ReadTree(*std::move(parts));
    if (!tree.ok()) return std::move(tree).status();
    tree_ = *std::move(tree);
    // What was asked on the strength of the known plan stands if this one asks the same.
    const bool same = asked_by_ != nullptr && SameQuestion(*asked_by_, *tree_) &&
                      date_ == DateOf(asked_, tree_->header().institution(), now_);
    if (!same) AskForValues(tree_);
    return absl::OkStatus();
  }

  absl::Status TakeValues() {
    if (pending_ == nullptr) return absl::OkStatus();  // no indicators: no values
    absl::StatusOr<Parts<ValuesPart>> parts = pending_->Await();
    if (!parts.ok()) return std::move(parts).status();
    const QueryPeriodValuesResponse::Header& header = (*parts->front())->header();
    revisions_.insert(header.revisions().begin(), header.revisions().end());
    if (header.not_modified()) {
      if (!asked_since_known_) {
        return DependencyUnavailable("indicator", "it answered not modified");
      }
      values_ = known_->values;
      return absl::OkStatus();
    }
    absl::StatusOr<std::shared_ptr<const Values>> values = ReadAnswers(
        *parts, tree_->keys.size(), asked_since_known_ ? known_->values.get() : nullptr);
    if (!values.ok()) return std::move(values).status();
    values_ = *std::move(values);
    return absl::OkStatus();
  }

  const Dependencies& dependencies_;
  const rpc::Call& call_;
  const Asked& asked_;
  const absl::Time now_;
  const std::shared_ptr<const Reading> known_;

  absl::CivilDay date_;
  std::shared_ptr<const PlanTree> asked_by_;  // the plan that pending_ was asked for
  std::unique_ptr<Pending<ValuesPart>> pending_;
  bool asked_since_known_ = false;  // with the token of the known values
  std::shared_ptr<const PlanTree> tree_;
  std::shared_ptr<const Values> values_;
  int64_t plan_revision_ = 0;
  std::map<std::string, int64_t> revisions_;
};

}  // namespace

absl::StatusOr<rpc::PreparedAnswer> Scorecards::Get(const rpc::Call& call,
                                                    const v1::GetScorecardRequest& request) {
  const absl::Time now = now_();
  const absl::StatusOr<Asked> asked = Validate(request, now);
  if (!asked.ok()) return asked.status();

  const std::string reading_key = ReadingKey(call, *asked);
  const std::shared_ptr<const Reading> known = prepared_.FindReading(reading_key);
  Read read(dependencies_, call, *asked, now, known);
  const absl::StatusOr<std::shared_ptr<const Reading>> reading = read.Run();
  if (!reading.ok()) return reading.status();
  if (*reading != known) prepared_.KeepReading(reading_key, *reading);

  const std::string answer_key = AnswerKey(**reading, asked->showing);
  std::shared_ptr<const std::string> answer = prepared_.FindAnswer(answer_key);
  if (answer == nullptr) {
    absl::StatusOr<v1::ScorecardResult> result = ResultMessage(**reading, asked->showing);
    if (!result.ok()) return std::move(result).status();
    v1::Scorecard scorecard;
    scorecard.set_name(asked->name);
    *scorecard.mutable_result() = *std::move(result);
    answer = std::make_shared<const std::string>(Serialised(scorecard));
    if (answer->size() <= kMaxAnswerBytes) prepared_.KeepAnswer(answer_key, answer);
  }
  v1::Scorecard beside;
  *beside.mutable_basis() = read.BasisOf();
  auto basis = std::make_shared<const std::string>(Serialised(beside));
  if (answer->size() + basis->size() > kMaxAnswerBytes) {
    return AnswerTooLarge(answer->size() + basis->size());
  }
  return rpc::PreparedAnswer{{std::move(answer), std::move(basis)}, known};
}

}  // namespace athena::reporting
