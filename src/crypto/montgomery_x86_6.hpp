#pragma once
// The kernels of montgomery_x86.hpp for 6 limbs; included by it alone.

#include "crypto/limbs.hpp"

namespace salus::crypto::x86 {

// NOLINTBEGIN(readability-function-size): straight rows of instructions
// clang-format off

// a * b / 2^384 modulo p.
[[gnu::always_inline]]
inline Limbs<6> multiply(const Limbs<6>& a_, const Limbs<6>& b_, const Limbs<6>& p,
                         const std::uint64_t& inverse) {
    Limbs<6> t;
    std::uint64_t h = 0;
    std::uint64_t c = 0;
    const Limbs<6>* a = &a_;
    const Limbs<6>* b = &b_;
    asm(
        "movq 0(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t" "mulxq (%[a]), %[t0], %[t1]\n\t"
        "mulxq 8(%[a]), %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "mulxq 16(%[a]), %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "mulxq 24(%[a]), %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "mulxq 32(%[a]), %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "mulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t"
        "movl $0, %%eax\n\tadoxq %%rax, %[h]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %[h], %[t5]\n\t"
        "movq 8(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[h], %[t4]\n\tmulxq 32(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t4]\n\t"
        "adcxq %[h], %[t5]\n\tmulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %[h], %[t5]\n\t"
        "movq 16(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[h], %[t4]\n\tmulxq 32(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t4]\n\t"
        "adcxq %[h], %[t5]\n\tmulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %[h], %[t5]\n\t"
        "movq 24(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[h], %[t4]\n\tmulxq 32(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t4]\n\t"
        "adcxq %[h], %[t5]\n\tmulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %[h], %[t5]\n\t"
        "movq 32(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[h], %[t4]\n\tmulxq 32(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t4]\n\t"
        "adcxq %[h], %[t5]\n\tmulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %[h], %[t5]\n\t"
        "movq 40(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[h], %[t4]\n\tmulxq 32(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t4]\n\t"
        "adcxq %[h], %[t5]\n\tmulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %[h], %[t5]\n\t"
        "movq %[t0], %%rax\n\tsubq %[p0], %%rax\n\t" "movq %[t1], %%rdx\n\tsbbq %[p1], %%rdx\n\t"
        "movq %[t2], %[h]\n\tsbbq %[p2], %[h]\n\t" "movq %[t3], %[c]\n\tsbbq %[p3], %[c]\n\t"
        "movq %[t4], %[a]\n\tsbbq %[p4], %[a]\n\t" "movq %[t5], %[b]\n\tsbbq %[p5], %[b]\n\t"
        "cmovncq %%rax, %[t0]\n\t" "cmovncq %%rdx, %[t1]\n\t" "cmovncq %[h], %[t2]\n\t"
        "cmovncq %[c], %[t3]\n\t" "cmovncq %[a], %[t4]\n\t" "cmovncq %[b], %[t5]\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]),
          [t4] "=&r"(t[4]), [t5] "=&r"(t[5]),
          [h] "=&r"(h), [c] "=&r"(c), [a] "+&r"(a), [b] "+&r"(b)
        : [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]), [p4] "m"(p[4]),
          [p5] "m"(p[5]),
          [inverse] "m"(inverse), "m"(a_), "m"(b_)
        : "rax", "rdx", "cc");
    return t;
}

