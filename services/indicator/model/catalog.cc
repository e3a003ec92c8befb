#include "services/indicator/model/catalog.h"

#include <algorithm>
#include <utility>

#include "athena/indicator/v1/institution_settings.pb.h"
#include "libs/audit/journal.h"
#include "libs/status/macros.h"

namespace athena::indicator {
namespace {

// Some hundred KiB each; more institutions than one process serves at a time.
constexpr size_t kMaxCachedInstitutions = 1000;

absl::StatusOr<std::vector<Definition>> ReadAll(const versioned::Snapshot& snapshot) {
  ATHENA_ASSIGN_OR_RETURN(std::vector<v1::Indicator> messages,
                          snapshot.List<v1::Indicator>(kIndicators));
  std::vector<Definition> definitions;
  definitions.reserve(messages.size());
  for (v1::Indicator& message : messages) {
    ATHENA_ASSIGN_OR_RETURN(Definition definition, ReadDefinition(std::move(message)));
    definitions.push_back(std::move(definition));
  }
  return definitions;
}

std::optional<absl::TimeZone> ZoneOf(const std::optional<v1::InstitutionSettings>& settings) {
  absl::TimeZone zone;
  if (!settings.has_value() || !absl::LoadTimeZone(settings->time_zone(), &zone)) {
    return std::nullopt;
  }
  return zone;
}

}  // namespace

Definitions::Definitions(int64_t generation, std::vector<Definition> definitions,
                         std::optional<absl::TimeZone> zone)
    : generation_(generation), zone_(zone), all_(std::move(definitions)) {
  by_id_.reserve(all_.size());
  for (const Definition& definition : all_) by_id_.emplace(definition.id, &definition);
}

const Definition* Definitions::Find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

absl::StatusOr<std::shared_ptr<const Definitions>> ReadDefinitions(
    const versioned::Snapshot& snapshot) {
  ATHENA_ASSIGN_OR_RETURN(std::vector<Definition> definitions, ReadAll(snapshot));
  ATHENA_ASSIGN_OR_RETURN(const auto settings,
                          snapshot.Find<v1::InstitutionSettings>(kSettings, kSettingsId));
  int64_t generation = settings.has_value() ? settings->revision() : 0;
  for (const Definition& definition : definitions) {
    generation = std::max(generation, definition.revision);
  }
  return std::make_shared<const Definitions>(generation, std::move(definitions), ZoneOf(settings));
}

absl::StatusOr<absl::TimeZone> ZoneIn(const versioned::Edit& edit, absl::TimeZone otherwise) {
  ATHENA_ASSIGN_OR_RETURN(const auto settings,
                          edit.Find<v1::InstitutionSettings>(kSettings, kSettingsId));
  return ZoneOf(settings).value_or(otherwise);
}

absl::StatusOr<absl::TimeZone> ZoneAt(const versioned::Snapshot& snapshot,
                                      absl::TimeZone otherwise) {
  ATHENA_ASSIGN_OR_RETURN(const auto settings,
                          snapshot.Find<v1::InstitutionSettings>(kSettings, kSettingsId));
  return ZoneOf(settings).value_or(otherwise);
}

absl::StatusOr<std::shared_ptr<const Definitions>> ReadDefinitionsIn(
    sql::ReadTx& tx, const std::string& institution) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t generation, Catalog::Generation(tx, institution));
  ATHENA_ASSIGN_OR_RETURN(const audit::Head head, audit::ReadHead(tx, institution));
  const versioned::Snapshot snapshot(tx, institution, head.revision, head.time);
  ATHENA_ASSIGN_OR_RETURN(std::vector<Definition> definitions, ReadAll(snapshot));
  ATHENA_ASSIGN_OR_RETURN(const auto settings,
                          snapshot.Find<v1::InstitutionSettings>(kSettings, kSettingsId));
  return std::make_shared<const Definitions>(generation, std::move(definitions), ZoneOf(settings));
}

std::shared_ptr<const Definitions> Catalog::Cached(const std::string& institution) {
  absl::MutexLock lock(&mutex_);
  const auto found = cached_.find(institution);
  return found == cached_.end() ? nullptr : found->second;
}

absl::StatusOr<std::shared_ptr<const Definitions>> Catalog::Current(
    const std::string& institution) {
  std::shared_ptr<const Definitions> current = Cached(institution);
  ATHENA_RETURN_IF_ERROR(database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(const int64_t generation, Generation(tx, institution));
    if (current != nullptr && current->generation() == generation) return absl::OkStatus();
    ATHENA_ASSIGN_OR_RETURN(current, ReadDefinitionsIn(tx, institution));
    return absl::OkStatus();
  }));
  // Institutions without indicators are not cached: their names come from callers.
  if (current->all().empty()) return current;
  absl::MutexLock lock(&mutex_);
  if (cached_.size() >= kMaxCachedInstitutions) cached_.clear();
  std::shared_ptr<const Definitions>& cached = cached_[institution];
  if (cached == nullptr || cached->generation() < current->generation()) cached = current;
  return current;
}

absl::Status Catalog::RecordChange(versioned::Edit& edit) {
  if (!edit.changed()) return absl::OkStatus();
  edit.tx().SetDefinitions(edit.revision());
  edit.tx().OnCommit([this, institution = edit.institution()] {
    absl::MutexLock lock(&mutex_);
    cached_.erase(institution);
  });
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Catalog::Generation(sql::ReadTx& tx, std::string_view institution) {
  ATHENA_ASSIGN_OR_RETURN(const sql::InstitutionHead head, tx.Head(institution));
  return head.definitions;
}

}  // namespace athena::indicator
