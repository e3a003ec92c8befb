#include "services/reporting/exports/workbook.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/fields/fields.h"
#include "libs/status/characters.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/xlsx/xlsx.h"
#include "services/reporting/exports/data_tables.h"
#include "services/reporting/exports/labels.h"
#include "services/reporting/limits.h"

namespace athena::reporting {
namespace {

// What a cell looks like.
struct Look {
  bool bold = false;
  int indent = 0;
  std::string number;                                             // its format; "@": a text
  v1::ScorecardStatus status = v1::SCORECARD_STATUS_UNSPECIFIED;  // its colours
  bool shaded = false;
  bool wrapped = false;

  friend bool operator<(const Look& a, const Look& b) {
    return std::tie(a.bold, a.indent, a.number, a.status, a.shaded, a.wrapped) <
           std::tie(b.bold, b.indent, b.number, b.status, b.shaded, b.wrapped);
  }
};

struct Colours {
  lxw_color_t word;
  lxw_color_t ground;
};
// At least 6:1, so that the word is read on paper too.
Colours ColoursOf(v1::ScorecardStatus status) {
  switch (status) {
    case v1::SCORECARD_STATUS_GREEN:
      return {0x075E3C, 0xE4F4EC};
    case v1::SCORECARD_STATUS_AMBER:
      return {0x7D4700, 0xFDF1DC};
    case v1::SCORECARD_STATUS_RED:
      return {0x991B13, 0xFDEAE8};
    default:
      return {0x47525D, 0xECEFF1};
  }
}

constexpr lxw_color_t kShade = 0xF4F5F3;
constexpr int kDeepestOutline = 7;  // of a spreadsheet
constexpr int kPaperA4 = 9;

// The first characters of a text that a cell can hold.
std::string Shortened(const std::string& text) {
  if (text.size() <= xlsx::kMostCharactersOfCell) return text;
  size_t end = 0;
  for (size_t characters = 0; end < text.size(); ++characters) {
    if (characters + 1 == xlsx::kMostCharactersOfCell) return text.substr(0, end) + "…";
    end += std::max<size_t>(1, status::CharacterLength(std::string_view(text).substr(end)));
  }
  return text;
}

// A sheet that is written row by row. The first fault is kept.
class SheetWriter {
 public:
  SheetWriter(lxw_workbook* workbook, std::map<Look, lxw_format*>* formats, const std::string& name)
      : workbook_(workbook),
        formats_(formats),
        sheet_(workbook_add_worksheet(workbook, name.c_str())) {
    if (sheet_ == nullptr) fault_ = absl::UnknownError("no sheet can be named " + name);
  }

  lxw_worksheet* sheet() { return sheet_; }
  size_t row() const { return row_; }
  void NextRow() {
    ++row_;
    column_ = 0;
  }

  void Text(const std::string& text, const Look& look = {}) {
    const size_t column = column_++;
    if (!fault_.ok()) return;
    if (text.empty()) {
      if (look.shaded || look.status != v1::SCORECARD_STATUS_UNSPECIFIED) {
        worksheet_write_blank(sheet_, static_cast<lxw_row_t>(row_), static_cast<lxw_col_t>(column),
                              FormatOfLook(look));
      }
      return;
    }
    fault_ = xlsx::PutText(sheet_, row_, column, Shortened(text), FormatOfLook(look));
  }
  void Number(double number, const Look& look = {}) {
    const size_t column = column_++;
    if (!fault_.ok()) return;
    worksheet_write_number(sheet_, static_cast<lxw_row_t>(row_), static_cast<lxw_col_t>(column),
                           number, FormatOfLook(look));
  }
  // An exact number; a text where a spreadsheet would round it.
  void Exact(const std::string& decimal, const Look& look = {}) {
    const std::optional<double> number = xlsx::ExactNumber(decimal);
    if (number.has_value()) return Number(*number, look);
    Text(decimal, look);
  }
  void Day(absl::CivilDay day, const Look& look = {}) {
    // Days are numbered from 30 December 1899.
    Look as_day = look;
    as_day.number = "yyyy-mm-dd";
    Number(static_cast<double>(day - absl::CivilDay(1899, 12, 30)), as_day);
  }
  void Width(size_t column, double width) {
    if (sheet_ == nullptr) return;
    worksheet_set_column(sheet_, static_cast<lxw_col_t>(column), static_cast<lxw_col_t>(column),
                         width, nullptr);
  }

