#include "services/athenactl/resolve.h"

#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/athenactl/resource_names.h"
#include "services/athenactl/text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using PlanStub = Connections::PlanStub;

constexpr int kPageSize = 1'000;

template <typename Resources>
std::string Ids(const Resources& resources) {
  std::vector<std::string> ids;
  for (const auto& resource : resources) ids.push_back(IdOf(resource.name()));
  return absl::StrJoin(ids, ", ");
}

}  // namespace

absl::StatusOr<plan::ListInstitutionsResponse> ListInstitutions(const Connections& connections) {
  plan::ListInstitutionsRequest request;
  request.set_page_size(kPageSize);
  return AllPages<plan::ListInstitutionsResponse>(request, [&](const auto& page) {
    return connections.Plan(&PlanStub::ListInstitutions, page);
  });
}

absl::StatusOr<plan::ListPlansResponse> ListPlans(const Connections& connections,
                                                  const std::string& institution) {
  plan::ListPlansRequest request;
  request.set_parent(institution);
  request.set_page_size(kPageSize);
  return AllPages<plan::ListPlansResponse>(
      request, [&](const auto& page) { return connections.Plan(&PlanStub::ListPlans, page); });
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
  const absl::StatusOr<plan::ListInstitutionsResponse> listed = ListInstitutions(connections);
  if (!listed.ok()) return listed.status();
  if (listed->institutions_size() == 1) return listed->institutions(0).name();
  if (listed->institutions().empty()) {
    return Misused("there is no institution yet; athenactl load brings some in");
  }
  return Misused(absl::StrCat("say which institution: there are ", Ids(listed->institutions())));
}

absl::StatusOr<std::string> OnlyPlan(const Connections& connections,
                                     const std::string& institution) {
  const absl::StatusOr<plan::ListPlansResponse> listed = ListPlans(connections, institution);
  if (!listed.ok()) return listed.status();
  if (listed->plans_size() == 1) return listed->plans(0).name();
  if (listed->plans().empty()) {
    return Misused(absl::StrCat(institution, " has no plan; athenactl load brings one in"));
  }
  return Misused(absl::StrCat("say which plan, as ", IdOf(institution), "/PLAN: there are ",
                              Ids(listed->plans())));
}

absl::StatusOr<std::string> ResolveIndicator(const Connections& connections,
                                             const Arguments& arguments, const std::string& typed) {
  const std::optional<TypedName> name = ReadName(typed, "indicators");
  if (!name.has_value()) {
    return Misused(absl::StrCat("got the indicator ", Printable(typed),
                                ", want gob/headcount or institutions/gob/indicators/headcount"));
  }
  const absl::StatusOr<std::string> institution =
      ResolveInstitution(connections, arguments, name->institution);
  if (!institution.ok()) return institution.status();
  return absl::StrCat(*institution, "/indicators/", name->id);
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

std::string InLanguage(const athena::common::v1::LocalizedText& text, const std::string& language) {
  for (const std::string& tag : {language, std::string("en")}) {
    const auto found = text.text().find(tag);
    if (found != text.text().end()) return found->second;
  }
  const std::map<std::string, std::string> sorted(text.text().begin(), text.text().end());
  return sorted.empty() ? "" : sorted.begin()->second;
}

}  // namespace athena::athenactl
