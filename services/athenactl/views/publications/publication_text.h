#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_PUBLICATIONS_PUBLICATION_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_PUBLICATIONS_PUBLICATION_TEXT_H_

#include <string>

#include "athena/reporting/v1/publication.pb.h"
#include "athena/reporting/v1/reporting_service.pb.h"

// Publications for a terminal, lines of at most `width` columns (0: unlimited). Pure and
// thread-safe.
namespace athena::athenactl {

// "everybody" or "the institution".
std::string AudienceText(athena::reporting::v1::Publication::Audience audience);

// All that a publication says of itself, a line for each fact.
std::string PublicationText(const athena::reporting::v1::Publication& publication, int width,
                            bool colour);

// A row for each.
std::string PublicationTable(const athena::reporting::v1::ListPublicationsResponse& publications,
                             int width, bool colour);

// A line for each check, and the verdict.
std::string VerificationText(const athena::reporting::v1::VerifyPublicationResponse& verdict,
                             int width, bool colour);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_PUBLICATIONS_PUBLICATION_TEXT_H_
