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

std::string PresentationKey(const Presentation& presentation) {
  return absl::StrCat(presentation.language, "\n", presentation.full ? "full" : "basic", "\n",
                      presentation.depth.value_or(-1), "\n", presentation.element);
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
  v1::Scorecard beside;
  *beside.mutable_basis() = read.basis;
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
  ATHENA_ASSIGN_OR_RETURN(const ScorecardsRequest request, Validate(message, now_()));
  ATHENA_ASSIGN_OR_RETURN(const Read read, ReadPlan(call, request.read));
  ATHENA_ASSIGN_OR_RETURN(v1::ListScorecardsResponse response, ListMessage(*read.plan, request));
  *response.mutable_basis() = read.basis;
  if (response.ByteSizeLong() > kMaxAnswerBytes) return AnswerTooLarge(response.ByteSizeLong());
  return response;
}

}  // namespace athena::reporting
