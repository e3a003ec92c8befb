#include "services/plan/tree/plan_trees.h"

#include <google/protobuf/arena.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "libs/audit/journal.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/sql/stoppable_read.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/versioned/last_change.h"
#include "libs/versioned/lineage.h"
#include "services/plan/names.h"
#include "services/plan/tree/tree_rows.h"

namespace athena::plan {
namespace {

using google::protobuf::Arena;

using Request = v1::GetPlanTreeRequest;

// A plan as it was read, given out message by message: the header, then the rows.
class Messages : public rpc::PageSource<rpc::PreparedAnswer> {
 public:
  v1::GetPlanTreeResponse::Header header;
  TreeRows& rows() { return rows_; }

  absl::StatusOr<bool> Next(rpc::PreparedAnswer* answer) override {
    if (Ended()) return false;
    auto* const message = Arena::CreateMessage<v1::GetPlanTreeResponse>(&arena_);
    if (!std::exchange(header_given_, true)) {
      *message->mutable_header() = std::move(header);
    } else {
      rows_.MoveInto(message);
    }
    answer->pieces.push_back(std::make_shared<const std::string>(message->SerializeAsString()));
    return true;
  }

  bool Ended() const override { return header_given_ && rows_.Ended(); }

 private:
  Arena arena_;
  TreeRows rows_{&arena_};
  bool header_given_ = false;
};

// The same for the same request as long as what it shows is the same. The hash of a journal entry
// tells its revision apart from one of the same number in another history (a restored backup's).
absl::StatusOr<std::string> VersionToken(const v1::GetPlanTreeRequest& request,
                                         const versioned::Snapshot& snapshot,
                                         const ResourceName& name) {
  const common::v1::AsOf& as_of = request.as_of();
  int64_t version = snapshot.revision();
  // A point in the past shows the same for ever: its own revision will do.
  if (as_of.point_case() == common::v1::AsOf::POINT_NOT_SET) {
    ATHENA_ASSIGN_OR_RETURN(version,
                            versioned::LastChange(snapshot.tx(), name.institution(), name.key()));
  }
  if (version == 0) return status::NotFound(request.name());
  ATHENA_ASSIGN_OR_RETURN(const audit::Head entry,
                          audit::ReadEntry(snapshot.tx(), name.institution(), version));
  Sha256 hash;
  hash.AddField(request.name())
      .AddInt(as_of.point_case())
      .AddInt(as_of.revision())
      .AddInt(as_of.time().seconds())
      .AddInt(as_of.time().nanos())
      .AddInt(version)
      .AddField(entry.hash);
  for (const int part : request.parts()) hash.AddInt(part);
  for (const std::string& quarter : request.quarters()) hash.AddField(quarter);
  return absl::WebSafeBase64Escape(hash.Digest());
}

absl::Status ReadWhole(const versioned::Snapshot& snapshot, const ResourceName& name,
                       const Request& request, bool own, Messages* messages) {
  ATHENA_ASSIGN_OR_RETURN(auto plan, snapshot.Find<v1::Plan>(kPlans, name.key()));
  ATHENA_ASSIGN_OR_RETURN(auto institution,
                          snapshot.Find<v1::Institution>(kInstitutions, name.institution()));
  if (!plan.has_value() || !institution.has_value()) return status::NotFound(name.text);
  *messages->header.mutable_plan() = *std::move(plan);
  *messages->header.mutable_institution() = *std::move(institution);
  return messages->rows().Read(snapshot, name, request, own);
}

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::PageSource<rpc::PreparedAnswer>>> PlanTrees::Get(
    const rpc::Call& call, const v1::GetPlanTreeRequest& request) const {
  status::FieldFaults faults;
  const auto name = kPlanName.Read("name", request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(
      resources_.RequireReader(call.principal(), *plans_, *name, "read " + name->text));
  CheckTreeParts(request, &faults);
  if (!faults.empty()) return faults.ToStatus();

  const auto still_wanted = [&call] { return call.StillWanted(); };
  auto messages = std::make_unique<Messages>();
  ATHENA_RETURN_IF_ERROR(status::FromStorage(resources_.store().Read(
      name->institution(), request.as_of(), resources_.clock().Now(),
      [&](const versioned::Snapshot& snapshot) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(std::string token, VersionToken(request, snapshot, *name));
        messages->header.set_revision(snapshot.revision());
        ATHENA_ASSIGN_OR_RETURN(*messages->header.mutable_lineage(),
                                versioned::ReadLineage(snapshot.tx(), snapshot.institution()));
        *messages->header.mutable_revision_time() = fields::TimestampOf(snapshot.revision_time());
        messages->header.set_not_modified(request.if_newer_than() == token);
        messages->header.set_version_token(std::move(token));
        if (messages->header.not_modified()) return absl::OkStatus();
        sql::StoppableReadTx stoppable(snapshot.tx(), still_wanted);
        const versioned::Snapshot whole(stoppable, snapshot.institution(), snapshot.revision(),
                                        snapshot.revision_time());
        return ReadWhole(whole, *name, request, call.principal().BelongsTo(name->institution()),
                         messages.get());
      })));
  return messages;
}

}  // namespace athena::plan
