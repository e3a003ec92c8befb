#include "services/athenactl/testing/fake_services.h"

#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/rpc/grpc_status.h"
#include "libs/status/status.h"

namespace athena::athenactl::testing {
namespace {

namespace indicator = athena::indicator::v1;
namespace plan = athena::plan::v1;
namespace reporting = athena::reporting::v1;
using google::protobuf::util::FieldMaskUtil;
using google::protobuf::util::MessageDifferencer;
using grpc::ServerContext;

template <typename Resource>
grpc::Status Find(const std::map<std::string, Resource>& resources, const std::string& name,
                  Resource* response) {
  const auto found = resources.find(name);
  if (found == resources.end()) return rpc::ToGrpc(status::NotFound(name));
  *response = found->second;
  return grpc::Status::OK;
}

template <typename Resource>
grpc::Status Merge(const Resource& wanted, const google::protobuf::FieldMask& mask,
                   std::map<std::string, Resource>& resources, Resource* response) {
  const auto found = resources.find(wanted.name());
  if (found == resources.end()) return rpc::ToGrpc(status::NotFound(wanted.name()));
  if (wanted.etag() != found->second.etag()) {
    return rpc::ToGrpc(status::EtagMismatch(wanted.name(), wanted.etag(), found->second.etag()));
  }
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(wanted, mask, options, &found->second);
  found->second.set_etag(found->second.etag() + "+");
  *response = found->second;
  return grpc::Status::OK;
}

template <typename Resource, typename Resources>
void ListBelow(const std::map<std::string, Resource>& all, const std::string& parent,
               Resources* listed) {
  for (const auto& [name, resource] : all) {
    if (name.compare(0, parent.size() + 1, parent + "/") == 0) *listed->Add() = resource;
  }
}

std::string KeyOf(const indicator::Observation& row) {
  const std::map<std::string, std::string> dimensions(row.dimensions().begin(),
                                                      row.dimensions().end());
  std::string key = absl::StrCat(row.indicator(), " ", row.period());
  for (const auto& [dimension, code] : dimensions) {
    absl::StrAppend(&key, " ", dimension, "=", code);
  }
  return key;
}

}  // namespace

void FakePlan::Note(const std::string& call) { calls_.push_back(call); }

int FakePlan::changes() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int>(calls_.size());
}

std::vector<std::string> FakePlan::calls() const {
  absl::MutexLock lock(&mutex_);
  return calls_;
}

plan::Plan FakePlan::plan(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  const auto found = plans_.find(name);
  return found == plans_.end() ? plan::Plan() : found->second;
}

grpc::Status FakePlan::CreateInstitution(ServerContext*,
                                         const plan::CreateInstitutionRequest* request,
                                         plan::Institution* response) {
  absl::MutexLock lock(&mutex_);
  Note("CreateInstitution " + request->institution_id());
  *response = request->institution();
  response->set_name("institutions/" + request->institution_id());
  // As the contract says: what is not given has its default.
  if (response->time_zone().empty()) response->set_time_zone("Europe/Brussels");
  response->set_etag("e1");
  response->set_revision(1);
  institutions_[response->name()] = *response;
  return grpc::Status::OK;
}

grpc::Status FakePlan::GetInstitution(ServerContext*, const plan::GetInstitutionRequest* request,
                                      plan::Institution* response) {
  absl::MutexLock lock(&mutex_);
  return Find(institutions_, request->name(), response);
}

grpc::Status FakePlan::ListInstitutions(ServerContext*, const plan::ListInstitutionsRequest*,
                                        plan::ListInstitutionsResponse* response) {
  absl::MutexLock lock(&mutex_);
  ListBelow(institutions_, "institutions", response->mutable_institutions());
  return grpc::Status::OK;
}

grpc::Status FakePlan::UpdateInstitution(ServerContext*,
                                         const plan::UpdateInstitutionRequest* request,
                                         plan::Institution* response) {
  absl::MutexLock lock(&mutex_);
  Note("UpdateInstitution " + request->institution().name());
  return Merge(request->institution(), request->update_mask(), institutions_, response);
}

