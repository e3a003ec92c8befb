#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_TOKEN_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_TOKEN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "athena/indicator/v1/indicator_service.pb.h"

namespace athena::indicator {

// What an answer to QueryPeriodValues was true at, so that a later call can tell whether it still
// is. Clients see it as opaque text.
struct QueryToken {
  struct Institution {
    int64_t revision = 0;
    // With as_of: the last change among the institution's definitions, which say who may read.
    int64_t generation = 0;
    // The beginning of that revision's hash in the journal: a database that was put back to an
    // earlier state and went on from there has other revisions of the same numbers.
    std::string history;
    friend bool operator==(const Institution& a, const Institution& b) = default;
  };

  std::string request;                    // RequestDigest
  std::vector<Institution> institutions;  // in the order of their ids
};

// What of a journal entry's hash a token keeps.
std::string HistoryOf(std::string_view hash);

// A digest over everything in a request that its answer depends on, and who asks: what a caller may
// read depends on the institution it belongs to.
std::string RequestDigest(const v1::QueryPeriodValuesRequest& request,
                          std::string_view institution);

std::string Seal(const QueryToken& token);
// nullopt for text that Seal did not make.
std::optional<QueryToken> OpenQueryToken(std::string_view text);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_TOKEN_H_
