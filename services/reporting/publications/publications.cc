#include "services/reporting/publications/publications.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/fields/fields.h"
#include "libs/filter/filter.h"
#include "libs/paging/page.h"
#include "libs/paging/take_page.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/versioned/store.h"
#include "services/reporting/errors.h"
#include "services/reporting/limits.h"
#include "services/reporting/publications/documents/document.h"
#include "services/reporting/publications/documents/recorded_reads.h"
#include "services/reporting/publications/documents/verification.h"
#include "services/reporting/publications/open_quarters.h"
#include "services/reporting/publications/publication_store.h"
#include "services/reporting/scorecards/scorecard_read.h"
#include "services/reporting/scorecards/scorecards.h"

namespace athena::reporting {
namespace {

using Siblings = std::vector<v1::Publication>;

constexpr absl::Duration kRetryPublish = absl::Seconds(1);

std::string InstitutionOf(const ScorecardName& name) { return "institutions/" + name.institution; }

bool IsPublic(const v1::Publication& publication) {
  return publication.audience() == v1::Publication::AUDIENCE_PUBLIC;
}

// The latest publication for an audience; nullptr when there is none.
const v1::Publication* LatestFor(v1::Publication::Audience audience, const Siblings& siblings) {
  const v1::Publication* latest = nullptr;
  for (const v1::Publication& sibling : siblings) {
    if (sibling.audience() != audience) continue;
    if (latest == nullptr || sibling.number() > latest->number()) latest = &sibling;
  }
  return latest;
}

// Sets which publication of `siblings`, which may be of other quarters too, superseded it.
void SetSuperseded(const Siblings& siblings, v1::Publication* publication) {
  for (const v1::Publication& sibling : siblings) {
    if (sibling.supersedes() != publication->name()) continue;
    publication->set_superseded_by(sibling.name());
    publication->set_superseded_reason(sibling.reason());
  }
}

// Sorts by quarter, then by number.
std::string SortKey(const v1::Publication& publication) {
  return absl::StrFormat("%s/%09d", publication.period(), publication.number());
}

class DocumentPieces final : public rpc::PageSource<v1::DownloadPublicationResponse> {
 public:
  DocumentPieces(sql::Database& database, PublicationName name, int64_t bytes)
      : database_(database), name_(std::move(name)), left_(bytes) {}

  absl::StatusOr<bool> Next(v1::DownloadPublicationResponse* response) override {
    std::optional<std::string> piece;
    ATHENA_RETURN_IF_ERROR(status::FromStorage(database_.Read([&](sql::ReadTx& tx) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(piece, ReadPiece(tx, name_.institution(), name_.Key(), next_));
      return absl::OkStatus();
    })));
    if (!piece.has_value()) return false;
    ++next_;
    left_ -= static_cast<int64_t>(piece->size());
    response->add_pieces(*std::move(piece));
    return true;
  }
  bool Ended() const override { return left_ <= 0; }

 private:
  sql::Database& database_;
  const PublicationName name_;
  int64_t next_ = 0;
  int64_t left_;
};

}  // namespace

struct Publications::Draft {
  v1::PublicationDocument document;  // without number, name and what it supersedes
  Inputs inputs;
};

absl::StatusOr<v1::Publication> Publications::Publish(
    const rpc::Call& call, const v1::PublishScorecardRequest& request) const {
  const std::optional<ScorecardName> name = MatchScorecardName(request.name());
  if (name.has_value()) {
    ATHENA_RETURN_IF_ERROR(call.principal().RequireInstitution(
        name->institution, "publish scorecards of " + InstitutionOf(*name)));
  }
  ATHENA_ASSIGN_OR_RETURN(PublishRequest valid, Validate(request, resources_.clock().Now()));
  if (!keys_.signing.has_value()) return SigningKeyMissing();
  ATHENA_RETURN_IF_ERROR(ResolveClosing(dependencies_, call, &valid.read).status());
  ATHENA_ASSIGN_OR_RETURN(Draft draft, MakeDraft(call, *name, valid, request));
  for (int attempt = 0; attempt < kPublishAttempts; ++attempt) {
    bool raced = false;
    absl::StatusOr<v1::Publication> published = Store(call, *name, request, &draft, &raced);
    if (!raced) return published;
  }
  return status::Unavailable("the number of the publication", kRetryPublish);
}

