// Pages of the dashboard in Chromium, watched for what must never happen.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env['ATHENA_CHROMIUM'] ?? '/usr/bin/chromium';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const LANGUAGES = ['nl', 'fr', 'en'] as const;
export const THEMES = ['light', 'dark'] as const;
export const WIDTHS = [320, 1280, 1920] as const;
export type Language = (typeof LANGUAGES)[number];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}
declare global {
  interface Window {
    axe: { run(root: Document, options: unknown): Promise<{ violations: Violation[] }> };
    violatedPolicies: string[];
  }
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--disable-gpu', '--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page, and what went wrong on it. */
export class Visit {
  readonly page: Page;
  readonly #errors: string[] = [];
  // Texts of console errors that a test expects: services that it stopped itself.
  readonly #expected: RegExp[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.#errors.push(message.text());
    });
    page.on('pageerror', (error) => this.#errors.push(String(error)));
  }

  static async open(browser: Browser, address: string, { width = 1280, height = 800, locale = 'en-GB', reducedMotion = false } = {}): Promise<Visit> {
    const context = await browser.newContext({ viewport: { width, height }, locale, timezoneId: 'Europe/Brussels', ...(reducedMotion ? { reducedMotion: 'reduce' as const } : {}) });
    // Generous: a busy machine is no failure. A test that waits in vain is ended by its own limit.
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    await page.addInitScript(axe);
    await page.addInitScript(() => {
      window.violatedPolicies = [];
      document.addEventListener('securitypolicyviolation', (event) => window.violatedPolicies.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    const visit = new Visit(page);
    await page.goto(address);
    await visit.settled();
    return visit;
  }

  expectErrors(...texts: readonly RegExp[]): void {
    this.#expected.push(...texts);
  }

  /** Waits until everything that the page asked for is there. */
  async settled(): Promise<void> {
    await this.page.locator('h1').first().waitFor();
    // What is below may load by itself: until nothing does.
    await this.page.waitForFunction(() => document.querySelector('.skeleton') === null);
    await this.page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
  }

  /** All that the page says, also in what is folded; white space as one space. */
  async text(selector = 'main'): Promise<string> {
    return spaced(await this.page.locator(selector).first().evaluate((element) => element.textContent ?? ''));
  }

  /** No rule of accessibility is broken, of WCAG 2.2 A and AA; or, where nothing but colours differs from what
   *  was looked at, no rule about colours. */
  async accessible(what: string, only: 'all' | 'colours' = 'all'): Promise<void> {
    const rules = only === 'colours' ? ['color-contrast', 'link-in-text-block'] : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const violations = await this.page.evaluate(async (runOnly) => {
      const { violations } = await window.axe.run(document, { runOnly });
      return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => ({ html: html.slice(0, 200), failureSummary })) }));
    }, rules);
    assert.deepEqual(violations, [], what);
  }

  /** Nothing scrolls sideways but boxes that are meant to. */
  async fits(what: string): Promise<void> {
    const { wide, view } = await this.page.evaluate(() => ({ wide: document.documentElement.scrollWidth, view: document.documentElement.clientWidth }));
    assert.ok(wide <= view, `${what}: the page is ${wide} px wide in ${view}`);
  }

  /** No error on the console, no breach of the content security policy. */
  async clean(what: string): Promise<void> {
    const policies = await this.page.evaluate(() => window.violatedPolicies);
    assert.deepEqual(policies, [], what);
    assert.deepEqual(this.#errors.filter((error) => !this.#expected.some((expected) => expected.test(error))), [], what);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

export const spaced = (text: string): string => text.replace(/[\s\u00a0\u202f]+/gu, ' ').trim();

/** All of these texts are said. */
export function says(page: string, texts: readonly string[], what: string): void {
  const missing = texts.filter((text) => text !== '' && !page.includes(spaced(text)));
  assert.deepEqual(missing, [], `${what}: not said`);
}

/** The values of fields with these names, anywhere in an answer. */
export function fieldsNamed(answer: unknown, names: readonly string[]): string[] {
  if (Array.isArray(answer)) return answer.flatMap((one) => fieldsNamed(one, names));
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(answer).flatMap(([name, value]) =>
    typeof value === 'string' ? (names.includes(name) ? [value] : []) : fieldsNamed(value, names),
  );
}
