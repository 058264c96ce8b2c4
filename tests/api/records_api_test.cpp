// Chains and records over HTTP, at the node as `salus serve` wires it: a patient, hospitals, and
// who else asks. What the services decide is tested in src/records; here it goes over the wire.

#include "authorisation_world.hpp"

#include "vault/upload.hpp"

namespace salus::app {
namespace {

using ledger::EntryKind;

class RecordsApi : public testing::Test {
protected:
    static AuthorisationWorld& world() { return AuthorisationWorld::get(); }
    static Hash32 chain() { return ledger::chain_of(world().genesis().header); }
    static std::string path(std::string_view end = {}) {
        return "/api/v1/chains/" + world().chain() + std::string(end);
    }
    static codec::json::object parsed(const http::Response& answer) {
        return must(codec::parse_json(answer.body)).as_object();
    }
    static codec::json::object good(const http::Response& answer, int status = 200) {
        EXPECT_EQ(answer.status, status) << answer.body;
        return parsed(answer);
    }
    static void expect_refused(const http::Response& answer, int status, std::string_view code) {
        EXPECT_EQ(answer.status, status) << answer.body;
        EXPECT_EQ(answer.content_type, "application/problem+json");
        EXPECT_EQ(std::string_view(parsed(answer).at("code").as_string()), code) << answer.body;
    }
    static http::Response post(const std::string& role, const std::string& target,
                               const codec::json::object& body) {
        return world().send(role, "POST", target, codec::print_json(body));
    }
    static records::ChainInfo info() {
        return must(records::read_chain_info(good(world().send("patient", "GET", path()))));
    }
    vault::NewRecord record(const crypto::umbral::PublicKey& key, std::string_view text) {
        const vault::RecordId id = random_.bytes<16>();
        return {id, must(vault::seal(view(text), key, {chain(), id}, random_)), {}};
    }
    // The next block of the chain, by one who stands in a column.
    ledger::Block block_of(const std::string& role, std::span<const vault::NewRecord> records,
                           const std::optional<vault::ObjectSummary>& object = {}) {
        const records::ChainInfo now = info();
        ledger::Header header;
        header.chain = chain();
        header.height = now.heads.height + 1;
        header.parents = now.heads.heads;
        header.time = std::max<std::uint64_t>(
            now.heads.time, static_cast<std::uint64_t>(clock_.since_epoch().count()));
        header.nonce = random_.bytes<16>();
        std::vector<ledger::Entry> entries;
        for (const vault::NewRecord& one : records) {
            const auto index = static_cast<std::uint32_t>(entries.size());
            entries.push_back(must(records::seal_fact(
                EntryKind::record_added, vault::digest_of(one.box, object), {{"type", "added"}},
                inbox_, records::fact_place(chain(), header.nonce, index), random_)));
        }
        return must(ledger::seal(header, entries, world().key_of(role), world().domain()));
    }
    http::Response append(const std::string& role, const std::vector<vault::NewRecord>& records,
                          const std::string& sender = {}) {
        const auto body = records::append_json(block_of(role, records), records);
        return post(sender.empty() ? role : sender, path("/blocks"), body);
    }
    // Of all record_read entries, as the patient opens them.
    static std::vector<records::ReadFact> reads() {
        std::vector<records::ReadFact> out;
        std::string after;
        do {
            const auto page = must(records::read_block_page(
                good(world().send("patient", "GET", path("/blocks?most=3" + after)))));
            for (const ledger::Block& block : page.blocks) {
                for (std::uint32_t i = 0; i < block.entries.size(); ++i) {
                    if (block.entries[i].kind != EntryKind::record_read) continue;
                    out.push_back(must(records::read_read_fact(
                        must(records::open_fact(block, i, world().inbox_key())))));
                }
            }
            after = page.next ? "&after=" + to_hex0x(page.next->bytes) : "";
        } while (!after.empty());
        return out;
    }

