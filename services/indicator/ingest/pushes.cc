#include "services/indicator/ingest/pushes.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/rpc/status.pb.h"
#include "libs/audit/journal.h"
#include "libs/auth/principal.h"
#include "libs/fields/fields.h"
#include "libs/ids/ids.h"
#include "libs/paging/page.h"
#include "libs/period/period.h"
#include "libs/status/status.h"
#include "libs/status/status_proto.h"
#include "services/indicator/ingest/checked_push.h"
#include "services/indicator/ingest/observation_writer.h"
#include "services/indicator/ingest/planned_push.h"
#include "services/indicator/ingest/push_plan.h"
#include "services/indicator/ingest/push_store.h"
#include "services/indicator/model/errors.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/names.h"

namespace athena::indicator {

// A push under way, on the arena of its call: it, the request and the call live until `answered` is
// called and not a moment longer.
struct Pushes::Work {
  Work(const rpc::Call& its_call, const PushRequest& its_request, Answered its_answered,
       std::string of_institution)
      : call(its_call),
        request(its_request),
        answered(std::move(its_answered)),
        institution(std::move(of_institution)),
        digest(ContentDigest(request)) {}

  const rpc::Call& call;
  const PushRequest& request;
  Answered answered;
  std::string institution;  // id
  std::string digest;
  int64_t generation = 0;  // of the definitions that `rows` were checked against
  CheckedRows rows = {};
  // What the last run of the transaction came to.
  v1::PushObservationsResponse response = {};
  absl::Time time = {};
  bool outdated = false;  // the definitions are not those of `generation`
};

// A step of a push, for `waiting_`.
class Pushes::Later : public rpc::Task {
 public:
  using Step = void (Pushes::*)(Work&);
  Later(Pushes& pushes, Step step, Work& work) : pushes_(pushes), step_(step), work_(work) {}
  void Run() override { (pushes_.*step_)(work_); }

