// The services with the data of the demo, and the gateway in front of them, as processes on free ports.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BIN, DASHBOARD, GATEWAY_NODE, ROOT, Running } from '../gateway/running.ts';

// Those of deploy/demo: calls without a token read.
const PRINCIPALS = [
  ',board,*,viewer', 'planner,planner,*,planner', 'sender,sender,*,sender', 'reporter,reporter-bcit,gob,reporter',
  'validator,validator,*,validator', 'publisher,publisher,*,publisher', 'admin,admin,*,admin',
].join(';');

export const PLAN = 'institutions/gob/plans/strategic-plan-2021-2026';
export const IN_PLAN = 'gob/strategic-plan-2021-2026';
export const QUARTER = '2026-Q3';
// Closed and published, so that pages have that to say.
export const CLOSED_QUARTER = '2026-Q2';

export class Demo {
  readonly folder = mkdtempSync(join(tmpdir(), 'athena-browser-'));
  readonly #services = new Map<string, Running>();
  #gateway: Running | undefined;
  #public: Running | undefined;

  /** With the data of the demo. `seeds`: which steps of loading to do; without, all of them. */
  static async start({ seeds = true }: { seeds?: boolean } = {}): Promise<Demo> {
    const demo = new Demo();
    try {
      const key = demo.#file('key.pem');
      spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', key]);
      chmodSync(key, 0o600);
      for (const name of ['indicator', 'plan', 'reporting']) await demo.startService(name);
      if (seeds) demo.#load();
      demo.#gateway = await Running.start('gateway', GATEWAY_NODE, [
        join(DASHBOARD, 'gateway.mjs'), '--listen=127.0.0.1:0', '--ops_listen=127.0.0.1:0',
        '--principals=planner,reporter,validator,publisher',
        ...demo.#addresses(),
      ]);
      return demo;
    } catch (error) {
      await demo.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#gateway, this.#public, ...this.#services.values()].map((one) => one?.stop('SIGKILL')));
    rmSync(this.folder, { recursive: true, force: true });
  }

  get address(): string {
    return `http://127.0.0.1:${this.#gateway?.port ?? 0}`;
  }

  /** What publications are verified with, in PEM. */
  get publicKey(): string {
    return spawnSync('openssl', ['pkey', '-in', this.#file('key.pem'), '-pubout'], { encoding: 'utf8' }).stdout;
  }

  /** The address of a gateway in public mode, which shows the publications of plans for everybody. */
  async startPublicGateway(...plans: readonly string[]): Promise<string> {
    writeFileSync(this.#file('public.pem'), this.publicKey);
    this.#public = await Running.start('public gateway', GATEWAY_NODE, [
      join(DASHBOARD, 'gateway.mjs'), '--listen=127.0.0.1:0', '--ops_listen=127.0.0.1:0', '--public', `--plans=${plans.join(',')}`,
      `--public_key=${this.#file('public.pem')}`, ...this.#addresses(),
    ]);
    return `http://127.0.0.1:${this.#public.port}`;
  }

  port(name: string): number {
    return this.#services.get(name)?.port ?? 0;
  }

  /** Starts "plan", "indicator" or "reporting", on the port that it had. */
  async startService(name: string): Promise<void> {
    const peers = {
      indicator: [],
      plan: [`--indicator_address=127.0.0.1:${this.port('indicator')}`],
      reporting: [`--signing_key=${this.#file('key.pem')}`, `--plan_address=127.0.0.1:${this.port('plan')}`, `--indicator_address=127.0.0.1:${this.port('indicator')}`],
    }[name];
    this.#services.set(name, await Running.start(name, join(BIN, `athena-${name}`), [
      `--listen=127.0.0.1:${this.port(name)}`, '--ops_listen=127.0.0.1:0', `--principals=${PRINCIPALS}`,
      `--database=${this.#file(`${name}.db`)}`, ...(peers ?? []),
    ]));
  }

  async stopService(name: string): Promise<void> {
    await this.#services.get(name)?.stop('SIGKILL');
  }

  /** Runs the command line; returns what it prints. */
  athenactl(token: string, ...args: readonly string[]): string {
    const ran = spawnSync(join(BIN, 'athenactl'), [
      ...['plan', 'indicator', 'reporting'].map((name) => `--${name}-address=127.0.0.1:${this.port(name)}`),
      ...(token ? [`--token=${token}`] : []), ...args,
    ], { encoding: 'utf8', cwd: ROOT, maxBuffer: 64 << 20 });
    if (ran.status !== 0) throw new Error(`athenactl ${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
    return ran.stdout;
  }

  /** What the command line answers in JSON: the RPC's answer through another client. */
  json(...args: readonly string[]): unknown {
    return JSON.parse(this.athenactl('', ...args, '--json')) as unknown;
  }

  #addresses(): string[] {
    return ['plan', 'indicator', 'reporting'].map((name) => `--${name}_address=127.0.0.1:${this.port(name)}`);
  }

  #file(name: string): string {
    return join(this.folder, name);
  }

  #load(): void {
    for (const [token, steps] of [
      ['admin', 'institutions,settings,units'], ['planner', 'indicators,targets'], ['sender', 'observations'],
      ['planner', 'plans,elements,activation,unit-plans'], ['planner', 'risks,processes,budget-lines,decisions,reports'],
      ['sender', 'amounts'], ['validator', 'reviews'],
    ] as const) {
      this.athenactl(token, 'load', 'seeds', '--only', steps);
    }
    this.athenactl('publisher', 'close', 'gob', CLOSED_QUARTER, '--reason', 'as decided');
    this.athenactl('publisher', 'publish', 'gob', CLOSED_QUARTER);
  }
}
