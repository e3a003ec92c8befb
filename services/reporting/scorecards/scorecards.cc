#include "services/reporting/scorecards/scorecards.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "services/reporting/errors.h"
#include "services/reporting/rules/scoring.h"
#include "services/reporting/scorecards/messages/closing_message.h"
#include "services/reporting/scorecards/messages/scorecard_lines.h"
#include "services/reporting/scorecards/messages/scorecard_message.h"
#include "services/reporting/scorecards/scorecard_read.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {
namespace {

// What the cache takes for an entry beside its value, in bytes, about.
constexpr size_t kEntryBytes = 512;

// The key of a scored plan. Callers of one institution share it; what each may read is decided by
// the services, which every read asks.
std::string PlanKey(const rpc::Call& call, const ReadRequest& request) {
  std::string key =
      absl::StrCat("plan\n", call.principal().institution, "\n", request.plan, "\n",
                   request.quarters.first.ToString(), "\n", request.quarters.last.ToString(), "\n",
                   request.quarters.trends ? "trends\n" : "");
  if (request.time.has_value()) absl::StrAppend(&key, "at ", absl::ToUnixNanos(*request.time));
  if (request.date.has_value()) {
    absl::StrAppend(&key, " on ", absl::FormatCivilTime(*request.date), "\n");
  }
  if (request.basis.has_value()) absl::StrAppend(&key, "by ", Serialised(*request.basis));
  return key;
}

std::string PresentationKey(const Presentation& presentation) {
  return absl::StrCat(presentation.language, "\n", presentation.full ? "full" : "basic", "\n",
                      presentation.depth.value_or(-1), "\n", presentation.element);
}

std::string InstitutionOf(const ReadRequest& request) {
  return request.plan.substr(0, request.plan.find("/plans/"));
}

// The point in history of a request, at the indicator service.
common::v1::AsOf ClosingsAsOf(const ReadRequest& request) {
  common::v1::AsOf as_of;
  if (request.time.has_value()) *as_of.mutable_time() = fields::TimestampOf(*request.time);
  if (request.basis.has_value()) {
    const auto revision = request.basis->indicator_revisions().find(InstitutionOf(request));
    if (revision != request.basis->indicator_revisions().end()) {
      as_of.set_revision(revision->second);
    }
  }
  return as_of;
}

}  // namespace

std::string Serialised(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

absl::StatusOr<std::optional<LastClosing>> ResolveClosing(const Dependencies& dependencies,
                                                          const rpc::Call& call,
                                                          ReadRequest* request) {
  if (!request->closing) return std::nullopt;
  ATHENA_ASSIGN_OR_RETURN(const std::optional<LastClosing> closing,
                          ClosingRead(dependencies, call, InstitutionOf(*request),
                                      request->quarters.last.ToString(), ClosingsAsOf(*request))
                              .Await());
  if (!closing.has_value()) {
    return NeverClosed(InstitutionOf(*request), request->quarters.last.ToString());
  }
  request->time = closing->time;
  request->closing = false;
  return closing;
}

absl::StatusOr<std::optional<LastClosing>> Scorecards::Resolve(const rpc::Call& call,
                                                               ReadRequest* request) {
  if (!request->publication.empty()) {
    ATHENA_ASSIGN_OR_RETURN(v1::Basis basis, basis_of_publication_(call, request->publication));
    if (basis.engine_version() != kEngineVersion) {
      return EngineVersionUnavailable(basis.engine_version(), std::string(kEngineVersion));
    }
    request->basis = std::move(basis);
    request->publication.clear();
  }
  return ResolveClosing(dependencies_, call, request);
}

absl::StatusOr<std::optional<LastClosing>> Scorecards::ClosingAt(const rpc::Call& call,
                                                                 const ReadRequest& request,
                                                                 const v1::Basis& basis) {
  const std::string institution = InstitutionOf(request);
  const std::string quarter = request.quarters.last.ToString();
  common::v1::AsOf as_of = ClosingsAsOf(request);
  std::string key;
  const auto revision = basis.indicator_revisions().find(institution);
  if (revision != basis.indicator_revisions().end()) {
    as_of.set_revision(revision->second);
    const auto lineage = basis.indicator_lineages().find(institution);
    if (lineage != basis.indicator_lineages().end()) as_of.set_lineage(lineage->second);
    key = absl::StrCat("closing\n", call.principal().institution, "\n", institution, "\n", quarter,
                       "\n", as_of.revision(), "\n", as_of.lineage());
    if (const auto answer = cache_.Find(key).value_or(Cached()).answer; answer != nullptr) {
      v1::ScorecardClosing closing;
      if (answer->empty() || !closing.ParseFromString(*answer)) return std::nullopt;
      return LastClosing{*fields::TimeOf(closing.close_time()), closing.reopened()};
    }
  }
  absl::StatusOr<std::optional<LastClosing>> closing =
      ClosingRead(dependencies_, call, institution, quarter, std::move(as_of)).Await();
  if (absl::IsPermissionDenied(closing.status())) closing = std::optional<LastClosing>();
  ATHENA_RETURN_IF_ERROR(closing.status());
  if (!key.empty()) {
    auto answer = std::make_shared<const std::string>(
        closing->has_value() ? Serialised(ClosingMessage(**closing)) : std::string());
    cache_.Insert(key, {nullptr, std::move(answer)}, kEntryBytes);
  }
  return closing;
}

absl::StatusOr<std::optional<v1::ScorecardClosing>> Scorecards::SinceClosing(
    const rpc::Call& call, const ScorecardRequest& request, const Read& read) {
  const ScoredPlan& plan = *read.plan;
  ATHENA_ASSIGN_OR_RETURN(const std::optional<LastClosing> closing,
                          ClosingAt(call, request.read, read.basis));
  if (!closing.has_value()) return std::nullopt;
  const std::string key = absl::StrCat("since\n", absl::ToUnixNanos(closing->time),
                                       closing->reopened ? " reopened" : "", "\n", plan.id, "\n",
                                       PresentationKey(request.presentation));
  if (const auto answer = cache_.Find(key).value_or(Cached()).answer; answer != nullptr) {
    v1::ScorecardClosing message;
    if (message.ParseFromString(*answer)) return message;
  }
  ReadRequest at_closing;
  at_closing.plan = request.read.plan;
  at_closing.quarters = {plan.quarter, plan.quarter};
  at_closing.time = closing->time;
  const absl::StatusOr<Read> then = ReadPlan(call, at_closing);
  // The plan did not exist yet, or did not have the quarter: there is nothing to compare with.
  if (absl::IsNotFound(then.status()) || absl::IsInvalidArgument(then.status())) {
    return ClosingMessage(*closing);
  }
  ATHENA_RETURN_IF_ERROR(then.status());
  at_closing.date = plan.date;
  ATHENA_ASSIGN_OR_RETURN(const Read on_later_day, ReadPlan(call, at_closing));
  v1::ScorecardClosing message =
      ClosingMessage(*closing, {*then->plan, *on_later_day.plan}, plan, request.presentation);
  auto answer = std::make_shared<const std::string>(Serialised(message));
  cache_.Insert(key, {nullptr, answer}, answer->size() + kEntryBytes);
  return message;
}

absl::StatusOr<Scorecards::Read> Scorecards::ReadPlan(const rpc::Call& call,
                                                      const ReadRequest& request) {
  const std::string key = PlanKey(call, request);
  const std::shared_ptr<const ScoredPlan> known = cache_.Find(key).value_or(Cached()).plan;
  ScorecardRead read(dependencies_, call, request, now_(), known);
  ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const ScoredPlan> plan, read.Run());
  if (plan != known) cache_.Insert(key, {plan, nullptr}, plan->bytes + kEntryBytes);
  return Read{plan, read.BasisOf(), known};
}

