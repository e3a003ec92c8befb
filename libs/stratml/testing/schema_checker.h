#ifndef ATHENA_LIBS_STRATML_TESTING_SCHEMA_CHECKER_H_
#define ATHENA_LIBS_STRATML_TESTING_SCHEMA_CHECKER_H_

#include <string>
#include <string_view>
#include <vector>

namespace athena {

// Compares a document with the published schema of StratML Part 2 (ISO 17469-2, version 2.2.8 of
// 2016-05-06): which elements there are, in which order and how often, their attributes, the values
// of dates, numbers and enumerations, and that each Identifier is an xsd:ID of its own. Returns a
// line for each violation; none when the document follows the schema. Written from the schema,
// without the code that writes and reads documents.
std::vector<std::string> StratmlFaults(std::string_view xml);

}  // namespace athena

#endif  // ATHENA_LIBS_STRATML_TESTING_SCHEMA_CHECKER_H_
