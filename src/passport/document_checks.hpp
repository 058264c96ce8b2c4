#pragma once
// The checks that need nobody's trust: the times that a certificate states, and its content.

#include "passport/draft.hpp"
#include "passport/purposes.hpp"

namespace salus::passport {

// Sets `validity` and `content` of the draft for its document.
void check_times(const Document& document, Draft& draft);
void check_content(const Document& document, Draft& draft);

// What a key must be for to sign this.
Purposes purpose_for(const Document& document);

} // namespace salus::passport
