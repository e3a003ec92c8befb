// Verifies a publication in the browser, without trusting the service that it came from: its hash,
// its canonical form, what it says, and its signature.
import { canonical, isCanonical, type Json } from './canonical.ts';

export type Check = 'hash' | 'canonical' | 'content' | 'key' | 'signature';
export type Outcome = 'passed' | 'failed' | 'impossible';

export interface CheckResult {
  check: Check;
  outcome: Outcome;
  /** What was found, for the sentence: a hash, a key's id, the field that differs. */
  found?: string;
}

/** What a publication says of its document. */
export interface Claim {
  sha256: string;
  signature: Uint8Array;
  keyId: string;
  /** Fields of the document that the publication repeats, as proto3 JSON. */
  fields: Record<string, Json>;
}

export interface Verification {
  /** Every check passed. */
  valid: boolean;
  /** A check failed: the document is not what was published. */
  failed: boolean;
  results: CheckResult[];
}

export const DOCUMENT_FORMAT = 'athena.reporting.v1.PublicationDocument';

/**
 * Runs all checks that are possible. Without a public key the signature is not checked; where the
 * browser has no Ed25519 it cannot be.
 */
export async function verify(
  document: Uint8Array,
  claim: Claim,
  publicKeyPem: string | undefined,
): Promise<Verification> {
  const results: CheckResult[] = [];
  const sha256 = await fingerprint(document);
  results.push({ check: 'hash', outcome: sha256 === claim.sha256 ? 'passed' : 'failed', found: sha256 });

  const { ok, value } = isCanonical(document);
  results.push({ check: 'canonical', outcome: ok ? 'passed' : 'failed' });

  const wrong = difference(value, claim.fields);
  results.push({
    check: 'content',
    outcome: wrong === undefined ? 'passed' : 'failed',
    ...(wrong === undefined ? {} : { found: wrong }),
  });

  results.push(...(await verifySignature(document, claim, publicKeyPem)));
  const outcomes = results.map((r) => r.outcome);
  return {
    valid: outcomes.every((o) => o === 'passed'),
    failed: outcomes.includes('failed'),
    results,
  };
}

async function verifySignature(
  document: Uint8Array,
  claim: Claim,
  publicKeyPem: string | undefined,
): Promise<CheckResult[]> {
  if (publicKeyPem === undefined) {
    return [
      { check: 'key', outcome: 'impossible', found: claim.keyId },
      { check: 'signature', outcome: 'impossible' },
    ];
  }
  const der = publicKeyOf(publicKeyPem);
  if (der === undefined) {
    return [
      { check: 'key', outcome: 'failed' },
      { check: 'signature', outcome: 'impossible' },
    ];
  }
  const keyId = await idOf(der);
  if (keyId !== claim.keyId) {
    // Another key cannot verify it: say whose it is instead of a bad signature.
    return [
      { check: 'key', outcome: 'failed', found: keyId },
      { check: 'signature', outcome: 'impossible' },
    ];
  }
  const key: CheckResult = { check: 'key', outcome: 'passed', found: keyId };
  try {
    const imported = await crypto.subtle.importKey('spki', der, 'Ed25519', false, ['verify']);
    const good = await crypto.subtle.verify('Ed25519', imported, plain(claim.signature), plain(document));
    return [key, { check: 'signature', outcome: good ? 'passed' : 'failed' }];
  } catch {
    return [key, { check: 'signature', outcome: 'impossible' }];
  }
}

/** The first field in which the document contradicts the publication; undefined where none does. */
function difference(document: Json | undefined, fields: Record<string, Json>): string | undefined {
  if (document === undefined || document === null || typeof document !== 'object' || Array.isArray(document)) {
    return 'format';
  }
  const expected: Record<string, Json> = { format: DOCUMENT_FORMAT, ...fields };
  for (const [name, value] of Object.entries(expected)) {
    const found = document[name];
    if (found === undefined ? !isDefault(value) : canonical(found) !== canonical(value)) return name;
  }
  return undefined;
}

/** proto3 JSON leaves out what has its default value. */
function isDefault(value: Json): boolean {
  return value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
}

/** A file with a document and its signature, as it is downloaded. */
export function fileOf(document: Uint8Array, claim: Claim): Uint8Array {
  const encoder = new TextEncoder();
  const head = encoder.encode('{"document":');
  const rest = { keyId: claim.keyId, sha256: claim.sha256, signature: base64(claim.signature) };
  const tail = encoder.encode(`,${canonical(rest).slice(1)}`);
  const file = new Uint8Array(head.length + document.length + tail.length);
  file.set(head, 0);
  file.set(document, head.length);
  file.set(tail, head.length + document.length);
  return file;
}

/** The document and the claim of such a file; undefined if it is none. */
export function readFile(file: Uint8Array): { document: Uint8Array; claim: Claim } | undefined {
  const { value } = isCanonical(trimmed(file));
  if (value === undefined || value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const { document, keyId, sha256, signature } = value;
  if (document === undefined || typeof keyId !== 'string' || typeof sha256 !== 'string') return undefined;
  if (typeof signature !== 'string') return undefined;
  const bytes = bytesOfBase64(signature);
  if (bytes === undefined) return undefined;
  // The bytes of the document as they stand in the file, not as they would be written anew.
  const text = new TextDecoder().decode(file);
  const start = text.indexOf('{', 1);
  const end = text.lastIndexOf(',"keyId":');
  if (!text.startsWith('{"document":') || start < 0 || end < start) return undefined;
  return {
    document: new TextEncoder().encode(text.slice(start, end)),
    claim: { sha256, signature: bytes, keyId, fields: {} },
  };
}

function trimmed(file: Uint8Array): Uint8Array {
  let end = file.length;
  while (end > 0 && (file[end - 1] === 10 || file[end - 1] === 13 || file[end - 1] === 32)) end--;
  return file.subarray(0, end);
}

/** The key (SubjectPublicKeyInfo, DER) of a PEM text; undefined if it is none of Ed25519. */
export function publicKeyOf(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const body = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(pem)?.[1];
  const der = body === undefined ? undefined : bytesOfBase64(body.replace(/\s+/g, ''));
  // RFC 8410: a fixed head of 12 bytes, then the key's 32.
  const head = '302a300506032b6570032100';
  return der !== undefined && der.length === 44 && hex(der.subarray(0, 12)) === head ? der : undefined;
}

/** The id of a key: the first 8 bytes of the SHA-256 of its DER. */
export async function idOf(der: Uint8Array): Promise<string> {
  return hex((await digest(der)).subarray(0, 8));
}

/** Whether this browser can verify Ed25519 signatures. */
export async function hasEd25519(): Promise<boolean> {
  try {
    // The public key of RFC 8032's first test.
    const raw = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
    const bytes = Uint8Array.from(raw.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
    return true;
  } catch {
    return false;
  }
}

/** The SHA-256 of a file, in hexadecimal digits. */
export async function fingerprint(bytes: Uint8Array): Promise<string> {
  return hex(await digest(bytes));
}

async function digest(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', plain(bytes)));
}

/** Bytes in a buffer of their own, as WebCrypto's types ask for. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