// The lower half of `a` reduced, plus the upper half, modulo p.
[[gnu::always_inline]] inline Limbs<6> reduce(const Limbs<12>& a, const Limbs<6>& p,
                         const std::uint64_t& inverse) {
    Limbs<6> t;
    std::uint64_t c = 0;
    std::uint64_t x[3];
    asm(
        "movq 0(%[a]), %[t0]\n\t" "movq 8(%[a]), %[t1]\n\t" "movq 16(%[a]), %[t2]\n\t"
        "movq 24(%[a]), %[t3]\n\t" "movq 32(%[a]), %[t4]\n\t" "movq 40(%[a]), %[t5]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %%rax, %[t5]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %%rax, %[t5]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %%rax, %[t5]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %%rax, %[t5]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %%rax, %[t5]\n\t"
        "movq %[t0], %%rdx\n\timulq %[inverse], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq %[p0], %%rax, %[c]\n\tadcxq %[t0], %%rax\n\tmovq %[c], %[t0]\n\t"
        "adcxq %[t1], %[t0]\n\tmulxq %[p1], %%rax, %[t1]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[t2], %[t1]\n\tmulxq %[p2], %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[t3], %[t2]\n\tmulxq %[p3], %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[t4], %[t3]\n\tmulxq %[p4], %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[t5], %[t4]\n\tmulxq %[p5], %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[t5]\n\tadoxq %%rax, %[t5]\n\t" "addq 48(%[a]), %[t0]\n\t"
        "adcq 56(%[a]), %[t1]\n\t" "adcq 64(%[a]), %[t2]\n\t" "adcq 72(%[a]), %[t3]\n\t"
        "adcq 80(%[a]), %[t4]\n\t" "adcq 88(%[a]), %[t5]\n\t"
        "movq %[t0], %%rax\n\tsubq %[p0], %%rax\n\t" "movq %[t1], %%rdx\n\tsbbq %[p1], %%rdx\n\t"
        "movq %[t2], %[c]\n\tsbbq %[p2], %[c]\n\t" "movq %[t3], %[x0]\n\tsbbq %[p3], %[x0]\n\t"
        "movq %[t4], %[x1]\n\tsbbq %[p4], %[x1]\n\t" "movq %[t5], %[x2]\n\tsbbq %[p5], %[x2]\n\t"
        "cmovncq %%rax, %[t0]\n\t" "cmovncq %%rdx, %[t1]\n\t" "cmovncq %[c], %[t2]\n\t"
        "cmovncq %[x0], %[t3]\n\t" "cmovncq %[x1], %[t4]\n\t" "cmovncq %[x2], %[t5]\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]),
          [t4] "=&r"(t[4]), [t5] "=&r"(t[5]),
          [c] "=&r"(c), [x0] "=&r"(x[0]), [x1] "=&r"(x[1]), [x2] "=&r"(x[2])
        : [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]), [p4] "m"(p[4]),
          [p5] "m"(p[5]),
          [a] "r"(&a), [inverse] "m"(inverse), "m"(a)
        : "rax", "rdx", "cc");
    return t;
}

[[gnu::always_inline]] inline void product(Limbs<12>& out, const Limbs<6>& a, const Limbs<6>& b) {
    Limbs<6> t;
    std::uint64_t h = 0;
    asm(
        "movq 0(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t" "mulxq (%[a]), %[t0], %[t1]\n\t"
        "mulxq 8(%[a]), %%rax, %[t2]\n\tadoxq %%rax, %[t1]\n\t"
        "mulxq 16(%[a]), %%rax, %[t3]\n\tadoxq %%rax, %[t2]\n\t"
        "mulxq 24(%[a]), %%rax, %[t4]\n\tadoxq %%rax, %[t3]\n\t"
        "mulxq 32(%[a]), %%rax, %[t5]\n\tadoxq %%rax, %[t4]\n\t"
        "mulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t"
        "movl $0, %%eax\n\tadoxq %%rax, %[h]\n\t" "movq %[t0], (%[out])\n\tmovq %[h], %[t0]\n\t"
        "movq 8(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t" "movq %[t1], 8(%[out])\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[h], %[t4]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t4]\n\t"
        "adcxq %[h], %[t5]\n\tmulxq 32(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t"
        "adcxq %[h], %[t0]\n\tmulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t" "movq %[h], %[t1]\n\t"
        "movq 16(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t" "movq %[t2], 16(%[out])\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[h], %[t4]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t4]\n\t"
        "adcxq %[h], %[t5]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t"
        "adcxq %[h], %[t0]\n\tmulxq 32(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t" "movq %[h], %[t2]\n\t"
        "movq 24(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t" "movq %[t3], 24(%[out])\n\t"
        "adcxq %[h], %[t4]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t4]\n\t"
        "adcxq %[h], %[t5]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t"
        "adcxq %[h], %[t0]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 32(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t" "movq %[h], %[t3]\n\t"
        "movq 32(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t4]\n\t" "movq %[t4], 32(%[out])\n\t"
        "adcxq %[h], %[t5]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t"
        "adcxq %[h], %[t0]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 32(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t" "movq %[h], %[t4]\n\t"
        "movq 40(%[b]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t5]\n\t" "movq %[t5], 40(%[out])\n\t"
        "adcxq %[h], %[t0]\n\tmulxq 8(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t0]\n\t"
        "adcxq %[h], %[t1]\n\tmulxq 16(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t1]\n\t"
        "adcxq %[h], %[t2]\n\tmulxq 24(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t2]\n\t"
        "adcxq %[h], %[t3]\n\tmulxq 32(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t3]\n\t"
        "adcxq %[h], %[t4]\n\tmulxq 40(%[a]), %%rax, %[h]\n\tadoxq %%rax, %[t4]\n\t"
        "movl $0, %%eax\n\tadcxq %%rax, %[h]\n\tadoxq %%rax, %[h]\n\t" "movq %[h], %[t5]\n\t"
        "movq %[t0], 48(%[out])\n\t" "movq %[t1], 56(%[out])\n\t" "movq %[t2], 64(%[out])\n\t"
        "movq %[t3], 72(%[out])\n\t" "movq %[t4], 80(%[out])\n\t" "movq %[t5], 88(%[out])\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]),
          [t4] "=&r"(t[4]), [t5] "=&r"(t[5]),
          [h] "=&r"(h), "=m"(out)
        : [a] "r"(&a), [b] "r"(&b), [out] "r"(&out), "m"(a), "m"(b)
        : "rax", "rdx", "cc");
}

