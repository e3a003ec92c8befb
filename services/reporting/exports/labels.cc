#include "services/reporting/exports/labels.h"

#include <array>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/substitute.h"
#include "absl/time/civil_time.h"
#include "libs/decimal/decimal.h"
#include "libs/decimal/number_format.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "services/reporting/explanations/sentences/phrases.h"

namespace athena::reporting {
namespace {

// The texts of a label: Dutch, French, English.
struct LabelTexts {
  Label label;
  std::array<std::string_view, kLanguages.size()> in;
};

constexpr LabelTexts kLabelTexts[] = {
    {Label::kScorecard, {"Scorekaart", "Carte de scores", "Scorecard"}},
    {Label::kSkip, {"Naar de inhoud", "Aller au contenu", "Skip to the content"}},
    {Label::kCoverage, {"Dekking", "Couverture", "Coverage"}},
    {Label::kCoverageSmall,
     {"van het gewicht heeft een score", "du poids a un score", "of the weight has a score"}},
    {Label::kBasis, {"Gegevens van", "Données du", "Data of"}},
    {Label::kRevision, {"planrevisie $0", "révision $0 du plan", "plan revision $0"}},
    {Label::kClosing, {"Afgesloten", "Clôturé", "Closed"}},
    {Label::kNotClosed, {"nog niet", "pas encore", "not yet"}},
    {Label::kReopened, {"sindsdien heropend", "rouvert depuis", "reopened since"}},
    {Label::kChangedSince,
     {"Gewijzigd sinds de afsluiting", "Modifié depuis la clôture", "Changed since the closing"}},
    {Label::kNoChange, {"niets", "rien", "nothing"}},
    {Label::kPlaces, {"$0 plaats|$0 plaatsen", "$0 endroit|$0 endroits", "$0 place|$0 places"}},
    {Label::kScale,
     {"van 100; groen begint bij $0, rood eindigt bij $1",
      "sur 100\u00a0; le vert commence à $0, le rouge s’arrête à $1",
      "of 100; green starts at $0, red ends at $1"}},
    {Label::kAgainstQuarter,
     {"tegenover het kwartaal ervoor", "par rapport au trimestre précédent",
      "against the quarter before"}},
    {Label::kAgainstYear,
     {"tegenover een jaar eerder", "par rapport à un an plus tôt", "against a year before"}},
    {Label::kBetter, {"beter", "mieux", "better"}},
    {Label::kStable, {"stabiel", "stable", "stable"}},
    {Label::kWorse, {"slechter", "moins bien", "worse"}},
    {Label::kScores, {"Score per kwartaal", "Score par trimestre", "Score by quarter"}},
    {Label::kScoresText,
     {"Van 0 tot 100. Stippellijnen: groen begint bij $0, rood eindigt bij $1.",
      "De 0 à 100. Pointillés\u00a0: le vert commence à $0, le rouge s’arrête à $1.",
      "From 0 to 100. Dotted lines: green starts at $0, red ends at $1."}},
    {Label::kQuarter, {"Kwartaal", "Trimestre", "Quarter"}},
    {Label::kStatus, {"Status", "Statut", "Status"}},
    {Label::kScore, {"Score", "Score", "Score"}},
    {Label::kIndicators, {"Indicatoren", "Indicateurs", "Indicators"}},
    {Label::kElements, {"Elementen", "Éléments", "Elements"}},
    {Label::kBelow, {"Het eerste niveau", "Le premier niveau", "The first level"}},
    {Label::kUnits, {"Per eenheid", "Par unité", "By unit"}},
    {Label::kUnitsText,
     {"De acties van het plan, volgens wie ervoor instaat.",
      "Les actions du plan, selon qui en répond.",
      "The actions of the plan, by who answers for them."}},
    {Label::kActions, {"Acties", "Actions", "Actions"}},
    {Label::kTree, {"Alles", "Tout", "All of it"}},
    {Label::kTreeText,
     {"Elk element, dan zijn indicatoren, dan wat eronder valt. Waarden tellen voor de periode "
      "ernaast.",
      "Chaque élément, puis ses indicateurs, puis ce qui en dépend. Les valeurs valent pour la "
      "période indiquée.",
      "Each element, then its indicators, then what is below it. Values are of the period beside "
      "them."}},
    {Label::kName, {"Naam", "Nom", "Name"}},
    {Label::kReason, {"Reden", "Raison", "Reason"}},
    {Label::kValue, {"Waarde", "Valeur", "Value"}},
    {Label::kTarget, {"Doel", "Cible", "Target"}},
    {Label::kRedFlag, {"Rode vlag", "Seuil rouge", "Red flag"}},
    {Label::kPeriod, {"Periode", "Période", "Period"}},
    {Label::kUnit, {"Eenheid", "Unité", "Unit"}},
    {Label::kChange, {"Verandering", "Évolution", "Change"}},
    {Label::kWeight, {"Gewicht", "Poids", "Weight"}},
    {Label::kCode, {"Code", "Code", "Code"}},
    {Label::kGap, {"Verschil", "Écart", "Gap"}},
    {Label::kCritical, {"kritiek", "critique", "critical"}},
    {Label::kOwner, {"Eigenaar", "Responsable", "Owner"}},
    {Label::kProvisional, {"voorlopig", "provisoire", "provisional"}},
    {Label::kYearToDate, {"jaar tot nu", "année en cours", "year to date"}},
    {Label::kBetween, {"$0 tot $1", "$0 à $1", "$0 to $1"}},
    {Label::kCapped,
     {"een kritiek deel houdt dit tegen", "une partie critique le retient",
      "a critical part holds it back"}},
    {Label::kMilestones, {"Mijlpalen", "Jalons", "Milestones"}},
    {Label::kMilestonesText,
     {"Gemiste eerst, dan open, dan bereikte.",
      "D’abord les manqués, puis les ouverts, puis les "
      "atteints.",
      "Missed ones first, then open ones, then those reached."}},
    {Label::kNoMilestones,
     {"Er zijn geen mijlpalen.", "Il n’y a pas de jalons.", "There are no milestones."}},
    {Label::kMilestone, {"Mijlpaal", "Jalon", "Milestone"}},
    {Label::kElement, {"Element", "Élément", "Element"}},
    {Label::kColon, {": ", "\u00a0: ", ": "}},
    {Label::kState, {"Stand", "État", "State"}},
    {Label::kOpen, {"open", "ouvert", "open"}},
    {Label::kDone, {"bereikt", "atteint", "reached"}},
    {Label::kMissed, {"gemist", "manqué", "missed"}},
    {Label::kWithdrawn, {"ingetrokken", "retiré", "withdrawn"}},
    {Label::kDueDate, {"Te bereiken tegen", "Échéance", "Due"}},
    {Label::kDoneDate, {"Bereikt op", "Atteint le", "Reached on"}},
    {Label::kWasDue, {"eerst $0", "d’abord $0", "at first $0"}},
    {Label::kRisks, {"Open risico’s", "Risques ouverts", "Open risks"}},
    {Label::kRisksText,
     {"Kans maal impact, van 1 tot 25, met de maatregelen die er zijn. De hoogste eerst.",
      "Probabilité fois impact, de 1 à 25, mesures comprises. Les plus élevés d’abord.",
      "Likelihood times impact, 1 to 25, with the controls there are. The highest first."}},
    {Label::kNoRisks,
     {"Er zijn geen open risico’s, of u mag ze niet zien.",
      "Il n’y a pas de risques ouverts, ou vous ne pouvez pas les voir.",
      "There are no open risks, or you may not see them."}},
    {Label::kRisk, {"Risico", "Risque", "Risk"}},
    {Label::kLikelihood, {"Kans", "Probabilité", "Likelihood"}},
    {Label::kImpact, {"Impact", "Impact", "Impact"}},
    {Label::kLevel, {"Score", "Score", "Score"}},
    {Label::kTreatment, {"Aanpak", "Traitement", "Treatment"}},
    {Label::kTreatmentNone, {"niet beslist", "non décidé", "not decided"}},
    {Label::kTreatmentAvoid, {"vermijden", "éviter", "avoid"}},
    {Label::kTreatmentReduce, {"verminderen", "réduire", "reduce"}},
    {Label::kTreatmentTransfer, {"overdragen", "transférer", "transfer"}},
    {Label::kTreatmentAccept, {"aanvaarden", "accepter", "accept"}},
    {Label::kReview, {"Volgende toets", "Prochaine revue", "Next review"}},
    {Label::kBudget, {"Begroting", "Budget", "Budget"}},
    {Label::kBudgetText,
     {"Euro, sinds 1 januari van $0, met wat eronder valt. Kredieten zoals aangepast.",
      "Euros, depuis le 1er janvier $0, avec ce qui en dépend. Crédits ajustés.",
      "Euros since 1 January $0, with what is below. Appropriations as adjusted."}},
    {Label::kNoBudget,
     {"Er zijn geen begrotingslijnen, of u mag ze niet zien.",
      "Il n’y a pas de lignes budgétaires, ou vous ne pouvez pas les voir.",
      "There are no budget lines, or you may not see them."}},
    {Label::kCommitted, {"Vastgelegd", "Engagé", "Committed"}},
    {Label::kPaid, {"Betaald", "Payé", "Paid"}},
    {Label::kCommitmentCredit,
     {"Vastleggingskrediet", "Crédit d’engagement", "Commitment appropriation"}},
    {Label::kPaymentCredit, {"Betalingskrediet", "Crédit de paiement", "Payment appropriation"}},
    {Label::kExecution, {"Uitvoering", "Exécution", "Execution"}},
    {Label::kReports,
     {"Wat de eigenaars melden", "Ce que disent les responsables", "What the owners report"}},
    {Label::kReportsText,
     {"Uit de voortgangsrapporten van het kwartaal.", "Des rapports d’avancement du trimestre.",
      "From the progress reports of the quarter."}},
    {Label::kNoReports,
     {"Er zijn geen voortgangsrapporten.", "Il n’y a pas de rapports d’avancement.",
      "There are no progress reports."}},
    {Label::kReport, {"Verslag", "Rapport", "Report"}},
    {Label::kBlockers, {"Wat het ophoudt", "Ce qui retarde", "What delays it"}},
    {Label::kCorrective, {"Wat eraan gebeurt", "Ce qui est fait", "What is done about it"}},
    {Label::kForecastEnd, {"Verwacht einde", "Fin prévue", "Expected end"}},
    {Label::kCause, {"Oorzaak", "Cause", "Cause"}},
    {Label::kMeasure, {"Maatregel", "Mesure", "Measure"}},
    {Label::kNotValidated, {"niet gevalideerd", "non validé", "not validated"}},
    {Label::kWarnings, {"Let op", "Attention", "Note"}},
    {Label::kLinkedTwice,
     {"$0 telt mee in meer dan één element: $1.", "$0 compte dans plus d’un élément\u00a0: $1.",
      "$0 counts in more than one element: $1."}},
    {Label::kZonesDiffer,
     {"Plan en indicatoren hebben een andere tijdzone: $0 en $1.",
      "Plan et indicateurs ont un autre fuseau horaire\u00a0: $0 et $1.",
      "Plan and indicators have different time zones: $0 and $1."}},
    {Label::kFootBasis,
     {"Berekend uit planrevisie $0 en gegevens van $1. Wie dezelfde basis opvraagt, krijgt "
      "dezelfde "
      "cijfers.",
      "Calculé à partir de la révision $0 du plan et des données du $1. La même base donne les "
      "mêmes chiffres.",
      "Computed from plan revision $0 and data of $1. The same basis gives the same numbers."}},
    {Label::kFootRounding,
     {"Cijfers zijn zo afgerond dat ze de kleur niet tegenspreken; de JSON- en CSV-uitvoer heeft "
      "ze "
      "volledig.",
      "Les chiffres sont arrondis sans contredire la couleur\u00a0; les exports JSON et CSV les "
      "ont "
      "en entier.",
      "Numbers are rounded so that they do not contradict the colour; the exports JSON and CSV "
      "have "
      "all digits."}},
    {Label::kFile, {"Uitvoer van Athena", "Export d’Athena", "Exported from Athena"}},
};
constexpr bool AreInOrder() {
  for (size_t i = 0; i < std::size(kLabelTexts); ++i) {
    if (static_cast<size_t>(kLabelTexts[i].label) != i) return false;
  }
  return true;
}
static_assert(AreInOrder());
static_assert(std::size(kLabelTexts) == static_cast<size_t>(Label::kLabels));

std::optional<Decimal> DecimalOf(bool has, const common::v1::Number& number) {
  if (!has) return std::nullopt;
  const absl::StatusOr<Decimal> parsed = Decimal::Parse(number.decimal());
  return parsed.ok() ? std::optional(*parsed) : std::nullopt;
}

Decimal DecimalOr0(const common::v1::Number& number) {
  return DecimalOf(true, number).value_or(Decimal());
}

Phrase ReasonPhraseOf(v1::ScorecardReason reason) {
  switch (reason) {
    case v1::SCORECARD_REASON_NOT_BEGUN:
      return Phrase::kReasonNotBegun;
    case v1::SCORECARD_REASON_NOT_DUE:
      return Phrase::kReasonNotDue;
    case v1::SCORECARD_REASON_OVERDUE:
      return Phrase::kReasonOverdue;
    case v1::SCORECARD_REASON_NO_TARGET:
      return Phrase::kReasonNoTarget;
    case v1::SCORECARD_REASON_INCOMPLETE:
      return Phrase::kReasonIncomplete;
    case v1::SCORECARD_REASON_NOT_ADDITIVE:
      return Phrase::kReasonNotAdditive;
    case v1::SCORECARD_REASON_DIV0:
      return Phrase::kReasonDivisionByZero;
    case v1::SCORECARD_REASON_OPERAND:
      return Phrase::kReasonOperand;
    case v1::SCORECARD_REASON_OVERFLOW:
      return Phrase::kReasonOverflow;
    case v1::SCORECARD_REASON_INDICATOR_NOT_READABLE:
      return Phrase::kReasonNotReadable;
    case v1::SCORECARD_REASON_COVERAGE:
      return Phrase::kReasonCoverage;
    case v1::SCORECARD_REASON_NO_WEIGHT:
      return Phrase::kReasonNoWeight;
    case v1::SCORECARD_REASON_MISSING_PART:
      return Phrase::kReasonMissingPart;
    case v1::SCORECARD_REASON_NOTHING_EXPECTED:
      return Phrase::kReasonNothingExpected;
    case v1::SCORECARD_REASON_CANCELLED:
      return Phrase::kReasonCancelled;
    case v1::SCORECARD_REASON_DEFERRED:
      return Phrase::kReasonDeferred;
    case v1::SCORECARD_REASON_TARGET_ENDED:
      return Phrase::kReasonTargetEnded;
    case v1::SCORECARD_REASON_NO_COMMON_CELLS:
      return Phrase::kReasonNoCommonCells;
    case v1::SCORECARD_REASON_NO_REPORT:
      return Phrase::kReasonNoReport;
    default:
      return Phrase::kReasonNoData;
  }
}

}  // namespace

std::string_view LabelIn(Language language, Label label) {
  return kLabelTexts[static_cast<size_t>(label)].in[static_cast<size_t>(language)];
}

std::string Labels::Say(Label label, const std::string& first, const std::string& second) const {
  const std::string text(LabelIn(language_, label));
  const size_t bar = text.find('|');
  if (bar == std::string::npos) return absl::Substitute(text, first, second);
  return absl::Substitute(first == "1" ? text.substr(0, bar) : text.substr(bar + 1), first, second);
}

std::string Labels::Status(v1::ScorecardStatus status) const {
  switch (status) {
    case v1::SCORECARD_STATUS_GREEN:
      return words_.Status(Status::kGreen);
    case v1::SCORECARD_STATUS_AMBER:
      return words_.Status(Status::kAmber);
    case v1::SCORECARD_STATUS_RED:
      return words_.Status(Status::kRed);
    case v1::SCORECARD_STATUS_NO_SCORE:
      return words_.Status(Status::kNoScore);
    case v1::SCORECARD_STATUS_NOT_APPLICABLE:
      return words_.Status(Status::kNotApplicable);
    default:
      return "";
  }
}

std::string Labels::Reason(v1::ScorecardReason reason) const {
  if (reason == v1::SCORECARD_REASON_UNSPECIFIED) return "";
  return reporting::Say(language_, ReasonPhraseOf(reason));
}

std::string Labels::Day(const common::v1::Date& date) const {
  const std::optional<absl::CivilDay> day = fields::DayOf(date);
  return day.has_value() ? words_.Day(*day) : "";
}

std::string Labels::Day(const std::string& day) const {
  absl::CivilDay parsed;
  return absl::ParseCivilTime(day, &parsed) ? words_.Day(parsed) : "";
}

std::string Labels::Quarter(const std::string& quarter) const {
  const absl::StatusOr<Period> period = Period::Parse(quarter);
  return period.ok() && period->frequency() == Frequency::kQuarter ? words_.Quarter(*period)
                                                                   : quarter;
}

std::string Labels::Trend(const v1::Trend& trend, int decimals) const {
  Label word = Label::kStable;
  switch (trend.direction()) {
    case v1::Trend::DIRECTION_IMPROVING:
      word = Label::kBetter;
      break;
    case v1::Trend::DIRECTION_STABLE:
      break;
    case v1::Trend::DIRECTION_DECLINING:
      word = Label::kWorse;
      break;
    default:
      return "–";
  }
  const Decimal change = DecimalOr0(trend.change());
  const int shown = DecimalsThatTellApart(decimals, {}, {change});
  return words_.Signed(change, shown) + " " + Say(word);
}

std::string Labels::Score(const common::v1::Number& score) const {
  return words_.Score(DecimalOr0(score));
}
std::string Labels::Share(const common::v1::Number& share) const {
  return words_.Percent(DecimalOr0(share), 1);
}
std::string Labels::Euros(const common::v1::Number& amount) const {
  return words_.Number(DecimalOr0(amount), 2);
}

const v1::Measurement& ScoredOf(const v1::ScorecardIndicator& indicator) {
  return indicator.scored_year_to_date() ? indicator.year_to_date() : indicator.period_result();
}

const v1::Assessment& ComparedWith(const v1::Measurement& measurement) {
  return measurement.has_ended() && !measurement.current().has_target() &&
                 !measurement.current().has_low()
             ? measurement.ended()
             : measurement.current();
}

IndicatorTexts TextsOf(const v1::ScorecardIndicator& indicator, const Labels& labels) {
  const v1::Measurement& measured = ScoredOf(indicator);
  const v1::Assessment& with = ComparedWith(measured);
  const auto value = DecimalOf(measured.has_value(), measured.value());
  const auto target = DecimalOf(with.has_target(), with.target());
  const auto red_flag = DecimalOf(with.has_red_flag(), with.red_flag());
  const auto low = DecimalOf(with.has_low(), with.low());
  const auto high = DecimalOf(with.has_high(), with.high());
  const auto red_low = DecimalOf(with.has_red_low(), with.red_low());
  const auto red_high = DecimalOf(with.has_red_high(), with.red_high());
  std::vector<Decimal> beside;
  for (const auto& number : {value, target, red_flag, low, high, red_low, red_high}) {
    if (number.has_value()) beside.push_back(*number);
  }
  IndicatorTexts texts;
  texts.decimals = DecimalsThatTellApart(indicator.decimals(), beside);
  const Words& words = labels.words();
  const auto text = [&](const std::optional<Decimal>& number) {
    return number.has_value() ? words.Number(*number, texts.decimals) : std::string();
  };
  texts.value = text(value);
  texts.target = text(target);
  texts.red_flag = text(red_flag);
  if (low.has_value()) texts.target = labels.Say(Label::kBetween, text(low), text(high));
  if (red_low.has_value())
    texts.red_flag = labels.Say(Label::kBetween, text(red_low), text(red_high));
  const v1::Trend& trend =
      indicator.has_on_period_before() ? indicator.on_period_before() : indicator.on_year_before();
  texts.change = labels.Trend(trend, texts.decimals);
  return texts;
}

}  // namespace athena::reporting
