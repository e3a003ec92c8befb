#include "services/plan/strategy/plan_trees.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/paging/page.h"
#include "libs/period/period.h"
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

using Request = v1::GetPlanTreeRequest;

bool Wants(const Request& request, Request::Part part) {
  return std::find(request.parts().begin(), request.parts().end(), part) != request.parts().end();
}

// The quarters whose reports a tree shows of the element, ascending: those asked for, and those in
// which it may last have stood.
std::set<std::string> ReportQuarters(const Request& request, const v1::Element& element) {
  std::set<std::string> quarters(request.quarters().begin(), request.quarters().end());
  const auto add_before = [&](bool is_set, const common::v1::Date& date) {
    const auto day = is_set ? fields::DayOf(date) : std::nullopt;
    if (!day.has_value() || day->year() == Period::kFirstYear) return;
    const Period quarter = Period::Containing(Frequency::kQuarter, *day - 1);
    quarters.insert({quarter.ToString(), quarter.Minus(1).ToString()});
  };
  add_before(element.has_cancelled_on(), element.cancelled_on());
  add_before(element.has_deferred_on(), element.deferred_on());
  return quarters;
}

// A plan as it was read, given out message by message: the header, the units, the elements, the
// rows of the parts. Rows lie on the arena of the messages that they are given out in, so that none
// is copied before it is serialised.
class Parts : public rpc::PageSource<rpc::PreparedAnswer> {
 public:
  v1::GetPlanTreeResponse::Header header;

  // `own`: whether the caller belongs to the plan's institution.
  absl::Status ReadRows(const versioned::Snapshot& snapshot, const std::string& plan,
                        const Request& request, bool own) {
    ATHENA_RETURN_IF_ERROR(Read(snapshot, kUnits, "", &units_));
    ATHENA_RETURN_IF_ERROR(Read(snapshot, kElements, plan + "/", &elements_));
    std::sort(elements_.begin(), elements_.end(),
              [](const v1::Element* a, const v1::Element* b) { return ElementKind::Less(*a, *b); });
    if (Wants(request, Request::PART_PROGRESS_REPORTS)) {
      ATHENA_RETURN_IF_ERROR(ReadReports(snapshot, request));
    }
    if (own && Wants(request, Request::PART_DECISIONS)) {
      ATHENA_RETURN_IF_ERROR(ReadDecisions(snapshot, request.name() + "/"));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Next(rpc::PreparedAnswer* answer) override {
    if (Ended()) return false;
    auto* const part = Arena::CreateMessage<v1::GetPlanTreeResponse>(&arena_);
    if (!std::exchange(header_given_, true)) {
      *part->mutable_header() = std::move(header);
    } else {
      PageRoom room(kMaxPartRows, kMaxPartBytes);
      Take(&room, &next_unit_, units_, part->mutable_units()) &&
          Take(&room, &next_element_, elements_, part->mutable_elements()) &&
          Take(&room, &next_report_, reports_, part->mutable_progress_reports()) &&
          Take(&room, &next_decision_, decisions_, part->mutable_decisions());
    }
    answer->pieces.push_back(std::make_shared<const std::string>(part->SerializeAsString()));
    return true;
  }

  bool Ended() const override {
    return header_given_ && next_unit_ == units_.size() && next_element_ == elements_.size() &&
           next_report_ == reports_.size() && next_decision_ == decisions_.size();
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

  absl::Status ReadReports(const versioned::Snapshot& snapshot, const Request& request) {
    std::vector<std::string> keys;
    for (const v1::Element* const element : elements_) {
      const std::string prefix = kElementName.Match(element->name())->key() + "/";
      for (const std::string& quarter : ReportQuarters(request, *element)) {
        keys.push_back(prefix + quarter);
      }
    }
    ATHENA_ASSIGN_OR_RETURN(auto reports,
                            snapshot.FindMany<v1::ProgressReport>(kProgressReports, keys));
    for (std::optional<v1::ProgressReport>& report : reports) {
      if (!report.has_value()) continue;
      reports_.push_back(Arena::CreateMessage<v1::ProgressReport>(&arena_));
      *reports_.back() = *std::move(report);
    }
    return absl::OkStatus();
  }

  // The open ones about what is below `plan`.
  absl::Status ReadDecisions(const versioned::Snapshot& snapshot, const std::string& plan) {
    ATHENA_RETURN_IF_ERROR(Read(snapshot, kDecisions, "", &decisions_));
    std::erase_if(decisions_, [&](const v1::Decision* decision) {
      const bool open = decision->state() == v1::Decision::STATE_OPEN ||
                        decision->state() == v1::Decision::STATE_IN_PROGRESS;
      return !open || !absl::StartsWith(decision->element(), plan);
    });
    std::stable_sort(decisions_.begin(), decisions_.end(),
                     [](const v1::Decision* a, const v1::Decision* b) {
                       return fields::DayOf(a->due_date()) < fields::DayOf(b->due_date());
                     });
    return absl::OkStatus();
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
  std::vector<v1::ProgressReport*> reports_;
  std::vector<v1::Decision*> decisions_;
  bool header_given_ = false;
  size_t next_unit_ = 0;
  size_t next_element_ = 0;
  size_t next_report_ = 0;
  size_t next_decision_ = 0;
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

void CheckParts(const Request& request, status::FieldFaults* faults) {
  std::set<int> parts;
  for (int i = 0; i < request.parts_size(); ++i) {
    const std::string field = absl::StrCat("parts[", i, "]");
    if (request.parts(i) == Request::PART_UNSPECIFIED || !Request::Part_IsValid(request.parts(i))) {
      faults->Add(field, static_cast<int>(request.parts(i)), "a value of Part");
    } else if (!parts.insert(request.parts(i)).second) {
      faults->Add(field, Request::Part_Name(request.parts(i)), "each part once");
    }
  }
  std::set<std::string> quarters;
  for (int i = 0; i < request.quarters_size(); ++i) {
    const std::string& quarter = request.quarters(i);
    if (!IsQuarter(quarter)) {
      faults->Add(absl::StrCat("quarters[", i, "]"), quarter, "a quarter, \"2026-Q3\"");
    } else if (!quarters.insert(quarter).second) {
      faults->Add(absl::StrCat("quarters[", i, "]"), quarter, "each quarter once");
    }
  }
  if (request.quarters_size() > kMaxTreeQuarters) {
    faults->Add("quarters", absl::StrCat(request.quarters_size(), " quarters"),
                absl::StrCat("at most ", kMaxTreeQuarters));
  }
  if (request.quarters().empty() && Wants(request, Request::PART_PROGRESS_REPORTS)) {
    faults->Missing("quarters", "the quarters of the progress reports");
  }
}

absl::Status ReadWhole(const versioned::Snapshot& snapshot, const ResourceName& name,
                       const Request& request, bool own, Parts* parts) {
  ATHENA_ASSIGN_OR_RETURN(auto plan, snapshot.Find<v1::Plan>(kPlans, name.key()));
  ATHENA_ASSIGN_OR_RETURN(auto institution,
                          snapshot.Find<v1::Institution>(kInstitutions, name.institution()));
  if (!plan.has_value() || !institution.has_value()) return status::NotFound(name.text);
  *parts->header.mutable_plan() = *std::move(plan);
  *parts->header.mutable_institution() = *std::move(institution);
  return parts->ReadRows(snapshot, name.key(), request, own);
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
