#include "services/indicator/query/query_index.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/target_store.h"
#include "services/indicator/model/target_message.h"
#include "services/indicator/store/observation_store.h"
#include "services/indicator/store/series_store.h"

namespace athena::indicator {
namespace {

// The slice's code for each dimension of the definition; nullptr for a dimension it leaves open.
std::vector<const std::string*> CodesAt(const Definition& definition, const Slice& slice) {
  std::vector<const std::string*> codes(definition.dimensions.size(), nullptr);
  for (const auto& [dimension, code] : slice) {
    if (const std::optional<size_t> at = definition.DimensionAt(dimension)) codes[*at] = &code;
  }
  return codes;
}

// Whether codes joined by commas have the wanted ones; nullptr matches any.
bool HasCodes(std::string_view joined, const std::vector<const std::string*>& wanted) {
  for (size_t i = 0; i < wanted.size(); ++i) {
    const size_t end = std::min(joined.find(','), joined.size());
    if (wanted[i] != nullptr && joined.substr(0, end) != *wanted[i]) return false;
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
  return true;
}

}  // namespace

namespace {

using Versions = std::vector<std::shared_ptr<const TargetVersion>>;

// The last of `versions` that had been set at a revision; nullptr when there was none.
std::shared_ptr<const TargetVersion> LastAt(const Versions& versions, int64_t revision) {
  const auto after =
      std::upper_bound(versions.begin(), versions.end(), revision,
                       [](int64_t at, const auto& version) { return at < version->revision; });
  return after == versions.begin() ? nullptr : *std::prev(after);
}

}  // namespace

std::shared_ptr<const TargetVersion> TargetVersions::At(int64_t revision) const {
  return LastAt(recorded, revision);
}

std::shared_ptr<const TargetVersion> TargetVersions::OriginalAt(
    int64_t revision, std::optional<absl::Time> time) const {
  if (!time.has_value()) return nullptr;
  if (auto original = LastAt(declared, revision)) return original;
  std::shared_ptr<const TargetVersion> original;
  for (const std::shared_ptr<const TargetVersion>& version : recorded) {
    if (version->revision > revision || version->set_time > *time) break;
    original = version;
  }
  return original;
}

absl::Status InstitutionIndex::Sync(sql::ReadTx& tx, int64_t head, const Definitions& definitions) {
  {
    absl::ReaderMutexLock lock(&mutex_);
    if (head <= head_) return absl::OkStatus();
  }
  absl::MutexLock lock(&mutex_);
  if (head <= head_) return absl::OkStatus();
  ATHENA_RETURN_IF_ERROR(SyncSeries(tx));
  ATHENA_RETURN_IF_ERROR(SyncTargets(tx, definitions));
  ATHENA_RETURN_IF_ERROR(SyncChanges(tx));
  head_ = head;
  return absl::OkStatus();
}

absl::Status InstitutionIndex::SyncSeries(sql::ReadTx& tx) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t number, tx.Key(institution_));
  return ReadSeriesAfter(
      tx, number, last_series_,
      [this](std::string_view indicator, std::string_view codes, int32_t series) {
        mutex_.AssertHeld();  // the lock analysis takes a lambda for a function of its own
        InsertSeries(std::string(indicator), std::string(codes), series);
      });
}

absl::Status InstitutionIndex::SyncTargets(sql::ReadTx& tx, const Definitions& definitions) {
  return ReadTargetsAfter(
      tx, institution_, head_,
      [&](std::string_view id, std::string_view slice, v1::Target message) -> absl::Status {
        mutex_.AssertHeld();
        const Definition* definition = definitions.Find(id);
        const std::optional<absl::Time> set = fields::TimeOf(message.set_time());
        auto version = std::make_shared<TargetVersion>();
        if (definition == nullptr || !set.has_value()) {
          return status::Internal(absl::StrCat("a stored target of ", message.indicator(),
                                               " does not fit its definition"));
        }
        ATHENA_ASSIGN_OR_RETURN(version->trajectory, ReadStoredTarget(message, *definition));
        version->revision = message.revision();
        version->set_time = *set;
        version->message = std::move(message);
        InsertTarget(std::string(id), std::string(slice), std::move(version));
        return absl::OkStatus();
      });
}

void InstitutionIndex::InsertSeries(const std::string& indicator, const std::string& codes,
                                    int32_t number) {
  indicators_[indicator].series.emplace(codes, number);
  ++additions_;
  last_series_ = std::max(last_series_, number);
}

void InstitutionIndex::InsertTarget(const std::string& indicator, const std::string& slice,
                                    std::shared_ptr<const TargetVersion> version) {
  std::shared_ptr<const TargetVersions>& known = indicators_[indicator].targets[slice];
  // Copy on write: readers hold the present list.
  auto versions = std::make_shared<TargetVersions>();
  if (known != nullptr) *versions = *known;
  Versions& list = version->message.declared_original() ? versions->declared : versions->recorded;
  // Known already when an earlier Sync failed after this one had been read.
  if (!list.empty() && list.back()->revision >= version->revision) return;
  versions->last_revision = std::max(versions->last_revision, version->revision);
  list.push_back(std::move(version));
  known = std::move(versions);
  ++additions_;
}

