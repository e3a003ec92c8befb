#include "services/reporting/publications/open_quarters.h"

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "athena/indicator/v1/closing.pb.h"
#include "libs/status/macros.h"

namespace athena::reporting {
namespace {

// As many as one page has: those of 250 years.
constexpr int kMostClosings = 1000;

indicator::v1::ListClosingsRequest RequestFor(const std::string& institution,
                                              const v1::Basis& basis) {
  indicator::v1::ListClosingsRequest request;
  request.set_parent(institution);
  request.set_page_size(kMostClosings);
  const auto revision = basis.indicator_revisions().find(institution);
  // An institution without revisions has closed nothing.
  if (revision != basis.indicator_revisions().end() && revision->second > 0) {
    request.mutable_as_of()->set_revision(revision->second);
    const auto lineage = basis.indicator_lineages().find(institution);
    if (lineage != basis.indicator_lineages().end()) {
      request.mutable_as_of()->set_lineage(lineage->second);
    }
  }
  return request;
}

bool HasClosed(const Parts<indicator::v1::ListClosingsResponse>& parts,
               const std::string& quarter) {
  for (const auto& part : parts) {
    for (const indicator::v1::Closing& closing : (*part)->closings()) {
      if (closing.quarter() == quarter) {
        return closing.state() == indicator::v1::Closing::STATE_CLOSED;
      }
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> OpenQuarters(const Dependencies& dependencies,
                                                      const rpc::Call& call, const v1::Basis& basis,
                                                      const std::string& institution,
                                                      const std::string& quarter) {
  std::set<std::string> institutions = {institution};
  for (const auto& [name, revision] : basis.indicator_revisions()) institutions.insert(name);
  // All at once.
  std::map<std::string, std::unique_ptr<Pending<indicator::v1::ListClosingsResponse>>> reads;
  for (const std::string& name : institutions) {
    reads[name] = dependencies.ListClosings(call, RequestFor(name, basis));
  }
  std::vector<std::string> open;
  for (const auto& [name, read] : reads) {
    const absl::StatusOr<Parts<indicator::v1::ListClosingsResponse>> closings = read->Await();
    const bool hidden = absl::IsPermissionDenied(closings.status()) && name != institution;
    if (!closings.ok() && !hidden) return closings.status();
    if (hidden || !HasClosed(*closings, quarter)) open.push_back(name);
  }
  return open;
}

}  // namespace athena::reporting
