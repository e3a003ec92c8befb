#include "services/athenactl/testing/fake_services.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "athena/common/v1/history_service.pb.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/athenactl/resources/kinds.h"

namespace athena::athenactl::testing {
namespace {

namespace indicator = athena::indicator::v1;
namespace plan = athena::plan::v1;
namespace reporting = athena::reporting::v1;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

std::string KeyOf(const indicator::Observation& row) {
  const std::map<std::string, std::string> dimensions(row.dimensions().begin(),
                                                      row.dimensions().end());
  std::string key = absl::StrCat(row.indicator(), " ", row.period());
  for (const auto& [dimension, code] : dimensions) {
    absl::StrAppend(&key, " ", dimension, "=", code);
  }
  return key;
}

// `message` as its own type; null when it is of another.
template <typename Type>
Type* As(Message* message) {
  return message->GetDescriptor() == Type::descriptor() ? static_cast<Type*>(message) : nullptr;
}

// A copy of a resource; a default one when there is none of that name.
template <typename Type>
Type Find(const std::map<std::string, std::unique_ptr<Message>>& resources,
          const std::string& name) {
  const auto found = resources.find(name);
  return found == resources.end() ? Type() : static_cast<const Type&>(*found->second);
}

}  // namespace

FakePlan::FakePlan()
    : FakeResources({"athena.plan.v1.PlanService", "athena.plan.v1.FollowUpService",
                     "athena.plan.v1.OperationsService"}) {
  using plan::OperationalPlan;
  using plan::ProgressReport;
  HandleVerb("Submit", ProgressReport::default_instance(), ProgressReport::STATE_SUBMITTED);
  HandleVerb("Validate", ProgressReport::default_instance(), ProgressReport::STATE_VALIDATED);
  HandleVerb("Return", ProgressReport::default_instance(), ProgressReport::STATE_RETURNED);
  HandleVerb("Submit", OperationalPlan::default_instance(), OperationalPlan::STATE_SUBMITTED);
  HandleVerb("Approve", OperationalPlan::default_instance(), OperationalPlan::STATE_APPROVED);
  HandleVerb("Return", OperationalPlan::default_instance(), OperationalPlan::STATE_RETURNED);
  On(&FakePlan::DeriveOperationalPlan);
  On(&FakePlan::ListDueProgressReports);
  On(&FakePlan::GetPlanTree);
  Handle("ExportPlan", [this](const Message& request, Answers* answers) {
    mutex_.AssertHeld();
    return ExportPlan(static_cast<const plan::ExportPlanRequest&>(request), answers);
  });
  On(&FakePlan::ImportPlan);
  On(&FakePlan::SetBudgetAmounts);
  On(&FakePlan::ListBudgetAmounts);
  common::v1::VerifyAuditLogResponse verified;
  verified.mutable_head()->set_revision(7);
  SetHistory(verified);
  On(&FakePlan::ActivatePlan);
  Serve();
}

plan::Plan FakePlan::plan(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  return Find<plan::Plan>(resources_, name);
}

plan::Element FakePlan::element(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  return Find<plan::Element>(resources_, name);
}

plan::OperationalPlan FakePlan::operational_plan(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  return Find<plan::OperationalPlan>(resources_, name);
}

void FakePlan::HandleVerb(const std::string& verb, const Message& resource, int state) {
  const std::string method = verb + resource.GetDescriptor()->name();
  Handle(method, [this, method, state](const Message& request, Answers* answers) -> absl::Status {
    mutex_.AssertHeld();
    const std::string name = GetText(request, "name");
    Note(absl::StrCat(method, " ", name, " ", GetText(request, "reason")));
    const auto found = resources_.find(name);
    if (found == resources_.end()) return status::NotFound(name);
    Message& stored = *found->second;
    const auto* reflection = stored.GetReflection();
    reflection->SetEnumValue(&stored, stored.GetDescriptor()->FindFieldByName("state"), state);
    std::unique_ptr<Message> answer(stored.New());
    answer->CopyFrom(stored);
    reflection->SetInt64(answer.get(), stored.GetDescriptor()->FindFieldByName("revision"), 8);
    answers->push_back(std::move(answer));
    return absl::OkStatus();
  });
}

absl::Status FakePlan::DeriveOperationalPlan(const plan::DeriveOperationalPlanRequest& request,
                                             plan::DeriveOperationalPlanResponse* response) {
  Note(absl::StrCat("DeriveOperationalPlan ", request.unit(), " ", request.year()));
  plan::OperationalPlan& derived = *response->mutable_operational_plan();
  derived.set_name(absl::StrCat(request.parent(), "/operationalPlans/",
                                request.unit().substr(request.unit().rfind('/') + 1), "-",
                                request.year(), "-1"));
  derived.set_unit(request.unit());
  derived.set_year(request.year());
  derived.set_version(1);
  derived.set_state(plan::OperationalPlan::STATE_DRAFT);
  derived.set_etag("e1");
  for (const auto& [name, resource] : resources_) {
    const auto* element = As<plan::Element>(resource.get());
    if (element == nullptr || element->owner_unit() != request.unit()) continue;
    derived.add_items()->set_element(name);
  }
  resources_[derived.name()] = std::make_unique<plan::OperationalPlan>(derived);
  response->set_applied(true);
  return absl::OkStatus();
}

void FakePlan::SetDueReports(const plan::ListDueProgressReportsResponse& due) {
  absl::MutexLock lock(&mutex_);
  due_reports_ = due;
}

plan::ListDueProgressReportsRequest FakePlan::due_request() const {
  absl::MutexLock lock(&mutex_);
  return due_request_;
}

absl::Status FakePlan::ListDueProgressReports(const plan::ListDueProgressReportsRequest& request,
                                              plan::ListDueProgressReportsResponse* response) {
  due_request_ = request;
  *response = due_reports_;
  return absl::OkStatus();
}

std::map<std::string, plan::BudgetAmounts> FakePlan::amounts() const {
  absl::MutexLock lock(&mutex_);
  std::map<std::string, plan::BudgetAmounts> amounts;
  for (const auto& [key, record] : amounts_) amounts[key] = record.amounts();
  return amounts;
}

void FakePlan::SetTree(const plan::GetPlanTreeResponse& tree) {
  absl::MutexLock lock(&mutex_);
  tree_ = tree;
}

plan::GetPlanTreeRequest FakePlan::tree_request() const {
  absl::MutexLock lock(&mutex_);
  return tree_request_;
}

void FakePlan::SetSender(const std::string& sender) {
  absl::MutexLock lock(&mutex_);
  sender_ = sender;
}

std::vector<plan::SetBudgetAmountsRequest> FakePlan::amounts_pushes() const {
  absl::MutexLock lock(&mutex_);
  return amounts_pushes_;
}

absl::Status FakePlan::GetPlanTree(const plan::GetPlanTreeRequest& request,
                                   plan::GetPlanTreeResponse* response) {
  tree_request_ = request;
  *response = tree_;
  return absl::OkStatus();
}

void FakePlan::SetExport(const plan::ExportPlanResponse& exported) {
  absl::MutexLock lock(&mutex_);
  export_ = exported;
}

void FakePlan::SetImport(absl::StatusOr<plan::ImportPlanResponse> imported) {
  absl::MutexLock lock(&mutex_);
  import_ = std::move(imported);
}

plan::ExportPlanRequest FakePlan::export_request() const {
  absl::MutexLock lock(&mutex_);
  return export_request_;
}

plan::ImportPlanRequest FakePlan::import_request() const {
  absl::MutexLock lock(&mutex_);
  return import_request_;
}

// The header and each piece in a part of its own.
absl::Status FakePlan::ExportPlan(const plan::ExportPlanRequest& request, Answers* answers) {
  export_request_ = request;
  auto header = std::make_unique<plan::ExportPlanResponse>();
  *header->mutable_header() = export_.header();
  answers->push_back(std::move(header));
  for (const auto& piece : export_.pieces()) {
    auto part = std::make_unique<plan::ExportPlanResponse>();
    *part->add_pieces() = piece;
    answers->push_back(std::move(part));
  }
  return absl::OkStatus();
}

absl::Status FakePlan::ImportPlan(const plan::ImportPlanRequest& request,
                                  plan::ImportPlanResponse* response) {
  import_request_ = request;
  ATHENA_ASSIGN_OR_RETURN(*response, import_);
  if (!request.validate_only()) Note("ImportPlan " + request.plan_id());
  return absl::OkStatus();
}

absl::Status FakePlan::SetBudgetAmounts(const plan::SetBudgetAmountsRequest& request,
                                        plan::SetBudgetAmountsResponse* response) {
  using Outcome = plan::BudgetAmountsOutcome;
  if (!request.validate_only()) Note(absl::StrCat("SetBudgetAmounts ", request.amounts_size()));
  const bool all = request.outcome_detail() == plan::SetBudgetAmountsRequest::OUTCOME_DETAIL_ALL;
  const auto stored = amounts_answers_.find(request.push_id());
  if (!request.validate_only()) amounts_pushes_.push_back(request);
  if (stored != amounts_answers_.end()) {
    *response = stored->second;
    response->set_replayed(true);
    return absl::OkStatus();
  }
  std::vector<plan::BudgetAmounts> good;
  plan::BudgetAmountsCounts& counts = *response->mutable_counts();
  status::FieldFaults faults;
  for (int at = 0; at < request.amounts_size(); ++at) {
    const plan::BudgetAmounts& row = request.amounts(at);
    const auto present = amounts_.find(absl::StrCat(row.budget_line(), " ", row.quarter()));
    Outcome outcome;
    outcome.set_index(at);
    if (row.budget_line() == "unknown") {
      faults.Add(absl::StrCat("amounts[", at, "].budget_line"), row.budget_line(), "one");
      outcome.set_outcome(Outcome::OUTCOME_REJECTED);
      plan::BudgetAmountsFault& fault = *outcome.add_faults();
      fault.set_field("budget_line");
      fault.set_description("got \"unknown\", want a budget line that exists");
      counts.set_rejected(counts.rejected() + 1);
    } else if (row.quarter().substr(0, 4) == "2025" && request.correction_reason().empty()) {
      outcome.set_outcome(Outcome::OUTCOME_LOCKED);
      counts.set_locked(counts.locked() + 1);
    } else if (present == amounts_.end()) {
      outcome.set_outcome(Outcome::OUTCOME_INSERTED);
      counts.set_inserted(counts.inserted() + 1);
      good.push_back(row);
    } else if (MessageDifferencer::Equals(present->second.amounts(), row)) {
      outcome.set_outcome(Outcome::OUTCOME_UNCHANGED);
      counts.set_unchanged(counts.unchanged() + 1);
    } else {
      outcome.set_outcome(Outcome::OUTCOME_REVISED);
      counts.set_revised(counts.revised() + 1);
      good.push_back(row);
    }
    const bool exception = outcome.outcome() == Outcome::OUTCOME_REJECTED ||
                           outcome.outcome() == Outcome::OUTCOME_LOCKED ||
                           outcome.outcome() == Outcome::OUTCOME_UNCHANGED;
    if (all || exception) *response->add_outcomes() = outcome;
  }
  if (request.validate_only()) return absl::OkStatus();
  if (!request.partial() && !faults.empty()) return faults.ToStatus();
  if (!request.partial() && counts.locked() > 0) {
    return status::Precondition("PERIOD_CLOSED", "closed", "2025");
  }
  for (const plan::BudgetAmounts& row : good) {
    plan::BudgetAmountsRecord record;
    *record.mutable_amounts() = row;
    record.set_sender(sender_);
    amounts_[absl::StrCat(row.budget_line(), " ", row.quarter())] = record;
  }
  amounts_answers_[request.push_id()] = *response;
  return absl::OkStatus();
}

absl::Status FakePlan::ListBudgetAmounts(const plan::ListBudgetAmountsRequest& request,
                                         plan::ListBudgetAmountsResponse* response) {
  for (const auto& [key, record] : amounts_) {
    if (!request.budget_line().empty() && record.amounts().budget_line() != request.budget_line()) {
      continue;
    }
    *response->add_amounts() = record;
  }
  return absl::OkStatus();
}

// As the contract says: what is not given has its default.
void FakePlan::Complete(const std::string& field, Message* resource, status::FieldFaults* faults) {
  mutex_.AssertHeld();
  if (auto* institution = As<plan::Institution>(resource)) {
    if (institution->time_zone().empty()) institution->set_time_zone("Europe/Brussels");
    institution->set_revision(1);
  }
  if (auto* report = As<plan::ProgressReport>(resource)) {
    report->set_state(plan::ProgressReport::STATE_DRAFT);
  }
  if (auto* created = As<plan::Plan>(resource)) {
    created->set_state(plan::Plan::STATE_DRAFT);
    created->set_min_coverage(0.5);
  }
  if (auto* element = As<plan::Element>(resource)) element->set_revision(7);
  if (auto* unit = As<plan::Unit>(resource)) {
    if (!unit->parent_unit().empty() && resources_.count(unit->parent_unit()) == 0) {
      faults->Add(field + ".parent_unit", unit->parent_unit(), "a unit that exists");
    }
  }
}

absl::Status FakePlan::ActivatePlan(const plan::ActivatePlanRequest& request,
                                    plan::Plan* response) {
  Note("ActivatePlan " + request.name());
  auto& activated = static_cast<plan::Plan&>(*resources_[request.name()]);
  activated.set_state(plan::Plan::STATE_ACTIVE);
  activated.clear_effective_date();
  if (request.has_effective_date()) {
    *activated.mutable_effective_date() = request.effective_date();
  }
  activated.mutable_activate_time()->set_seconds(1);
  *response = activated;
  return absl::OkStatus();
}

FakeIndicator::FakeIndicator() : FakeResources({"athena.indicator.v1.IndicatorService"}) {
  On(&FakeIndicator::BatchSetTargets);
  On(&FakeIndicator::GetTarget);
  On(&FakeIndicator::ListTargetVersions);
  On(&FakeIndicator::PushObservations);
  On(&FakeIndicator::ListObservations);
  On(&FakeIndicator::GetCompleteness);
  On(&FakeIndicator::GetInstitutionSettings);
  On(&FakeIndicator::UpdateInstitutionSettings);
  On(&FakeIndicator::ClosePeriod);
  On(&FakeIndicator::ReopenPeriod);
  On(&FakeIndicator::EndSeries);
  On(&FakeIndicator::ListSeriesEnds);
  On(&FakeIndicator::ListPushes);
  On(&FakeIndicator::GetPush);
  Handle("QueryPeriodValues", [this](const Message& request, Answers* answers) {
    mutex_.AssertHeld();
    return QueryPeriodValues(static_cast<const indicator::QueryPeriodValuesRequest&>(request),
                             answers);
  });
  Serve();
}

void FakeIndicator::Complete(const std::string& field, Message* resource,
                             status::FieldFaults* faults) {
  if (auto* created = As<indicator::Indicator>(resource)) {
    if (created->decimals() > 12) faults->Add(field + ".decimals", created->decimals(), "0 to 12");
    created->set_state(indicator::Indicator::STATE_ACTIVE);
    created->set_reporting_delay_days(14);
  }
}

void FakeIndicator::Note(const std::string& call) {
  FakeResources::Note(call);
  ++changes_;
}

void FakeIndicator::FailNext(std::vector<absl::Status> statuses) {
  absl::MutexLock lock(&mutex_);
  fail_next_ = std::move(statuses);
}

void FakeIndicator::SetSender(const std::string& sender) {
  absl::MutexLock lock(&mutex_);
  sender_ = sender;
}

void FakeIndicator::OnPush(std::function<void()> call) {
  absl::MutexLock lock(&mutex_);
  on_push_ = std::move(call);
}

indicator::Observation FakeIndicator::cell(const std::string& key) const {
  absl::MutexLock lock(&mutex_);
  const indicator::Observation* const cell = Cell(key);
  return cell == nullptr ? indicator::Observation() : *cell;
}

int FakeIndicator::changes() const {
  absl::MutexLock lock(&mutex_);
  return changes_;
}

std::vector<indicator::PushObservationsRequest> FakeIndicator::pushes() const {
  absl::MutexLock lock(&mutex_);
  return pushes_;
}

std::map<std::string, double> FakeIndicator::cells() const {
  absl::MutexLock lock(&mutex_);
  std::map<std::string, double> values;
  for (const auto& [key, revisions] : cells_) {
    if (const auto* cell = Cell(key)) values[key] = cell->value();
  }
  return values;
}

indicator::Target FakeIndicator::target(const std::string& of) const {
  absl::MutexLock lock(&mutex_);
  const auto found = targets_.find(of);
  return found == targets_.end() ? indicator::Target() : found->second;
}

std::vector<indicator::ListObservationsRequest> FakeIndicator::lists() const {
  absl::MutexLock lock(&mutex_);
  return lists_;
}

const indicator::Observation* FakeIndicator::Cell(const std::string& key) const {
  const auto found = cells_.find(key);
  if (found == cells_.end() || found->second.back().observation().retract()) return nullptr;
  return &found->second.back().observation();
}

absl::Status FakeIndicator::BatchSetTargets(const indicator::BatchSetTargetsRequest& request,
                                            indicator::BatchSetTargetsResponse* response) {
  status::FieldFaults faults;
  for (int at = 0; at < request.requests_size(); ++at) {
    const double margin = request.requests(at).target().margin();
    if (margin < 0) {
      faults.Add(absl::StrCat("requests[", at, "].target.margin"), margin, "more than 0");
    }
  }
  if (!faults.empty()) return faults.ToStatus();
  ++changes_;
  for (const auto& set : request.requests()) {
    indicator::Target target = set.target();
    target.set_declared_original(set.declared_original());
    auto& targets = set.declared_original() ? declared_targets_ : targets_;
    if (!set.declared_original()) target.set_version(targets[target.indicator()].version() + 1);
    target.set_reason(request.reason());
    *response->add_targets() = targets[target.indicator()] = target;
  }
  return absl::OkStatus();
}

absl::Status FakeIndicator::GetTarget(const indicator::GetTargetRequest& request,
                                      indicator::Target* response) {
  const auto found = targets_.find(request.indicator());
  if (found == targets_.end()) return status::NotFound(request.indicator());
  *response = found->second;
  return absl::OkStatus();
}

absl::Status FakeIndicator::ListTargetVersions(const indicator::ListTargetVersionsRequest& request,
                                               indicator::ListTargetVersionsResponse* response) {
  *response = target_versions_;
  if (response->targets_size() > 0) return absl::OkStatus();
  for (const auto* const targets : {&declared_targets_, &targets_}) {
    const auto found = targets->find(request.indicator());
    if (found != targets->end()) *response->add_targets() = found->second;
  }
  return absl::OkStatus();
}

absl::Status FakeIndicator::PushObservations(const indicator::PushObservationsRequest& request,
                                             indicator::PushObservationsResponse* response) {
  pushes_.push_back(request);
  if (on_push_) on_push_();
  if (!fail_next_.empty()) {
    const absl::Status failure = fail_next_.front();
    fail_next_.erase(fail_next_.begin());
    if (!failure.ok()) return failure;
  }
  if (answer_next_.has_value()) {
    *response = *answer_next_;
    answer_next_.reset();
    return absl::OkStatus();
  }
  if (const auto known = answers_.find(request.push_id());
      !request.validate_only() && known != answers_.end()) {
    *response = known->second;
    response->set_replayed(true);
    return absl::OkStatus();
  }
  status::FieldFaults faults;
  indicator::PushCounts& counts = *response->mutable_counts();
  auto cells = cells_;
  for (int at = 0; at < request.observations_size(); ++at) {
    const indicator::Observation& row = request.observations(at);
    if (row.value() < 0) {
      faults.Add(absl::StrCat("observations[", at, "].value"), row.value(), "at least 0");
      counts.set_rejected(counts.rejected() + 1);
      indicator::RowOutcome& outcome = *response->add_outcomes();
      outcome.set_index(at);
      outcome.set_outcome(indicator::OUTCOME_REJECTED);
      indicator::RowFault& fault = *outcome.add_faults();
      fault.set_reason(indicator::RowFault::REASON_VALUE_OUT_OF_RANGE);
      fault.set_field("value");
      fault.set_description(absl::StrCat("got ", row.value(), ", want at least 0"));
      continue;
    }
    const indicator::Observation* const present = Cell(KeyOf(row));
    indicator::Observation wanted = row;
    const auto left = [&](const char* part) {
      const auto& paths = request.row_mask().paths();
      return present != nullptr && !row.retract() && !paths.empty() &&
             std::find(paths.begin(), paths.end(), part) == paths.end();
    };
    if (left("value") && present->has_value()) wanted.set_value(present->value());
    if (left("status")) wanted.set_status(present->status());
    if (left("comment")) wanted.set_comment(present->comment());
    const auto outcome = [&](indicator::Outcome what) {
      if (request.outcome_detail() != indicator::OUTCOME_DETAIL_ALL) return;
      indicator::RowOutcome& added = *response->add_outcomes();
      added.set_index(at);
      added.set_outcome(what);
    };
    if (row.has_value() && wanted.status() == indicator::OBSERVATION_STATUS_UNSPECIFIED) {
      wanted.set_status(indicator::OBSERVATION_STATUS_NORMAL);
    }
    if (present == nullptr ? row.retract() : MessageDifferencer::Equals(*present, wanted)) {
      counts.set_unchanged(counts.unchanged() + 1);
      outcome(indicator::OUTCOME_UNCHANGED);
      continue;
    }
    if (row.retract()) {
      counts.set_deleted(counts.deleted() + 1);
      outcome(indicator::OUTCOME_DELETED);
    } else if (present == nullptr) {
      counts.set_inserted(counts.inserted() + 1);
      outcome(indicator::OUTCOME_INSERTED);
    } else {
      counts.set_revised(counts.revised() + 1);
      outcome(indicator::OUTCOME_REVISED);
    }
    indicator::ObservationRecord& record = cells[KeyOf(row)].emplace_back();
    *record.mutable_observation() = wanted;
    record.set_revision(changes_ + 1);
    record.mutable_time()->set_seconds(changes_ + 1);
  }
  if (request.validate_only()) return absl::OkStatus();
  if (!faults.empty() && !request.partial()) return faults.ToStatus();
  cells_ = std::move(cells);
  ++changes_;
  response->set_revision(changes_);
  response->set_name(absl::StrCat(request.parent(), "/pushes/", changes_));
  indicator::Push& stored = *stored_pushes_.add_pushes();
  stored.set_name(response->name());
  stored.set_sender(sender_);
  stored.mutable_time()->set_seconds(1'640'995'200 + 60 * changes_);  // 2022-01-01
  answers_[request.push_id()] = *response;
  return absl::OkStatus();
}

absl::Status FakeIndicator::ListObservations(const indicator::ListObservationsRequest& request,
                                             indicator::ListObservationsResponse* response) {
  lists_.push_back(request);
  const int64_t revision = request.has_as_of() ? request.as_of().revision() : changes_;
  std::vector<indicator::ObservationRecord> all;
  for (const auto& [key, revisions] : cells_) {
    std::vector<indicator::ObservationRecord> known;
    for (const auto& record : revisions) {
      const indicator::Observation& cell = record.observation();
      bool wanted = record.revision() <= revision &&
                    absl::StrCat("/indicators/", cell.indicator()) ==
                        request.parent().substr(std::min(request.parent().size(),
                                                         request.parent().find("/indicators/"))) &&
                    (request.start_period().empty() || cell.period() >= request.start_period()) &&
                    (request.end_period().empty() ||
                     cell.period().substr(0, request.end_period().size()) <= request.end_period());
      for (const auto& [dimension, code] : request.slice()) {
        const auto found = cell.dimensions().find(dimension);
        wanted = wanted && found != cell.dimensions().end() && found->second == code;
      }
      if (wanted) known.push_back(record);
    }
    if (request.include_history()) {
      if (forgetful_ && !known.empty()) known.pop_back();
      all.insert(all.end(), known.begin(), known.end());
    } else if (!known.empty() && !known.back().observation().retract()) {
      all.push_back(known.back());
    }
  }
  const size_t begin = request.page_token().empty() ? 0 : std::stoul(request.page_token());
  for (size_t at = begin; at < std::min(begin + 2, all.size()); ++at) {
    *response->add_observations() = all[at];
  }
  if (begin + 2 < all.size()) response->set_next_page_token(absl::StrCat(begin + 2));
  response->set_revision(revision);
  return absl::OkStatus();
}

absl::Status FakeIndicator::QueryPeriodValues(const indicator::QueryPeriodValuesRequest& request,
                                              Answers* answers) {
  queries_.push_back(request);
  if (!request.selections(0).group_by().empty()) {
    answers->push_back(std::make_unique<indicator::QueryPeriodValuesResponse>(groups_));
    return absl::OkStatus();
  }
  const bool past = request.has_revisions();
  indicator::QueryPeriodValuesResponse header;
  for (const auto& selection : request.selections()) {
    const std::string& name = selection.indicator();
    const std::string institution = name.substr(0, name.find("/indicators/"));
    (*header.mutable_header()->mutable_revisions())[institution] =
        past ? request.revisions().revisions().at(institution) : changes_;
  }
  answers->push_back(std::make_unique<indicator::QueryPeriodValuesResponse>(header));
  for (int at = 0; at < request.selections_size(); ++at) {
    indicator::QueryPeriodValuesResponse part;
    for (const std::string& quarter : request.periods()) {
      indicator::PeriodValue& value = *part.add_values();
      value.set_selection(at);
      value.set_asked(quarter);
      value.mutable_own()->mutable_value()->set_value(at + (past && forgetful_ ? 1 : 0));
    }
    answers->push_back(std::make_unique<indicator::QueryPeriodValuesResponse>(part));
  }
  return absl::OkStatus();
}

void FakeIndicator::AnswerNext(const indicator::PushObservationsResponse& answer) {
  absl::MutexLock lock(&mutex_);
  answer_next_ = answer;
}

void FakeIndicator::ForgetThePast() {
  common::v1::VerifyAuditLogResponse verified;
  verified.add_faults()->set_description("entry 2 is missing");
  SetHistory(verified);
  absl::MutexLock lock(&mutex_);
  forgetful_ = true;
}

void FakeIndicator::SetGroups(const indicator::QueryPeriodValuesResponse& groups) {
  absl::MutexLock lock(&mutex_);
  groups_ = groups;
}

std::vector<indicator::QueryPeriodValuesRequest> FakeIndicator::queries() const {
  absl::MutexLock lock(&mutex_);
  return queries_;
}

void FakeIndicator::SetPushes(const indicator::ListPushesResponse& pushes) {
  absl::MutexLock lock(&mutex_);
  stored_pushes_ = pushes;
}

absl::Status FakeIndicator::ListPushes(const indicator::ListPushesRequest& request,
                                       indicator::ListPushesResponse* response) {
  for (const indicator::Push& push : stored_pushes_.pushes()) {
    if (!request.sender().empty() && push.sender() != request.sender()) continue;
    if (response->pushes_size() == request.page_size()) {
      response->set_next_page_token("more");
      break;
    }
    *response->add_pushes() = push;
  }
  return absl::OkStatus();
}

absl::Status FakeIndicator::GetPush(const indicator::GetPushRequest& request,
                                    indicator::Push* response) {
  for (const indicator::Push& push : stored_pushes_.pushes()) {
    if (push.name() != request.name()) continue;
    *response = push;
    return absl::OkStatus();
  }
  return status::NotFound(request.name());
}

void FakeIndicator::SetCompleteness(const indicator::GetCompletenessResponse& completeness) {
  absl::MutexLock lock(&mutex_);
  completeness_ = completeness;
}

std::vector<indicator::GetCompletenessRequest> FakeIndicator::completeness_requests() const {
  absl::MutexLock lock(&mutex_);
  return completeness_requests_;
}

absl::Status FakeIndicator::GetCompleteness(const indicator::GetCompletenessRequest& request,
                                            indicator::GetCompletenessResponse* response) {
  completeness_requests_.push_back(request);
  *response = completeness_;
  return absl::OkStatus();
}

void FakeIndicator::SetTargetVersions(const indicator::ListTargetVersionsResponse& versions) {
  absl::MutexLock lock(&mutex_);
  target_versions_ = versions;
}

std::string FakeIndicator::time_zone(const std::string& institution) const {
  absl::MutexLock lock(&mutex_);
  return Find<indicator::InstitutionSettings>(resources_, institution + "/settings").time_zone();
}

absl::Status FakeIndicator::GetInstitutionSettings(
    const indicator::GetInstitutionSettingsRequest& request,
    indicator::InstitutionSettings* response) {
  *response = Find<indicator::InstitutionSettings>(resources_, request.name());
  if (!response->etag().empty()) return absl::OkStatus();
  response->set_name(request.name());
  response->set_time_zone("Europe/Brussels");
  return absl::OkStatus();
}

absl::Status FakeIndicator::UpdateInstitutionSettings(
    const indicator::UpdateInstitutionSettingsRequest& request,
    indicator::InstitutionSettings* response) {
  const std::string& name = request.settings().name();
  const std::string etag = Find<indicator::InstitutionSettings>(resources_, name).etag();
  if (request.settings().etag() != etag) {
    return status::EtagMismatch(name, request.settings().etag(), etag);
  }
  Note("UpdateInstitutionSettings " + name);
  *response = request.settings();
  response->set_etag(etag + "z");
  resources_[name] = std::make_unique<indicator::InstitutionSettings>(*response);
  return absl::OkStatus();
}

absl::Status FakeIndicator::ClosePeriod(const indicator::ClosePeriodRequest& request,
                                        indicator::Closing* response) {
  indicator::Closing closing;
  closing.set_name(request.name());
  closing.set_quarter(request.name().substr(request.name().find_last_of('/') + 1));
  closing.set_state(indicator::Closing::STATE_CLOSED);
  closing.set_reason(request.reason());
  closing.set_subject("somebody");
  closing.set_revision(++changes_);
  closing.mutable_update_time()->set_seconds(changes_);
  resources_[request.name()] = std::make_unique<indicator::Closing>(closing);
  *response = closing;
  return absl::OkStatus();
}

absl::Status FakeIndicator::ReopenPeriod(const indicator::ReopenPeriodRequest& request,
                                         indicator::Closing* response) {
  const auto found = resources_.find(request.name());
  if (found == resources_.end()) return status::NotFound(request.name());
  auto& closing = static_cast<indicator::Closing&>(*found->second);
  closing.set_state(indicator::Closing::STATE_REOPENED);
  closing.set_reason(request.reason());
  closing.set_revision(++changes_);
  *response = closing;
  return absl::OkStatus();
}

absl::Status FakeIndicator::EndSeries(const indicator::EndSeriesRequest& request,
                                      indicator::SeriesEnd* response) {
  *response = request.series_end();
  std::string codes;  // by dimension
  const std::map<std::string, std::string> slice(response->dimensions().begin(),
                                                 response->dimensions().end());
  for (const auto& [dimension, code] : slice) codes += (codes.empty() ? "" : ".") + code;
  response->set_name(response->indicator() + "/seriesEnds/" + (codes.empty() ? "-" : codes));
  response->set_reason(request.reason());
  response->set_subject("somebody");
  response->set_revision(++changes_);
  response->mutable_update_time()->set_seconds(changes_);
  resources_[response->name()] = std::make_unique<indicator::SeriesEnd>(*response);
  return absl::OkStatus();
}

absl::Status FakeIndicator::ListSeriesEnds(const indicator::ListSeriesEndsRequest& request,
                                           indicator::ListSeriesEndsResponse* response) {
  const std::string prefix = request.parent() + "/indicators/" + request.indicator();
  for (const auto& [name, resource] : resources_) {
    const auto* end = As<indicator::SeriesEnd>(resource.get());
    if (end == nullptr || end->indicator().compare(0, prefix.size(), prefix) != 0) continue;
    if (end->ended_from().empty() && !request.include_withdrawn()) continue;
    *response->add_series_ends() = *end;
  }
  return absl::OkStatus();
}

FakeReporting::FakeReporting(reporting::Scorecard scorecard)
    : FakeResources({"athena.reporting.v1.ReportingService"}), scorecard_(std::move(scorecard)) {
  On(&FakeReporting::GetScorecard);
  On(&FakeReporting::ListScorecards);
  On(&FakeReporting::ExplainScore);
  On(&FakeReporting::CompareScorecards);
  On(&FakeReporting::GetBoardTable);
  On(&FakeReporting::PublishScorecard);
  On(&FakeReporting::GetPublication);
  On(&FakeReporting::ListPublications);
  On(&FakeReporting::VerifyPublication);
  Handle("WatchScorecard", [this](const Message& request, Answers* answers) {
    mutex_.AssertHeld();
    return WatchScorecard(static_cast<const reporting::WatchScorecardRequest&>(request), answers);
  });
  Handle("DownloadPublication", [this](const Message& request, Answers* answers) {
    mutex_.AssertHeld();
    return DownloadPublication(static_cast<const reporting::DownloadPublicationRequest&>(request),
                               answers);
  });
  Handle("ExportScorecard", [this](const Message& request, Answers* answers) {
    mutex_.AssertHeld();
    return ExportScorecard(static_cast<const reporting::ExportScorecardRequest&>(request), answers);
  });
  Handle("ExportObservations", [this](const Message& request, Answers* answers) {
    mutex_.AssertHeld();
    return ExportObservations(static_cast<const reporting::ExportObservationsRequest&>(request),
                              answers);
  });
  Serve();
}

void FakeReporting::SetPublication(const reporting::Publication& publication,
                                   const std::string& document) {
  absl::MutexLock lock(&mutex_);
  publication_ = publication;
  document_ = document;
}

void FakeReporting::SetVerdict(const reporting::VerifyPublicationResponse& verdict) {
  absl::MutexLock lock(&mutex_);
  verdict_ = verdict;
}

std::vector<reporting::PublishScorecardRequest> FakeReporting::publish_requests() const {
  absl::MutexLock lock(&mutex_);
  return publish_requests_;
}

std::vector<std::string> FakeReporting::asked() const {
  absl::MutexLock lock(&mutex_);
  return asked_;
}

absl::Status FakeReporting::PublishScorecard(const reporting::PublishScorecardRequest& request,
                                             reporting::Publication* response) {
  publish_requests_.push_back(request);
  *response = publication_;
  response->set_name(request.name() + "/publications/1");
  response->set_audience(request.audience());
  return absl::OkStatus();
}

absl::Status FakeReporting::GetPublication(const reporting::GetPublicationRequest& request,
                                           reporting::Publication* response) {
  asked_.push_back(request.name());
  *response = publication_;
  response->set_name(request.name());
  return absl::OkStatus();
}

absl::Status FakeReporting::ListPublications(const reporting::ListPublicationsRequest& request,
                                             reporting::ListPublicationsResponse* response) {
  asked_.push_back(request.parent());
  *response->add_publications() = publication_;
  return absl::OkStatus();
}

absl::Status FakeReporting::DownloadPublication(
    const reporting::DownloadPublicationRequest& request, Answers* answers) {
  asked_.push_back(request.name());
  const size_t half = document_.size() / 2;
  for (const std::string& piece : {document_.substr(0, half), document_.substr(half)}) {
    auto part = std::make_unique<reporting::DownloadPublicationResponse>();
    part->add_pieces(piece);
    answers->push_back(std::move(part));
  }
  return absl::OkStatus();
}

absl::Status FakeReporting::ExportScorecard(const reporting::ExportScorecardRequest& request,
                                            Answers* answers) {
  exports_.push_back(request);
  for (const char* const piece : {"one,", "two\n"}) {
    auto part = std::make_unique<reporting::ExportScorecardResponse>();
    if (answers->empty()) part->mutable_file()->set_file_name("../gob-strategy-2022-Q4.csv");
    part->add_pieces(piece);
    answers->push_back(std::move(part));
  }
  return absl::OkStatus();
}

absl::Status FakeReporting::ExportObservations(const reporting::ExportObservationsRequest& request,
                                               Answers* answers) {
  observation_exports_.push_back(request);
  for (const char* const piece : {"A,B\n", "1,2\n"}) {
    auto part = std::make_unique<reporting::ExportObservationsResponse>();
    if (answers->empty()) {
      part->mutable_file()->set_file_name("gob-strategy-2022-Q4-observations.csv");
      part->add_withheld_indicators("institutions/other/indicators/secret");
    }
    part->add_pieces(piece);
    part->set_rows(static_cast<int64_t>(answers->size()) + 1);
    answers->push_back(std::move(part));
  }
  return absl::OkStatus();
}

std::vector<reporting::ExportScorecardRequest> FakeReporting::exports() const {
  absl::MutexLock lock(&mutex_);
  return exports_;
}

std::vector<reporting::ExportObservationsRequest> FakeReporting::observation_exports() const {
  absl::MutexLock lock(&mutex_);
  return observation_exports_;
}

absl::Status FakeReporting::VerifyPublication(const reporting::VerifyPublicationRequest& request,
                                              reporting::VerifyPublicationResponse* response) {
  asked_.push_back(request.name());
  *response = verdict_;
  return absl::OkStatus();
}

std::vector<reporting::GetScorecardRequest> FakeReporting::requests() const {
  absl::MutexLock lock(&mutex_);
  return requests_;
}

std::vector<reporting::ListScorecardsRequest> FakeReporting::lists() const {
  absl::MutexLock lock(&mutex_);
  return lists_;
}

std::vector<reporting::GetBoardTableRequest> FakeReporting::boards() const {
  absl::MutexLock lock(&mutex_);
  return boards_;
}

absl::Status FakeReporting::GetBoardTable(const reporting::GetBoardTableRequest& request,
                                          reporting::BoardTable* response) {
  boards_.push_back(request);
  response->set_name(request.name());
  response->set_title("Strategy");
  response->set_period_text("fourth quarter of 2022");
  response->mutable_red()->set_heading("What is red, and why: 0 of 1");
  return absl::OkStatus();
}

std::vector<reporting::ExplainScoreRequest> FakeReporting::explanations() const {
  absl::MutexLock lock(&mutex_);
  return explanations_;
}

std::vector<reporting::CompareScorecardsRequest> FakeReporting::comparisons() const {
  absl::MutexLock lock(&mutex_);
  return comparisons_;
}

absl::Status FakeReporting::ExplainScore(const reporting::ExplainScoreRequest& request,
                                         reporting::Explanation* response) {
  explanations_.push_back(request);
  response->set_title("Strategy");
  response->set_status(reporting::SCORECARD_STATUS_AMBER);
  response->add_steps()->set_sentence("The mean of the parts is 50.");
  return absl::OkStatus();
}

absl::Status FakeReporting::CompareScorecards(const reporting::CompareScorecardsRequest& request,
                                              reporting::ScorecardComparison* response) {
  comparisons_.push_back(request);
  response->add_differences()->set_title("Strategy");
  return absl::OkStatus();
}

absl::Status FakeReporting::ListScorecards(const reporting::ListScorecardsRequest& request,
                                           reporting::ListScorecardsResponse* response) {
  lists_.push_back(request);
  response->add_nodes()->set_title("Strategy");
  const Period last = Period::Parse(request.last_quarter()).value();
  for (Period quarter = Period::Parse(request.first_quarter()).value(); quarter <= last;
       quarter = quarter.Plus(1)) {
    reporting::ScorecardLine& line = *response->add_scorecards();
    line.set_period(quarter.ToString());
    reporting::NodeScore& score = *line.add_scores();
    score.set_status(reporting::SCORECARD_STATUS_AMBER);
    score.mutable_score()->set_value(49 + response->scorecards_size());
    score.mutable_score()->set_decimal(absl::StrCat(49 + response->scorecards_size()));
  }
  return absl::OkStatus();
}

void FakeReporting::AddWatch(const std::vector<reporting::Scorecard>& scorecards,
                             const absl::Status& end) {
  absl::MutexLock lock(&mutex_);
  watched_.emplace_back(scorecards, end);
}

std::vector<reporting::WatchScorecardRequest> FakeReporting::watches() const {
  absl::MutexLock lock(&mutex_);
  return watches_;
}

absl::Status FakeReporting::WatchScorecard(const reporting::WatchScorecardRequest& request,
                                           Answers* answers) {
  watches_.push_back(request);
  if (watches_.size() > watched_.size()) {
    return status::PermissionDenied("you", "read this any more");
  }
  const auto& [scorecards, end] = watched_[watches_.size() - 1];
  for (const reporting::Scorecard& scorecard : scorecards) {
    answers->push_back(std::make_unique<reporting::Scorecard>(scorecard));
  }
  return end;
}

absl::Status FakeReporting::GetScorecard(const reporting::GetScorecardRequest& request,
                                         reporting::Scorecard* response) {
  requests_.push_back(request);
  const std::string quarter = request.name().substr(request.name().find_last_of('/') + 1);
  if (quarter.compare(0, 4, "2022") != 0) {
    return status::Refusal(absl::StatusCode::kInvalidArgument, "PERIOD_OUTSIDE_PLAN",
                           "the plan has no such quarter");
  }
  *response = scorecard_;
  response->set_name(request.name());
  response->mutable_result()->set_period(quarter);
  return absl::OkStatus();
}

}  // namespace athena::athenactl::testing
