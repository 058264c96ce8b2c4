#include "app/one_shot.hpp"

#include "app/node_client.hpp"

namespace salus::app {

Result<KeyRing> authority_keys(const std::filesystem::path& datadir,
                               const std::string& password_file, bool dev, const Clock& clock,
                               Random& random, bool make) {
    KeyRingOptions options;
    options.datadir = datadir;
    options.password_file = password_file;
    options.dev = dev;
    options.make = make || dev; // those of --dev are everybody's
    const ServeOptions defaults;
    options.hospital_name = defaults.hospital_name;
    options.hospital_country = defaults.hospital_country;
    return open_key_ring(options, clock, random);
}

Result<std::unique_ptr<eth::Sender>> make_sender(eth::Chain& chain, const crypto::SecretKey32& key,
                                                 eth::SenderJournal& journal, const Clock& clock) {
    SALUS_TRY_ASSIGN(eth::Signer signer, eth::Signer::from_key(key.copy()));
    auto sender = std::make_unique<eth::Sender>(chain, std::move(signer), journal, clock);
    passport::register_error_names(sender->error_names());
    return sender;
}

Result<passport::Contracts> contracts_of_node(const std::string& node) {
    ClientOptions options;
    options.node = node;
    SALUS_TRY_ASSIGN(auto client, NodeClient::connect(options));
    SALUS_TRY_ASSIGN(const codec::Json status, client->get("/api/v1/status"));
    if (!status.is_object()) return Error(kBadStatus, node);
    SALUS_TRY_ASSIGN(const codec::json::object* contracts,
                     codec::json_object(status.get_object(), "contracts"));
    passport::Contracts out;
    struct Place {
        const char* name;
        Address* address;
    };
    for (const Place& place :
         {Place{"accreditation", &out.accreditation},
          Place{"medicalIdentity", &out.medical_identity},
          Place{"vaccinePassport", &out.vaccine_passport}, Place{"consent", &out.consent},
          Place{"ledgerAnchor", &out.ledger_anchor}}) {
        SALUS_TRY_ASSIGN(const std::string text, codec::json_string(*contracts, place.name));
        SALUS_TRY_ASSIGN(*place.address, address_from_hex(text));
    }
    return out;
}

} // namespace salus::app
