#pragma once
// Any health certificate that can be scanned, by its format: what the text of a code is, whom it is
// about and what it states. Nothing is verified here.

#include <variant>

#include "envelope/vds_nc.hpp"
#include "passport/dcc_schema.hpp"
#include "passport/hcert.hpp"
#include "passport/name_match.hpp"
#include "passport/presentation.hpp"
#include "passport/shc_card.hpp"

namespace salus::passport {

enum class Format : std::uint8_t { unknown, hcert, shc, vds_nc, sd_jwt };
std::string_view name_of(Format format); // "hcert", "shc", "vds-nc", "sd-jwt"; "unknown"

// By how the text begins: "HC1:", "shc:/" or the JWS of a card, "{", "SD1:" or an SD-JWT.
Format format_of(std::string_view text);

struct SmartCard {
    envelope::Jws message;
    ShcCard card;
};
struct ShownFields { // of a presentation
    Presentation presentation;
    codec::json::object claims; // those that are disclosed
};
using Document = std::variant<Certificate, SmartCard, envelope::VdsNc, ShownFields>;

// One whole code. What decode_hcert, shc_envelope, shc_payload_inflate, vds_nc_decode,
// read_presentation and sd_process refuse, and kNotHcert for what is of no format.
Result<Document> read_document(std::string_view text);

Format format_of(const Document& document);
// As the certificate writes them; parts it lacks are empty.
CertificatePerson person_of(const Document& document);
// What the holder had: a card of several doses is one vaccination statement.
std::optional<DccKind> statement_of(const Document& document);
struct DocumentTimes { // Unix seconds
    std::optional<std::int64_t> issued, not_before, expires;
};
DocumentTimes times_of(const Document& document); // a seal says none
// What may stand on chain for it.
Hash32 commitment_in(const Document& document);
// Where it says that this is, and under whose account; nullptr where it says nothing.
const ChainBinding* binding_of(const Document& document);

// The facts for people, alike for all formats: {kind, statement, name, birthDate, vaccine, dose,
// date, country, issuer, issued, expires, commitment, kid, content, …}.
codec::json::object document_json(const Document& document);

} // namespace salus::passport
