#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "athena/common/v1/history_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/history/history_flags.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/history/history_text.h"

namespace athena::athenactl {
namespace {

// The service that keeps a resource, by its collections: the last one that a contract lists
// resources of. Null where there is none.
const HistoryPeer* PeerOf(const std::string& name) {
  if (absl::EndsWith(name, "/settings")) return &kHistoryPeers[1];  // of the indicator service
  if (absl::StrContains(name, "/publications/")) return &kHistoryPeers[2];
  const std::vector<std::string> segments = absl::StrSplit(name, '/');
  for (size_t at = segments.size(); at-- > 1;) {
    for (const Kind& kind : AllKinds()) {
      if (kind.collection != segments[at]) continue;
      for (const HistoryPeer& peer : kHistoryPeers) {
        // All services of a package are at one address.
        const std::string package = kind.list->file()->package();
        if (absl::StartsWith(peer.service, package + ".")) return &peer;
      }
    }
  }
  return nullptr;
}

// Pages until there are `limit` revisions; the last page is cut.
absl::StatusOr<common::v1::ListRevisionsResponse> ReadRevisions(
    const Connections& connections, const HistoryPeer& peer,
    common::v1::ListRevisionsRequest request, int limit) {
  common::v1::ListRevisionsResponse all;
  for (;;) {
    request.set_page_size(limit - all.revisions_size());
    ATHENA_ASSIGN_OR_RETURN(
        const auto page,
        connections.CallHistory<common::v1::ListRevisionsResponse>(peer.service, request));
    all.MergeFrom(page);
    all.set_next_page_token(page.next_page_token());
    if (page.next_page_token().empty() || all.revisions_size() >= limit) return all;
    request.set_page_token(page.next_page_token());
  }
}

void PrintRevisions(const common::v1::ListRevisionsResponse& listed, Console& console) {
  for (const common::v1::Revision& revision : listed.revisions()) {
    console.Print(RevisionText(revision, console.width, console.colour));
  }
  if (listed.revisions().empty()) console.Print("No revisions.\n");
  if (!listed.next_page_token().empty()) {
    console.Print("There are earlier ones: --limit shows more.\n");
  }
}

absl::StatusOr<ExitCode> ShowHistory(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(const int limit, ReadLimit(arguments));
  ATHENA_ASSIGN_OR_RETURN(const std::string filter, ReadFilter(arguments));
  ATHENA_ASSIGN_OR_RETURN(const std::vector<HistoryPeer> asked, ReadServices(arguments));
  common::v1::ListRevisionsRequest request;
  request.set_filter(filter);
  request.set_include_below(arguments.Has("below"));
  const std::string typed = arguments.Operand(0);
  std::vector<HistoryPeer> peers = asked;
  if (ReadInstitution(typed).has_value() || typed.empty()) {
    ATHENA_ASSIGN_OR_RETURN(
        const std::string institution,
        ResolveInstitution(context.connections, arguments, ReadInstitution(typed).value_or("")));
    request.set_parent(institution);
  } else {
    const std::string name = WholeName(typed).value_or(typed);
    const HistoryPeer* const peer = PeerOf(name);
    if (peer == nullptr) return KindOfName(name).status();
    peers = {*peer};
    ATHENA_ASSIGN_OR_RETURN(const std::string resolved,
                            ResolveName(context.connections, name, common::v1::AsOf()));
    request.set_parent(resolved);
  }
  nlohmann::ordered_json json;
  for (const HistoryPeer& peer : peers) {
    ATHENA_ASSIGN_OR_RETURN(const auto listed,
                            ReadRevisions(context.connections, peer, request, limit));
    if (arguments.Has("json")) {
      json[peer.name] = nlohmann::ordered_json::parse(ToJson(listed));
      continue;
    }
    if (peers.size() > 1) context.console.Print(absl::StrCat("The ", peer.name, " service\n"));
    PrintRevisions(listed, context.console);
    if (peers.size() > 1 && peer.service != peers.back().service) context.console.Print("\n");
  }
  if (arguments.Has("json")) {
    context.console.out << (peers.size() > 1 ? json : json.front()).dump(2) << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

Command HistoryCommand() {
  return {
      {.name = "history",
       .operands = "[NAME]",
       .summary = "Who changed what, when and why: each field from what to what",
       .about = "NAME is a resource, deleted ones too, or an institution, for all that happened\n"
                "in it at all services:\n"
                "  athenactl history gob/plans/psp-2021-2026/elements/1.2\n"
                "An indicator's history has its targets. Newest first; times are in UTC.\n",
       .max_operands = 1,
       .flags = {{"below", "", "with the resources below it: a plan's elements"},
                 kByFlag,
                 kSinceFlag,
                 kFilterFlag,
                 kServiceFlag,
                 {"limit", "N", "list at most so many", "20"},
                 kInstitutionFlag,
                 kJsonFlag}},
      ShowHistory};
}

}  // namespace athena::athenactl
