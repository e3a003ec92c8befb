#ifndef ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_VERIFICATION_H_
#define ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_VERIFICATION_H_

#include "absl/status/statusor.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/signing/signing.h"
#include "services/reporting/publications/publication_store.h"

namespace athena::reporting {

// Checks a stored publication, as VerifyPublication answers. `publication` is as it is stored.
// CANCELLED or DEADLINE_EXCEEDED when the call is no longer wanted.
absl::StatusOr<v1::VerifyPublicationResponse> Verify(const rpc::Call& call,
                                                     const v1::Publication& publication,
                                                     const PublicationContent& content,
                                                     const signing::TrustedKeys& keys);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_VERIFICATION_H_
