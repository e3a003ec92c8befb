#include "services/indicator/ingest/push_pipeline.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/auth/principal.h"
#include "libs/ids/ids.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "services/indicator/ingest/diff/compare_push.h"
#include "services/indicator/ingest/diff/push_diff.h"
#include "services/indicator/ingest/observation_writer.h"
#include "services/indicator/ingest/push_response.h"
#include "services/indicator/ingest/push_store.h"
#include "services/indicator/ingest/rows/check_rows.h"
#include "services/indicator/ingest/rows/content_digest.h"
#include "services/indicator/ingest/validate_push.h"
#include "services/indicator/model/errors.h"
#include "services/indicator/model/names.h"

namespace athena::indicator {

// Lives on the arena of its call. Call, request and arena are valid until `done` is called.
struct PushPipeline::PendingPush {
  PendingPush(const rpc::Call& its_call, const PushRequest& its_request, DoneFn its_done,
              std::string its_institution)
      : call(its_call),
        request(its_request),
        done(std::move(its_done)),
        institution(std::move(its_institution)),
        digest(ContentDigest(request)) {}

  const v1::PushObservationsRequest& head() const { return request.head(); }
  const std::string& sender() const { return call.principal().subject; }
  // Whether rows with these faults may be stored.
  bool CanStore(const CheckedRows& checked) const {
    return checked.valid() || (checked.scope_faults.empty() && head().partial());
  }

  const rpc::Call& call;
  const PushRequest& request;
  DoneFn done;
  const std::string institution;  // id
  const std::string digest;
  CheckedRows rows = {};
  int64_t generation = 0;  // of the definitions that `rows` were checked against
  bool outdated = false;   // Store found another generation
  bool rechecked = false;  // the rows were checked a second time after that
  // The result of the last transaction.
  std::optional<v1::PushObservationsResponse> response = {};
  absl::Time time = {};
};

// A member function to be run on `blocking_`.
class PushPipeline::Step : public rpc::Task {
 public:
  using Function = void (PushPipeline::*)(PendingPush&);
  Step(PushPipeline& pipeline, Function function, PendingPush& push)
      : pipeline_(pipeline), function_(function), push_(push) {}
  void Run() override { (pipeline_.*function_)(push_); }

