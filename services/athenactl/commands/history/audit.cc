#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/common/v1/history_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/history/history_flags.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/history/history_text.h"

namespace athena::athenactl {
namespace {

using Json = nlohmann::ordered_json;

absl::StatusOr<common::v1::VerifyAuditLogResponse> VerifyLog(const Connections& connections,
                                                             const HistoryPeer& peer,
                                                             const std::string& institution,
                                                             const common::v1::AuditHead& head) {
  common::v1::VerifyAuditLogRequest request;
  request.set_parent(institution);
  if (head.revision() > 0) *request.mutable_head() = head;
  return connections.CallHistory<common::v1::VerifyAuditLogResponse>(peer.service, request);
}

// The heads of a file that `audit head` wrote, by service.
struct HeadFile {
  std::string institution;
  std::vector<std::pair<std::string, common::v1::AuditHead>> heads;

  common::v1::AuditHead Of(const HistoryPeer& peer) const {
    for (const auto& [name, head] : heads) {
      if (name == peer.name) return head;
    }
    return {};
  }
};

absl::StatusOr<HeadFile> ReadHeadFile(const std::string& path) {
  HeadFile file;
  ATHENA_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ATHENA_ASSIGN_OR_RETURN(const Json json, ParseJson(path, text));
  if (!json.is_object() || !json.contains("institution") || !json["institution"].is_string()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Printable(path), ": no file that athenactl audit head wrote"));
  }
  file.institution = json["institution"].get<std::string>();
  for (const HistoryPeer& peer : kHistoryPeers) {
    if (!json.contains(peer.name)) continue;
    common::v1::AuditHead head;
    ATHENA_RETURN_IF_ERROR(ReadJson(path, json[peer.name].dump(), head));
    file.heads.emplace_back(peer.name, head);
  }
  return file;
}

