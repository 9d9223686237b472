// A witness: lets kmsproof judge Bouncy Castle, by its own classes and not through the JDK.
// It needs Java 17 and Bouncy Castle 1.72, and nothing of kmsproof. README.md says how to run it.

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.BufferedBlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.digests.NullDigest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.IESEngine;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.generators.KDF2BytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.paddings.PKCS7Padding;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.*;
import org.bouncycastle.crypto.parsers.ECIESPublicKeyParser;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.Arrays;

public class BouncyCastleAdapter extends Protocol {
    // What the target can do ------------------------------------------------------------------

    static final Map<String, Integer> AES = Map.of( // bytes of a key
        "Aliyun_AES_128", 16, "Aliyun_AES_192", 24, "Aliyun_AES_256", 32);
    static final Map<String, Integer> RSA = Map.of( // bits of the modulus
        "RSA_2048", 2048, "RSA_3072", 3072, "RSA_4096", 4096);
    static final Map<String, ASN1ObjectIdentifier> EC = Map.of(
        "EC_P256", SECObjectIdentifiers.secp256r1, "EC_P256K", SECObjectIdentifiers.secp256k1);

    // The IESEngine can put the MAC key first only where it also hashes R and appends a length to
    // what is authenticated (IEEE 1363a). That is no form of SEC 1, so there is no MK||EK here.
    static final String DESCRIPTION = """
        {'protocol':1,'name':'Bouncy Castle','version':'@VERSION','adapter':'bouncycastle 1.0',
        'keys':[{@AES,'usages':['ENCRYPT/DECRYPT'],'importable':['secret']},
        {@RSA,@BOTH_USAGES,'importable':['private','public']},
        {@EC,@BOTH_USAGES,'importable':['private','public']}],
        'algorithms':[
        {'algorithm':'ECB',@AES,@CIPHER,@PADDINGS},
        {'algorithm':'CBC',@AES,@CIPHER,@PADDINGS,@CALLER,
        'iv_lengths':[{'minimum':16,'maximum':16}]},
        {'algorithm':'GCM',@AES,@CIPHER,@CALLER,'iv_lengths':[{'minimum':1}],'aad_lengths':[{}],
        'tag_lengths':[{'minimum':4,'maximum':16}]},
        {'algorithm':'RSAES_OAEP_SHA_256',@RSA,@CIPHER,'features':['oaep-label']},
        {'algorithm':'ECIES_DH_SHA_1_XOR_HMAC',@EC,@CIPHER,'dialects':['EK||MK'],
        'features':['compressed-point','hybrid-point']},
        {'algorithm':'RSA_PSS_SHA_256',@RSA,@SIGNATURE,'features':[@EXPONENTS]},
        {'algorithm':'RSA_PKCS1_SHA_256',@RSA,@SIGNATURE,
        'features':['digest-info-without-null',@EXPONENTS]},
        {'algorithm':'ECDSA_SHA_256',@EC,@SIGNATURE}],
        'window':256}
        """
        .replace("@VERSION", BouncyCastleProvider.class.getPackage().getImplementationVersion())
        .replace("@AES", "'key_specs':['Aliyun_AES_128','Aliyun_AES_192','Aliyun_AES_256'],@LEVEL")
        .replace("@RSA", "'key_specs':['RSA_2048','RSA_3072','RSA_4096'],@LEVEL")
        .replace("@EC", "'key_specs':['EC_P256','EC_P256K'],@LEVEL")
        .replace("@LEVEL", "'protection_levels':['Software-protected key']")
        .replace("@BOTH_USAGES", "'usages':['ENCRYPT/DECRYPT','SIGN/VERIFY']")
        .replace("@PADDINGS", "'paddings':['PKCS7_PADDING','NO_PADDING']")
        .replace("@EXPONENTS",
            "'small-public-exponent','large-public-exponent','huge-public-exponent'")
        .replace("@CALLER", "'iv_chosen_by':['caller']")
        .replace("@CIPHER", "'operations':['encrypt','decrypt']")
        .replace("@SIGNATURE", "'operations':['sign','verify'],'message_types':['RAW','DIGEST']")
        .replace("\n", "").replace('\'', '"');

    // How the target says no ------------------------------------------------------------------

    record Refusal(String operation, Class<?> exception, String beginning, String rejection) {}

