#include "libs/history/history.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/auth/principal.h"
#include "libs/history/journal_list.h"
#include "libs/history/limits.h"
#include "libs/history/revision_message.h"
#include "libs/ids/name_pattern.h"
#include "libs/paging/page.h"
#include "libs/sql/stoppable_read.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/versioned/lineage.h"

namespace athena::history {
namespace {

constexpr NamePattern kInstitution("institutions/{institution}");
constexpr size_t kHashDigits = 64;

// The id of the institution that `parent` names, if the caller belongs to it. `what` is what it may
// not do otherwise: "verify the audit log".
absl::StatusOr<std::string> OwnInstitution(const auth::Principal& principal,
                                           const std::string& parent, std::string_view what) {
  status::FieldFaults faults;
  const std::optional<ResourceName> name = kInstitution.Read("parent", parent, &faults);
  if (!name.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(principal.RequireInstitution(
      name->institution(), absl::StrCat(std::string(what), " of ", parent)));
  return name->institution();
}

// The head that a client exported, with a binary hash.
absl::StatusOr<audit::ExportedHead> ReadExported(const common::v1::AuditHead& head) {
  status::FieldFaults faults;
  if (head.revision() < 0) faults.Add("head.revision", head.revision(), "a revision, from 1");
  const bool hash = head.hash().size() == kHashDigits &&
                    std::all_of(head.hash().begin(), head.hash().end(), [](char c) {
                      return absl::ascii_isxdigit(static_cast<unsigned char>(c));
                    });
  if (head.revision() > 0 && !hash) {
    faults.Add("head.hash", head.hash(), "64 hexadecimal digits");
  }
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  if (head.revision() == 0) return audit::ExportedHead();
  return audit::ExportedHead{head.revision(), absl::HexStringToBytes(head.hash())};
}

absl::StatusOr<common::v1::AuditHead> HeadOf(sql::ReadTx& tx, std::string_view institution) {
  ATHENA_ASSIGN_OR_RETURN(const audit::Head head, audit::ReadHead(tx, institution));
  common::v1::AuditHead message;
  message.set_revision(head.revision);
  message.set_hash(absl::BytesToHexString(head.hash));
  ATHENA_ASSIGN_OR_RETURN(*message.mutable_lineage(), versioned::ReadLineage(tx, institution));
  return message;
}

}  // namespace

rpc::ServiceTable History::Table() const {
  using auth::Role;
  const auth::Roles auditors = {Role::kAuditor, Role::kAdmin};
  return {"athena.common.v1.HistoryService",
          {rpc::Unary("ListRevisions", auth::Roles::Any(), *this, &History::ListRevisions),
           rpc::Unary("ListAuditEvents", auditors, *this, &History::ListAuditEvents),
           rpc::Unary("VerifyAuditLog", auditors, *this, &History::VerifyAuditLog)}};
}

const Source* History::SourceOf(std::string_view name) const {
  for (const auto& source : contents_.sources) {
    if (source->Names(name)) return source.get();
  }
  return nullptr;
}

std::vector<std::string> History::NamesOf(
    std::string_view institution, const audit::Record& record,
    absl::FunctionRef<bool(const std::string&)> wanted) const {
  std::vector<std::string> names =
      contents_.names_of ? contents_.names_of(institution, record) : record.resources;
  absl::flat_hash_set<std::string> seen;
  std::erase_if(
      names, [&](const std::string& name) { return !wanted(name) || !seen.insert(name).second; });
  return names;
}

absl::StatusOr<common::v1::ListRevisionsResponse> History::ListRevisions(
    const rpc::Call& call, const common::v1::ListRevisionsRequest& request) const {
  const std::string& parent = request.parent();
  const std::optional<ResourceName> whole = kInstitution.Match(parent);
  const Source* const source = whole.has_value() ? nullptr : SourceOf(parent);
  if (whole.has_value()) {
    ATHENA_RETURN_IF_ERROR(call.principal().RequireInstitution(
        whole->institution(), absl::StrCat("list revisions of ", parent)));
  } else if (source != nullptr) {
    ATHENA_RETURN_IF_ERROR(source->RequireReader(call.principal(), parent));
  } else {
    return status::InvalidField(
        "parent", parent,
        "`institutions/{institution}`, or the name of a resource of this service");
  }
  ATHENA_ASSIGN_OR_RETURN(const PagePosition from, tokens_.Open(request));
  ATHENA_ASSIGN_OR_RETURN(const JournalList list, JournalList::Open(FieldsOf(request), from));

  const std::string institution = InstitutionIn(parent);
  const bool is_own = call.principal().RequireInstitution(institution, "").ok();
  const bool below = source != nullptr && (request.include_below() || source->AlwaysWithBelow());
  const auto wanted = [&](const std::string& name) {
    if (source == nullptr || name == parent) return true;
    return below && name.size() > parent.size() && name[parent.size()] == '/' &&
           absl::StartsWith(name, parent);
  };
  common::v1::ListRevisionsResponse response;
  const auto go_on = [&call] { return call.StillWanted(); };
  const auto read = [&](sql::ReadTx& unlimited) -> absl::Status {
    sql::StoppableReadTx tx(unlimited, go_on);
    response.Clear();
    ATHENA_ASSIGN_OR_RETURN(const audit::Head head, audit::ReadHead(tx, institution));
    ATHENA_ASSIGN_OR_RETURN(const std::string lineage, versioned::ReadLineage(tx, institution));
    response.set_revision(head.revision);
    std::optional<std::vector<int64_t>> only;
    if (source != nullptr) {
      absl::btree_set<int64_t> revisions;
      ATHENA_RETURN_IF_ERROR(source->AddRevisions(tx, parent, below, &revisions));
      if (revisions.empty()) return status::NotFound(parent);
      only.emplace(revisions.begin(), revisions.end());
    }
    const auto versions_at = [&](int64_t revision) {
      return [&, revision](const std::string& name) -> absl::StatusOr<Versions> {
        const Source* const of = SourceOf(name);
        if (of == nullptr) return Versions();
        return of->At(tx, name, revision);
      };
    };
    PageRoom room(list.size(), kMaxPageRowBytes);
    const auto visit = [&](audit::Record record) -> absl::StatusOr<bool> {
      // What is shared are resources, not what their institution decided, nor its systems' ids.
      if (!is_own) {
        record.cause.clear();
        record.request_id.clear();
      }
      std::vector<std::string> names = NamesOf(institution, record, wanted);
      if (contents_.withhold && !names.empty()) {
        ATHENA_RETURN_IF_ERROR(
            contents_.withhold(tx, call.principal(), institution, record, &names));
        if (names.empty()) return true;
      }
      if (!list.Matches(record, names)) return true;
      if (static_cast<size_t>(response.revisions_size()) == list.size()) return false;
      ATHENA_ASSIGN_OR_RETURN(
          common::v1::Revision revision,
          RevisionMessage(record, lineage, names, versions_at(record.revision)));
      if (!room.Take(revision.ByteSizeLong())) return false;
      *response.add_revisions() = std::move(revision);
      return true;
    };
    ATHENA_ASSIGN_OR_RETURN(const std::string last, list.Walk(tx, institution, only, visit));
    if (!last.empty()) {
      response.set_next_page_token(tokens_.Seal(request, {head.revision, last}));
    }
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(status::FromStorage(database_.Read(read)));
  return response;
}

absl::StatusOr<common::v1::ListAuditEventsResponse> History::ListAuditEvents(
    const rpc::Call& call, const common::v1::ListAuditEventsRequest& request) const {
  ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                          OwnInstitution(call.principal(), request.parent(), "list the audit log"));
  ATHENA_ASSIGN_OR_RETURN(const PagePosition from, tokens_.Open(request));
  ATHENA_ASSIGN_OR_RETURN(const JournalList list, JournalList::Open(FieldsOf(request), from));
  common::v1::ListAuditEventsResponse response;
  const auto go_on = [&call] { return call.StillWanted(); };
  const auto read = [&](sql::ReadTx& unlimited) -> absl::Status {
    sql::StoppableReadTx tx(unlimited, go_on);
    response.Clear();
    ATHENA_ASSIGN_OR_RETURN(*response.mutable_head(), HeadOf(tx, institution));
    PageRoom room(list.size(), kMaxPageRowBytes);
    const auto visit = [&](const audit::Record& record) -> absl::StatusOr<bool> {
      if (!list.Matches(record, record.resources)) return true;
      common::v1::AuditEvent event = EventOf(record, record.resources);
      const absl::StatusOr<audit::Head> previous =
          audit::ReadEntry(tx, institution, record.revision - 1);
      if (previous.ok()) {
        event.set_previous_hash(absl::BytesToHexString(previous->hash));
      } else if (!absl::IsNotFound(previous.status())) {
        return previous.status();
      }
      if (!room.Take(event.ByteSizeLong())) return false;
      *response.add_events() = std::move(event);
      return true;
    };
    ATHENA_ASSIGN_OR_RETURN(const std::string last,
                            list.Walk(tx, institution, std::nullopt, visit));
    if (!last.empty()) {
      response.set_next_page_token(tokens_.Seal(request, {response.head().revision(), last}));
    }
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(status::FromStorage(database_.Read(read)));
  return response;
}

absl::StatusOr<common::v1::VerifyAuditLogResponse> History::VerifyAuditLog(
    const rpc::Call& call, const common::v1::VerifyAuditLogRequest& request) const {
  ATHENA_ASSIGN_OR_RETURN(
      const std::string institution,
      OwnInstitution(call.principal(), request.parent(), "verify the audit log"));
  ATHENA_ASSIGN_OR_RETURN(const audit::ExportedHead exported, ReadExported(request.head()));
  ATHENA_ASSIGN_OR_RETURN(
      const audit::Verdict verdict,
      audit::VerifyInstitution(database_, institution, contents_.records, exported,
                               [&call] { return call.StillWanted(); }));
  common::v1::VerifyAuditLogResponse response;
  response.mutable_head()->set_revision(verdict.revision);
  response.mutable_head()->set_hash(absl::BytesToHexString(verdict.hash));
  ATHENA_RETURN_IF_ERROR(status::FromStorage(database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(*response.mutable_head()->mutable_lineage(),
                            versioned::ReadLineage(tx, institution));
    return absl::OkStatus();
  })));
  for (const audit::Fault& fault : verdict.faults) {
    common::v1::AuditFault& message = *response.add_faults();
    message.set_revision(fault.revision);
    message.set_description(fault.description);
  }
  if (!response.faults().empty()) {
    response.set_first_bad_revision(response.faults(0).revision());
  }
  return response;
}

}  // namespace athena::history
