import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { canonical, type Json } from './canonical.ts';
import { DOCUMENT_FORMAT, fileOf, hasEd25519, readFile, verify, type Claim } from './publication.ts';

// Signed by Node's own OpenSSL, not by what is tested.
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const der = publicKey.export({ type: 'spki', format: 'der' });
const keyId = createHash('sha256').update(der).digest('hex').slice(0, 16);

const content: Json = { format: DOCUMENT_FORMAT, name: 'p/1', number: 1, note: 'Eén & <b>', languages: ['nl'] };
const document = new TextEncoder().encode(canonical(content));
const claim: Claim = {
  sha256: createHash('sha256').update(document).digest('hex'),
  signature: sign(null, document, privateKey),
  keyId,
  fields: { name: 'p/1', number: 1, reason: '', openInstitutions: [] },
};

const outcomes = async (bytes: Uint8Array, of: Claim, key: string | undefined) =>
  Object.fromEntries((await verify(bytes, of, key)).results.map((r) => [r.check, r.outcome]));

test('what was published passes every check', async () => {
  assert.equal(await hasEd25519(), true);
  const found = await verify(document, claim, pem);
  assert.deepEqual(
    found.results.map((r) => [r.check, r.outcome]),
    [
      ['hash', 'passed'],
      ['canonical', 'passed'],
      ['content', 'passed'],
      ['key', 'passed'],
      ['signature', 'passed'],
    ],
  );
  assert.equal(found.valid, true);
});

test('one changed byte fails the hash and the signature', async () => {
  const changed = document.slice();
  const at = new TextDecoder('latin1').decode(document).indexOf('number') + 8;
  changed[at] = '2'.charCodeAt(0);
  const found = await outcomes(changed, claim, pem);
  assert.deepEqual(found, { hash: 'failed', canonical: 'passed', content: 'failed', key: 'passed', signature: 'failed' });
});

test('a document with a new hash still lacks the signature', async () => {
  const forged = new TextEncoder().encode(canonical({ ...(content as Record<string, Json>), note: 'forged' }));
  const sha256 = createHash('sha256').update(forged).digest('hex');
  const found = await outcomes(forged, { ...claim, sha256 }, pem);
  assert.equal(found['hash'], 'passed');
  assert.equal(found['signature'], 'failed');
});

test('another key, no key and a text that is no key', async () => {
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
  assert.deepEqual((({ key, signature }) => ({ key, signature }))(await outcomes(document, claim, other)), {
    key: 'failed',
    signature: 'impossible',
  });
  const without = await verify(document, claim, undefined);
  assert.equal(without.valid, false);
  assert.equal(without.failed, false);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });
  assert.equal((await outcomes(document, claim, rsa.toString()))['key'], 'failed');
});

test('a publication that says something else than its document', async () => {
  const found = await verify(document, { ...claim, fields: { ...claim.fields, number: 2 } }, pem);
  assert.deepEqual(found.results[2], { check: 'content', outcome: 'failed', found: 'number' });
  assert.equal(found.failed, true);
});

test('a downloaded file reads back as what was signed', async () => {
  const read = readFile(fileOf(document, claim));
  assert.ok(read);
  assert.deepEqual(read.document, document);
  assert.equal((await verify(read.document, read.claim, pem)).valid, true);
  assert.equal(readFile(new TextEncoder().encode('{"document":1}')), undefined);
});
