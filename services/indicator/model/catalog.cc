#include "services/indicator/model/catalog.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace athena::indicator {
namespace {

constexpr sql::Statement kGeneration{
    "SELECT revision FROM definition_change WHERE institution = ?"};
constexpr sql::Statement kSetGeneration{R"(
  INSERT INTO definition_change (institution, revision) VALUES (?, ?)
  ON CONFLICT (institution) DO UPDATE SET revision = excluded.revision)"};

constexpr sql::NoteKind<int64_t> kGenerationNote{"generation of definitions"};

absl::StatusOr<std::vector<Definition>> ReadAll(const versioned::Snapshot& snapshot) {
  absl::StatusOr<std::vector<v1::Indicator>> messages = snapshot.List<v1::Indicator>(kIndicators);
  if (!messages.ok()) return messages.status();
  std::vector<Definition> definitions;
  definitions.reserve(messages->size());
  for (v1::Indicator& message : *messages) {
    absl::StatusOr<Definition> definition = ReadDefinition(std::move(message));
    if (!definition.ok()) return definition.status();
    definitions.push_back(*std::move(definition));
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
  absl::StatusOr<std::vector<Definition>> definitions = ReadAll(snapshot);
  if (!definitions.ok()) return definitions.status();
  int64_t generation = 0;
  for (const Definition& definition : *definitions) {
    generation = std::max(generation, definition.revision);
  }
  return std::make_shared<const Definitions>(generation, *std::move(definitions));
}

std::shared_ptr<const Definitions> Catalog::Cached(const std::string& institution) {
  absl::MutexLock lock(&mutex_);
  const auto found = entries_.find(institution);
  return found == entries_.end() ? nullptr : found->second.current;
}

absl::StatusOr<std::shared_ptr<const Definitions>> Catalog::Current(
    const std::string& institution) {
  if (auto cached = Cached(institution); cached != nullptr) return cached;
  std::shared_ptr<const Definitions> read;
  const absl::Status status =
      store_.ReadAt(institution, 0, [&](const versioned::Snapshot& snapshot) -> absl::Status {
        const absl::StatusOr<int64_t> generation = Generation(snapshot.tx(), institution);
        if (!generation.ok()) return generation.status();
        absl::StatusOr<std::vector<Definition>> definitions = ReadAll(snapshot);
        if (!definitions.ok()) return definitions.status();
        read = std::make_shared<const Definitions>(*generation, *std::move(definitions));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  // Nothing is kept for institutions without indicators: their names come from callers.
  if (read->all().empty()) return read;
  absl::MutexLock lock(&mutex_);
  Entry& entry = entries_[institution];
  // What was read before a change that has been committed since must not stay.
  if (read->generation() >= entry.least_generation) entry.current = read;
  return read;
}

absl::Status Catalog::RecordChange(versioned::Edit& edit) {
  if (!edit.changed()) return absl::OkStatus();
  const int64_t generation = edit.revision();
  absl::Status set =
      edit.tx()
          .Execute(kSetGeneration, {std::string_view(edit.institution()), generation})
          .status();
  if (!set.ok()) return set;
  if (sql::Notes* const notes = edit.tx().notes(); notes != nullptr) {
    notes->Keep(kGenerationNote, edit.institution(), generation);
  }
  edit.tx().OnCommit([this, institution = edit.institution(), generation] {
    absl::MutexLock lock(&mutex_);
    Entry& entry = entries_[institution];
    entry.current = nullptr;
    entry.least_generation = generation;
  });
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Catalog::Generation(sql::ReadTx& tx, std::string_view institution) {
  sql::Notes* const notes = tx.notes();
  if (notes != nullptr) {
    if (const int64_t* const noted = notes->Find(kGenerationNote, institution)) return *noted;
  }
  int64_t generation = 0;
  const absl::Status status = tx.Query(kGeneration, {institution}, [&](const sql::Row& row) {
    generation = row.Int(0);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (notes != nullptr) notes->Keep(kGenerationNote, institution, generation);
  return generation;
}

}  // namespace athena::indicator