// (a + b) modulo p.
[[gnu::always_inline]]
inline Limbs<6> add(const Limbs<6>& a, const Limbs<6>& b, const Limbs<6>& p) {
    Limbs<6> t{a[0], a[1], a[2], a[3], a[4], a[5]};
    Limbs<6> x;
    asm(
        "addq %[b0], %[t0]\n\t" "adcq %[b1], %[t1]\n\t" "adcq %[b2], %[t2]\n\t"
        "adcq %[b3], %[t3]\n\t" "adcq %[b4], %[t4]\n\t" "adcq %[b5], %[t5]\n\t"
        "movq %[t0], %[x0]\n\tsubq %[p0], %[x0]\n\t" "movq %[t1], %[x1]\n\tsbbq %[p1], %[x1]\n\t"
        "movq %[t2], %[x2]\n\tsbbq %[p2], %[x2]\n\t" "movq %[t3], %[x3]\n\tsbbq %[p3], %[x3]\n\t"
        "movq %[t4], %[x4]\n\tsbbq %[p4], %[x4]\n\t" "movq %[t5], %[x5]\n\tsbbq %[p5], %[x5]\n\t"
        "cmovncq %[x0], %[t0]\n\t" "cmovncq %[x1], %[t1]\n\t" "cmovncq %[x2], %[t2]\n\t"
        "cmovncq %[x3], %[t3]\n\t" "cmovncq %[x4], %[t4]\n\t" "cmovncq %[x5], %[t5]\n\t"
        : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]),
          [t4] "+&r"(t[4]), [t5] "+&r"(t[5]),
          [x0] "=&r"(x[0]), [x1] "=&r"(x[1]), [x2] "=&r"(x[2]), [x3] "=&r"(x[3]),
          [x4] "=&r"(x[4]), [x5] "=&r"(x[5])
        : [b0] "m"(b[0]), [b1] "m"(b[1]), [b2] "m"(b[2]), [b3] "m"(b[3]), [b4] "m"(b[4]),
          [b5] "m"(b[5]),
          [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]), [p4] "m"(p[4]),
          [p5] "m"(p[5])
        : "cc");
    return t;
}

// (a - b) modulo p.
[[gnu::always_inline]]
inline Limbs<6> subtract(const Limbs<6>& a, const Limbs<6>& b, const Limbs<6>& p) {
    Limbs<6> t{a[0], a[1], a[2], a[3], a[4], a[5]};
    Limbs<6> x;
    asm(
        "subq %[b0], %[t0]\n\t" "sbbq %[b1], %[t1]\n\t" "sbbq %[b2], %[t2]\n\t"
        "sbbq %[b3], %[t3]\n\t" "sbbq %[b4], %[t4]\n\t" "sbbq %[b5], %[t5]\n\t"
        "movl $0, %k[x0]\n\tcmovcq %[p0], %[x0]\n\t" "movl $0, %k[x1]\n\tcmovcq %[p1], %[x1]\n\t"
        "movl $0, %k[x2]\n\tcmovcq %[p2], %[x2]\n\t" "movl $0, %k[x3]\n\tcmovcq %[p3], %[x3]\n\t"
        "movl $0, %k[x4]\n\tcmovcq %[p4], %[x4]\n\t" "movl $0, %k[x5]\n\tcmovcq %[p5], %[x5]\n\t"
        "addq %[x0], %[t0]\n\t" "adcq %[x1], %[t1]\n\t" "adcq %[x2], %[t2]\n\t"
        "adcq %[x3], %[t3]\n\t" "adcq %[x4], %[t4]\n\t" "adcq %[x5], %[t5]\n\t"
        : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]),
          [t4] "+&r"(t[4]), [t5] "+&r"(t[5]),
          [x0] "=&r"(x[0]), [x1] "=&r"(x[1]), [x2] "=&r"(x[2]), [x3] "=&r"(x[3]),
          [x4] "=&r"(x[4]), [x5] "=&r"(x[5])
        : [b0] "m"(b[0]), [b1] "m"(b[1]), [b2] "m"(b[2]), [b3] "m"(b[3]), [b4] "m"(b[4]),
          [b5] "m"(b[5]),
          [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]), [p4] "m"(p[4]),
          [p5] "m"(p[5])
        : "cc");
    return t;
}

