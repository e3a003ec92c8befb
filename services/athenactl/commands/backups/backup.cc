#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "athena/common/v1/backup_service.pb.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/history/history_flags.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/terminal/console.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using Json = nlohmann::ordered_json;

// A database of some hundred GiB is copied and checked in that time.
constexpr absl::Duration kBackupTimeout = absl::Hours(6);

absl::StatusOr<std::vector<HistoryPeer>> ServicesToBackUp(const Arguments& arguments) {
  if (arguments.Has("service")) return ReadServices(arguments);
  return std::vector<HistoryPeer>(std::begin(kHistoryPeers), std::end(kHistoryPeers));
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

absl::StatusOr<ExitCode> MakeBackups(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(const std::vector<HistoryPeer> peers, ServicesToBackUp(arguments));
  absl::Duration timeout = kBackupTimeout;
  if (arguments.Has("timeout")) {
    ATHENA_ASSIGN_OR_RETURN(const ConnectionOptions options, ReadConnectionOptions(arguments));
    timeout = options.timeout;
  }
  OnInterrupt("a service that had not answered makes no backup; the others have made theirs");
  Json json;
  Table table({{"SERVICE"},
               {.heading = "FILE", .least = Table::kWhole},
               {.heading = "BYTES", .right = true},
               {.heading = "SECONDS", .right = true},
               {.heading = "AS OF (UTC)", .least = Table::kWhole},
               {.heading = "SHA-256", .spare = true, .least = Table::kWhole}});
  bool all = true;
  for (const HistoryPeer& peer : peers) {
    const absl::Time begun = absl::Now();
    const auto made = context.connections.CallBackup<common::v1::CreateBackupResponse>(
        peer.service, common::v1::CreateBackupRequest(), timeout);
    if (!made.ok()) {
      all = false;
      context.console.err << "athenactl: the " << peer.name
                          << " service: " << Explain(made.status());
      json[peer.name] = {{"error", Printable(status::Message(made.status()))}};
      continue;
    }
    const double seconds = absl::ToDoubleSeconds(absl::Now() - begun);
    table.Add({peer.name, made->file(), Grouped(made->bytes()), absl::StrFormat("%.1f", seconds),
               TimeText(made->as_of()), made->sha256()});
    json[peer.name] = Json::parse(ToJson(*made));
    json[peer.name]["seconds"] = seconds;
  }
  if (arguments.Has("json")) {
    context.console.out << json.dump(2) << "\n";
  } else if (!table.empty()) {
    context.console.Print(table.Text(context.console.width, context.console.colour));
  }
  return all ? ExitCode::kDone : ExitCode::kBackupMissing;
}

}  // namespace

Command BackupCommand() {
  return {
      {.name = "backup",
       .operands = "",
       .summary = "Make a backup of every service's database",
       .about = "Each service copies its database into the folder of its --backup_folder while\n"
                "it goes on, checks the copy and deletes the oldest backups. One service after\n"
                "the other is asked; a service that makes none does not keep the others from\n"
                "it, and the exit code is 4. --timeout is for each service [6h].\n"
                "Role: admin of every institution (*).\n",
       .flags = {{"service", "NAME", "only one: plan, indicator or reporting"}, kJsonFlag},
       .named_only = true},
      MakeBackups};
}

}  // namespace athena::athenactl
