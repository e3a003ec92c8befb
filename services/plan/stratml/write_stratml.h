#ifndef ATHENA_SERVICES_PLAN_STRATML_WRITE_STRATML_H_
#define ATHENA_SERVICES_PLAN_STRATML_WRITE_STRATML_H_

#include <string>
#include <vector>

#include "athena/plan/v1/institution.pb.h"
#include "athena/plan/v1/plan.pb.h"
#include "athena/plan/v1/stratml.pb.h"

namespace athena::plan {

// A plan that is to be written. All names are those of stored resources.
struct StratmlSource {
  const v1::Institution& institution;
  const std::vector<v1::Unit>& units;
  const v1::Plan& plan;
  const std::vector<v1::Element>& elements;  // in natural order of their codes
  std::string language;                      // of the texts; a BCP-47 tag
};

// A document and where it goes.
struct StratmlDocument {
  v1::ExportPlanResponse::Document about;
  std::string xml;
};

struct StratmlExport {
  std::vector<StratmlDocument> documents;             // the Strategic_Plan first
  std::vector<v1::ExportPlanResponse::Field> fields;  // in order of their names
};

// Writes a plan as ExportPlanRequest says. Pure and thread-safe.
StratmlExport WriteStratml(const StratmlSource& source);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATML_WRITE_STRATML_H_
