#include "records/wire.hpp"

#include <gtest/gtest.h>

#include "codec/wire.hpp"
#include "ledger/world_test.hpp"

namespace salus::records {
namespace {

namespace json = codec::json;
using codec::Json;

// What is sent is read as a text: the other side has nothing else.
json::object sent(const json::object& object) {
    return codec::parse_json(codec::print_json(object))->get_object();
}
template <std::size_t N>
FixedBytes<N> filled(Byte value) {
    FixedBytes<N> out;
    out.bytes.fill(value);
    return out;
}

class Wire : public testing::Test {
protected:
    vault::SealedBox box() {
        return vault::seal(view("text"), key_, {filled<32>(1), filled<16>(2)}, random_).value();
    }
    vault::RecordInfo info() const {
        vault::RecordInfo out;
        out.number = 7;
        out.id = filled<16>(2);
        out.chain = filled<32>(1);
        out.folder = key_.bytes();
        out.digest = filled<32>(3);
        out.size = 4;
        out.writer = filled<20>(5);
        out.block = filled<32>(6);
        out.time = ledger::kNow;
        return out;
    }
    template <typename T>
    void expect_bad(const Result<T>& result, std::string_view member) {
        ASSERT_FALSE(result.ok()) << "due was a fault of " << member;
        EXPECT_EQ(result.error().kind(), kBadWire) << result.error().text();
        EXPECT_NE(result.error().detail().find(member), std::string::npos) << result.error().text();
    }
    // Without each member, and with each as another type, it is refused and the member named.
    template <typename Read>
    void expect_strict(const json::object& good, const std::vector<std::string>& members,
                       Read read) {
        ASSERT_TRUE(read(good).ok()) << read(good).error().text();
        for (const std::string& member : members) {
            json::object bad = good;
            bad.erase(member);
            expect_bad(read(bad), member);
            bad = good;
            bad[member] = json::object{{"x", 1}};
            expect_bad(read(bad), member);
            bad[member] = -1;
            expect_bad(read(bad), member);
            bad[member] = "0xzz";
            if (member != "purpose" && member != "version") expect_bad(read(bad), member);
        }
    }

