import type { Language } from '../app/address/languages.ts';

interface SignedInWords {
  readonly login: string;
  readonly logout: string;
  readonly as: (name: string) => string; // for screen readers
  readonly failed: string;
}

export const signedInWords: Readonly<Record<Language, SignedInWords>> = {
  nl: { login: 'Aanmelden', logout: 'Afmelden', as: (name) => `Aangemeld als ${name}`, failed: 'Afmelden is niet gelukt.' },
  fr: { login: 'Se connecter', logout: 'Se déconnecter', as: (name) => `Connecté comme ${name}`, failed: 'La déconnexion a échoué.' },
  en: { login: 'Log in', logout: 'Log out', as: (name) => `Logged in as ${name}`, failed: 'Logging out failed.' },
};
