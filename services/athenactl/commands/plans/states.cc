// activate and close-plan.

#include <string>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/resources/field_values.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/resource_text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

// Calls the method that changes the state of a plan.
template <typename Request>
absl::StatusOr<ExitCode> Change(Context& context, const Arguments& arguments, Request request) {
  ATHENA_ASSIGN_OR_RETURN(const std::string name,
                          ResolvePlan(context.connections, arguments, arguments.Operand(0)));
  request.set_name(name);
  request.set_reason(arguments.Get("reason"));
  request.set_validate_only(arguments.Has("dry-run"));
  if (!request.validate_only()) request.set_request_id(context.connections.NewRequestId());
  ATHENA_ASSIGN_OR_RETURN(const plan::Plan changed, context.connections.Call<plan::Plan>(request));
  context.console.out << ShortName(name) << ": "
                      << (request.validate_only() ? "would be " : "is now ")
                      << EnumText(changed.state());
  if (changed.has_effective_date()) {
    context.console.out << ", in force since " << DateText(changed.effective_date());
  }
  context.console.out << "\n";
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> Activate(Context& context, const Arguments& arguments) {
  plan::ActivatePlanRequest request;
  if (arguments.Has("effective-date")) {
    ATHENA_RETURN_IF_ERROR(
        Assign(absl::StrCat("effective_date=", arguments.Get("effective-date")), &request)
            .status());
  }
  return Change(context, arguments, std::move(request));
}

absl::StatusOr<ExitCode> ClosePlan(Context& context, const Arguments& arguments) {
  return Change(context, arguments, plan::ClosePlanRequest());
}

constexpr FlagSpec kPlanReasonFlag = {"reason", "TEXT", "why, for those who read the history"};
constexpr FlagSpec kPlanDryRunFlag = {"dry-run", "", "say what would change, change nothing"};

}  // namespace

Command ActivateCommand() {
  return {
      {.name = "activate",
       .operands = "PLAN",
       .summary = "Put a plan in force",
       .about = "A plan is a draft until it is put in force. From then on every scorecard has it,\n"
                "and its targets and end dates are kept as the original ones, so that a later\n"
                "change shows. PLAN is gob/PLAN, or gob where it has one plan alone.\n"
                "  athenactl activate gob/plan-2027\n"
                "A plan that was under way before it was entered is in force since an earlier\n"
                "day:\n"
                "  athenactl activate gob/plan-2025 --effective-date 2025-01-01 \\\n"
                "    --reason \"council of 2024-12-12\"\n",
       .min_operands = 1,
       .max_operands = 1,
       .flags = {{"effective-date", "DAY", "in force since that day [today]; needs --reason"},
                 kPlanReasonFlag,
                 kPlanDryRunFlag},
       .named_only = true},
      Activate};
}

Command ClosePlanCommand() {
  return {{.name = "close-plan",
           .operands = "PLAN",
           .summary = "End a plan that is in force",
           .about = "A closed plan changes no more. Its scorecards are read as before.\n"
                    "  athenactl close-plan gob/PLAN --reason \"replaced by gob/plan-2027\"\n",
           .min_operands = 1,
           .max_operands = 1,
           .flags = {kPlanReasonFlag, kPlanDryRunFlag},
           .named_only = true},
          ClosePlan};
}

}  // namespace athena::athenactl
