#ifndef ATHENA_SERVICES_REPORTING_PUBLICATIONS_PUBLICATIONS_H_
#define ATHENA_SERVICES_REPORTING_PUBLICATIONS_PUBLICATIONS_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/paging/page_tokens.h"
#include "libs/resource/resources.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "services/reporting/publications/keys.h"
#include "services/reporting/publications/names.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {

// The RPCs of publications. Only publishing asks the plan and the indicator service. Errors as the
// contract lists them. Thread-safe.
class Publications {
 public:
  // All outlive it.
  Publications(const Dependencies& dependencies, const resource::Resources& resources,
               const PageTokens& tokens, const Keys& keys)
      : dependencies_(dependencies), resources_(resources), tokens_(tokens), keys_(keys) {}

  absl::StatusOr<v1::Publication> Publish(const rpc::Call& call,
                                          const v1::PublishScorecardRequest& request) const;
  absl::StatusOr<v1::Publication> Get(const auth::Principal& principal,
                                      const v1::GetPublicationRequest& request) const;
  // The basis of the publication of this name.
  absl::StatusOr<v1::Basis> BasisOf(const auth::Principal& principal,
                                    const std::string& name) const;
  absl::StatusOr<v1::ListPublicationsResponse> List(
      const auth::Principal& principal, const v1::ListPublicationsRequest& request) const;
  absl::StatusOr<std::unique_ptr<rpc::PageSource<v1::DownloadPublicationResponse>>> Download(
      const auth::Principal& principal, const v1::DownloadPublicationRequest& request) const;
  absl::StatusOr<v1::VerifyPublicationResponse> Verify(
      const rpc::Call& call, const v1::VerifyPublicationRequest& request) const;

 private:
  // What is published, before it has a number.
  struct Draft;

  absl::StatusOr<Draft> MakeDraft(const rpc::Call& call, const ScorecardName& name,
                                  const PublishRequest& valid,
                                  const v1::PublishScorecardRequest& request) const;
  // Numbers, signs and stores it; `raced` says that another one took the number meanwhile.
  absl::StatusOr<v1::Publication> Store(const rpc::Call& call, const ScorecardName& name,
                                        const v1::PublishScorecardRequest& request, Draft* draft,
                                        bool* raced) const;
  // The publication as it is stored, if the caller may read it.
  absl::StatusOr<v1::Publication> Find(const auth::Principal& principal,
                                       const PublicationName& name) const;

  const Dependencies& dependencies_;
  const resource::Resources& resources_;
  const PageTokens& tokens_;
  const Keys& keys_;
  // One publication is verified at a time: its document and its inputs take much memory.
  mutable absl::Mutex mutex_;
  mutable bool verifying_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PUBLICATIONS_PUBLICATIONS_H_
