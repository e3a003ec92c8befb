// The foot of each printed page: what it is, its basis, its filters, and the page number. Written as a
// style sheet of its own, since the text changes and the page allows no inline style.

let sheet: CSSStyleSheet | undefined;

// A text as a CSS string: what could end it or break the line is escaped by number.
export function cssString(text: string): string {
  return `"${[...text].map((sign) => (/[\p{L}\p{N} ·.,:;()/-]/u.test(sign) ? sign : `\\${(sign.codePointAt(0) ?? 32).toString(16)} `)).join('')}"`;
}

export function setPrintFooter(text: string): void {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  const font = 'font: 8pt "Segoe UI", "Open Sans", Arial, sans-serif; color: #4b5763;';
  sheet.replaceSync(`@page { @bottom-left { content: ${cssString(text)}; ${font} } @bottom-right { content: counter(page) " / " counter(pages); white-space: nowrap; ${font} } }`);
}
