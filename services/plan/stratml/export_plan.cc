#include "services/plan/stratml/export_plan.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libs/fields/fields.h"
#include "libs/order/natural.h"
#include "libs/sql/stoppable_read.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/versioned/lineage.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/stratml/write_stratml.h"

namespace athena::plan {
namespace {

// Documents, given out in parts: the header, then pieces of kMaxPartBytes in all at a time.
class ExportParts : public rpc::PageSource<v1::ExportPlanResponse> {
 public:
  v1::ExportPlanResponse::Header header;
  std::vector<StratmlDocument> documents;

  absl::StatusOr<bool> Next(v1::ExportPlanResponse* part) override {
    if (Ended()) return false;
    if (!header_given_) {
      header_given_ = true;
      *part->mutable_header() = std::move(header);
      return true;
    }
    for (size_t room = kMaxPartBytes; room > kBesideContent && !Ended();) {
      std::string& xml = documents[document_].xml;
      v1::ExportPlanResponse::Piece& piece = *part->add_pieces();
      piece.set_document(static_cast<int>(document_));
      piece.set_content(xml.substr(given_, room - kBesideContent));
      room -= piece.content().size() + kBesideContent;
      given_ += piece.content().size();
      if (given_ < xml.size()) break;
      std::string().swap(xml);
      ++document_;
      given_ = 0;
    }
    return true;
  }
  bool Ended() const override { return header_given_ && document_ == documents.size(); }

 private:
  static constexpr size_t kBesideContent = 32;  // what a piece takes beside its content

  bool header_given_ = false;
  size_t document_ = 0;
  size_t given_ = 0;  // bytes of it
};

absl::Status WriteParts(const versioned::Snapshot& snapshot, const ResourceName& name,
                        std::string language, ExportParts* parts) {
  ATHENA_ASSIGN_OR_RETURN(const auto plan, snapshot.Find<v1::Plan>(kPlans, name.key()));
  ATHENA_ASSIGN_OR_RETURN(const auto institution,
                          snapshot.Find<v1::Institution>(kInstitutions, name.institution()));
  if (!plan.has_value() || !institution.has_value()) return status::NotFound(name.text);
  ATHENA_ASSIGN_OR_RETURN(const std::vector<v1::Unit> units, snapshot.List<v1::Unit>(kUnits));
  ATHENA_ASSIGN_OR_RETURN(std::vector<v1::Element> elements,
                          snapshot.List<v1::Element>(kElements, name.key() + "/"));
  std::sort(elements.begin(), elements.end(), [](const v1::Element& a, const v1::Element& b) {
    return NaturalLess(a.code(), b.code());
  });
  if (language.empty()) language = plan->languages(0);
  StratmlExport written = WriteStratml({*institution, units, *plan, elements, language});
  parts->header.set_language_code(language);
  for (const StratmlDocument& document : written.documents) {
    *parts->header.add_documents() = document.about;
  }
  parts->header.mutable_fields()->Assign(written.fields.begin(), written.fields.end());
  parts->documents = std::move(written.documents);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::PageSource<v1::ExportPlanResponse>>> PlanExports::Export(
    const rpc::Call& call, const v1::ExportPlanRequest& request) const {
  status::FieldFaults faults;
  const auto name = kPlanName.Read("name", request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(
      resources_.RequireReader(call.principal(), *plans_, *name, "read " + name->text));
  if (!request.language_code().empty() && !fields::IsLanguageTag(request.language_code())) {
    faults.Add("language_code", request.language_code(), "a BCP-47 language tag, \"nl\"");
    return faults.ToStatus();
  }
  const auto still_wanted = [&call] { return call.StillWanted(); };
  auto parts = std::make_unique<ExportParts>();
  ATHENA_RETURN_IF_ERROR(status::FromStorage(resources_.store().Read(
      name->institution(), request.as_of(), resources_.clock().Now(),
      [&](const versioned::Snapshot& snapshot) -> absl::Status {
        parts->header.set_revision(snapshot.revision());
        *parts->header.mutable_revision_time() = fields::TimestampOf(snapshot.revision_time());
        ATHENA_ASSIGN_OR_RETURN(*parts->header.mutable_lineage(),
                                versioned::ReadLineage(snapshot.tx(), snapshot.institution()));
        sql::StoppableReadTx stoppable(snapshot.tx(), still_wanted);
        const versioned::Snapshot whole(stoppable, snapshot.institution(), snapshot.revision(),
                                        snapshot.revision_time());
        return WriteParts(whole, *name, request.language_code(), parts.get());
      })));
  return parts;
}

}  // namespace athena::plan
