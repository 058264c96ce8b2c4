// Large objects: chunks on their way into the vault, and out of it.

#include "records/judge.hpp"
#include "records/record_node.hpp"

namespace salus::records {
namespace {

using ledger::PrivateChainId;
using vault::UploadId;

constexpr store::Migration kMigrations[] = {
    // Who began an upload, and what was decided then.
    {1, R"sql(
CREATE TABLE record_upload (
    id          BLOB PRIMARY KEY,
    chain       BLOB NOT NULL,
    record      BLOB NOT NULL,
    account     BLOB NOT NULL,
    folder      BLOB NOT NULL,
    purpose     TEXT NOT NULL
) STRICT;
)sql"},
};

struct Begun {
    PrivateChainId chain;
    Address account;
    UploadRequest request;
};

Result<std::optional<Begun>> find(store::Database& database, const UploadId& upload) {
    SALUS_TRY_ASSIGN(const auto row,
                     database.query("SELECT chain, record, account, folder, purpose FROM "
                                    "record_upload WHERE id = ?1",
                                    upload));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return std::optional<Begun>();
    Begun out;
    SALUS_TRY_ASSIGN(out.chain, row->fixed<32>(0));
    SALUS_TRY_ASSIGN(out.request.record, row->fixed<16>(1));
    SALUS_TRY_ASSIGN(out.account, row->fixed<20>(2));
    SALUS_TRY_ASSIGN(out.request.key, row->fixed<33>(3));
    out.request.purpose = row->text(4);
    return std::optional(std::move(out));
}

// Of another's upload nothing is told, not even that it is there.
Result<Begun> find_own(store::Database& database, const Caller& caller, const PrivateChainId& chain,
                       const UploadId& upload) {
    SALUS_TRY_ASSIGN(auto begun, find(database, upload));
    if (!begun || begun->account != caller.account || begun->chain != chain) {
        return Error(vault::kUnknownUpload);
    }
    return std::move(*begun);
}

} // namespace

Status RecordNode::migrate() {
    return parts_.vault.parts().database.migrate(kMigrations, "records");
}

Status RecordNode::check_own(const Caller& caller, const PrivateChainId& chain,
                             const UploadId& upload) const {
    SALUS_TRY(find_own(parts_.vault.parts().database, caller, chain, upload));
    return ok_status();
}

Status RecordNode::check_upload(const Caller& caller, const PrivateChainId& chain,
                                const UploadRequest& request) const {
    SALUS_TRY_ASSIGN(const Patient found, patient(chain));
    SALUS_TRY_ASSIGN(Standing standing, parts_.consents.standing(found, caller.account));
    Judge judge(std::move(standing), found, caller, consent::Action::write, request.purpose);
    const consent::Decision& decision = judge.of_key(request.key);
    return decision.permit ? ok_status() : Status(refusal(decision));
}

Result<vault::UploadState> RecordNode::begin_upload(const Caller& caller,
                                                    const PrivateChainId& chain,
                                                    const UploadId& upload,
                                                    const UploadRequest& request) {
    SALUS_TRY(check_upload(caller, chain, request));
    const store::GroupCommit::Job begin = [&](store::Database& database) -> Status {
        SALUS_TRY_ASSIGN(const auto before, find(database, upload));
        if (!before) {
            return database.run("INSERT INTO record_upload VALUES (?1, ?2, ?3, ?4, ?5, ?6)", upload,
                                chain, request.record, caller.account, request.key,
                                request.purpose);
        }
        const bool same = before->account == caller.account && before->chain == chain &&
                          before->request == request;
        return same ? ok_status() : Status(Error(vault::kUploadDiffers));
    };
    SALUS_TRY(parts_.vault.parts().commits.run(begin));
    vault::Uploads uploads(parts_.vault);
    SALUS_TRY(uploads.begin(upload, {chain, request.record}));
    return uploads.state(upload);
}

Result<vault::UploadState> RecordNode::upload_state(const Caller& caller,
                                                    const PrivateChainId& chain,
                                                    const UploadId& upload) const {
    SALUS_TRY(find_own(parts_.vault.parts().database, caller, chain, upload));
    return vault::Uploads(parts_.vault).state(upload);
}

Status RecordNode::add_chunk(const Caller& caller, const PrivateChainId& chain,
                             const UploadId& upload, std::uint32_t index, ByteView sealed) {
    SALUS_TRY_ASSIGN(const Begun begun,
                     find_own(parts_.vault.parts().database, caller, chain, upload));
    SALUS_TRY(check_upload(caller, chain, begun.request));
    return vault::Uploads(parts_.vault).add(upload, index, sealed);
}

Result<std::vector<vault::ProvedChunk>>
RecordNode::chunks(const Caller& caller, const PrivateChainId& chain, const ChunkRequest& request) {
    if (request.count == 0 || request.count > kMaxChunksRead) {
        return Error(kAskedWrongly, "1 to 16 chunks");
    }
    SALUS_TRY_ASSIGN(const Patient found, patient(chain));
    SALUS_TRY_ASSIGN(Standing standing, parts_.consents.standing(found, caller.account));
    Judge judge(std::move(standing), found, caller, consent::Action::read, request.purpose);
    auto info = parts_.vault.info({chain, request.record});
    const bool unknown = !info.ok() && info.error().kind() == vault::kUnknownRecord;
    if (!info.ok() && !unknown) return info.error();
    const consent::Decision decision =
        unknown ? judge.of_absent(request.record) : judge.of_record(info->folder, request.record);
    if (!decision.permit) return refusal(decision);
    if (unknown) return std::move(info).error();
    const vault::Uploads uploads(parts_.vault);
    std::vector<vault::ProvedChunk> out;
    for (std::uint32_t i = 0; i < request.count; ++i) {
        if (request.from > vault::kMaxChunks) return Error(vault::kBadRange);
        SALUS_TRY_ASSIGN(vault::ProvedChunk chunk, uploads.proved_chunk(*info, request.from + i));
        out.push_back(std::move(chunk));
    }
    ReadFact fact = read_fact(caller, request.purpose, ReadAction::chunk, decision);
    fact.records = {request.record};
    fact.count = 1;
    SALUS_TRY(audit(found, {std::move(fact)}));
    return out;
}

} // namespace salus::records
