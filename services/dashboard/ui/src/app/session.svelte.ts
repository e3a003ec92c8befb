// What the gateway says of itself, and as whom one reads.

// demo: no login, all on one machine. login: everybody has logged in. public: publications alone.
export type Mode = 'demo' | 'login' | 'public';

class Session {
  mode = $state<Mode | undefined>();

  async start(): Promise<void> {
    try {
      const answer = await fetch('/config', { headers: { accept: 'application/json' } });
      const config: unknown = answer.ok ? await answer.json() : undefined;
      const mode = typeof config === 'object' && config !== null && 'mode' in config ? config.mode : undefined;
      this.mode = mode === 'demo' || mode === 'public' || mode === 'login' ? mode : 'login';
    } catch {
      // The first call says what is wrong; until then nothing is claimed.
    }
  }
}

export const session = new Session();
