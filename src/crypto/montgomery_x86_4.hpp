#pragma once
// The kernels of montgomery_x86.hpp for 4 limbs; included by it alone.

#include "crypto/limbs.hpp"

namespace salus::crypto::x86 {

// NOLINTBEGIN(readability-function-size): straight rows of instructions
// clang-format off

// a * b / 2^256 modulo p.
[[gnu::always_inline]]
inline Limbs<4> multiply(const Limbs<4>& a_, const Limbs<4>& b_, const Limbs<4>& p,
                         const std::uint64_t& inverse) {
    Limbs<4> t;
    std::uint64_t h = 0;
    std::uint64_t c = 0;
    const Limbs<4>* a = &a_;
    const Limbs<4>* b = &b_;
    asm(
        "movq 0(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t" "mulxq (%[a]), %[t0], %[t1]\n\t"
        "mulxq 8(%[a]), %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "mulxq 16(%[a]), %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "mulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "movl $0, %%eax\n\tadoxq %%rax, %[h]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t3]\n\tadoxq %[h], %[t3]\n\t"
        "movq 8(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t3]\n\tadoxq %[h], %[t3]\n\t"
        "movq 16(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t3]\n\tadoxq %[h], %[t3]\n\t"
        "movq 24(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t3]\n\tadoxq %[h], %[t3]\n\t"
        "movq %[t0], %%rax\n\tsubq %[p0], %%rax\n\t" "movq %[t1], %%rdx\n\tsbbq %[p1], %%rdx\n\t"
        "movq %[t2], %[h]\n\tsbbq %[p2], %[h]\n\t" "movq %[t3], %[c]\n\tsbbq %[p3], %[c]\n\t"
        "cmovncq %%rax, %[t0]\n\t" "cmovncq %%rdx, %[t1]\n\t" "cmovncq %[h], %[t2]\n\t"
        "cmovncq %[c], %[t3]\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]),
          [h] "=&r"(h), [c] "=&r"(c), [a] "+&r"(a), [b] "+&r"(b)
        : [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]),
          [inverse] "m"(inverse), "m"(a_), "m"(b_)
        : "rax", "rdx", "cc");
    return t;
}

// The lower half of `a` reduced, plus the upper half, modulo p.
[[gnu::always_inline]] inline Limbs<4> reduce(const Limbs<8>& a, const Limbs<4>& p,
                         const std::uint64_t& inverse) {
    Limbs<4> t;
    std::uint64_t c = 0;
    std::uint64_t x[1];
    asm(
        "movq 0(%[a]), %[t0]\n\t" "movq 8(%[a]), %[t1]\n\t" "movq 16(%[a]), %[t2]\n\t"
        "movq 24(%[a]), %[t3]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t3]\n\tadoxq %%rax, %[t3]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t3]\n\tadoxq %%rax, %[t3]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t3]\n\tadoxq %%rax, %[t3]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t3]\n\tadoxq %%rax, %[t3]\n\t" "addq 32(%[a]), %[t0]\n\t"
        "adcq 40(%[a]), %[t1]\n\t" "adcq 48(%[a]), %[t2]\n\t" "adcq 56(%[a]), %[t3]\n\t"
        "movq %[t0], %%rax\n\tsubq %[p0], %%rax\n\t" "movq %[t1], %%rdx\n\tsbbq %[p1], %%rdx\n\t"
        "movq %[t2], %[c]\n\tsbbq %[p2], %[c]\n\t" "movq %[t3], %[x0]\n\tsbbq %[p3], %[x0]\n\t"
        "cmovncq %%rax, %[t0]\n\t" "cmovncq %%rdx, %[t1]\n\t" "cmovncq %[c], %[t2]\n\t"
        "cmovncq %[x0], %[t3]\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]),
          [c] "=&r"(c), [x0] "=&r"(x[0])
        : [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]),
          [a] "r"(&a), [inverse] "m"(inverse), "m"(a)
        : "rax", "rdx", "cc");
    return t;
}

[[gnu::always_inline]] inline void product(Limbs<8>& out, const Limbs<4>& a, const Limbs<4>& b) {
    Limbs<4> t;
    std::uint64_t h = 0;
    asm(
        "movq 0(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t" "mulxq (%[a]), %[t0], %[t1]\n\t"
        "mulxq 8(%[a]), %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "mulxq 16(%[a]), %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "mulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "movl $0, %%eax\n\tadoxq %%rax, %[h]\n\t" "movq %[t0], (%[out])\n\tmovq %[h], %[t0]\n\t"
        "movq 8(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t" "movq %[t1], 8(%[out])\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[h], %[t0]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t" "movq %[h], %[t1]\n\t"
        "movq 16(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t" "movq %[t2], 16(%[out])\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[h], %[t0]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t" "movq %[h], %[t2]\n\t"
        "movq 24(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t" "movq %[t3], 24(%[out])\n\t"
        "adcxq %[h], %[t0]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t" "movq %[h], %[t3]\n\t"
        "movq %[t0], 32(%[out])\n\t" "movq %[t1], 40(%[out])\n\t" "movq %[t2], 48(%[out])\n\t"
        "movq %[t3], 56(%[out])\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]),
          [h] "=&r"(h), "=m"(out)
        : [a] "r"(&a), [b] "r"(&b), [out] "r"(&out), "m"(a),
          "m"(b)
        : "rax", "rdx", "cc");
}

