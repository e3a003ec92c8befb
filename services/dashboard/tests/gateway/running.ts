// The three services and the gateway as processes on free ports, with a small plan whose numbers can be
// checked by hand.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const ROOT = resolve(import.meta.dirname, '../../../..');
export const BIN = join(process.env['ATHENA_BUILD'] ?? join(ROOT, '.build/dev'), 'bin');
export const DASHBOARD = join(ROOT, '.build/dashboard');
// Which Node.js runs the gateway; the tests themselves need the pinned one.
export const GATEWAY_NODE = process.env['ATHENA_GATEWAY_NODE'] ?? process.execPath;
const SERVING_MS = 30_000;

const PRINCIPALS = [
  'everything,tester,*,all',
  'second,second,*,all',
  ',reader,*,viewer',
  'stranger,stranger,elsewhere,viewer',
].join(';');

export const SCORECARD = 'institutions/library/plans/plan/scorecards/2024-Q1';

export interface LogLine {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A program that logs as the services do. */
export class Running {
  readonly name: string;
  readonly lines: LogLine[] = [];
  port = 0;
  opsPort = 0;
  readonly process: ChildProcess;

  private constructor(name: string, program: string, args: readonly string[], environment: NodeJS.ProcessEnv) {
    this.name = name;
    this.process = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...environment } });
  }

  static async start(
    name: string, program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {},
  ): Promise<Running> {
    const running = new Running(name, program, args, environment);
    const { stderr } = running.process;
    if (stderr === null) throw new Error('no stderr');
    const serving = new Promise<void>((done, fail) => {
      const late = setTimeout(() => fail(new Error(`${name} does not serve`)), SERVING_MS);
      createInterface(stderr).on('line', (line) => {
        const event = parsed(line);
        running.lines.push(event);
        if (event.event !== 'serving') return;
        running.port = Number(event['port']);
        running.opsPort = Number(event['ops_port']);
        clearTimeout(late);
        done();
      });
      running.process.once('exit', (code) => {
        clearTimeout(late);
        fail(new Error(`${name} ended with ${code}: ${JSON.stringify(running.lines)}`));
      });
    });
    try {
      await serving;
    } catch (error) {
      running.process.kill('SIGKILL');
      throw error;
    }
    return running;
  }

  /** Sends a signal and waits for the end. Returns the exit code; null: killed. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode;
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }

  get residentBytes(): number {
    const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(this.process.pid)], { encoding: 'utf8' });
    return Number(stdout) * 1024;
  }
}

/** Flags of TLS and tokens. */
export interface Security {
  readonly service: (name: string) => readonly string[];
  readonly athenactl: readonly string[];
}

/** The services with their data, and gateways in front of them. */
export class Setting {
  readonly folder = mkdtempSync(join(tmpdir(), 'athena-dashboard-'));
  readonly started: Running[] = [];
  readonly #security: Security | undefined;
  #plan: Running | undefined;
  #indicator: Running | undefined;
  #reporting: Running | undefined;

