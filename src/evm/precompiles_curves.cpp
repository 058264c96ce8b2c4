#include "evm/precompiles_curves.hpp"

#include "crypto/bls12_381.hpp"
#include "crypto/bn254.hpp"
#include "crypto/kzg.hpp"

namespace salus::evm {
namespace {

// `N` bytes of the input from `offset`, zeros where it ends before.
template <std::size_t N>
FixedBytes<N> field(ByteView input, std::size_t offset) {
    FixedBytes<N> out;
    if (offset >= input.size()) return out;
    std::memcpy(out.data(), input.data() + offset, std::min(N, input.size() - offset));
    return out;
}

template <std::size_t N>
PrecompileOutput output(const Result<FixedBytes<N>>& point) {
    if (!point.ok()) return {};
    return to_bytes(point->bytes);
}

PrecompileOutput output(const Result<bool>& truth) {
    if (!truth.ok()) return {};
    return to_bytes(to_hash(uint256(*truth ? 1 : 0)).bytes);
}

std::int64_t count(ByteView input, std::size_t size) {
    return static_cast<std::int64_t>(input.size() / size);
}

// Exactly N bytes.
template <std::size_t N>
std::optional<FixedBytes<N>> whole(ByteView input) {
    if (input.size() != N) return std::nullopt;
    return field<N>(input, 0);
}

// The first two points of the input, which holds nothing else.
template <std::size_t N, class Add>
PrecompileOutput add_two(ByteView input, Add add) {
    if (input.size() != 2 * N) return {};
    return output(add(field<N>(input, 0), field<N>(input, N)));
}

// EIP-2537: the price of k multiplications, per mille of k times that of one.
using Discounts = std::array<std::uint16_t, 128>;
constexpr Discounts kDiscountsG1{
    1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698, 692, 687, 682, 677, 673, 669, 665,
    661,  658, 654, 651, 648, 645, 642, 640, 637, 635, 632, 630, 627, 625, 623, 621, 619, 617, 615,
    613,  611, 609, 608, 606, 604, 603, 601, 599, 598, 596, 595, 593, 592, 591, 589, 588, 586, 585,
    584,  582, 581, 580, 579, 577, 576, 575, 574, 573, 572, 570, 569, 568, 567, 566, 565, 564, 563,
    562,  561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 551, 550, 549, 548, 547, 547, 546, 545,
    544,  543, 542, 541, 540, 540, 539, 538, 537, 536, 536, 535, 534, 533, 532, 532, 531, 530, 529,
    528,  528, 527, 526, 525, 525, 524, 523, 522, 522, 521, 520, 520, 519};
constexpr Discounts kDiscountsG2{
    1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749, 740, 732, 724, 717, 711, 704, 699,
    693,  688,  683, 679, 674, 670, 666, 663, 659, 655, 652, 649, 646, 643, 640, 637, 634, 632, 629,
    627,  624,  622, 620, 618, 615, 613, 611, 609, 607, 606, 604, 602, 600, 598, 597, 595, 593, 592,
    590,  589,  587, 586, 584, 583, 582, 580, 579, 578, 576, 575, 574, 573, 571, 570, 569, 568, 567,
    566,  565,  563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 552, 551, 550, 549, 548,
    547,  546,  545, 545, 544, 543, 542, 541, 541, 540, 539, 538, 537, 537, 536, 535, 535, 534, 533,
    532,  532,  531, 530, 530, 529, 528, 528, 527, 526, 526, 525, 524, 524};

std::int64_t price_msm(std::int64_t k, std::int64_t one, const Discounts& discounts) {
    if (k == 0) return 0;
    const auto at = std::min(static_cast<std::size_t>(k), discounts.size()) - 1;
    return k * one * discounts[at] / 1'000;
}

} // namespace

std::int64_t price_bn254_add(Revision revision, ByteView) {
    return revision >= Revision::istanbul ? 150 : 500;
}
std::int64_t price_bn254_multiply(Revision revision, ByteView) {
    return revision >= Revision::istanbul ? 6'000 : 40'000;
}
std::int64_t price_bn254_pairing(Revision revision, ByteView input) {
    const std::int64_t pairs = count(input, 192);
    return revision >= Revision::istanbul ? 45'000 + 34'000 * pairs : 100'000 + 80'000 * pairs;
}

PrecompileOutput bn254_add(Revision, ByteView input) {
    return output(crypto::bn254::add(field<64>(input, 0), field<64>(input, 64)));
}
PrecompileOutput bn254_multiply(Revision, ByteView input) {
    return output(crypto::bn254::multiply(field<64>(input, 0), field<32>(input, 64)));
}
PrecompileOutput bn254_pairing(Revision, ByteView input) {
    return output(crypto::bn254::pairing_product_is_one(input));
}

std::int64_t price_kzg(Revision, ByteView) {
    return 50'000;
}

// versioned hash ‖ z ‖ y ‖ commitment ‖ proof
PrecompileOutput kzg_point_evaluation(Revision, ByteView input) {
    namespace kzg = crypto::kzg;
    if (input.size() != 192) return {};
    const auto commitment = field<48>(input, 96);
    if (kzg::versioned_hash(commitment) != field<32>(input, 0)) return {};
    const auto proof = field<48>(input, 144);
    if (!kzg::verify_proof(commitment, field<32>(input, 32), field<32>(input, 64), proof).ok()) {
        return {};
    }
    return concat(
        {to_hash(uint256(kzg::kFieldElementsPerBlob)).bytes, to_hash(kzg::kModulus).bytes});
}

std::int64_t price_bls_g1_add(Revision, ByteView) {
    return 375;
}
std::int64_t price_bls_g1_msm(Revision, ByteView input) {
    return price_msm(count(input, 160), 12'000, kDiscountsG1);
}
std::int64_t price_bls_g2_add(Revision, ByteView) {
    return 600;
}
std::int64_t price_bls_g2_msm(Revision, ByteView input) {
    return price_msm(count(input, 288), 22'500, kDiscountsG2);
}
std::int64_t price_bls_pairing(Revision, ByteView input) {
    return 37'700 + 32'600 * count(input, 384);
}
std::int64_t price_bls_map_to_g1(Revision, ByteView) {
    return 5'500;
}
std::int64_t price_bls_map_to_g2(Revision, ByteView) {
    return 23'800;
}

namespace bls = crypto::bls12_381;

PrecompileOutput bls_g1_add(Revision, ByteView input) {
    return add_two<128>(input, [](const auto& a, const auto& b) { return bls::add(a, b); });
}
PrecompileOutput bls_g1_msm(Revision, ByteView input) {
    return output(bls::g1_sum_of_multiples(input));
}
PrecompileOutput bls_g2_add(Revision, ByteView input) {
    return add_two<256>(input, [](const auto& a, const auto& b) { return bls::add(a, b); });
}
PrecompileOutput bls_g2_msm(Revision, ByteView input) {
    return output(bls::g2_sum_of_multiples(input));
}
PrecompileOutput bls_pairing(Revision, ByteView input) {
    return output(bls::pairing_product_is_one(input));
}
PrecompileOutput bls_map_to_g1(Revision, ByteView input) {
    const auto element = whole<64>(input);
    return element ? output(bls::map_to_g1(*element)) : PrecompileOutput{};
}
PrecompileOutput bls_map_to_g2(Revision, ByteView input) {
    const auto element = whole<128>(input);
    return element ? output(bls::map_to_g2(*element)) : PrecompileOutput{};
}

} // namespace salus::evm