// (a + b) modulo p.
[[gnu::always_inline]]
inline Limbs<4> add(const Limbs<4>& a, const Limbs<4>& b, const Limbs<4>& p) {
    Limbs<4> t{a[0], a[1], a[2], a[3]};
    Limbs<4> x;
    asm(
        "addq %[b0], %[t0]\n\t" "adcq %[b1], %[t1]\n\t" "adcq %[b2], %[t2]\n\t"
        "adcq %[b3], %[t3]\n\t" "movq %[t0], %[x0]\n\tsubq %[p0], %[x0]\n\t"
        "movq %[t1], %[x1]\n\tsbbq %[p1], %[x1]\n\t" "movq %[t2], %[x2]\n\tsbbq %[p2], %[x2]\n\t"
        "movq %[t3], %[x3]\n\tsbbq %[p3], %[x3]\n\t" "cmovncq %[x0], %[t0]\n\t"
        "cmovncq %[x1], %[t1]\n\t" "cmovncq %[x2], %[t2]\n\t" "cmovncq %[x3], %[t3]\n\t"
        : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]),
          [x0] "=&r"(x[0]), [x1] "=&r"(x[1]), [x2] "=&r"(x[2]), [x3] "=&r"(x[3])
        : [b0] "m"(b[0]), [b1] "m"(b[1]), [b2] "m"(b[2]), [b3] "m"(b[3]),
          [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3])
        : "cc");
    return t;
}

// (a - b) modulo p.
[[gnu::always_inline]]
inline Limbs<4> subtract(const Limbs<4>& a, const Limbs<4>& b, const Limbs<4>& p) {
    Limbs<4> t{a[0], a[1], a[2], a[3]};
    Limbs<4> x;
    asm(
        "subq %[b0], %[t0]\n\t" "sbbq %[b1], %[t1]\n\t" "sbbq %[b2], %[t2]\n\t"
        "sbbq %[b3], %[t3]\n\t" "movl $0, %k[x0]\n\tcmovcq %[p0], %[x0]\n\t"
        "movl $0, %k[x1]\n\tcmovcq %[p1], %[x1]\n\t" "movl $0, %k[x2]\n\tcmovcq %[p2], %[x2]\n\t"
        "movl $0, %k[x3]\n\tcmovcq %[p3], %[x3]\n\t" "addq %[x0], %[t0]\n\t"
        "adcq %[x1], %[t1]\n\t" "adcq %[x2], %[t2]\n\t" "adcq %[x3], %[t3]\n\t"
        : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]),
          [x0] "=&r"(x[0]), [x1] "=&r"(x[1]), [x2] "=&r"(x[2]), [x3] "=&r"(x[3])
        : [b0] "m"(b[0]), [b1] "m"(b[1]), [b2] "m"(b[2]), [b3] "m"(b[3]),
          [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3])
        : "cc");
    return t;
}

// a + b, which is below 2^256.
[[gnu::always_inline]] inline Limbs<4> add_plain(const Limbs<4>& a, const Limbs<4>& b) {
    Limbs<4> t{a[0], a[1], a[2], a[3]};
    asm(
        "addq %[b0], %[t0]\n\t" "adcq %[b1], %[t1]\n\t" "adcq %[b2], %[t2]\n\t"
        "adcq %[b3], %[t3]\n\t"
        : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3])
        : [b0] "m"(b[0]), [b1] "m"(b[1]), [b2] "m"(b[2]), [b3] "m"(b[3])
        : "cc");
    return t;
}

// a += b, its upper half modulo p.
[[gnu::always_inline]] inline void add_wide(Limbs<8>& a, const Limbs<8>& b_, const Limbs<4>& p) {
    Limbs<4> t;
    Limbs<4> x;
    const Limbs<8>* b = &b_;
    asm(
        "movq 0(%[a]), %[t0]\n\taddq 0(%[b]), %[t0]\n\tmovq %[t0], 0(%[a])\n\t"
        "movq 8(%[a]), %[t0]\n\tadcq 8(%[b]), %[t0]\n\tmovq %[t0], 8(%[a])\n\t"
        "movq 16(%[a]), %[t0]\n\tadcq 16(%[b]), %[t0]\n\tmovq %[t0], 16(%[a])\n\t"
        "movq 24(%[a]), %[t0]\n\tadcq 24(%[b]), %[t0]\n\tmovq %[t0], 24(%[a])\n\t"
        "movq 32(%[a]), %[t0]\n\tadcq 32(%[b]), %[t0]\n\t"
        "movq 40(%[a]), %[t1]\n\tadcq 40(%[b]), %[t1]\n\t"
        "movq 48(%[a]), %[t2]\n\tadcq 48(%[b]), %[t2]\n\t"
        "movq 56(%[a]), %[t3]\n\tadcq 56(%[b]), %[t3]\n\t"
        "movq %[t0], %[x0]\n\tsubq %[p0], %[x0]\n\t" "movq %[t1], %[x1]\n\tsbbq %[p1], %[x1]\n\t"
        "movq %[t2], %[x2]\n\tsbbq %[p2], %[x2]\n\t" "movq %[t3], %[b]\n\tsbbq %[p3], %[b]\n\t"
        "cmovncq %[x0], %[t0]\n\t" "cmovncq %[x1], %[t1]\n\t" "cmovncq %[x2], %[t2]\n\t"
        "cmovncq %[b], %[t3]\n\t" "movq %[t0], 32(%[a])\n\t" "movq %[t1], 40(%[a])\n\t"
        "movq %[t2], 48(%[a])\n\t" "movq %[t3], 56(%[a])\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]),
          [x0] "=&r"(x[0]), [x1] "=&r"(x[1]), [x2] "=&r"(x[2]), [b] "+&r"(b), "+m"(a)
        : [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]),
          [a] "r"(&a), "m"(b_)
        : "cc");
}