void InstitutionIndex::AddSeries(const std::string& indicator, const std::string& codes,
                                 int32_t number) {
  absl::MutexLock lock(&mutex_);
  InsertSeries(indicator, codes, number);
}

void InstitutionIndex::AddTarget(const std::string& indicator, const std::string& slice,
                                 std::shared_ptr<const TargetVersion> version) {
  absl::MutexLock lock(&mutex_);
  InsertTarget(indicator, slice, std::move(version));
}

absl::Status InstitutionIndex::SyncChanges(sql::ReadTx& tx) {
  return ReadChangesAfter(
      tx, institution_, head_, [&](std::string_view indicator, int32_t quarter, int64_t revision) {
        mutex_.AssertHeld();
        auto& changes = indicators_[std::string(indicator)].changes;
        const auto at = std::lower_bound(
            changes.begin(), changes.end(), quarter,
            [](const auto& change, int32_t wanted) { return change.first < wanted; });
        if (at != changes.end() && at->first == quarter) {
          at->second = revision;
        } else {
          changes.emplace(at, quarter, revision);
        }
      });
}

InstitutionIndex::Extent InstitutionIndex::extent() const {
  absl::ReaderMutexLock lock(&mutex_);
  return {head_, additions_};
}

const InstitutionIndex::Indicator* InstitutionIndex::Find(const std::string& indicator) const {
  const auto found = indicators_.find(indicator);
  return found == indicators_.end() ? nullptr : &found->second;
}

std::vector<SliceSeries> InstitutionIndex::SeriesOf(const Definition& definition,
                                                    const Slice& slice) const {
  const std::vector<const std::string*> wanted = CodesAt(definition, slice);
  std::vector<SliceSeries> found;
  absl::ReaderMutexLock lock(&mutex_);
  const Indicator* indicator = Find(definition.id);
  if (indicator == nullptr) return found;
  if (std::find(wanted.begin(), wanted.end(), nullptr) == wanted.end()) {
    std::string codes;
    for (const std::string* code : wanted) absl::StrAppend(&codes, codes.empty() ? "" : ",", *code);
    const auto series = indicator->series.find(codes);
    if (series != indicator->series.end()) found.push_back({series->second, series->first});
    return found;
  }
  for (const auto& [codes, number] : indicator->series) {
    if (HasCodes(codes, wanted)) found.push_back({number, codes});
  }
  std::sort(found.begin(), found.end(),
            [](const SliceSeries& a, const SliceSeries& b) { return a.number < b.number; });
  return found;
}

std::shared_ptr<const TargetVersions> InstitutionIndex::TargetsOf(const std::string& indicator,
                                                                  const std::string& slice) const {
  absl::ReaderMutexLock lock(&mutex_);
  const Indicator* known = Find(indicator);
  if (known == nullptr) return nullptr;
  const auto found = known->targets.find(slice);
  return found == known->targets.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<const TargetVersions>> InstitutionIndex::AllTargetsOf(
    const std::string& indicator) const {
  std::vector<std::shared_ptr<const TargetVersions>> all;
  absl::ReaderMutexLock lock(&mutex_);
  const Indicator* known = Find(indicator);
  if (known == nullptr) return all;
  for (const auto& [slice, versions] : known->targets) all.push_back(versions);
  return all;
}

std::optional<int32_t> InstitutionIndex::FirstQuarter(const std::string& indicator) const {
  absl::ReaderMutexLock lock(&mutex_);
  const Indicator* known = Find(indicator);
  if (known == nullptr) return std::nullopt;
  for (const auto& [quarter, revision] : known->changes) {
    if (quarter != kEveryQuarter) return quarter;
  }
  return std::nullopt;
}

int64_t InstitutionIndex::LastChange(const std::string& indicator, int32_t first_quarter,
                                     int32_t last_quarter) const {
  absl::ReaderMutexLock lock(&mutex_);
  const Indicator* known = Find(indicator);
  if (known == nullptr) return 0;
  int64_t last = 0;
  // Beside a series that has ended it matters whether others had begun before.
  if (!known->changes.empty() && known->changes.front().first == kEveryQuarter) {
    first_quarter = kEveryQuarter;
  }
  auto change =
      std::lower_bound(known->changes.begin(), known->changes.end(), first_quarter,
                       [](const auto& one, int32_t wanted) { return one.first < wanted; });
  for (; change != known->changes.end() && change->first <= last_quarter; ++change) {
    last = std::max(last, change->second);
  }
  return last;
}

InstitutionIndex& QueryIndex::For(const std::string& institution, int64_t head) {
  if (head == 0) return empty_;
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<InstitutionIndex>& index = institutions_[institution];
  if (index == nullptr) index = std::make_unique<InstitutionIndex>(institution);
  return *index;
}

}  // namespace athena::indicator
