#include "services/reporting/scorecards/scorecards.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/reporting/errors.h"
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
  if (request.basis.has_value()) absl::StrAppend(&key, "by ", Serialised(*request.basis));
  return key;
}

std::string AnswerKey(const ScoredPlan& plan, const Presentation& presentation) {
  return absl::StrCat("answer\n", plan.id, "\n", presentation.language, "\n",
                      presentation.full ? "full" : "basic", "\n", presentation.depth.value_or(-1),
                      "\n", presentation.element);
}

}  // namespace

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
  ATHENA_ASSIGN_OR_RETURN(const ScorecardRequest request, Validate(message, now_()));
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
  // The basis may change when the result does not: it is serialised beside it.
  v1::Scorecard beside;
  *beside.mutable_basis() = read.basis;
  auto basis = std::make_shared<const std::string>(Serialised(beside));
  if (answer->size() + basis->size() > kMaxAnswerBytes) {
    return AnswerTooLarge(answer->size() + basis->size());
  }
  return rpc::PreparedAnswer{{std::move(answer), std::move(basis)}, read.known};
}

absl::StatusOr<v1::ListScorecardsResponse> Scorecards::List(
    const rpc::Call& call, const v1::ListScorecardsRequest& message) {
  ATHENA_ASSIGN_OR_RETURN(const ScorecardsRequest request, Validate(message, now_()));
  ATHENA_ASSIGN_OR_RETURN(const Read read, ReadPlan(call, request.read));
  ATHENA_ASSIGN_OR_RETURN(v1::ListScorecardsResponse response, ListMessage(*read.plan, request));
  *response.mutable_basis() = read.basis;
  if (response.ByteSizeLong() > kMaxAnswerBytes) return AnswerTooLarge(response.ByteSizeLong());
  return response;
}

}  // namespace athena::reporting
