#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/publications/publication_target.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/signed/signed_document.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/publications/publication_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

absl::StatusOr<ExitCode> ListPublications(Context& context, const Arguments& arguments,
                                          const PublicationTarget& target) {
  if (arguments.Has("out")) return Misused("--out is for one publication: say its number");
  reporting::ListPublicationsRequest request;
  request.set_parent(target.Scorecard());
  request.set_filter(arguments.Get("filter"));
  ATHENA_ASSIGN_OR_RETURN(
      const auto publications,
      context.connections.CallPages<reporting::ListPublicationsResponse>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(publications);
  } else {
    context.console.Print(
        PublicationTable(publications, context.console.width, context.console.colour));
  }
  return ExitCode::kDone;
}

// Writes the file that `verify FILE` reads.
absl::Status WriteSigned(Context& context, const reporting::Publication& publication,
                         const std::string& path) {
  reporting::DownloadPublicationRequest request;
  request.set_name(publication.name());
  ATHENA_ASSIGN_OR_RETURN(
      const auto response,
      context.connections.CallStream<reporting::DownloadPublicationResponse>(request));
  std::string document;
  for (const std::string& piece : response.pieces()) document += piece;
  ATHENA_RETURN_IF_ERROR(WriteFile(path, [&](std::ostream& out) {
    out << SignedDocument(publication, document);
    return absl::OkStatus();
  }));
  context.console.err << "athenactl: wrote " << Printable(path) << "\n";
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> ShowPublications(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(const PublicationTarget target,
                          ReadPublicationTarget(context.connections, arguments));
  if (target.number == 0) return ListPublications(context, arguments, target);
  reporting::GetPublicationRequest request;
  request.set_name(target.Publication());
  ATHENA_ASSIGN_OR_RETURN(const auto publication,
                          context.connections.Call<reporting::Publication>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(publication);
  } else {
    context.console.Print(
        PublicationText(publication, context.console.width, context.console.colour));
  }
  if (arguments.Has("out")) {
    ATHENA_RETURN_IF_ERROR(WriteSigned(context, publication, arguments.Get("out")));
  }
  return ExitCode::kDone;
}

}  // namespace

Command PublicationsCommand() {
  return {{.name = "publications",
           .operands = "[PLAN] [QUARTER [NUMBER]]",
           .summary = "List what was published, show one, write one to a file",
           .about = "--out writes the signed document, JSON that everybody can verify:\n"
                    "  athenactl publications gob\n"
                    "  athenactl publications gob 2026-Q2 1 --out q2.json\n"
                    "  athenactl verify q2.json --key public.pem\n",
           .max_operands = 3,
           .flags = {{"out", "FILE", "write the signed document of one publication"},
                     {"filter", "FILTER", "only these: 'audience = PUBLIC'"},
                     kInstitutionFlag,
                     kJsonFlag},
           .named_only = true},
          ShowPublications};
}

}  // namespace athena::athenactl
