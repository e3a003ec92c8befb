import { mount } from 'svelte';

import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/tables.css';
import './styles/print.css';
import App from './App.svelte';
import { router } from './app/router.svelte.ts';
import { session } from './app/session.svelte.ts';
import { viewNamed } from './views/views.ts';
import { fetchWords } from './words/dictionary.svelte.ts';
import { frameWords } from './words/words.ts';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no element #app');

async function start(into: HTMLElement): Promise<void> {
  router.listen();
  router.fetchWords = fetchWords;
  // What the page needs is asked for at once; the view says itself what went wrong with it.
  viewNamed(router.route.view)?.load().catch(() => undefined);
  await Promise.all([session.start(), frameWords.fetch(router.language)]);
  // Until here index.html shows the structure of a page.
  into.replaceChildren();
  mount(App, { target: into });
}

start(target).catch(() => {
  target.textContent = 'Athena: ⟳ Herlaad de pagina. Rechargez la page. Reload the page.';
});
