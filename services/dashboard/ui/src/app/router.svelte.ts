// The current address, and going to another one.
import { preferredLanguage, type Language } from './address/languages.ts';
import { type Change, changed, formatRoute, parseRoute, type Route } from './address/route.ts';

function read(): Route {
  const route = parseRoute(new URL(location.href));
  return route.language ? route : { ...route, language: preferredLanguage(navigator.languages) };
}

class Router {
  route = $state.raw<Route>(read());
  // Another page was opened, and its heading has not the focus yet.
  arriving = $state(false);
  // Fetches the words of a language, before the page is shown in it.
  fetchWords: (language: Language) => Promise<void> = () => Promise.resolve();
  #turn = 0;

  get language(): Language {
    return this.route.language ?? 'en';
  }

  // The address of a change, for links.
  href(change: Change): string {
    return formatRoute(changed(this.route, change));
  }

  // Goes to the page that differs so from this one. Replaces the entry of the history where the
  // change is no step that a reader would want to go back to.
  go(change: Change, options: { replace?: boolean } = {}): void {
    this.visit(this.href(change), options);
  }

  visit(address: string, { replace = false } = {}): void {
    if (replace) history.replaceState(null, '', address);
    else if (address !== location.pathname + location.search) history.pushState(null, '', address);
    this.#show(read(), (before) => {
      if (samePage(before, this.route)) return;
      // A new page is read from its top, and a screen reader hears its heading.
      scrollTo(0, 0);
      this.arriving = true;
    });
  }

  // Another language is shown once its words are there, or cannot be had.
  #show(next: Route, shown: (before: Route) => void = () => undefined): void {
    const turn = ++this.#turn;
    const show = (): void => {
      if (turn !== this.#turn) return;
      const before = this.route;
      this.route = next;
      shown(before);
    };
    if (next.language === this.route.language) show();
    else void this.fetchWords(next.language ?? 'en').then(show, show);
  }

  // Follows links within the app without loading the page anew; to be called once.
  listen(): void {
    // The language is part of the address from the first moment on, so that a copied link has it.
    history.replaceState(null, '', formatRoute(this.route) + location.hash);
    addEventListener('popstate', () => this.#show(read()));
    document.addEventListener('click', (event) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = (event.target as Element | null)?.closest?.('a');
      if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
      if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
      if (link.hasAttribute('data-outside')) return;
      event.preventDefault();
      this.visit(link.pathname + link.search);
    });
  }
}

function samePage(a: Route, b: Route): boolean {
  return a.view === b.view && a.institution === b.institution && a.plan === b.plan && a.rest.join('/') === b.rest.join('/');
}

export const router = new Router();
