#pragma once
// The kernels of a Montgomery field for x86-64, which g++ 12 cannot schedule from C++: it has no
// notion of two carry chains, and spills the flag between limbs. field.hpp has the same in C++ for
// other processors and for constants; the tests hold one against the other.
//
// Addition and subtraction run everywhere; products need MULX, ADCX and ADOX (BMI2 and ADX: Intel
// from Broadwell, AMD from Zen), which kFast tells. A row adds a * b[i] to the accumulator t0..
// with two independent carry chains: the low halves of the products through OF (adox), the high
// ones through CF (adcx). A reduction row adds m * p with m = t0 * (-1/p), which clears t0, and
// shifts down by one limb. Results that may be one p too large are corrected by conditional moves.

#include "crypto/limbs.hpp"

// Sanitizers keep a register for themselves, one too few is left: they check the C++.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SALUS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SALUS_SANITIZED 1
#endif
#endif

#if defined(__x86_64__) && defined(__GNUC__) && !defined(SALUS_SANITIZED)
#define SALUS_FIELD_X86 1

#include <cpuid.h>

namespace salus::crypto::x86 {

// CPUID leaf 7: clang 14 does not know __builtin_cpu_supports("adx").
inline bool has_mulx_and_adx() {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    constexpr unsigned kNeeded = 1U << 8 | 1U << 19; // BMI2, ADX
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kNeeded) == kNeeded;
}
// Until it is initialised it is false: slow, not wrong.
inline const bool kFast = has_mulx_and_adx();

} // namespace salus::crypto::x86

#include "crypto/montgomery_x86_4.hpp"
#include "crypto/montgomery_x86_6.hpp"

#else
#define SALUS_FIELD_X86 0
#endif
