#include "services/indicator/observations/observation_feed.h"

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/status/status.h"
#include "services/indicator/model/errors.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/names.h"
#include "services/indicator/store/feed_store.h"

namespace athena::indicator {
namespace {

class Source : public rpc::WatchSource<v1::WatchObservationsResponse> {
 public:
  Source(sql::Database& database, daemon::InstitutionWakeups& wakeups, std::string institution,
         int64_t after)
      : database_(database),
        wakeups_(wakeups),
        institution_(std::move(institution)),
        seen_(after) {}

  absl::StatusOr<bool> Next(v1::WatchObservationsResponse* response) override {
    if (read_.empty()) {
      const absl::Status read = database_.Read([this](sql::ReadTx& tx) {
        return ReadFeed(tx, institution_, seen_, kFeedReadRevisions,
                        [this](v1::WatchObservationsResponse changes) {
                          read_.push_back(std::move(changes));
                          return absl::OkStatus();
                        });
      });
      if (!read.ok()) return StorageRefusal(read);
    }
    if (read_.empty()) return false;
    seen_ = read_.front().revision();
    *response = std::move(read_.front());
    read_.pop_front();
    return true;
  }

  rpc::Wakeups& wakeups() override { return wakeups_.Of(institution_); }

 private:
  sql::Database& database_;
  daemon::InstitutionWakeups& wakeups_;
  const std::string institution_;
  int64_t seen_;  // the last revision given out
  std::deque<v1::WatchObservationsResponse> read_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::WatchSource<v1::WatchObservationsResponse>>>
ObservationFeed::Watch(const rpc::Call& call, const v1::WatchObservationsRequest& request) const {
  status::FieldFaults faults;
  std::optional<std::string> institution = ReadInstitutionName("parent", request.parent(), &faults);
  if (!institution.has_value()) return faults.ToStatus();
  const absl::Status allowed = call.principal().RequireInstitution(
      *institution, absl::StrCat("watch the observations of ", request.parent()));
  if (!allowed.ok()) return allowed;
  int64_t latest = 0;
  const absl::Status read = database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    const absl::StatusOr<audit::Head> head = audit::ReadHead(tx, *institution);
    if (!head.ok()) return head.status();
    latest = head->revision;
    return absl::OkStatus();
  });
  if (!read.ok()) return StorageRefusal(read);
  if (request.after_revision() < 0 || request.after_revision() > latest) {
    return status::InvalidField("after_revision", absl::StrCat(request.after_revision()),
                                absl::StrCat("0 to ", latest, ", the latest revision"));
  }
  return std::make_unique<Source>(database_, wakeups_, *std::move(institution),
                                  request.after_revision());
}

}  // namespace athena::indicator
