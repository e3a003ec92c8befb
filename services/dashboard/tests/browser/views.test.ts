// Each view in three languages, two themes and three widths: it says what the services answer, breaks no
// rule of accessibility, fits, and leaves the console and the content security policy in peace.
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

for (const { name, path, same } of VIEWS) {
  for (const language of LANGUAGES) {
    test(`${name} in ${language}`, { timeout: 900_000 }, async () => {
      const address = (theme: string): string => `${demo.address}${path}${path.includes('?') ? '&' : '?'}lang=${language}&theme=${theme}`;
      const visit = await Visit.open(browser, address('light'));
      await same(visit, demo, language);
      for (const theme of THEMES) {
        await visit.page.goto(address(theme));
        await visit.settled();
        for (const width of WIDTHS) {
          const what = `${name} in ${language}, ${theme}, ${width} px`;
          await visit.page.setViewportSize({ width, height: 800 });
          await visit.fits(what);
          // The rules look at every element: once a theme, and at each width in one language and theme.
          if (width === 1280 || (language === 'nl' && theme === 'light')) await visit.accessible(what);
        }
      }
      await visit.clean(`${name} in ${language}`);
      await visit.close();
    });
  }
}
