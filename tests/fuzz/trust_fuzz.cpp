#include "codec/fuse_filter.hpp"
#include "fuzz.hpp"
#include "passport/revocation_list.hpp"
#include "passport/rule_file.hpp"
#include "passport/trust_import.hpp"
#include "passport/trust_refresh.hpp"

namespace salus::fuzz {

namespace {

// What is imported is stored, read and stored the same; and can be asked.
void import_anything(const std::string& text) {
    passport::ImportRequest request;
    request.name = "fuzz";
    request.iss = "https://shc.example";
    const auto import = passport::import_trust({{"file", text}}, request);
    if (!import.ok()) return;
    const std::string stored = passport::print_trust_source(import->source);
    auto read = passport::read_trust_source(stored);
    SALUS_ASSERT(read.ok() && passport::print_trust_source(*read) == stored);
    std::vector<passport::TrustSource> all;
    all.push_back(std::move(*read));
    const auto sources = passport::TrustSources::make(std::move(all));
    SALUS_ASSERT(sources.ok());
    for (const auto& entry : (*sources)->sources()[0].certificates) {
        (void)(*sources)->authority_of(entry.certificate, 1'790'000'000);
    }
}

// Nobody's key signed this, or somebody's whom nobody pinned: nothing of it is trusted.
void open_signed(const std::string& text) {
    passport::TrustPins pins;
    pins.list_key = Address{};
    SALUS_ASSERT(!passport::open_trust_list(text, pins).ok());
    SALUS_ASSERT(!passport::open_rule_file(text, pins).ok());
    SALUS_ASSERT(!passport::open_revocations(text, pins).ok());
    (void)passport::open_rule_file(text, {});
    if (const auto list = passport::open_trust_list(text, {}); list.ok()) {
        const auto mark = passport::mark_of(*list);
        SALUS_ASSERT(passport::check_against_mark(mark, *list).ok());
    }
    if (const auto mark = passport::read_trust_mark(text); mark.ok()) {
        const std::string printed = passport::print_trust_mark(*mark);
        SALUS_ASSERT(passport::print_trust_mark(passport::read_trust_mark(printed).value()) ==
                     printed);
    }
}

void read_revocations(ByteView input, const std::string& text) {
    (void)passport::open_revocations(text, {});
    (void)passport::revocation_pieces(text.substr(0, text.find('\n')), text);
    const auto filter = codec::FuseFilter::parse(input);
    const auto sizes = codec::FuseFilter::piece_sizes(input);
    SALUS_ASSERT(filter.ok() == sizes.ok());
    if (!filter.ok()) return;
    SALUS_ASSERT(equal(filter->encode(), input));
    for (std::uint64_t key = 1; key != 0; key <<= 1) (void)filter->may_contain(~key);
}

} // namespace

SALUS_FUZZ_TARGET(trust) {
    const std::string text = to_string(input);
    import_anything(text);
    open_signed(text);
    read_revocations(input, text);
    (void)passport::read_trust_source(text);
}

} // namespace salus::fuzz
