#include "records_client/records_client.hpp"

#include <fmt/format.h>

#include "consent/document.hpp"

namespace salus::records_client {
namespace {

namespace json = codec::json;
using Call = Session::Call;
using Speaker = Session::Speaker;

constexpr std::chrono::seconds kBlockTime{300}; // until a transaction is in a block

Call get(std::string target, Speaker speaker = Speaker::signed_in) {
    Call out;
    out.target = std::move(target);
    out.speaker = speaker;
    return out;
}

Call post(std::string target, json::object body, bool repeatable,
          Speaker speaker = Speaker::signed_in) {
    Call out;
    out.method = "POST";
    out.target = std::move(target);
    out.body = std::move(body);
    out.repeatable = repeatable;
    out.speaker = speaker;
    return out;
}

std::string chain_path(const Hash32& chain, std::string_view rest = {}) {
    return fmt::format("/api/v1/chains/{}{}", to_hex0x(chain.bytes), rest);
}

Status done(const Result<codec::Json>& answer) {
    if (!answer.ok()) return answer.error();
    return ok_status();
}

Call put(std::string target, json::object body) {
    Call out = post(std::move(target), std::move(body), true);
    out.method = "PUT";
    return out;
}

// An answer that is not of the documented form is the node's fault, whatever is wrong with it.
template <typename T>
Result<T> answered(Result<T> read) {
    if (!read.ok()) return Error(kBadAnswer, read.error().text());
    return read;
}

Result<merkle::Proof> proof_of(const json::object& object) {
    SALUS_TRY_ASSIGN(const json::array* hashes, codec::json_array(object, "proof"));
    merkle::Proof out;
    for (const codec::Json& one : *hashes) {
        if (!one.is_string()) return Error(codec::kJsonWrongType, "proof");
        SALUS_TRY_ASSIGN(const Hash32 hash, hash_from_hex(std::string_view(one.get_string())));
        out.push_back(hash);
    }
    return out;
}

Result<RecordsClient::Inclusion> inclusion_of(const json::object& object) {
    RecordsClient::Inclusion out;
    SALUS_TRY_ASSIGN(out.index, codec::json_u64(object, "index"));
    SALUS_TRY_ASSIGN(out.size, codec::json_u64(object, "size"));
    SALUS_TRY_ASSIGN(out.proof, proof_of(object));
    return out;
}

} // namespace

Result<std::unique_ptr<RecordsClient>> RecordsClient::make(Options options, const Clock& clock) {
    SALUS_TRY_ASSIGN(auto session, Session::make(std::move(options), clock));
    return std::unique_ptr<RecordsClient>(new RecordsClient(std::move(session)));
}

Result<records::NodeInfo> RecordsClient::node() {
    SALUS_TRY_ASSIGN(const json::object answer,
                     session_->object(get("/api/v1/node", Speaker::anybody)));
    return answered(records::read_node_info(answer));
}

Result<records::Founded> RecordsClient::found(const ledger::Block& genesis) {
    SALUS_TRY_ASSIGN(const json::object answer,
                     session_->object(post("/api/v1/chains", records::found_json(genesis), true,
                                           Speaker::anybody)));
    SALUS_TRY_ASSIGN(records::Founded founded, answered(records::read_founded(answer)));
    const ledger::BlockHash hash = ledger::hash_of(genesis.header);
    if (founded.chain != hash || founded.promise.block != hash) return Error(kOtherBlock);
    return founded;
}

Result<ledger::SignedTreeHead> RecordsClient::log_head() {
    SALUS_TRY_ASSIGN(const json::object answer,
                     session_->object(get("/api/v1/log/head", Speaker::anybody)));
    return answered(ledger::read_tree_head(answer));
}

Result<merkle::Proof> RecordsClient::log_consistency(std::uint64_t from, std::uint64_t to) {
    SALUS_TRY_ASSIGN(
        const json::object answer,
        session_->object(
            get(fmt::format("/api/v1/log/consistency?from={}&to={}", from, to), Speaker::anybody)));
    return answered(proof_of(answer));
}

Result<RecordsClient::Inclusion>
RecordsClient::log_inclusion(const ledger::BlockHash& block,
                             const std::optional<std::uint64_t>& size) {
    std::string target = "/api/v1/log/inclusion?block=" + to_hex0x(block.bytes);
    if (size) target += fmt::format("&size={}", *size);
    SALUS_TRY_ASSIGN(const json::object answer,
                     session_->object(get(std::move(target), Speaker::anybody)));
    return answered(inclusion_of(answer));
}

Result<json::object> RecordsClient::proof(const ledger::BlockHash& block, std::uint32_t entry) {
    return session_->object(
        get(fmt::format("/api/v1/proofs/{}/{}", to_hex0x(block.bytes), entry), Speaker::anybody));
}

Result<records::ChainInfo> RecordsClient::chain(const Hash32& chain) {
    SALUS_TRY_ASSIGN(const json::object answer, session_->object(get(chain_path(chain))));
    return answered(records::read_chain_info(answer));
}

Result<records::BlockPage> RecordsClient::blocks(const Hash32& chain,
                                                 const std::optional<ledger::BlockHash>& after,
                                                 std::size_t most) {
    std::string query = fmt::format("/blocks?most={}", most);
    if (after) query += "&after=" + to_hex0x(after->bytes);
    SALUS_TRY_ASSIGN(const json::object answer, session_->object(get(chain_path(chain, query))));
    return answered(records::read_block_page(answer));
}

Result<ledger::Promise> RecordsClient::append(const Hash32& chain, const ledger::Block& block,
                                              std::span<const vault::NewRecord> records,
                                              std::string_view purpose) {
    SALUS_TRY_ASSIGN(const json::object answer,
                     session_->object(post(chain_path(chain, "/blocks"),
                                           records::append_json(block, records, purpose), true)));
    SALUS_TRY_ASSIGN(ledger::Promise promise, answered(records::read_promised(answer)));
    if (promise.block != ledger::hash_of(block.header)) return Error(kOtherBlock);
    return promise;
}

Result<records::ListAnswer> RecordsClient::list(const Hash32& chain,
                                                const records::ListRequest& request) {
    SALUS_TRY_ASSIGN(
        const json::object answer,
        session_->object(post(chain_path(chain, "/list"), records::to_json(request), false)));
    return answered(records::read_list_answer(chain, answer));
}

Result<records::ReadAnswer> RecordsClient::read(const Hash32& chain,
                                                const records::ReadRequest& request) {
    SALUS_TRY_ASSIGN(
        const json::object answer,
        session_->object(post(chain_path(chain, "/read"), records::to_json(request), false)));
    return answered(records::read_read_answer(chain, answer));
}

Result<records::ReencryptAnswer>
RecordsClient::reencrypt(const Hash32& chain, const records::ReencryptRequest& request) {
    SALUS_TRY_ASSIGN(
        const json::object answer,
        session_->object(post(chain_path(chain, "/reencrypt"), records::to_json(request), false)));
    SALUS_TRY_ASSIGN(records::ReencryptAnswer out,
                     answered(records::read_reencrypt_answer(answer)));
    if (out.fragments.size() != request.capsules.size()) {
        return Error(kBadAnswer, "one fragment for each capsule");
    }
    return out;
}

Result<records::Feed> RecordsClient::feed(std::uint64_t first, std::size_t most) {
    SALUS_TRY_ASSIGN(const json::object answer,
                     session_->object(get(
                         fmt::format("/api/v1/federation/feed?first={}&most={}", first, most))));
    return answered(records::read_feed(answer));
}

Result<vault::ProvedChunk> RecordsClient::member_chunk(const Hash32& chain,
                                                       const vault::RecordId& record,
                                                       std::uint32_t index) {
    const std::string path = fmt::format("/objects/{}/{}", consent::uuid_text(record), index);
    SALUS_TRY_ASSIGN(const json::object answer, session_->object(get(chain_path(chain, path))));
    SALUS_TRY_ASSIGN(auto chunks, answered(records::read_chunks(answer)));
    if (chunks.size() != 1) return Error(kBadAnswer, "one chunk");
    return std::move(chunks.front());
}

Result<records::Parcel> RecordsClient::parcel(const Hash32& chain, const ledger::BlockHash& block) {
    SALUS_TRY_ASSIGN(const json::object answer,
                     session_->object(get(chain_path(chain, "/blocks/" + to_hex0x(block.bytes)))));
    return answered(records::read_parcel(answer));
}

Status RecordsClient::deliver(const Hash32& chain, const records::Delivery& delivery) {
    const std::string hash = to_hex0x(consent::grant_hash(delivery.grant).bytes);
    return done(
        session_->call(put(chain_path(chain, "/grants/" + hash), records::to_json(delivery))));
}

Status RecordsClient::deliver(const Hash32& chain, const records::EmergencyDelivery& delivery) {
    const std::string hash = to_hex0x(consent::emergency_hash(delivery.document).bytes);
    return done(
        session_->call(put(chain_path(chain, "/emergencies/" + hash), records::to_json(delivery))));
}

Result<records::GrantList> RecordsClient::grants(const Hash32& chain) {
    SALUS_TRY_ASSIGN(const json::object answer,
                     session_->object(get(chain_path(chain, "/grants"))));
    return answered(records::read_grant_list(answer));
}

Result<records::Destroyed> RecordsClient::withdraw(const records::Withdrawal& withdrawal) {
    SALUS_TRY_ASSIGN(const json::object answer,
                     session_->object(post("/api/v1/revocations", records::to_json(withdrawal),
                                           true, Speaker::anybody)));
    return answered(records::read_destroyed(answer));
}

Status RecordsClient::close_epochs(const records::Closure& closure) {
    return done(session_->call(
        post(chain_path(closure.chain, "/closed"), records::to_json(closure), true)));
}

Result<records::Relayed> RecordsClient::relay(const records::RelayCall& call) {
    Call request = post("/api/v1/relay", records::to_json(call), false);
    request.timeout = kBlockTime;
    SALUS_TRY_ASSIGN(const json::object answer, session_->object(request));
    return answered(records::read_relayed(answer));
}

Status RecordsClient::send(const records::NewLetter& letter) {
    return done(session_->call(post("/api/v1/letters", records::to_json(letter), true)));
}

Result<records::LetterPage> RecordsClient::letters(const std::optional<std::uint64_t>& after) {
    std::string target = "/api/v1/letters";
    if (after) target += fmt::format("?after={}", *after);
    SALUS_TRY_ASSIGN(const json::object answer, session_->object(get(std::move(target))));
    return answered(records::read_letter_page(answer));
}

Status RecordsClient::drop_letter(const FixedBytes<16>& id) {
    Call call = get("/api/v1/letters/" + consent::uuid_text(id));
    call.method = "DELETE";
    return done(session_->call(call));
}

} // namespace salus::records_client
