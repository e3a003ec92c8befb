#include "services/athenactl/resources/resolve.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/text/table_reader.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

template <typename Resources>
std::string Ids(const Resources& resources) {
  std::vector<std::string> ids;
  for (const auto& resource : resources) ids.push_back(IdOf(resource.name()));
  return absl::StrJoin(ids, ", ");
}

}  // namespace

absl::StatusOr<plan::ListInstitutionsResponse> ListInstitutions(const Connections& connections) {
  plan::ListInstitutionsRequest request;
  return connections.CallPages<plan::ListInstitutionsResponse>(request);
}

absl::StatusOr<plan::ListPlansResponse> ListPlans(const Connections& connections,
                                                  const std::string& institution) {
  plan::ListPlansRequest request;
  request.set_parent(institution);
  return connections.CallPages<plan::ListPlansResponse>(request);
}

absl::StatusOr<std::string> TimeZoneNameOf(const Connections& connections,
                                           const std::string& institution, int attempts) {
  plan::GetInstitutionRequest get;
  get.set_name(institution);
  ATHENA_ASSIGN_OR_RETURN(const auto found, connections.Call<plan::Institution>(get, attempts));
  return found.time_zone().empty() ? kDefaultTimeZone : found.time_zone();
}

absl::StatusOr<absl::TimeZone> TimeZoneOf(const Connections& connections,
                                          const std::string& institution, int attempts) {
  absl::StatusOr<std::string> name = TimeZoneNameOf(connections, institution, attempts);
  if (absl::IsPermissionDenied(name.status()) || absl::IsNotFound(name.status())) {
    name = kDefaultTimeZone;
  }
  ATHENA_RETURN_IF_ERROR(name.status());
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(*name, &zone)) {
    return absl::FailedPreconditionError(
        absl::StrCat("this machine does not know the time zone of ", institution, ", ",
                     Printable(*name), ": install the time-zone database (tzdata)"));
  }
  return zone;
}

absl::CivilDay TodayOf(const Connections& connections, const std::string& institution) {
  absl::TimeZone otherwise;
  absl::LoadTimeZone(kDefaultTimeZone, &otherwise);
  // What is asked for does not need the plan service: it is not waited for.
  return absl::ToCivilDay(absl::Now(),
                          TimeZoneOf(connections, institution, /*attempts=*/1).value_or(otherwise));
}

absl::StatusOr<std::string> ResolveInstitution(const Connections& connections,
                                               const Arguments& arguments,
                                               const std::string& typed) {
  const std::string said = typed.empty() ? arguments.Get("institution") : typed;
  if (!said.empty()) {
    const std::optional<std::string> id = ReadInstitution(said);
    if (!id.has_value()) {
      return Misused(absl::StrCat("got the institution ", Printable(said),
                                  ", want its id, like gob, or institutions/gob"));
    }
    return absl::StrCat("institutions/", *id);
  }
  ATHENA_ASSIGN_OR_RETURN(const plan::ListInstitutionsResponse listed,
                          ListInstitutions(connections));
  if (listed.institutions_size() == 1) return listed.institutions(0).name();
  if (listed.institutions().empty()) {
    return Misused("there is no institution yet; athenactl load brings some in");
  }
  return Misused(absl::StrCat("say which institution: there are ", Ids(listed.institutions())));
}

absl::StatusOr<std::string> OnlyPlan(const Connections& connections,
                                     const std::string& institution) {
  ATHENA_ASSIGN_OR_RETURN(const plan::ListPlansResponse listed,
                          ListPlans(connections, institution));
  if (listed.plans_size() == 1) return listed.plans(0).name();
  if (listed.plans().empty()) {
    return Misused(absl::StrCat(institution, " has no plan; athenactl load brings one in"));
  }
  return Misused(absl::StrCat("say which plan, as ", IdOf(institution), "/PLAN: there are ",
                              Ids(listed.plans())));
}

absl::StatusOr<InstitutionOrPlan> ResolveInstitutionOrPlan(const Connections& connections,
                                                           const Arguments& arguments,
                                                           const std::string& typed) {
  if (typed.empty() || ReadInstitution(typed).has_value()) {
    ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                            ResolveInstitution(connections, arguments, typed));
    return InstitutionOrPlan{institution, ""};
  }
  const std::optional<TypedName> plan = ReadName(typed, "plans");
  if (!plan.has_value()) {
    return Misused(absl::StrCat("got ", Printable(typed),
                                ", want an institution, like gob, or a plan, like gob/PLAN"));
  }
  const std::string institution = absl::StrCat("institutions/", plan->institution);
  return InstitutionOrPlan{institution, absl::StrCat(institution, "/plans/", plan->id)};
}

absl::StatusOr<std::string> ResolvePlan(const Connections& connections, const Arguments& arguments,
                                        const std::string& typed) {
  ATHENA_ASSIGN_OR_RETURN(const InstitutionOrPlan named,
                          ResolveInstitutionOrPlan(connections, arguments, typed));
  if (!named.plan.empty()) return named.plan;
  return OnlyPlan(connections, named.institution);
}

