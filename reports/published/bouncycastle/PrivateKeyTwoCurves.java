/* Bouncy Castle: an EC private key that names two curves is taken.

Demanded: RFC 5915 §3: the parameters in an ECPrivateKey are those of the key; RFC 5958 §2: so are
those of the PrivateKeyInfo around it. A key has one curve, so that a file with two is none.

Answered: PrivateKeyFactory.createKey takes such a key, as one of the outer curve.

Cause, as far as it shows from outside: the inner name is not looked at.

What it is: a contradiction that nobody tells. Another program may take the inner name: then two
programs have different keys from one file.

Usage: java -cp bcprov.jar PrivateKeyTwoCurves.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

public class PrivateKeyTwoCurves {
    static boolean deviates() throws Exception {
        System.out.println("Does: loads a private key on P-256 in which another curve is named.");
        System.out.println("Demanded by RFC 5915 §3: that a key has one curve.");
        System.out.println("Answered by version "
            + BouncyCastleProvider.class.getPackage().getImplementationVersion() + ":");
        boolean there = false;
        ASN1ObjectIdentifier own = SECObjectIdentifiers.secp256r1;
        for (ASN1ObjectIdentifier inside : new ASN1ObjectIdentifier[] {
                own, SECObjectIdentifiers.secp384r1}) {
            byte[] info = new PrivateKeyInfo(
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, own),
                new ECPrivateKey(256, BigInteger.ONE, inside)).getEncoded("DER");
            String answer;
            try {
                ECPrivateKeyParameters key =
                    (ECPrivateKeyParameters) PrivateKeyFactory.createKey(info);
                boolean outer = key.getParameters().getN()
                    .equals(ECNamedCurveTable.getByOID(own).getN());
                answer = "taken, as a key on " + (outer ? "the outer curve" : "the inner curve");
                there |= !inside.equals(own);
            } catch (IOException | IllegalArgumentException error) {
                answer = "refused, " + error.getMessage();
                if (inside.equals(own)) {
                    throw new Exception("a key that names its curve twice is not taken");
                }
            }
            System.out.println("  " + ECNamedCurveTable.getName(inside) + " is named inside: "
                + answer);
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