    SystemClock clock_;
    SystemRandom random_;
    crypto::umbral::PublicKey inbox_ = crypto::secp256k1::generate(world().inbox_key());
    crypto::umbral::SecretKey folder_secret_ = crypto::secp256k1::Scalar::random(random_);
    crypto::umbral::PublicKey folder_ = crypto::secp256k1::generate(folder_secret_);
};

TEST_F(RecordsApi, TheNodeSaysWhoItIs) {
    const auto node =
        must(records::read_node_info(good(world().send("anonymous", "GET", "/api/v1/node"))));
    EXPECT_EQ(node.chain_id, world().domain().chain_id);
    EXPECT_EQ(node.contracts.ledger_anchor, world().domain().anchor);
    EXPECT_TRUE(crypto::umbral::PublicKey::from_bytes(node.key.bytes).ok());
    const auto founded = must(records::read_founded(
        good(post("anonymous", "/api/v1/chains", records::found_json(world().genesis())), 201)));
    EXPECT_EQ(founded.chain, chain());
    EXPECT_TRUE(ledger::check_promise(founded.promise, node.account, world().domain()).ok());
}

TEST_F(RecordsApi, APatientWritesListsAndReads) {
    const vault::NewRecord one = record(folder_, "systolic 120 mmHg");
    const auto promise = must(records::read_promised(good(append("patient", {one}), 201)));
    EXPECT_GT(promise.index, 0U);
    records::ListRequest asked{"PATRQT"};
    asked.keys = {folder_.bytes()};
    const auto list = must(
        records::read_list_answer(chain(), good(post("patient", path("/list"), to_json(asked)))));
    ASSERT_EQ(list.total, 1U);
    EXPECT_EQ(list.records[0].id, one.id);
    EXPECT_EQ(list.records[0].block, promise.block);
    const records::ReadRequest wanted{"PATRQT", {one.id}};
    const auto read = must(
        records::read_read_answer(chain(), good(post("patient", path("/read"), to_json(wanted)))));
    ASSERT_EQ(read.records.size(), 1U);
    const Bytes plain = must(vault::open(*read.records[0].box, folder_secret_, {chain(), one.id}));
    EXPECT_EQ(to_string(plain), "systolic 120 mmHg");
    const auto facts = reads();
    ASSERT_GE(facts.size(), 2U);
    EXPECT_EQ(facts.back().records, std::vector{one.id});
    EXPECT_EQ(facts.back().reader, world().address_of("patient"));
}

TEST_F(RecordsApi, AHospitalWritesToTheInboxAndReadsNothing) {
    const std::string hospital = "hospital without consent";
    const vault::NewRecord one = record(inbox_, "discharged");
    good(append(hospital, {one}), 201);
    const std::size_t before = reads().size();
    expect_refused(append(hospital, {record(folder_, "x")}), 403, "consent.no_grant");
    expect_refused(append("suspended hospital", {record(inbox_, "x")}), 403,
                   "consent.requester_suspended");
    expect_refused(append("data user", {record(inbox_, "x")}), 403, "consent.no_grant");
    expect_refused(append(hospital, {one}, "patient"), 403, "records.not_the_author");
    expect_refused(post(hospital, path("/read"), to_json(records::ReadRequest{"TREAT", {one.id}})),
                   403, "consent.no_grant");
    expect_refused(post(hospital, path("/list"), to_json(records::ListRequest{"TREAT"})), 403,
                   "consent.no_grant");
    EXPECT_EQ(reads().size(), before);
}

TEST_F(RecordsApi, WhatIsMalformedIsRefusedByName) {
    const auto send = [&](const std::string& target, const std::string& body,
                          const std::string& type = "application/json") {
        return world().send("patient", "POST", target, body, type);
    };
    expect_refused(send(path("/read"), "{}"), 400, "records.bad_request");
    expect_refused(send(path("/read"), "{"), 400, "api.bad_request");
    expect_refused(send(path("/read"), "[]"), 400, "api.bad_request");
    expect_refused(send(path("/read"), "{}", "text/plain"), 415, "api.media_type");
    expect_refused(send(path("/list"), R"({"purpose":"TREAT","most":5000})"), 400,
                   "records.asked_wrongly");
    expect_refused(send(path("/list"), R"({"purpose":"nothing"})"), 403, "consent.unknown_purpose");
    expect_refused(send(path("/blocks"), R"({"block":"AAAA"})"), 400, "wire.truncated");
    expect_refused(send("/api/v1/chains", R"({"block":"AAAA"})"), 400, "wire.truncated");
    expect_refused(send("/api/v1/chains/0x12/read", "{}"), 400, "api.bad_request");
    const std::string unknown = "/api/v1/chains/0x" + std::string(64, '7');
    expect_refused(send(unknown + "/list", R"({"purpose":"TREAT"})"), 404, "records.unknown_chain");
    expect_refused(world().send("patient", "GET", path("/blocks?most=x")), 400, "api.bad_request");
    expect_refused(world().send("patient", "GET", path("/blocks?after=x")), 400, "api.bad_request");
}

TEST_F(RecordsApi, AnObjectGoesUpAndComesDown) {
    const vault::RecordId id = random_.bytes<16>();
    auto sealer = must(vault::ObjectSealer::start(folder_, {chain(), id}, random_));
    const Bytes plain(vault::kChunkSize + 100, 7);
    const Bytes first = sealer.seal_chunk(ByteView(plain).first(vault::kChunkSize), false);
    const Bytes last = sealer.seal_chunk(ByteView(plain).subspan(vault::kChunkSize), true);
    const vault::UploadId upload = random_.bytes<16>();
    const std::string target = path("/uploads/" + to_hex0x(upload.bytes));
    const records::UploadRequest begin{id, folder_.bytes(), "TREAT"};
    good(world().send("patient", "PUT", target, codec::print_json(to_json(begin))));
    const auto put = [&](const char* index, const Bytes& chunk) {
        return world().send("patient", "PUT", target + index, to_string(chunk),
                            "application/octet-stream");
    };
    expect_refused(put("/1", last), 409, "upload.order");
    EXPECT_EQ(put("/0", first).status, 204);
    EXPECT_EQ(put("/1", last).status, 204);
    const auto state =
        must(records::read_upload_state(good(world().send("patient", "GET", target))));
    EXPECT_EQ(state.chunks, 2U);
    EXPECT_EQ(state.root, sealer.so_far().root);
    const std::vector<vault::NewRecord> whole{{id, sealer.finish(random_), upload}};
    const ledger::Block block = block_of("patient", whole, sealer.so_far());
    good(post("patient", path("/blocks"), records::append_json(block, whole)), 201);
    const records::ChunkRequest asked{"PATRQT", id, 0, 2};
    const auto chunks =
        must(records::read_chunks(good(post("patient", path("/chunks"), to_json(asked)))));
    ASSERT_EQ(chunks.size(), 2U);
    EXPECT_EQ(chunks[0].sealed, first);
    EXPECT_TRUE(vault::check_chunk(chunks[1], 1, sealer.so_far()).ok());
    EXPECT_EQ(reads().back().action, records::ReadAction::chunk);
}

} // namespace
} // namespace salus::app
