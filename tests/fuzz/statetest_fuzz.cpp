#include "fuzz.hpp"
#include "state/suite.hpp"

namespace salus::fuzz {
namespace {

// Ends a case that would run for long.
class Leash final : public evm::Tracer {
public:
    bool step(const evm::Step&) override { return ++steps_ <= kMost; }

private:
    static constexpr std::uint64_t kMost = 20'000;
    std::uint64_t steps_ = 0;
};

constexpr std::size_t kLongestGas = 8; // "0xffffff"

void bound_gas(codec::Json& json, bool is_gas) {
    if (json.is_string() && is_gas && json.get_string().size() > kLongestGas) json = "0x989680";
    if (json.is_array()) {
        for (codec::Json& item : json.get_array()) bound_gas(item, is_gas);
    }
    if (!json.is_object()) return;
    for (auto item : json.get_object()) bound_gas(item.value(), item.key() == "gasLimit");
}

} // namespace

// Any JSON is a file of state tests, or is not; each case has a verdict.
SALUS_FUZZ_TARGET(statetest) {
    auto json = codec::parse_json(to_string(input));
    if (!json.ok()) return;
    bound_gas(*json, false);
    InlineExecutor executor;
    Leash leash;
    const auto results = state::run_state_tests(*json, {.tracer = &leash}, executor);
    if (!results.ok()) SALUS_ASSERT(results.error().kind() == state::kBadSuiteFile);
    (void)state::run_block_tests(*json, {}, executor);
}

} // namespace salus::fuzz