    /** Exceptions that are refusals, with how their texts begin. What else comes is an error. */
    static final List<Refusal> REFUSALS = List.of(
        argument("crypt", IllegalArgumentException.class, "Invalid value for MAC size"),
        argument("crypt", IllegalArgumentException.class, "IV must be at least 1 byte"),
        argument("crypt", IllegalArgumentException.class, "initialisation vector must be"),
        argument("sign", IllegalStateException.class, "RSA engine faulty decryption/signing"),
        argument("encrypt", DataLengthException.class, "data not block size aligned"),
        argument("encrypt", DataLengthException.class, "input data too long"),
        ciphertext(DataLengthException.class, "data not block size aligned"),
        ciphertext(DataLengthException.class, "last block incomplete in decryption"),
        ciphertext(DataLengthException.class, "input too large for RSA cipher"),
        ciphertext(InvalidCipherTextException.class, "pad block corrupted"),
        ciphertext(InvalidCipherTextException.class, "mac check in GCM failed"),
        ciphertext(InvalidCipherTextException.class, "data wrong"));

    static Refusal argument(String operation, Class<?> exception, String beginning) {
        return new Refusal(operation, exception, beginning, "invalid-argument");
    }

    static Refusal ciphertext(Class<?> exception, String beginning) {
        return new Refusal("decrypt", exception, beginning, "invalid-ciphertext");
    }

    static Ending meaning(String operation, Exception error) {
        String code = error.getClass().getSimpleName();
        String text = String.valueOf(error.getMessage());
        for (Refusal known : REFUSALS) {
            if (operation.endsWith(known.operation) && known.exception == error.getClass()
                    && text.startsWith(known.beginning)) {
                return rejected(known.rejection, code, text);
            }
        }
        return new Ending("error", "kind", "internal", "message", error.toString());
    }

    // Keys ------------------------------------------------------------------------------------

    /** A key and its parts; the open part of an AES key is the key. */
    record Key(String spec, String usage, CipherParameters open, CipherParameters secret) {
        CipherParameters secretPart() {
            if (secret == null) {
                throw rejected("wrong-key-usage", "public-part-only", "");
            }
            return secret;
        }

        int bytes() {
            return RSA.get(spec) / 8;
        }
    }

    static final Map<String, Key> KEYS = new HashMap<>();
    static final SecureRandom RANDOM = new SecureRandom();

    static String importKey(Request request) {
        String spec = request.get("key_spec");
        String part = request.get("part");
        boolean known = AES.containsKey(spec) || RSA.containsKey(spec) || EC.containsKey(spec);
        if (!known || !request.get("protection_level").equals("Software-protected key")) {
            throw notOffered(spec + ", " + request.get("protection_level"));
        }
        if (AES.containsKey(spec) != part.equals("secret")) {
            throw notOffered("import of a " + part + " key of " + spec);
        }
        byte[] material = request.bytes("material");
        Key key = AES.containsKey(spec) ? secretKey(spec, request.get("usage"), material)
            : keyPair(spec, request.get("usage"), part.equals("private"), material);
        String handle = UUID.randomUUID().toString();
        KEYS.put(handle, key);
        return object("key", handle);
    }

    static Key secretKey(String spec, String usage, byte[] material) {
        if (!usage.equals("ENCRYPT/DECRYPT")) {
            throw rejected("wrong-key-usage", "wrong-usage", "");
        }
        if (material.length != AES.get(spec)) {
            throw refused("key-length");
        }
        KeyParameter key = new KeyParameter(material);
        return new Key(spec, usage, key, key);
    }

    static Key keyPair(String spec, String usage, boolean isPrivate, byte[] material) {
        AsymmetricKeyParameter part;
        AsymmetricKeyParameter open;
        try {
            part = isPrivate ? PrivateKeyFactory.createKey(material)
                : PublicKeyFactory.createKey(material);
            open = isPrivate ? publicOf(part) : part;
        } catch (IOException | RuntimeException error) {
            // The decoders have no word of their own for what is no key: a ClassCastException says
            // it, too. All that they are given is the key, so whatever they throw is about it.
            String code = error.getClass().getSimpleName();
            throw rejected("invalid-argument", code, String.valueOf(error.getMessage()));
        }
        boolean fits = part instanceof RSAKeyParameters rsa
            ? RSA.containsKey(spec) && rsa.getModulus().bitLength() == RSA.get(spec)
            : part instanceof ECKeyParameters ec && EC.containsKey(spec)
                && ec.getParameters() instanceof ECNamedDomainParameters named
                && named.getName().equals(EC.get(spec));
        if (!fits) {
            throw refused("other-key");
        }
        return new Key(spec, usage, open, isPrivate ? part : null);
    }

    static AsymmetricKeyParameter publicOf(AsymmetricKeyParameter secret) {
        if (secret instanceof RSAPrivateCrtKeyParameters rsa) {
            return new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
        }
        ECPrivateKeyParameters ec = (ECPrivateKeyParameters) secret;
        ECDomainParameters domain = ec.getParameters();
        return new ECPublicKeyParameters(domain.getG().multiply(ec.getD()), domain);
    }

