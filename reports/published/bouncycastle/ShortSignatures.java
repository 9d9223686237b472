/* Bouncy Castle: RSA signatures of both kinds are valid without their leading zero byte.

Demanded: RFC 8017 §8.1.2 step 1 and §8.2.2 step 1: a signature is as long as the modulus; if it is
not, the answer is "invalid signature".

Answered: PSSSigner and RSADigestSigner take a signature that begins with a zero byte also without
it.

Cause, as far as it shows from outside: the signature is read as a number, of whatever length.

What it is: malleability, and an interoperability problem. One signature in 256 can be written in
another way that is valid here; a program that knows signatures by their bytes takes it for
another. Nobody can sign a message by it that was not signed.

Usage: java -cp bcprov.jar ShortSignatures.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

public class ShortSignatures {
    static boolean deviates() throws Exception {
        System.out.println("Does: signs until a signature begins with zero, and verifies it without.");
        System.out.println("Demanded by RFC 8017 §8.1.2 and §8.2.2, step 1: that it is invalid.");
        System.out.println("Answered by version "
            + BouncyCastleProvider.class.getPackage().getImplementationVersion() + ":");
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(new RSAKeyGenerationParameters(
            BigInteger.valueOf(65_537), new SecureRandom(), 2048, 100));
        AsymmetricCipherKeyPair keys = generator.generateKeyPair();
        boolean there = false;
        for (Signer signer : new Signer[] {
                new PSSSigner(new RSABlindedEngine(), new SHA256Digest(), 32),
                new RSADigestSigner(new SHA256Digest())}) {
            byte[] message = new byte[4];
            byte[] signature;
            do {
                message = BigInteger.valueOf(1 + new BigInteger(message).intValue()).toByteArray();
                signer.init(true, keys.getPrivate());
                signer.update(message, 0, message.length);
                signature = signer.generateSignature();
            } while (signature[0] != 0);
            if (!valid(signer, keys, message, signature)) {
                throw new Exception("the signature itself is not valid");
            }
            byte[] shorter = Arrays.copyOfRange(signature, 1, signature.length);
            boolean valid = valid(signer, keys, message, shorter);
            there |= valid;
            System.out.println("  " + signer.getClass().getSimpleName() + ", " + shorter.length
                + " bytes instead of " + signature.length + ": " + (valid ? "valid" : "invalid"));
        }
        return there;
    }

    static boolean valid(
            Signer signer, AsymmetricCipherKeyPair keys, byte[] message, byte[] signature) {
        signer.init(false, keys.getPublic());
        signer.update(message, 0, message.length);
        return signer.verifySignature(signature);
    }

    public static void main(String[] arguments) {
        int status = 2;
        try {
            boolean there = deviates();
            System.out.println(there ? "The deviation is there." : "The deviation is not there.");
            status = there ? 0 : 1;
        } catch (Exception | LinkageError error) { // it shows neither that it is there nor not
            System.err.println("Could not be tried: " + error);
        }
        System.exit(status);
    }
}