 private:
  Pushes& pushes_;
  const Step step_;
  Work& work_;
};

namespace {

constexpr PageSizes kPushPages{.default_size = kPushPage, .max_size = kMaxPushPage};

absl::Status Abandoned(const rpc::Call& call) {
  return absl::Now() >= call.deadline() ? status::DeadlineExceeded() : status::Cancelled();
}

absl::Status RequireCorrector(const auth::Principal& principal,
                              const v1::PushObservationsRequest& request) {
  if (request.correction_reason().empty() || principal.roles.Has(auth::Role::kCorrector)) {
    return absl::OkStatus();
  }
  return status::PermissionDenied(
      principal.subject, absl::StrCat("push with a correction_reason: that takes the role ",
                                      std::string(RoleName(auth::Role::kCorrector))));
}

v1::PushRefusal RefusalOf(const absl::Status& status) {
  google::rpc::Status wire = status::ToRpcStatus(status);
  v1::PushRefusal refusal;
  refusal.set_code(wire.code());
  refusal.set_message(wire.message());
  refusal.mutable_details()->Swap(wire.mutable_details());
  return refusal;
}

ClosedQuarters ClosedTo(const v1::PushObservationsRequest& request) {
  return request.correction_reason().empty() ? ClosedQuarters::kLocked : ClosedQuarters::kCorrected;
}

absl::Status ValidateRequest(const v1::PushObservationsRequest& request, size_t rows) {
  status::FieldFaults faults;
  if (!request.validate_only() || !request.push_id().empty()) {
    fields::CheckText("push_id", request.push_id(), kMaxPushIdBytes, fields::Need::kRequired,
                      &faults);
  }
  fields::CheckText("correction_reason", request.correction_reason(), fields::kMaxReasonBytes,
                    fields::Need::kOptional, &faults);
  if (!v1::PushMode_IsValid(request.mode())) {
    faults.Add("mode", static_cast<int>(request.mode()), "MERGE or REPLACE");
  }
  const bool replace = request.mode() == v1::PUSH_MODE_REPLACE;
  if (replace && request.partial()) faults.Add("partial", true, "false with REPLACE");
  if (replace && (request.scopes_size() == 0 || request.scopes_size() > kMaxScopes)) {
    faults.Add("scopes", absl::StrCat(request.scopes_size(), " scopes"),
               absl::StrCat("1 to ", kMaxScopes, " scopes with REPLACE"));
  }
  if (!replace && request.scopes_size() > 0) {
    faults.Add("scopes", absl::StrCat(request.scopes_size(), " scopes"),
               "none with MERGE, which retracts only what a row says it retracts");
  }
  if (!v1::OutcomeDetail_IsValid(request.outcome_detail())) {
    faults.Add("outcome_detail", static_cast<int>(request.outcome_detail()), "EXCEPTIONS or ALL");
  }
  const size_t least = replace ? 0 : 1;
  if (rows < least || rows > kMaxPushRows) {
    faults.Add("observations", absl::StrCat(rows, " rows"),
               absl::StrCat(least, " to ", kMaxPushRows, " rows"));
  }
  return faults.ToStatus();
}

// All that is wrong with the scopes and the rows, as the refusal of the push.
absl::Status Refused(status::FieldFaults faults, const std::vector<RowError>& errors) {
  for (const RowError& error : errors) {
    const std::string field =
        absl::StrCat(fields::At("observations", static_cast<size_t>(error.row)), ".", error.field);
    if (const auto* text = std::get_if<std::string>(&error.saw)) {
      faults.Add(field, *text, error.allowed);
    } else if (const auto* number = std::get_if<double>(&error.saw)) {
      faults.Add(field, *number, error.allowed);
    } else {
      faults.Missing(field);
    }
  }
  return faults.ToStatus();
}

v1::RowFault FaultOf(const RowError& error, bool described) {
  v1::RowFault fault;
  fault.set_reason(error.reason);
  fault.set_field(error.field);
  if (described) fault.set_description(error.Description());
  return fault;
}

// `errors` are by row.
void AddRejected(const std::vector<RowError>& errors, std::vector<v1::RowOutcome>* outcomes) {
  size_t described = 0;
  for (size_t i = 0; i < errors.size(); ++i) {
    const RowError& error = errors[i];
    if (i == 0 || error.row != errors[i - 1].row) {
      outcomes->emplace_back();
      outcomes->back().set_index(error.row);
      outcomes->back().set_outcome(v1::OUTCOME_REJECTED);
      ++described;
    }
    *outcomes->back().add_faults() = FaultOf(error, described <= kMaxDescribedRows);
  }
}

// The cells of a push, as far as they are answered one by one.
void AddCells(const CheckedRows& rows, const PlannedPush& plan, v1::OutcomeDetail detail,
              std::vector<v1::RowOutcome>* outcomes) {
  absl::flat_hash_map<int32_t, const RowError*> flags;  // by row
  for (const RowError& flag : plan.flags) flags.emplace(flag.row, &flag);
  size_t described = 0;
  for (size_t i = 0; i < rows.cells.size(); ++i) {
    const v1::Outcome outcome = plan.outcome[i];
    if (outcome == v1::OUTCOME_REJECTED) continue;
    const auto flag = flags.find(rows.cells[i].row);
    const bool plain =
        outcome != v1::OUTCOME_UNCHANGED && outcome != v1::OUTCOME_LOCKED && flag == flags.end();
    if (plain && detail != v1::OUTCOME_DETAIL_ALL) continue;
    v1::RowOutcome& added = outcomes->emplace_back();
    added.set_index(rows.cells[i].row);
    added.set_outcome(outcome);
    if (flag == flags.end()) continue;
    *added.add_flags() = FaultOf(*flag->second, ++described <= kMaxDescribedRows);
  }
}

void Count(v1::Outcome outcome, v1::PushCounts* counts) {
  switch (outcome) {
    case v1::OUTCOME_INSERTED:
      counts->set_inserted(counts->inserted() + 1);
      break;
    case v1::OUTCOME_REVISED:
      counts->set_revised(counts->revised() + 1);
      break;
    case v1::OUTCOME_UNCHANGED:
      counts->set_unchanged(counts->unchanged() + 1);
      break;
    case v1::OUTCOME_DELETED:
      counts->set_deleted(counts->deleted() + 1);
      break;
    case v1::OUTCOME_LOCKED:
      counts->set_locked(counts->locked() + 1);
      break;
    default:
      break;
  }
}

// The answer to a push that comes to this, without name and revision.
v1::PushObservationsResponse Answer(const CheckedRows& rows, const PlannedPush& plan,
                                    v1::OutcomeDetail detail) {
  v1::PushObservationsResponse response;
  v1::PushCounts* counts = response.mutable_counts();
  for (const v1::Outcome outcome : plan.outcome) Count(outcome, counts);
  // Each of the plan's errors is of a row of its own, which was good until then.
  counts->set_rejected(rows.rejected + static_cast<int32_t>(plan.errors.size()));
  counts->set_flagged(static_cast<int32_t>(plan.flags.size()));
  std::vector<v1::RowOutcome> outcomes;
  AddRejected(rows.errors, &outcomes);
  AddRejected(plan.errors, &outcomes);
  AddCells(rows, plan, detail, &outcomes);
  std::sort(outcomes.begin(), outcomes.end(),
            [](const v1::RowOutcome& a, const v1::RowOutcome& b) { return a.index() < b.index(); });
  response.mutable_outcomes()->Reserve(static_cast<int>(outcomes.size()));
  for (v1::RowOutcome& outcome : outcomes) response.mutable_outcomes()->Add(std::move(outcome));
  return response;
}

// The first answer again, if the sender's push_id was stored before; nullopt if it was not.
absl::StatusOr<std::optional<v1::PushObservationsResponse>> Replay(sql::ReadTx& tx,
                                                                   std::string_view institution,
                                                                   std::string_view sender,
                                                                   std::string_view push_id,
                                                                   std::string_view digest) {
  const absl::StatusOr<std::optional<StoredPush>> stored =
      FindPush(tx, institution, sender, push_id);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return std::nullopt;
  const v1::Push& push = (*stored)->push;
  if ((*stored)->digest != digest) return PushIdReused(push_id, push.name());
  v1::PushObservationsResponse response;
  if (!response.ParseFromString((*stored)->outcomes)) {
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

std::vector<std::string> Touched(std::string_view institution, const CheckedRows& rows,
                                 const PlannedPush& plan) {
  std::vector<std::string_view> indicators;
  for (size_t place = 0; place < plan.numbers.size(); ++place) {
    const std::string_view indicator = SeriesAt(rows, plan, place).indicator;
    if (indicators.empty() || indicators.back() != indicator) indicators.push_back(indicator);
  }
  std::sort(indicators.begin(), indicators.end());
  indicators.erase(std::unique(indicators.begin(), indicators.end()), indicators.end());
  std::vector<std::string> names;
  names.reserve(indicators.size());
  for (const std::string_view indicator : indicators) {
    names.push_back(FillName("institutions/*/indicators/*",
                             {std::string(institution), std::string(indicator)}));
  }
  return names;
}

}  // namespace

void Pushes::Push(const rpc::Call& call, const PushRequest& request,
                  rpc::Reply<v1::PushObservationsResponse> reply) {
  Start(call, request,
        [reply = std::move(reply)](
            const absl::StatusOr<v1::PushObservationsResponse>& response) mutable {
          std::move(reply)(response);
        });
}

void Pushes::PushStreamed(const rpc::Call& call, const PushRequest& request,
                          rpc::Reply<v1::StreamObservationsResponse> reply) {
  Start(call, request,
        [push_id = request.head().push_id(),
         reply = std::move(reply)](absl::StatusOr<v1::PushObservationsResponse> response) mutable {
          v1::StreamObservationsResponse answer;
          answer.set_push_id(std::move(push_id));
          if (response.ok()) {
            *answer.mutable_response() = *std::move(response);
          } else {
            *answer.mutable_refusal() = RefusalOf(response.status());
          }
          std::move(reply)(std::move(answer));
        });
}

void Pushes::Start(const rpc::Call& call, const PushRequest& request, Answered answered) {
  const v1::PushObservationsRequest& head = request.head();
  const std::optional<std::vector<std::string>> ids = MatchName("institutions/*", head.parent());
  if (!ids.has_value()) {
    return std::move(answered)(
        status::InvalidField("parent", head.parent(), "`institutions/{institution}`"));
  }
  absl::Status allowed = call.principal().RequireInstitution(
      ids->front(), absl::StrCat("push observations of ", head.parent()));
  if (allowed.ok()) allowed = RequireCorrector(call.principal(), head);
  if (allowed.ok()) allowed = ValidateRequest(head, request.rows().size());
  if (!allowed.ok()) return std::move(answered)(allowed);
  Work& work = *google::protobuf::Arena::Create<Work>(&call.arena(), call, request,
                                                      std::move(answered), ids->front());
  if (const auto definitions = catalog_.Cached(work.institution); definitions != nullptr) {
    return Check(work, definitions);
  }
  waiting_.SubmitAlways(std::make_shared<Later>(*this, &Pushes::ReadAndCheck, work));
}

void Pushes::ReadAndCheck(Work& work) {
  const absl::StatusOr<std::shared_ptr<const Definitions>> definitions =
      catalog_.Current(work.institution);
  if (!definitions.ok()) return Finish(work, definitions.status());
  Check(work, *definitions);
}

void Pushes::Check(Work& work, const std::shared_ptr<const Definitions>& definitions) {
  work.outdated = false;
  work.generation = definitions->generation();
  work.rows =
      CheckRows(work.request, *definitions, absl::ToCivilDay(clock_.Now(), zone_), numbers_);
  const bool good =
      work.rows.scope_faults.empty() && (work.rows.rejected == 0 || work.request.head().partial());
  if (good && !work.request.head().validate_only()) return Submit(work);
  waiting_.SubmitAlways(std::make_shared<Later>(*this, &Pushes::AnswerUnstored, work));
}

void Pushes::AnswerUnstored(Work& work) {
  const absl::Status status =
      work.request.head().validate_only() ? Try(work) : RefuseUnlessStored(work);
  if (work.outdated) return ReadAndCheck(work);
  Finish(work, status);
}

// ABORTED, and `work.outdated`, unless the rows were checked against the definitions that the
// transaction sees: another process may have changed those that are cached.
absl::Status Pushes::RequireCurrent(sql::ReadTx& tx, Work& work) {
  const absl::StatusOr<int64_t> generation = Catalog::Generation(tx, work.institution);
  if (!generation.ok()) return generation.status();
  work.outdated = *generation != work.generation;
  return work.outdated ? absl::AbortedError("the definitions changed") : absl::OkStatus();
}

// What was stored before is answered again even if it would not be taken any more.
absl::Status Pushes::RefuseUnlessStored(Work& work) {
  return database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    absl::StatusOr<std::optional<v1::PushObservationsResponse>> replay =
        Replay(tx, work.institution, work.call.principal().subject, work.request.head().push_id(),
               work.digest);
    if (!replay.ok()) return replay.status();
    if (replay->has_value()) {
      work.response = **std::move(replay);
      return absl::OkStatus();
    }
    if (absl::Status current = RequireCurrent(tx, work); !current.ok()) return current;
    return Refused(work.rows.scope_faults, work.rows.errors);
  });
}

// What the push would come to.
absl::Status Pushes::Try(Work& work) {
  return database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    if (absl::Status current = RequireCurrent(tx, work); !current.ok()) return current;
    if (!work.rows.scope_faults.empty()) {
      return Refused(work.rows.scope_faults, work.rows.errors);
    }
    const absl::StatusOr<PlannedPush> plan =
        PlanPush(tx, work.institution, work.rows, ClosedTo(work.request.head()));
    if (!plan.ok()) return plan.status();
    work.response = Answer(work.rows, *plan, work.request.head().outcome_detail());
    return absl::OkStatus();
  });
}

