/* JDK: an RSAES-OAEP ciphertext is decrypted without its leading zero bytes.

Demanded: RFC 8017 §7.1.2 step 1.b: a ciphertext is as long as the modulus; if it is not, the
answer is "decryption error".

Answered: the cipher RSA/ECB/OAEPPadding takes a ciphertext that begins with a zero byte also
without it, and gives the message.

Cause, as far as it shows from outside: the ciphertext is read as a number, of whatever length.

What it is: malleability, and an interoperability problem. One ciphertext in 256 can be written in
another way that is decrypted here. Nobody learns a message by it, or makes another one of it.

Usage: java OaepShortCiphertext.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

public class OaepShortCiphertext {
    static boolean deviates() throws Exception {
        System.out.println("Does: encrypts until a ciphertext begins with zero, and decrypts it without.");
        System.out.println("Demanded by RFC 8017 §7.1.2 step 1.b: that another length is refused.");
        System.out.println("Answered by version " + Runtime.version() + ":");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        AlgorithmParameterSpec oaep = new OAEPParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);
        byte[] message = "message".getBytes();
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        byte[] ciphertext;
        do {
            cipher.init(Cipher.ENCRYPT_MODE, keys.getPublic(), oaep);
            ciphertext = cipher.doFinal(message);
        } while (ciphertext[0] != 0);
        cipher.init(Cipher.DECRYPT_MODE, keys.getPrivate(), oaep);
        if (!Arrays.equals(cipher.doFinal(ciphertext), message)) {
            throw new Exception("the ciphertext itself is not decrypted");
        }
        String answer;
        boolean there = false;
        try {
            byte[] shorter = Arrays.copyOfRange(ciphertext, 1, ciphertext.length);
            there = Arrays.equals(cipher.doFinal(shorter), message);
            answer = there ? "decrypted" : "decrypted to something else";
        } catch (GeneralSecurityException error) {
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
