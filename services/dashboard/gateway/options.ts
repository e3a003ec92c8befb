// The command line and the environment.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { type TlsFiles, tlsFault } from './calls/tls.ts';
import { isLevel, type Level } from './log.ts';
import { isLoopbackHost } from './http/security.ts';
import type { OidcOptions } from './login/oidc_login.ts';

export const USAGE = `Serves Athena's dashboard and passes its calls on to the services.

  node gateway.mjs [flags]

  --listen=HOST:PORT             where browsers reach it [127.0.0.1:7700]; port 0 takes a free one
  --ops_listen=HOST:PORT         /healthz, /readyz and /metrics [127.0.0.1:7800]
  --plan_address, --indicator_address, --reporting_address=HOST:PORT
                                 the services [127.0.0.1:7701, 7702, 7703]
  --tls_ca=FILE                  calls the services by TLS: the authorities of their certificates (PEM)
  --tls_certificate, --tls_key=FILE
                                 the certificate that it shows them, and its key (PEM)
  --app=FOLDER                   the built app [ui beside this program]
  --log_level=LEVEL              debug, info, warning or error [info]
  --principals=NAME,...          demo: the credentials that the page offers to act as
  --public                       shows public publications and nothing else
  --plans=NAME,...               public: the plans whose publications are shown
  --public_key=FILE              the public key that publications are verified with (PEM), for readers
  --url=URL                      login: where browsers find it, https://athena.example.org
  --oidc_issuer=URL              login: the OpenID provider; its redirect address is URL/login/callback
  --oidc_client_id=ID            login: the dashboard's name at the provider
  --oidc_scope=SCOPES            login: what is asked of the provider [openid profile offline_access]
  --drain_seconds=N              how long calls in flight may take after SIGTERM [10]

Without --oidc_issuer and --public it is a demo without login, which listens on loopback alone. Each flag
can also be set in the environment, --plan_address as ATHENA_DASHBOARD_PLAN_ADDRESS. In the environment
alone: ATHENA_DASHBOARD_OIDC_CLIENT_SECRET, and ATHENA_DASHBOARD_CREDENTIAL, which --public calls the
services with: that of a principal of no institution.
`;

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Options {
  readonly listen: Address;
  readonly opsListen: Address;
  readonly services: Readonly<Record<'plan' | 'indicator' | 'reporting', string>>;
  /** TLS to the services; undefined: none. */
  readonly tls: TlsFiles | undefined;
  readonly app: string | undefined;
  readonly logLevel: Level;
  readonly principals: readonly string[];
  readonly public: boolean;
  readonly credential: string | undefined;
  readonly plans: readonly string[];
  readonly oidc: OidcOptions | undefined;
  /** The public key of publications, in PEM. */
  readonly publicKey: string | undefined;
  readonly drainMs: number;
}

/** An option that cannot be: the message says which, and what is allowed. */
export class BadOption extends Error {}

const FLAGS = {
  listen: { type: 'string', default: '127.0.0.1:7700' },
  ops_listen: { type: 'string', default: '127.0.0.1:7800' },
  plan_address: { type: 'string', default: '127.0.0.1:7701' },
  indicator_address: { type: 'string', default: '127.0.0.1:7702' },
  reporting_address: { type: 'string', default: '127.0.0.1:7703' },
  tls_ca: { type: 'string' },
  tls_certificate: { type: 'string' },
  tls_key: { type: 'string' },
  app: { type: 'string' },
  log_level: { type: 'string', default: 'info' },
  principals: { type: 'string', default: '' },
  public: { type: 'boolean', default: false },
  plans: { type: 'string', default: '' },
  public_key: { type: 'string' },
  url: { type: 'string' },
  oidc_issuer: { type: 'string' },
  oidc_client_id: { type: 'string' },
  oidc_scope: { type: 'string', default: 'openid profile offline_access' },
  drain_seconds: { type: 'string', default: '10' },
} as const;

