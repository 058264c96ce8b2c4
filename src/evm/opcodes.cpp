#include "evm/opcodes.hpp"

namespace salus::evm {

const GasTable& gas_table(Revision revision) {
    static constexpr auto kTables = [] {
        std::array<GasTable, kRevisions> out{};
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = make_gas_table(static_cast<Revision>(i));
        }
        return out;
    }();
    return kTables[static_cast<std::size_t>(revision)];
}

} // namespace salus::evm
