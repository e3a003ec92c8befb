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
#include "services/reporting/scorecards/messages/closing_message.h"
#include "services/reporting/scorecards/messages/scorecard_lines.h"
#include "services/reporting/scorecards/messages/scorecard_message.h"
#include "services/reporting/scorecards/scorecard_read.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {
namespace {

// What the cache takes for an entry beside its value, in bytes, about.
constexpr size_t kEntryBytes = 512;

// Serialises map entries in the order of their keys, so that equal messages give equal bytes.
std::string Serialised(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

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

std::string AnswerKey(const ScoredPlan& plan, const Presentation& presentation) {
  return absl::StrCat("answer\n", plan.id, "\n", presentation.language, "\n",
                      presentation.full ? "full" : "basic", "\n", presentation.depth.value_or(-1),
                      "\n", presentation.element);
}

// Asks for the last closing of the quarter at the point in history that the request names.
ClosingRead ReadClosing(const Dependencies& dependencies, const rpc::Call& call,
                        const ReadRequest& request) {
  const std::string institution = request.plan.substr(0, request.plan.find("/plans/"));
  common::v1::AsOf as_of;
  if (request.time.has_value()) *as_of.mutable_time() = fields::TimestampOf(*request.time);
  if (request.basis.has_value()) {
    const auto revision = request.basis->indicator_revisions().find(institution);
    if (revision != request.basis->indicator_revisions().end()) {
      as_of.set_revision(revision->second);
    }
  }
  return ClosingRead(dependencies, call, institution, request.quarters.last.ToString(),
                     std::move(as_of));
}

}  // namespace

absl::StatusOr<std::optional<LastClosing>> Scorecards::Resolve(const rpc::Call& call,
                                                               ReadRequest* request) {
  if (!request->closing) return std::nullopt;
  ATHENA_ASSIGN_OR_RETURN(const std::optional<LastClosing> closing,
                          ReadClosing(dependencies_, call, *request).Await());
  if (!closing.has_value()) {
    return NeverClosed(request->plan.substr(0, request->plan.find("/plans/")),
                       request->quarters.last.ToString());
  }
  request->time = closing->time;
  request->closing = false;
  return closing;
}

absl::StatusOr<std::optional<v1::ScorecardClosing>> Scorecards::SinceClosing(
    const rpc::Call& call, const ScorecardRequest& request, const ScoredPlan& plan,
    ClosingRead& closing) {
  const absl::StatusOr<std::optional<LastClosing>> last = closing.Await();
  if (absl::IsPermissionDenied(last.status())) return std::nullopt;
  ATHENA_RETURN_IF_ERROR(last.status());
  if (!last->has_value()) return std::nullopt;
  ReadRequest at_closing;
  at_closing.plan = request.read.plan;
  at_closing.quarters = {plan.quarter, plan.quarter};
  at_closing.time = (*last)->time;
  const absl::StatusOr<Read> then = ReadPlan(call, at_closing);
  // The plan did not exist yet, or did not have the quarter: all of it is new.
  if (absl::IsNotFound(then.status()) || absl::IsInvalidArgument(then.status())) {
    return ClosingMessage(**last);
  }
  ATHENA_RETURN_IF_ERROR(then.status());
  at_closing.date = plan.date;
  ATHENA_ASSIGN_OR_RETURN(const Read on_later_day, ReadPlan(call, at_closing));
  return ClosingMessage(**last, {*then->plan, *on_later_day.plan}, plan, request.presentation);
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
  // On its way while the plan is read.
  std::optional<ClosingRead> closing;
  if (!asked.has_value()) closing.emplace(ReadClosing(dependencies_, call, request.read));
  ATHENA_ASSIGN_OR_RETURN(const Read read, ReadPlan(call, request.read));
  const std::string answer_key = AnswerKey(*read.plan, request.presentation);
  std::shared_ptr<const std::string> answer = cache_.Find(answer_key).value_or(Cached()).answer;
  if (answer == nullptr) {
    ATHENA_RETURN_IF_ERROR(call.StillWanted());
    v1::Scorecard scorecard;
    scorecard.set_name(request.name);
    ATHENA_ASSIGN_OR_RETURN(*scorecard.mutable_result(),
                            ResultMessage(*read.plan, request.presentation));
    answer = std::make_shared<const std::string>(Serialised(scorecard));
    if (answer->size() <= kMaxAnswerBytes) {
      cache_.Insert(answer_key, {nullptr, answer}, answer->size() + kEntryBytes);
    }
  }
  // The basis and what changed since the closing may change when the result does not: they are
  // serialised beside it.
  v1::Scorecard beside;
  *beside.mutable_basis() = read.basis;
  if (asked.has_value()) {
    *beside.mutable_closing() = ClosingMessage(*asked);
  } else {
    ATHENA_ASSIGN_OR_RETURN(std::optional<v1::ScorecardClosing> since,
                            SinceClosing(call, request, *read.plan, *closing));
    if (since.has_value()) *beside.mutable_closing() = *std::move(since);
  }
  auto basis = std::make_shared<const std::string>(Serialised(beside));
  if (answer->size() + basis->size() > kMaxAnswerBytes) {
    return AnswerTooLarge(answer->size() + basis->size());
  }
  return rpc::PreparedAnswer{{std::move(answer), std::move(basis)}, read.known};
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
