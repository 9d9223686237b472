// Example adapter: lets kmsproof judge the JDK (SunJCE, SunRsaSign and SunEC). It needs Java 17 and no library.
import java.io.*;
import java.security.*;
import java.security.interfaces.*;
import java.security.spec.*;
import java.util.*;
import java.util.regex.*;
import javax.crypto.*;
import javax.crypto.spec.*;
public class KmsproofAdapter {
    // Part 1: what the target can do. The JDK has neither secp256k1 nor PSS of a digest -------------------------------
    static final Map<String, String> SIGNATURES = Map.of("RSA_PSS_SHA_256", "RSASSA-PSS",
        "RSA_PKCS1_SHA_256", "SHA256withRSA", "ECDSA_SHA_256", "SHA256withECDSA"); // or, of a digest, NONEwith
    static final String DESCRIPTION = """
        {'protocol':1,'name':'JDK','version':'@VERSION','adapter':'example adapter in Java 1.0','keys':[
        {@AES,'usages':['ENCRYPT/DECRYPT'],'importable':['secret']},
        {@RSA,@BOTH,'importable':['private','public']},{@EC,@BOTH,'importable':['private','public']}],
        'algorithms':[{'algorithm':'ECB',@AES,@CIPHER,@PADDINGS},
        {'algorithm':'CBC',@AES,@CIPHER,@PADDINGS,'iv_chosen_by':['caller'],'iv_lengths':[{'minimum':16,'maximum':16}]},
        {'algorithm':'GCM',@AES,@CIPHER,'iv_chosen_by':['caller'],'iv_lengths':[{'minimum':1}],'aad_lengths':[{}],
        'tag_lengths':[{'minimum':12,'maximum':16}]},
        {'algorithm':'RSAES_OAEP_SHA_256',@RSA,@CIPHER,'features':['oaep-label']},
        {'algorithm':'ECIES_DH_SHA_1_XOR_HMAC',@EC,@CIPHER,'dialects':['EK||MK','MK||EK']},
        {'algorithm':'RSA_PSS_SHA_256',@RSA,@SIGN,'message_types':['RAW'],@WORDS},
        {'algorithm':'RSA_PSS_SHA_256',@LESS,@SIGN,'message_types':['RAW'],'features':['huge-public-exponent']},
        {'algorithm':'RSA_PKCS1_SHA_256',@RSA,@SIGN,'message_types':['RAW','DIGEST'],@WORDS},
        {'algorithm':'RSA_PKCS1_SHA_256',@LESS,@SIGN,'message_types':['RAW'],'features':['huge-public-exponent']},
        {'algorithm':'RSA_PKCS1_SHA_256',@RSA,@SIGN,'message_types':['RAW'],'features':['digest-info-without-null']},
        {'algorithm':'ECDSA_SHA_256',@EC,@SIGN,'message_types':['RAW','DIGEST']}]}
        """.replace("@AES", "'key_specs':['Aliyun_AES_128','Aliyun_AES_192','Aliyun_AES_256'],@LEVEL")
        .replace("@RSA", "'key_specs':['RSA_2048','RSA_3072','RSA_4096'],@LEVEL")
        .replace("@LESS", "'key_specs':['RSA_2048','RSA_3072'],@LEVEL")
        .replace("@WORDS", "'features':['small-public-exponent','large-public-exponent']")
        .replace("@EC", "'key_specs':['EC_P256'],@LEVEL").replace("@BOTH", "'usages':['ENCRYPT/DECRYPT','SIGN/VERIFY']")
        .replace("@LEVEL", "'protection_levels':['Software-protected key']").replace("@VERSION", "" + Runtime.version())
        .replace("@CIPHER", "'operations':['encrypt','decrypt']").replace("@SIGN", "'operations':['sign','verify']")
        .replace("@PADDINGS", "'paddings':['PKCS7_PADDING','NO_PADDING']").replace("\n", "").replace('\'', '"');
    // Part 2: how the target says no. What is not in this table is an error, which passes no test ---------------------
    static Ending meaning(String operation, Exception error) {
        String code = error.getClass().getSimpleName(), text = "" + error.getMessage();
        return switch (operation + " " + code.replace("Exception", "")) {
            case "encrypt InvalidAlgorithmParameter", "decrypt InvalidAlgorithmParameter", "encrypt IllegalBlockSize",
                "import_key InvalidKeySpec", "sign Signature" -> refusal("invalid-argument", code, text);
            case "decrypt IllegalBlockSize", "decrypt BadPadding", "decrypt AEADBadTag"
                -> refusal("invalid-ciphertext", code, text);
            case "decrypt InvalidKey", "decrypt InvalidKeySpec" -> NOT_OPENED; // the R of ECIES is no point
            case "verify Signature" -> refusal("invalid-signature-encoding", code, text);
            default -> new Ending("error", "kind", "internal", "message", error.toString());
        };
    }
    static class Ending extends RuntimeException { // ends an operation with another outcome than ok
        Ending(String outcome, String... members) { super("\"" + outcome + "\":" + json(members)); }
    }
    static Ending refusal(String rejection, String code, String text) {
        return new Ending("rejected", "class", rejection, "native_code", code, "message", text);
    }
    static Ending refusal(String code) { return refusal("invalid-argument", code, ""); } // our own: in lower case
    static Ending notOffered(String what) { return new Ending("unsupported", "what", what); }
    static final Ending NOT_OPENED = refusal("invalid-ciphertext", "ecies-refused", "");
    // Part 3: what the target does. Byte strings stay in hex while they are joined and cut ----------------------------
    record Keys(String spec, String usage, Key open, Key secret) {} // of AES the same one twice
    static final Map<String, Keys> KEYS = new HashMap<>();
    static byte[] bytes(String hex) { return HexFormat.of().parseHex(hex); }
    static String hex(byte[] octets) { return HexFormat.of().formatHex(octets); }
    static String given(Map<String, String> request, String name) {
        return Optional.ofNullable(request.get(name)).orElseThrow(() -> refusal("missing-" + name));
    }
    static PublicKey point(String hex) throws GeneralSecurityException { // as the SubjectPublicKeyInfo of P-256
        byte[] info = bytes("3059301306072a8648ce3d020106082a8648ce3d030107034200" + hex);
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(info));
    }
    static String importKey(Map<String, String> request) throws GeneralSecurityException {
        String spec = request.get("key_spec"), part = request.get("part"), hex = request.get("material");
        if (!DESCRIPTION.contains('"' + spec + '"') || !DESCRIPTION.contains(request.get("protection_level"))
            || spec.contains("AES") != part.equals("secret")) throw notOffered(part + " key of " + spec);
        byte[] material = bytes(hex);
        KeyFactory factory = spec.contains("AES") ? null : KeyFactory.getInstance(spec.substring(0, spec.indexOf('_')));
        Key key = factory == null ? new SecretKeySpec(material, "AES")
            : part.equals("public") ? factory.generatePublic(new X509EncodedKeySpec(material))
            : factory.generatePrivate(new PKCS8EncodedKeySpec(material)), open = key;
        int point = hex.lastIndexOf("a14403420004"); // RFC 5915 §3; the JDK passes over this public key
        if (key instanceof ECPrivateKey) open = point < 0 ? null : point(hex.substring(point + 10));
        if (key instanceof RSAPrivateCrtKey rsa)
            open = factory.generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        int bits = key instanceof RSAKey rsa ? rsa.getModulus().bitLength() : key instanceof ECKey ec
            ? ec.getParams().getOrder().bitLength() : 8 * material.length; // of 256 bits there is only P-256
        if (!spec.matches(".*\\D" + bits)) throw refusal("other-key");
        String handle = "" + UUID.randomUUID(); // random: no two processes share one
        KEYS.put(handle, new Keys(spec, request.get("usage"), open, key));
        return json("key", handle);
    }
    static Keys find(Map<String, String> request, String kind, String usage) {
        Keys keys = KEYS.get(request.get("key"));
        if (keys == null) throw refusal("not-found", "unknown-key", "");
        if (!keys.spec.contains(kind)) throw refusal("unsupported-algorithm", "other-key-type", "");
        if (!keys.usage.contains(usage)) throw refusal("wrong-key-usage", "other-usage", "");
        return keys;
    }
    static String crypt(Map<String, String> request, boolean encrypts) throws Exception {
        String name = request.get("algorithm"), input = request.get(encrypts ? "plaintext" : "ciphertext");
        Keys keys = find(request, name.length() == 3 ? "AES" : name.substring(0, 2), "ENCRYPT");
        if (name.equals("ECIES_DH_SHA_1_XOR_HMAC")) return ecies(keys, encrypts, input, given(request, "dialect"));
        boolean gcm = name.equals("GCM");
        int tagLength = gcm ? 2 * Integer.parseInt(request.getOrDefault("tag_length", "16")) : 0; // in hex digits
        String tag = encrypts || !gcm ? "" : given(request, "tag"); // it goes behind the ciphertext
        if (gcm && !encrypts && tag.length() != tagLength) throw refusal("invalid-ciphertext", "other-tag-length", "");
        Cipher cipher = Cipher.getInstance(name.startsWith("RSA") ? "RSA/ECB/OAEPPadding" : "AES/" + name + (
            gcm || given(request, "padding").equals("NO_PADDING") ? "/NoPadding" : "/PKCS5Padding"));
        cipher.init(encrypts ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, encrypts ? keys.open : keys.secret,
            switch (name) {
                case "GCM" -> new GCMParameterSpec(4 * tagLength, bytes(given(request, "iv")));
                case "CBC" -> new IvParameterSpec(bytes(given(request, "iv")));
                case "ECB" -> { if (request.containsKey("iv")) throw refusal("unexpected-iv"); yield null; }
                case "RSAES_OAEP_SHA_256" -> new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256,
                    new PSource.PSpecified(bytes(request.getOrDefault("label", ""))));
                default -> throw notOffered(name);
            });
        if (request.containsKey("aad")) cipher.updateAAD(bytes(request.get("aad")));
        String output = hex(cipher.doFinal(bytes(input + tag)));
        if (!encrypts || !gcm) return json(encrypts ? "ciphertext" : "plaintext", output);
        int end = output.length() - tagLength;
        return json("ciphertext", output.substring(0, end), "tag", output.substring(end));
    }
    static String ecies(Keys keys, boolean encrypts, String input, String dialect) throws Exception { // of JDK parts
        int r = encrypts ? 0 : 130, size = input.length() - (encrypts ? 0 : 170); // in hex digits
        if (size < 0) throw NOT_OPENED;
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair own = encrypts ? generator.generateKeyPair() : new KeyPair(null, (PrivateKey) keys.secret);
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own.getPrivate());
        agreement.doPhase(encrypts ? keys.open : point(input.substring(0, r)), true);
        String secret = hex(agreement.generateSecret());
        StringBuilder data = new StringBuilder();
        for (int i = 1; data.length() < size + 40; i++)
            data.append(hex(MessageDigest.getInstance("SHA-1").digest(bytes(secret + "%08x".formatted(i)))));
        int ek = dialect.equals("EK||MK") ? 0 : 40, mk = ek == 0 ? size : 0;
        byte[] text = bytes(input.substring(r, r + size)), made = bytes(data.substring(ek, ek + size));
        for (int i = 0; i < text.length; i++) made[i] ^= text[i];
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(bytes(data.substring(mk, mk + 40)), "HmacSHA1"));
        byte[] tag = mac.doFinal(encrypts ? made : text);
        if (encrypts) return json("ciphertext", hex(own.getPublic().getEncoded()).substring(52) + hex(made) + hex(tag));
        if (!MessageDigest.isEqual(tag, bytes(input.substring(r + size)))) throw NOT_OPENED;
        return json("plaintext", hex(made));
    }
    static String sign(Map<String, String> request, boolean signs) throws Exception {
        String name = SIGNATURES.getOrDefault(request.get("algorithm"), ""), message = request.get("message");
        boolean digest = "DIGEST".equals(request.get("message_type")), pss = name.equals("RSASSA-PSS");
        if (name.isEmpty() || digest && pss) throw notOffered(digest ? "PSS of a digest" : request.get("algorithm"));
        Keys keys = find(request, name.contains("RSA") ? "RSA" : "EC_", "SIGN");
        if (digest && message.length() != 64) throw refusal("digest-length");
        Signature signature = Signature.getInstance(digest ? name.replace("SHA256", "NONE") : name);
        if (pss) signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        if (signs) signature.initSign((PrivateKey) keys.secret); else signature.initVerify((PublicKey) keys.open);
        boolean bare = digest && keys.open instanceof RSAKey; // NONEwithRSA: it wants the DigestInfo of SHA-256
        signature.update(bytes((bare ? "3031300d060960864801650304020105000420" : "") + message));
        if (signs) return json("signature", hex(signature.sign()));
        byte[] given = bytes(request.get("signature")); // of which it takes a shorter one, too
        boolean cut = bare && 8 * given.length != ((RSAKey) keys.open).getModulus().bitLength();
        return "{\"valid\":" + (!cut && signature.verify(given)) + "}";
    }
    // Part 4: JSON, of which requests have only objects of strings and integers, and the loop -------------------------
    static final Pattern MEMBER = Pattern.compile("\"(\\w+)\"\\s*:\\s*\"?([^\",}]*+)");
    static String json(String... members) {
        StringJoiner object = new StringJoiner(",", "{", "}");
        for (int i = 0; i < members.length; i += 2) object.add("\"" + members[i] + "\":\""
            + members[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + "\"");
        return object.toString();
    }
    static String answer(String line) {
        Map<String, String> request = new HashMap<>();
        for (Matcher member = MEMBER.matcher(line); member.find();) request.put(member.group(1), member.group(2));
        if (!request.containsKey("id")) throw new IllegalArgumentException("no request: " + line);
        String operation = "" + request.get("op"), outcome;
        try {
            outcome = "\"ok\":" + switch (operation) {
                case "describe" -> DESCRIPTION;
                case "import_key" -> importKey(request);
                case "encrypt", "decrypt" -> crypt(request, operation.equals("encrypt"));
                case "sign", "verify" -> sign(request, operation.equals("sign"));
                case "destroy_key" -> { find(request, "", ""); KEYS.remove(request.get("key")); yield json(); }
                case "close" -> json();
                default -> throw notOffered(operation);
            };
        } catch (Exception no) { outcome = (no instanceof Ending ? no : meaning(operation, no)).getMessage(); }
        return "{\"id\":" + request.get("id") + "," + outcome + "}";
    }
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
        System.setOut(System.err); // standard output is for answers alone
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = ""; !line.contains("\"close\"") && (line = requests.readLine()) != null;) {
            answers.println(answer(line));
            if (!requests.ready()) answers.flush(); // before it waits for more
        }
        answers.flush();
    }
}
