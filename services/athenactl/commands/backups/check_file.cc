#include "services/athenactl/commands/backups/check_file.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/audit/verify.h"
#include "libs/sql/backup.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/backups/stored_kind.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using Json = nlohmann::ordered_json;

struct CheckedLog {
  sql::BackupHead head;
  std::vector<audit::Fault> faults;
};

// What was found in a file.
struct CheckedFile {
  std::string kind;
  sql::FileIdentity identity;
  int64_t bytes = 0;
  std::string damage;  // empty: none
  std::vector<CheckedLog> logs;

  bool sound() const {
    for (const CheckedLog& log : logs) {
      if (!log.faults.empty()) return false;
    }
    return damage.empty();
  }
};

absl::StatusOr<CheckedFile> CheckFile(const std::string& path) {
  CheckedFile checked;
  ATHENA_ASSIGN_OR_RETURN(const auto file, sql::ClosedFile::Open(path));
  ATHENA_ASSIGN_OR_RETURN(checked.kind, KindOf(path, file->identity()));
  checked.identity = file->identity();
  checked.bytes = file->bytes();
  const absl::Status intact = file->CheckIntegrity();
  if (absl::IsDataLoss(intact)) {
    // What is read from it cannot be trusted.
    checked.damage = Printable(std::string(intact.message()));
    return checked;
  }
  ATHENA_RETURN_IF_ERROR(intact);
  ATHENA_ASSIGN_OR_RETURN(const std::vector<sql::BackupHead> heads, file->Heads());
  for (const sql::BackupHead& head : heads) {
    // Records beside the chain are the services' own, and verified by them.
    ATHENA_ASSIGN_OR_RETURN(audit::Verdict verdict,
                            audit::VerifyInstitution(*file, head.institution, /*records=*/{}, {},
                                                     [] { return absl::OkStatus(); }));
    checked.logs.push_back({head, std::move(verdict.faults)});
  }
  return checked;
}

std::string FileText(const std::string& path, const CheckedFile& checked) {
  std::string text = absl::StrCat(
      Printable(path), ": a database of the ", checked.kind, " service, ", Grouped(checked.bytes),
      " bytes, schema version ", checked.identity.schema_version, "\n",
      "structure: ", checked.damage.empty() ? "sound" : checked.damage, "\n");
  for (const CheckedLog& log : checked.logs) {
    absl::StrAppend(&text, "audit log of institutions/", Printable(log.head.institution), ", ",
                    Counted(log.head.revision, "revision", "revisions"), ": ",
                    log.faults.empty() ? "whole" : "not whole", "\n");
    for (const audit::Fault& fault : log.faults) {
      absl::StrAppend(&text, "  ", Printable(fault.description), "\n");
    }
  }
  return text;
}

Json FileJson(const std::string& path, const CheckedFile& checked) {
  Json json = {{"file", Printable(path)},  {"service", checked.kind},
               {"bytes", checked.bytes},   {"schemaVersion", checked.identity.schema_version},
               {"damage", checked.damage}, {"auditLogs", Json::array()}};
  for (const CheckedLog& log : checked.logs) {
    Json faults = Json::array();
    for (const audit::Fault& fault : log.faults) faults.push_back(Printable(fault.description));
    json["auditLogs"].push_back(
        {{"institution", absl::StrCat("institutions/", Printable(log.head.institution))},
         {"revision", log.head.revision},
         {"hash", absl::BytesToHexString(log.head.journal_hash)},
         {"faults", faults}});
  }
  json["sound"] = checked.sound();
  return json;
}

}  // namespace

absl::StatusOr<ExitCode> CheckDatabaseFile(Context& context, const Arguments& arguments) {
  if (!arguments.operands().empty() || arguments.Has("from") || arguments.Has("to")) {
    return Misused(
        "check --database FILE takes no institution and no quarters: it checks all of a file");
  }
  const std::string path = arguments.Get("database");
  const absl::StatusOr<CheckedFile> checked = CheckFile(path);
  ATHENA_RETURN_IF_ERROR(PrintableFault(checked.status()));
  if (arguments.Has("json")) {
    context.console.out << FileJson(path, *checked).dump(2) << "\n";
  } else {
    context.console.Print(FileText(path, *checked));
  }
  return checked->sound() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace athena::athenactl
