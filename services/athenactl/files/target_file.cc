#include "services/athenactl/files/target_file.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/files/text/table_reader.h"
#include "services/athenactl/files/text/text_source.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using Slice = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 14> kColumns = {"indicator",
                                                       "period",
                                                       "kind",
                                                       "value",
                                                       "low",
                                                       "high",
                                                       "red",
                                                       "red_low",
                                                       "red_high",
                                                       "margin",
                                                       "tolerance",
                                                       "interpolation",
                                                       "quarter_profile",
                                                       "slice"};
// What belongs to the target, not to one of its rows.
constexpr std::array<std::string_view, 4> kOfTarget = {"margin", "tolerance", "interpolation",
                                                       "quarter_profile"};
// A target on its way: what was said of it, and in which line first.
struct Draft {
  int64_t line = 0;
  v1::Target target;
  std::map<std::string, std::pair<std::string, int64_t>> said;  // column > text, line
  bool red_values = false;
};

using Key = std::pair<std::string, Slice>;

class Reader {
 public:
  Reader(std::vector<TableReader::Column> columns, Dialect dialect, std::string institution,
         absl::FunctionRef<std::vector<std::string>()> list_dimensions)
      : columns_(std::move(columns)),
        dialect_(std::move(dialect)),
        institution_(std::move(institution)),
        list_dimensions_(list_dimensions) {}

  void Read(TableReader::Row& record) {
    line_ = record.line;
    ++file_.rows;
    if (record.fault.has_value()) return file_.refused.push_back(*std::move(record.fault));
    row_.clear();
    Slice slice;
    for (size_t at = 0; at < columns_.size(); ++at) {
      const std::string field(Trimmed(record.fields[at]));
      if (columns_[at].ignored || field.empty()) continue;
      if (Contains(kColumns, columns_[at].name)) {
        row_[columns_[at].name] = field;
      } else {
        slice[columns_[at].name] = dialect_.spreadsheet ? Unguarded(field) : field;
      }
    }
    for (const char* const required : {"indicator", "period"}) {
      if (row_.count(required) == 0) return Refuse(required, Got("", "one"));
    }
    if (!ReadSlice(slice)) return;
    const auto [place, fresh] = drafts_.try_emplace(Key{row_["indicator"], slice});
    Draft& draft = place->second;
    if (fresh) {
      draft.line = line_;
      draft.target.set_indicator(absl::StrCat(institution_, "/indicators/", row_["indicator"]));
      draft.target.mutable_slice()->insert(slice.begin(), slice.end());
    }
    for (const std::string_view column : kOfTarget) TakeOfTarget(std::string(column), draft);
    TakeRow(draft);
  }

  TargetFile Finish() {
    for (auto& [key, draft] : drafts_) {
      line_ = draft.line;
      Complete(draft);
      std::vector<std::string> codes;
      for (const auto& [dimension, code] : key.second) {
        codes.push_back(absl::StrCat(dimension, "=", code));
      }
      file_.targets.push_back(
          {draft.line, std::move(draft.target),
           absl::StrCat("line ", draft.line, ": ", key.first,
                        codes.empty() ? "" : absl::StrCat("{", absl::StrJoin(codes, ","), "}"))});
    }
    std::sort(file_.targets.begin(), file_.targets.end(),
              [](const FileTarget& a, const FileTarget& b) { return a.line < b.line; });
    std::stable_sort(file_.refused.begin(), file_.refused.end(),
                     [](const RowRefusal& a, const RowRefusal& b) { return a.line < b.line; });
    return std::move(file_);
  }

 private:
  void Refuse(std::string_view field, const std::string& fault) {
    file_.refused.push_back({line_, std::string(field), fault});
  }

  // Adds what the column `slice` says.
  bool ReadSlice(Slice& slice) {
    const auto typed = row_.find("slice");
    if (typed == row_.end()) return true;
    for (const absl::string_view part : absl::StrSplit(typed->second, ';')) {
      const std::pair<std::string, std::string> typed_code =
          absl::StrSplit(part, absl::MaxSplits('=', 1));
      const std::string dimension = IdOfDimension(list_dimensions_(), Trimmed(typed_code.first));
      const std::string code(Trimmed(typed_code.second));
      if (dimension.empty() || code.empty() || !slice.emplace(dimension, code).second) {
        Refuse("slice", Got(typed->second, "unit=BM, or unit=BM;sex=F, each dimension once"));
        return false;
      }
    }
    return true;
  }

  void TakeOfTarget(const std::string& column, Draft& draft) {
    const auto typed = row_.find(column);
    if (typed == row_.end()) return;
    const auto [said, fresh] = draft.said.try_emplace(column, typed->second, line_);
    if (!fresh && said->second.first != typed->second) {
      Refuse(column,
             Got(typed->second, absl::StrCat(Printable(said->second.first), " as in line ",
                                             said->second.second, ": it is the whole target's")));
    }
    if (!fresh) return;
    if (column == "margin" || column == "tolerance") {
      const std::optional<double> number = NumberOf(column);
      if (!number.has_value()) return;
      if (column == "margin") {
        draft.target.set_margin(*number);
      } else {
        draft.target.set_tolerance(*number);
      }
    } else if (column == "interpolation") {
      if (typed->second != "linear" && typed->second != "step") {
        return Refuse(column, Got(typed->second, "linear or step"));
      }
      draft.target.set_interpolation(typed->second == "step" ? v1::Target::INTERPOLATION_STEP
                                                             : v1::Target::INTERPOLATION_LINEAR);
    } else {
      for (const absl::string_view share : absl::StrSplit(typed->second, '/')) {
        std::string plain;
        const std::optional<double> number = ReadNumberIn(dialect_, View(share), &plain);
        if (!number.has_value()) {
          draft.target.clear_quarter_profile();
          return Refuse(column, Got(typed->second, "four shares, like 0.2/0.3/0.3/0.2"));
        }
        draft.target.add_quarter_profile(*number);
      }
    }
  }