    SeededRandom random_{3};
    crypto::umbral::SecretKey secret_ = crypto::secp256k1::Scalar::random(random_);
    vault::FolderKey key_ = crypto::secp256k1::generate(secret_);
};

void expect_same(const vault::RecordInfo& a, const vault::RecordInfo& b) {
    EXPECT_EQ(codec::print_json(info_json(a)), codec::print_json(info_json(b)));
    EXPECT_EQ(a.chain, b.chain);
    EXPECT_EQ(a.folder, b.folder);
    EXPECT_EQ(a.object, b.object);
    EXPECT_EQ(a.erased, b.erased);
    EXPECT_EQ(a.number, b.number);
}

TEST_F(Wire, NodeInfo) {
    const NodeInfo info{
        filled<20>(1), key_.bytes(),
        1337,          {filled<20>(2), filled<20>(3), filled<20>(4), filled<20>(5), filled<20>(6)},
        false,         "1.2"};
    EXPECT_EQ(read_node_info(sent(to_json(info))).value(), info);
    expect_strict(to_json(info), {"account", "key", "chainId", "contracts", "inboxOpen"},
                  read_node_info);
    json::object bad = to_json(info);
    bad["contracts"].as_object().erase("consent");
    expect_bad(read_node_info(bad), "contracts");
}

TEST_F(Wire, FoundingAndPromises) {
    const ledger::Block genesis = ledger::genesis();
    EXPECT_EQ(read_found(sent(found_json(genesis))).value(), genesis);
    expect_bad(read_found({}), "block");
    expect_bad(read_found({{"block", 5}}), "block");
    expect_bad(read_found({{"block", "no base64"}}), "block");
    const Founded founded{
        filled<32>(1),
        ledger::sign_promise(4, filled<32>(1), 9, ledger::key(9), ledger::kDomain).value()};
    EXPECT_EQ(read_founded(sent(to_json(founded))).value(), founded);
    EXPECT_EQ(read_promised(sent(promise_json(founded.promise))).value(), founded.promise);
    expect_bad(read_promised({}), "promise");
    expect_bad(read_promised({{"promise", 3}}), "promise");
    json::object bad = found_json(genesis);
    bad["block"] = "AAAA";
    EXPECT_EQ(read_found(bad).error().kind(), codec::kWireTruncated);
}

TEST_F(Wire, ChainsAndBlocks) {
    const ChainInfo info{
        filled<32>(1), filled<20>(2), key_.bytes(), {5, 6, {filled<32>(3), filled<32>(4)}}};
    const ChainInfo read = read_chain_info(sent(to_json(info))).value();
    EXPECT_EQ(read.chain, info.chain);
    EXPECT_EQ(read.account, info.account);
    EXPECT_EQ(read.inbox, info.inbox);
    EXPECT_EQ(read.heads.height, 5U);
    EXPECT_EQ(read.heads.time, 6U);
    EXPECT_EQ(read.heads.heads, info.heads.heads);
    expect_strict(to_json(info), {"chain", "account", "inbox", "height", "heads", "time"},
                  read_chain_info);
    const ledger::Block genesis = ledger::genesis();
    const BlockPage page{{genesis, ledger::child({genesis})}, filled<32>(7)};
    const BlockPage again = read_block_page(sent(to_json(page))).value();
    EXPECT_EQ(again.blocks, page.blocks);
    EXPECT_EQ(again.next, page.next);
    EXPECT_FALSE(read_block_page(sent(to_json(BlockPage{})))->next.has_value());
    expect_strict(to_json(page), {"blocks"}, read_block_page);
    EXPECT_EQ(read_block_page({{"blocks", json::array{"AAAA"}}}).error().kind(),
              codec::kWireTruncated);
    expect_bad(read_block_page({{"blocks", json::array{"no base64"}}}), "blocks");
}

TEST_F(Wire, Appending) {
    const ledger::Block block = ledger::child({ledger::genesis()});
    std::vector<vault::NewRecord> records{{filled<16>(1), box(), {}},
                                          {filled<16>(2), box(), filled<16>(3)}};
    const json::object good = append_json(block, records, "HPAYMT");
    const AppendRequest read = read_append(sent(good)).value();
    EXPECT_EQ(read.block, block);
    EXPECT_EQ(read.purpose, "HPAYMT");
    ASSERT_EQ(read.records.size(), 2U);
    EXPECT_EQ(read.records[1].id, records[1].id);
    EXPECT_EQ(read.records[1].upload, records[1].upload);
    EXPECT_EQ(encode(read.records[0].box), encode(records[0].box));
    const AppendRequest plain = read_append(found_json(block)).value();
    EXPECT_EQ(plain.purpose, "TREAT");
    EXPECT_TRUE(plain.records.empty());
    expect_bad(read_append({{"records", json::array{}}}), "block");
    json::object bad = good;
    bad["records"].as_array()[1].as_object().erase("id");
    expect_bad(read_append(bad), "records[1]");
    bad["records"].as_array()[1] = 5;
    expect_bad(read_append(bad), "records[1]");
    bad["records"] = 5;
    expect_bad(read_append(bad), "records");
    bad = good;
    bad["records"].as_array()[0].as_object()["box"] = "AAAA";
    EXPECT_EQ(read_append(bad).error().kind(), vault::kBoxMalformed);
}

TEST_F(Wire, Listing) {
    ListRequest request{"TREAT", {key_.bytes()}, {}, 5, 10};
    EXPECT_EQ(read_list_request(sent(to_json(request))).value(), request);
    request = {"TREAT", {}, {filled<16>(1), filled<16>(2)}, 0, 0};
    EXPECT_EQ(read_list_request(sent(to_json(request))).value(), request);
    EXPECT_EQ(read_list_request({{"purpose", "TREAT"}}).value(), (ListRequest{"TREAT"}));
    json::object good = to_json(request);
    good["keys"] = json::array{};
    expect_strict(good, {"purpose"}, read_list_request);
    for (const char* member : {"keys", "records", "after", "most"}) {
        json::object bad = good;
        bad[member] = json::array{1};
        expect_bad(read_list_request(bad), member);
    }
    ListAnswer answer;
    answer.records = {info(), info()};
    answer.records[1].erased = true;
    answer.records[1].object = vault::ObjectSummary{filled<32>(8), 3, 4};
    answer.total = 9;
    const ListAnswer last = read_list_answer(filled<32>(1), sent(to_json(answer))).value();
    EXPECT_FALSE(last.next.has_value());
    ASSERT_EQ(last.records.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) expect_same(last.records[i], answer.records[i]);
    answer.next = 7;
    EXPECT_EQ(read_list_answer(filled<32>(1), sent(to_json(answer)))->next, 7U);
    EXPECT_EQ(last.total, 9U);
    expect_strict(info_json(info()),
                  {"id", "number", "key", "digest", "size", "writer", "block", "time", "erased"},
                  [](const json::object& from) { return read_info({}, from); });
    expect_strict(to_json(answer), {"records", "total"},
                  [](const json::object& from) { return read_list_answer({}, from); });
}

TEST_F(Wire, Reading) {
    const ReadRequest request{"TREAT", {filled<16>(1), filled<16>(2)}};
    EXPECT_EQ(read_read_request(sent(to_json(request))).value(), request);
    expect_strict(to_json(request), {"purpose", "records"}, read_read_request);
    const vault::SealedBox sealed = box();
    auto fragments = crypto::umbral::delegate({secret_, key_, secret_}, random_).value();
    const auto fragment =
        crypto::umbral::Verified<crypto::umbral::KeyFragment>::trusted(std::move(fragments[0]));
    ReadAnswer answer;
    answer.records.push_back(
        {info(), sealed, filled<32>(4),
         crypto::umbral::reencrypt(sealed.capsule, fragment, random_).value()});
    answer.records.push_back({info(), std::nullopt, {}, std::nullopt});
    answer.left = {filled<16>(9)};
    const ReadAnswer read = read_read_answer(filled<32>(1), sent(to_json(answer))).value();
    ASSERT_EQ(read.records.size(), 2U);
    expect_same(read.records[0].info, answer.records[0].info);
    EXPECT_EQ(encode(*read.records[0].box), encode(sealed));
    EXPECT_EQ(read.records[0].document, filled<32>(4));
    EXPECT_EQ(read.records[0].fragment->bytes(), answer.records[0].fragment->bytes());
    EXPECT_FALSE(read.records[1].box.has_value());
    EXPECT_FALSE(read.records[1].fragment.has_value());
    EXPECT_EQ(read.left, answer.left);
    const auto again = [](const json::object& from) { return read_read_answer({}, from); };
    json::object bad = to_json(answer);
    bad["records"].as_array()[0].as_object()["fragment"] = "AAAA";
    EXPECT_EQ(again(bad).error().kind(), crypto::umbral::kMalformed);
    bad = to_json(answer);
    bad["records"].as_array()[0].as_object().erase("info");
    expect_bad(again(bad), "records[0]");
    bad = to_json(answer);
    bad["left"] = json::array{"no id"};
    expect_bad(again(bad), "left");
}

TEST_F(Wire, Objects) {
    const UploadRequest upload{filled<16>(1), key_.bytes(), "HPAYMT"};
    EXPECT_EQ(read_upload_request(sent(to_json(upload))).value(), upload);
    expect_strict(to_json(upload), {"record", "key"}, read_upload_request);
    const vault::UploadState state{3, filled<32>(2), true};
    const auto again = read_upload_state(sent(to_json(state))).value();
    EXPECT_EQ(again.chunks, 3U);
    EXPECT_EQ(again.root, state.root);
    EXPECT_TRUE(again.finished);
    expect_strict(to_json(state), {"chunks", "root", "finished"}, read_upload_state);
    const ChunkRequest request{"TREAT", filled<16>(1), 4, 5};
    EXPECT_EQ(read_chunk_request(sent(to_json(request))).value(), request);
    expect_strict(to_json(request), {"purpose", "record", "from", "count"}, read_chunk_request);
    const std::vector<vault::ProvedChunk> chunks{{to_bytes("sealed"), {filled<32>(3)}},
                                                 {to_bytes("more"), {}}};
    const auto read = read_chunks(sent(chunks_json(chunks))).value();
    ASSERT_EQ(read.size(), 2U);
    EXPECT_EQ(read[0].sealed, chunks[0].sealed);
    EXPECT_EQ(read[0].proof, chunks[0].proof);
    expect_bad(read_chunks({{"chunks", json::array{1}}}), "chunks");
    expect_bad(read_chunks({}), "chunks");
    json::object bad = chunks_json(chunks);
    bad["chunks"].as_array()[0].as_object().erase("proof");
    expect_bad(read_chunks(bad), "proof");
}

// Random changes of a good request are read or refused, and never anything else.
TEST_F(Wire, SurvivesWhateverComes) {
    const std::vector<vault::NewRecord> records{{filled<16>(1), box(), {}}};
    const std::string good =
        codec::print_json(append_json(ledger::child({ledger::genesis()}), records));
    std::size_t refused = 0;
    for (int i = 0; i < 2'000; ++i) {
        std::string text = good;
        for (std::uint64_t n = 1 + random_.next() % 3; n > 0; --n) {
            text[random_.next() % text.size()] = static_cast<char>(32 + random_.next() % 95);
        }
        const auto parsed = codec::parse_json(text);
        if (!parsed.ok() || !parsed->is_object()) continue;
        if (!read_append(parsed->get_object()).ok()) ++refused;
    }
    EXPECT_GT(refused, 1'000U);
}

} // namespace
} // namespace salus::records
