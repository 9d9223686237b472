// Runs before a reproduction in Node.js and puts functions that do right in place of its own:
// node --require ./conforming_target.js SCRIPT. No version without the deviations is at hand.
'use strict';

const crypto = require('node:crypto');

const { createPublicKey, privateDecrypt, verify } = crypto;

const length = (key) => (key.asymmetricKeyDetails.modulusLength ?? 0) / 8;

crypto.createPublicKey = (given) => {
  const first = given.key?.at?.(-65);
  if (first === 6 || first === 7) throw new Error('a hybrid point');
  return createPublicKey(given);
};

crypto.privateDecrypt = (given, ciphertext) => {
  if (ciphertext.length !== length(given.key)) throw new Error('decryption error');
  return privateDecrypt(given, ciphertext);
};

crypto.verify = (hash, message, given, signature) => {
  const key = given.key ?? given;
  if (key.asymmetricKeyType === 'rsa' && signature.length !== length(key)) return false;
  return verify(hash, message, given, signature);
};
