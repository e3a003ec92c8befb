#include "services/indicator/model/catalog.h"

#include <algorithm>
#include <utility>

#include "libs/status/macros.h"

namespace athena::indicator {
namespace {

// Some hundred KiB each; more institutions than one process serves at a time.
constexpr size_t kMaxCachedInstitutions = 1000;

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

std::shared_ptr<const Definitions> Catalog::Cached(std::string_view institution) {
  absl::MutexLock lock(&mutex_);
  const auto found = cache_.find(absl::string_view(institution.data(), institution.size()));
  return found == cache_.end() ? nullptr : found->second;
}

absl::StatusOr<std::shared_ptr<const Definitions>> Catalog::In(const versioned::Snapshot& newest) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t generation, Generation(newest.tx(), newest.institution()));
  auto known = Cached(newest.institution());
  if (known != nullptr && known->generation() == generation) return known;
  ATHENA_ASSIGN_OR_RETURN(std::vector<Definition> all, ReadAll(newest));
  auto read = std::make_shared<const Definitions>(generation, std::move(all));
  // Nothing is kept for institutions without indicators: their names come from callers.
  if (read->all().empty()) return read;
  absl::MutexLock lock(&mutex_);
  if (cache_.size() >= kMaxCachedInstitutions) cache_.clear();
  std::shared_ptr<const Definitions>& cached = cache_[newest.institution()];
  if (cached == nullptr || cached->generation() < generation) cached = read;
  return read;
}

absl::StatusOr<std::shared_ptr<const Definitions>> Catalog::Current(
    const std::string& institution) {
  std::shared_ptr<const Definitions> current;
  ATHENA_RETURN_IF_ERROR(
      store_.ReadAt(institution, 0, [&](const versioned::Snapshot& newest) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(current, In(newest));
        return absl::OkStatus();
      }));
  return current;
}

absl::Status Catalog::RecordChange(versioned::Edit& edit) {
  if (edit.changed()) edit.tx().SetDefinitions(edit.revision());
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Catalog::Generation(sql::ReadTx& tx, std::string_view institution) {
  ATHENA_ASSIGN_OR_RETURN(const sql::InstitutionHead head, tx.Head(institution));
  return head.definitions;
}

}  // namespace athena::indicator
