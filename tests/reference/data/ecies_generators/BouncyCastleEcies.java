// Prints ECIES ciphertexts of Bouncy Castle's engines, for ../ecies_bouncy_castle.rsp. Run it with
//   java -cp /usr/share/java/bcprov.jar BouncyCastleEcies.java > ../ecies_bouncy_castle.rsp
// on Debian 12 with libbcprov-java 1.72-2. Keys and ephemeral keys are fixed numbers.

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.AsymmetricCipherKeyPairGenerator;
import org.bouncycastle.crypto.DerivationFunction;
import org.bouncycastle.crypto.KeyGenerationParameters;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.engines.IESEngine;
import org.bouncycastle.crypto.engines.OldIESEngine;
import org.bouncycastle.crypto.generators.EphemeralKeyPairGenerator;
import org.bouncycastle.crypto.generators.KDF1BytesGenerator;
import org.bouncycastle.crypto.generators.KDF2BytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.IESParameters;
import org.bouncycastle.util.encoders.Hex;

public class BouncyCastleEcies {
    static final BigInteger PRIVATE =
        new BigInteger("00112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a6978", 16);
    static final BigInteger EPHEMERAL =
        new BigInteger("7f6e5d4c3b2a190807060504030201000f0e0d0c0b0a09080706050403020100", 16);
    static final byte[] MESSAGE =
        "forty-five bytes need several turns of KDF2..".getBytes(StandardCharsets.US_ASCII);
    static final byte[] NONE = new byte[0];
    static final byte[] INFO_1 = "SharedInfo1".getBytes(StandardCharsets.US_ASCII);
    static final byte[] INFO_2 = "SharedInfo2".getBytes(StandardCharsets.US_ASCII);

    interface Engines {
        IESEngine engine(DerivationFunction kdf);
    }

    static class Curve {
        final String name;
        final ECDomainParameters domain;
        final ECPrivateKeyParameters secret;
        final ECPublicKeyParameters open;

        Curve(String name, String bouncyCastleName) {
            X9ECParameters parameters = CustomNamedCurves.getByName(bouncyCastleName);
            this.name = name;
            domain = new ECDomainParameters(
                parameters.getCurve(), parameters.getG(), parameters.getN(), parameters.getH());
            secret = new ECPrivateKeyParameters(PRIVATE, domain);
            open = publicOf(PRIVATE);
        }

        ECPublicKeyParameters publicOf(BigInteger d) {
            return new ECPublicKeyParameters(domain.getG().multiply(d), domain);
        }

        BigInteger ephemeralWithLeadingZero() {
            BigInteger k = EPHEMERAL;
            while (open.getQ().multiply(k).normalize().getAffineXCoord().toBigInteger().bitLength()
                    > domain.getCurve().getFieldSize() - 8) {
                k = k.add(BigInteger.ONE);
            }
            return k;
        }
    }

    static IESEngine newEngine(DerivationFunction kdf) {
        return new IESEngine(new ECDHBasicAgreement(), kdf, new HMac(new SHA1Digest()));
    }

    static IESEngine oldEngine(DerivationFunction kdf) {
        return new OldIESEngine(new ECDHBasicAgreement(), kdf, new HMac(new SHA1Digest()));
    }

    static DerivationFunction kdf2() {
        return new KDF2BytesGenerator(new SHA1Digest());
    }

    static DerivationFunction kdf1() {
        return new KDF1BytesGenerator(new SHA1Digest());
    }

    static void print(Curve curve, BigInteger k, boolean compressed, int macKeyBits, byte[] message,
            byte[] info1, byte[] info2, byte[] ciphertext) {
        System.out.println("Curve = " + curve.name);
        System.out.println("PointForm = " + (compressed ? "compressed" : "uncompressed"));
        System.out.println("MacKeyLength = " + macKeyBits / 8);
        System.out.printf("d = %064x%n", PRIVATE);
        System.out.printf("k = %064x%n", k);
        System.out.println("SharedInfo1 = " + Hex.toHexString(info1));
        System.out.println("SharedInfo2 = " + Hex.toHexString(info2));
        System.out.println("M = " + Hex.toHexString(message));
        System.out.println("C = " + Hex.toHexString(ciphertext));
        System.out.println();
    }

