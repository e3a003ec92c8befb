#include "services/plan/strategy/plan_trees.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "libs/audit/journal.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/paging/page.h"
#include "libs/sql/stoppable_read.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/versioned/last_change.h"
#include "libs/versioned/lineage.h"
#include "services/plan/limits.h"
#include "services/plan/strategy/elements.h"

namespace athena::plan {
namespace {

using google::protobuf::Arena;

// What the tag and the length of a row add to it in its part, at most.
constexpr size_t kRowOverheadBytes = 10;

// A plan as it was read, given out part by part: the header, the units, the elements. Rows lie on
// the arena of the parts that they are given out in, so that none is copied before it is
// serialised.
class Parts : public rpc::PageSource<rpc::PreparedAnswer> {
 public:
  v1::GetPlanTreeResponse::Header header;

  absl::Status ReadRows(const versioned::Snapshot& snapshot, const std::string& plan) {
    ATHENA_RETURN_IF_ERROR(Read(snapshot, kUnits, "", &units_));
    ATHENA_RETURN_IF_ERROR(Read(snapshot, kElements, plan + "/", &elements_));
    std::sort(elements_.begin(), elements_.end(),
              [](const v1::Element* a, const v1::Element* b) { return ElementKind::Less(*a, *b); });
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Next(rpc::PreparedAnswer* answer) override {
    if (Ended()) return false;
    auto* const part = Arena::CreateMessage<v1::GetPlanTreeResponse>(&arena_);
    if (!std::exchange(header_given_, true)) {
      *part->mutable_header() = std::move(header);
    } else {
      PageRoom room(kMaxPartRows, kMaxPartBytes);
      if (Take(&room, &next_unit_, units_, part->mutable_units())) {
        Take(&room, &next_element_, elements_, part->mutable_elements());
      }
    }
    answer->pieces.push_back(std::make_shared<const std::string>(part->SerializeAsString()));
    return true;
  }

  bool Ended() const override {
    return header_given_ && next_unit_ == units_.size() && next_element_ == elements_.size();
  }

 private:
  template <typename T>
  absl::Status Read(const versioned::Snapshot& snapshot, versioned::Collection collection,
                    const std::string& prefix, std::vector<T*>* rows) {
    return snapshot.VisitMessages(
        collection, prefix, "",
        [&] { return rows->emplace_back(Arena::CreateMessage<T>(&arena_)); },
        [](google::protobuf::Message*) { return true; });
  }

  // Moves rows into a part as long as they fit; whether none is left.
  template <typename T>
  static bool Take(PageRoom* room, size_t* next, const std::vector<T*>& rows,
                   google::protobuf::RepeatedPtrField<T>* part) {
    for (; *next < rows.size(); ++*next) {
      T* const row = rows[*next];
      if (!room->Take(row->ByteSizeLong() + kRowOverheadBytes)) return false;
      part->AddAllocated(row);
    }
    return true;
  }

  Arena arena_;
  std::vector<v1::Unit*> units_;
  std::vector<v1::Element*> elements_;
  bool header_given_ = false;
  size_t next_unit_ = 0;
  size_t next_element_ = 0;
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
  return absl::WebSafeBase64Escape(Sha256()
                                       .AddField(request.name())
                                       .AddInt(as_of.point_case())
                                       .AddInt(as_of.revision())
                                       .AddInt(as_of.time().seconds())
                                       .AddInt(as_of.time().nanos())
                                       .AddInt(version)
                                       .AddField(entry.hash)
                                       .Digest());
}

absl::Status ReadWhole(const versioned::Snapshot& snapshot, const ResourceName& name,
                       Parts* parts) {
  ATHENA_ASSIGN_OR_RETURN(auto plan, snapshot.Find<v1::Plan>(kPlans, name.key()));
  ATHENA_ASSIGN_OR_RETURN(auto institution,
                          snapshot.Find<v1::Institution>(kInstitutions, name.institution()));
  if (!plan.has_value() || !institution.has_value()) return status::NotFound(name.text);
  *parts->header.mutable_plan() = *std::move(plan);
  *parts->header.mutable_institution() = *std::move(institution);
  return parts->ReadRows(snapshot, name.key());
}

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::PageSource<rpc::PreparedAnswer>>> PlanTrees::Get(
    const rpc::Call& call, const v1::GetPlanTreeRequest& request) const {
  status::FieldFaults faults;
  const auto name = kPlanName.Read("name", request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(
      resources_.RequireReader(call.principal(), *plans_, *name, "read " + name->text));

  const auto still_wanted = [&call] { return call.StillWanted(); };
  auto parts = std::make_unique<Parts>();
  ATHENA_RETURN_IF_ERROR(status::FromStorage(resources_.store().Read(
      name->institution(), request.as_of(), resources_.clock().Now(),
      [&](const versioned::Snapshot& snapshot) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(std::string token, VersionToken(request, snapshot, *name));
        parts->header.set_revision(snapshot.revision());
        ATHENA_ASSIGN_OR_RETURN(*parts->header.mutable_lineage(),
                                versioned::ReadLineage(snapshot.tx(), snapshot.institution()));
        *parts->header.mutable_revision_time() = fields::TimestampOf(snapshot.revision_time());
        parts->header.set_not_modified(request.if_newer_than() == token);
        parts->header.set_version_token(std::move(token));
        if (parts->header.not_modified()) return absl::OkStatus();
        sql::StoppableReadTx stoppable(snapshot.tx(), still_wanted);
        const versioned::Snapshot whole(stoppable, snapshot.institution(), snapshot.revision(),
                                        snapshot.revision_time());
        return ReadWhole(whole, *name, parts.get());
      })));
  return parts;
}

}  // namespace athena::plan
