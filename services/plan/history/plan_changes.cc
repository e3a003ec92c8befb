#include "services/plan/history/plan_changes.h"

#include <deque>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/versioned/lineage.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"

namespace athena::plan {
namespace {

class Feed : public rpc::WatchSource<v1::WatchPlansResponse> {
 public:
  Feed(sql::Database& database, daemon::InstitutionWakeups& wakeups, std::string institution,
       int64_t after)
      : database_(database),
        wakeups_(wakeups),
        institution_(std::move(institution)),
        seen_(after) {}

  absl::StatusOr<bool> Next(v1::WatchPlansResponse* response) override {
    if (read_.empty()) {
      ATHENA_RETURN_IF_ERROR(
          status::FromStorage(database_.Read([this](sql::ReadTx& tx) -> absl::Status {
            ATHENA_ASSIGN_OR_RETURN(lineage_, versioned::ReadLineage(tx, institution_));
            return audit::ReadAfter(tx, institution_, seen_, kWatchReadRevisions,
                                    [this](audit::Record record) {
                                      read_.push_back(std::move(record));
                                      return absl::OkStatus();
                                    });
          })));
    }
    if (read_.empty()) return false;
    const audit::Record& record = read_.front();
    response->set_revision(record.revision);
    *response->mutable_time() = fields::TimestampOf(record.time);
    response->set_subject(record.subject);
    response->set_action(record.action);
    response->set_lineage(lineage_);
    response->mutable_resources()->Add(record.resources.begin(), record.resources.end());
    seen_ = record.revision;
    read_.pop_front();
    return true;
  }

  rpc::Wakeups& wakeups() override { return wakeups_.Of(institution_); }

 private:
  sql::Database& database_;
  daemon::InstitutionWakeups& wakeups_;
  const std::string institution_;
  int64_t seen_;         // the last revision given out
  std::string lineage_;  // of what was read
  std::deque<audit::Record> read_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::WatchSource<v1::WatchPlansResponse>>> PlanChanges::Watch(
    const auth::Principal& principal, const v1::WatchPlansRequest& request) const {
  status::FieldFaults faults;
  const auto parent = kInstitutionName.Read("parent", request.parent(), &faults);
  if (!parent.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(
      principal.RequireInstitution(parent->institution(), "watch the plans of " + parent->text));
  int64_t latest = 0;
  ATHENA_RETURN_IF_ERROR(status::FromStorage(
      store_.ReadAt(parent->institution(), 0, [&](const versioned::Snapshot& now) {
        latest = now.revision();
        return versioned::CheckLineage(now.tx(), now.institution(), request.lineage());
      })));
  if (request.after_revision() < 0 || request.after_revision() > latest) {
    return status::InvalidField("after_revision", std::to_string(request.after_revision()),
                                absl::StrCat("0 to ", latest, ", the latest revision"));
  }
  return std::make_unique<Feed>(store_.database(), wakeups_, parent->institution(),
                                request.after_revision());
}

}  // namespace athena::plan
