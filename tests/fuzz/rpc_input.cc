#include "tests/fuzz/rpc_input.h"

#include <google/protobuf/text_format.h>

#include <cstdio>
#include <cstdlib>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"

namespace athena::fuzz {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using google::protobuf::TextFormat;

struct Named {
  char letter;
  const char* rpc;
};

constexpr Named kIndicator[] = {
    {'a', "CreateIndicator"},
    {'b', "BatchCreateIndicators"},
    {'c', "GetIndicator"},
    {'d', "ListIndicators"},
    {'e', "UpdateIndicator"},
    {'f', "RetireIndicator"},
    {'g', "SetTarget"},
    {'h', "BatchSetTargets"},
    {'i', "GetTarget"},
    {'j', "ListTargetVersions"},
    {'k', "PushObservations"},
    {'l', "StreamObservations"},
    {'m', "GetPush"},
    {'n', "ListPushes"},
    {'o', "ListObservations"},
    {'p', "EndSeries"},
    {'q', "WatchObservations"},
    {'r', "QueryPeriodValues"},
    {'s', "ClosePeriod"},
    {'t', "ReopenPeriod"},
    {'u', "ListClosings"},
    {'v', "GetCompleteness"},
    {'w', "ListSeriesEnds"},
    {'x', "VerifyAuditLog"},
    {'y', "GetInstitutionSettings"},
    {'z', "UpdateInstitutionSettings"},
};

constexpr Named kPlan[] = {
    {'A', "CreateInstitution"}, {'B', "GetInstitution"},      {'C', "ListInstitutions"},
    {'D', "UpdateInstitution"}, {'E', "CreateUnit"},          {'F', "GetUnit"},
    {'G', "ListUnits"},         {'H', "UpdateUnit"},          {'I', "CreatePlan"},
    {'J', "GetPlan"},           {'K', "ListPlans"},           {'L', "UpdatePlan"},
    {'M', "DeletePlan"},        {'N', "ActivatePlan"},        {'O', "ClosePlan"},
    {'P', "CreateElement"},     {'Q', "BatchCreateElements"}, {'R', "GetElement"},
    {'S', "ListElements"},      {'T', "UpdateElement"},       {'U', "MoveElement"},
    {'V', "DeleteElement"},     {'W', "GetPlanTree"},         {'X', "WatchPlans"},
    {'Y', "DeleteUnit"},        {'Z', "VerifyAuditLog"},      {'+', "ExportPlan"},
    {',', "ImportPlan"},
};

constexpr Named kOperations[] = {
    {'0', "CreateRisk"},        {'1', "BatchCreateRisks"},
    {'2', "GetRisk"},           {'3', "ListRisks"},
    {'4', "UpdateRisk"},        {'5', "DeleteRisk"},
    {'6', "CreateProcess"},     {'7', "BatchCreateProcesses"},
    {'8', "GetProcess"},        {'9', "ListProcesses"},
    {'!', "UpdateProcess"},     {'"', "DeleteProcess"},
    {'#', "CreateBudgetLine"},  {'$', "BatchCreateBudgetLines"},
    {'%', "GetBudgetLine"},     {'&', "ListBudgetLines"},
    {'\'', "UpdateBudgetLine"}, {'(', "DeleteBudgetLine"},
    {')', "SetBudgetAmounts"},  {'*', "ListBudgetAmounts"},
};

template <size_t kSize>
void AddLetters(const ServiceDescriptor& service, const Named (&named)[kSize],
                std::vector<RpcLetter>* letters) {
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodDescriptor* method = service.method(i);
    const Named* found = nullptr;
    for (const Named& one : named) {
      if (method->name() == one.rpc) found = &one;
    }
    if (found == nullptr) {
      std::fprintf(stderr, "%s has no letter: add it, and a seed, to tests/fuzz\n",
                   method->full_name().c_str());
      std::abort();
    }
    letters->push_back({found->letter, method});
  }
}

std::vector<RpcLetter> MakeLetters() {
  std::vector<RpcLetter> letters;
  AddLetters(*indicator::v1::CreateIndicatorRequest::descriptor()->file()->FindServiceByName(
                 "IndicatorService"),
             kIndicator, &letters);
  AddLetters(
      *plan::v1::CreateInstitutionRequest::descriptor()->file()->FindServiceByName("PlanService"),
      kPlan, &letters);
  AddLetters(
      *plan::v1::CreateRiskRequest::descriptor()->file()->FindServiceByName("OperationsService"),
      kOperations, &letters);
  return letters;
}

std::unique_ptr<Message> Empty(const MethodDescriptor& method) {
  MessageFactory& factory = *MessageFactory::generated_factory();
  return std::unique_ptr<Message>(factory.GetPrototype(method.input_type())->New());
}

}  // namespace

const std::vector<RpcLetter>& RpcLetters() {
  static const std::vector<RpcLetter>& letters = *new std::vector<RpcLetter>(MakeLetters());
  return letters;
}

std::optional<RpcInput> ReadRpcInput(std::string_view input) {
  if (input.empty()) return std::nullopt;
  const auto first = static_cast<unsigned char>(input[0]);
  for (const RpcLetter& one : RpcLetters()) {
    if (one.letter == static_cast<char>(first & 0x7F)) {
      return RpcInput{one.method, first < 0x80, input.substr(1)};
    }
  }
  return std::nullopt;
}

std::unique_ptr<Message> RequestMessage(const RpcInput& input) {
  std::unique_ptr<Message> message = Empty(*input.method);
  const std::string request(input.request);
  const bool is_message = input.is_text ? TextFormat::ParseFromString(request, message.get())
                                        : message->ParseFromString(request);
  if (!is_message) message.reset();
  return message;
}

std::optional<std::string> RequestBytes(const RpcInput& input) {
  if (!input.is_text) return std::string(input.request);
  const std::unique_ptr<Message> message = RequestMessage(input);
  if (message == nullptr) return std::nullopt;
  return message->SerializeAsString();
}

std::string WriteRpcInput(char letter, bool is_text, const Message& request) {
  if (!is_text) {
    return static_cast<char>(static_cast<unsigned char>(letter) | 0x80) +
           request.SerializePartialAsString();
  }
  TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(request, &text);
  return letter + text;
}

}  // namespace athena::fuzz
