/* Bouncy Castle: a key that is restricted to RSASSA-PSS signs and verifies with PKCS#1 v1.5.

Demanded: RFC 4055 §1.2: an owner who wishes to limit the use of a key exclusively to RSASSA-PSS
names id-RSASSA-PSS as its algorithm. Who uses it for something else passes over that wish.

Answered: PrivateKeyFactory and PublicKeyFactory take such keys, and make of them ordinary RSA
keys, for every scheme.

Cause, as far as it shows from outside: the factories do not keep which algorithm was named.

What it is: a restriction of the owner's that is lost. It is no weakness of either algorithm; the
restriction is there to keep a key from being used in two schemes whose combination nobody proved.

Usage: java -cp bcprov.jar PssKeyForPkcs1.java
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
*/

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

public class PssKeyForPkcs1 {
    static boolean deviates() throws Exception {
        System.out.println("Does: loads keys that name id-RSASSA-PSS, and uses them for PKCS#1 v1.5.");
        System.out.println("Demanded by RFC 4055 §1.2: that they are for RSASSA-PSS exclusively.");
        System.out.println("Answered by version "
            + BouncyCastleProvider.class.getPackage().getImplementationVersion() + ":");
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(new RSAKeyGenerationParameters(
            BigInteger.valueOf(65_537), new SecureRandom(), 2048, 100));
        AsymmetricCipherKeyPair keys = generator.generateKeyPair();
        PrivateKeyInfo secret = PrivateKeyInfoFactory.createPrivateKeyInfo(keys.getPrivate());
        SubjectPublicKeyInfo open =
            SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(keys.getPublic());
        boolean there = false;
        for (ASN1ObjectIdentifier name : new ASN1ObjectIdentifier[] {
                PKCSObjectIdentifiers.rsaEncryption, PKCSObjectIdentifiers.id_RSASSA_PSS}) {
            AlgorithmIdentifier algorithm = new AlgorithmIdentifier(name);
            String answer;
            try {
                AsymmetricKeyParameter signing = PrivateKeyFactory.createKey(
                    new PrivateKeyInfo(algorithm, secret.parsePrivateKey()).getEncoded("DER"));
                AsymmetricKeyParameter verifying = PublicKeyFactory.createKey(
                    new SubjectPublicKeyInfo(algorithm, open.parsePublicKey()).getEncoded("DER"));
                Signer signer = new RSADigestSigner(new SHA256Digest());
                signer.init(true, signing);
                byte[] signature = signer.generateSignature();
                signer.init(false, verifying);
                boolean valid = signer.verifySignature(signature);
                answer = "taken, signs, and " + (valid ? "verifies" : "does not verify");
                there |= valid && name.equals(PKCSObjectIdentifiers.id_RSASSA_PSS);
            } catch (IOException | RuntimeException error) {
                answer = "refused, " + error.getMessage();
            }
            if (name.equals(PKCSObjectIdentifiers.rsaEncryption) && !answer.endsWith("verifies")) {
                throw new Exception("an ordinary key does not sign and verify");
            }
            System.out.println("  " + name + ": " + answer);
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