// a -= b, its upper half modulo p.
[[gnu::always_inline]]
inline void subtract_wide(Limbs<8>& a, const Limbs<8>& b_, const Limbs<4>& p) {
    Limbs<4> t;
    Limbs<4> x;
    const Limbs<8>* b = &b_;
    asm(
        "movq 0(%[a]), %[t0]\n\tsubq 0(%[b]), %[t0]\n\tmovq %[t0], 0(%[a])\n\t"
        "movq 8(%[a]), %[t0]\n\tsbbq 8(%[b]), %[t0]\n\tmovq %[t0], 8(%[a])\n\t"
        "movq 16(%[a]), %[t0]\n\tsbbq 16(%[b]), %[t0]\n\tmovq %[t0], 16(%[a])\n\t"
        "movq 24(%[a]), %[t0]\n\tsbbq 24(%[b]), %[t0]\n\tmovq %[t0], 24(%[a])\n\t"
        "movq 32(%[a]), %[t0]\n\tsbbq 32(%[b]), %[t0]\n\t"
        "movq 40(%[a]), %[t1]\n\tsbbq 40(%[b]), %[t1]\n\t"
        "movq 48(%[a]), %[t2]\n\tsbbq 48(%[b]), %[t2]\n\t"
        "movq 56(%[a]), %[t3]\n\tsbbq 56(%[b]), %[t3]\n\t"
        "movl $0, %k[x0]\n\tcmovcq %[p0], %[x0]\n\t" "movl $0, %k[x1]\n\tcmovcq %[p1], %[x1]\n\t"
        "movl $0, %k[x2]\n\tcmovcq %[p2], %[x2]\n\t" "movl $0, %k[b]\n\tcmovcq %[p3], %[b]\n\t"
        "addq %[x0], %[t0]\n\t" "adcq %[x1], %[t1]\n\t" "adcq %[x2], %[t2]\n\t"
        "adcq %[b], %[t3]\n\t" "movq %[t0], 32(%[a])\n\t" "movq %[t1], 40(%[a])\n\t"
        "movq %[t2], 48(%[a])\n\t" "movq %[t3], 56(%[a])\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]),
          [x0] "=&r"(x[0]), [x1] "=&r"(x[1]), [x2] "=&r"(x[2]), [b] "+&r"(b), "+m"(a)
        : [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]),
          [a] "r"(&a), "m"(b_)
        : "cc");
}

// a -= b for a >= b.
[[gnu::always_inline]] inline void subtract_exact(Limbs<8>& a, const Limbs<8>& b) {
    std::uint64_t t = 0;
    asm(
        "movq 0(%[a]), %[t]\n\tsubq 0(%[b]), %[t]\n\tmovq %[t], 0(%[a])\n\t"
        "movq 8(%[a]), %[t]\n\tsbbq 8(%[b]), %[t]\n\tmovq %[t], 8(%[a])\n\t"
        "movq 16(%[a]), %[t]\n\tsbbq 16(%[b]), %[t]\n\tmovq %[t], 16(%[a])\n\t"
        "movq 24(%[a]), %[t]\n\tsbbq 24(%[b]), %[t]\n\tmovq %[t], 24(%[a])\n\t"
        "movq 32(%[a]), %[t]\n\tsbbq 32(%[b]), %[t]\n\tmovq %[t], 32(%[a])\n\t"
        "movq 40(%[a]), %[t]\n\tsbbq 40(%[b]), %[t]\n\tmovq %[t], 40(%[a])\n\t"
        "movq 48(%[a]), %[t]\n\tsbbq 48(%[b]), %[t]\n\tmovq %[t], 48(%[a])\n\t"
        "movq 56(%[a]), %[t]\n\tsbbq 56(%[b]), %[t]\n\tmovq %[t], 56(%[a])\n\t"
        : [t] "=&r"(t), "+m"(a)
        : [a] "r"(&a), [b] "r"(&b), "m"(b)
        : "cc");
}

// clang-format on
// NOLINTEND(readability-function-size)

} // namespace salus::crypto::x86