void Pushes::Submit(Work& work) {
  database_.WriteAsync(
      work.institution, std::max<size_t>(1, work.request.rows().size()),
      [this, &work](sql::WriteTx& tx) { return Store(tx, work); },
      [this, &work](const absl::Status& status) {
        if (work.outdated) {
          waiting_.SubmitAlways(std::make_shared<Later>(*this, &Pushes::ReadAndCheck, work));
        } else {
          Finish(work, status);
        }
      });
}

// Everything that can refuse comes before the first write.
absl::Status Pushes::Store(sql::WriteTx& tx, Work& work) {
  work.outdated = false;
  const v1::PushObservationsRequest& head = work.request.head();
  if (work.call.abandoned()) return Abandoned(work.call);
  const std::string& subject = work.call.principal().subject;
  absl::StatusOr<std::optional<v1::PushObservationsResponse>> replay =
      Replay(tx, work.institution, subject, head.push_id(), work.digest);
  if (!replay.ok()) return replay.status();
  if (replay->has_value()) {
    work.response = **std::move(replay);
    return absl::OkStatus();
  }
  if (absl::Status current = RequireCurrent(tx, work); !current.ok()) return current;
  absl::StatusOr<PlannedPush> plan =
      PlanPush(tx, work.institution, work.rows, ClosedTo(work.request.head()));
  if (!plan.ok()) return plan.status();
  if (!plan->errors.empty() && !head.partial()) return Refused({}, plan->errors);
  if (plan->locked > 0 && !head.partial()) {
    return PeriodClosed(work.institution, QuartersOf(plan->locked_quarters), plan->locked);
  }

  const absl::StatusOr<int64_t> revision =
      audit::Append(tx, {.subject = subject,
                         .action = "PushObservations",
                         .reason = head.correction_reason(),
                         .resources = Touched(work.institution, work.rows, *plan),
                         .digest = work.digest});
  if (!revision.ok()) return revision.status();
  absl::StatusOr<std::vector<SeriesKey>> made = ApplyPush(tx, work.rows, *revision, &*plan);
  if (!made.ok()) return made.status();

  work.response = Answer(work.rows, *plan, head.outcome_detail());
  StoredPush stored;
  stored.push.set_revision(*revision);
  stored.push.set_sender(subject);
  stored.push.set_push_id(head.push_id());
  stored.push.mutable_counts()->Swap(work.response.mutable_counts());
  stored.push.set_mode(head.mode() == v1::PUSH_MODE_REPLACE ? v1::PUSH_MODE_REPLACE
                                                            : v1::PUSH_MODE_MERGE);
  *stored.push.mutable_scopes() = head.scopes();
  stored.push.set_partial(head.partial());
  stored.push.set_correction_reason(head.correction_reason());
  work.response.clear_counts();
  stored.outcomes = work.response.SerializeAsString();
  stored.digest = work.digest;
  if (absl::Status inserted = InsertPush(tx, plan->institution, stored); !inserted.ok()) {
    return inserted;
  }
  work.response.mutable_counts()->Swap(stored.push.mutable_counts());
  work.response.set_name(PushName(work.institution, *revision));
  work.response.set_revision(*revision);
  work.time = tx.time();
  tx.OnCommit([this, institution = work.institution, changed = !plan->writes.empty(),
               keys = *std::move(made)] {
    numbers_.Publish(institution, keys);
    if (changed) wakeups_.Notify(institution);
    metrics_.SetSeries(numbers_.count());
  });
  return absl::OkStatus();
}

