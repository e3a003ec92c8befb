#include "services/reporting/scorecards/testing/scorecards_fixture.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace athena::reporting::testing {
namespace {

std::string CredentialOf(const grpc::ServerContext& context) {
  const auto found = context.client_metadata().find("authorization");
  if (found == context.client_metadata().end()) return "";
  return std::string(found->second.data(), found->second.size());
}

// The page that a request asks for; returns the token of the next one, which is its first index.
template <typename Row, typename Request>
std::string PageOf(const std::vector<Row>& rows, const Request& request,
                   google::protobuf::RepeatedPtrField<Row>* page) {
  size_t next = 0;
  if (!absl::SimpleAtoi(request.page_token(), &next)) next = 0;
  const size_t size = request.page_size() > 0 ? request.page_size() : rows.size();
  for (size_t taken = 0; taken < size && next < rows.size(); ++taken) *page->Add() = rows[next++];
  return next < rows.size() ? absl::StrCat(next) : "";
}

}  // namespace

grpc::Status FakePlanService::GetPlanTree(
    grpc::ServerContext* context, const plan::v1::GetPlanTreeRequest* request,
    grpc::ServerWriter<plan::v1::GetPlanTreeResponse>* writer) {
  {
    absl::MutexLock lock(&mutex_);
    requests_.push_back(*request);
    credentials_.push_back(CredentialOf(*context));
  }
  if (!fault.ok()) return fault;
  if (!fault_before.ok() && request->as_of().has_time()) return fault_before;
  while (hangs && !context->IsCancelled()) absl::SleepFor(absl::Milliseconds(1));
  plan::v1::GetPlanTreeResponse part;
  const bool before =
      revision_before > 0 &&
      (request->as_of().has_time() ||
       (request->as_of().has_revision() && request->as_of().revision() <= revision_before));
  const std::string token = before ? "plan-before" : "plan-" + std::to_string(changes);
  part.mutable_header()->set_revision(before ? revision_before : revision);
  part.mutable_header()->set_lineage(lineage);
  part.mutable_header()->set_version_token(token);
  if (request->if_newer_than() == token) {
    part.mutable_header()->set_not_modified(true);
    writer->Write(part);
    return grpc::Status::OK;
  }
  part.mutable_header()->mutable_institution()->set_name("institutions/gob");
  plan::v1::Plan& plan = *part.mutable_header()->mutable_plan();
  plan.set_name(kPlan);
  plan.set_first_quarter("2021-Q1");
  plan.set_last_quarter("2022-Q4");
  plan.add_languages("nl");
  (*plan.mutable_title()->mutable_text())["nl"] = "Plan";
  part.mutable_header()->MergeFrom(more_header);
  writer->Write(part);
  part.Clear();
  plan::v1::Element& element = *part.add_elements();
  element.set_name(std::string(kPlan) + "/elements/e1");
  element.set_kind(plan::v1::Element::KIND_OBJECTIVE);
  element.set_code("1");
  (*element.mutable_title()->mutable_text())["nl"] = "Doel";
  (*element.mutable_title()->mutable_text())["fr"] = "But";
  for (int i = 0; i < slices; ++i) {
    plan::v1::IndicatorLink& link = *element.add_indicators();
    link.set_indicator(kVisits);
    if (slices > 1) (*link.mutable_slice())["site"] = absl::StrCat("s", 10'000 + i);
  }
  element.MergeFrom(before ? element_before : more_element);
  writer->Write(part);
  part.Clear();
  part.mutable_progress_reports()->Add(reports.begin(), reports.end());
  if (!reports.empty()) writer->Write(part);
  if (more.ByteSizeLong() > 0) writer->Write(more);
  return grpc::Status::OK;
}

namespace {
constexpr int kInAPart = 1000;  // definitions or values
}  // namespace

grpc::Status FakeIndicatorService::QueryPeriodValues(
    grpc::ServerContext* context, const indicator::v1::QueryPeriodValuesRequest* request,
    grpc::ServerWriter<indicator::v1::QueryPeriodValuesResponse>* writer) {
  {
    absl::MutexLock lock(&mutex_);
    requests_.push_back(*request);
    credentials_.push_back(CredentialOf(*context));
  }
  if (!fault.ok()) return fault;
  indicator::v1::QueryPeriodValuesResponse part;
  const bool before = revision_before > 0 &&
                      (request->has_time() ||
                       (request->has_revisions() && request->revisions().revisions().at(
                                                        "institutions/gob") <= revision_before));
  (*part.mutable_header()->mutable_revisions())["institutions/gob"] =
      before ? revision_before : revision;
  part.mutable_header()->mutable_revisions()->insert(more_revisions.begin(), more_revisions.end());
  (*part.mutable_header()->mutable_lineages())["institutions/gob"] = lineage;
  if (!time_zone.empty()) {
    (*part.mutable_header()->mutable_time_zones())["institutions/gob"] = time_zone;
  }
  part.mutable_header()->set_version_token(
      token.empty() ? "values-" + (before ? value_before : value) : token);
  if (request->if_newer_than() == part.header().version_token()) {
    part.mutable_header()->set_not_modified(true);
    writer->Write(part);
    return grpc::Status::OK;
  }
  if (!groups.empty() && request->selections(0).group_by_size() > 0) {
    part.mutable_values()->Add(groups.begin(), groups.end());
    writer->Write(part);
    return grpc::Status::OK;
  }
  for (int i = 0; i < request->selections_size(); ++i) {
    indicator::v1::SelectionDefinition& message = *part.add_definitions();
    message.set_selection(i);
    indicator::v1::Indicator& definition = *message.mutable_indicator();
    definition.set_name(kVisits);
    definition.set_direction(indicator::v1::Indicator::DIRECTION_HIGHER);
    (*definition.mutable_display_name()->mutable_text())["nl"] = "Bezoeken";
    message.MergeFrom(more_definition);
    const auto other = definitions.find(request->selections(i).indicator());
    if (other != definitions.end()) {
      message = other->second;
      message.set_selection(i);
    }
    if (part.definitions_size() == kInAPart) {
      writer->Write(part);
      part.Clear();
    }
  }
  writer->Write(part);
  part.Clear();
  for (int i = 0; i < request->selections_size() * request->periods_size(); ++i) {
    const int selection = i / request->periods_size();
    const std::string& period = request->periods(i % request->periods_size());
    indicator::v1::PeriodValue& answer = *part.add_values();
    answer.set_selection(selection);
    answer.set_asked(period);
    const auto other_period = evaluated.find(selection);
    answer.set_period(other_period == evaluated.end() ? period : other_period->second);
    indicator::v1::Measured& own = *answer.mutable_own();
    const auto of_slice = values.find(selection);
    if (has_value) {
      own.mutable_value()->set_decimal(before                     ? value_before
                                       : of_slice == values.end() ? value
                                                                  : of_slice->second);
    }
    own.set_present(3);
    own.set_expected(3);
    own.set_judged(3);
    own.set_all(3);
    if (has_target) {
      own.mutable_current()->mutable_target()->set_decimal("300");
      own.mutable_current()->mutable_red()->set_decimal("200");
    }
    answer.MergeFrom(more_value);
    if (const auto at = values_at.find({period, selection}); at != values_at.end()) {
      own.mutable_value()->set_decimal(at->second);
    }
    if (const auto more = more_by_period.find(period); more != more_by_period.end()) {
      answer.MergeFrom(more->second);
    }
    if (part.values_size() == kInAPart) {
      writer->Write(part);
      part.Clear();
    }
  }
  writer->Write(part);
  return grpc::Status::OK;
}

grpc::Status FakeIndicatorService::ListClosings(grpc::ServerContext*,
                                                const indicator::v1::ListClosingsRequest* request,
                                                indicator::v1::ListClosingsResponse* response) {
  if (!closings_fault.ok()) return closings_fault;
  ++closings_asked;
  const bool before = request->as_of().has_revision() && !closings.empty() &&
                      request->as_of().revision() < closings.front().revision();
  const auto& answer = before ? closings_before : closings;
  response->mutable_closings()->Add(answer.begin(), answer.end());
  return grpc::Status::OK;
}

grpc::Status FakeIndicatorService::ListObservations(
    grpc::ServerContext*, const indicator::v1::ListObservationsRequest* request,
    indicator::v1::ListObservationsResponse* response) {
  {
    absl::MutexLock lock(&mutex_);
    observations_requests_.push_back(*request);
  }
  if (hidden_observations.contains(request->parent())) {
    return {grpc::StatusCode::PERMISSION_DENIED, "not yours"};
  }
  std::vector<indicator::v1::ObservationRecord> known;
  for (const indicator::v1::ObservationRecord& record : observations[request->parent()]) {
    if (request->as_of().has_revision() && record.revision() > request->as_of().revision()) {
      continue;
    }
    known.push_back(record);
  }
  response->set_next_page_token(PageOf(known, *request, response->mutable_observations()));
  return grpc::Status::OK;
}

grpc::Status FakeIndicatorService::GetPush(grpc::ServerContext*,
                                           const indicator::v1::GetPushRequest* request,
                                           indicator::v1::Push* response) {
  const auto found = pushes.find(request->name());
  if (found == pushes.end()) return {grpc::StatusCode::PERMISSION_DENIED, "not yours"};
  *response = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeHistory::ListRevisions(grpc::ServerContext*,
                                        const common::v1::ListRevisionsRequest* request,
                                        common::v1::ListRevisionsResponse* response) {
  if (!fault.ok()) return fault;
  std::vector<common::v1::Revision> known;
  for (const common::v1::Revision& revision : revisions[request->parent()]) {
    if (revision.revision() <= request->after_revision()) continue;
    if (request->before_revision() > 0 && revision.revision() >= request->before_revision()) {
      continue;
    }
    known.push_back(revision);
  }
  response->set_next_page_token(PageOf(known, *request, response->mutable_revisions()));
  return grpc::Status::OK;
}

}  // namespace athena::reporting::testing
