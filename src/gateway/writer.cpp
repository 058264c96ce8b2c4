#include "gateway/writer.hpp"

#include <set>

#include "consent/document.hpp"
#include "gateway/enrolment.hpp"
#include "gateway/exact_json.hpp"
#include "records/refusal.hpp"

namespace salus::gateway {

struct Writer::Plan {
    std::vector<Written> written; // of every resource
    std::vector<Planned> planned; // of those to be written
    std::vector<std::size_t> at;  // of each of those, in `written`
};

// Whether what was under way came to its end: the nodes have its block, or never will.
Status Writer::settle(RecordSource& source, const EnrolledPatient& patient,
                      std::optional<JournalRow>& row) const {
    while (row && !row->done) {
        SALUS_TRY_ASSIGN(const bool there, source.has_block(patient.chain, row->block));
        if (there) {
            row->done = true;
            return parts_.journal.done(row->block);
        }
        const auto now = static_cast<std::uint64_t>(parts_.clock.since_epoch().count());
        if (now < row->time + kWriteTime) return Error(kWriteUnderWay);
        SALUS_TRY(parts_.journal.forget(row->block));
        SALUS_TRY_ASSIGN(row, parts_.journal.newest(row->patient, row->resource));
    }
    return ok_status();
}

Result<Writer::Plan> Writer::plan(RecordSource& source, const PatientIntake& intake) const {
    const Hash32 patient = parts_.book.row_of(intake.patient);
    Plan out;
    for (const Incoming& one : intake.resources) {
        const Hash32 digest = gateway::content_of(one.resource);
        SALUS_TRY_ASSIGN(auto newest, parts_.journal.newest(
                                          patient, parts_.journal.resource_of(one.type, one.id)));
        SALUS_TRY(settle(source, intake.patient, newest));
        Written written{one.entry, one.type, one.id, {}, 0, false, false, {}, one.resource};
        const bool same = newest && newest->content == parts_.journal.content_of(digest);
        const vault::RecordId before = newest ? newest->record : vault::RecordId{};
        if (one.if_match && (!newest || consent::uuid_text(before) != *one.if_match)) {
            return Error(kVersionConflict, "this is not the version that you saw");
        }
        if (same) {
            written.version = before;
            written.time = newest->time;
        } else {
            written.fresh = true;
            written.created = !newest;
            written.version = parts_.keys.id("record", {intake.patient.chain.bytes, view(one.type),
                                                        view(one.id), before.bytes, digest.bytes});
            out.planned.push_back({&one, written.version, print_exact(one.resource)});
            out.at.push_back(out.written.size());
        }
        out.written.push_back(std::move(written));
    }
    return out;
}

Result<KeyState> Writer::key_state(RecordSource& source, const EnrolledPatient& patient,
                                   const Asker& asker) const {
    KeyState out;
    out.now = static_cast<std::uint64_t>(parts_.clock.unix_seconds());
    out.purpose = asker.purpose;
    if (!patient.statement) return out;
    SALUS_TRY_ASSIGN(const auto announced, parts_.chain.announced(patient.account));
    // The digest at the head is of newer keys, or of none that was ever seen: the inbox it is.
    out.statement_stands =
        check_statement(*patient.statement, patient, announced, parts_.author.domain).ok();
    SALUS_TRY_ASSIGN(out.closed, source.closed(patient.chain));
    for (const auto& held : patient.grants) {
        const Hash32 hash = consent::grant_hash(held.letter.grant);
        SALUS_TRY_ASSIGN(const auto status,
                         parts_.chain.grant_status(held.letter.grant.grantor, hash));
        if (status.status == consent::OnChain::granted) out.in_force.insert(hash);
    }
    return out;
}

Status Writer::write_block(RecordSource& source, const EnrolledPatient& patient,
                           std::span<const Planned> planned, const Asker& asker,
                           std::span<Written* const> written) const {
    SALUS_TRY_ASSIGN(KeyState state, key_state(source, patient, asker));
    SALUS_TRY_ASSIGN(const ledger::ChainHeads heads, source.heads(patient.chain));
    Status sent = send_block(source, patient, planned, asker, written, heads, state);
    if (sent.ok() ||
        !records_client::is(sent.error(), records::refusal_kind(consent::Reason::epoch_closed))) {
        return sent;
    }
    // The node knows of an epoch that is closed, and not which: to none of these keys then.
    for (const Written* one : written) {
        if (one->key && !one->key->inbox) state.closed.insert(one->key->key);
    }
    if (patient.statement) { // of the Provenance too
        const auto audit = patient::write_key(patient.statement->statement, "audit", {});
        if (audit.ok()) state.closed.insert(audit->key);
    }
    return send_block(source, patient, planned, asker, written, heads, state);
}

Status Writer::send_block(RecordSource& source, const EnrolledPatient& patient,
                          std::span<const Planned> planned, const Asker& asker,
                          std::span<Written* const> written, const ledger::ChainHeads& heads,
                          const KeyState& state) const {
    const auto now = static_cast<std::uint64_t>(parts_.clock.since_epoch().count());
    SALUS_TRY_ASSIGN(const MadeBlock made,
                     make_block(patient, planned, heads, state, asker, parts_.author, now,
                                parts_.keys, parts_.random));
    const ledger::BlockHash hash = ledger::hash_of(made.block.header);
    const Hash32 row = parts_.book.row_of(patient);
    std::vector<JournalRow> rows;
    for (std::size_t i = 0; i < planned.size(); ++i) {
        const Incoming& one = *planned[i].incoming;
        rows.push_back({planned[i].record, row, parts_.journal.resource_of(one.type, one.id),
                        parts_.journal.type_of(one.type),
                        parts_.journal.content_of(gateway::content_of(one.resource)), hash,
                        made.block.header.time, false});
        written[i]->time = made.block.header.time;
        written[i]->key = made.keys[i];
    }
    // The Provenance is found by its name too.
    rows.push_back(
        {made.records.back().id, row, parts_.journal.resource_of("Provenance", made.provenance),
         parts_.journal.type_of("Provenance"), hash, hash, made.block.header.time, false});
    SALUS_TRY(parts_.journal.begin(rows));
    const Status sent = source.append(asker, made.block, made.records);
    if (sent.ok()) return parts_.journal.done(hash);
    // Where nobody knows whether the block came, the next post of the same finds out.
    if (!records_client::is_passing(sent.error())) SALUS_TRY(parts_.journal.forget(hash));
    return sent;
}

Result<WriteReport> Writer::write(RecordSource& source, const PatientIntake& intake,
                                  const Asker& asker) const {
    SALUS_TRY_ASSIGN(Plan plan, this->plan(source, intake));
    std::vector<std::size_t> sizes;
    for (std::size_t from = 0; from < plan.planned.size(); from += sizes.back()) {
        SALUS_TRY_ASSIGN(const std::size_t size,
                         fit(std::span(plan.planned).subspan(from), parts_.limits));
        sizes.push_back(size);
    }
    WriteReport out;
    std::size_t from = 0;
    for (const std::size_t size : sizes) {
        std::vector<Written*> written;
        for (std::size_t i = from; i < from + size; ++i) {
            written.push_back(&plan.written[plan.at[i]]);
        }
        const Status done = write_block(
            source, intake.patient, std::span(plan.planned).subspan(from, size), asker, written);
        if (!done.ok()) {
            if (from == 0) return done.error();
            out.stopped = done.error();
            break;
        }
        from += size;
    }
    const std::set<std::size_t> missing(plan.at.begin() + static_cast<std::ptrdiff_t>(from),
                                        plan.at.end());
    for (std::size_t i = 0; i < plan.written.size(); ++i) {
        if (!missing.contains(i)) out.written.push_back(std::move(plan.written[i]));
    }
    return out;
}

} // namespace salus::gateway
