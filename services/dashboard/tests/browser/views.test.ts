// Each view in two themes and three widths: it says what the services answer, breaks no rule of
// accessibility, fits, and leaves the console and the content security policy in peace. Views take turns
// in the three languages; with ATHENA_EVERY_LANGUAGE=1 each is looked at in all of them, which takes
// three times as long.
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';

import { Demo } from './demo.ts';
import { LANGUAGES, launch, THEMES, Visit, WIDTHS } from './pages.ts';
import { VIEWS } from './views.ts';

let demo: Demo;
let browser: Browser;
before(async () => {
  demo = await Demo.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await demo.stop();
});

const everyLanguage = process.env['ATHENA_EVERY_LANGUAGE'] === '1';
for (const [place, { name, path, same }] of VIEWS.entries()) {
  for (const language of everyLanguage ? LANGUAGES : [LANGUAGES[place % LANGUAGES.length]!]) {
    test(`${name} in ${language}`, { timeout: 900_000 }, async () => {
      const address = (theme: string): string => `${demo.address}${path}${path.includes('?') ? '&' : '?'}lang=${language}&theme=${theme}`;
      const visit = await Visit.open(browser, address('light'));
      const opened = visit.page.url();
      await same(visit, demo, language);
      for (const theme of THEMES) {
        if (theme !== 'light' || visit.page.url() !== opened) {
          await visit.page.goto(address(theme));
          await visit.settled();
        }
        for (const width of WIDTHS) {
          const what = `${name} in ${language}, ${theme}, ${width} px`;
          await visit.page.setViewportSize({ width, height: 800 });
          await visit.fits(what);
          // The rules look at every element, which takes long. A theme changes colours alone, a phone the rest.
          if (theme === 'dark' && width === 1280) await visit.accessible(what, 'colours');
          else if (theme === 'light' && width !== 1920) await visit.accessible(what);
        }
      }
      await visit.clean(`${name} in ${language}`);
      await visit.close();
    });
  }
}
