/* JDK: a key that names the signature sha256WithRSAEncryption is taken as an RSA key.

Demanded: RFC 3279 §2.3.1 and RFC 4055 §1.2: the algorithm of an RSA key is rsaEncryption, or one of
two that bind it to a scheme. sha256WithRSAEncryption (RFC 4055 §5) names a signature and no key.

Answered: the KeyFactory for RSA takes public and private keys that name it.

Cause, as far as it shows from outside: the names of signatures are read as other names of RSA.

What it is: one key has several encodings, so that lists of keys by their bytes miss it.

Usage: java RsaKeyNamedSignature.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

public class RsaKeyNamedSignature {
    static final int RSA_ENCRYPTION = 1;
    static final int SHA256_WITH_RSA_ENCRYPTION = 11;
    static final byte[] ARCS = {6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0xd, 1, 1};

    static boolean deviates() throws Exception {
        System.out.println("Does: loads RSA keys that name sha256WithRSAEncryption.");
        System.out.println("Demanded by RFC 3279 §2.3.1: that an RSA key names rsaEncryption.");
        System.out.println("Answered by version " + Runtime.version() + ":");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        KeyFactory factory = KeyFactory.getInstance("RSA");
        boolean there = false;
        for (int last : new int[] {RSA_ENCRYPTION, SHA256_WITH_RSA_ENCRYPTION}) {
            boolean good = last == RSA_ENCRYPTION;
            String name = good ? "rsaEncryption" : "sha256WithRSAEncryption";
            for (boolean open : new boolean[] {true, false}) {
                String answer = "taken";
                try {
                    if (open) {
                        byte[] material = named(pair.getPublic().getEncoded(), last);
                        factory.generatePublic(new X509EncodedKeySpec(material));
                    } else {
                        byte[] material = named(pair.getPrivate().getEncoded(), last);
                        factory.generatePrivate(new PKCS8EncodedKeySpec(material));
                    }
                    there |= !good;
                } catch (InvalidKeySpecException error) {
                    answer = "refused, " + error.getMessage();
                    if (good) {
                        throw new Exception("a key that names rsaEncryption is not taken");
                    }
                }
                System.out.println("  " + name + ", a " + (open ? "public" : "private")
                    + " key: " + answer);
            }
        }
        return there;
    }

    /** The key with another last arc in the name of its algorithm. */
    static byte[] named(byte[] material, int last) {
        byte[] changed = material.clone();
        for (int at = 0; at < 40; at++) {
            boolean here = true;
            for (int i = 0; i < ARCS.length; i++) {
                here &= changed[at + i] == ARCS[i];
            }
            if (here) {
                changed[at + ARCS.length] = (byte) last;
                return changed;
            }
        }
        throw new IllegalStateException("the key names no algorithm of PKCS #1");
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
