// Prints ECIES ciphertexts of Crypto++, for ../ecies_cryptopp.rsp. Build and run it with
//   g++ -O1 -o cryptopp_ecies cryptopp_ecies.cpp -lcryptopp && ./cryptopp_ecies > ../ecies_cryptopp.rsp
// on Debian 12 with libcrypto++-dev 8.7.0+git220824-1. Keys and ephemeral keys are fixed numbers.

#include <crypto++/eccrypto.h>
#include <crypto++/filters.h>
#include <crypto++/hex.h>
#include <crypto++/oids.h>

#include <iostream>
#include <stdexcept>
#include <string>

using namespace CryptoPP;

static const char *RECIPIENT = "00112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a6978";
static const char *EPHEMERAL = "7f6e5d4c3b2a190807060504030201000f0e0d0c0b0a09080706050403020100";
static const std::string MESSAGE = "forty-five bytes need several turns of KDF2..";

// Gives the one number that the library then takes as its ephemeral key: k = 1 + what is drawn.
class Fixed : public RandomNumberGenerator
{
public:
    explicit Fixed(const Integer &k) : m_k(k) {}
    void GenerateBlock(byte *output, size_t size) { (m_k - 1).Encode(output, size); }

private:
    Integer m_k;
};

static std::string hex(const std::string &bytes)
{
    std::string text;
    StringSource(bytes, true, new HexEncoder(new StringSink(text), false));
    return text;
}

static std::string hex(const Integer &number)
{
    std::string bytes(32, '\0');
    number.Encode(reinterpret_cast<byte *>(&bytes[0]), bytes.size());
    return hex(bytes);
}

static Integer withLeadingZero(const DL_GroupParameters_EC<ECP> &group, const Integer &d)
{
    Integer k(("0x" + std::string(EPHEMERAL)).c_str());
    const ECP::Point q = group.ExponentiateBase(d);
    while (group.GetCurve().Multiply(k, q).x.ByteCount() > 31)
        ++k;
    return k;
}

template <class SCHEME>
static void print(const char *curve, const OID &oid, const Integer &k, bool compressed,
                  const std::string &info1, const std::string &info2)
{
    const Integer d(("0x" + std::string(RECIPIENT)).c_str());
    typename SCHEME::Decryptor decryptor;
    decryptor.AccessKey().Initialize(oid, d);
    decryptor.AccessKey().AccessGroupParameters().SetPointCompression(compressed);
    typename SCHEME::Encryptor encryptor(decryptor);
    encryptor.AccessKey().AccessGroupParameters().SetPointCompression(compressed);

    const AlgorithmParameters parameters =
        MakeParameters(Name::KeyDerivationParameters(),
                       ConstByteArrayParameter(info1, true))
                      (Name::EncodingParameters(), ConstByteArrayParameter(info2, true));
    Fixed rng(k);
    std::string ciphertext(encryptor.CiphertextLength(MESSAGE.size()), '\0');
    encryptor.Encrypt(rng, reinterpret_cast<const byte *>(MESSAGE.data()), MESSAGE.size(),
                      reinterpret_cast<byte *>(&ciphertext[0]), parameters);

    std::string message(MESSAGE.size(), '\0');
    const DecodingResult result = decryptor.Decrypt(
        rng, reinterpret_cast<const byte *>(ciphertext.data()), ciphertext.size(),
        reinterpret_cast<byte *>(&message[0]), parameters);
    if (!result.isValidCoding || message != MESSAGE)
        throw std::runtime_error("Crypto++ does not decrypt what it encrypted");

    std::cout << "Curve = " << curve << "\nPointForm = " << (compressed ? "compressed" : "uncompressed")
              << "\nd = " << hex(d) << "\nk = " << hex(k) << "\nSharedInfo1 = " << hex(info1)
              << "\nSharedInfo2 = " << hex(info2) << "\nM = " << hex(MESSAGE)
              << "\nC = " << hex(ciphertext) << "\n\n";
}

template <class SCHEME> static void printAll(const char *dialect)
{
    const struct { const char *name; OID oid; } curves[] = {
        {"P-256", ASN1::secp256r1()}, {"secp256k1", ASN1::secp256k1()}};
    const Integer k(("0x" + std::string(EPHEMERAL)).c_str());
    const Integer d(("0x" + std::string(RECIPIENT)).c_str());
    std::cout << "[Dialect = " << dialect << "]\n\n";
    for (const auto &curve : curves)
    {
        const Integer zero = withLeadingZero(DL_GroupParameters_EC<ECP>(curve.oid), d);
        print<SCHEME>(curve.name, curve.oid, k, false, "", "");
        print<SCHEME>(curve.name, curve.oid, k, true, "SharedInfo1", "SharedInfo2");
        print<SCHEME>(curve.name, curve.oid, zero, false, "", "");
    }
}

int main()
{
    std::cout << "# ECIES ciphertexts made by Crypto++ 8.7.0 (Debian 12, package libcrypto++-dev\n"
                 "# 8.7.0+git220824-1) with ecies_generators/cryptopp_ecies.cpp.\n"
                 "# CRYPTOPP_P1363 is ECIES_P1363<ECP, SHA1>, CRYPTOPP_DEFAULT is ECIES<ECP>,\n"
                 "# CRYPTOPP_LABEL_OCTETS is ECIES<ECP, SHA1, NoCofactorMultiplication, true, true>: all with\n"
                 "# P1363_KDF2<SHA1> and DL_EncryptionAlgorithm_Xor<HMAC<SHA1>>. SharedInfo1 is its\n"
                 "# KeyDerivationParameters, SharedInfo2 its EncodingParameters (the label).\n\n";
    printAll<ECIES_P1363<ECP, SHA1>>("CRYPTOPP_P1363");
    printAll<ECIES<ECP>>("CRYPTOPP_DEFAULT");
    printAll<ECIES<ECP, SHA1, NoCofactorMultiplication, true, true>>("CRYPTOPP_LABEL_OCTETS");
}