    // V is empty: the engine gets both keys and knows no encoding of the ephemeral one.
    static void withoutPoint(Curve curve, BigInteger k, boolean compressed, int macKeyBits,
            byte[] message, byte[] info1, byte[] info2) throws Exception {
        IESEngine engine = newEngine(kdf2());
        engine.init(true, new ECPrivateKeyParameters(k, curve.domain), curve.open,
            new IESParameters(info1, info2, macKeyBits));
        byte[] sealed = engine.processBlock(message, 0, message.length);
        byte[] point = curve.publicOf(k).getQ().getEncoded(compressed);
        byte[] ciphertext = new byte[point.length + sealed.length];
        System.arraycopy(point, 0, ciphertext, 0, point.length);
        System.arraycopy(sealed, 0, ciphertext, point.length, sealed.length);
        print(curve, k, compressed, macKeyBits, message, info1, info2, ciphertext);
    }

    // V is the encoded ephemeral key: the DHAES form, which the engine writes whole.
    static void withPoint(Engines engines, DerivationFunction kdf, Curve curve, BigInteger k,
            boolean compressed, int macKeyBits, byte[] message, byte[] info1, byte[] info2)
            throws Exception {
        AsymmetricCipherKeyPairGenerator fixed = new AsymmetricCipherKeyPairGenerator() {
            public void init(KeyGenerationParameters parameters) {
            }

            public AsymmetricCipherKeyPair generateKeyPair() {
                return new AsymmetricCipherKeyPair(
                    curve.publicOf(k), new ECPrivateKeyParameters(k, curve.domain));
            }
        };
        IESEngine engine = engines.engine(kdf);
        engine.init(curve.open, new IESParameters(info1, info2, macKeyBits),
            new EphemeralKeyPairGenerator(
                fixed, key -> ((ECPublicKeyParameters) key).getQ().getEncoded(compressed)));
        byte[] ciphertext = engine.processBlock(message, 0, message.length);
        print(curve, k, compressed, macKeyBits, message, info1, info2, ciphertext);
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println("# ECIES ciphertexts made by Bouncy Castle 1.72 (Debian 12, package");
        System.out.println("# libbcprov-java 1.72-2) with ecies_generators/BouncyCastleEcies.java.");
        System.out.println("# All use ECDHBasicAgreement, SHA1Digest, HMac and no block cipher (so XOR).");
        System.out.println("# EK_MK is IESEngine.init(true, private, public, parameters), where V is empty,");
        System.out.println("# with KDF2BytesGenerator; R is put in front. The others are");
        System.out.println("# IESEngine.init(public, parameters, EphemeralKeyPairGenerator), where V is R:");
        System.out.println("# DHAES with KDF2BytesGenerator, DHAES_KDF1 with KDF1BytesGenerator, OLD_DHAES with");
        System.out.println("# OldIESEngine and KDF2BytesGenerator. SharedInfo1 and 2 are the P1 and P2 of");
        System.out.println("# IESParameters, MacKeyLength its macKeySize in bytes.");
        System.out.println();
        Curve[] curves = {new Curve("P-256", "secp256r1"), new Curve("secp256k1", "secp256k1")};
        System.out.println("[Dialect = EK_MK]\n");
        for (Curve curve : curves) {
            withoutPoint(curve, EPHEMERAL, false, 160, MESSAGE, NONE, NONE);
            withoutPoint(curve, EPHEMERAL, true, 160, MESSAGE, INFO_1, INFO_2);
            withoutPoint(curve, EPHEMERAL, false, 128, MESSAGE, NONE, NONE);
            withoutPoint(curve, curve.ephemeralWithLeadingZero(), false, 160, MESSAGE, NONE, NONE);
        }
        System.out.println("[Dialect = BOUNCY_CASTLE_DHAES]\n");
        for (Curve curve : curves) {
            Engines engines = BouncyCastleEcies::newEngine;
            withPoint(engines, kdf2(), curve, EPHEMERAL, false, 160, MESSAGE, NONE, NONE);
            withPoint(engines, kdf2(), curve, EPHEMERAL, true, 128, MESSAGE, INFO_1, INFO_2);
            withPoint(engines, kdf2(), curve, EPHEMERAL, false, 256, MESSAGE, NONE, INFO_2);
            withPoint(engines, kdf2(), curve, curve.ephemeralWithLeadingZero(), false, 160, MESSAGE,
                NONE, NONE);
        }
        System.out.println("[Dialect = BOUNCY_CASTLE_DHAES_KDF1]\n");
        for (Curve curve : curves) {
            withPoint(BouncyCastleEcies::newEngine, kdf1(), curve, EPHEMERAL, false, 160, MESSAGE,
                INFO_1, INFO_2);
        }
        System.out.println("[Dialect = BOUNCY_CASTLE_OLD_DHAES]\n");
        for (Curve curve : curves) {
            withPoint(BouncyCastleEcies::oldEngine, kdf2(), curve, EPHEMERAL, false, 160, MESSAGE,
                INFO_1, INFO_2);
        }
    }
}
