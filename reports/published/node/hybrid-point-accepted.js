#!/usr/bin/env node
/* Node.js: a public key in the hybrid form is taken from a SubjectPublicKeyInfo.

Demanded: RFC 5480 §2.2: the first byte of the point is 04, or 02 or 03, and the key must be
rejected if it is any other.

Answered: crypto.createPublicKey takes points that begin with 06 and 07 (the hybrid form of ANSI
X9.62), and what they sign verifies.

Cause, as far as it shows from outside: OpenSSL reads the form, and nothing looks at the first
byte.

What it is: an interoperability problem. The point is checked, also against the parity that its
first byte tells; but one key has two encodings more than the standard gives it, and a program that
looks for a key by its encoding does not find it.

Usage: hybrid-point-accepted.js
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/
'use strict';

const crypto = require('node:crypto');

function deviates() {
  console.log('Does: loads a SubjectPublicKeyInfo in the hybrid form, and verifies a signature.');
  console.log('Demanded by RFC 5480 §2.2: that all but 02, 03 and 04 are rejected.');
  const { node, openssl } = process.versions;
  console.log(`Answered by version ${node} with OpenSSL ${openssl}:`);
  let there = false;
  for (const namedCurve of ['prime256v1', 'secp256k1']) {
    const { privateKey, publicKey } = crypto.generateKeyPairSync('ec', { namedCurve });
    const signature = crypto.sign('sha256', Buffer.from('message'), privateKey);
    const whole = publicKey.export({ format: 'der', type: 'spki' });
    const [start, parity] = [whole.length - 65, whole.at(-1) & 1];
    if (whole[start] !== 4) throw new Error('it does not write the uncompressed form');
    for (const first of [4, 6 + parity, 7 - parity]) {
      let answer;
      try {
        const key = Buffer.from(whole);
        key[start] = first;
        const loaded = crypto.createPublicKey({ key, format: 'der', type: 'spki' });
        const valid = crypto.verify('sha256', Buffer.from('message'), loaded, signature);
        answer = `taken, and its signature is ${valid ? 'valid' : 'invalid'}`;
        there ||= valid && first !== 4;
        if (!valid && first === 4) throw new Error('it does not verify under the right key');
      } catch (error) {
        if (first === 4) throw error;
        answer = `refused, ${error.code ?? error.message}`;
      }
      console.log(`  ${namedCurve}, first byte 0${first}: ${answer}`);
    }
  }
  return there;
}

function main() {
  try {
    const there = deviates();
    console.log(there ? 'The deviation is there.' : 'The deviation is not there.');
    return there ? 0 : 1;
  } catch (error) { // whatever it is, it shows neither that the deviation is there nor not
    console.error(`Could not be tried: ${error.name}: ${error.message}`);
    return 2;
  }
}

process.exitCode = main();
