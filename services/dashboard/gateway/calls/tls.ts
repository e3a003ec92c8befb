// TLS to the services, from files that are read again for each connection.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecureClientSessionOptions } from 'node:http2';

/** Paths of PEM files. */
export interface TlsFiles {
  /** The authorities of the services' certificates; undefined: those that Node.js knows. */
  readonly ca: string | undefined;
  /** The certificate that the gateway shows, and its key: both or neither. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** The options of connections that are made with them. Node.js copies them for each connection, and so
 * reads the files as they are then. */
export function tlsOptions(files: TlsFiles, settings: SecureClientSessionOptions['settings']): SecureClientSessionOptions {
  return {
    settings,
    minVersion: 'TLSv1.2',
    get ca() {
      return read(files.ca);
    },
    get cert() {
      return read(files.certificate);
    },
    get key() {
      return read(files.key);
    },
  };
}

/** What is wrong with the files; undefined: nothing. */
export function tlsFault(files: TlsFiles): string | undefined {
  try {
    if (files.ca !== undefined) new X509Certificate(read(files.ca) ?? '');
    if ((files.certificate === undefined) !== (files.key === undefined)) {
      return '--tls_certificate and --tls_key: both or neither';
    }
    if (files.certificate === undefined || files.key === undefined) return undefined;
    const certificate = new X509Certificate(read(files.certificate) ?? '');
    if (certificate.checkPrivateKey(createPrivateKey(read(files.key) ?? ''))) return undefined;
    return `--tls_key=${files.key}: the private key of ${files.certificate}`;
  } catch (error) {
    const paths = [files.ca, files.certificate, files.key].filter((path) => path !== undefined).join(', ');
    return `${paths}: PEM files (${error instanceof Error ? error.message : String(error)})`;
  }
}

function read(path: string | undefined): Buffer | undefined {
  return path === undefined ? undefined : readFileSync(path);
}
