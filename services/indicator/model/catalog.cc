#include "services/indicator/model/catalog.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libs/audit/journal.h"
#include "libs/status/macros.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kGeneration{
    "SELECT revision FROM definition_change WHERE institution = ?"};
constexpr sql::Statement kSetGeneration{R"(
  INSERT INTO definition_change (institution, revision) VALUES (?, ?)
  ON CONFLICT (institution) DO UPDATE SET revision = excluded.revision)"};

constexpr sql::NoteKind<int64_t> kGenerationNote{"generation of definitions"};

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

}  // namespace

Definitions::Definitions(int64_t generation, std::vector<Definition> definitions)
    : generation_(generation), all_(std::move(definitions)) {
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
  int64_t generation = 0;
  for (const Definition& definition : definitions) {
    generation = std::max(generation, definition.revision);
  }
  return std::make_shared<const Definitions>(generation, std::move(definitions));
}

absl::StatusOr<std::shared_ptr<const Definitions>> ReadDefinitionsIn(
    sql::ReadTx& tx, const std::string& institution) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t generation, Catalog::Generation(tx, institution));
  ATHENA_ASSIGN_OR_RETURN(const audit::Head head, audit::ReadHead(tx, institution));
  ATHENA_ASSIGN_OR_RETURN(std::vector<Definition> definitions,
                          ReadAll(versioned::Snapshot(tx, institution, head.revision, head.time)));
  return std::make_shared<const Definitions>(generation, std::move(definitions));
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
  std::shared_ptr<const Definitions>& cached = cached_[institution];
  if (cached == nullptr || cached->generation() < current->generation()) cached = current;
  return current;
}

absl::Status Catalog::RecordChange(versioned::Edit& edit) {
  if (!edit.changed()) return absl::OkStatus();
  const int64_t generation = edit.revision();
  ATHENA_RETURN_IF_ERROR(
      edit.tx()
          .Execute(kSetGeneration, {std::string_view(edit.institution()), generation})
          .status());
  if (sql::Notes* const notes = edit.tx().notes(); notes != nullptr) {
    notes->Keep(kGenerationNote, edit.institution(), generation);
  }
  edit.tx().OnCommit([this, institution = edit.institution()] {
    absl::MutexLock lock(&mutex_);
    cached_.erase(institution);
  });
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Catalog::Generation(sql::ReadTx& tx, std::string_view institution) {
  sql::Notes* const notes = tx.notes();
  if (notes != nullptr) {
    if (const int64_t* const noted = notes->Find(kGenerationNote, institution)) return *noted;
  }
  int64_t generation = 0;
  ATHENA_RETURN_IF_ERROR(tx.Query(kGeneration, {institution}, [&](const sql::Row& row) {
    generation = row.Int(0);
    return absl::OkStatus();
  }));
  if (notes != nullptr) notes->Keep(kGenerationNote, institution, generation);
  return generation;
}

}  // namespace athena::indicator
