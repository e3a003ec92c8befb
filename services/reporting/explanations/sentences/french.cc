#include "services/reporting/explanations/sentences/texts.h"

namespace athena::reporting {

std::string_view FrenchText(Phrase phrase) {
  switch (phrase) {
    case Phrase::kNotBegun:
      return "Le trimestre {quarter} n’a pas encore commencé le {date} : il n’y a pas encore de "
             "score.";
    case Phrase::kCancelled:
      return "Il est annulé : ni lui ni ce qui en dépend ne compte.";
    case Phrase::kDeferred:
      return "Il est reporté : ni lui ni ce qui en dépend ne compte.";
    case Phrase::kLinkCancelled:
      return "L’élément est annulé : ses indicateurs ne comptent pas.";
    case Phrase::kLinkDeferred:
      return "L’élément est reporté : ses indicateurs ne comptent pas.";
    case Phrase::kPeriod:
      return "La période évaluée est {period}.";
    case Phrase::kPeriodJudged:
      return "La période évaluée est {period}, dont {judged} des {all} sous-périodes sont évaluées "
             "jusqu’ici.";
    case Phrase::kYearToDate:
      return "L’année jusqu’à la fin de {period} est évaluée.";
    case Phrase::kNoPeriod:
      return "Aucune période de l’indicateur n’est encore terminée.";
    case Phrase::kData:
      return "Sur {expected} valeurs attendues, {present} sont là, une couverture de "
             "{coverage}{policy}.";
    case Phrase::kNothingIsExpected:
      return "Aucune valeur n’est attendue.";
    case Phrase::kNeedsAll:
      return " ; l’indicateur les exige toutes";
    case Phrase::kNeedsShare:
      return " ; l’indicateur exige au moins {least}";
    case Phrase::kValue:
      return "La valeur est {value}.";
    case Phrase::kValueOverTime:
      return "La valeur est {value}, {time} dans le temps.";
    case Phrase::kValueOverSeries:
      return "La valeur est {value}, {time} dans le temps et {group} entre les séries.";
    case Phrase::kValueOfFormula:
      return "La valeur est {value}, calculée par {formula}.";
    case Phrase::kNoValue:
      return "Il n’y a pas de valeur : {reason}.";
    case Phrase::kSum:
      return "la somme";
    case Phrase::kMean:
      return "la moyenne";
    case Phrase::kLeast:
      return "la plus petite";
    case Phrase::kGreatest:
      return "la plus grande";
    case Phrase::kFirst:
      return "la première";
    case Phrase::kLast:
      return "la dernière";
    case Phrase::kNumber:
      return "le nombre";
    case Phrase::kTargetAtLeast:
      return "La cible est d’au moins {target}, et en dessous de {red} c’est "
             "ROUGE{scaled}{original}.";
    case Phrase::kTargetAtMost:
      return "La cible est d’au plus {target}, et au-dessus de {red} c’est "
             "ROUGE{scaled}{original}.";
    case Phrase::kTargetRange:
      return "La cible va de {low} à {high}, et en dessous de {red_low} ou au-dessus de {red_high} "
             "c’est ROUGE{scaled}{original}.";
    case Phrase::kScaled:
      return " ; pour toute la période elle est de {whole}";
    case Phrase::kOriginal:
      return " ; à l’origine elle était de {original}";
    case Phrase::kNoTarget:
      return "Il n’y a pas de cible pour la période.";
    case Phrase::kTargetEnded:
      return "La cible a pris fin : il n’y en a pas pour la période.";
    case Phrase::kScore:
      return "{value} face à une cible de {target} et un seuil rouge de {red} donne un score de "
             "{score} sur 100.";
    case Phrase::kNumberTooLarge:
      return "Le score ne peut être calculé : {reason}.";
    case Phrase::kValueIsGreen:
      return "La valeur est au moins aussi bonne que la cible : VERT.";
    case Phrase::kValueIsAmber:
      return "La valeur est moins bonne que la cible sans dépasser le seuil rouge : ORANGE.";
    case Phrase::kValueIsRed:
      return "La valeur est au-delà du seuil rouge : ROUGE.";
    case Phrase::kNoScore:
      return "Il n’y a donc pas de score : {reason}.";
    case Phrase::kNotApplicable:
      return "Cela ne compte donc pas : {reason}.";
    case Phrase::kCompleted:
      return "Il est achevé : sa propre réalisation obtient 100.";
    case Phrase::kProgress:
      return "Sa propre réalisation : {percent} rapportés après {elapsed} jours sur "
             "{days}{report}, un rapport de {ratio}, ce qui donne {score}{past_end}.";
    case Phrase::kNotValidated:
      return " (pas encore validés)";
    case Phrase::kCarried:
      return " (du trimestre précédent : le rapport n’est pas encore dû)";
    case Phrase::kPastEnd:
      return " ; sa fin est dépassée, de sorte qu’au plus {most} est possible";
    case Phrase::kMilestones:
      return "Sa propre réalisation : {done} des {judged} jalons attendus sont atteints, un "
             "rapport de {ratio}, ce qui donne {score}{past_end}.";
    case Phrase::kNoReport:
      return "Sa propre réalisation : le rapport d’avancement est dû, et il n’y en a pas.";
    case Phrase::kReportNotDue:
      return "Sa propre réalisation : le rapport d’avancement n’est pas encore dû et ne compte "
             "pas.";
    case Phrase::kLongPastEnd:
      return "Sa propre réalisation : sa fin est dépassée depuis longtemps et rien n’a été "
             "rapporté, ce qui donne 0.";
    case Phrase::kParts:
      return "Parties attendues : {expected} ; avec un score : {scored} ; qui ne comptent pas : "
             "{others}.";
    case Phrase::kCoverage:
      return "La couverture est de {coverage}, et le plan demande au moins {least}.";
    case Phrase::kCoverageTooLow:
      return "La couverture est de {coverage}, moins que les {least} que le plan demande : il n’y "
             "a pas de score.";
    case Phrase::kPolicyIgnore:
      return "Les parties sans score sont laissées hors de la moyenne.";
    case Phrase::kPolicyStrict:
      return "Une partie n’a pas de score, et le plan n’en donne alors aucun.";
    case Phrase::kPolicyZero:
      return "Les parties sans score comptent pour 0.";
    case Phrase::kWeightedMean:
      return "La moyenne pondérée des parties est de {score}.";
    case Phrase::kScoreIsGreen:
      return "Un score de {score} est d’au moins {green} : VERT.";
    case Phrase::kScoreIsAmber:
      return "Un score de {score} est d’au moins {amber} et de moins de {green} : ORANGE.";
    case Phrase::kScoreIsRed:
      return "Un score de {score} est de moins de {amber} : ROUGE.";
    case Phrase::kCapRed:
      return "La partie critique {part} est ROUGE : le statut est au mieux ORANGE{changed}.";
    case Phrase::kCapWithoutScore:
      return "La partie critique {part} n’a pas de score : le statut est au mieux ORANGE{changed}.";
    case Phrase::kCapMilestone:
      return "Le jalon critique {milestone} a été manqué : le statut est au mieux ORANGE{changed}.";
    case Phrase::kCapChanged:
      return " ; le score seul serait VERT";
    case Phrase::kCapUnchanged:
      return " ; cela ne change rien ici";
    case Phrase::kWait:
      return "Rien ne peut encore être fait : rien n’est encore dû.";
    case Phrase::kResume:
      return "L’élément doit être repris.";
    case Phrase::kAccess:
      return "L’indicateur doit être partagé, ou le plan doit en lier un qui existe.";
    case Phrase::kSetTarget:
      return "Une cible doit être fixée pour la période.";
    case Phrase::kSendData:
      return "Les valeurs manquantes doivent être envoyées : il y en a {present} sur {expected}.";
    case Phrase::kSendAnyData:
      return "Une valeur doit être envoyée.";
    case Phrase::kRaiseCoverage:
      return "Il faut davantage des données attendues : la couverture doit passer de {present} à "
             "{required}.";
    case Phrase::kMend:
      return "La définition de l’indicateur doit être corrigée : {reason}.";
    case Phrase::kValueAtLeast:
      return "La valeur doit être d’au moins {required}{now}.";
    case Phrase::kValueAtMost:
      return "La valeur doit être d’au plus {required}{now}.";
    case Phrase::kNow:
      return " (actuellement {present})";
    case Phrase::kPartScore:
      return "{part} doit à lui seul obtenir un score d’au moins {required}{now}{value}.";
    case Phrase::kByValueAtLeast:
      return ", ce qui demande une valeur d’au moins {value}";
    case Phrase::kByValueAtMost:
      return ", ce qui demande une valeur d’au plus {value}";
    case Phrase::kByPercent:
      return ", ce qui demande un rapport d’au moins {value}";
    case Phrase::kAllParts:
      return "Aucune partie ne suffit seule : chaque partie attendue doit obtenir au moins "
             "{required}.";
    case Phrase::kLiftCap:
      return "La partie critique {part} ne doit plus être ROUGE{value}.";
    case Phrase::kScoreCritical:
      return "La partie critique {part} doit avoir un score et être VERTE{value}.";
    case Phrase::kReachMilestone:
      return "Le jalon critique {milestone} doit être atteint.";
    case Phrase::kGiveWeight:
      return "Ses parties ont besoin d’un poids : celles qui sont attendues pèsent 0.";
    case Phrase::kExpect:
      return "Il faut que quelque chose en soit attendu : un indicateur avec une cible, un "
             "élément, un rapport ou un jalon.";
    case Phrase::kOwnDelivery:
      return "Sa propre réalisation";
    case Phrase::kPercent:
      return "{number} %";
    case Phrase::kReasonNotBegun:
      return "le trimestre n’a pas encore commencé";
    case Phrase::kReasonNotDue:
      return "rien n’est encore dû";
    case Phrase::kReasonOverdue:
      return "des valeurs sont dues, et aucune n’a été reçue";
    case Phrase::kReasonNoTarget:
      return "il n’y a pas de cible pour la période";
    case Phrase::kReasonIncomplete:
      return "trop de valeurs attendues manquent";
    case Phrase::kReasonNotAdditive:
      return "il ne peut être agrégé entre ses séries";
    case Phrase::kReasonDivisionByZero:
      return "sa formule divise par zéro";
    case Phrase::kReasonOperand:
      return "un opérande de sa formule n’a pas de valeur";
    case Phrase::kReasonOverflow:
      return "un nombre est trop grand";
    case Phrase::kReasonNotReadable:
      return "l’indicateur n’existe pas, ou vous ne pouvez le lire";
    case Phrase::kReasonNoData:
      return "il n’y a pas de données, et aucune n’est attendue";
    case Phrase::kReasonCoverage:
      return "il y a trop peu de ce qui est attendu";
    case Phrase::kReasonNoWeight:
      return "les poids de ses parties attendues totalisent 0";
    case Phrase::kReasonMissingPart:
      return "une partie n’a pas de score, et le plan les exige toutes";
    case Phrase::kReasonNothingExpected:
      return "rien n’est attendu ce trimestre";
    case Phrase::kReasonCancelled:
      return "il est annulé";
    case Phrase::kReasonDeferred:
      return "il est reporté";
    case Phrase::kReasonTargetEnded:
      return "sa cible a pris fin";
    case Phrase::kReasonNoCommonCells:
      return "les opérandes de sa formule n’ont aucune cellule commune";
    case Phrase::kReasonNoReport:
      return "le rapport d’avancement est dû, et il n’y en a pas";
  }
  return "";
}

}  // namespace athena::reporting