  const absl::Status& fault() const { return fault_; }

 private:
  lxw_format* FormatOfLook(const Look& look) {
    lxw_format*& format = (*formats_)[look];
    if (format != nullptr) return format;
    format = workbook_add_format(workbook_);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    if (look.bold) format_set_bold(format);
    if (look.indent > 0) format_set_indent(format, static_cast<uint8_t>(look.indent));
    if (!look.number.empty()) format_set_num_format(format, look.number.c_str());
    if (look.wrapped) format_set_text_wrap(format);
    if (look.status != v1::SCORECARD_STATUS_UNSPECIFIED) {
      const Colours colours = ColoursOf(look.status);
      format_set_bold(format);
      format_set_font_color(format, colours.word);
      format_set_bg_color(format, colours.ground);
    } else if (look.shaded) {
      format_set_bg_color(format, kShade);
    }
    return format;
  }

  lxw_workbook* const workbook_;
  std::map<Look, lxw_format*>* const formats_;
  lxw_worksheet* const sheet_;
  size_t row_ = 0;
  size_t column_ = 0;
  absl::Status fault_;
};

// "#,##0.00": spreadsheets write it as their reader's locale does.
std::string NumberFormat(int decimals) {
  std::string format = "#,##0";
  if (decimals > 0) absl::StrAppend(&format, ".", std::string(static_cast<size_t>(decimals), '0'));
  return format;
}

// The sheet to read.
class TreeSheet {
 public:
  TreeSheet(const Exported& exported, SheetWriter* out)
      : exported_(exported), labels_(exported.language), out_(*out) {}

  void Write() {
    Title();
    const size_t header = out_.row();
    Header();
    VisitNodes(exported_.card.result().root(),
               [&](const v1::ScorecardNode& node, const v1::ScorecardNode*, int level) {
                 Node(node, level);
                 for (const v1::ScorecardIndicator& indicator : node.indicators()) {
                   Link(indicator, level + 1);
                 }
               });
    Layout(header);
  }

 private:
  static constexpr int kColumns = 15;

  std::string Say(Label label, const std::string& first = "",
                  const std::string& second = "") const {
    return labels_.Say(label, first, second);
  }
  void Line(const std::string& text, bool bold = false) {
    Look look;
    look.bold = bold;
    out_.Text(text, look);
    out_.NextRow();
  }

  void Title() {
    const v1::Scorecard& card = exported_.card;
    Line(absl::StrCat(Say(Label::kScorecard), " · ", exported_.plan.text), true);
    Line(absl::StrCat(exported_.institution.text, " · ", labels_.Quarter(card.result().period())));
    const v1::ScorecardNode& root = card.result().root();
    if (!root.code().empty()) Line(absl::StrCat(root.code(), " ", root.title()));
    Line(absl::StrCat(Say(Label::kBasis), " ", labels_.Day(card.basis().date()), " · ",
                      Say(Label::kRevision, std::to_string(card.basis().plan_revision()))));
    std::string closing = absl::StrCat(Say(Label::kClosing), " ", Say(Label::kNotClosed));
    if (const auto time = fields::TimeOf(card.closing().close_time());
        card.has_closing() && time.has_value()) {
      closing =
          absl::StrCat(Say(Label::kClosing), " ",
                       labels_.words().Day(absl::ToCivilDay(*time, absl::UTCTimeZone())), " · ",
                       Say(Label::kChangedSince), Say(Label::kColon),
                       Say(Label::kPlaces, std::to_string(card.closing().differences_size())));
    }
    Line(closing);
    out_.NextRow();
  }

  void Header() {
    Look look;
    look.bold = true;
    look.shaded = true;
    look.wrapped = true;
    const Label labels[kColumns] = {
        Label::kCode,     Label::kName,   Label::kStatus, Label::kReason, Label::kScore,
        Label::kCoverage, Label::kValue,  Label::kUnit,   Label::kTarget, Label::kRedFlag,
        Label::kGap,      Label::kPeriod, Label::kChange, Label::kWeight, Label::kOwner};
    for (const Label label : labels) out_.Text(Say(label), look);
    out_.NextRow();
  }