grpc::Status FakePlan::CreateUnit(ServerContext*, const plan::CreateUnitRequest* request,
                                  plan::Unit* response) {
  absl::MutexLock lock(&mutex_);
  Note("CreateUnit " + request->unit_id());
  const std::string& above = request->unit().parent_unit();
  if (!above.empty() && units_.count(above) == 0) return rpc::ToGrpc(status::NotFound(above));
  *response = request->unit();
  response->set_name(absl::StrCat(request->parent(), "/units/", request->unit_id()));
  response->set_etag("e1");
  units_[response->name()] = *response;
  return grpc::Status::OK;
}

grpc::Status FakePlan::ListUnits(ServerContext*, const plan::ListUnitsRequest* request,
                                 plan::ListUnitsResponse* response) {
  absl::MutexLock lock(&mutex_);
  ListBelow(units_, request->parent(), response->mutable_units());
  return grpc::Status::OK;
}

grpc::Status FakePlan::UpdateUnit(ServerContext*, const plan::UpdateUnitRequest* request,
                                  plan::Unit* response) {
  absl::MutexLock lock(&mutex_);
  Note("UpdateUnit " + request->unit().name());
  return Merge(request->unit(), request->update_mask(), units_, response);
}

grpc::Status FakePlan::CreatePlan(ServerContext*, const plan::CreatePlanRequest* request,
                                  plan::Plan* response) {
  absl::MutexLock lock(&mutex_);
  Note("CreatePlan " + request->plan_id());
  *response = request->plan();
  response->set_name(absl::StrCat(request->parent(), "/plans/", request->plan_id()));
  response->set_state(plan::Plan::STATE_DRAFT);
  response->set_min_coverage(0.5);
  plans_[response->name()] = *response;
  return grpc::Status::OK;
}

grpc::Status FakePlan::ListPlans(ServerContext*, const plan::ListPlansRequest* request,
                                 plan::ListPlansResponse* response) {
  absl::MutexLock lock(&mutex_);
  ListBelow(plans_, request->parent(), response->mutable_plans());
  return grpc::Status::OK;
}

grpc::Status FakePlan::ActivatePlan(ServerContext*, const plan::ActivatePlanRequest* request,
                                    plan::Plan* response) {
  absl::MutexLock lock(&mutex_);
  Note("ActivatePlan " + request->name());
  plan::Plan& activated = plans_[request->name()];
  activated.set_state(plan::Plan::STATE_ACTIVE);
  activated.mutable_activate_time()->set_seconds(1);
  *response = activated;
  return grpc::Status::OK;
}

grpc::Status FakePlan::BatchCreateElements(ServerContext*,
                                           const plan::BatchCreateElementsRequest* request,
                                           plan::BatchCreateElementsResponse* response) {
  absl::MutexLock lock(&mutex_);
  Note(absl::StrCat("BatchCreateElements ", request->requests_size()));
  for (const auto& create : request->requests()) {
    plan::Element element = create.element();
    element.set_name(absl::StrCat(request->parent(), "/elements/", create.element_id()));
    element.set_etag("e1");
    element.set_revision(7);
    *response->add_elements() = elements_[element.name()] = element;
  }
  return grpc::Status::OK;
}

grpc::Status FakePlan::ListElements(ServerContext*, const plan::ListElementsRequest* request,
                                    plan::ListElementsResponse* response) {
  // One element a page, so that a reader must follow the tokens.
  absl::MutexLock lock(&mutex_);
  plan::ListElementsResponse all;
  ListBelow(elements_, request->parent(), all.mutable_elements());
  const int at = request->page_token().empty() ? 0 : std::stoi(request->page_token());
  if (at < all.elements_size()) *response->add_elements() = all.elements(at);
  if (at + 1 < all.elements_size()) response->set_next_page_token(absl::StrCat(at + 1));
  return grpc::Status::OK;
}

grpc::Status FakePlan::UpdateElement(ServerContext*, const plan::UpdateElementRequest* request,
                                     plan::Element* response) {
  absl::MutexLock lock(&mutex_);
  Note(absl::StrCat("UpdateElement ", request->element().name(), " ",
                    FieldMaskUtil::ToString(request->update_mask())));
  return Merge(request->element(), request->update_mask(), elements_, response);
}

