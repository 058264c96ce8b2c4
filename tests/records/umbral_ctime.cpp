// Constant time of Umbral and of secret sharing, as libsecp256k1 checks its own: run under valgrind
// with every secret marked undefined, so that a branch or an address that depends on one is an
// error. `umbral_ctime branch` makes such an error on purpose. tests/records/CMakeLists.txt runs
// both; umbral_ctime.supp names what is passed over and why.
#include <algorithm>
#include <cstdio>
#include <string_view>

#include <valgrind/memcheck.h>

#include "crypto/aead.hpp"
#include "crypto/declassify.hpp"
#include "crypto/shamir.hpp"
#include "crypto/umbral.hpp"

namespace salus::crypto {

// In the place of src/crypto/declassify.cpp, whose callers are the objects of the product.
void declassify(const void* bytes, std::size_t size) {
    VALGRIND_MAKE_MEM_DEFINED(bytes, size);
}

} // namespace salus::crypto

namespace {

using namespace salus;
using namespace salus::crypto;
using namespace salus::crypto::umbral;

void poison(const void* bytes, std::size_t size) {
    VALGRIND_MAKE_MEM_UNDEFINED(bytes, size);
}
void poison(const Scalar& secret) {
    poison(secret.expose().data(), 32);
}

// What it draws is secret, but for the draws of which the caller says that they are public.
class SecretRandom final : public Random {
public:
    explicit SecretRandom(std::uint64_t seed) : seeded_(seed) {}
    void fill(std::span<Byte> out) override {
        seeded_.fill(out);
        poison(out.data(), out.size());
    }

private:
    SeededRandom seeded_;
};

void expect(bool good, const char* what) {
    if (good) return;
    std::fprintf(stderr, "umbral_ctime: %s\n", what);
    std::abort();
}

// Whether every byte is still undefined: nothing declassified it on its way.
template <std::size_t N>
bool is_secret(const SecretBytes<N>& bytes) {
    if (RUNNING_ON_VALGRIND == 0) return true;
    std::array<unsigned char, N> bits{};
    VALGRIND_GET_VBITS(bytes.expose().data(), bits.data(), N);
    return std::ranges::all_of(bits, [](unsigned char one) { return one != 0; });
}

struct World {
    SecretRandom random{1};
    SecretKey delegating = Scalar::random(random);
    SecretKey receiving = Scalar::random(random);
    SecretKey signer = Scalar::random(random);
    PublicKey delegating_key = generate(delegating);
    PublicKey receiving_key = generate(receiving);
    PublicKey verifying_key = generate(signer);
};

void check_scalars(World& it) {
    const Scalar a = Scalar::random(it.random), b = Scalar::random(it.random);
    expect(add(a, b).ok() && subtract(a, b).ok(), "sums");
    const Scalar product = multiply(multiply(a, invert(b)), negate(a));
    std::vector<Scalar> several;
    several.push_back(a.copy());
    several.push_back(b.copy());
    several.push_back(product.copy());
    expect(invert(several).size() == 3, "inverses");
    expect(evaluate(several, a).ok(), "polynomial");
    expect(Scalar::from_bytes(product.expose().bytes).ok(), "a scalar from its bytes");
    const Scalar hashed = secp256k1::hash_to_scalar("CTIME", {product.expose().bytes});
    const secp256k1::SharedPoint shared = share(it.delegating_key, hashed);
    expect(is_secret(shared), "a shared point stays secret");
}

void check_keys_by_label(World& it) {
    const auto factory = SecretKeyFactory::random(it.random).factory(view("folder"));
    expect(generate(factory.key(view("epoch"))) != it.delegating_key, "keys by label");
    const auto secret = factory.secret(view("epoch"));
    expect(is_secret(secret), "a secret by label stays secret");
}

// Ciphertext and nonce leave for the world.
Encrypted published(Encrypted encrypted) {
    declassify(encrypted.ciphertext.data(), encrypted.ciphertext.size());
    declassify(encrypted.capsule.bytes().data(), Capsule::kSize);
    return encrypted;
}

// A capsule's third part is a proof, and public; but only its owner knows which capsules he
// publishes, so it is declassified here and not in the library.
Encrypted sealed_for(World& it) {
    const Bytes plain(64, 0x2a);
    poison(plain.data(), plain.size());
    return published(encrypt(it.delegating_key, plain, it.random).value());
}

void check_umbral(World& it, std::size_t threshold, std::size_t shares) {
    const Encrypted encrypted = sealed_for(it);
    const Capsule capsule = Capsule::from_bytes(encrypted.capsule.bytes().bytes).value();
    expect(decrypt(it.delegating, capsule, encrypted.ciphertext).ok(), "decrypt");
    auto fragments =
        delegate({it.delegating, it.receiving_key, it.signer, threshold, shares}, it.random)
            .value();
    std::vector<Verified<CapsuleFragment>> answers;
    answers.reserve(fragments.size());
    for (KeyFragment& fragment : fragments) {
        // The fragment's number is drawn at random and public.
        declassify(fragment.id.data(), fragment.id.size());
        poison(fragment.key);
        const auto written = fragment.bytes();
        const auto read = KeyFragment::from_bytes(written.expose().bytes).value();
        const auto verified =
            verify(read, it.verifying_key, it.delegating_key, it.receiving_key).value();
        auto answer = reencrypt(capsule, verified, it.random).value();
        // z = t + h·rk: a proof, masked by t, and public.
        declassify(answer.z.data(), answer.z.size());
        answers.push_back(verify(CapsuleFragment::from_bytes(answer.bytes().bytes).value(), capsule,
                                 it.verifying_key, it.delegating_key, it.receiving_key)
                              .value());
    }
    expect(
        decrypt_reencrypted(it.receiving, it.delegating_key, capsule, answers, encrypted.ciphertext)
            .ok(),
        "open what was re-encrypted");
}

void check_shamir(World& it) {
    SecretKey32 secret;
    it.random.fill(secret.expose().bytes);
    const auto dealing = shamir::deal(secret, 2, 3, it.random).value();
    expect(shamir::recover(dealing.commitments, dealing.shares, nullptr).ok(), "recover");
    const auto written = dealing.shares[0].bytes();
    declassify(written.expose().data(), 1); // the holder's number
    expect(shamir::Share::from_bytes(written.expose().bytes).ok(), "a share from its bytes");
}

} // namespace

int main(int count, char** arguments) {
    if (RUNNING_ON_VALGRIND == 0) std::fputs("not under valgrind: nothing is checked\n", stderr);
    World world;
    if (count == 2 && std::string_view(arguments[1]) == "branch") {
        if ((world.delegating.expose()[31] & 1) != 0) std::puts("odd");
        return 0;
    }
    check_scalars(world);
    check_keys_by_label(world);
    check_umbral(world, 1, 1);
    check_umbral(world, 2, 3);
    check_shamir(world);
    std::puts("constant time");
    return 0;
}
