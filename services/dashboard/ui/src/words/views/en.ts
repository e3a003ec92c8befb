// What the views other than the first one say.
export { default as administration } from '../../views/administration/words/en.ts';
export { default as budget } from '../../views/budget/words/en.ts';
export { default as compare } from '../../views/compare/words/en.ts';
export { default as decisions } from '../../views/decisions/words/en.ts';
export { default as element } from '../../views/element/words/en.ts';
export { default as indicator } from '../../views/indicator/words/en.ts';
export { default as operations } from '../../views/operations/words/en.ts';
export { default as publications } from '../../views/publications/words/en.ts';
export { default as quality } from '../../views/quality/words/en.ts';
export { default as risks } from '../../views/risks/words/en.ts';
export { default as scorecard } from '../../views/scorecard/words/en.ts';
export { default as shared } from '../../views/shared/words/en.ts';
export { default as work } from '../../views/work/words/en.ts';
