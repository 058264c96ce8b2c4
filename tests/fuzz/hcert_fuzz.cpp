#include "fuzz.hpp"
#include "passport/verifier.hpp"

namespace salus::fuzz {

// Any text has a verdict, and without a trusted key it is never valid.
SALUS_FUZZ_TARGET(hcert) {
    static const passport::Verifier verifier(passport::TrustList{}, nullptr);
    const std::string text = to_string(input);
    const passport::Verdict verdict = verifier.verify(text, 1'790'000'000);
    SALUS_ASSERT(verdict.overall != passport::Overall::valid);
    const auto again = verifier.verify("HC1:" + text, 1'790'000'000);
    SALUS_ASSERT(again.overall != passport::Overall::valid);
}

} // namespace salus::fuzz