/** The options, or 'help'. */
export function parseOptions(argv: readonly string[], environment: NodeJS.ProcessEnv): Options | 'help' {
  const values = parse([...fromEnvironment(environment), ...argv]);
  if (values === 'help') return 'help';
  const listen = address('listen', values.listen);
  const oidc = oidcOptions(values, environment['ATHENA_DASHBOARD_OIDC_CLIENT_SECRET']);
  if (values.public && oidc !== undefined) throw new BadOption('--public and --oidc_issuer: one of them');
  if (!values.public && oidc === undefined && !isLoopbackHost(listen.host)) {
    throw new BadOption(`--listen=${values.listen}: without login it listens on loopback alone (127.0.0.1)`);
  }
  if (!isLevel(values.log_level)) {
    throw new BadOption(`--log_level=${values.log_level}: debug, info, warning or error`);
  }
  const drain = Number(values.drain_seconds);
  if (!(drain >= 0 && drain <= 3600)) throw new BadOption(`--drain_seconds=${values.drain_seconds}: 0 to 3600`);
  const tls = tlsFiles(values);
  for (const name of ['plan_address', 'indicator_address', 'reporting_address'] as const) {
    const { host } = address(name, values[name]);
    if (tls === undefined && !isLoopbackHost(host)) {
      throw new BadOption(`--${name}=${values[name]}: an address of this machine (127.0.0.1), or TLS: --tls_ca`);
    }
  }
  return {
    listen,
    opsListen: address('ops_listen', values.ops_listen),
    services: {
      plan: values.plan_address, indicator: values.indicator_address, reporting: values.reporting_address,
    },
    tls,
    app: values.app,
    logLevel: values.log_level,
    principals: list(values.principals),
    public: values.public,
    credential: environment['ATHENA_DASHBOARD_CREDENTIAL'],
    plans: list(values.plans),
    oidc,
    publicKey: values.public_key === undefined ? undefined : publicKey(values.public_key),
    drainMs: drain * 1000,
  };
}

function tlsFiles(values: { tls_ca?: string; tls_certificate?: string; tls_key?: string }): TlsFiles | undefined {
  const { tls_ca: ca, tls_certificate: certificate, tls_key: key } = values;
  if (ca === undefined && certificate === undefined && key === undefined) return undefined;
  const files = { ca, certificate, key };
  const fault = tlsFault(files);
  if (fault !== undefined) throw new BadOption(fault);
  return files;
}

// The file must be a public key: a private one is never served by mistake.
function publicKey(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    if (pem.startsWith('-----BEGIN PUBLIC KEY-----')) return pem;
  } catch {
    // Said below.
  }
  throw new BadOption(`--public_key=${file}: a file that begins with -----BEGIN PUBLIC KEY-----`);
}

function oidcOptions(
  values: { url?: string; oidc_issuer?: string; oidc_client_id?: string; oidc_scope: string },
  clientSecret: string | undefined,
): OidcOptions | undefined {
  const { url, oidc_issuer: issuer, oidc_client_id: clientId, oidc_scope: scope } = values;
  if (issuer === undefined) return undefined;
  if (url === undefined || clientId === undefined) throw new BadOption('--oidc_issuer needs --url and --oidc_client_id');
  return { issuer: secure('oidc_issuer', issuer), url: secure('url', url), clientId, clientSecret, scope };
}

// Without TLS a session can be read on the way: on the same machine alone.
function secure(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.host))) return url;
  throw new BadOption(`--${name}=${text}: https://..., or http:// on loopback`);
}

// The arguments that the environment stands for; the command line comes after them, and wins.
function fromEnvironment(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(FLAGS).flatMap(([name, flag]) => {
    const value = environment[`ATHENA_DASHBOARD_${name.toUpperCase()}`];
    if (value === undefined) return [];
    if (flag.type === 'string') return [`--${name}=${value}`];
    return value === 'true' ? [`--${name}`] : [];
  });
}

function parse(argv: readonly string[]) {
  if (argv.includes('--help') || argv.includes('-h')) return 'help';
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true }).values;
  } catch (error) {
    throw new BadOption(error instanceof Error ? error.message : String(error));
  }
}

function address(name: string, text: string): Address {
  const found = /^(\[[0-9a-f:.]+\]|[^:[\]/\s]+):(\d{1,5})$/i.exec(text);
  const port = Number(found?.[2]);
  if (found?.[1] === undefined || port > 65535) throw new BadOption(`--${name}=${text}: HOST:PORT`);
  return { host: found[1], port };
}

function list(text: string): string[] {
  return text.split(',').filter((one) => one !== '');
}
