#!/usr/bin/env node
// Example adapter: lets kmsproof judge the crypto module of Node.js, which is OpenSSL underneath.
// It needs Node.js 18 and no package, and follows docs/adapter-protocol.md. To copy, keep part 4.
'use strict';
const crypto = require('node:crypto');
// Part 1: what the target can do -----------------------------------------------------------------
const AES = { Aliyun_AES_128: 16, Aliyun_AES_192: 24, Aliyun_AES_256: 32 }; // bytes of a key
const RSA = { RSA_2048: 2048, RSA_3072: 3072, RSA_4096: 4096 }; // bits of the modulus
const EC = { EC_P256: 'prime256v1', EC_P256K: 'secp256k1' };
const OIDS = { EC_P256: '06082a8648ce3d030107', EC_P256K: '06052b8104000a' }; // of the curves, DER
const [LEVEL, ENCRYPTION, SIGNATURE] = ['Software-protected key', 'ENCRYPT/DECRYPT', 'SIGN/VERIFY'];
const EXPONENTS = ['small-public-exponent', 'large-public-exponent'];
const paddings = ['PKCS7_PADDING', 'NO_PADDING'];
// Each algorithm: its usage, its keys, the function for it, the parameters that the function takes,
// and what is declared. Any other parameter is refused, since none may be dropped silently.
const ALGORITHMS = {
  __proto__: null,
  ECB: [ENCRYPTION, AES, aes, ['padding'], { paddings }],
  CBC: [ENCRYPTION, AES, aes, ['padding', 'iv'],
    { paddings, iv_chosen_by: ['caller'], iv_lengths: [{ minimum: 16, maximum: 16 }] }],
  GCM: [ENCRYPTION, AES, aes, ['iv', 'aad', 'tag', 'tag_length'],
    { iv_chosen_by: ['caller'], iv_lengths: [{ minimum: 1, maximum: 128 }], aad_lengths: [{}],
      tag_lengths: [{ minimum: 4, maximum: 8, step: 4 }, { minimum: 12, maximum: 16 }] }],
  RSAES_OAEP_SHA_256: [ENCRYPTION, RSA, oaep, ['label'],
    { features: ['oaep-label', 'multi-prime-key'] }],
  ECIES_DH_SHA_1_XOR_HMAC: [ENCRYPTION, EC, ecies, ['dialect'],
    { dialects: ['EK||MK', 'MK||EK'], features: ['compressed-point', 'hybrid-point'] }],
  RSA_PSS_SHA_256: [SIGNATURE, RSA, signature, [], { message_types: ['RAW'], features: EXPONENTS }],
  RSA_PKCS1_SHA_256: [SIGNATURE, RSA, signature, [],
    { message_types: ['RAW', 'DIGEST'], features: EXPONENTS }],
  ECDSA_SHA_256: [SIGNATURE, EC, signature, [], { message_types: ['RAW'] }],
};
const PARAMETERS = ['padding', 'iv', 'aad', 'tag', 'tag_length', 'label', 'dialect'];
const OPERATIONS_OF = { [ENCRYPTION]: ['encrypt', 'decrypt'], [SIGNATURE]: ['sign', 'verify'] };
const on = (specs) => ({ key_specs: Object.keys(specs), protection_levels: [LEVEL] });
const DESCRIPTION = {
  protocol: 1, name: 'Node.js crypto', adapter: 'example adapter in JavaScript 1.0', window: 256,
  version: `${process.versions.node} with OpenSSL ${process.versions.openssl}`,
  keys: [{ ...on(AES), usages: [ENCRYPTION], importable: ['secret'] }, {
    ...on({ ...RSA, ...EC }), usages: [ENCRYPTION, SIGNATURE], importable: ['private', 'public'] }],
  algorithms: Object.entries(ALGORITHMS).map(([algorithm, [usage, specs, , , more]]) => (
    { algorithm, ...on(specs), operations: OPERATIONS_OF[usage], ...more })),
};
for (const algorithm of ['RSA_PSS_SHA_256', 'RSA_PKCS1_SHA_256']) { // not with moduli of 4096 bits
  DESCRIPTION.algorithms.push({ algorithm, ...on({ RSA_2048: 0, RSA_3072: 0 }), features:
    ['huge-public-exponent'], operations: OPERATIONS_OF[SIGNATURE], message_types: ['RAW'] });
}
// Part 2: how the target says no -----------------------------------------------------------------
// Codes of Node.js, or its texts where it gives no code, that mean a refusal, by operation. What is
// not in this table is an error, and passes no test. Codes of the adapter's own are in lower case.
const rejected = (rejection, native_code, message = '') => (
  { rejected: { class: rejection, native_code, message } });