    /** Returns the key of a request, which must be one of some specs and made for a usage. */
    static Key find(Request request, Map<String, ?> specs, String usage) {
        Key key = KEYS.get(request.get("key"));
        if (key == null) {
            throw rejected("not-found", "unknown-key", "");
        }
        if (!specs.containsKey(key.spec)) {
            throw rejected("unsupported-algorithm", "other-key-type", "");
        }
        if (!key.usage.equals(usage)) {
            throw rejected("wrong-key-usage", "other-usage", "");
        }
        return key;
    }

    static String destroyKey(Request request) {
        if (KEYS.remove(request.get("key")) == null) {
            throw rejected("not-found", "unknown-key", "");
        }
        return object();
    }

    // Encryption ------------------------------------------------------------------------------

    static String crypt(Request request, boolean encrypts) throws Exception {
        byte[] input = request.bytes(encrypts ? "plaintext" : "ciphertext");
        String made = encrypts ? "ciphertext" : "plaintext";
        return switch (request.get("algorithm")) {
            case "GCM" -> gcm(request, encrypts, input);
            case "CBC" -> object(made, hex(blocks(request, encrypts, input, request.given("iv"))));
            case "ECB" -> object(made, hex(blocks(request, encrypts, input, null)));
            case "RSAES_OAEP_SHA_256" -> object(made, hex(oaep(request, encrypts, input)));
            case "ECIES_DH_SHA_1_XOR_HMAC" -> object(made, hex(ecies(request, encrypts, input)));
            default -> throw notOffered(request.get("op") + " with " + request.get("algorithm"));
        };
    }

    static CipherParameters aesKey(Request request) {
        return find(request, AES, "ENCRYPT/DECRYPT").secret;
    }

    static String gcm(Request request, boolean encrypts, byte[] input) throws Exception {
        request.refuseAllBut("iv", "aad", "tag", "tag_length");
        KeyParameter key = (KeyParameter) aesKey(request);
        int tagLength = Integer.parseInt(request.getOrDefault("tag_length", "16"));
        byte[] iv = request.given("iv");
        byte[] tag = encrypts ? new byte[0] : request.given("tag");
        if (!encrypts && tag.length != tagLength) {
            // The engine takes the tag from the end of the ciphertext.
            throw rejected("invalid-ciphertext", "other-tag-length", "");
        }
        GCMBlockCipher cipher = new GCMBlockCipher(new AESEngine());
        byte[] aad = request.containsKey("aad") ? request.bytes("aad") : new byte[0];
        cipher.init(encrypts, new AEADParameters(key, 8 * tagLength, iv, aad));
        byte[] whole = Arrays.concatenate(input, tag);
        byte[] output = new byte[cipher.getOutputSize(whole.length)];
        int length = cipher.processBytes(whole, 0, whole.length, output, 0);
        length += cipher.doFinal(output, length);
        if (!encrypts) {
            return object("plaintext", hex(output, 0, length));
        }
        int end = length - tagLength;
        return object("ciphertext", hex(output, 0, end), "tag", hex(output, end, length));
    }

    static byte[] blocks(Request request, boolean encrypts, byte[] input, byte[] iv)
            throws Exception {
        request.refuseAllBut("padding", iv == null ? "padding" : "iv");
        CipherParameters key = aesKey(request);
        if (!request.containsKey("padding")) {
            throw refused("missing-padding");
        }
        BlockCipher mode = iv == null ? new AESEngine() : new CBCBlockCipher(new AESEngine());
        BufferedBlockCipher cipher = request.get("padding").equals("PKCS7_PADDING")
            ? new PaddedBufferedBlockCipher(mode, new PKCS7Padding())
            : new BufferedBlockCipher(mode);
        cipher.init(encrypts, iv == null ? key : new ParametersWithIV(key, iv));
        byte[] output = new byte[cipher.getOutputSize(input.length)];
        int length = cipher.processBytes(input, 0, input.length, output, 0);
        length += cipher.doFinal(output, length);
        return Arrays.copyOf(output, length);
    }

    static byte[] oaep(Request request, boolean encrypts, byte[] input) throws Exception {
        request.refuseAllBut("label");
        Key key = find(request, RSA, "ENCRYPT/DECRYPT");
        byte[] label = request.containsKey("label") ? request.bytes("label") : new byte[0];
        OAEPEncoding oaep = new OAEPEncoding(
            new RSABlindedEngine(), new SHA256Digest(), new SHA256Digest(), label);
        oaep.init(encrypts, encrypts ? key.open : key.secretPart());
        return oaep.processBlock(input, 0, input.length);
    }

