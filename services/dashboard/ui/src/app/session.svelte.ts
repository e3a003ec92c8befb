// What the gateway says of itself, and as whom one reads.
import type { Mode, PageConfig } from '../../../gateway/page_config.ts';

/** The page of the gateway that logs in, and comes back to this one. */
export function loginAddress(): string {
  return `/login?return_to=${encodeURIComponent(location.pathname + location.search)}`;
}

class Session {
  // Undefined until the gateway has said it.
  config = $state.raw<PageConfig | undefined>();

  get mode(): Mode | undefined {
    return this.config?.mode;
  }

  async start(): Promise<void> {
    try {
      const answer = await fetch('/config', { headers: { accept: 'application/json' } });
      if (answer.ok) this.config = (await answer.json()) as PageConfig;
    } catch {
      // The first call says what is wrong; until then nothing is claimed.
    }
  }

  /** Ends the session, and returns the address of the page that comes next. */
  async logOut(): Promise<string> {
    const answer = await fetch('/logout', { method: 'POST' });
    if (!answer.ok) throw new Error(`/logout: ${answer.status}`);
    return ((await answer.json()) as { location: string }).location;
  }
}

export const session = new Session();
