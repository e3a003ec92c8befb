#include "services/plan/strategy/places_store.h"

#include <cstdint>
#include <optional>

#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/plan/errors.h"

namespace athena::plan {
namespace {

constexpr sql::Statement kInsert{R"(
  INSERT INTO element_place (institution, plan, element, parent, kind, code)
  VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING)"};
constexpr sql::Statement kDelete{R"(
  DELETE FROM element_place WHERE institution = ? AND plan = ? AND element = ?)"};
constexpr sql::Statement kDeleteAll{R"(
  DELETE FROM element_place WHERE institution = ? AND plan = ?)"};
constexpr sql::Statement kHolder{R"(
  SELECT element FROM element_place WHERE institution = ? AND plan = ? AND code = ?)"};
constexpr sql::Statement kFind{R"(
  SELECT parent, kind FROM element_place WHERE institution = ? AND plan = ? AND element = ?)"};
constexpr sql::Statement kAll{R"(
  SELECT element, parent, kind FROM element_place WHERE institution = ? AND plan = ?
  ORDER BY element)"};
constexpr sql::Statement kDescendants{R"(
  WITH RECURSIVE below (element, kind, level) AS (
    SELECT element, kind, 1 FROM element_place
    WHERE institution = ? AND plan = ? AND parent = ?
    UNION ALL
    SELECT place.element, place.kind, below.level + 1
    FROM below JOIN element_place AS place
      ON place.institution = ? AND place.plan = ? AND place.parent = below.element)
  SELECT element, kind, level FROM below ORDER BY level, element)"};

// Who has the code, as an error.
absl::Status CodeTaken(sql::ReadTx& tx, const ResourceName& plan, std::string_view code) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t institution, tx.Key(plan.institution()));
  std::string holder;
  ATHENA_RETURN_IF_ERROR(
      tx.Query(kHolder, {institution, std::string_view(plan.id()), code}, [&](const sql::Row& row) {
        holder = kElementName.Of({plan.institution(), plan.id(), std::string(row.Text(0))}).text;
        return absl::OkStatus();
      }));
  if (holder.empty()) return status::Internal("an element has no place in its plan");
  return ElementCodeTaken(code, holder);
}

}  // namespace

absl::Status InsertPlace(sql::WriteTx& tx, const ResourceName& plan, std::string_view element,
                         const Place& place, std::string_view code) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t inserted,
                          tx.Execute(kInsert, {tx.head().key, std::string_view(plan.id()), element,
                                               std::string_view(place.parent),
                                               static_cast<int64_t>(place.kind), code}));
  return inserted == 1 ? absl::OkStatus() : CodeTaken(tx, plan, code);
}

absl::Status DeletePlace(sql::WriteTx& tx, const ResourceName& plan, std::string_view element) {
  return tx.Execute(kDelete, {tx.head().key, std::string_view(plan.id()), element}).status();
}

absl::Status DeletePlaces(sql::WriteTx& tx, const ResourceName& plan) {
  return tx.Execute(kDeleteAll, {tx.head().key, std::string_view(plan.id())}).status();
}

absl::Status LoadAncestry(sql::ReadTx& tx, const ResourceName& plan, std::string_view element,
                          Places* places) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t institution, tx.Key(plan.institution()));
  std::string at(element);
  while (!at.empty() && !places->contains(at)) {
    std::optional<Place> place;
    ATHENA_RETURN_IF_ERROR(
        tx.Query(kFind, {institution, std::string_view(plan.id()), std::string_view(at)},
                 [&](const sql::Row& row) {
                   place = Place{std::string(row.Text(0)), static_cast<Kind>(row.Int(1))};
                   return absl::OkStatus();
                 }));
    if (!place.has_value()) return absl::OkStatus();
    std::string above = place->parent;
    places->emplace(std::move(at), *std::move(place));
    at = std::move(above);
  }
  return absl::OkStatus();
}

absl::StatusOr<Places> LoadPlaces(sql::ReadTx& tx, const ResourceName& plan) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t institution, tx.Key(plan.institution()));
  Places places;
  ATHENA_RETURN_IF_ERROR(
      tx.Query(kAll, {institution, std::string_view(plan.id())}, [&](const sql::Row& row) {
        places.emplace(std::string(row.Text(0)),
                       Place{std::string(row.Text(1)), static_cast<Kind>(row.Int(2))});
        return absl::OkStatus();
      }));
  return places;
}

absl::StatusOr<std::vector<Descendant>> LoadDescendants(sql::ReadTx& tx, const ResourceName& plan,
                                                        std::string_view element) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t institution, tx.Key(plan.institution()));
  const std::string_view id = plan.id();
  std::vector<Descendant> below;
  ATHENA_RETURN_IF_ERROR(
      tx.Query(kDescendants, {institution, id, element, institution, id}, [&](const sql::Row& row) {
        below.push_back({std::string(row.Text(0)), static_cast<int>(row.Int(2)),
                         static_cast<Kind>(row.Int(1))});
        return absl::OkStatus();
      }));
  return below;
}

}  // namespace athena::plan