 private:
  PushPipeline& pipeline_;
  const Function function_;
  PendingPush& push_;
};

namespace {

absl::Status RequireSender(const auth::Principal& caller, const std::string& institution,
                           const v1::PushObservationsRequest& request) {
  ATHENA_RETURN_IF_ERROR(caller.RequireInstitution(
      institution, absl::StrCat("push observations of ", request.parent())));
  if (request.correction_reason().empty() || caller.roles.Has(auth::Role::kCorrector)) {
    return absl::OkStatus();
  }
  return status::PermissionDenied(
      caller.subject, absl::StrCat("push with a correction_reason: that takes the role ",
                                   std::string(RoleName(auth::Role::kCorrector))));
}

ClosedQuarters ClosedQuartersOf(const v1::PushObservationsRequest& request) {
  return request.correction_reason().empty() ? ClosedQuarters::kLocked : ClosedQuarters::kCorrected;
}

// The response to the push that the sender stored under this push_id; nullopt when there is none.
// ALREADY_EXISTS (PUSH_ID_REUSED) when that had other content.
absl::StatusOr<std::optional<v1::PushObservationsResponse>> FindResponse(
    sql::ReadTx& tx, std::string_view institution, std::string_view sender,
    std::string_view push_id, std::string_view digest) {
  ATHENA_ASSIGN_OR_RETURN(const std::optional<StoredPush> stored,
                          FindPush(tx, institution, sender, push_id));
  if (!stored.has_value()) return std::nullopt;
  const v1::Push& push = stored->push;
  if (stored->digest != digest) return PushIdReused(push_id, push.name());
  v1::PushObservationsResponse response;
  if (!response.ParseFromString(stored->outcomes)) {
    return status::Internal(absl::StrCat("the outcomes of ", push.name(), " cannot be read"));
  }
  response.set_name(push.name());
  response.set_revision(push.revision());
  *response.mutable_counts() = push.counts();
  response.set_replayed(true);
  return response;
}

std::vector<Period> QuartersOf(const std::vector<int32_t>& indexes) {
  std::vector<Period> quarters;
  quarters.reserve(indexes.size());
  for (const int32_t index : indexes) {
    quarters.push_back(Period::OfIndex(Frequency::kQuarter, index));
  }
  return quarters;
}

// The names of the indicators of a push and its scopes, for the journal.
std::vector<std::string> IndicatorNames(const std::string& institution, const PushDiff& diff) {
  std::vector<std::string_view> indicators;
  for (size_t i = 0; i < diff.series_numbers.size(); ++i) {
    const std::string_view indicator = diff.Series(i).indicator;
    if (indicators.empty() || indicators.back() != indicator) indicators.push_back(indicator);
  }
  std::sort(indicators.begin(), indicators.end());
  indicators.erase(std::unique(indicators.begin(), indicators.end()), indicators.end());
  std::vector<std::string> names;
  names.reserve(indicators.size());
  for (const std::string_view indicator : indicators) {
    names.push_back(IndicatorName{institution, std::string(indicator)}.ToString());
  }
  return names;
}

// `response` is changed only while this runs.
StoredPush ToStoredPush(const v1::PushObservationsRequest& request, const std::string& sender,
                        const std::string& digest, int64_t revision,
                        v1::PushObservationsResponse* response) {
  StoredPush stored;
  stored.push.set_revision(revision);
  stored.push.set_sender(sender);
  stored.push.set_push_id(request.push_id());
  *stored.push.mutable_counts() = response->counts();
  stored.push.set_mode(request.mode() == v1::PUSH_MODE_REPLACE ? v1::PUSH_MODE_REPLACE
                                                               : v1::PUSH_MODE_MERGE);
  *stored.push.mutable_scopes() = request.scopes();
  stored.push.set_partial(request.partial());
  stored.push.set_correction_reason(request.correction_reason());
  if (!PartsOf(request).whole()) *stored.push.mutable_row_mask() = request.row_mask();
  stored.digest = digest;
  // The counts are stored in `push` already.
  response->clear_counts();
  stored.outcomes = response->SerializeAsString();
  *response->mutable_counts() = stored.push.counts();
  return stored;
}

absl::Status RefusalIfNotPartial(const std::string& institution,
                                 const v1::PushObservationsRequest& request, const PushDiff& diff) {
  if (request.partial()) return absl::OkStatus();
  if (!diff.errors.empty()) return RefusalOf({}, diff.errors);
  if (diff.locked == 0) return absl::OkStatus();
  return PeriodClosed(institution, QuartersOf(diff.closed_quarters), diff.locked);
}

}  // namespace

void PushPipeline::Push(const rpc::Call& call, const PushRequest& request,
                        rpc::Reply<v1::PushObservationsResponse> reply) {
  Start(call, request,
        [reply = std::move(reply)](
            const absl::StatusOr<v1::PushObservationsResponse>& response) mutable {
          std::move(reply)(response);
        });
}

void PushPipeline::PushStreamed(const rpc::Call& call, const PushRequest& request,
                                rpc::Reply<v1::StreamObservationsResponse> reply) {
  Start(call, request,
        [push_id = request.head().push_id(),
         reply = std::move(reply)](absl::StatusOr<v1::PushObservationsResponse> response) mutable {
          v1::StreamObservationsResponse streamed;
          streamed.set_push_id(std::move(push_id));
          if (response.ok()) {
            *streamed.mutable_response() = *std::move(response);
          } else {
            *streamed.mutable_refusal() = ToPushRefusal(response.status());
          }
          std::move(reply)(std::move(streamed));
        });
}

void PushPipeline::Start(const rpc::Call& call, const PushRequest& request, DoneFn done) {
  const std::string& parent = request.head().parent();
  std::optional<std::string> institution = ParseInstitutionName(parent);
  absl::Status valid;
  if (!institution.has_value()) {
    valid = status::InvalidField("parent", parent, "`institutions/{institution}`");
  }
  if (valid.ok()) valid = RequireSender(call.principal(), *institution, request.head());
  if (valid.ok()) valid = ValidatePush(request.head(), request.rows().size());
  if (!valid.ok()) {
    CountRefused(call, request, valid);
    return std::move(done)(valid);
  }
  auto& push = *google::protobuf::Arena::Create<PendingPush>(
      &call.arena(), call, request, std::move(done), *std::move(institution));
  if (const auto definitions = catalog_.Cached(push.institution); definitions != nullptr) {
    return Check(push, *definitions);
  }
  blocking_.SubmitAlways(
      std::make_shared<Step>(*this, &PushPipeline::ReadDefinitionsAndCheck, push), call.caller());
}

void PushPipeline::ReadDefinitionsAndCheck(PendingPush& push) {
  const absl::StatusOr<std::shared_ptr<const Definitions>> definitions =
      catalog_.Current(push.institution);
  if (!definitions.ok()) return Finish(push, definitions.status());
  Check(push, **definitions);
}

CheckedRows PushPipeline::CheckAgainst(const PendingPush& push,
                                       const Definitions& definitions) const {
  return CheckRows(push.request, push.institution, definitions,
                   absl::ToCivilDay(clock_.Now(), definitions.zone(zone_)), numbers_);
}

void PushPipeline::Check(PendingPush& push, const Definitions& definitions) {
  push.generation = definitions.generation();
  push.rows = CheckAgainst(push, definitions);
  if (push.CanStore(push.rows) && !push.head().validate_only()) return Submit(push);
  blocking_.SubmitAlways(std::make_shared<Step>(*this, &PushPipeline::AnswerUnstored, push),
                         push.call.caller());
}

void PushPipeline::AnswerUnstored(PendingPush& push) {
  const absl::Status decided =
      database_.Read([&](sql::ReadTx& tx) { return DecideUnstored(tx, push); });
  if (decided.ok() && !push.response.has_value()) return Submit(push);
  Finish(push, decided);
}

absl::Status PushPipeline::DecideUnstored(sql::ReadTx& tx, PendingPush& push) {
  const v1::PushObservationsRequest& head = push.head();
  push.response.reset();
  if (!head.push_id().empty()) {
    // A push that was stored is answered again even if it would not be accepted any more; a dry run
    // under its id gets the same answer.
    ATHENA_ASSIGN_OR_RETURN(push.response, FindResponse(tx, push.institution, push.sender(),
                                                        head.push_id(), push.digest));
    if (push.response.has_value()) return absl::OkStatus();
  }
  ATHENA_ASSIGN_OR_RETURN(const int64_t generation, Catalog::Generation(tx, push.institution));
  if (generation != push.generation) {
    ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> definitions,
                            ReadDefinitionsIn(tx, push.institution));
    push.generation = generation;
    push.rows = CheckAgainst(push, *definitions);
  }
  if (!head.validate_only()) {
    if (push.CanStore(push.rows)) return absl::OkStatus();
    return RefusalOf(push.rows.scope_faults, push.rows.errors);
  }
  if (!push.rows.scope_faults.empty()) {
    return RefusalOf(push.rows.scope_faults, push.rows.errors);
  }
  ATHENA_ASSIGN_OR_RETURN(const PushDiff diff,
                          ComparePush(tx, push.institution, push.rows, ClosedQuartersOf(head)));
  push.response = ResponseTo(diff, head.outcome_detail());
  return absl::OkStatus();
}