absl::StatusOr<Publications::Draft> Publications::MakeDraft(
    const rpc::Call& call, const ScorecardName& name, const PublishRequest& valid,
    const v1::PublishScorecardRequest& request) const {
  const RecordingReads recording(dependencies_);
  ScorecardRead read(recording, call, valid.read, resources_.clock().Now(), nullptr);
  ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const ScoredPlan> plan, read.Run());
  const v1::Basis basis = read.BasisOf();
  const std::string institution = InstitutionOf(name);
  ATHENA_ASSIGN_OR_RETURN(const std::vector<std::string> open,
                          OpenQuarters(dependencies_, call, basis, institution, name.quarter));
  Draft draft;
  v1::PublicationDocument& document = draft.document;
  document.set_plan(name.PlanName());
  document.set_period(name.quarter);
  document.set_audience(valid.audience);
  *document.mutable_basis() = basis;
  *document.mutable_publish_time() = fields::TimestampOf(resources_.clock().Now());
  document.set_reason(request.reason());
  for (const std::string& one : open) {
    if (one == institution) {
      document.set_quarter_open(true);
    } else {
      document.add_open_institutions(one);
    }
  }
  document.set_inputs_sha256(DigestOf(recording.inputs()));
  ATHENA_RETURN_IF_ERROR(AddScorecards(*plan, &document));
  draft.inputs = recording.inputs();
  return draft;
}

absl::StatusOr<v1::Publication> Publications::Store(const rpc::Call& call,
                                                    const ScorecardName& name,
                                                    const v1::PublishScorecardRequest& request,
                                                    Draft* draft, bool* raced) const {
  Siblings siblings;
  ATHENA_RETURN_IF_ERROR(status::FromStorage(resources_.store().ReadAt(
      name.institution, 0, [&](const versioned::Snapshot& now) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(siblings,
                                now.List<v1::Publication>(kPublications, name.KeyPrefix()));
        return absl::OkStatus();
      })));
  v1::PublicationDocument& document = draft->document;
  const PublicationName published{name, static_cast<int>(siblings.size()) + 1};
  const v1::Publication* const superseded = LatestFor(document.audience(), siblings);
  document.set_number(published.number);
  document.set_name(published.Text());
  document.set_supersedes(superseded == nullptr ? "" : superseded->name());
  PublicationContent content;
  ATHENA_ASSIGN_OR_RETURN(content.document, BytesOf(document));
  if (content.document.size() > kMaxDocumentBytes) {
    return DocumentTooLarge(request.name(), content.document.size());
  }
  content.inputs = draft->inputs;
  v1::Publication made = PublicationOf(document, content.document);
  if (!request.validate_only()) {
    ATHENA_ASSIGN_OR_RETURN(*made.mutable_signature(), keys_.signing->Sign(content.document));
    made.set_key_id(keys_.signing->public_key().id());
  }
  v1::Publication publication;
  const absl::Status stored = resources_.Mutate(
      call.principal(), name.institution, request, &publication,
      [&](versioned::Edit& edit) -> absl::Status {
        // What a retry of a request that succeeded is not refused for.
        if (document.quarter_open() && !request.force()) {
          return QuarterOpen(InstitutionOf(name), name.quarter);
        }
        if (superseded != nullptr && request.reason().empty()) {
          return status::InvalidField("reason", "nothing",
                                      "why the publication supersedes " + superseded->name());
        }
        ATHENA_ASSIGN_OR_RETURN(const Siblings present,
                                edit.List<v1::Publication>(kPublications, name.KeyPrefix()));
        *raced = present.size() != siblings.size();
        if (*raced) return status::Internal("another publication has this number");
        publication = made;
        ATHENA_RETURN_IF_ERROR(edit.Insert(kPublications, published.Key(), &publication));
        return InsertContent(edit.tx(), published.Key(), content);
      });
  if (!stored.ok()) return stored;
  return publication;
}

absl::StatusOr<v1::Publication> Publications::Find(const auth::Principal& principal,
                                                   const PublicationName& name) const {
  std::optional<v1::Publication> found;
  ATHENA_RETURN_IF_ERROR(status::FromStorage(resources_.store().ReadAt(
      name.institution(), 0, [&](const versioned::Snapshot& now) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(found, now.Find<v1::Publication>(kPublications, name.Key()));
        return absl::OkStatus();
      })));
  if (!found.has_value() || !IsPublic(*found)) {
    ATHENA_RETURN_IF_ERROR(principal.RequireInstitution(name.institution(), "read " + name.Text()));
  }
  if (!found.has_value()) return status::NotFound(name.Text());
  return *std::move(found);
}

