#include "gateway/enrolment.hpp"

#include <algorithm>

#include "fhir/elements.hpp"
#include "fhir/primitive.hpp"

namespace salus::gateway {

namespace {

// The first is asked first, hence in the order in which they were named.
void add_node(std::vector<std::string>& nodes, const std::string& url) {
    if (std::find(nodes.begin(), nodes.end(), url) == nodes.end()) nodes.push_back(url);
}

namespace json = codec::json;
using codec::Json;
using records_client::GrantLetter;

constexpr std::size_t kMostNodes = 32;

Error bad(std::string detail) {
    return Error(kBadEnrolment, std::move(detail));
}

Result<GrantLetter> letter_of(std::string_view text) {
    SALUS_TRY_ASSIGN(const Json parsed, codec::parse_json(text, {.bytes = 64 * 1024, .depth = 16}));
    if (!parsed.is_object()) return bad("letter: the JSON of a grant letter");
    SALUS_TRY_ASSIGN(records_client::LetterContent content,
                     records_client::read_letter(parsed.get_object()));
    GrantLetter* letter = std::get_if<GrantLetter>(&content);
    if (letter == nullptr) return bad("letter: the JSON of a grant letter");
    return std::move(*letter);
}

Status take_parameter(EnrolRequest& out, const json::object& parameter) {
    const std::string name = fhir::text_of(parameter, "name");
    if (name == "chain") {
        const auto chain = hash_from_hex(fhir::text_of(parameter, "valueString"));
        if (!chain.ok()) return bad("chain: 32 bytes in hex");
        out.chain = *chain;
    } else if (name == "node") {
        std::string url = fhir::text_of(parameter, "valueUrl");
        while (url.ends_with('/')) url.pop_back();
        if (!url.starts_with("https://") && !url.starts_with("http://")) {
            return bad("node: the base URL of a node");
        }
        add_node(out.nodes, url);
    } else if (name == "id") {
        out.id = fhir::text_of(parameter, "valueId");
        if (!fhir::is_id(out.id)) return bad("id: a FHIR id");
    } else if (name == "letter") {
        SALUS_TRY_ASSIGN(out.letter, letter_of(fhir::text_of(parameter, "valueString")));
    } else {
        return bad("a parameter other than chain, node, id and letter");
    }
    return ok_status();
}

} // namespace

Result<Founding> check_genesis(const ledger::Block& genesis, const ledger::PrivateChainId& chain,
                               const ledger::Domain& domain) {
    if (ledger::hash_of(genesis.header) != chain) {
        return Error(kChainSubstituted, "the node shows the genesis of another chain");
    }
    // The header is the patient's; that its entries are is told by their root.
    SALUS_TRY(ledger::decode_block(ledger::encode(genesis)));
    SALUS_TRY(ledger::check_author(genesis, domain));
    const bool founding = genesis.header.kind == ledger::ChainKind::patient &&
                          genesis.header.parents.empty() && genesis.entries.size() == 1 &&
                          genesis.entries[0].kind == ledger::EntryKind::keys;
    if (!founding) return Error(kBadFounding);
    SALUS_TRY_ASSIGN(const vault::SealedBox box, vault::decode_box(genesis.entries[0].sealed));
    return Founding{genesis.header.author, box.folder.bytes(), genesis.entries[0].digest};
}

Status check_statement(const patient::SignedStatement& statement, const EnrolledPatient& patient,
                       const std::optional<Hash32>& announced, const ledger::Domain& domain) {
    patient::Expected expected;
    expected.account = patient.account;
    expected.digest = announced.value_or(patient.founding_digest);
    expected.sequence = patient.statement ? patient.statement->statement.sequence : 0;
    SALUS_TRY(patient::verify(statement, expected, domain));
    if (statement.statement.inbox != patient.inbox) return Error(kInboxSubstituted);
    return ok_status();
}

Status take_letter(EnrolledPatient& patient, const GrantLetter& letter, const Hospital& hospital,
                   const std::optional<Hash32>& announced, const ledger::Domain& domain) {
    const consent::Grant& grant = letter.grant;
    if (grant.patient != patient.chain) return Error(kGrantOtherPatient);
    if (grant.grantee != hospital.account || grant.grantee_key != hospital.key) {
        return Error(kGrantNotForUs);
    }
    SALUS_TRY(check_statement(letter.statement, patient, announced, domain));
    patient.statement = letter.statement;
    for (const GrantLetter::Node& node : letter.nodes) add_node(patient.nodes, node.url);
    const Hash32 hash = consent::grant_hash(grant);
    const auto same = [&](const auto& held) {
        return consent::grant_hash(held.letter.grant) == hash;
    };
    const auto held = std::find_if(patient.grants.begin(), patient.grants.end(), same);
    if (held != patient.grants.end()) {
        held->letter = letter;
    } else {
        patient.grants.push_back({letter, {}});
    }
    return ok_status();
}

Result<EnrolRequest> read_enrolment(const json::object& parameters) {
    if (fhir::text_of(parameters, "resourceType") != "Parameters") {
        return bad("a Parameters resource");
    }
    EnrolRequest out;
    for (const Json& item : fhir::array_of(parameters, "parameter")) {
        if (!item.is_object()) return bad("parameter: objects");
        SALUS_TRY(take_parameter(out, item.get_object()));
    }
    if (out.letter) {
        if (out.chain.is_zero()) out.chain = out.letter->grant.patient;
        for (const GrantLetter::Node& node : out.letter->nodes) add_node(out.nodes, node.url);
    }
    if (out.chain.is_zero()) return bad("chain: which patient");
    if (out.nodes.empty()) return bad("node: where the patient's record lies");
    if (out.nodes.size() > kMostNodes) return bad("node: at most 32");
    return out;
}

} // namespace salus::gateway
