#include "services/athenactl/sending/pushes/replays.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/resources/resource_names.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

// The last revision of each cell of an indicator, by CellKey.
using LastRevisions = std::map<std::string, int64_t>;

class History {
 public:
  History(const Connections& connections, const std::string& institution,
          const v1::PushObservationsResponse& stored, const std::string& sender)
      : connections_(connections), institution_(institution), stored_(stored), sender_(sender) {}

  // Adds the cells of an indicator in these periods, also retracted ones.
  absl::Status Read(const std::string& indicator, const std::string& first, const std::string& last,
                    const std::map<std::string, std::string>& slice) {
    v1::ListObservationsRequest list;
    list.set_parent(absl::StrCat(institution_, "/indicators/", indicator));
    list.set_start_period(first);
    list.set_end_period(last);
    list.mutable_slice()->insert(slice.begin(), slice.end());
    list.set_include_history(true);
    list.set_page_size(kObservationsPageSize);
    do {
      ATHENA_ASSIGN_OR_RETURN(const auto page,
                              connections_.Call<v1::ListObservationsResponse>(list));
      for (const v1::ObservationRecord& record : page.observations()) {
        v1::Observation cell = record.observation();
        cell.set_indicator(indicator);
        int64_t& revision = revisions_[CellKey(cell)];
        if (record.revision() < revision) continue;
        revision = record.revision();
        if (cell.retract()) {
          present_.erase(CellKey(cell));
        } else {
          present_.insert(CellKey(cell));
        }
      }
      list.set_page_token(page.next_page_token());
    } while (!list.page_token().empty());
    return absl::OkStatus();
  }

  // Who changed a cell since the push was stored.
  absl::StatusOr<ChangedRow> Changed(size_t index, const std::string& key) {
    ChangedRow changed{index, "", ""};
    const auto found = revisions_.find(key);
    // It never was as the push says: the row had been refused.
    if (found == revisions_.end() || found->second <= stored_.revision()) return changed;
    changed.push = absl::StrCat(institution_, "/pushes/", found->second);
    const auto [known, fresh] = senders_.try_emplace(found->second);
    if (fresh) {
      ATHENA_ASSIGN_OR_RETURN(const StoredPush push, ReadStoredPush(connections_, changed.push));
      known->second = push.sender;
    }
    if (known->second != sender_) changed.by = known->second;
    return changed;
  }

  const std::set<std::string>& present() const { return present_; }

 private:
  const Connections& connections_;
  const std::string institution_;
  const v1::PushObservationsResponse& stored_;
  const std::string sender_;
  LastRevisions revisions_;
  std::set<std::string> present_;
  std::map<int64_t, std::string> senders_;  // by revision
};

}  // namespace

absl::StatusOr<StoredPush> ReadStoredPush(const Connections& connections, const std::string& name) {
  v1::GetPushRequest get;
  get.set_name(name);
  ATHENA_ASSIGN_OR_RETURN(const auto push, connections.Call<v1::Push>(get));
  return StoredPush{push.sender(), absl::FromUnixSeconds(push.time().seconds()) +
                                       absl::Nanoseconds(push.time().nanos())};
}

absl::StatusOr<std::vector<ChangedRow>> WhoChanged(const Connections& connections,
                                                   const v1::PushObservationsResponse& stored,
                                                   const std::string& sender, const Piece& piece,
                                                   const std::vector<size_t>& indexes, bool swept) {
  History history(connections, InstitutionOf(stored.name()), stored, sender);
  std::map<std::string, std::pair<std::string, std::string>> periods;  // by indicator
  for (const size_t index : indexes) {
    const v1::Observation& row = piece.rows[index].observation;
    const auto [known, fresh] =
        periods.try_emplace(row.indicator(), std::pair(row.period(), row.period()));
    // Literals of one frequency are in order as texts.
    known->second.first = std::min(known->second.first, row.period());
    known->second.second = std::max(known->second.second, row.period());
  }
  for (const auto& [indicator, range] : periods) {
    ATHENA_RETURN_IF_ERROR(history.Read(indicator, range.first, range.second, {}));
  }
  std::vector<ChangedRow> changed;
  for (const size_t index : indexes) {
    ATHENA_ASSIGN_OR_RETURN(ChangedRow row,
                            history.Changed(index, CellKey(piece.rows[index].observation)));
    changed.push_back(std::move(row));
  }
  if (!swept) return changed;
  History scopes(connections, InstitutionOf(stored.name()), stored, sender);
  for (const v1::Scope& scope : piece.scopes) {
    ATHENA_RETURN_IF_ERROR(
        scopes.Read(scope.indicator(), scope.start_period(),
                    scope.end_period().empty() ? scope.start_period() : scope.end_period(),
                    {scope.slice().begin(), scope.slice().end()}));
  }
  std::set<std::string> own;
  for (const ObservationRow& row : piece.rows) own.insert(CellKey(row.observation));
  for (const std::string& key : scopes.present()) {
    if (own.count(key) > 0) continue;
    ATHENA_ASSIGN_OR_RETURN(ChangedRow cell, scopes.Changed(piece.rows.size(), key));
    changed.push_back(std::move(cell));
  }
  return changed;
}

}  // namespace athena::athenactl
