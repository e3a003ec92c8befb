// What the gateway says of itself, and as whom one reads.
import type { Mode, PageConfig } from '../../../gateway/page_config.ts';

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
}

export const session = new Session();