  // Rows fold by level.
  void Outline(int level) {
    lxw_row_col_options options = {};
    options.level = static_cast<uint8_t>(std::min(level, kDeepestOutline));
    if (out_.sheet() == nullptr) return;
    worksheet_set_row_opt(out_.sheet(), static_cast<lxw_row_t>(out_.row()), LXW_DEF_ROW_HEIGHT,
                          nullptr, &options);
  }

  // A number of the scorecard with a format, or an empty cell.
  void Put(bool has, const common::v1::Number& number, Look look, const std::string& format) {
    look.number = format;
    if (has) return out_.Number(number.value(), look);
    out_.Text("", look);
  }

  void Node(const v1::ScorecardNode& node, int level) {
    Outline(level);
    Look plain;
    Look bold;
    bold.bold = level < 2;
    Look name = bold;
    name.indent = level;
    name.wrapped = true;
    Look status;
    status.status = node.status();
    out_.Text(node.code(), bold);
    out_.Text(node.critical() ? absl::StrCat(node.title(), " (", Say(Label::kCritical), ")")
                              : node.title(),
              name);
    out_.Text(labels_.Status(node.status()), status);
    const bool capped = std::any_of(node.caps().begin(), node.caps().end(),
                                    [](const auto& cap) { return cap.changed_status(); });
    std::string why = labels_.Reason(node.reason());
    if (why.empty() && capped) why = Say(Label::kCapped);
    Look wrapped;
    wrapped.wrapped = true;
    out_.Text(why, wrapped);
    Put(node.has_score(), node.score(), bold, "0.0");
    Put(node.coverage().has_share(), node.coverage().share(), plain, "0.0%");
    for (int i = 0; i < 5; ++i) out_.Text("");
    out_.Text(exported_.card.result().period());
    Put(node.on_quarter_before().has_change(), node.on_quarter_before().change(), plain,
        "+0.0;-0.0;0.0");
    Put(node.has_weight(), node.weight(), plain, "General");
    out_.Text(node.owner_unit().empty() ? "" : UnitTitle(exported_, node.owner_unit()), wrapped);
    out_.NextRow();
  }

  void Link(const v1::ScorecardIndicator& indicator, int level) {
    Outline(level);
    const IndicatorTexts texts = TextsOf(indicator, labels_);
    const v1::Measurement& measured = ScoredOf(indicator);
    const v1::Assessment& with = ComparedWith(measured);
    Look shaded;
    shaded.shaded = true;
    Look wrapped = shaded;
    wrapped.wrapped = true;
    Look name = wrapped;
    name.indent = level;
    Look status;
    status.status = indicator.status();
    std::string title = indicator.title();
    if (title.empty()) title = indicator.indicator().substr(indicator.indicator().rfind('/') + 1);
    if (!indicator.slice().empty()) {
      absl::StrAppend(&title, " {", SliceText(indicator.slice()), "}");
    }
    if (indicator.critical()) absl::StrAppend(&title, " (", Say(Label::kCritical), ")");
    out_.Text("", shaded);
    out_.Text(title, name);
    out_.Text(labels_.Status(indicator.status()), status);
    out_.Text(labels_.Reason(indicator.reason()), wrapped);
    Put(indicator.has_score(), indicator.score(), shaded, "0.0");
    Put(measured.coverage().has_share(), measured.coverage().share(), shaded, "0.0%");
    const std::string format = NumberFormat(texts.decimals);
    Put(measured.has_value(), measured.value(), shaded, format);
    out_.Text(indicator.unit(), shaded);
    // Of a RANGE both bounds, as a text.
    if (with.has_target() || texts.target.empty()) {
      Put(with.has_target(), with.target(), shaded, format);
      Put(with.has_red_flag(), with.red_flag(), shaded, format);
    } else {
      out_.Text(texts.target, shaded);
      out_.Text(texts.red_flag, shaded);
    }
    Put(with.has_gap(), with.gap(), shaded, format);
    out_.Text(indicator.scored_year_to_date()
                  ? absl::StrCat(indicator.evaluation_period(), ", ", Say(Label::kYearToDate))
                  : indicator.evaluation_period(),
              shaded);
    const v1::Trend& trend = indicator.has_on_period_before() ? indicator.on_period_before()
                                                              : indicator.on_year_before();
    Put(trend.has_change(), trend.change(), shaded, format);
    Put(indicator.has_weight(), indicator.weight(), shaded, "General");
    out_.Text("", shaded);
    out_.NextRow();
  }