grpc::Status FakePlan::MoveElement(ServerContext*, const plan::MoveElementRequest* request,
                                   plan::Element* response) {
  absl::MutexLock lock(&mutex_);
  Note(absl::StrCat("MoveElement ", request->name(), " below ", request->parent_element()));
  plan::Element& element = elements_[request->name()];
  if (element.etag() != request->etag()) {
    return rpc::ToGrpc(status::EtagMismatch(request->name(), request->etag(), element.etag()));
  }
  element.set_parent_element(request->parent_element());
  if (!request->code().empty()) element.set_code(request->code());
  element.set_etag(element.etag() + "+");
  *response = element;
  return grpc::Status::OK;
}

void FakeIndicator::FailNext(std::vector<grpc::Status> statuses) {
  absl::MutexLock lock(&mutex_);
  fail_next_ = std::move(statuses);
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

grpc::Status FakeIndicator::BatchCreateIndicators(
    ServerContext*, const indicator::BatchCreateIndicatorsRequest* request,
    indicator::BatchCreateIndicatorsResponse* response) {
  absl::MutexLock lock(&mutex_);
  ++changes_;
  status::FieldFaults faults;
  for (int at = 0; at < request->requests_size(); ++at) {
    const indicator::Indicator& wanted = request->requests(at).indicator();
    if (wanted.decimals() > 12) {
      faults.Add(absl::StrCat("requests[", at, "].indicator.decimals"), wanted.decimals(),
                 "0 to 12");
    }
  }
  if (!faults.empty()) return rpc::ToGrpc(faults.ToStatus());
  for (const auto& create : request->requests()) {
    indicator::Indicator made = create.indicator();
    made.set_name(absl::StrCat(request->parent(), "/indicators/", create.indicator_id()));
    made.set_state(indicator::Indicator::STATE_ACTIVE);
    made.set_etag("e1");
    made.set_reporting_delay_days(14);
    *response->add_indicators() = indicators_[made.name()] = made;
  }
  return grpc::Status::OK;
}

grpc::Status FakeIndicator::GetIndicator(ServerContext*,
                                         const indicator::GetIndicatorRequest* request,
                                         indicator::Indicator* response) {
  absl::MutexLock lock(&mutex_);
  return Find(indicators_, request->name(), response);
}

grpc::Status FakeIndicator::ListIndicators(ServerContext*,
                                           const indicator::ListIndicatorsRequest* request,
                                           indicator::ListIndicatorsResponse* response) {
  absl::MutexLock lock(&mutex_);
  ListBelow(indicators_, request->parent(), response->mutable_indicators());
  return grpc::Status::OK;
}

grpc::Status FakeIndicator::UpdateIndicator(ServerContext*,
                                            const indicator::UpdateIndicatorRequest* request,
                                            indicator::Indicator* response) {
  absl::MutexLock lock(&mutex_);
  ++changes_;
  return Merge(request->indicator(), request->update_mask(), indicators_, response);
}

grpc::Status FakeIndicator::BatchSetTargets(ServerContext*,
                                            const indicator::BatchSetTargetsRequest* request,
                                            indicator::BatchSetTargetsResponse* response) {
  absl::MutexLock lock(&mutex_);
  status::FieldFaults faults;
  for (int at = 0; at < request->requests_size(); ++at) {
    const double margin = request->requests(at).target().margin();
    if (margin < 0) {
      faults.Add(absl::StrCat("requests[", at, "].target.margin"), margin, "more than 0");
    }
  }
  if (!faults.empty()) return rpc::ToGrpc(faults.ToStatus());
  ++changes_;
  for (const auto& set : request->requests()) {
    indicator::Target target = set.target();
    target.set_version(targets_[target.indicator()].version() + 1);
    target.set_reason(request->reason());
    *response->add_targets() = targets_[target.indicator()] = target;
  }
  return grpc::Status::OK;
}

grpc::Status FakeIndicator::GetTarget(ServerContext*, const indicator::GetTargetRequest* request,
                                      indicator::Target* response) {
  absl::MutexLock lock(&mutex_);
  return Find(targets_, request->indicator(), response);
}

grpc::Status FakeIndicator::PushObservations(ServerContext*,
                                             const indicator::PushObservationsRequest* request,
                                             indicator::PushObservationsResponse* response) {
  absl::MutexLock lock(&mutex_);
  pushes_.push_back(*request);
  if (!fail_next_.empty()) {
    const grpc::Status failure = fail_next_.front();
    fail_next_.erase(fail_next_.begin());
    if (!failure.ok()) return failure;
  }
  if (answer_next_.has_value()) {
    *response = *answer_next_;
    answer_next_.reset();
    return grpc::Status::OK;
  }
  if (const auto known = answers_.find(request->push_id());
      !request->validate_only() && known != answers_.end()) {
    *response = known->second;
    response->set_replayed(true);
    return grpc::Status::OK;
  }
  status::FieldFaults faults;
  indicator::PushCounts& counts = *response->mutable_counts();
  auto cells = cells_;
  for (int at = 0; at < request->observations_size(); ++at) {
    const indicator::Observation& row = request->observations(at);
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
    if (row.has_value() && row.status() == indicator::OBSERVATION_STATUS_UNSPECIFIED) {
      wanted.set_status(indicator::OBSERVATION_STATUS_NORMAL);
    }
    if (present == nullptr ? row.retract() : MessageDifferencer::Equals(*present, wanted)) {
      counts.set_unchanged(counts.unchanged() + 1);
      continue;
    }
    if (row.retract()) {
      counts.set_deleted(counts.deleted() + 1);
    } else if (present == nullptr) {
      counts.set_inserted(counts.inserted() + 1);
    } else {
      counts.set_revised(counts.revised() + 1);
    }
    indicator::ObservationRecord& record = cells[KeyOf(row)].emplace_back();
    *record.mutable_observation() = wanted;
    record.set_revision(changes_ + 1);
    record.mutable_time()->set_seconds(changes_ + 1);
  }
  if (request->validate_only()) return grpc::Status::OK;
  if (!faults.empty() && !request->partial()) return rpc::ToGrpc(faults.ToStatus());
  cells_ = std::move(cells);
  ++changes_;
  response->set_revision(changes_);
  answers_[request->push_id()] = *response;
  return grpc::Status::OK;
}

grpc::Status FakeIndicator::ListObservations(ServerContext*,
                                             const indicator::ListObservationsRequest* request,
                                             indicator::ListObservationsResponse* response) {
  absl::MutexLock lock(&mutex_);
  lists_.push_back(*request);
  const int64_t revision = request->has_as_of() ? request->as_of().revision() : changes_;
  std::vector<indicator::ObservationRecord> all;
  for (const auto& [key, revisions] : cells_) {
    std::vector<indicator::ObservationRecord> known;
    for (const auto& record : revisions) {
      const indicator::Observation& cell = record.observation();
      bool wanted =
          record.revision() <= revision &&
          absl::StrCat("/indicators/", cell.indicator()) ==
              request->parent().substr(
                  std::min(request->parent().size(), request->parent().find("/indicators/"))) &&
          (request->start_period().empty() || cell.period() >= request->start_period()) &&
          (request->end_period().empty() ||
           cell.period().substr(0, request->end_period().size()) <= request->end_period());
      for (const auto& [dimension, code] : request->slice()) {
        const auto found = cell.dimensions().find(dimension);
        wanted = wanted && found != cell.dimensions().end() && found->second == code;
      }
      if (wanted) known.push_back(record);
    }
    if (request->include_history()) {
      if (forgetful_ && !known.empty()) known.pop_back();
      all.insert(all.end(), known.begin(), known.end());
    } else if (!known.empty() && !known.back().observation().retract()) {
      all.push_back(known.back());
    }
  }
  const size_t begin = request->page_token().empty() ? 0 : std::stoul(request->page_token());
  for (size_t at = begin; at < std::min(begin + 2, all.size()); ++at) {
    *response->add_observations() = all[at];
  }
  if (begin + 2 < all.size()) response->set_next_page_token(absl::StrCat(begin + 2));
  response->set_revision(revision);
  return grpc::Status::OK;
}

grpc::Status FakeIndicator::QueryPeriodValues(
    ServerContext*, const indicator::QueryPeriodValuesRequest* request,
    grpc::ServerWriter<indicator::QueryPeriodValuesResponse>* writer) {
  absl::MutexLock lock(&mutex_);
  queries_.push_back(*request);
  if (!request->selections(0).group_by().empty()) {
    writer->Write(groups_);
    return grpc::Status::OK;
  }
  const bool past = request->has_revisions();
  indicator::QueryPeriodValuesResponse header;
  for (const auto& selection : request->selections()) {
    const std::string& name = selection.indicator();
    const std::string institution = name.substr(0, name.find("/indicators/"));
    (*header.mutable_header()->mutable_revisions())[institution] =
        past ? request->revisions().revisions().at(institution) : changes_;
  }
  writer->Write(header);
  for (int at = 0; at < request->selections_size(); ++at) {
    indicator::QueryPeriodValuesResponse part;
    for (const std::string& quarter : request->periods()) {
      indicator::PeriodValue& value = *part.add_values();
      value.set_selection(at);
      value.set_asked(quarter);
      value.mutable_own()->mutable_value()->set_value(at + (past && forgetful_ ? 1 : 0));
    }
    writer->Write(part);
  }
  return grpc::Status::OK;
}

void FakeIndicator::AnswerNext(const indicator::PushObservationsResponse& answer) {
  absl::MutexLock lock(&mutex_);
  answer_next_ = answer;
}

void FakeIndicator::ForgetThePast() {
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

void FakeIndicator::SetCompleteness(const indicator::GetCompletenessResponse& completeness) {
  absl::MutexLock lock(&mutex_);
  completeness_ = completeness;
}

std::vector<indicator::GetCompletenessRequest> FakeIndicator::completeness_requests() const {
  absl::MutexLock lock(&mutex_);
  return completeness_requests_;
}

grpc::Status FakeIndicator::GetCompleteness(ServerContext*,
                                            const indicator::GetCompletenessRequest* request,
                                            indicator::GetCompletenessResponse* response) {
  absl::MutexLock lock(&mutex_);
  completeness_requests_.push_back(*request);
  *response = completeness_;
  return grpc::Status::OK;
}

grpc::Status FakeIndicator::ClosePeriod(ServerContext*,
                                        const indicator::ClosePeriodRequest* request,
                                        indicator::Closing* response) {
  absl::MutexLock lock(&mutex_);
  indicator::Closing& closing = closings_[request->name()];
  closing.set_name(request->name());
  closing.set_quarter(request->name().substr(request->name().find_last_of('/') + 1));
  closing.set_state(indicator::Closing::STATE_CLOSED);
  closing.set_reason(request->reason());
  closing.set_subject("somebody");
  closing.set_revision(++changes_);
  closing.mutable_update_time()->set_seconds(changes_);
  *response = closing;
  return grpc::Status::OK;
}

grpc::Status FakeIndicator::ReopenPeriod(ServerContext*,
                                         const indicator::ReopenPeriodRequest* request,
                                         indicator::Closing* response) {
  absl::MutexLock lock(&mutex_);
  const auto found = closings_.find(request->name());
  if (found == closings_.end()) return rpc::ToGrpc(status::NotFound(request->name()));
  found->second.set_state(indicator::Closing::STATE_REOPENED);
  found->second.set_reason(request->reason());
  found->second.set_revision(++changes_);
  *response = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeIndicator::ListClosings(ServerContext*, const indicator::ListClosingsRequest*,
                                         indicator::ListClosingsResponse* response) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [name, closing] : closings_) *response->add_closings() = closing;
  response->set_revision(changes_);
  return grpc::Status::OK;
}

std::vector<reporting::GetScorecardRequest> FakeReporting::requests() const {
  absl::MutexLock lock(&mutex_);
  return requests_;
}

grpc::Status FakeReporting::GetScorecard(ServerContext*,
                                         const reporting::GetScorecardRequest* request,
                                         reporting::Scorecard* response) {
  absl::MutexLock lock(&mutex_);
  requests_.push_back(*request);
  const std::string quarter = request->name().substr(request->name().find_last_of('/') + 1);
  if (quarter.compare(0, 4, "2022") != 0) {
    return rpc::ToGrpc(status::Refusal(absl::StatusCode::kInvalidArgument, "PERIOD_OUTSIDE_PLAN",
                                       "the plan has no such quarter"));
  }
  *response = scorecard_;
  response->set_name(request->name());
  response->mutable_result()->set_period(quarter);
  return grpc::Status::OK;
}

Served::Served(grpc::Service& service) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(&service);
  server_ = builder.BuildAndStart();
}

std::string Served::address() const { return absl::StrCat("127.0.0.1:", port_); }

}  // namespace athena::athenactl::testing
