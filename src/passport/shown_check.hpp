#pragma once
// Whether a presentation was made by the holder, here and now: the check `holder`.

#include "passport/draft.hpp"
#include "passport/verifier.hpp"

namespace salus::passport {

// Adds `holder`, and sets `signature` or `validity` where the presentation says otherwise than it
// seemed.
void check_shown(const Presentation& presentation, const crypto::p256::PublicKey& key,
                 const Meeting& meeting, Draft& draft);

} // namespace salus::passport