absl::StatusOr<v1::Publication> Publications::Get(const auth::Principal& principal,
                                                  const v1::GetPublicationRequest& request) const {
  status::FieldFaults faults;
  const std::optional<PublicationName> name = ReadPublicationName(request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  ATHENA_ASSIGN_OR_RETURN(v1::Publication publication, Find(principal, *name));
  ATHENA_RETURN_IF_ERROR(status::FromStorage(resources_.store().ReadAt(
      name->institution(), 0, [&](const versioned::Snapshot& now) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(
            const Siblings siblings,
            now.List<v1::Publication>(kPublications, name->scorecard.KeyPrefix()));
        SetSuperseded(siblings, &publication);
        return absl::OkStatus();
      })));
  return publication;
}

absl::StatusOr<v1::Basis> Publications::BasisOf(const auth::Principal& principal,
                                                const std::string& name) const {
  const std::optional<PublicationName> published = MatchPublicationName(name);
  if (!published.has_value()) return status::NotFound(name);
  ATHENA_ASSIGN_OR_RETURN(const v1::Publication publication, Find(principal, *published));
  return publication.basis();
}

absl::StatusOr<v1::ListPublicationsResponse> Publications::List(
    const auth::Principal& principal, const v1::ListPublicationsRequest& request) const {
  status::FieldFaults faults;
  const std::optional<ScorecardName> parent = ReadParentName(request.parent(), &faults);
  const size_t size = PageSize(request.page_size(), {}, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  ATHENA_ASSIGN_OR_RETURN(const Filter filter,
                          Filter::Parse(request.filter(), v1::Publication::descriptor()));
  ATHENA_ASSIGN_OR_RETURN(const PagePosition from, tokens_.Open(request));
  const bool everything = principal.BelongsTo(parent->institution);
  v1::ListPublicationsResponse response;
  const auto read = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(Siblings rows,
                            snapshot.List<v1::Publication>(kPublications, parent->KeyPrefix()));
    const Siblings all = rows;
    for (v1::Publication& row : rows) SetSuperseded(all, &row);
    std::erase_if(rows, [&](const v1::Publication& row) {
      return (!everything && !IsPublic(row)) || !filter.Matches(row);
    });
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return SortKey(a) > SortKey(b); });
    const std::string last = TakePage(std::move(rows), from.position, size, SortKey,
                                      std::greater<>(), response.mutable_publications());
    if (!last.empty()) {
      response.set_next_page_token(tokens_.Seal(request, {snapshot.revision(), last}));
    }
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(status::FromStorage(resources_.store().ReadPage(
      parent->institution, from.revision, {}, resources_.clock().Now(), read)));
  return response;
}

absl::StatusOr<std::unique_ptr<rpc::PageSource<v1::DownloadPublicationResponse>>>
Publications::Download(const auth::Principal& principal,
                       const v1::DownloadPublicationRequest& request) const {
  status::FieldFaults faults;
  const std::optional<PublicationName> name = ReadPublicationName(request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  ATHENA_ASSIGN_OR_RETURN(const v1::Publication publication, Find(principal, *name));
  return std::make_unique<DocumentPieces>(resources_.store().database(), *name,
                                          publication.document_bytes());
}

absl::StatusOr<v1::VerifyPublicationResponse> Publications::Verify(
    const rpc::Call& call, const v1::VerifyPublicationRequest& request) const {
  status::FieldFaults faults;
  const std::optional<PublicationName> name = ReadPublicationName(request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  ATHENA_ASSIGN_OR_RETURN(const v1::Publication publication, Find(call.principal(), *name));
  {
    const auto is_free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !verifying_; };
    absl::MutexLock lock(&mutex_);
    if (!mutex_.AwaitWithDeadline(absl::Condition(&is_free), call.deadline())) {
      return status::DeadlineExceeded();
    }
    verifying_ = true;
  }
  const absl::Cleanup next = [this] {
    absl::MutexLock lock(&mutex_);
    verifying_ = false;
  };
  ATHENA_RETURN_IF_ERROR(call.StillWanted());
  PublicationContent content;
  ATHENA_RETURN_IF_ERROR(
      status::FromStorage(resources_.store().database().Read([&](sql::ReadTx& tx) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(content, ReadContent(tx, name->institution(), name->Key()));
        return absl::OkStatus();
      })));
  return reporting::Verify(call, publication, content, keys_.trusted);
}

}  // namespace athena::reporting
