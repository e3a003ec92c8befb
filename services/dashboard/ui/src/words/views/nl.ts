// What the views other than the first one say.
export { default as administration } from '../../views/administration/words/nl.ts';
export { default as budget } from '../../views/budget/words/nl.ts';
export { default as compare } from '../../views/compare/words/nl.ts';
export { default as decisions } from '../../views/decisions/words/nl.ts';
export { default as element } from '../../views/element/words/nl.ts';
export { default as indicator } from '../../views/indicator/words/nl.ts';
export { default as operations } from '../../views/operations/words/nl.ts';
export { default as publications } from '../../views/publications/words/nl.ts';
export { default as quality } from '../../views/quality/words/nl.ts';
export { default as risks } from '../../views/risks/words/nl.ts';
export { default as scorecard } from '../../views/scorecard/words/nl.ts';
export { default as shared } from '../../views/shared/words/nl.ts';
export { default as work } from '../../views/work/words/nl.ts';