  std::optional<double> NumberOf(const std::string& column) {
    const auto typed = row_.find(column);
    if (typed == row_.end()) return std::nullopt;
    std::string plain;
    const std::optional<double> number = ReadNumberIn(dialect_, typed->second, &plain);
    if (!number.has_value()) {
      Refuse(column, Got(typed->second, WantedNumber(dialect_, typed->second)));
    }
    return number;
  }

  void TakeRow(Draft& draft) {
    const std::string kind = row_.count("kind") > 0 ? row_["kind"] : "anchor";
    for (const char* const red : {"red", "red_low", "red_high"}) {
      draft.red_values = draft.red_values || row_.count(red) > 0;
    }
    if (kind == "baseline") return TakeBaseline(draft);
    if (kind != "anchor") return Refuse("kind", Got(kind, "anchor, baseline or nothing"));
    v1::Target::Anchor& anchor = *draft.target.add_anchors();
    anchor.set_period(row_["period"]);
    if (const auto number = NumberOf("value")) anchor.set_value(*number);
    if (const auto number = NumberOf("low")) anchor.set_low(*number);
    if (const auto number = NumberOf("high")) anchor.set_high(*number);
    if (const auto number = NumberOf("red")) anchor.set_red(*number);
    if (const auto number = NumberOf("red_low")) anchor.set_red_low(*number);
    if (const auto number = NumberOf("red_high")) anchor.set_red_high(*number);
  }

  void TakeBaseline(Draft& draft) {
    if (draft.target.has_baseline()) {
      return Refuse("kind", "got a second baseline, want one for each indicator and slice");
    }
    v1::Target::Baseline& baseline = *draft.target.mutable_baseline();
    baseline.set_period(row_["period"]);
    if (row_.count("value") == 0) return Refuse("value", Got("", WantedNumber(dialect_, "")));
    if (const auto number = NumberOf("value")) baseline.set_value(*number);
    if (const auto number = NumberOf("red")) baseline.set_red(*number);
    for (const char* const other : {"low", "high", "red_low", "red_high"}) {
      if (row_.count(other) > 0)
        Refuse(other, Got(row_[other], "nothing: a baseline has one value"));
    }
  }

  void Complete(Draft& draft) {
    v1::Target& target = draft.target;
    if (target.anchors().empty()) {
      Refuse("kind", "got a baseline alone, want rows of what is aimed at, too");
    }
    const int ways = static_cast<int>(draft.said.count("margin") + draft.said.count("tolerance")) +
                     (draft.red_values ? 1 : 0);
    if (ways != 1) {
      Refuse("", absl::StrCat("got ", ways == 0 ? "nothing that says" : "several things that say",
                              " where red begins, want one of margin, tolerance and red values "
                              "(red, or red_low and red_high)"));
    }
    if (draft.red_values) target.mutable_red_values();
    // Literals of one length are in order as texts; others the service refuses.
    std::stable_sort(target.mutable_anchors()->begin(), target.mutable_anchors()->end(),
                     [](const v1::Target::Anchor& a, const v1::Target::Anchor& b) {
                       return a.period() < b.period();
                     });
  }

  const std::vector<TableReader::Column> columns_;
  const Dialect dialect_;
  const std::string institution_;
  int64_t line_ = 0;
  const absl::FunctionRef<std::vector<std::string>()> list_dimensions_;
  std::map<std::string, std::string> row_;  // what the row at hand says, without its slice
  std::map<Key, Draft> drafts_;
  TargetFile file_;
};

}  // namespace

absl::StatusOr<TargetFile> ReadTargets(
    TextSource& source, const Dialect& dialect, const std::string& institution,
    absl::FunctionRef<std::vector<std::string>()> list_dimensions) {
  ATHENA_ASSIGN_OR_RETURN(TableReader table, TableReader::Open(source, dialect));
  table.NameKnown(kColumns);
  ATHENA_RETURN_IF_ERROR(table.Require({"indicator", "period"},
                                       "indicator, period and value among them (athenactl targets "
                                       "--help tells all of them)"));
  std::optional<std::vector<std::string>> ids;
  const auto list_once = [&] {
    if (!ids.has_value()) ids = list_dimensions();
    return *ids;
  };
  table.NameDimensions(kColumns, list_once);
  Reader reader(table.columns(), dialect, institution, list_once);
  TableReader::Row row;
  for (;;) {
    ATHENA_ASSIGN_OR_RETURN(const bool more, table.Next(row));
    if (!more) return reader.Finish();
    reader.Read(row);
  }
}

}  // namespace athena::athenactl
