#include "crypto/limbs.hpp"

#include <gmp.h>

namespace salus::crypto {
namespace {

static_assert(sizeof(mp_limb_t) == sizeof(std::uint64_t));

// A GMP number on the caller's limbs, which GMP only reads.
class View {
public:
    explicit View(std::span<const std::uint64_t> limbs) {
        mpz_roinit_n(value_, limbs.data(), static_cast<mp_size_t>(limbs.size()));
    }
    mpz_srcptr get() const { return value_; }

private:
    mpz_t value_;
};

} // namespace

void invert_modulo(std::span<const std::uint64_t> a, std::span<const std::uint64_t> p,
                   std::span<std::uint64_t> out) {
    mpz_t result;
    mpz_init2(result, 64 * out.size() + 64);
    std::fill(out.begin(), out.end(), 0);
    if (mpz_invert(result, View(a).get(), View(p).get()) != 0) {
        mpz_export(out.data(), nullptr, -1, sizeof(std::uint64_t), 0, 0, result);
    }
    mpz_clear(result);
}

bool is_quadratic_residue(std::span<const std::uint64_t> a, std::span<const std::uint64_t> p) {
    return mpz_jacobi(View(a).get(), View(p).get()) >= 0;
}

} // namespace salus::crypto