// Prints the heads of the logs, having verified them.
absl::StatusOr<ExitCode> PrintHeads(Context& context, const std::string& institution,
                                    const std::vector<HistoryPeer>& peers) {
  Json json = {{"institution", institution}};
  bool whole = true;
  for (const HistoryPeer& peer : peers) {
    ATHENA_ASSIGN_OR_RETURN(const auto verified, VerifyLog(context.connections, peer, institution,
                                                           common::v1::AuditHead()));
    if (!verified.faults().empty()) {
      whole = false;
      context.console.err << "athenactl: " << AuditText(peer.name, verified);
    }
    json[peer.name] = {{"revision", verified.head().revision()},
                       {"hash", verified.head().hash()},
                       {"lineage", verified.head().lineage()}};
  }
  if (!whole) return ExitCode::kFailed;
  context.console.out << json.dump(2) << "\n";
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> VerifyLogs(Context& context, const Arguments& arguments,
                                    const std::string& institution, const HeadFile& exported,
                                    const std::vector<HistoryPeer>& peers) {
  Json json;
  bool whole = true;
  for (const HistoryPeer& peer : peers) {
    const common::v1::AuditHead head = exported.Of(peer);
    ATHENA_ASSIGN_OR_RETURN(const auto verified,
                            VerifyLog(context.connections, peer, institution, head));
    whole = whole && verified.faults().empty();
    if (arguments.Has("json")) {
      json[peer.name] = Json::parse(ToJson(verified));
      continue;
    }
    context.console.Print(AuditText(peer.name, verified));
    if (verified.first_bad_revision() > 0) {
      context.console.Print(
          absl::StrCat("  first bad entry: revision ", verified.first_bad_revision(), "\n"));
    }
    if (head.revision() > 0 && verified.faults().empty()) {
      context.console.Print(
          absl::StrCat("  it has the exported entry of revision ", head.revision(), "\n"));
    }
    if (!head.lineage().empty() && head.lineage() != verified.head().lineage()) {
      context.console.Print("  a backup was restored since the head was exported\n");
    }
  }
  if (arguments.Has("json")) context.console.out << json.dump(2) << "\n";
  return whole ? ExitCode::kDone : ExitCode::kFailed;
}

absl::StatusOr<ExitCode> ListEvents(Context& context, const Arguments& arguments,
                                    const std::string& institution,
                                    const std::vector<HistoryPeer>& peers) {
  ATHENA_ASSIGN_OR_RETURN(const int limit, ReadLimit(arguments));
  common::v1::ListAuditEventsRequest request;
  request.set_parent(institution);
  ATHENA_ASSIGN_OR_RETURN(*request.mutable_filter(), ReadFilter(arguments));
  Json json;
  for (const HistoryPeer& peer : peers) {
    common::v1::ListAuditEventsResponse all;
    request.clear_page_token();
    do {
      request.set_page_size(limit - all.events_size());
      ATHENA_ASSIGN_OR_RETURN(auto page,
                              context.connections.CallHistory<common::v1::ListAuditEventsResponse>(
                                  peer.service, request));
      request.set_page_token(page.next_page_token());
      all.MergeFrom(page);
      all.set_next_page_token(page.next_page_token());
    } while (!request.page_token().empty() && all.events_size() < limit);
    if (arguments.Has("json")) {
      json[peer.name] = Json::parse(ToJson(all));
      continue;
    }
    context.console.Print(absl::StrCat("The ", peer.name, " service\n"));
    context.console.Print(
        all.events().empty() ? "No entries.\n"
                             : AuditEventsText(all, context.console.width, context.console.colour));
    if (!all.next_page_token().empty()) {
      context.console.Print("There are earlier ones: --limit shows more.\n");
    }
  }
  if (arguments.Has("json")) context.console.out << json.dump(2) << "\n";
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> Audit(Context& context, const Arguments& arguments) {
  const std::string verb = arguments.Operand(0);
  if (verb != "head" && verb != "verify" && verb != "list") {
    return Misused(absl::StrCat("audit got ", Printable(verb), ", want head, verify or list"));
  }
  ATHENA_ASSIGN_OR_RETURN(const std::vector<HistoryPeer> peers, ReadServices(arguments));
  HeadFile exported;
  if (arguments.Has("head")) {
    if (verb != "verify") return Misused("--head is for audit verify");
    ATHENA_ASSIGN_OR_RETURN(exported, ReadHeadFile(arguments.Get("head")));
  }
  const std::string typed =
      arguments.Operand(1).empty() ? exported.institution : arguments.Operand(1);
  ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                          ResolveInstitution(context.connections, arguments, typed));
  if (!exported.institution.empty() && exported.institution != institution) {
    return Misused(absl::StrCat(Printable(arguments.Get("head")), " has the heads of ",
                                Printable(exported.institution), ", not of ",
                                Printable(institution)));
  }
  if (verb == "head") return PrintHeads(context, institution, peers);
  if (verb == "verify") return VerifyLogs(context, arguments, institution, exported, peers);
  return ListEvents(context, arguments, institution, peers);
}

}  // namespace

Command AuditCommand() {
  return {{.name = "audit",
           .operands = "head|verify|list [INSTITUTION]",
           .summary = "Verify audit logs, export their heads, list their entries",
           .about = "head prints the newest entry of each log, to be kept elsewhere:\n"
                    "  athenactl audit head gob > head.json\n"
                    "verify tells whether the logs are whole, and with a head of then, whether\n"
                    "entries were removed or made anew since; it names the first bad entry and\n"
                    "ends with exit code 1:\n"
                    "  athenactl audit verify gob --head head.json\n"
                    "list shows entries, newest first; --json has their hashes.\n"
                    "Roles: auditor, admin.\n",
           .min_operands = 1,
           .max_operands = 2,
           .flags = {{"head", "FILE", "verify: what audit head printed"},
                     kByFlag,
                     kSinceFlag,
                     kFilterFlag,
                     kServiceFlag,
                     {"limit", "N", "list: at most so many of each service", "20"},
                     kInstitutionFlag,
                     kJsonFlag},
           .named_only = true},
          Audit};
}

}  // namespace athena::athenactl