// a + b, which is below 2^384.
[[gnu::always_inline]] inline Limbs<6> add_plain(const Limbs<6>& a, const Limbs<6>& b) {
    Limbs<6> t{a[0], a[1], a[2], a[3], a[4], a[5]};
    asm(
        "addq %[b0], %[t0]\n\t" "adcq %[b1], %[t1]\n\t" "adcq %[b2], %[t2]\n\t"
        "adcq %[b3], %[t3]\n\t" "adcq %[b4], %[t4]\n\t" "adcq %[b5], %[t5]\n\t"
        : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]),
          [t4] "+&r"(t[4]), [t5] "+&r"(t[5])
        : [b0] "m"(b[0]), [b1] "m"(b[1]), [b2] "m"(b[2]), [b3] "m"(b[3]), [b4] "m"(b[4]),
          [b5] "m"(b[5])
        : "cc");
    return t;
}

// a += b, its upper half modulo p.
[[gnu::always_inline]] inline void add_wide(Limbs<12>& a, const Limbs<12>& b_, const Limbs<6>& p) {
    Limbs<6> t;
    Limbs<6> x;
    const Limbs<12>* b = &b_;
    asm(
        "movq 0(%[a]), %[t0]\n\taddq 0(%[b]), %[t0]\n\tmovq %[t0], 0(%[a])\n\t"
        "movq 8(%[a]), %[t0]\n\tadcq 8(%[b]), %[t0]\n\tmovq %[t0], 8(%[a])\n\t"
        "movq 16(%[a]), %[t0]\n\tadcq 16(%[b]), %[t0]\n\tmovq %[t0], 16(%[a])\n\t"
        "movq 24(%[a]), %[t0]\n\tadcq 24(%[b]), %[t0]\n\tmovq %[t0], 24(%[a])\n\t"
        "movq 32(%[a]), %[t0]\n\tadcq 32(%[b]), %[t0]\n\tmovq %[t0], 32(%[a])\n\t"
        "movq 40(%[a]), %[t0]\n\tadcq 40(%[b]), %[t0]\n\tmovq %[t0], 40(%[a])\n\t"
        "movq 48(%[a]), %[t0]\n\tadcq 48(%[b]), %[t0]\n\t"
        "movq 56(%[a]), %[t1]\n\tadcq 56(%[b]), %[t1]\n\t"
        "movq 64(%[a]), %[t2]\n\tadcq 64(%[b]), %[t2]\n\t"
        "movq 72(%[a]), %[t3]\n\tadcq 72(%[b]), %[t3]\n\t"
        "movq 80(%[a]), %[t4]\n\tadcq 80(%[b]), %[t4]\n\t"
        "movq 88(%[a]), %[t5]\n\tadcq 88(%[b]), %[t5]\n\t"
        "movq %[t0], %[x0]\n\tsubq %[p0], %[x0]\n\t" "movq %[t1], %[x1]\n\tsbbq %[p1], %[x1]\n\t"
        "movq %[t2], %[x2]\n\tsbbq %[p2], %[x2]\n\t" "movq %[t3], %[x3]\n\tsbbq %[p3], %[x3]\n\t"
        "movq %[t4], %[x4]\n\tsbbq %[p4], %[x4]\n\t" "movq %[t5], %[b]\n\tsbbq %[p5], %[b]\n\t"
        "cmovncq %[x0], %[t0]\n\t" "cmovncq %[x1], %[t1]\n\t" "cmovncq %[x2], %[t2]\n\t"
        "cmovncq %[x3], %[t3]\n\t" "cmovncq %[x4], %[t4]\n\t" "cmovncq %[b], %[t5]\n\t"
        "movq %[t0], 48(%[a])\n\t" "movq %[t1], 56(%[a])\n\t" "movq %[t2], 64(%[a])\n\t"
        "movq %[t3], 72(%[a])\n\t" "movq %[t4], 80(%[a])\n\t" "movq %[t5], 88(%[a])\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]),
          [t4] "=&r"(t[4]), [t5] "=&r"(t[5]),
          [x0] "=&r"(x[0]), [x1] "=&r"(x[1]), [x2] "=&r"(x[2]), [x3] "=&r"(x[3]),
          [x4] "=&r"(x[4]), [b] "+&r"(b), "+m"(a)
        : [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]), [p4] "m"(p[4]),
          [p5] "m"(p[5]),
          [a] "r"(&a), "m"(b_)
        : "cc");
}