absl::StatusOr<std::string> ResolveElement(const Connections& connections, const std::string& plan,
                                           const std::string& typed,
                                           const athena::common::v1::AsOf& as_of) {
  if (typed.find('/') != std::string::npos) return typed;
  const std::string name = absl::StrCat(plan, "/elements/", typed);
  if (typed == "-") return name;  // all of them, where the contract allows it
  const bool could_be = std::all_of(typed.begin(), typed.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
  });
  if (!could_be) {
    return Misused(
        absl::StrCat("got the element ", Printable(typed), ", want its code, like 1.1, or its id"));
  }
  plan::ListElementsRequest request;
  request.set_parent(plan);
  request.set_filter(absl::StrCat("code = \"", typed, "\" OR name = \"", name, "\""));
  *request.mutable_as_of() = as_of;
  ATHENA_ASSIGN_OR_RETURN(const auto listed,
                          connections.CallPages<plan::ListElementsResponse>(request));
  std::string by_code;
  bool by_id = false;
  for (const plan::Element& element : listed.elements()) {
    if (element.code() == typed) by_code = element.name();
    by_id = by_id || element.name() == name;
  }
  if (!by_code.empty() && by_id && by_code != name) {
    return Misused(absl::StrCat("got the element ", typed, ", the code of ", by_code,
                                " and the id of another one: give the whole name"));
  }
  if (!by_code.empty()) return by_code;
  const bool is_id = std::all_of(typed.begin(), typed.end(), [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
  if (by_id || is_id) return name;
  return absl::NotFoundError(absl::StrCat("there is no element with the code ", typed, " in ", plan,
                                          ": the scorecard of the plan shows all codes"));
}

absl::StatusOr<std::string> ResolveName(const Connections& connections, const std::string& name,
                                        const athena::common::v1::AsOf& as_of) {
  constexpr std::string_view kElements = "/elements/";
  const size_t at = name.find(kElements);
  if (at == std::string::npos) return name;
  const size_t id = at + kElements.size();
  const size_t end = std::min(name.find('/', id), name.size());
  ATHENA_ASSIGN_OR_RETURN(
      const std::string element,
      ResolveElement(connections, name.substr(0, at), name.substr(id, end - id), as_of));
  return element + name.substr(end);
}

absl::StatusOr<std::string> ResolveParent(const Connections& connections,
                                          const std::string& typed) {
  const std::optional<std::string> whole = WholeName(typed);
  if (whole.has_value()) return ResolveName(connections, *whole, {});
  const std::optional<TypedName> plan = ReadName(typed, "plans");
  if (plan.has_value()) {
    return absl::StrCat("institutions/", plan->institution, "/plans/", plan->id);
  }
  return Misused(absl::StrCat("PARENT got ", Printable(typed),
                              ", want an institution, like gob, a plan, like gob/PLAN, or a "
                              "resource name"));
}

absl::StatusOr<std::string> ResolveIndicator(const Connections& connections,
                                             const Arguments& arguments, const std::string& typed) {
  const std::optional<TypedName> name = ReadName(typed, "indicators");
  if (!name.has_value()) {
    return Misused(absl::StrCat("got the indicator ", Printable(typed),
                                ", want gob/headcount or institutions/gob/indicators/headcount"));
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                          ResolveInstitution(connections, arguments, name->institution));
  return absl::StrCat(institution, "/indicators/", name->id);
}

absl::StatusOr<std::vector<std::string>> ListDimensionIds(const Connections& connections,
                                                          const std::string& institution) {
  athena::indicator::v1::ListIndicatorsRequest list;
  list.set_parent(institution);
  ATHENA_ASSIGN_OR_RETURN(
      const auto listed,
      connections.CallPages<athena::indicator::v1::ListIndicatorsResponse>(list));
  std::set<std::string> ids;
  for (const auto& indicator : listed.indicators()) {
    for (const auto& dimension : indicator.dimensions()) ids.insert(dimension.id());
  }
  return std::vector<std::string>(ids.begin(), ids.end());
}

std::vector<std::string> DimensionIdsOrNone(const Connections& connections,
                                            const std::string& institution) {
  return ListDimensionIds(connections, institution).value_or(std::vector<std::string>());
}

void ResolveDimensions(const Connections& connections, const std::string& institution,
                       google::protobuf::Map<std::string, std::string>* slice,
                       google::protobuf::RepeatedPtrField<std::string>* group_by) {
  if (slice->empty() && (group_by == nullptr || group_by->empty())) return;
  const std::vector<std::string> ids = DimensionIdsOrNone(connections, institution);
  google::protobuf::Map<std::string, std::string> named;
  for (const auto& [typed, code] : *slice) named[IdOfDimension(ids, typed)] = code;
  *slice = std::move(named);
  if (group_by == nullptr) return;
  for (std::string& dimension : *group_by) dimension = IdOfDimension(ids, dimension);
}

absl::StatusOr<google::protobuf::Map<std::string, std::string>> ReadSlice(
    const Arguments& arguments) {
  google::protobuf::Map<std::string, std::string> slice;
  for (const std::string& typed : arguments.All("slice")) {
    const size_t equals = typed.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == typed.size()) {
      return Misused(
          absl::StrCat("--slice got ", Printable(typed), ", want DIM=CODE, like unit=BM"));
    }
    slice[typed.substr(0, equals)] = typed.substr(equals + 1);
  }
  return slice;
}

}  // namespace athena::athenactl