const NOT_OPENED = rejected('invalid-ciphertext', 'ecies-refused');
const REFUSALS = [
  [/crypt/, /^ERR_CRYPTO_INVALID_(IV|AUTH_TAG)$/, 'invalid-argument'],
  [/encrypt/, /^ERR_OSSL_(WRONG_FINAL_BLOCK_LENGTH|RSA_DATA_TOO_LARGE.*)$/, 'invalid-argument'],
  [/decrypt/, /^ERR_OSSL_(WRONG_FINAL_BLOCK|BAD_DECRYPT|RSA_OAEP|RSA_DATA)/, 'invalid-ciphertext'],
  [/decrypt/, /^Unsupported state or unable to authenticate data$/, 'invalid-ciphertext'],
  [/decrypt/, /^ERR_CRYPTO_(ECDH_INVALID_PUBLIC_KEY|OPERATION_FAILED)$/, NOT_OPENED],
  [/verify/, /^ERR_OSSL_RSA_(INVALID_PADDING|BLOCK_TYPE.*|DATA.*)$/, { ok: { valid: false } }],
  [/import_key/, /^ERR_OSSL_(ASN1|EC|EVP|RSA|UNSUP)|^Failed to|PASSPHRASE$/, 'invalid-argument'],
  [/sign/, /^ERR_OSSL_(BN_NO_INVERSE|EC_BN_LIB)$/, 'invalid-argument'], // the numbers of a key
];
const end = (outcome) => { throw Object.assign(new Error(), { outcome }); }; // not with ok
const refuse = (rejection, code) => end(rejected(rejection, code));
const notOffered = (what) => end({ unsupported: { what } });
// Part 3: what the target does -------------------------------------------------------------------
const keys = new Map();
const findKey = (request) => keys.get(request.key) ?? refuse('not-found', 'unknown-key');
const privateOf = (key) => key.privateKey ?? refuse('wrong-key-usage', 'public-part-only');
const given = (request, name) => request[name] ?? refuse('invalid-argument', `missing-${name}`);
Buffer.prototype.toJSON = function toJSON() { return this.toString('hex'); };
function bytes(hex) {
  const octets = Buffer.from(hex, 'hex'); // it stops at what is no hex, without a word
  if (2 * octets.length !== hex.length) throw new TypeError('a byte string is not in hex');
  return octets;
}
function importKey({ key_spec: spec, usage, protection_level: level, part, material }) {
  if (!(spec in AES || spec in RSA || spec in EC) || level !== LEVEL
    || (spec in AES) !== (part === 'secret')) notOffered(`a ${part} key of ${spec}, ${level}`);
  const key = { spec, usage }, der = { key: bytes(material), format: 'der' };
  if (spec in AES) {
    if (der.key.length !== AES[spec]) refuse('invalid-argument', 'key-length');
    key.secret = der.key;
  } else {
    if (part === 'private') key.privateKey = crypto.createPrivateKey({ ...der, type: 'pkcs8' });
    key.publicKey = crypto.createPublicKey(key.privateKey ?? { ...der, type: 'spki' });
    // The curve is read from DER: asymmetricKeyDetails ends the process when a key is odd enough.
    const info = key.publicKey.export({ format: 'der', type: 'spki' });
    if (!(key.publicKey.asymmetricKeyType === (spec in RSA ? 'rsa' : 'ec') && (spec in RSA
      ? key.publicKey.asymmetricKeyDetails.modulusLength === RSA[spec]
      : info.includes(OIDS[spec], 0, 'hex')))) refuse('invalid-argument', 'other-key');
  }
  const handle = crypto.randomBytes(8).toString('hex'); // random: no two processes share one
  keys.set(handle, key);
  return { key: handle };
}
const destroyKey = (request) => { keys.delete(findKey(request) && request.key); return {}; };
function calculate(request) { // encrypt, decrypt, sign and verify
  const { algorithm, op } = request;
  const [usage, specs, call, takes] = ALGORITHMS[algorithm] ?? notOffered(algorithm);
  if (!OPERATIONS_OF[usage].includes(op)) notOffered(`${op} with ${algorithm}`);
  const key = findKey(request);
  if (!(key.spec in specs)) refuse('unsupported-algorithm', 'other-key-type');
  if (key.usage !== usage) refuse('wrong-key-usage', 'other-usage');
  const extra = PARAMETERS.find((name) => request[name] != null && !takes.includes(name));
  if (extra) refuse('invalid-argument', `unexpected-${extra}`);
  return call(request, key, op === 'encrypt' || op === 'sign');
}
function aes(request, { secret }, encrypts) {
  const mode = request.algorithm.toLowerCase();
  const cipher = (encrypts ? crypto.createCipheriv : crypto.createDecipheriv)(
    `aes-${8 * secret.length}-${mode}`, secret, mode === 'ecb' ? null : bytes(given(request, 'iv')),
    { authTagLength: request.tag_length ?? 16 });
  if (mode !== 'gcm') cipher.setAutoPadding(given(request, 'padding') === 'PKCS7_PADDING');
  if (mode === 'gcm') cipher.setAAD(bytes(request.aad ?? ''));
  if (mode === 'gcm' && !encrypts) cipher.setAuthTag(bytes(given(request, 'tag')));
  const input = bytes(encrypts ? request.plaintext : request.ciphertext);
  const output = Buffer.concat([cipher.update(input), cipher.final()]);
  if (!encrypts) return { plaintext: output };
  return { ciphertext: output, ...(mode === 'gcm' && { tag: cipher.getAuthTag() }) };
}
function oaep(request, key, encrypts) {
  const how = { key: encrypts ? key.publicKey : privateOf(key), oaepHash: 'sha256', // MGF1's, too
    padding: crypto.constants.RSA_PKCS1_OAEP_PADDING, oaepLabel: bytes(request.label ?? '') };
  if (encrypts) return { ciphertext: crypto.publicEncrypt(how, bytes(request.plaintext)) };
  return { plaintext: crypto.privateDecrypt(how, bytes(request.ciphertext)) };
}
// ECIES is composed of what Node.js has. Whatever is wrong with a ciphertext gets the same answer.
const POINT_LENGTHS = { 0: 1, 2: 33, 3: 33, 4: 65, 6: 65, 7: 65 }; // of an R, by its first byte
function makeSecret({ spec, publicKey }) {
  const own = crypto.generateKeyPairSync('ec', { namedCurve: EC[spec] });
  return [own.publicKey.export({ format: 'der', type: 'spki' }).subarray(-65),
    crypto.diffieHellman({ privateKey: own.privateKey, publicKey })];
}
function findSecret(key, ciphertext) {
  const point = ciphertext.subarray(0, POINT_LENGTHS[ciphertext[0]]);
  if (ciphertext.length < point.length + 20) end(NOT_OPENED);
  const ecdh = crypto.createECDH(EC[key.spec]);
  ecdh.setPrivateKey(privateOf(key).export({ format: 'jwk' }).d, 'base64url');
  return [point, ecdh.computeSecret(point)];
}
function ecies(request, key, encrypts) {
  const input = bytes(encrypts ? request.plaintext : request.ciphertext);
  const [point, secret] = encrypts ? makeSecret(key) : findSecret(key, input);
  const text = encrypts ? input : input.subarray(point.length, -20);
  const data = Buffer.concat(Array.from({ length: text.length / 20 + 2 }, (_, i) => crypto
   .createHash('sha1').update(secret).update((i + 1).toString(16).padStart(8, 0), 'hex').digest()));
  const first = given(request, 'dialect') === 'EK||MK';
  const [ek, mk] = first ? [data, data.subarray(text.length)] : [data.subarray(20), data];
  const result = text.map((octet, i) => octet ^ ek[i]);
  const masked = encrypts ? result : text;
  const tag = crypto.createHmac('sha1', mk.subarray(0, 20)).update(masked).digest();
  if (encrypts) return { ciphertext: Buffer.concat([point, result, tag]) };
  return crypto.timingSafeEqual(tag, input.subarray(-20)) ? { plaintext: result } : end(NOT_OPENED);
}
const DIGEST_INFO = bytes('3031300d060960864801650304020105000420'); // RFC 8017 §9.2, note 1
function signature({ algorithm, message_type: type, message: hex, signature: sealed }, key, signs) {
  const message = bytes(hex);
  if (type !== 'DIGEST') {
    const how = { key: signs ? privateOf(key) : key.publicKey, ...(algorithm === 'RSA_PSS_SHA_256'
      && { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }) };
    if (signs) return { signature: crypto.sign('sha256', message, how) };
    return { valid: crypto.verify('sha256', message, how, bytes(sealed)) };
  }
  if (algorithm !== 'RSA_PKCS1_SHA_256') notOffered(`${algorithm} on DIGEST`);
  if (message.length !== 32) refuse('invalid-argument', 'digest-length');
  const info = Buffer.concat([DIGEST_INFO, message]);
  if (signs) return { signature: crypto.privateEncrypt(privateOf(key), info) };
  const whole = 8 * bytes(sealed).length === RSA[key.spec]; // publicDecrypt takes fewer bytes, too
  return { valid: whole && crypto.publicDecrypt(key.publicKey, bytes(sealed)).equals(info) };
}
// Part 4: the loop -------------------------------------------------------------------------------
const OPERATIONS = { __proto__: null, describe: () => DESCRIPTION, import_key: importKey,
  destroy_key: destroyKey, close: () => process.stdin.destroy() && {},
  encrypt: calculate, decrypt: calculate, sign: calculate, verify: calculate };
function outcomeOf(request) {
  try {
    return { ok: (OPERATIONS[request.op] ?? notOffered(`${request.op}`))(request) };
  } catch (error) {
    if (error.outcome) return error.outcome;
    const code = error.code ?? error.message;
    const [, , known] = REFUSALS.find(([op, said]) => op.test(request.op) && said.test(code)) ?? [];
    if (known) return typeof known === 'string' ? rejected(known, code, error.message) : known;
    return { error: { kind: 'internal', message: `${error.name}: ${error.message}` } };
  }
}
function answer(line) {
  const request = JSON.parse(line);
  if (!Number.isInteger(request?.id)) throw new TypeError(`no request: ${line.slice(0, 200)}`);
  return `${JSON.stringify({ id: request.id, ...outcomeOf(request) })}\n`;
}
console.log = console.error; // standard output is for answers alone
let rest = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  process.stdout.write(lines.map(answer).join('')); // what arrived together is answered together
});
