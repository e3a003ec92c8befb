#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_TESTING_SAMPLE_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_TESTING_SAMPLE_H_

#include <string>

#include "services/reporting/exports/exported.h"

namespace athena::reporting::testing {

// A text that is a formula to spreadsheets and markup to browsers, and holds what CSV quotes.
inline constexpr char kHostile[] =
    "=HYPERLINK(\"x\",1)<script>alert('1')</script>&amp;\nsecond, line";

// The scorecard of a plan in 2022-Q4: an axis with an objective, which two indicators measure, one
// of them a RANGE, an action without report, milestones, risks, budget and a report. Titles are in
// English.
Exported Sample();

// Writes a file of this process, and returns its path.
std::string TemporaryFile(const std::string& name, const std::string& content);

// What a Python script prints that gets the path in sys.argv[1].
std::string RunPython(const std::string& script, const std::string& path);

}  // namespace athena::reporting::testing

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_TESTING_SAMPLE_H_
