#include "crypto/hash.hpp"
#include "crypto/modexp.hpp"
#include "crypto/p256.hpp"
#include "crypto/secp256k1.hpp"
#include "evm/blake2f.hpp"
#include "evm/evm.hpp"
#include "evm/gas.hpp"
#include "evm/modexp_price.hpp"
#include "evm/precompiles_curves.hpp"

namespace salus::evm {
namespace {

using Output = PrecompileOutput; // none: failed

// `N` bytes of the input from `offset`, zeros where it ends before.
template <std::size_t N>
FixedBytes<N> field(ByteView input, std::size_t offset) {
    FixedBytes<N> out;
    if (offset >= input.size()) return out;
    std::memcpy(out.data(), input.data() + offset, std::min(N, input.size() - offset));
    return out;
}

Bytes field(ByteView input, std::uint64_t offset, std::uint64_t size) {
    Bytes out(size);
    if (offset < input.size() && size != 0) {
        std::memcpy(out.data(), input.data() + offset,
                    std::min<std::uint64_t>(size, input.size() - offset));
    }
    return out;
}

Output ecrecover(Revision, ByteView input) {
    namespace k1 = crypto::secp256k1;
    const uint256 v = load_be(field<32>(input, 32));
    const k1::Signature signature{field<32>(input, 64), field<32>(input, 96),
                                  static_cast<Byte>(v.low64() - 27)};
    if (v != uint256(27) && v != uint256(28)) return Bytes{};
    const auto in_range = [](const Hash32& scalar) {
        const uint256 value = load_be(scalar);
        return value && value < k1::kOrder;
    };
    if (!in_range(signature.r) || !in_range(signature.s)) return Bytes{};
    const auto signer = k1::recover(field<32>(input, 0), signature);
    if (!signer.ok()) return Bytes{};
    return to_bytes(to_hash(to_uint256(*signer)).bytes);
}

Output sha256(Revision, ByteView input) {
    return to_bytes(crypto::sha256(input).bytes);
}

Output ripemd160(Revision, ByteView input) {
    return to_bytes(right_aligned<32>(crypto::ripemd160(input).bytes).bytes);
}

Output identity(Revision, ByteView input) {
    return to_bytes(input);
}

Output modexp(Revision revision, ByteView input) {
    const ModexpHeader in = modexp_header(input);
    const uint256 longest = std::max({in.base_size, in.exponent_size, in.modulus_size});
    if (revision >= Revision::osaka && longest > uint256(1024)) return {}; // EIP-7823
    if (!in.modulus_size) return Bytes{};
    const std::uint64_t base = in.base_size.low64();
    const std::uint64_t exponent = in.exponent_size.low64();
    const std::uint64_t modulus = in.modulus_size.low64();
    return crypto::modexp(field(input, 96, base), field(input, 96 + base, exponent),
                          field(input, 96 + base + exponent, modulus));
}

template <std::size_t N>
std::array<std::uint64_t, N> little_endian_words(const Byte* from) {
    std::array<std::uint64_t, N> out{};
    std::memcpy(out.data(), from, 8 * N); // the targets are little-endian
    return out;
}

Output blake2f(Revision, ByteView input) {
    if (input.size() != 213 || input[212] > 1) return {};
    const auto rounds = static_cast<std::uint32_t>(load_be(input.first(4)).low64());
    Blake2State state = little_endian_words<8>(input.data() + 4);
    const auto message = little_endian_words<16>(input.data() + 68);
    const auto offset = little_endian_words<2>(input.data() + 196);
    blake2b_compress(state, message, offset[0], offset[1], input[212] == 1, rounds);
    Bytes out(64);
    std::memcpy(out.data(), state.data(), out.size());
    return out;
}

Output p256_verify(Revision, ByteView input) {
    namespace p256 = crypto::p256;
    if (input.size() != 160) return Bytes{};
    const bool valid =
        p256::verify(field<64>(input, 96), field<32>(input, 0), field<64>(input, 32));
    return valid ? to_bytes(to_hash(uint256(1)).bytes) : Bytes{};
}

std::int64_t per_word(std::int64_t base, std::int64_t word, ByteView input) {
    return base + word * static_cast<std::int64_t>(gas::words(input.size()));
}
std::int64_t price_ecrecover(Revision, ByteView) {
    return 3'000;
}
std::int64_t price_sha256(Revision, ByteView input) {
    return per_word(60, 12, input);
}
std::int64_t price_ripemd160(Revision, ByteView input) {
    return per_word(600, 120, input);
}
std::int64_t price_identity(Revision, ByteView input) {
    return per_word(15, 3, input);
}
std::int64_t price_blake2f(Revision, ByteView input) {
    return static_cast<std::int64_t>(
        load_be(input.first(std::min<std::size_t>(4, input.size()))).low64());
}
std::int64_t price_p256_verify(Revision, ByteView) {
    return 6'900;
}

struct Precompile {
    std::uint16_t number;
    Revision first;
    std::int64_t (*price)(Revision, ByteView);
    Output (*run)(Revision, ByteView);
};

constexpr Precompile kPrecompiles[] = {
    {0x01, Revision::frontier, price_ecrecover, ecrecover},
    {0x02, Revision::frontier, price_sha256, sha256},
    {0x03, Revision::frontier, price_ripemd160, ripemd160},
    {0x04, Revision::frontier, price_identity, identity},
    {0x05, Revision::byzantium, modexp_price, modexp},
    {0x06, Revision::byzantium, price_bn254_add, bn254_add},
    {0x07, Revision::byzantium, price_bn254_multiply, bn254_multiply},
    {0x08, Revision::byzantium, price_bn254_pairing, bn254_pairing},
    {0x09, Revision::istanbul, price_blake2f, blake2f},
    {0x0a, Revision::cancun, price_kzg, kzg_point_evaluation},
    {0x0b, Revision::prague, price_bls_g1_add, bls_g1_add},
    {0x0c, Revision::prague, price_bls_g1_msm, bls_g1_msm},
    {0x0d, Revision::prague, price_bls_g2_add, bls_g2_add},
    {0x0e, Revision::prague, price_bls_g2_msm, bls_g2_msm},
    {0x0f, Revision::prague, price_bls_pairing, bls_pairing},
    {0x10, Revision::prague, price_bls_map_to_g1, bls_map_to_g1},
    {0x11, Revision::prague, price_bls_map_to_g2, bls_map_to_g2},
    {0x100, Revision::osaka, price_p256_verify, p256_verify},
};

const Precompile* find(const Address& address) {
    for (std::size_t i = 0; i < 18; ++i) {
        if (address[i] != 0) return nullptr;
    }
    const unsigned number = static_cast<unsigned>(address[18]) << 8 | address[19];
    for (const Precompile& precompile : kPrecompiles) {
        if (precompile.number == number) return &precompile;
    }
    return nullptr;
}

CallResult failed(Status status) {
    CallResult out;
    out.status = status;
    return out;
}

} // namespace

bool is_precompile(Revision revision, const Address& address) {
    const Precompile* precompile = find(address);
    return precompile != nullptr && precompile->first <= revision;
}

CallResult run_precompile(Revision revision, const Address& address, ByteView input,
                          std::int64_t gas) {
    const Precompile* precompile = find(address);
    SALUS_ASSERT(precompile != nullptr && precompile->first <= revision);
    const std::int64_t price = precompile->price(revision, input);
    if (price > gas) return failed(Status::out_of_gas);
    Output output = precompile->run(revision, input);
    if (!output) return failed(Status::precompile_failed);
    CallResult out;
    out.gas_left = gas - price;
    out.output = std::move(*output);
    return out;
}

std::vector<Address> precompile_addresses(Revision revision) {
    std::vector<Address> out;
    for (const Precompile& precompile : kPrecompiles) {
        if (precompile.first <= revision) out.push_back(to_address(uint256(precompile.number)));
    }
    return out;
}

} // namespace salus::evm