absl::StatusOr<rpc::PreparedAnswer> Scorecards::Get(const rpc::Call& call,
                                                    const v1::GetScorecardRequest& message) {
  ATHENA_ASSIGN_OR_RETURN(ScorecardRequest request, Validate(message, now_()));
  ATHENA_ASSIGN_OR_RETURN(const std::optional<LastClosing> asked, Resolve(call, &request.read));
  ATHENA_ASSIGN_OR_RETURN(const Read read, ReadPlan(call, request.read));
  v1::Scorecard beside;
  *beside.mutable_basis() = read.basis;
  if (asked.has_value()) {
    *beside.mutable_closing() = ClosingMessage(*asked);
  } else {
    ATHENA_ASSIGN_OR_RETURN(std::optional<v1::ScorecardClosing> since,
                            SinceClosing(call, request, read));
    if (since.has_value()) *beside.mutable_closing() = *std::move(since);
  }
  return Answer(call, read, PresentationKey(request.presentation), beside,
                [&]() -> absl::StatusOr<std::string> {
                  v1::Scorecard scorecard;
                  scorecard.set_name(request.name);
                  ATHENA_ASSIGN_OR_RETURN(*scorecard.mutable_result(),
                                          ResultMessage(*read.plan, request.presentation));
                  return Serialised(scorecard);
                });
}

absl::StatusOr<rpc::PreparedAnswer> Scorecards::Answer(
    const rpc::Call& call, const Read& read, const std::string& key,
    const google::protobuf::Message& basis, absl::FunctionRef<absl::StatusOr<std::string>()> make) {
  const std::string full_key = absl::StrCat("answer\n", read.plan->id, "\n", key);
  std::shared_ptr<const std::string> answer = cache_.Find(full_key).value_or(Cached()).answer;
  if (answer == nullptr) {
    ATHENA_RETURN_IF_ERROR(call.StillWanted());
    ATHENA_ASSIGN_OR_RETURN(std::string bytes, make());
    answer = std::make_shared<const std::string>(std::move(bytes));
    if (answer->size() <= kMaxAnswerBytes) {
      cache_.Insert(full_key, {nullptr, answer}, answer->size() + kEntryBytes);
    }
  }
  auto beside = std::make_shared<const std::string>(Serialised(basis));
  if (answer->size() + beside->size() > kMaxAnswerBytes) {
    return AnswerTooLarge(answer->size() + beside->size());
  }
  return rpc::PreparedAnswer{{std::move(answer), std::move(beside)}, read.known};
}

absl::StatusOr<v1::ListScorecardsResponse> Scorecards::List(
    const rpc::Call& call, const v1::ListScorecardsRequest& message) {
  ATHENA_ASSIGN_OR_RETURN(ScorecardsRequest request, Validate(message, now_()));
  ATHENA_RETURN_IF_ERROR(Resolve(call, &request.read).status());
  ATHENA_ASSIGN_OR_RETURN(const Read read, ReadPlan(call, request.read));
  ATHENA_ASSIGN_OR_RETURN(v1::ListScorecardsResponse response, ListMessage(*read.plan, request));
  *response.mutable_basis() = read.basis;
  if (response.ByteSizeLong() > kMaxAnswerBytes) return AnswerTooLarge(response.ByteSizeLong());
  return response;
}

}  // namespace athena::reporting
