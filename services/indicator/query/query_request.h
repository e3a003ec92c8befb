#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_REQUEST_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/period/period.h"
#include "services/indicator/query/query_index.h"

// A QueryPeriodValuesRequest, validated, and the version token of an answer to it. Pure.
namespace athena::indicator {

// The content of a version token: what an answer was true at, so that a later call can tell what
// has changed since. Opaque to clients.
struct QueryToken {
  struct Institution {
    int64_t revision = 0;
    // Of answers about the past: the generation of the current definitions, which decide who may
    // read. Else 0.
    int64_t generation = 0;
    // JournalHashPrefix of the revision. A database that was restored from a backup and went on
    // from there has other revisions of the same numbers.
    std::string hash_prefix;
    friend bool operator==(const Institution& a, const Institution& b) = default;
  };

  std::string request;                    // RequestDigest
  std::vector<Institution> institutions;  // as QueryRequest::institutions
};

// The leading bytes of a journal entry's hash, as a token keeps them.
std::string JournalHashPrefix(std::string_view hash);

// Who asks, as far as it decides what the caller may read.
struct QueryCaller {
  std::string_view institution;
  bool sees_persons =
      true;  // SeesPersons in its own institution, and the request is not restricted
};

// A digest of everything in a request that its answer depends on, and of the caller.
std::string RequestDigest(const v1::QueryPeriodValuesRequest& request, QueryCaller caller);

std::string EncodeQueryToken(const QueryToken& token);
// nullopt for a text that EncodeQueryToken did not make.
std::optional<QueryToken> DecodeQueryToken(std::string_view text);

// One selection of a request.
struct QuerySelection {
  int institution = 0;    // index in QueryRequest::institutions
  std::string indicator;  // id
  Slice slice;
  std::vector<std::string> group_by;  // dimensions, ascending, none of them in the slice
};

struct QueryRequest {
  std::vector<std::string> institutions;  // ids, ascending, each once
  std::vector<QuerySelection> selections;
  std::vector<Period> periods;
  std::optional<Period> end_quarter;
  absl::CivilDay date;  // basis_date
  std::optional<absl::Time> original_at;
  bool restricted = false;  // answered as to a restricted reader

  // The point in history: a time, a revision for each institution, or the present.
  std::optional<absl::Time> time;
  std::vector<int64_t> revisions;
  std::vector<std::string> lineages;  // of the revisions; empty: not checked
  bool past() const { return time.has_value() || !revisions.empty(); }

  std::string digest;  // RequestDigest
  // if_newer_than, where it is of an answer to this very request; any other is ignored.
  std::optional<QueryToken> token;
  bool changes_only = false;  // only with a token
};

// Validates a request of a caller. INVALID_ARGUMENT with all faults, or FUTURE_AS_OF for a time
// after `now`. Whether a revision lies in the future is not known here.
absl::StatusOr<QueryRequest> ReadQueryRequest(const v1::QueryPeriodValuesRequest& request,
                                              QueryCaller caller, absl::Time now);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_REQUEST_H_