  void Layout(size_t header) {
    lxw_worksheet* const sheet = out_.sheet();
    if (sheet == nullptr) return;
    const double widths[kColumns] = {9, 52, 15, 26, 8, 10, 13, 9, 13, 13, 12, 16, 10, 9, 28};
    for (size_t i = 0; i < kColumns; ++i) out_.Width(i, widths[i]);
    const auto row = static_cast<lxw_row_t>(header);
    worksheet_freeze_panes(sheet, row + 1, 2);
    worksheet_autofilter(sheet, row, 0, static_cast<lxw_row_t>(out_.row() - 1), kColumns - 1);
    worksheet_outline_settings(sheet, LXW_TRUE, LXW_FALSE, LXW_TRUE, LXW_FALSE);
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, kPaperA4);
    worksheet_fit_to_pages(sheet, 1, 0);
    worksheet_repeat_rows(sheet, row, row);
    worksheet_set_footer(sheet, "&L&F&R&P / &N");
  }

  const Exported& exported_;
  const Labels labels_;
  SheetWriter& out_;
};

void WriteTable(const DataTable& table, SheetWriter* out) {
  Look header;
  header.bold = true;
  Look text;
  text.number = "@";
  for (const std::string_view column : table.columns) out->Text(std::string(column), header);
  out->NextRow();
  for (const std::vector<DataCell>& row : table.rows) {
    for (const DataCell& cell : row) {
      absl::CivilDay day;
      if (cell.kind == DataCell::Kind::kNumber) {
        out->Exact(cell.text);
      } else if (cell.kind == DataCell::Kind::kDay && absl::ParseCivilTime(cell.text, &day)) {
        out->Day(day);
      } else {
        out->Text(cell.text, text);
      }
    }
    out->NextRow();
  }
  constexpr double kColumnWidth = 18;
  for (size_t i = 0; i < table.columns.size(); ++i) out->Width(i, kColumnWidth);
  if (out->sheet() == nullptr) return;
  worksheet_freeze_panes(out->sheet(), 1, 0);
  worksheet_autofilter(out->sheet(), 0, 0, static_cast<lxw_row_t>(out->row() - 1),
                       static_cast<lxw_col_t>(table.columns.size() - 1));
}

absl::StatusOr<std::string> Write(const Exported& exported) {
  ATHENA_ASSIGN_OR_RETURN(const std::unique_ptr<xlsx::WorkbookFile> file,
                          xlsx::WorkbookFile::Make());
  std::map<Look, lxw_format*> formats;
  const Labels labels(exported.language);
  std::string title = labels.Say(Label::kScorecard) + " " + exported.card.result().period();
  std::string author = "Athena";
  lxw_doc_properties properties = {};
  properties.title = title.data();
  properties.author = author.data();
  // Of the basis, so that the same basis gives the same bytes.
  if (const auto day = fields::DayOf(exported.card.basis().date())) {
    properties.created = absl::ToTimeT(absl::FromCivil(*day, absl::UTCTimeZone()));
  }
  workbook_set_properties(file->get(), &properties);
  SheetWriter tree(file->get(), &formats, labels.Say(Label::kScorecard));
  TreeSheet(exported, &tree).Write();
  ATHENA_RETURN_IF_ERROR(tree.fault());
  for (const DataTable& table : TablesOf(exported)) {
    SheetWriter sheet(file->get(), &formats, table.name);
    WriteTable(table, &sheet);
    ATHENA_RETURN_IF_ERROR(sheet.fault());
  }
  return file->Finish();
}

}  // namespace

absl::StatusOr<std::string> WriteWorkbook(const Exported& exported) {
  absl::StatusOr<std::string> bytes = Write(exported);
  if (!bytes.ok()) return status::Unavailable(std::string(bytes.status().message()), kRetryAfter);
  return bytes;
}

}  // namespace athena::reporting