void PushPipeline::Submit(PendingPush& push) {
  database_.WriteAsync(
      push.institution, std::max<size_t>(1, push.request.rows().size()),
      [this, &push](sql::WriteTx& tx) { return Store(tx, push); },
      [this, &push](const absl::Status& status) {
        if (push.outdated) {
          push.rechecked = true;
          blocking_.SubmitAlways(
              std::make_shared<Step>(*this, &PushPipeline::ReadDefinitionsAndCheck, push),
              push.call.caller());
        } else {
          Finish(push, status);
        }
      });
}

// May run more than once (sql::WriteFn). Everything that can refuse comes before the first write.
absl::Status PushPipeline::Store(sql::WriteTx& tx, PendingPush& push) {
  const v1::PushObservationsRequest& head = push.head();
  push.outdated = false;
  ATHENA_RETURN_IF_ERROR(push.call.StillWanted());
  ATHENA_ASSIGN_OR_RETURN(push.response, FindResponse(tx, push.institution, push.sender(),
                                                      head.push_id(), push.digest));
  if (push.response.has_value()) return absl::OkStatus();

  const CheckedRows* rows = &push.rows;
  CheckedRows checked_again;
  ATHENA_ASSIGN_OR_RETURN(const int64_t generation, Catalog::Generation(tx, push.institution));
  if (generation != push.generation) {
    if (!push.rechecked) {
      push.outdated = true;
      return absl::AbortedError("the definitions changed");
    }
    ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> definitions,
                            ReadDefinitionsIn(tx, push.institution));
    checked_again = CheckAgainst(push, *definitions);
    if (!push.CanStore(checked_again)) {
      return RefusalOf(checked_again.scope_faults, checked_again.errors);
    }
    rows = &checked_again;
  }
  ATHENA_ASSIGN_OR_RETURN(PushDiff diff,
                          ComparePush(tx, push.institution, *rows, ClosedQuartersOf(head)));
  ATHENA_RETURN_IF_ERROR(RefusalIfNotPartial(push.institution, head, diff));

  ATHENA_ASSIGN_OR_RETURN(const int64_t revision,
                          audit::Append(tx, {.subject = push.sender(),
                                             .action = "PushObservations",
                                             .reason = head.correction_reason(),
                                             .resources = IndicatorNames(push.institution, diff),
                                             .digest = push.digest,
                                             .request_id = head.push_id()}));
  ATHENA_ASSIGN_OR_RETURN(std::vector<SeriesKey> created, WriteObservations(tx, revision, &diff));
  push.response = ResponseTo(diff, head.outcome_detail());
  ATHENA_RETURN_IF_ERROR(
      InsertPush(tx, diff.institution,
                 ToStoredPush(head, push.sender(), push.digest, revision, &*push.response)));
  push.response->set_name(PushName(push.institution, revision));
  push.response->set_revision(revision);
  push.time = tx.time();
  tx.OnCommit([this, institution = push.institution, changed = !diff.writes.empty(),
               created = std::move(created)] {
    numbers_.Publish(institution, created);
    if (changed) wakeups_.Notify(institution);
    metrics_.SetSeries(numbers_.count());
  });
  return absl::OkStatus();
}

void PushPipeline::CountRefused(const rpc::Call& call, const PushRequest& request,
                                const absl::Status& refusal) {
  if (request.head().validate_only()) return;
  std::string institution = call.principal().institution;
  if (institution == auth::Principal::kEveryInstitution) {
    institution = ParseInstitutionName(request.head().parent()).value_or(institution);
  }
  metrics_.CountRefused(institution, status::Reason(refusal));
}

void PushPipeline::Finish(PendingPush& push, const absl::Status& status) {
  DoneFn done = std::move(push.done);
  if (!status.ok()) {
    absl::Status refusal = status::FromStorage(status);
    CountRefused(push.call, push.request, refusal);
    return std::move(done)(std::move(refusal));
  }
  v1::PushObservationsResponse response = *std::move(push.response);
  if (!response.replayed() && !push.head().validate_only()) {
    metrics_.CountPush(push.institution, push.sender(), response.name(), response.counts(),
                       push.time);
  }
  std::move(done)(std::move(response));
}

}  // namespace athena::indicator
