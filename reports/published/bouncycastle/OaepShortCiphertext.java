/* Bouncy Castle: an RSAES-OAEP ciphertext is decrypted without its leading zero bytes.

Demanded: RFC 8017 §7.1.2 step 1.b: a ciphertext is as long as the modulus; if it is not, the
answer is "decryption error".

Answered: OAEPEncoding takes a ciphertext that begins with a zero byte also without it, and gives
the message.

Cause, as far as it shows from outside: the ciphertext is read as a number, of whatever length.

What it is: malleability, and an interoperability problem. One ciphertext in 256 can be written in
another way that is decrypted here. Nobody learns a message by it, or makes another one of it.

Usage: java -cp bcprov.jar OaepShortCiphertext.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

public class OaepShortCiphertext {
    static boolean deviates() throws Exception {
        System.out.println("Does: encrypts until a ciphertext begins with zero, and decrypts it without.");
        System.out.println("Demanded by RFC 8017 §7.1.2 step 1.b: that another length is refused.");
        System.out.println("Answered by version "
            + BouncyCastleProvider.class.getPackage().getImplementationVersion() + ":");
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(new RSAKeyGenerationParameters(
            BigInteger.valueOf(65_537), new SecureRandom(), 2048, 100));
        AsymmetricCipherKeyPair keys = generator.generateKeyPair();
        OAEPEncoding oaep = new OAEPEncoding(
            new RSABlindedEngine(), new SHA256Digest(), new SHA256Digest(), new byte[0]);
        byte[] message = "message".getBytes();
        byte[] ciphertext;
        do {
            oaep.init(true, keys.getPublic());
            ciphertext = oaep.processBlock(message, 0, message.length);
        } while (ciphertext[0] != 0);
        oaep.init(false, keys.getPrivate());
        if (!Arrays.equals(oaep.processBlock(ciphertext, 0, ciphertext.length), message)) {
            throw new Exception("the ciphertext itself is not decrypted");
        }
        String answer;
        boolean there = false;
        try {
            there = Arrays.equals(oaep.processBlock(ciphertext, 1, ciphertext.length - 1), message);
            answer = there ? "decrypted" : "decrypted to something else";
        } catch (InvalidCipherTextException | RuntimeException error) {
            answer = "refused, " + error.getMessage();
        }
        System.out.println("  " + (ciphertext.length - 1) + " bytes instead of " + ciphertext.length
            + ": " + answer);
        return there;
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
