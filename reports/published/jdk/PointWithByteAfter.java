/* JDK: a public point with a byte behind it is taken from a SubjectPublicKeyInfo.

Demanded: SEC 1 §2.3.4: an uncompressed point on P-256 has 65 bytes; what has another length is no
point. RFC 5480 §2.2 has this encoding for a public key.

Answered: the KeyFactory takes 66 bytes, and passes over the last one. It refuses 67.

Cause, as far as it shows from outside: the length is halved before it is compared, and an odd byte
is lost.

What it is: an interoperability problem. One key has 256 encodings more than the standard gives it,
and a program that looks for a key by its encoding does not find it.

Usage: java PointWithByteAfter.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

public class PointWithByteAfter {
    static boolean deviates() throws Exception {
        System.out.println("Does: loads P-256 points of 65 bytes and of others, and verifies with them.");
        System.out.println("Demanded by SEC 1 §2.3.4: that an uncompressed point has 65 bytes.");
        System.out.println("Answered by version " + Runtime.version() + ":");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        byte[] signature = signer.sign();
        byte[] info = keys.getPublic().getEncoded(); // 30 59 30 13 ... 03 42 00 and the point
        boolean there = false;
        for (int more : new int[] {0, 1, 2, -1}) {
            byte[] changed = Arrays.copyOf(info, info.length + more);
            changed[1] += more;
            changed[24] += more;
            String answer;
            try {
                PublicKey key = KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(changed));
                Signature verifier = Signature.getInstance("SHA256withECDSA");
                verifier.initVerify(key);
                boolean valid = verifier.verify(signature);
                answer = "taken, and the signature is " + (valid ? "valid" : "invalid");
                there |= valid && more != 0;
            } catch (InvalidKeySpecException error) {
                answer = "refused, " + error.getMessage();
            }
            if (more == 0 && !answer.endsWith(" valid")) {
                throw new Exception("the key itself does not verify");
            }
            System.out.println("  " + (65 + more) + " bytes: " + answer);
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
