#include "services/indicator/observations/observation_feed.h"

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/versioned/lineage.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/names.h"
#include "services/indicator/store/feed_store.h"

namespace athena::indicator {
namespace {

class FeedSource : public rpc::WatchSource<v1::WatchObservationsResponse> {
 public:
  FeedSource(sql::Database& database, daemon::InstitutionWakeups& wakeups, std::string institution,
             int64_t after)
      : database_(database),
        wakeups_(wakeups),
        institution_(std::move(institution)),
        last_sent_(after) {}

  absl::StatusOr<bool> Next(v1::WatchObservationsResponse* response) override {
    if (batch_.empty()) {
      ATHENA_RETURN_IF_ERROR(ReadBatch());
    }
    if (batch_.empty()) return false;
    last_sent_ = batch_.front().revision();
    *response = std::move(batch_.front());
    batch_.pop_front();
    return true;
  }

  rpc::Wakeups& wakeups() override { return wakeups_.Of(institution_); }

 private:
  absl::Status ReadBatch() {
    return database_.Read([this](sql::ReadTx& tx) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(const std::string lineage, versioned::ReadLineage(tx, institution_));
      return ReadFeed(tx, institution_, last_sent_, kFeedReadRevisions,
                      [&](v1::WatchObservationsResponse changes) {
                        changes.set_lineage(lineage);
                        batch_.push_back(std::move(changes));
                        return absl::OkStatus();
                      });
    });
  }

  sql::Database& database_;
  daemon::InstitutionWakeups& wakeups_;
  const std::string institution_;
  int64_t last_sent_;                                // revision
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
  return std::make_unique<FeedSource>(database_, wakeups_, *std::move(institution),
                                      request.after_revision());
}

}  // namespace athena::indicator
