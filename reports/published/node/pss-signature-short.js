#!/usr/bin/env node
/* Node.js: an RSASSA-PSS signature is valid without its leading zero byte.

Demanded: RFC 8017 §8.1.2 step 1: a signature is as long as the modulus; if it is not, the answer
is "invalid signature".

Answered: crypto.verify takes a signature that begins with a zero byte also without it. It does not
with PKCS#1 v1.5.

Cause, as far as it shows from outside: the length is left to OpenSSL, which reads a number.

What it is: malleability, and an interoperability problem. One signature in 256 can be written in
another way that is valid here; a program that knows signatures by their bytes takes it for
another. Nobody can sign a message by it that was not signed.

Usage: pss-signature-short.js
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/
'use strict';

const crypto = require('node:crypto');

function deviates() {
  console.log('Does: signs until a signature begins with a zero byte, and verifies it without.');
  console.log('Demanded by RFC 8017 §8.1.2 step 1: that another length is invalid.');
  const { node, openssl } = process.versions;
  console.log(`Answered by version ${node} with OpenSSL ${openssl}:`);
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pss = { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  let there = false;
  for (const [name, scheme] of [['RSASSA-PSS', pss], ['PKCS#1 v1.5', {}]]) {
    let [number, message, signature] = [0];
    do {
      message = Buffer.from(`message ${number += 1}`);
      signature = crypto.sign('sha256', message, { ...scheme, key: privateKey });
    } while (signature[0]);
    const how = { ...scheme, key: publicKey };
    const valid = (octets) => crypto.verify('sha256', message, how, octets);
    if (!valid(signature)) throw new Error('it does not verify the signature itself');
    const short = valid(signature.subarray(1));
    there ||= short;
    console.log(`  ${name}, ${signature.length - 1} bytes instead of ${signature.length}: `
      + `${short ? 'valid' : 'invalid'}`);
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
