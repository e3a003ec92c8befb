#include "services/athenactl/files/observation_file.h"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/csv.h"
#include "services/athenactl/sending/batches.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

struct Letter {
  std::string_view letter;
  v1::ObservationStatus status;
};
constexpr std::array kLetters = {
    Letter{"", v1::OBSERVATION_STATUS_UNSPECIFIED},
    Letter{"A", v1::OBSERVATION_STATUS_NORMAL},
    Letter{"E", v1::OBSERVATION_STATUS_ESTIMATED},
    Letter{"P", v1::OBSERVATION_STATUS_PROVISIONAL},
    Letter{"F", v1::OBSERVATION_STATUS_FORECAST},
    Letter{"M", v1::OBSERVATION_STATUS_NOT_APPLICABLE},
    Letter{"O", v1::OBSERVATION_STATUS_MISSING},
    Letter{"L", v1::OBSERVATION_STATUS_NOT_COLLECTED},
    Letter{"H", v1::OBSERVATION_STATUS_HOLIDAY},
    Letter{"Q", v1::OBSERVATION_STATUS_SUPPRESSED},
};

// The longest name of a file that an id carries: with number and hash it stays below 128 bytes.
constexpr size_t kLongestPrefix = 64;
// Of a SHA-256 in hexadecimal: 128 bits are plenty to tell the pieces of one file apart.
constexpr size_t kHashDigits = 32;

absl::Status CheckObservationColumns(const CsvRecord& header) {
  std::set<std::string> seen;
  for (const std::string& column : header.fields) {
    if (column.empty()) {
      return absl::InvalidArgumentError("line 1: a column has no name");
    }
    if (!seen.insert(column).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("line 1: the column ", Printable(column), " stands there twice"));
    }
  }
  if (header.fields.size() == 1 && header.fields[0].find(';') != std::string::npos) {
    return absl::InvalidArgumentError(
        "line 1: the columns are separated by semicolons, want commas: save the file as "
        "comma-separated values, with decimal points");
  }
  for (const char* required : {"indicator", "period", "value"}) {
    if (seen.count(required) == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "line 1: there is no column ", required,
          "; want indicator, period, value, and where needed status, comment, retract and one "
          "column for each dimension; or SDMX-CSV 2.0, which begins with STRUCTURE,STRUCTURE_ID"));
    }
  }
  return absl::OkStatus();
}

// Reads a field other than the value into the observation; what is wrong with it, else nothing.
std::optional<std::string> Take(const std::string& column, const std::string& field,
                                v1::Observation& observation) {
  if (column == "indicator") {
    if (field.empty()) return Got(field, "the id of an indicator");
    observation.set_indicator(field);
  } else if (column == "period") {
    if (field.empty()) return Got(field, "a period, like 2021-Q3");
    observation.set_period(field);
  } else if (column == "status") {
    const std::optional<v1::ObservationStatus> status = ReadStatusLetter(field);
    if (!status.has_value()) return Got(field, kStatusLetters);
    observation.set_status(*status);
  } else if (column == "comment") {
    observation.set_comment(Unguarded(field));
  } else if (column == "retract") {
    if (!field.empty() && field != "yes") {
      return Got(field, "yes, which takes the cell back, or nothing");
    }
    observation.set_retract(field == "yes");
  } else if (!field.empty()) {
    (*observation.mutable_dimensions())[column] = Unguarded(field);
  }
  return std::nullopt;
}

// A text that tells apart all that a push is made of: every part is preceded by its length.
void Append(std::string_view part, std::string& content) {
  absl::StrAppend(&content, part.size(), ":", View(part));
}

void AppendCodes(const google::protobuf::Map<std::string, std::string>& codes,
                 std::string& content) {
  const std::map<std::string, std::string> sorted(codes.begin(), codes.end());
  Append(std::to_string(sorted.size()), content);
  for (const auto& [dimension, code] : sorted) {
    Append(dimension, content);
    Append(code, content);
  }
}

std::string Sha256(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  EVP_Digest(content.data(), content.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), length));
}

}  // namespace

