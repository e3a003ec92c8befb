#include "services/reporting/explanations/sentences/texts.h"

namespace athena::reporting {

std::string_view DutchText(Phrase phrase) {
  switch (phrase) {
    case Phrase::kNotBegun:
      return "Het kwartaal {quarter} is op {date} nog niet begonnen: er is nog geen score.";
    case Phrase::kCancelled:
      return "Het is geannuleerd: het telt niet mee, en wat eronder valt ook niet.";
    case Phrase::kDeferred:
      return "Het is uitgesteld: het telt niet mee, en wat eronder valt ook niet.";
    case Phrase::kLinkCancelled:
      return "Het element is geannuleerd, dus tellen zijn indicatoren niet mee.";
    case Phrase::kLinkDeferred:
      return "Het element is uitgesteld, dus tellen zijn indicatoren niet mee.";
    case Phrase::kPeriod:
      return "De beoordeelde periode is {period}.";
    case Phrase::kPeriodJudged:
      return "De beoordeelde periode is {period}, waarvan tot nu {judged} van de {all} "
             "deelperiodes worden beoordeeld.";
    case Phrase::kYearToDate:
      return "Het jaar tot nu wordt beoordeeld, tot het einde van {period}.";
    case Phrase::kNoPeriod:
      return "Nog geen periode van de indicator is voorbij.";
    case Phrase::kData:
      return "Van de {expected} verwachte waarden zijn er {present}, een dekking van "
             "{coverage}{policy}.";
    case Phrase::kNothingIsExpected:
      return "Er worden geen waarden verwacht.";
    case Phrase::kNeedsAll:
      return "; de indicator heeft ze allemaal nodig";
    case Phrase::kNeedsShare:
      return "; de indicator heeft ten minste {least} nodig";
    case Phrase::kValue:
      return "De waarde is {value}.";
    case Phrase::kValueOverTime:
      return "De waarde is {value}, {time} over de tijd.";
    case Phrase::kValueOverSeries:
      return "De waarde is {value}, {time} over de tijd en {group} over de reeksen.";
    case Phrase::kValueOfFormula:
      return "De waarde is {value}, berekend als {formula}.";
    case Phrase::kNoValue:
      return "Er is geen waarde: {reason}.";
    case Phrase::kSum:
      return "de som";
    case Phrase::kMean:
      return "het gemiddelde";
    case Phrase::kLeast:
      return "de kleinste";
    case Phrase::kGreatest:
      return "de grootste";
    case Phrase::kFirst:
      return "de eerste";
    case Phrase::kLast:
      return "de laatste";
    case Phrase::kNumber:
      return "het aantal";
    case Phrase::kTargetAtLeast:
      return "Het doel is ten minste {target}, en onder {red} is het ROOD{scaled}{original}.";
    case Phrase::kTargetAtMost:
      return "Het doel is hoogstens {target}, en boven {red} is het ROOD{scaled}{original}.";
    case Phrase::kTargetRange:
      return "Het doel ligt tussen {low} en {high}, en onder {red_low} of boven {red_high} is het "
             "ROOD{scaled}{original}.";
    case Phrase::kScaled:
      return "; voor de hele periode is het {whole}";
    case Phrase::kOriginal:
      return "; oorspronkelijk was het {original}";
    case Phrase::kNoTarget:
      return "Er is geen doel voor de periode.";
    case Phrase::kTargetEnded:
      return "Het doel werd beëindigd, dus is er geen voor de periode.";
    case Phrase::kScore:
      return "{value} tegenover een doel van {target} en een rode drempel van {red} geeft een "
             "score van {score} op 100.";
    case Phrase::kNumberTooLarge:
      return "De score kan niet worden berekend: {reason}.";
    case Phrase::kValueIsGreen:
      return "De waarde is minstens zo goed als het doel: GROEN.";
    case Phrase::kValueIsAmber:
      return "De waarde is slechter dan het doel en niet slechter dan de rode drempel: ORANJE.";
    case Phrase::kValueIsRed:
      return "De waarde is slechter dan de rode drempel: ROOD.";
    case Phrase::kNoScore:
      return "Dus is er geen score: {reason}.";
    case Phrase::kNotApplicable:
      return "Dus telt het niet mee: {reason}.";
    case Phrase::kCompleted:
      return "Het is voltooid, dus krijgt de eigen uitvoering 100.";
    case Phrase::kProgress:
      return "De eigen uitvoering: {percent} gerapporteerd na {elapsed} van {days} dagen{report}, "
             "een verhouding van {ratio}, wat {score} geeft{past_end}.";
    case Phrase::kNotValidated:
      return " (nog niet gevalideerd)";
    case Phrase::kCarried:
      return " (van het vorige kwartaal: het rapport is nog niet verwacht)";
    case Phrase::kPastEnd:
      return "; het is over zijn einddatum, dus is hoogstens {most} mogelijk";
    case Phrase::kMilestones:
      return "De eigen uitvoering: {done} van {judged} verwachte mijlpalen zijn bereikt, een "
             "verhouding van {ratio}, wat {score} geeft{past_end}.";
    case Phrase::kNoReport:
      return "De eigen uitvoering: het voortgangsrapport is verwacht, en er is er geen.";
    case Phrase::kReportNotDue:
      return "De eigen uitvoering: het voortgangsrapport is nog niet verwacht en telt niet mee.";
    case Phrase::kLongPastEnd:
      return "De eigen uitvoering: het is lang over zijn einddatum en er is niets gerapporteerd, "
             "wat 0 geeft.";
    case Phrase::kParts:
      return "Verwachte onderdelen: {expected}; met een score: {scored}; die niet meetellen: "
             "{others}.";
    case Phrase::kCoverage:
      return "De dekking is {coverage}, en het plan vraagt ten minste {least}.";
    case Phrase::kCoverageTooLow:
      return "De dekking is {coverage}, minder dan de {least} die het plan vraagt: er is geen "
             "score.";
    case Phrase::kPolicyIgnore:
      return "Onderdelen zonder score blijven buiten het gemiddelde.";
    case Phrase::kPolicyStrict:
      return "Een onderdeel heeft geen score, en het plan geeft er dan geen.";
    case Phrase::kPolicyZero:
      return "Onderdelen zonder score tellen als 0.";
    case Phrase::kWeightedMean:
      return "Het gewogen gemiddelde van de onderdelen is {score}.";
    case Phrase::kScoreIsGreen:
      return "Een score van {score} is ten minste {green}: GROEN.";
    case Phrase::kScoreIsAmber:
      return "Een score van {score} is ten minste {amber} en minder dan {green}: ORANJE.";
    case Phrase::kScoreIsRed:
      return "Een score van {score} is minder dan {amber}: ROOD.";
    case Phrase::kCapRed:
      return "Het kritieke onderdeel {part} is ROOD, dus is de status op zijn best "
             "ORANJE{changed}.";
    case Phrase::kCapWithoutScore:
      return "Het kritieke onderdeel {part} heeft geen score, dus is de status op zijn best "
             "ORANJE{changed}.";
    case Phrase::kCapMilestone:
      return "De kritieke mijlpaal {milestone} werd gemist, dus is de status op zijn best "
             "ORANJE{changed}.";
    case Phrase::kCapChanged:
      return "; de score alleen zou GROEN zijn";
    case Phrase::kCapUnchanged:
      return "; dat verandert hier niets";
    case Phrase::kWait:
      return "Er kan nog niets gebeuren: er is nog niets verwacht.";
    case Phrase::kResume:
      return "Het element moet worden hervat.";
    case Phrase::kAccess:
      return "Iemand moet de indicator delen, of het plan moet naar een bestaande verwijzen.";
    case Phrase::kSetTarget:
      return "Er moet een doel voor de periode worden gesteld.";
    case Phrase::kSendData:
      return "De ontbrekende waarden moeten worden doorgestuurd: er zijn er {present} van "
             "{expected}.";
    case Phrase::kSendAnyData:
      return "Er moet een waarde worden doorgestuurd.";
    case Phrase::kRaiseCoverage:
      return "Er moeten meer van de verwachte gegevens zijn: de dekking moet van {present} naar "
             "{required} stijgen.";
    case Phrase::kMend:
      return "De definitie van de indicator moet worden hersteld: {reason}.";
    case Phrase::kValueAtLeast:
      return "De waarde moet ten minste {required} zijn{now}.";
    case Phrase::kValueAtMost:
      return "De waarde mag hoogstens {required} zijn{now}.";
    case Phrase::kNow:
      return " (nu {present})";
    case Phrase::kPartScore:
      return "{part} moet alleen ten minste {required} scoren{now}{value}.";
    case Phrase::kByValueAtLeast:
      return ", wat een waarde van ten minste {value} vraagt";
    case Phrase::kByValueAtMost:
      return ", wat een waarde van hoogstens {value} vraagt";
    case Phrase::kByPercent:
      return ", wat een rapport van ten minste {value} vraagt";
    case Phrase::kAllParts:
      return "Geen enkel onderdeel volstaat alleen: elk verwacht onderdeel moet ten minste "
             "{required} scoren.";
    case Phrase::kLiftCap:
      return "Het kritieke onderdeel {part} mag niet meer ROOD zijn{value}.";
    case Phrase::kScoreCritical:
      return "Het kritieke onderdeel {part} moet een score hebben en GROEN zijn{value}.";
    case Phrase::kReachMilestone:
      return "De kritieke mijlpaal {milestone} moet worden bereikt.";
    case Phrase::kGiveWeight:
      return "De onderdelen hebben een gewicht nodig: wat verwacht wordt, weegt 0.";
    case Phrase::kExpect:
      return "Er moet iets van verwacht worden: een indicator met een doel, een element, een "
             "rapport of een mijlpaal.";
    case Phrase::kOwnDelivery:
      return "De eigen uitvoering";
    case Phrase::kPercent:
      return "{number} %";
    case Phrase::kReasonNotBegun:
      return "het kwartaal is nog niet begonnen";
    case Phrase::kReasonNotDue:
      return "er is nog niets verwacht";
    case Phrase::kReasonOverdue:
      return "er werden waarden verwacht, en er kwamen er geen";
    case Phrase::kReasonNoTarget:
      return "er is geen doel voor de periode";
    case Phrase::kReasonIncomplete:
      return "er ontbreken te veel verwachte waarden";
    case Phrase::kReasonNotAdditive:
      return "het kan niet over zijn reeksen worden samengevoegd";
    case Phrase::kReasonDivisionByZero:
      return "de formule deelt door nul";
    case Phrase::kReasonOperand:
      return "een operand van de formule heeft geen waarde";
    case Phrase::kReasonOverflow:
      return "een getal is te groot";
    case Phrase::kReasonNotReadable:
      return "de indicator bestaat niet, of u mag hem niet lezen";
    case Phrase::kReasonNoData:
      return "er zijn geen gegevens, en er worden er geen verwacht";
    case Phrase::kReasonCoverage:
      return "er is te weinig van wat verwacht wordt";
    case Phrase::kReasonNoWeight:
      return "de gewichten van de verwachte onderdelen zijn samen 0";
    case Phrase::kReasonMissingPart:
      return "een onderdeel heeft geen score, en het plan vraagt ze allemaal";
    case Phrase::kReasonNothingExpected:
      return "er wordt niets verwacht in dit kwartaal";
    case Phrase::kReasonCancelled:
      return "het is geannuleerd";
    case Phrase::kReasonDeferred:
      return "het is uitgesteld";
    case Phrase::kReasonTargetEnded:
      return "het doel werd beëindigd";
    case Phrase::kReasonNoCommonCells:
      return "de operanden van de formule hebben geen gemeenschappelijke cel";
    case Phrase::kReasonNoReport:
      return "het voortgangsrapport is verwacht, en er is er geen";
  }
  return "";
}

}  // namespace athena::reporting
