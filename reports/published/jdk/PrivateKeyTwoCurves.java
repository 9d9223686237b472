/* JDK: an EC private key that names two curves is taken.

Demanded: RFC 5915 §3: the parameters in an ECPrivateKey are those of the key; RFC 5958 §2: so are
those of the PrivateKeyInfo around it. A key has one curve, so that a file with two is none.

Answered: the KeyFactory for EC takes such a key, as one of the outer curve.

Cause, as far as it shows from outside: the inner name is not looked at.

What it is: a contradiction that nobody tells. Another program may take the inner name: then two
programs have different keys from one file.

Usage: java PrivateKeyTwoCurves.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.io.ByteArrayOutputStream;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;

public class PrivateKeyTwoCurves {
    static final byte[] EC_PUBLIC_KEY = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
    static final byte[] P256 = {6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7};
    static final byte[] P384 = {6, 5, 0x2b, (byte) 0x81, 4, 0, 0x22};

    static boolean deviates() throws Exception {
        System.out.println("Does: loads a private key on P-256 in which another curve is named.");
        System.out.println("Demanded by RFC 5915 §3: that a key has one curve.");
        System.out.println("Answered by version " + Runtime.version() + ":");
        boolean there = false;
        for (byte[] inside : new byte[][] {P256, P384}) {
            String answer;
            try {
                ECPrivateKey key = (ECPrivateKey) KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(privateKey(inside)));
                int bits = key.getParams().getOrder().bitLength();
                answer = "taken, as a key on a curve of " + bits + " bits";
                there |= inside != P256;
            } catch (InvalidKeySpecException error) {
                answer = "refused, " + error.getMessage();
                if (inside == P256) {
                    throw new Exception("a key that names its curve twice is not taken");
                }
            }
            System.out.println("  " + (inside == P256 ? "P-256" : "P-384")
                + " is named inside: " + answer);
        }
        return there;
    }

    /** A PrivateKeyInfo on P-256 with the private key 1, and a curve named inside. */
    static byte[] privateKey(byte[] inside) {
        byte[] one = new byte[32];
        one[31] = 1;
        byte[] key = tagged(0x30, new byte[] {2, 1, 1}, tagged(4, one), tagged(0xa0, inside));
        byte[] algorithm = tagged(0x30, EC_PUBLIC_KEY, P256);
        return tagged(0x30, new byte[] {2, 1, 0}, algorithm, tagged(4, key));
    }

    /** Parts under one tag; together they are shorter than 128 bytes. */
    static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        byte[] contents = all.toByteArray();
        all.reset();
        all.write(tag);
        all.write(contents.length);
        all.writeBytes(contents);
        return all.toByteArray();
    }

    public static void main(String[] arguments) {
        int status = 2;
        try {
            boolean there = deviates();
            System.out.println(there ? "The deviation is there." : "The deviation is not there.");
            status = there ? 0 : 1;
        } catch (Exception error) { // it shows neither that it is there nor not
            System.err.println("Could not be tried: " + error);
        }
        System.exit(status);
    }
}
