#include <string>

#include "absl/strings/str_cat.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/signing/signing.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/publications/publication_target.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/signed/signed_document.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/publications/publication_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

ExitCode PrintVerdict(Context& context, const Arguments& arguments, const std::string& name,
                      const reporting::VerifyPublicationResponse& verdict) {
  if (arguments.Has("json")) {
    context.console.out << ToJson(verdict);
  } else {
    context.console.Print(
        absl::StrCat(Printable(name), "\n",
                     VerificationText(verdict, context.console.width, context.console.colour)));
  }
  return verdict.valid() ? ExitCode::kDone : ExitCode::kFailed;
}

// Asks nobody.
absl::StatusOr<ExitCode> VerifyFile(Context& context, const Arguments& arguments) {
  if (arguments.operands().size() != 1) {
    return Misused("--key is for one FILE that athenactl publications --out wrote");
  }
  const absl::StatusOr<signing::PublicKey> key = signing::PublicKey::FromFile(arguments.Get("key"));
  if (!key.ok()) return absl::InvalidArgumentError(View(status::Message(key.status())));
  const std::string path = arguments.Operand(0);
  ATHENA_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ATHENA_ASSIGN_OR_RETURN(const CheckedDocument checked, CheckSignedDocument(path, text, *key));
  return PrintVerdict(context, arguments, checked.document.name(), checked.verdict);
}

absl::StatusOr<ExitCode> VerifyPublication(Context& context, const Arguments& arguments) {
  if (arguments.Has("key")) return VerifyFile(context, arguments);
  ATHENA_ASSIGN_OR_RETURN(const PublicationTarget target,
                          ReadOnePublication(context.connections, arguments));
  reporting::VerifyPublicationRequest request;
  request.set_name(target.Publication());
  ATHENA_ASSIGN_OR_RETURN(const auto verdict,
                          context.connections.Call<reporting::VerifyPublicationResponse>(request));
  return PrintVerdict(context, arguments, request.name(), verdict);
}

}  // namespace

Command VerifyCommand() {
  return {
      {.name = "verify",
       .operands = "[PLAN] QUARTER NUMBER | FILE",
       .summary = "Verify a publication, at the service or from a file",
       .about = "The service checks the hashes and the signature, and computes the scorecard anew\n"
                "from what was stored with it. A FILE that publications --out wrote is verified\n"
                "without any service, with the public key of who published it. Exit code 1 when\n"
                "it is not what was published.\n"
                "  athenactl verify gob 2026-Q2 1\n"
                "  athenactl verify q2.json --key public.pem\n",
       .min_operands = 1,
       .max_operands = 3,
       .flags = {{"key", "PUB", "verify FILE with this public key (PEM)"},
                 kInstitutionFlag,
                 kJsonFlag},
       .named_only = true},
      VerifyPublication};
}

}  // namespace athena::athenactl
