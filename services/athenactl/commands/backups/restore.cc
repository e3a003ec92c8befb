#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/sql/backup.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/backups/stored_kind.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/terminal/console.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using Json = nlohmann::ordered_json;

void PrintRestored(Context& context, const std::string& kind, const std::string& backup,
                   const std::string& database, const sql::Restored& restored) {
  Console& console = context.console;
  console.Print(absl::StrCat(Printable(database), " is now the ", kind, " service's backup ",
                             Printable(backup), ": ", Grouped(restored.bytes),
                             " bytes, schema version ", restored.identity.schema_version, "\n"));
  for (const sql::BackupHead& head : restored.heads) {
    console.Print(absl::StrCat("  institutions/", Printable(head.institution), " up to revision ",
                               head.revision, "\n"));
  }
  if (!restored.replaced.empty()) {
    console.Print(absl::StrCat("The database that was there: ", Printable(restored.replaced),
                               "\n  Delete it when nobody needs it any more.\n"));
  }
  console.Print(
      "Next:\n"
      "  1. Start the service, and see that it serves: athenactl health\n"
      "  2. athenactl check INSTITUTION, for each institution\n"
      "  3. Senders push again what they sent after the backup, with the same push ids.\n"
      "Readers that go on from before (feeds, pages, bases of scorecards) are refused, mostly\n"
      "with LINEAGE_CHANGED, and begin anew.\n");
}

absl::StatusOr<ExitCode> RestoreBackup(Context& context, const Arguments& arguments) {
  const std::string backup = arguments.Operand(0);
  const std::string database = arguments.Get("database");
  if (database.empty()) {
    return Misused("restore wants --database FILE, the database that the service has");
  }
  std::string kind;
  {
    const auto file = sql::ClosedFile::Open(backup);
    ATHENA_RETURN_IF_ERROR(PrintableFault(file.status()));
    ATHENA_ASSIGN_OR_RETURN(kind, KindOf(backup, (*file)->identity()));
  }
  OnInterrupt("the database is as it was, or missing: run it again before you start the service");
  const std::string now = absl::FormatTime("%Y%m%dT%H%M%SZ", absl::Now(), absl::UTCTimeZone());
  const absl::StatusOr<sql::Restored> restored = sql::Restore(backup, database, now);
  ATHENA_RETURN_IF_ERROR(PrintableFault(restored.status()));
  if (!arguments.Has("json")) {
    PrintRestored(context, kind, backup, database, *restored);
    return ExitCode::kDone;
  }
  Json json = {{"service", kind},
               {"database", Printable(database)},
               {"backup", Printable(backup)},
               {"bytes", restored->bytes},
               {"schemaVersion", restored->identity.schema_version},
               {"replaced", Printable(restored->replaced)},
               {"heads", Json::array()}};
  for (const sql::BackupHead& head : restored->heads) {
    json["heads"].push_back(
        {{"institution", absl::StrCat("institutions/", Printable(head.institution))},
         {"revision", head.revision}});
  }
  context.console.out << json.dump(2) << "\n";
  return ExitCode::kDone;
}

}  // namespace

Command RestoreCommand() {
  return {
      {.name = "restore",
       .operands = "BACKUP",
       .summary = "Put a backup in the place of a stopped service's database",
       .about = "Asks no service: run it on the service's machine, as its user or as root, after\n"
                "the service was stopped. The backup is checked before anything is replaced,\n"
                "and stays where it is; the database that was there is kept beside the new one.\n"
                "Institutions go on with a new lineage: what readers took from the history\n"
                "after the backup is refused instead of being mixed with the new one.\n"
                "  athenactl restore plan-20260701T030000Z.db \\\n"
                "    --database /var/lib/athena/plan/plan.db\n",
       .min_operands = 1,
       .max_operands = 1,
       .flags = {{"database", "FILE", "the database of the service"},
                 {"json", "", "what was done, as JSON"}},
       .named_only = true},
      RestoreBackup};
}

}  // namespace athena::athenactl
