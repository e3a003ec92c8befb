#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_DATA_TABLES_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_DATA_TABLES_H_

#include <string>
#include <string_view>
#include <vector>

#include "services/reporting/exports/exported.h"

// A scorecard as tables of data, with the columns that v1::ExportFormat lists. Pure and
// thread-safe.
namespace athena::reporting {

struct DataCell {
  enum class Kind {
    kText,
    kNumber,  // an exact decimal
    kDay,     // "2021-09-30"
  };
  std::string text;  // empty: there is nothing
  Kind kind = Kind::kText;
};

struct DataTable {
  std::string name;  // "NODES"
  std::vector<std::string_view> columns;
  std::vector<std::vector<DataCell>> rows;  // a cell for each column
};

// Nodes and indicators in one table, as the format CSV has them.
DataTable AllRows(const Exported& exported);
// NODES, INDICATORS, UNITS, MILESTONES, RISKS and BUDGET.
std::vector<DataTable> TablesOf(const Exported& exported);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_DATA_TABLES_H_
