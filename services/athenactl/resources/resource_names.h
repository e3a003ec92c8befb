#ifndef ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_NAMES_H_
#define ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_NAMES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Resource names, whole ("institutions/gob/indicators/headcount") and as people type them
// ("gob/headcount"). Pure and thread-safe.
namespace athena::athenactl {

// The last segment: "headcount".
std::string IdOf(std::string_view name);
// "institutions/gob" of any name below it; the name itself when it is not below an institution.
std::string InstitutionOf(std::string_view name);
// All but the last two segments: "institutions/gob" of "institutions/gob/units/bm".
std::string ParentOf(std::string_view name);

// The whole name of one that is typed with or without "institutions/": "institutions/gob/units/bm"
// of "gob/units/bm"; nullopt where a segment is empty or a collection has no id.
std::optional<std::string> WholeName(std::string_view typed);

// A name below an institution as it is typed. An empty institution: it was left out.
struct TypedName {
  std::string institution;  // id
  std::string id;
};

// Reads "institutions/I/COLLECTION/ID", "I/ID" or "ID"; nullopt for anything else.
std::optional<TypedName> ReadName(std::string_view typed, std::string_view collection);
// Reads "institutions/I" or "I", to the id.
std::optional<std::string> ReadInstitution(std::string_view typed);

// A scorecard's name as it is typed.
struct TypedScorecard {
  std::string institution;  // id; empty: left out
  std::string plan;         // id; empty: left out
  std::string quarter;
};
// Reads the words "institutions/I/plans/P/scorecards/Q"; "institutions/I/plans/P Q"; "I/P Q"; "I
// Q"; "Q"; nullopt for anything else.
std::optional<TypedScorecard> ReadScorecardName(const std::vector<std::string>& words);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_NAMES_H_
