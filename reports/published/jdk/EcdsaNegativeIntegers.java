/* JDK: an ECDSA signature whose INTEGER is negative is read as if it were positive.

Demanded: X.690 §8.3.3: an INTEGER whose first bit is set is negative; FIPS 186-5 §6.4.2 step 1: r
and s are between 1 and n - 1, so that the signature is refused.

Answered: SHA256withECDSA takes an INTEGER of 32 bytes for the positive one that it would be with a
zero byte before it.

Cause, as far as it shows from outside: the sign is dropped when the signature is read.

What it is: malleability. Of every second r and every second s there are two encodings that are
valid; a program that knows signatures by their bytes takes one for another. Nobody can sign a
message by it that was not signed.

Usage: java EcdsaNegativeIntegers.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;

public class EcdsaNegativeIntegers {
    static boolean deviates() throws Exception {
        System.out.println("Does: leaves out the zero byte that makes r and s positive, and verifies.");
        System.out.println("Demanded by FIPS 186-5 §6.4.2 step 1: that a negative r or s is refused.");
        System.out.println("Answered by version " + Runtime.version() + ":");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        byte[] message = "message".getBytes();
        byte[] signature;
        do {
            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(keys.getPrivate());
            signer.update(message);
            signature = signer.sign();
        } while (signature.length != 72); // 30 46, and twice 02 21 00 with 32 bytes
        byte[] r = Arrays.copyOfRange(signature, 5, 37);
        byte[] s = Arrays.copyOfRange(signature, 40, 72);
        boolean there = false;
        for (int negative = 0; negative < 4; negative++) {
            byte[] changed = encoded(r, (negative & 1) != 0, s, (negative & 2) != 0);
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(keys.getPublic());
            verifier.update(message);
            String answer;
            try {
                boolean valid = verifier.verify(changed);
                answer = valid ? "valid" : "invalid";
                there |= valid && negative != 0;
            } catch (SignatureException error) {
                answer = "refused, " + error.getMessage();
            }
            if (negative == 0 && !answer.equals("valid")) {
                throw new Exception("the signature itself is not valid");
            }
            String which = new String[] {"none", "r", "s", "r and s"}[negative];
            System.out.println("  negative: " + which + ": " + answer);
        }
        return there;
    }

    /** The DER of two integers, each with a zero byte before it or, being negative, without. */
    static byte[] encoded(byte[] r, boolean rNegative, byte[] s, boolean sNegative) {
        byte[] first = integer(r, rNegative);
        byte[] second = integer(s, sNegative);
        byte[] all = Arrays.copyOf(new byte[] {0x30, (byte) (first.length + second.length)},
            2 + first.length + second.length);
        System.arraycopy(first, 0, all, 2, first.length);
        System.arraycopy(second, 0, all, 2 + first.length, second.length);
        return all;
    }

    static byte[] integer(byte[] octets, boolean negative) {
        int zeros = negative ? 0 : 1;
        byte[] all = new byte[2 + zeros + octets.length];
        all[0] = 2;
        all[1] = (byte) (zeros + octets.length);
        System.arraycopy(octets, 0, all, 2 + zeros, octets.length);
        return all;
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