void Pushes::Finish(Work& work, const absl::Status& status) {
  Answered answered = std::move(work.answered);
  if (!status.ok()) return std::move(answered)(StorageRefusal(status));
  if (!work.response.replayed() && !work.request.head().validate_only()) {
    metrics_.CountPush(work.institution, work.response.counts(), work.time);
  }
  v1::PushObservationsResponse response = std::move(work.response);
  std::move(answered)(std::move(response));
}

absl::StatusOr<v1::Push> Pushes::Get(const rpc::Call& call,
                                     const v1::GetPushRequest& request) const {
  const std::vector<std::string> parts = absl::StrSplit(request.name(), '/');
  int64_t revision = 0;
  const bool shaped = parts.size() == 4 && parts[0] == "institutions" && IsResourceId(parts[1]) &&
                      parts[2] == "pushes" && absl::SimpleAtoi(parts[3], &revision) &&
                      request.name() == PushName(parts[1], revision) && revision > 0;
  if (!shaped) {
    return status::InvalidField("name", request.name(),
                                "`institutions/{institution}/pushes/{revision}`");
  }
  if (absl::Status allowed =
          call.principal().RequireInstitution(parts[1], absl::StrCat("read ", request.name()));
      !allowed.ok()) {
    return allowed;
  }
  std::optional<StoredPush> found;
  const absl::Status read = database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    absl::StatusOr<std::optional<StoredPush>> stored = FindPushAt(tx, parts[1], revision);
    if (!stored.ok()) return stored.status();
    found = *std::move(stored);
    return absl::OkStatus();
  });
  if (!read.ok()) return StorageRefusal(read);
  if (!found.has_value()) return status::NotFound(request.name());
  return std::move(found->push);
}

