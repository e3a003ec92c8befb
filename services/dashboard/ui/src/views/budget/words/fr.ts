import type { BudgetWords } from './en.ts';

const fr: BudgetWords = {
  lead: (quarter, elapsed) => `Cumul depuis le 1er janvier, jusqu’à la fin de ${quarter} ; ${elapsed} de l’année est écoulé. Un élément a aussi le budget de ceux en dessous.`,
  element: 'Élément', initial: 'Initial', adjusted: 'Ajusté', committed: 'Engagé', paid: 'Payé', execution: 'Exécution', payments: 'Paiements', cost: 'Coût par unité',
  timing: { behind: 'en retard', inStep: 'au rythme', ahead: 'en avance' },
  key: 'Barre : engagé derrière, payé devant, de ce qui est prévu. Trait : la part de l’année écoulée.',
  kinds: { payment: 'Crédits de liquidation', commitment: 'Crédits d’engagement' },
  elements: 'Par élément', lines: 'Par ligne budgétaire', line: 'Ligne', shares: 'Paie', incomplete: (count) => `${count} lignes incomplètes`, noAmounts: 'pas de montants du trimestre',
  none: 'Aucune ligne budgétaire n’a de part pour un élément du plan.', unassigned: 'pour aucun élément', plan: 'Plan', total: 'Toutes les lignes',
  costOf: (cost, output) => `${cost} pièce (${output})`,
};
export default fr;
