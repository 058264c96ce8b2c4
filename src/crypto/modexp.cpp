#include "crypto/modexp.hpp"

#include <gmp.h>

namespace salus::crypto {
namespace {

class Integer {
public:
    Integer() { mpz_init(value_); }
    explicit Integer(ByteView big_endian) : Integer() {
        mpz_import(value_, big_endian.size(), 1, 1, 1, 0, big_endian.data());
    }
    Integer(const Integer&) = delete;
    Integer& operator=(const Integer&) = delete;
    ~Integer() { mpz_clear(value_); }

    mpz_ptr get() { return value_; }
    bool is_zero() const { return mpz_sgn(value_) == 0; }

private:
    mpz_t value_;
};

} // namespace

Bytes modexp(ByteView base, ByteView exponent, ByteView modulus) {
    Bytes out(modulus.size(), 0);
    Integer m(modulus);
    if (m.is_zero()) return out;
    Integer b(base);
    Integer e(exponent);
    Integer result;
    mpz_powm(result.get(), b.get(), e.get(), m.get());
    if (result.is_zero()) return out;
    const std::size_t size = (mpz_sizeinbase(result.get(), 2) + 7) / 8;
    mpz_export(out.data() + (out.size() - size), nullptr, 1, 1, 1, 0, result.get());
    return out;
}

} // namespace salus::crypto