absl::StatusOr<ObservationFile> ReadObservations(std::string_view csv) {
  CsvReader reader(csv);
  CsvRecord header;
  ATHENA_ASSIGN_OR_RETURN(bool more, reader.Next(header));
  if (!more) return absl::InvalidArgumentError("line 1: the file is empty, want a line of columns");
  ATHENA_RETURN_IF_ERROR(CheckObservationColumns(header));

  ObservationFile file;
  CsvRecord record;
  for (;;) {
    ATHENA_ASSIGN_OR_RETURN(more, reader.Next(record));
    if (!more) return file;
    if (record.fields.size() != header.fields.size()) {
      file.refused.push_back({record.line, "",
                              absl::StrCat("got ", record.fields.size(), " fields, want ",
                                           header.fields.size(), " as in line 1")});
      continue;
    }
    ObservationRow row{record.line, {}};
    bool good = true;
    for (size_t at = 0; at < header.fields.size(); ++at) {
      const std::string& column = header.fields[at];
      const std::string& field = record.fields[at];
      if (column == "value") {
        if (field.empty()) continue;
        const std::optional<double> value = TakeValue(record.line, column, field, file);
        if (value.has_value()) row.observation.set_value(*value);
        good = good && value.has_value();
      } else if (std::optional<std::string> fault = Take(column, field, row.observation)) {
        file.refused.push_back({record.line, column, *std::move(fault)});
        good = false;
      }
    }
    if (good) file.rows.push_back(std::move(row));
  }
}

std::optional<double> TakeValue(int64_t line, std::string_view column, std::string_view text,
                                ObservationFile& file) {
  const std::optional<double> number = ReadNumber(text);
  if (!number.has_value()) {
    file.refused.push_back(
        {line, std::string(column),
         Got(text, "a number with a decimal point and without separators, like 1250.5")});
  } else if (!KeepsPrecision(text, *number)) {
    file.imprecise.push_back(
        {line, std::string(column),
         absl::StrCat("got ", Printable(text), ", of which ", Shortest(*number),
                      " is kept: it has more digits than "
                      "a double")});
  }
  return number;
}

std::optional<v1::ObservationStatus> ReadStatusLetter(std::string_view letter) {
  for (const Letter& known : kLetters) {
    if (known.letter == letter) return known.status;
  }
  return std::nullopt;
}

std::string Got(std::string_view saw, std::string_view want) {
  return absl::StrCat("got \"", Printable(saw), "\", want ", View(want));
}

std::string_view StatusLetter(v1::ObservationStatus status) {
  for (const Letter& known : kLetters) {
    if (known.status == status) return known.letter;
  }
  return "?";
}

std::vector<absl::Span<const ObservationRow>> Chunks(absl::Span<const ObservationRow> rows) {
  std::vector<absl::Span<const ObservationRow>> chunks;
  for (const auto& [begin, end] :
       Batches(rows.size(), kMostRowsOfPush, kMostBytesOfPush,
               [&](size_t at) { return rows[at].observation.ByteSizeLong(); })) {
    chunks.push_back(rows.subspan(begin, end - begin));
  }
  return chunks;
}

std::string PushId(std::string_view prefix, size_t number,
                   const v1::PushObservationsRequest& request) {
  std::string content;
  Append(request.partial() ? "partial" : "whole", content);
  Append(std::to_string(request.mode()), content);
  Append(request.correction_reason(), content);
  Append(std::to_string(request.scopes_size()), content);
  for (const v1::Scope& scope : request.scopes()) {
    Append(scope.indicator(), content);
    Append(scope.start_period(), content);
    Append(scope.end_period(), content);
    AppendCodes(scope.slice(), content);
  }
  for (const v1::Observation& observation : request.observations()) {
    Append(observation.indicator(), content);
    Append(observation.period(), content);
    AppendCodes(observation.dimensions(), content);
    Append(observation.has_value() ? Shortest(observation.value()) : "", content);
    Append(std::to_string(observation.status()), content);
    Append(observation.comment(), content);
    Append(observation.retract() ? "retracted" : "", content);
  }
  return absl::StrCat(View(prefix), "-", number, "-", Sha256(content).substr(0, kHashDigits));
}

std::string PushIdPrefix(std::string_view path) {
  std::string name(path.substr(path.find_last_of('/') + 1));
  for (char& letter : name) {
    // An id is UTF-8, the name of a file may be anything.
    if (static_cast<unsigned char>(letter) < 0x20 || static_cast<unsigned char>(letter) > 0x7E) {
      letter = '_';
    }
  }
  return name.substr(0, kLongestPrefix);
}

}  // namespace athena::athenactl