absl::StatusOr<v1::ListPushesResponse> Pushes::List(const rpc::Call& call,
                                                    const v1::ListPushesRequest& request) const {
  status::FieldFaults faults;
  const std::optional<std::string> institution =
      ReadInstitutionName("parent", request.parent(), &faults);
  if (!institution.has_value()) return faults.ToStatus();
  const absl::Status allowed = call.principal().RequireInstitution(
      *institution, absl::StrCat("list pushes of ", request.parent()));
  if (!allowed.ok()) return allowed;
  const size_t size = PageSize(request.page_size(), kPushPages, &faults);
  if (!faults.empty()) return faults.ToStatus();
  const absl::StatusOr<PagePosition> from = tokens_.Open(request);
  if (!from.ok()) return from.status();
  int64_t before = INT64_MAX;
  if (!from->position.empty() && !absl::SimpleAtoi(from->position, &before)) {
    return status::InvalidPageToken();
  }

  v1::ListPushesResponse response;
  const absl::Status read = database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    response.set_revision(from->revision);
    if (from->revision == 0) {
      const absl::StatusOr<audit::Head> head = audit::ReadHead(tx, *institution);
      if (!head.ok()) return head.status();
      response.set_revision(head->revision);
    }
    // One more tells whether there is another page.
    absl::StatusOr<std::vector<v1::Push>> pushes = ListPushesBefore(
        tx, *institution, request.sender(), before, static_cast<int64_t>(size) + 1);
    if (!pushes.ok()) return pushes.status();
    size_t bytes = 0;
    for (v1::Push& push : *pushes) {
      bytes += push.ByteSizeLong();
      const auto taken = static_cast<size_t>(response.pushes_size());
      if (taken == size || (taken > 0 && bytes > kMaxPageBytes)) {
        const std::string last = absl::StrCat(response.pushes().rbegin()->revision());
        response.set_next_page_token(tokens_.Seal(request, {response.revision(), last}));
        break;
      }
      *response.add_pushes() = std::move(push);
    }
    return absl::OkStatus();
  });
  if (!read.ok()) return StorageRefusal(read);
  return response;
}

}  // namespace athena::indicator
