#!/usr/bin/env node
/* Node.js: an RSAES-OAEP ciphertext is decrypted without its leading zero bytes.

Demanded: RFC 8017 §7.1.2 step 1.b: a ciphertext is as long as the modulus; if it is not, the
answer is "decryption error".

Answered: crypto.privateDecrypt takes a ciphertext that begins with a zero byte also without it,
and gives the message.

Cause, as far as it shows from outside: the length is left to OpenSSL, which reads a number.

What it is: malleability, and an interoperability problem. One ciphertext in 256 can be written in
another way that is decrypted here. Nobody learns a message by it, or makes another one of it.

Usage: oaep-short-ciphertext.js
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/
'use strict';

const crypto = require('node:crypto');

function deviates() {
  console.log('Does: encrypts until a ciphertext begins with a zero byte, and decrypts it without.');
  console.log('Demanded by RFC 8017 §7.1.2 step 1.b: that another length is refused.');
  const { node, openssl } = process.versions;
  console.log(`Answered by version ${node} with OpenSSL ${openssl}:`);
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const oaep = { padding: crypto.constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const message = Buffer.from('message');
  let ciphertext;
  do ciphertext = crypto.publicEncrypt({ ...oaep, key: publicKey }, message); while (ciphertext[0]);
  if (!crypto.privateDecrypt({ ...oaep, key: privateKey }, ciphertext).equals(message)) {
    throw new Error('it does not decrypt the ciphertext itself');
  }
  let answer;
  let there = false;
  try {
    const opened = crypto.privateDecrypt({ ...oaep, key: privateKey }, ciphertext.subarray(1));
    there = opened.equals(message);
    answer = there ? 'decrypted' : 'decrypted to something else';
  } catch (error) {
    answer = `refused, ${error.code ?? error.message}`;
  }
  console.log(`  ${ciphertext.length - 1} bytes instead of ${ciphertext.length}: ${answer}`);
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
