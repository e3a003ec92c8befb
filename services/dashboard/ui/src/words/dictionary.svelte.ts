// Words in three languages, of which a page fetches only those that it shows.
import { type Language, languages } from '../app/address/languages.ts';

type Fetch<T> = (language: Language) => Promise<T>;

const all: Dictionary<unknown>[] = [];

export class Dictionary<T> {
  readonly #words: Fetch<T>;
  readonly #asked = new Map<Language, Promise<void>>();
  #fetched = $state.raw<Readonly<Partial<Record<Language, T>>>>({});

  constructor(fetch: Fetch<T>) {
    this.#words = fetch;
    all.push(this);
  }

  fetch(language: Language): Promise<void> {
    let asked = this.#asked.get(language);
    if (!asked) {
      asked = this.#fetch(language);
      this.#asked.set(language, asked);
    }
    return asked;
  }

  async #fetch(language: Language): Promise<void> {
    try {
      const words = await this.#words(language);
      this.#fetched = { ...this.#fetched, [language]: words };
    } catch (error) {
      this.#asked.delete(language);
      throw error;
    }
  }

  // Whether somebody needs it.
  get used(): boolean {
    return this.#asked.size > 0;
  }

  // The words of a language, or of another one while they could not be fetched.
  in(language: Language): T {
    const found = this.#fetched[language] ?? languages.map((other) => this.#fetched[other]).find((other) => other !== undefined);
    if (found === undefined) throw new Error('the words of this part of the page were not fetched');
    return found;
  }
}

// The words in a language of everything that has been shown.
export async function fetchWords(language: Language): Promise<void> {
  await Promise.all(all.filter((one) => one.used).map((one) => one.fetch(language)));
}
