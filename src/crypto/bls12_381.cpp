#include "crypto/bls12_381.hpp"

#include "crypto/bls12_381_curve.hpp"
#include "crypto/bls12_381_map.hpp"

namespace salus::crypto::bls12_381 {
namespace {

// A cube root of one in Fp: (beta x, y) = -x² · (x, y) on G1 (x of the curve).
constexpr Fp kBeta = Fp::from_hex(
    "5f19672fdf76ce51ba69c6076a0f77eaddb3a93be6f89688de17d813620a00022e01fffffffefffe");

// 1 / xi^((p - 1) / 3) and 1 / xi^((p - 1) / 2): xi^(p - 1) = conj(xi) / xi turns the inverses of
// the Frobenius constants into others of them.
constexpr F2 inverse_of(const F2& a) {
    return a.conjugate() * a.norm().power(minus(Modulus::kModulus, 2));
}
constexpr F2 kPsiX = inverse_of(kFrobenius<Modulus>[2]);
constexpr F2 kPsiY = inverse_of(kFrobenius<Modulus>[3]);

G2 psi(const G2& q) {
    return {q.x.conjugate() * kPsiX, q.y.conjugate() * kPsiY};
}

} // namespace

// Hayashida, Hayasaka and Teruya (eprint 2020/875): m = 3, by
// 3 (p⁴ - p² + 1) / r = (x - 1)² (x + p) (x² + p² - 1) + 3.
F12 Curve::hard_part(const F12& f) {
    const auto power = [](const F12& a) { return a.cyclotomic_power(kLoop).conjugate(); }; // ^x
    const F12 a = power(f) * f.conjugate(); // ^(x - 1)
    const F12 b = power(a) * a.conjugate();
    const F12 c = power(b) * b.frobenius();
    const F12 d = power(power(c)) * c.frobenius_squared() * c.conjugate();
    return d * f.cyclotomic_square() * f;
}

const G1 kG1Generator{
    Fp::from_hex("17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aef"
                 "fb3af00adb22c6bb"),
    Fp::from_hex("08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae4"
                 "0caa232946c5e7e1")};
const G2 kG2Generator{
    {Fp::from_hex("024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbe"
                  "fd48056c8c121bdb8"),
     Fp::from_hex("13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d5"
                  "7e5ac7d055d042b7e")},
    {Fp::from_hex("0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca28"
                  "9e193548608b82801"),
     Fp::from_hex("0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da"
                  "1aaa9075ff05f79be")}};

Jacobian<F2> psi(const Jacobian<F2>& q) {
    return {q.x.conjugate() * kPsiX, q.y.conjugate() * kPsiY, q.z.conjugate()};
}

// Scott (eprint 2021/1130): phi(P) = -x² P, psi(Q) = x Q.
bool is_in_subgroup(const G1& p) {
    if (p.is_infinity()) return true;
    const Jacobian<Fp> product = multiply(multiply(p, kX), kX);
    return -product == Jacobian<Fp>(G1{p.x * kBeta, p.y});
}
bool is_in_subgroup(const G2& q) {
    return -multiply(q, kX) == psi(Jacobian<F2>(q));
}

// --- multiplication -----------------------------------------------------------------------------

// k = k0 - k1 (-x²) with 0 <= k0, k1 < x², about 2^127.6.
void append_terms(std::vector<Term<Fp>>& terms, const G1& point, const uint256& scalar) {
    static constexpr uint256 kSquare = uint256(kX) * uint256(kX);
    if (point.is_infinity()) return;
    const auto low = [](const uint256& a) {
        return static_cast<uint128>(a.limb[1]) << 64 | a.limb[0];
    };
    const DivMod parts = divmod(scalar % kOrder, kSquare);
    terms.push_back({point, low(parts.remainder)});
    terms.push_back({-G1{point.x * kBeta, point.y}, low(parts.quotient)});
}

// k = k0 - k1 x + k2 x² - k3 x³ with digits below -x.
void append_terms(std::vector<Term<F2>>& terms, const G2& point, const uint256& scalar) {
    if (point.is_infinity()) return;
    uint256 rest = scalar % kOrder;
    G2 image = point;
    for (int i = 0; i < 4; ++i) {
        const DivMod parts = divmod(rest, uint256(kX));
        terms.push_back({image, parts.remainder.low64()});
        rest = parts.quotient;
        image = -psi(image);
    }
}

// --- encodings ----------------------------------------------------------------------------------

namespace {

template <class F>
inline constexpr std::size_t kElementSize = std::is_same_v<F, Fp> ? 64 : 128;
template <class F>
inline constexpr std::size_t kPointSize = 2 * kElementSize<F>;

template <class F>
Result<F> read(const Byte* from) {
    if constexpr (std::is_same_v<F, Fp>) {
        constexpr std::array<Byte, 16> kZeros{};
        const auto out = Fp::from_bytes(from + 16);
        if (std::memcmp(from, kZeros.data(), 16) != 0 || !out) return Error(kNotInField);
        return *out;
    } else {
        SALUS_TRY_ASSIGN(const Fp c0, read<Fp>(from));
        SALUS_TRY_ASSIGN(const Fp c1, read<Fp>(from + 64));
        return F2{c0, c1};
    }
}
void write(const Fp& element, Byte* to) {
    element.to_bytes(to + 16);
}
void write(const F2& element, Byte* to) {
    write(element.c0, to);
    write(element.c1, to + 64);
}

template <class F>
Result<Affine<F>> read_point(const Byte* from) {
    SALUS_TRY_ASSIGN(const F x, read<F>(from));
    SALUS_TRY_ASSIGN(const F y, read<F>(from + kElementSize<F>));
    const Affine<F> out{x, y};
    bool on_curve = false;
    if constexpr (std::is_same_v<F, Fp>) {
        on_curve = out.is_on_curve(kB);
    } else {
        on_curve = out.is_on_curve(kTwistB);
    }
    if (!on_curve) return Error(kNotOnCurve);
    return out;
}
template <class F>
Result<Affine<F>> read_group_element(const Byte* from) {
    SALUS_TRY_ASSIGN(const Affine<F> out, read_point<F>(from));
    if (!is_in_subgroup(out)) return Error(kNotInSubgroup);
    return out;
}
template <class F>
FixedBytes<kPointSize<F>> write_point(const Affine<F>& point) {
    FixedBytes<kPointSize<F>> out;
    write(point.x, out.data());
    write(point.y, out.data() + kElementSize<F>);
    return out;
}

template <class F>
Result<FixedBytes<kPointSize<F>>> add_points(const Byte* a, const Byte* b) {
    SALUS_TRY_ASSIGN(const Affine<F> p, read_point<F>(a));
    SALUS_TRY_ASSIGN(const Affine<F> q, read_point<F>(b));
    return write_point<F>((Jacobian<F>(p) + q).to_affine());
}

template <class F>
Result<FixedBytes<kPointSize<F>>> sum(ByteView items) {
    constexpr std::size_t kItem = kPointSize<F> + 32;
    if (items.empty() || items.size() % kItem != 0) return Error(kBadLength);
    std::vector<Term<F>> terms;
    terms.reserve(4 * items.size() / kItem);
    for (std::size_t at = 0; at < items.size(); at += kItem) {
        SALUS_TRY_ASSIGN(const Affine<F> point, read_group_element<F>(items.data() + at));
        append_terms(terms, point, load_be(items.subspan(at + kPointSize<F>, 32)));
    }
    return write_point<F>(sum_of_multiples<F>(terms).to_affine());
}

} // namespace

Result<G1Bytes> add(const G1Bytes& a, const G1Bytes& b) {
    return add_points<Fp>(a.data(), b.data());
}
Result<G2Bytes> add(const G2Bytes& a, const G2Bytes& b) {
    return add_points<F2>(a.data(), b.data());
}
Result<G1Bytes> g1_sum_of_multiples(ByteView items) {
    return sum<Fp>(items);
}
Result<G2Bytes> g2_sum_of_multiples(ByteView items) {
    return sum<F2>(items);
}

Result<bool> pairing_product_is_one(ByteView pairs) {
    using LivePair = Pair<Curve, MillerPoint<Curve>>;
    constexpr std::size_t kPair = kPointSize<Fp> + kPointSize<F2>;
    if (pairs.empty() || pairs.size() % kPair != 0) return Error(kBadLength);
    std::vector<LivePair> live;
    live.reserve(pairs.size() / kPair);
    for (std::size_t at = 0; at < pairs.size(); at += kPair) {
        SALUS_TRY_ASSIGN(const G1 p, read_group_element<Fp>(pairs.data() + at));
        SALUS_TRY_ASSIGN(const G2 q, read_group_element<F2>(pairs.data() + at + kPointSize<Fp>));
        if (!p.is_infinity() && !q.is_infinity()) live.push_back({p, MillerPoint<Curve>(q)});
    }
    if (live.empty()) return true;
    return final_exponentiation<Curve>(miller_loop<Curve, MillerPoint<Curve>>(live)).is_one();
}

Result<G1Bytes> map_to_g1(const FpBytes& element) {
    SALUS_TRY_ASSIGN(const Fp u, read<Fp>(element.data()));
    return write_point<Fp>(map(u));
}
Result<G2Bytes> map_to_g2(const Fp2Bytes& element) {
    SALUS_TRY_ASSIGN(const F2 u, read<F2>(element.data()));
    return write_point<F2>(map(u));
}

} // namespace salus::crypto::bls12_381