  /** With README's library, or with seeds/, as the demo. */
  static async start(data: 'library' | 'seeds' = 'library', security?: Security): Promise<Setting> {
    const setting = new Setting(security);
    try {
      spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', setting.#file('key.pem')]);
      spawnSync('chmod', ['600', setting.#file('key.pem')]);
      await setting.startIndicator();
      await setting.startPlan();
      await setting.startReporting();
      if (data === 'library') setting.#load();
      else setting.athenactl('load', join(ROOT, 'seeds'));
      return setting;
    } catch (error) {
      await setting.stop();
      throw error;
    }
  }

  private constructor(security: Security | undefined) {
    this.#security = security;
  }

  async stop(): Promise<void> {
    await Promise.all(this.started.map((one) => one.stop('SIGKILL')));
    rmSync(this.folder, { recursive: true, force: true });
  }

  get plan(): Running {
    return present(this.#plan);
  }
  get indicator(): Running {
    return present(this.#indicator);
  }
  get reporting(): Running {
    return present(this.#reporting);
  }

  async startIndicator(port = 0): Promise<void> {
    this.#indicator = await this.#service('athena-indicator', port, [`--database=${this.#file('indicator.db')}`]);
  }
  async startPlan(port = 0): Promise<void> {
    this.#plan = await this.#service('athena-plan', port, [
      `--database=${this.#file('plan.db')}`, `--indicator_address=127.0.0.1:${this.indicator.port}`]);
  }
  async startReporting(port = 0): Promise<void> {
    this.#reporting = await this.#service('athena-reporting', port, [
      `--database=${this.#file('reporting.db')}`, `--signing_key=${this.#file('key.pem')}`,
      `--plan_address=127.0.0.1:${this.plan.port}`, `--indicator_address=127.0.0.1:${this.indicator.port}`]);
  }

  async startGateway(args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<Running> {
    const gateway = await Running.start('gateway', GATEWAY_NODE, [
      join(DASHBOARD, 'gateway.mjs'), '--listen=127.0.0.1:0', '--ops_listen=127.0.0.1:0', '--log_level=debug',
      `--plan_address=127.0.0.1:${this.plan.port}`, `--indicator_address=127.0.0.1:${this.indicator.port}`,
      `--reporting_address=127.0.0.1:${this.reporting.port}`, ...args,
    ], environment);
    this.started.push(gateway);
    return gateway;
  }

  /** Runs the command line with every role; returns what it prints. */
  athenactl(...args: readonly string[]): string {
    const ran = spawnSync(join(BIN, 'athenactl'), [
      `--plan-address=127.0.0.1:${this.plan.port}`, `--indicator-address=127.0.0.1:${this.indicator.port}`,
      `--reporting-address=127.0.0.1:${this.reporting.port}`, '--token=everything', ...(this.#security?.athenactl ?? []), ...args,
    ], { encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`athenactl ${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
    return ran.stdout;
  }

  async #service(name: string, port: number, args: readonly string[]): Promise<Running> {
    const service = await Running.start(name, join(BIN, name), [
      `--listen=127.0.0.1:${port}`, '--ops_listen=127.0.0.1:0', `--principals=${PRINCIPALS}`,
      ...(this.#security?.service(name.replace('athena-', '')) ?? []), ...args]);
    this.started.push(service);
    return service;
  }

  #file(name: string): string {
    return join(this.folder, name);
  }

  // README's library: the loans at two desks, 3,320 in 2024-Q1 against 3,300, which scores 67.8.
  #load(): void {
    const folder = this.#file('library');
    mkdirSync(join(folder, 'plan'), { recursive: true });
    mkdirSync(join(folder, 'observations'));
    const write = (name: string, content: unknown): void =>
      writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    write('institution.json', { name: 'institutions/library', displayName: { text: { en: 'City library' } } });
    write('indicators.json', { indicators: [{
      name: 'institutions/library/indicators/loans', displayName: { text: { en: 'Loans' } }, kind: 'KIND_BASE',
      unit: 'loans', direction: 'DIRECTION_HIGHER', frequency: 'FREQUENCY_MONTHLY', classification: 'CLASSIFICATION_PUBLIC',
      timeAggregation: 'TIME_AGGREGATION_SUM', groupAggregation: 'GROUP_AGGREGATION_SUM',
      dimensions: [{ id: 'desk', codes: [{ id: 'MAIN' }, { id: 'WEST' }] }],
    }] });
    write('targets.json', { targets: [{
      indicator: 'institutions/library/indicators/loans', baseline: { period: '2023', value: 12000 },
      anchors: [{ period: '2026', value: 15600 }], margin: 2400,
    }] });
    write('plan/plan.json', {
      name: 'institutions/library/plans/plan', title: { text: { en: 'Plan 2024-2026' } }, firstQuarter: '2024-Q1',
      lastQuarter: '2026-Q4', languages: ['en'], state: 'STATE_ACTIVE',
    });
    write('plan/elements.json', { elements: [{
      name: 'institutions/library/plans/plan/elements/reading', kind: 'KIND_OBJECTIVE', code: '1',
      title: { text: { en: 'The city reads more' } }, indicators: [{ indicator: 'institutions/library/indicators/loans' }],
    }] });
    write('observations/first.csv', [
      'indicator,period,desk,value', 'loans,2024-01,MAIN,690', 'loans,2024-02,MAIN,640', 'loans,2024-03,MAIN,720',
      'loans,2024-01,WEST,430', 'loans,2024-02,WEST,400', 'loans,2024-03,WEST,440', ''].join('\n'));
    this.athenactl('load', folder);
  }
}

// A crash prints what is no JSON.
function parsed(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { event: line };
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it was not started');
  return value;
}
