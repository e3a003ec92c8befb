#include "services/reporting/board/words.h"

#include <algorithm>
#include <cstdlib>

#include "libs/decimal/number_format.h"

namespace athena::reporting {
namespace {

// A space at which no line is broken.
constexpr std::string_view kHardSpace = "\u00a0";

// The texts of a phrase. "one|many" has a form of its own for 1 (in French for 0 too).
struct Texts {
  BoardPhrase phrase;
  std::string_view nl;
  std::string_view fr;
  std::string_view en;
};

constexpr Texts kTexts[] = {
    {BoardPhrase::kGreen, "Groen", "Vert", "Green"},
    {BoardPhrase::kAmber, "Oranje", "Orange", "Amber"},
    {BoardPhrase::kRed, "Rood", "Rouge", "Red"},
    {BoardPhrase::kNoScore, "Geen score", "Pas de score", "No score"},
    {BoardPhrase::kNotApplicable, "Niet van toepassing", "Sans objet", "Not applicable"},
    {BoardPhrase::kPlanGreen, "Groen: op koers", "Vert\u00a0: en bonne voie", "Green: on course"},
    {BoardPhrase::kPlanAmber, "Oranje: niet helemaal op koers",
     "Orange\u00a0: pas tout à fait en bonne voie", "Amber: not quite on course"},
    {BoardPhrase::kPlanRed, "Rood: niet op koers", "Rouge\u00a0: pas en bonne voie",
     "Red: off course"},
    {BoardPhrase::kPlanNoScore, "Geen score: er ontbreken gegevens",
     "Pas de score\u00a0: des données manquent", "No score: data are missing"},
    {BoardPhrase::kScale, "van 100; groen begint bij $0", "sur 100\u00a0; le vert commence à $0",
     "of 100; green starts at $0"},
    {BoardPhrase::kAxes, "$0 krachtlijn: $1.|$0 krachtlijnen: $1.",
     "$0 axe\u00a0: $1.|$0 axes\u00a0: $1.", "$0 axis: $1.|$0 axes: $1."},
    {BoardPhrase::kCountGreen, "$0 groen", "$0 en vert", "$0 green"},
    {BoardPhrase::kCountAmber, "$0 oranje", "$0 à l’orange", "$0 amber"},
    {BoardPhrase::kCountRed, "$0 rood", "$0 en rouge", "$0 red"},
    {BoardPhrase::kCountNoScore, "$0 zonder score", "$0 sans score", "$0 without score"},
    {BoardPhrase::kCountNotApplicable, "$0 niet van toepassing", "$0 sans objet",
     "$0 not applicable"},
    {BoardPhrase::kCostsMost, "$0 kost het plan de meeste punten: $1.",
     "$0 coûte le plus de points au plan\u00a0: $1.", "$0 costs the plan most points: $1."},
    {BoardPhrase::kBecameRed,
     "$0 element werd dit kwartaal rood.|$0 elementen werden dit kwartaal rood.",
     "$0 élément est passé au rouge ce trimestre.|$0 éléments sont passés au rouge ce trimestre.",
     "$0 element turned red this quarter.|$0 elements turned red this quarter."},
    {BoardPhrase::kCriticalMissed,
     "$0 kritieke mijlpaal werd gemist.|$0 kritieke mijlpalen werden gemist.",
     "$0 jalon critique a été manqué.|$0 jalons critiques ont été manqués.",
     "$0 critical milestone was missed.|$0 critical milestones were missed."},
    {BoardPhrase::kImproving, "$0, stijgend ($1)", "$0, en hausse ($1)", "$0, improving ($1)"},
    {BoardPhrase::kStable, "$0, stabiel ($1)", "$0, stable ($1)", "$0, stable ($1)"},
    {BoardPhrase::kDeclining, "$0, dalend ($1)", "$0, en baisse ($1)", "$0, declining ($1)"},
    {BoardPhrase::kNothingBefore, "geen eerdere score", "pas de score antérieure",
     "no earlier score"},
    {BoardPhrase::kNoScoreNow, "geen score meer", "plus de score", "no score any more"},
    {BoardPhrase::kScoredOtherwise, "toen anders gescoord", "évalué autrement à l’époque",
     "scored otherwise then"},
    {BoardPhrase::kThisQuarter, "dit kwartaal", "ce trimestre", "this quarter"},
    {BoardPhrase::kQuarters, "$0 kwartaal|$0 kwartalen", "$0 trimestre|$0 trimestres",
     "$0 quarter|$0 quarters"},
    {BoardPhrase::kQuartersOrLonger, "$0 kwartaal of langer|$0 kwartalen of langer",
     "$0 trimestre ou plus|$0 trimestres ou plus", "$0 quarter or longer|$0 quarters or longer"},
    {BoardPhrase::kCoverage, "$0 van het gewicht heeft een score.", "$0 du poids a un score.",
     "$0 of the weight has a score."},
    {BoardPhrase::kFigures, "$0 van $1 cijfers ontvangen; $2 ontbreken.",
     "$0 chiffres reçus sur $1\u00a0; $2 manquent.", "$0 of $1 figures received; $2 are missing."},
    {BoardPhrase::kRedHeading, "Wat rood is, en waarom: $0 van $1",
     "Ce qui est rouge, et pourquoi\u00a0: $0 sur $1", "What is red, and why: $0 of $1"},
    {BoardPhrase::kRedText, "Nieuw dit kwartaal: $0. Al langer rood: $1.",
     "Nouveaux ce trimestre\u00a0: $0. Rouges depuis plus longtemps\u00a0: $1.",
     "New this quarter: $0. Red for longer: $1."},
    {BoardPhrase::kHeldHeading,
     "Niet rood, maar kijk: $0 op oranje gehouden, $1 met een rode indicator",
     "Pas rouge, mais à voir\u00a0: $0 maintenus à l’orange, $1 avec un indicateur rouge",
     "Not red, but look: $0 held at amber, $1 with a red indicator inside"},
    {BoardPhrase::kHeldAtAmber, "Zou groen zijn, maar blijft oranje.",
     "Serait vert, mais reste à l’orange.", "Would be green, but is held at amber."},
    {BoardPhrase::kAtLeast, "$0: $1 tegenover minstens $2; rood onder $3.",
     "$0\u00a0: $1 contre au moins $2\u00a0; rouge en dessous de $3.",
     "$0: $1 against at least $2; red below $3."},
    {BoardPhrase::kAtMost, "$0: $1 tegenover hoogstens $2; rood boven $3.",
     "$0\u00a0: $1 contre au plus $2\u00a0; rouge au-dessus de $3.",
     "$0: $1 against at most $2; red above $3."},
    {BoardPhrase::kBetween, "$0: $1, niet tussen $2 en $3; rood onder $4 en boven $5.",
     "$0\u00a0: $1, hors de $2 à $3\u00a0; rouge en dessous de $4 et au-dessus de $5.",
     "$0: $1, not between $2 and $3; red below $4 and above $5."},
    {BoardPhrase::kProgress,
     "Voortgang: $0 klaar, dat is $1 van wat de verstreken tijd vraagt; groen vanaf $2, rood onder "
     "$3.",
     "Avancement\u00a0: $0 réalisé, soit $1 de ce que demande le temps écoulé\u00a0; vert à partir "
     "de $2, rouge en dessous de $3.",
     "Progress: $0 done, which is $1 of what the elapsed time asks; green from $2, red below $3."},
    {BoardPhrase::kNoReportLong, "Geen voortgangsrapport, en de einddatum is lang voorbij.",
     "Pas de rapport d’avancement, et l’échéance est passée depuis longtemps.",
     "No progress report, and its last day is long past."},
    {BoardPhrase::kMilestonesReached,
     "Mijlpalen: $0 van $1 bereikt; groen vanaf $2, rood onder $3.",
     "Jalons\u00a0: $0 sur $1 atteints\u00a0; vert à partir de $2, rouge en dessous de $3.",
     "Milestones: $0 of $1 reached; green from $2, red below $3."},
    {BoardPhrase::kPastEnd, "Niet voltooid op zijn einddatum, $0.",
     "Pas achevé à son échéance, le $0.", "Not completed on its last day, $0."},
    {BoardPhrase::kMilestoneMissed, "Mijlpaal gemist: $0 ($1).", "Jalon manqué\u00a0: $0 ($1).",
     "Milestone missed: $0 ($1)."},
    {BoardPhrase::kCriticalMilestoneMissed, "Kritieke mijlpaal gemist: $0 ($1).",
     "Jalon critique manqué\u00a0: $0 ($1).", "Critical milestone missed: $0 ($1)."},
    {BoardPhrase::kElementRed, "$0 is rood.", "$0 est rouge.", "$0 is red."},
    {BoardPhrase::kPartWithoutScore, "$0 is kritiek en heeft geen score.",
     "$0 est critique et n’a pas de score.", "$0 is critical and has no score."},
    {BoardPhrase::kLowScore, "Geen van zijn delen is rood, maar hun gemiddelde ligt onder $0.",
     "Aucune de ses parties n’est rouge, mais leur moyenne est en dessous de $0.",
     "None of its parts is red, but their mean is below $0."},
    {BoardPhrase::kMovesHeading, "Wat bewoog sinds $0", "Ce qui a bougé depuis $0",
     "What moved since $0"},
    {BoardPhrase::kMovesText,
     "$0 element kreeg een andere status: $1 slechter, $2 beter, $3 verloor zijn score, $4 kreeg "
     "er "
     "een.|$0 elementen kregen een andere status: $1 slechter, $2 beter, $3 verloren hun score, $4 "
     "kregen er een.",
     "$0 élément a changé de statut\u00a0: $1 moins bien, $2 mieux, $3 sans score désormais, $4 "
     "avec un score désormais.|$0 éléments ont changé de statut\u00a0: $1 moins bien, $2 mieux, $3 "
     "sans score désormais, $4 avec un score désormais.",
     "$0 element changed status: $1 worse, $2 better, $3 lost its score, $4 gained one.|$0 "
     "elements "
     "changed status: $1 worse, $2 better, $3 lost their score, $4 gained one."},
    {BoardPhrase::kMovesNone, "Het plan heeft geen eerder kwartaal.",
     "Le plan n’a pas de trimestre antérieur.", "The plan has no earlier quarter."},
    {BoardPhrase::kMilestonesHeading, "Gemiste mijlpalen: $0, waarvan $1 kritiek",
     "Jalons manqués\u00a0: $0, dont $1 critiques", "Missed milestones: $0, of which $1 critical"},
    {BoardPhrase::kMilestonesText, "Niet bereikt op $0.", "Pas atteints le $0.",
     "Not reached on $0."},
    {BoardPhrase::kMilestonesInactive,
     "Nog $0 hoort bij een uitgesteld of geannuleerd element.|Nog $0 horen bij uitgestelde of "
     "geannuleerde elementen.",
     "$0 de plus appartient à un élément reporté ou annulé.|$0 de plus appartiennent à des "
     "éléments "
     "reportés ou annulés.",
     "$0 more belongs to a deferred or cancelled element.|$0 more belong to deferred or cancelled "
     "elements."},
    {BoardPhrase::kDaysLate, "$1, $0 dag te laat|$1, $0 dagen te laat",
     "$1, $0 jour de retard|$1, $0 jours de retard", "$1, $0 day late|$1, $0 days late"},
    {BoardPhrase::kJustDue, "$0, net verstreken", "$0, tout juste échu", "$0, just due"},
    {BoardPhrase::kRisksHeading, "Hoogste restrisico’s: $0 van $1",
     "Principaux risques résiduels\u00a0: "
     "$0 sur $1",
     "Top residual risks: $0 of $1"},
    {BoardPhrase::kRisksText, "Zonder behandeling: $0. Herziening te laat: $1.",
     "Sans traitement\u00a0: $0. Révision en retard\u00a0: $1.",
     "Without treatment: $0. Reviews overdue: $1."},
    {BoardPhrase::kRiskScore, "$0 × $1 = $2; vóór beheersing $3",
     "$0 × $1 = $2\u00a0; avant maîtrise $3", "$0 × $1 = $2; before controls $3"},
    {BoardPhrase::kTreatmentNone, "behandeling: nog geen", "traitement\u00a0: pas encore",
     "treatment: none yet"},
    {BoardPhrase::kTreatmentAvoid, "behandeling: vermijden", "traitement\u00a0: éviter",
     "treatment: avoid"},
    {BoardPhrase::kTreatmentReduce, "behandeling: verkleinen", "traitement\u00a0: réduire",
     "treatment: reduce"},
    {BoardPhrase::kTreatmentTransfer, "behandeling: overdragen", "traitement\u00a0: transférer",
     "treatment: transfer"},
    {BoardPhrase::kTreatmentAccept, "behandeling: aanvaarden", "traitement\u00a0: accepter",
     "treatment: accept"},
    {BoardPhrase::kBudgetHeading, "Budget tegenover het verstreken jaar",
     "Budget par rapport à l’année écoulée", "Budget against the elapsed year"},
    {BoardPhrase::kBudgetText,
     "$0 van $1 is verstreken. Wie meer dan 10 punten minder betaald heeft, loopt achter.",
     "$0 de $1 est écoulé. Un paiement inférieur de plus de 10 points est en retard.",
     "$0 of $1 has elapsed. Paid more than 10 points below that is behind."},
    {BoardPhrase::kBudgetAmounts, "$0 vastgelegd van $1; $2 betaald van $3.",
     "$0 engagés sur $1\u00a0; $2 payés sur $3.", "$0 committed of $1; $2 paid of $3."},
    {BoardPhrase::kBudgetLacking,
     "Van $0 budgetlijn ontbreken bedragen.|Van $0 budgetlijnen ontbreken "
     "bedragen.",
     "Des montants manquent pour $0 ligne budgétaire.|Des montants manquent pour $0 lignes "
     "budgétaires.",
     "$0 budget line lacks amounts.|$0 budget lines lack amounts."},
    {BoardPhrase::kNoBudget, "Geen budgetlijnen.", "Pas de lignes budgétaires.",
     "No budget lines."},
    {BoardPhrase::kMillions, "€\u00a0$0\u00a0mln.", "$0\u00a0M€", "€\u00a0$0\u00a0m"},
    {BoardPhrase::kEuros, "€\u00a0$0", "$0\u00a0€", "€\u00a0$0"},
    {BoardPhrase::kExecution, "vastgelegd $0, betaald $1", "engagé $0, payé $1",
     "committed $0, paid $1"},
    {BoardPhrase::kBehind, "achter", "en retard", "behind"},
    {BoardPhrase::kInStep, "in de pas", "au rythme", "in step"},
    {BoardPhrase::kAhead, "voor", "en avance", "ahead"},
    {BoardPhrase::kProcessesHeading, "Processen: $0, waarvan $1 rood",
     "Processus\u00a0: $0, dont $1 en rouge", "Processes: $0, of which $1 red"},
    {BoardPhrase::kProcessText,
     "$1 van $0 indicator rood, $2 zonder score.|$1 van $0 indicatoren rood, "
     "$2 zonder score.",
     "$1 indicateur sur $0 en rouge, $2 sans score.|$1 indicateurs sur $0 en rouge, $2 sans score.",
     "$1 of $0 indicator red, $2 without score.|$1 of $0 indicators red, $2 without score."},
    {BoardPhrase::kProcessRisks, "$0 risico, van $1.|$0 risico’s, het hoogste $1.",
     "$0 risque, de $1.|$0 risques, le plus élevé de $1.",
     "$0 risk, of $1.|$0 risks, the highest $1."},
    {BoardPhrase::kMissingHeading, "Ontbrekende gegevens: $0, en wie ze verschuldigd is",
     "Données manquantes\u00a0: $0, et qui les doit", "Data missing: $0, and who owes them"},
    {BoardPhrase::kMissingSome, "$0 van $1 cijfers voor $2", "$0 chiffres sur $1 pour $2",
     "$0 of $1 figures for $2"},
    {BoardPhrase::kMissingAll, "Geen waarde voor $0", "Pas de valeur pour $0", "No value for $0"},
    {BoardPhrase::kMissingWhy, "Geen waarde voor $0: $1", "Pas de valeur pour $0\u00a0: $1",
     "No value for $0: $1"},
    {BoardPhrase::kMissingReport, "Geen voortgangsrapport voor $0",
     "Pas de rapport d’avancement pour $0", "No progress report for $0"},
    {BoardPhrase::kMissingAmounts, "Bedragen van $0 ontbreken", "Des montants de $0 manquent",
     "Amounts of $0 are missing"},
    {BoardPhrase::kDue, "$0; verwacht op $1", "$0\u00a0; attendu le $1", "$0; due $1"},
    {BoardPhrase::kDivisionByZero, "deling door nul", "division par zéro", "division by zero"},
    {BoardPhrase::kOperand, "een operand heeft geen waarde", "un opérande n’a pas de valeur",
     "an operand has no value"},
    {BoardPhrase::kOverflow, "een getal is te groot", "un nombre est trop grand",
     "a number is too large"},
    {BoardPhrase::kNotAdditive, "de reeksen kunnen niet samengeteld worden",
     "les séries ne s’additionnent pas", "its series cannot be added up"},
    {BoardPhrase::kNotReadable, "de indicator bestaat niet of mag niet gelezen worden",
     "l’indicateur n’existe pas ou ne peut être lu",
     "the indicator does not exist or is not readable"},
    {BoardPhrase::kNoCommonCells, "de operanden hebben geen gemeenschappelijke cellen",
     "les opérandes n’ont pas de cellule commune", "its operands have no common cells"},
    {BoardPhrase::kIncomplete, "te veel cijfers ontbreken", "trop de chiffres manquent",
     "too many figures are missing"},
    {BoardPhrase::kDecisionsHeading, "Open beslissingen: $0, waarvan $1 te laat",
     "Décisions ouvertes\u00a0: $0, dont $1 en retard", "Open decisions: $0, of which $1 overdue"},
    {BoardPhrase::kOverdue, "$0, te laat", "$0, en retard", "$0, overdue"},
    {BoardPhrase::kUntargetedHeading, "Indicatoren zonder doel: $0",
     "Indicateurs sans cible\u00a0: $0", "Indicators without target: $0"},
    {BoardPhrase::kNoValue, "geen waarde", "pas de valeur", "no value"},
    {BoardPhrase::kFirstQuarter, "eerste kwartaal van $0", "premier trimestre $0",
     "first quarter of $0"},
    {BoardPhrase::kSecondQuarter, "tweede kwartaal van $0", "deuxième trimestre $0",
     "second quarter of $0"},
    {BoardPhrase::kThirdQuarter, "derde kwartaal van $0", "troisième trimestre $0",
     "third quarter of $0"},
    {BoardPhrase::kFourthQuarter, "vierde kwartaal van $0", "quatrième trimestre $0",
     "fourth quarter of $0"},
};

constexpr size_t kTextCount = sizeof(kTexts) / sizeof(kTexts[0]);

// Whether each phrase stands in the place of its number.
constexpr bool TextsAreInOrder() {
  if (kTextCount != static_cast<size_t>(BoardPhrase::kPhrases)) return false;
  for (size_t i = 0; i < kTextCount; ++i) {
    if (kTexts[i].phrase != static_cast<BoardPhrase>(i)) return false;
  }
  return true;
}
static_assert(TextsAreInOrder());

constexpr std::array<std::string_view, 12> kMonths[kLanguages.size()] = {
    {"jan.", "feb.", "mrt.", "apr.", "mei", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec."},
    {"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
     "déc."},
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}};

struct Signs {
  std::string_view thousands;
  std::string_view decimal;
};
constexpr Signs kSigns[kLanguages.size()] = {{".", ","}, {"\u202f", ","}, {",", "."}};

}  // namespace

std::string Words::Text(BoardPhrase phrase) const {
  const Texts& texts = kTexts[static_cast<size_t>(phrase)];
  switch (language_) {
    case Language::kDutch:
      return std::string(texts.nl);
    case Language::kFrench:
      return std::string(texts.fr);
    case Language::kEnglish:
      return std::string(texts.en);
  }
  return std::string(texts.en);
}

std::string Words::Counted(BoardPhrase phrase, int64_t count) const {
  const std::string text = Text(phrase);
  const size_t bar = text.find('|');
  if (bar == std::string::npos) return text;
  const bool one = count == 1 || (count == 0 && language_ == Language::kFrench);
  return one ? text.substr(0, bar) : text.substr(bar + 1);
}

std::string Words::Number(Decimal number, int decimals) const {
  std::string plain = number.ToFixed(decimals);
  const Signs& signs = kSigns[static_cast<size_t>(language_)];
  std::string text;
  size_t at = 0;
  if (plain.front() == '-') {
    text = "\u2212";
    at = 1;
  }
  const size_t point = std::min(plain.find('.'), plain.size());
  for (const size_t first = at; at < point; ++at) {
    if (at > first && (point - at) % 3 == 0) text += signs.thousands;
    text += plain[at];
  }
  if (point < plain.size()) {
    text += signs.decimal;
    text += plain.substr(point + 1);
  }
  return text;
}

std::string Words::Signed(Decimal number, int decimals) const {
  std::string text = Number(number, decimals);
  const bool positive = number.Sign() > 0 && text.find_first_of("123456789") != std::string::npos;
  return positive ? "+" + text : text;
}

std::string Words::Percent(Decimal share, int decimals) const {
  const Decimal whole = Decimal::FromInt(100);
  const std::optional<Decimal> percent = Decimal::Multiply(share, whole);
  if (!percent.has_value()) return "";
  std::string text = Number(*percent, DecimalsThatTellApart(decimals, {*percent, whole}));
  text += kHardSpace;
  return text + "%";
}

std::string Words::Score(Decimal score) const {
  return Number(score, DecimalsThatTellApart(1, {score, kGreenFrom, kAmberFrom}));
}

std::string Words::Day(absl::CivilDay day) const {
  std::string text = std::to_string(day.day());
  text += kHardSpace;
  text += kMonths[static_cast<size_t>(language_)][day.month() - 1];
  text += kHardSpace;
  return text + std::to_string(day.year());
}

std::string Words::Quarter(Period quarter) const {
  constexpr BoardPhrase kQuarterNames[] = {BoardPhrase::kFirstQuarter, BoardPhrase::kSecondQuarter,
                                           BoardPhrase::kThirdQuarter, BoardPhrase::kFourthQuarter};
  const absl::CivilDay day = quarter.FirstDay();
  return Say(kQuarterNames[(day.month() - 1) / 3], std::to_string(day.year()));
}

std::string Words::Status(reporting::Status status) const {
  switch (status) {
    case reporting::Status::kGreen:
      return Say(BoardPhrase::kGreen);
    case reporting::Status::kAmber:
      return Say(BoardPhrase::kAmber);
    case reporting::Status::kRed:
      return Say(BoardPhrase::kRed);
    case reporting::Status::kNoScore:
      return Say(BoardPhrase::kNoScore);
    case reporting::Status::kNotApplicable:
      return Say(BoardPhrase::kNotApplicable);
  }
  return "";
}

}  // namespace athena::reporting
