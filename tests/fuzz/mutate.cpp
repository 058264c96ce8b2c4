#include "mutate.hpp"

#include <algorithm>

namespace salus::fuzz {
namespace {

class Mutation {
public:
    Mutation(std::span<const Bytes> seeds, std::mt19937_64& random)
        : seeds_(seeds), random_(random), value_(any_seed()) {}

    void change() {
        switch (below(8)) {
        case 0: return flip_bit();
        case 1: return set_byte(static_cast<Byte>(below(256)));
        case 2: return set_byte(kTelling[below(kTelling.size())]);
        case 3: return step_byte();
        case 4: return insert(random_bytes());
        case 5: return insert(piece(value_));
        case 6: return insert(piece(any_seed()));
        default: return erase();
        }
    }
    Bytes take(std::size_t most) {
        value_.resize(std::min(value_.size(), most));
        return std::move(value_);
    }

private:
    // Ends, signs, and what opens and closes things in the formats met here.
    static constexpr std::array<Byte, 16> kTelling{0,   1,   0x7f, 0x80, 0xff, ' ', '"', '<',
                                                   '{', '}', '[',  ']',  ',',  '.', '~', '0'};

    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
    const Bytes& any_seed() { return seeds_[below(seeds_.size())]; }

    void flip_bit() {
        if (!value_.empty()) value_[below(value_.size())] ^= static_cast<Byte>(1U << below(8));
    }
    void set_byte(Byte to) {
        if (!value_.empty()) value_[below(value_.size())] = to;
    }
    void step_byte() {
        if (value_.empty()) return;
        Byte& byte = value_[below(value_.size())];
        byte = static_cast<Byte>(byte + (below(2) == 0 ? 1 : 255));
    }
    void erase() {
        const std::size_t from = below(value_.size());
        const std::size_t count = std::min(1 + below(16), value_.size() - from);
        const auto at = value_.begin() + static_cast<std::ptrdiff_t>(from);
        value_.erase(at, at + static_cast<std::ptrdiff_t>(count));
    }
    Bytes random_bytes() {
        Bytes out(1 + below(8));
        for (Byte& byte : out) byte = static_cast<Byte>(below(256));
        return out;
    }
    Bytes piece(const Bytes& of) {
        const std::size_t from = below(of.size());
        return to_bytes(ByteView(of).subspan(from, std::min(below(64), of.size() - from)));
    }
    void insert(const Bytes& more) {
        const std::size_t from = below(value_.size() + 1);
        value_.insert(value_.begin() + static_cast<std::ptrdiff_t>(from), more.begin(), more.end());
    }

    std::span<const Bytes> seeds_;
    std::mt19937_64& random_;
    Bytes value_;
};

} // namespace

Bytes mutate(std::span<const Bytes> seeds, std::mt19937_64& random, std::size_t most) {
    Mutation mutation(seeds, random);
    const std::size_t changes = 1 + random() % 8;
    for (std::size_t i = 0; i < changes; ++i) mutation.change();
    return mutation.take(most);
}

} // namespace salus::fuzz
