/* JDK: a valid ECDSA signature is refused where the x-coordinate of R is not below the order.

Demanded: FIPS 186-5 §6.4.2 steps 7 and 8: v is the x-coordinate of R modulo n, and the signature
is valid if v = r. On P-256 the x-coordinate may be n or more, since p is larger than n; r is then
smaller than it by n.

Answered: the signature is invalid, on P-256.

Cause, as far as it shows from outside: the x-coordinate is not reduced modulo n before it is
compared with r.

What it is: an interoperability problem so rare that it will not be met by chance: one signature in
2^128. Who makes such a signature by intent has one that others take and the JDK does not.

Usage: java EcdsaXAboveOrder.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

public class EcdsaXAboveOrder {
    static final String KEY_INFO = "3059301306072a8648ce3d020106082a8648ce3d030107034200";

    /** The names, points, digests and signatures; anybody can compute that they are valid. */
    static final String[][] VALID = {
        // Q with x = n + 3, the digest 0 and r = s = 3: u1 = 0 and u2 = 1, so that R = Q.
        {"x(R) = n + 3, R = Q", "04ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632554"
            + "b7b0f3ef25bcb11057f7ba76eb0cd78ea285aba2e67538111ce200179e4a2dc0",
            "00".repeat(32), "3006020103020103"},
        {"x(R) = n + 3", "047199a27f0db650c48e08a3ff0dd251e231f79a614588d11a74a2c956dc840235"
            + "ad71f7c157ab6f248285656537602c90c74d28296ab8367f1589d7d9077ac15e",
            "@8ec6b2ca0de744e1b5d62fa3e86fabec5b568933",
            "30260201030221009f53ad64b5601628f3226a601b5433eac93706772f3dc409e6282e59330a8868"},
    };

    static boolean deviates() throws Exception {
        System.out.println("Does: verifies signatures on P-256 in which x(R) is n + 3, and r is 3.");
        System.out.println("Demanded by FIPS 186-5 §6.4.2 steps 7 and 8: that they are valid.");
        System.out.println("Answered by version " + Runtime.version() + ":");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(new byte[20]);
        if (!valid("SHA256withECDSA", keys.getPublic(), new byte[20], signer.sign())) {
            throw new Exception("a signature of its own is not valid");
        }
        boolean there = false;
        for (String[] each : VALID) {
            byte[] info = HexFormat.of().parseHex(KEY_INFO + each[1]);
            PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(info));
            String algorithm = each[2].startsWith("@") ? "SHA256withECDSA" : "NONEwithECDSA";
            byte[] message = HexFormat.of().parseHex(each[2].replace("@", ""));
            boolean valid = valid(algorithm, key, message, HexFormat.of().parseHex(each[3]));
            there |= !valid;
            System.out.println("  " + each[0] + ": " + (valid ? "valid" : "invalid"));
        }
        return there;
    }

    static boolean valid(String algorithm, PublicKey key, byte[] message, byte[] signature)
            throws Exception {
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key);
        verifier.update(message);
        return verifier.verify(signature);
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