    /** ECIES as the IESEngine does it when it is told nothing of R: the form of SEC 1. */
    static byte[] ecies(Request request, boolean encrypts, byte[] input) throws Exception {
        request.refuseAllBut("dialect");
        Key key = find(request, EC, "ENCRYPT/DECRYPT");
        if (!"EK||MK".equals(request.get("dialect"))) {
            throw request.containsKey("dialect") ? notOffered(request.get("dialect"))
                : refused("missing-dialect");
        }
        ECDomainParameters domain = ((ECKeyParameters) key.open).getParameters();
        IESParameters parameters = new IESParameters(new byte[0], new byte[0], 160);
        IESEngine engine = new IESEngine(new ECDHBasicAgreement(),
            new KDF2BytesGenerator(new SHA1Digest()), new HMac(new SHA1Digest()));
        if (encrypts) {
            ECKeyPairGenerator generator = new ECKeyPairGenerator();
            generator.init(new ECKeyGenerationParameters(domain, RANDOM));
            AsymmetricCipherKeyPair ephemeral = generator.generateKeyPair();
            engine.init(true, ephemeral.getPrivate(), key.open, parameters);
            byte[] point = ((ECPublicKeyParameters) ephemeral.getPublic()).getQ().getEncoded(false);
            return Arrays.concatenate(point, engine.processBlock(input, 0, input.length));
        }
        CipherParameters secret = key.secretPart();
        ByteArrayInputStream stream = new ByteArrayInputStream(input);
        try {
            AsymmetricKeyParameter point = new ECIESPublicKeyParser(domain).readKey(stream);
            byte[] rest = stream.readAllBytes();
            engine.init(false, secret, point, parameters);
            return engine.processBlock(rest, 0, rest.length);
        } catch (InvalidCipherTextException | IOException | IllegalArgumentException error) {
            // One and the same answer, so that nothing tells a bad point from a bad tag.
            throw rejected("invalid-ciphertext", "ecies-refused", "");
        }
    }

    // Signatures ------------------------------------------------------------------------------

    static String signature(Request request, boolean signs) throws Exception {
        request.refuseAllBut();
        boolean digested = "DIGEST".equals(request.get("message_type"));
        String algorithm = request.get("algorithm");
        Key key = find(request, algorithm.startsWith("RSA") ? RSA : EC, "SIGN/VERIFY");
        byte[] message = request.bytes("message");
        if (digested && message.length != 32) {
            throw refused("digest-length");
        }
        Signer signer = signer(algorithm, digested ? new NullDigest() : new SHA256Digest());
        signer.init(signs, signs ? key.secretPart() : key.open);
        signer.update(message, 0, message.length);
        if (signs) {
            return object("signature", hex(signer.generateSignature()));
        }
        return "{\"valid\":" + signer.verifySignature(request.bytes("signature")) + "}";
    }

    static Signer signer(String algorithm, Digest content) {
        return switch (algorithm) {
            case "RSA_PSS_SHA_256" -> content instanceof NullDigest
                ? PSSSigner.createRawSigner(new RSABlindedEngine(), new SHA256Digest(),
                    new SHA256Digest(), 32, PSSSigner.TRAILER_IMPLICIT)
                : new PSSSigner(new RSABlindedEngine(), content, 32);
            case "RSA_PKCS1_SHA_256" ->
                new RSADigestSigner(content, NISTObjectIdentifiers.id_sha256);
            case "ECDSA_SHA_256" -> new DSADigestSigner(
                new ECDSASigner(), content, StandardDSAEncoding.INSTANCE);
            default -> throw notOffered("signatures with " + algorithm);
        };
    }

    // Operations ------------------------------------------------------------------------------

    static String outcome(Request request) {
        String operation = request.get("op");
        try {
            return "\"ok\":" + switch (operation) {
                case "describe" -> DESCRIPTION;
                case "import_key" -> importKey(request);
                case "destroy_key" -> destroyKey(request);
                case "encrypt", "decrypt" -> crypt(request, operation.equals("encrypt"));
                case "sign", "verify" -> signature(request, operation.equals("sign"));
                case "close" -> object();
                default -> throw notOffered(operation);
            };
        } catch (Ending ending) {
            return ending.getMessage();
        } catch (Exception error) {
            return meaning(operation, error).getMessage();
        }
    }

    public static void main(String[] arguments) throws IOException {
        serve(BouncyCastleAdapter::outcome);
    }
}
