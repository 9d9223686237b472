/* JDK: the empty ciphertext is decrypted where there should be padding.

Demanded: RFC 5652 §6.3: every message is padded with 1 byte at least, so that a ciphertext has one
block at least, also that of the empty message. The empty string is no ciphertext.

Answered: the ciphers AES/ECB/PKCS5Padding and AES/CBC/PKCS5Padding decrypt it to the empty
message.

Cause, as far as it shows from outside: where nothing comes in, nothing is unpadded.

What it is: a lost check. A program that decrypts what it was sent cannot tell from the answer
whether a message was empty or cut down to nothing. (Without authentication there are other ways to
cut it.)

Usage: java Pkcs7EmptyCiphertext.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

public class Pkcs7EmptyCiphertext {
    static boolean deviates() throws Exception {
        System.out.println("Does: decrypts the empty ciphertext, and that of the empty message.");
        System.out.println("Demanded by RFC 5652 §6.3: that a ciphertext has one block at least.");
        System.out.println("Answered by version " + Runtime.version() + ":");
        SecretKeySpec key = new SecretKeySpec(new byte[16], "AES");
        boolean there = false;
        for (String mode : new String[] {"ECB", "CBC"}) {
            IvParameterSpec iv = mode.equals("CBC") ? new IvParameterSpec(new byte[16]) : null;
            Cipher cipher = Cipher.getInstance("AES/" + mode + "/PKCS5Padding");
            cipher.init(Cipher.ENCRYPT_MODE, key, iv);
            byte[] right = cipher.doFinal(new byte[0]);
            cipher.init(Cipher.DECRYPT_MODE, key, iv);
            if (right.length != 16 || cipher.doFinal(right).length != 0) {
                throw new Exception("the empty message is not encrypted to one block");
            }
            String answer;
            try {
                answer = "taken, " + cipher.doFinal(new byte[0]).length + " bytes of plaintext";
                there = true;
            } catch (GeneralSecurityException error) {
                answer = "refused, " + error.getMessage();
            }
            System.out.println("  " + mode + ", empty ciphertext: " + answer);
        }
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
