#pragma once
// The precompiled contracts on pairing curves: input format and price of each. A run gives none
// where the EIP says that the call fails; the price never depends on whether the input is good.
// Sources: EIP-196, EIP-197, EIP-1108 (BN254), EIP-4844 (KZG), EIP-2537 (BLS12-381).

#include "evm/host.hpp"

namespace salus::evm {

using PrecompileOutput = std::optional<Bytes>; // none: failed

// BN254. Shorter input of the first two is read as if zeros followed, longer input is cut.
std::int64_t price_bn254_add(Revision revision, ByteView input);
std::int64_t price_bn254_multiply(Revision revision, ByteView input);
std::int64_t price_bn254_pairing(Revision revision, ByteView input);
PrecompileOutput bn254_add(Revision revision, ByteView input);
PrecompileOutput bn254_multiply(Revision revision, ByteView input);
PrecompileOutput bn254_pairing(Revision revision, ByteView input);

// KZG point evaluation.
std::int64_t price_kzg(Revision revision, ByteView input);
PrecompileOutput kzg_point_evaluation(Revision revision, ByteView input);

// BLS12-381. Input of any other length fails.
std::int64_t price_bls_g1_add(Revision revision, ByteView input);
std::int64_t price_bls_g1_msm(Revision revision, ByteView input);
std::int64_t price_bls_g2_add(Revision revision, ByteView input);
std::int64_t price_bls_g2_msm(Revision revision, ByteView input);
std::int64_t price_bls_pairing(Revision revision, ByteView input);
std::int64_t price_bls_map_to_g1(Revision revision, ByteView input);
std::int64_t price_bls_map_to_g2(Revision revision, ByteView input);
PrecompileOutput bls_g1_add(Revision revision, ByteView input);
PrecompileOutput bls_g1_msm(Revision revision, ByteView input);
PrecompileOutput bls_g2_add(Revision revision, ByteView input);
PrecompileOutput bls_g2_msm(Revision revision, ByteView input);
PrecompileOutput bls_pairing(Revision revision, ByteView input);
PrecompileOutput bls_map_to_g1(Revision revision, ByteView input);
PrecompileOutput bls_map_to_g2(Revision revision, ByteView input);

} // namespace salus::evm
