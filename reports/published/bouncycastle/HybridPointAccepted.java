/* Bouncy Castle: a public key in the hybrid form is taken from a SubjectPublicKeyInfo.

Demanded: RFC 5480 §2.2: the first byte of the point is 04, or 02 or 03, and the key must be
rejected if it is any other.

Answered: PublicKeyFactory.createKey takes points that begin with 06 and 07 (the hybrid form of
ANSI X9.62), and makes the same key of them.

Cause, as far as it shows from outside: the curve's decodePoint reads the form, and nothing looks
at the first byte.

What it is: an interoperability problem. The point is checked, also against the parity that its
first byte tells; but one key has two encodings more than the standard gives it, and a program that
looks for a key by its encoding does not find it.

Usage: java -cp bcprov.jar HybridPointAccepted.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.io.IOException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.math.ec.ECPoint;

public class HybridPointAccepted {
    static boolean deviates() throws Exception {
        System.out.println("Does: loads a SubjectPublicKeyInfo whose point is in the hybrid form.");
        System.out.println("Demanded by RFC 5480 §2.2: that all but 02, 03 and 04 are rejected.");
        System.out.println("Answered by version "
            + BouncyCastleProvider.class.getPackage().getImplementationVersion() + ":");
        boolean there = false;
        for (ASN1ObjectIdentifier curve : new ASN1ObjectIdentifier[] {
                SECObjectIdentifiers.secp256r1, SECObjectIdentifiers.secp256k1}) {
            ECPoint point = ECNamedCurveTable.getByOID(curve).getG();
            byte[] octets = point.getEncoded(false);
            int parity = octets[64] & 1;
            for (int first : new int[] {4, 6 + parity, 7 - parity}) {
                octets[0] = (byte) first;
                byte[] info = new SubjectPublicKeyInfo(
                    new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), octets)
                    .getEncoded("DER");
                String answer;
                try {
                    ECPublicKeyParameters key =
                        (ECPublicKeyParameters) PublicKeyFactory.createKey(info);
                    boolean same = key.getQ().equals(point);
                    answer = same ? "taken, the same key" : "taken, another key";
                    there |= first != 4;
                } catch (IOException | IllegalArgumentException error) {
                    answer = "refused, " + error.getMessage();
                }
                if (first == 4 && !answer.equals("taken, the same key")) {
                    throw new Exception("the uncompressed form is not taken");
                }
                System.out.println("  " + ECNamedCurveTable.getName(curve) + ", first byte 0" + first
                    + ": " + answer);
            }
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