// a -= b, its upper half modulo p.
[[gnu::always_inline]]
inline void subtract_wide(Limbs<12>& a, const Limbs<12>& b_, const Limbs<6>& p) {
    Limbs<6> t;
    Limbs<6> x;
    const Limbs<12>* b = &b_;
    asm(
        "movq 0(%[a]), %[t0]\n\tsubq 0(%[b]), %[t0]\n\tmovq %[t0], 0(%[a])\n\t"
        "movq 8(%[a]), %[t0]\n\tsbbq 8(%[b]), %[t0]\n\tmovq %[t0], 8(%[a])\n\t"
        "movq 16(%[a]), %[t0]\n\tsbbq 16(%[b]), %[t0]\n\tmovq %[t0], 16(%[a])\n\t"
        "movq 24(%[a]), %[t0]\n\tsbbq 24(%[b]), %[t0]\n\tmovq %[t0], 24(%[a])\n\t"
        "movq 32(%[a]), %[t0]\n\tsbbq 32(%[b]), %[t0]\n\tmovq %[t0], 32(%[a])\n\t"
        "movq 40(%[a]), %[t0]\n\tsbbq 40(%[b]), %[t0]\n\tmovq %[t0], 40(%[a])\n\t"
        "movq 48(%[a]), %[t0]\n\tsbbq 48(%[b]), %[t0]\n\t"
        "movq 56(%[a]), %[t1]\n\tsbbq 56(%[b]), %[t1]\n\t"
        "movq 64(%[a]), %[t2]\n\tsbbq 64(%[b]), %[t2]\n\t"
        "movq 72(%[a]), %[t3]\n\tsbbq 72(%[b]), %[t3]\n\t"
        "movq 80(%[a]), %[t4]\n\tsbbq 80(%[b]), %[t4]\n\t"
        "movq 88(%[a]), %[t5]\n\tsbbq 88(%[b]), %[t5]\n\t"
        "movl $0, %k[x0]\n\tcmovcq %[p0], %[x0]\n\t" "movl $0, %k[x1]\n\tcmovcq %[p1], %[x1]\n\t"
        "movl $0, %k[x2]\n\tcmovcq %[p2], %[x2]\n\t" "movl $0, %k[x3]\n\tcmovcq %[p3], %[x3]\n\t"
        "movl $0, %k[x4]\n\tcmovcq %[p4], %[x4]\n\t" "movl $0, %k[b]\n\tcmovcq %[p5], %[b]\n\t"
        "addq %[x0], %[t0]\n\t" "adcq %[x1], %[t1]\n\t" "adcq %[x2], %[t2]\n\t"
        "adcq %[x3], %[t3]\n\t" "adcq %[x4], %[t4]\n\t" "adcq %[b], %[t5]\n\t"
        "movq %[t0], 48(%[a])\n\t" "movq %[t1], 56(%[a])\n\t" "movq %[t2], 64(%[a])\n\t"
        "movq %[t3], 72(%[a])\n\t" "movq %[t4], 80(%[a])\n\t" "movq %[t5], 88(%[a])\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]),
          [t4] "=&r"(t[4]), [t5] "=&r"(t[5]),
          [x0] "=&r"(x[0]), [x1] "=&r"(x[1]), [x2] "=&r"(x[2]), [x3] "=&r"(x[3]),
          [x4] "=&r"(x[4]), [b] "+&r"(b), "+m"(a)
        : [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]), [p4] "m"(p[4]),
          [p5] "m"(p[5]),
          [a] "r"(&a), "m"(b_)
        : "cc");
}

// a -= b for a >= b.
[[gnu::always_inline]] inline void subtract_exact(Limbs<12>& a, const Limbs<12>& b) {
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
        "movq 64(%[a]), %[t]\n\tsbbq 64(%[b]), %[t]\n\tmovq %[t], 64(%[a])\n\t"
        "movq 72(%[a]), %[t]\n\tsbbq 72(%[b]), %[t]\n\tmovq %[t], 72(%[a])\n\t"
        "movq 80(%[a]), %[t]\n\tsbbq 80(%[b]), %[t]\n\tmovq %[t], 80(%[a])\n\t"
        "movq 88(%[a]), %[t]\n\tsbbq 88(%[b]), %[t]\n\tmovq %[t], 88(%[a])\n\t"
        : [t] "=&r"(t), "+m"(a)
        : [a] "r"(&a), [b] "r"(&b), "m"(b)
        : "cc");
}

// clang-format on
// NOLINTEND(readability-function-size)

} // namespace salus::crypto::x86
