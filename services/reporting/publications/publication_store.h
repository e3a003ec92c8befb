#ifndef ATHENA_SERVICES_REPORTING_PUBLICATIONS_PUBLICATION_STORE_H_
#define ATHENA_SERVICES_REPORTING_PUBLICATIONS_PUBLICATION_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/sql/database.h"
#include "libs/versioned/collection.h"

// What publications are made of, beside the resource itself. Functions keep no state. Institutions
// are ids, publications are keys (PublicationName::Key).
namespace athena::reporting {

inline constexpr versioned::Collection kPublications{"publications", versioned::Marks::kNone};

// What a scorecard was computed from: the messages of the two answers, serialised, in order.
struct Inputs {
  std::vector<std::string> plan;    // plan.v1.GetPlanTreeResponse
  std::vector<std::string> values;  // indicator.v1.QueryPeriodValuesResponse

  friend bool operator==(const Inputs& a, const Inputs& b) = default;
};

// The SHA-256 in lowercase hexadecimal digits: of the number of messages of either kind, plan's
// first, and of each message with its length in front (Sha256::AddField).
std::string DigestOf(const Inputs& inputs);

struct PublicationContent {
  std::string document;
  Inputs inputs;
};

absl::Status InsertContent(sql::WriteTx& tx, std::string_view publication,
                           const PublicationContent& content);
// Empty where nothing is stored.
absl::StatusOr<PublicationContent> ReadContent(sql::ReadTx& tx, std::string_view institution,
                                               std::string_view publication);
// The piece of the document with this number, from 0; nullopt when there is none.
absl::StatusOr<std::optional<std::string>> ReadPiece(sql::ReadTx& tx, std::string_view institution,
                                                     std::string_view publication, int64_t piece);

// The revision of the first publication whose content has not the hashes that it names. Asks
// `go_on` between publications, and returns its error. For audit::Records.
absl::StatusOr<std::optional<int64_t>> FirstAlteredContent(sql::Database& database,
                                                           std::string_view institution,
                                                           absl::FunctionRef<absl::Status()> go_on);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PUBLICATIONS_PUBLICATION_STORE_H_
