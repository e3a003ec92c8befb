#include "services/athenactl/files/text/table_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/macros.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

absl::Status FaultAt(int64_t line, std::string_view fault) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", View(fault)));
}

bool IsEmpty(const std::vector<std::string>& fields) {
  return std::all_of(fields.begin(), fields.end(),
                     [](const std::string& field) { return Trimmed(field).empty(); });
}

}  // namespace

absl::StatusOr<TableReader> TableReader::Open(TextSource& source, const Dialect& dialect) {
  TableReader reader(source, dialect);
  ATHENA_RETURN_IF_ERROR(reader.ReadColumns());
  return reader;
}

absl::Status TableReader::ReadColumns() {
  do {
    ATHENA_ASSIGN_OR_RETURN(const bool more, reader_.Next(record_));
    if (!more) {
      return absl::InvalidArgumentError("line 1: the file is empty, want a line of columns");
    }
  } while (!record_.fault.has_value() && IsEmpty(record_.fields));
  line_ = record_.line;
  if (record_.fault.has_value()) return FaultAt(record_.fault->line, record_.fault->description);
  std::set<std::string> seen;
  std::set<std::string> missing;
  for (const auto& [column, name] : dialect_.columns) missing.insert(column);
  missing.insert(dialect_.ignored.begin(), dialect_.ignored.end());
  for (const std::string& header : record_.fields) {
    const std::string folded = Folded(header);
    // "ATTR[]" is SDMX-CSV's column of several values, and is ignored by either name.
    const std::string single = folded.substr(0, folded.find('['));
    Column column{std::string(Trimmed(header)), std::string(Trimmed(header))};
    column.ignored = dialect_.ignored.count(folded) + dialect_.ignored.count(single) > 0;
    if (const auto mapped = dialect_.columns.find(folded); mapped != dialect_.columns.end()) {
      column.name = mapped->second;
    }
    missing.erase(folded);
    missing.erase(single);
    if (!column.ignored) {
      if (column.name.empty()) return FaultAt(line_, "a column has no name");
      if (!seen.insert(Folded(column.name)).second) {
        return FaultAt(line_,
                       absl::StrCat("the column ", Printable(column.name), " stands there twice"));
      }
    }
    columns_.push_back(std::move(column));
  }
  if (!missing.empty() && !dialect_.of_several) {
    return FaultAt(line_,
                   absl::StrCat("there is no column ", Printable(*missing.begin()), " to ",
                                dialect_.columns.count(*missing.begin()) > 0 ? "map" : "ignore",
                                "; there are ", Printable(absl::StrJoin(record_.fields, ", "))));
  }
  return absl::OkStatus();
}

std::string IdOfDimension(absl::Span<const std::string> ids, std::string_view typed) {
  if (Contains(ids, typed)) return std::string(typed);
  for (const std::string& id : ids) {
    if (Folded(id) == Folded(typed)) return id;
  }
  return std::string(typed);
}

void TableReader::NameKnown(absl::Span<const std::string_view> known) {
  for (Column& column : columns_) {
    for (const std::string_view name : known) {
      if (Folded(column.name) == Folded(name)) column.name = std::string(name);
    }
  }
}

void TableReader::NameDimensions(absl::Span<const std::string_view> own,
                                 absl::FunctionRef<std::vector<std::string>()> list_ids) {
  std::optional<std::vector<std::string>> ids;
  for (Column& column : columns_) {
    if (column.ignored || Contains(own, column.name)) continue;
    if (!ids.has_value()) ids = list_ids();
    column.name = IdOfDimension(*ids, column.name);
  }
}

int TableReader::Find(std::string_view name) const {
  for (size_t at = 0; at < columns_.size(); ++at) {
    if (!columns_[at].ignored && columns_[at].name == name) return static_cast<int>(at);
  }
  return -1;
}

absl::Status TableReader::Require(absl::Span<const std::string_view> names,
                                  std::string_view want) const {
  std::vector<std::string> missing;
  for (const std::string_view name : names) {
    if (Find(name) < 0) missing.emplace_back(name);
  }
  if (missing.empty()) return absl::OkStatus();
  std::vector<std::string> headers;
  for (const Column& column : columns_) headers.push_back(column.header);
  std::string fault = absl::StrCat(
      "there is no column ", absl::StrJoin(missing, ", "), "; the columns are ",
      Printable(absl::StrJoin(headers, std::string(1, dialect_.separator))), ", want ", View(want));
  if (headers.size() == 1) {
    fault += SeparatorAdvice(headers[0]);
  } else {
    absl::StrAppend(&fault, "; --map COLUMN=", missing[0],
                    " says which one it is, --ignore COLUMN which to pass over");
  }
  return FaultAt(line_, fault);
}

absl::StatusOr<bool> TableReader::Next(Row& row) {
  for (;;) {
    ATHENA_ASSIGN_OR_RETURN(const bool more, reader_.Next(record_));
    if (!more) return false;
    if (record_.fault.has_value() || !IsEmpty(record_.fields)) break;
  }
  row.line = record_.line;
  row.last_line = record_.last_line;
  row.fault.reset();
  std::swap(row.fields, record_.fields);
  if (record_.fault.has_value()) {
    const CsvFault& fault = *record_.fault;
    row.fault =
        RowRefusal{fault.line, fault.field < columns_.size() ? columns_[fault.field].header : "",
                   fault.description};
  } else if (row.fields.size() != columns_.size()) {
    row.fault = RowRefusal{row.line, "",
                           absl::StrCat("got ", row.fields.size(), " fields, want ",
                                        columns_.size(), " as in line ", line_)};
  }
  return true;
}

}  // namespace athena::athenactl
