#ifndef ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_DOCUMENT_H_
#define ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_DOCUMENT_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/reporting/v1/publication.pb.h"
#include "services/reporting/scorecards/scored_plan.h"

// The documents that are signed. Pure and thread-safe.
namespace athena::reporting {

// Sets the format, and what the scorecard decides: languages, scorecards, and what is withheld from
// the document's audience.
absl::Status AddScorecards(const ScoredPlan& plan, v1::PublicationDocument* document);

// The canonical bytes of the document.
absl::StatusOr<std::string> BytesOf(const v1::PublicationDocument& document);
// The document of such bytes. INVALID_ARGUMENT (NOT_JSON) when they are none, or not canonical.
absl::StatusOr<v1::PublicationDocument> ReadDocument(std::string_view bytes);

// What a publication says of its document: all but signature, key and the fields of the store.
v1::Publication PublicationOf(const v1::PublicationDocument& document, std::string_view bytes);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_DOCUMENT_H_
