// What the views other than the first one say.
export { default as administration } from '../../views/administration/words/fr.ts';
export { default as budget } from '../../views/budget/words/fr.ts';
export { default as compare } from '../../views/compare/words/fr.ts';
export { default as decisions } from '../../views/decisions/words/fr.ts';
export { default as element } from '../../views/element/words/fr.ts';
export { default as indicator } from '../../views/indicator/words/fr.ts';
export { default as operations } from '../../views/operations/words/fr.ts';
export { default as publications } from '../../views/publications/words/fr.ts';
export { default as quality } from '../../views/quality/words/fr.ts';
export { default as risks } from '../../views/risks/words/fr.ts';
export { default as scorecard } from '../../views/scorecard/words/fr.ts';
export { default as shared } from '../../views/shared/words/fr.ts';
export { default as work } from '../../views/work/words/fr.ts';
