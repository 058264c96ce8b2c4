// Who read, wrote and changed what: the entries of the chain, of all nodes together.

#include <algorithm>

#include "device/device.hpp"
#include "records/sealed_fact.hpp"

namespace salus::device {

std::string Device::label_of(const Address& grantee) const {
    if (grantee == parts_.root.ledger_account()) return "you";
    for (const GivenGrant& given : state_.grants) {
        if (given.grant.grantee == grantee) return given.label;
    }
    return {};
}

Event Device::event_of(const ledger::Block& block, std::uint32_t index) {
    Event out;
    out.time = block.header.time;
    out.block = ledger::hash_of(block.header);
    out.kind = block.entries[index].kind;
    out.author = block.header.author;
    out.author_known = out.author == parts_.root.ledger_account() ||
                       std::any_of(state_.nodes.begin(), state_.nodes.end(),
                                   [&](const auto& node) { return node.account == out.author; });
    out.reader = label_of(out.author);
    const auto box = vault::decode_box(block.entries[index].sealed);
    if (!box.ok()) return out;
    const auto key = keys_.secret(box->folder.bytes());
    if (!key.ok()) return out;
    auto fact = records::open_fact(block, index, *key);
    if (!fact.ok()) return out;
    if (out.kind == ledger::EntryKind::record_read) {
        const auto read = records::read_read_fact(*fact);
        if (read.ok()) {
            out.read = *read;
            out.reader = label_of(read->reader);
        }
    }
    out.fact = std::move(*fact);
    return out;
}

Result<std::vector<Event>> Device::timeline() {
    Blocks all;
    Outcome unreached;
    const Status done = everywhere(
        [&](Client&, std::size_t i) -> Status {
            SALUS_TRY_ASSIGN(Blocks blocks, blocks_at(i));
            all.merge(blocks);
            return pin(i);
        },
        unreached);
    SALUS_TRY(done);
    std::vector<Event> out;
    for (const auto& [hash, block] : all) {
        for (std::uint32_t i = 0; i < block.entries.size(); ++i) {
            out.push_back(event_of(block, i));
        }
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    return out;
}

} // namespace salus::device
