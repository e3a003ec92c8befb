#include "services/indicator/observations/observation_feed.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/versioned/lineage.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/names.h"
#include "services/indicator/store/feed_store.h"

namespace athena::indicator {
namespace {

class FeedSource : public rpc::WatchSource<v1::WatchObservationsResponse> {
 public:
  FeedSource(sql::Database& database, Catalog& catalog, daemon::InstitutionWakeups& wakeups,
             auth::Principal caller, std::string institution, int64_t after)
      : database_(database),
        catalog_(catalog),
        wakeups_(wakeups),
        caller_(std::move(caller)),
        institution_(std::move(institution)),
        last_read_(after) {}

  absl::StatusOr<bool> Next(v1::WatchObservationsResponse* response) override {
    while (batch_.empty()) {
      const int64_t before = last_read_;
      ATHENA_RETURN_IF_ERROR(ReadBatch());
      if (last_read_ == before) return false;
    }
    *response = std::move(batch_.front());
    batch_.pop_front();
    return true;
  }

  rpc::Wakeups& wakeups() override { return wakeups_.Of(institution_); }

 private:
  absl::Status ReadBatch() {
    std::vector<v1::WatchObservationsResponse> read;
    ATHENA_RETURN_IF_ERROR(database_.Read([&](sql::ReadTx& tx) -> absl::Status {
      read.clear();
      ATHENA_ASSIGN_OR_RETURN(const std::string lineage, versioned::ReadLineage(tx, institution_));
      return ReadFeed(tx, institution_, last_read_, kFeedReadRevisions,
                      [&](v1::WatchObservationsResponse changes) {
                        changes.set_lineage(lineage);
                        read.push_back(std::move(changes));
                        return absl::OkStatus();
                      });
    }));
    // The definitions of now, which are not older than what was read.
    ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> definitions,
                            catalog_.Current(institution_));
    for (v1::WatchObservationsResponse& one : read) {
      last_read_ = one.revision();
      auto& changes = *one.mutable_changes();
      changes.erase(std::remove_if(changes.begin(), changes.end(),
                                   [&](const v1::WatchObservationsResponse::Change& change) {
                                     return IsWithheld(caller_, institution_,
                                                       definitions->Find(change.indicator()));
                                   }),
                    changes.end());
      if (!changes.empty()) batch_.push_back(std::move(one));
    }
    return absl::OkStatus();
  }

  sql::Database& database_;
  Catalog& catalog_;
  daemon::InstitutionWakeups& wakeups_;
  const auth::Principal caller_;
  const std::string institution_;
  int64_t last_read_;                                // revision
  std::deque<v1::WatchObservationsResponse> batch_;  // read and not sent yet
};

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::WatchSource<v1::WatchObservationsResponse>>>
ObservationFeed::Watch(const auth::Principal& caller,
                       const v1::WatchObservationsRequest& request) const {
  status::FieldFaults faults;
  std::optional<std::string> institution = ReadInstitutionName("parent", request.parent(), &faults);
  if (!institution.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(caller.RequireInstitution(
      *institution, absl::StrCat("watch the observations of ", request.parent())));
  int64_t latest = 0;
  ATHENA_RETURN_IF_ERROR(database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(const audit::Head head, audit::ReadHead(tx, *institution));
    latest = head.revision;
    return versioned::CheckLineage(tx, *institution, request.lineage());
  }));
  if (request.after_revision() < 0 || request.after_revision() > latest) {
    return status::InvalidField("after_revision", absl::StrCat(request.after_revision()),
                                absl::StrCat("0 to ", latest, ", the latest revision"));
  }
  return std::make_unique<FeedSource>(database_, catalog_, wakeups_, caller,
                                      *std::move(institution), request.after_revision());
}

}  // namespace athena::indicator
