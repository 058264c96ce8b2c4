#pragma once
// What a rule sees: the certificate's content as `payload`, and as `external` what is known beside
// it (the value sets, the time, the journey).

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codec/json.hpp"
#include "rules/value.hpp"

namespace salus::rules {

struct External {
    Instant clock;                                 // validationClock: the moment for which is asked
    std::optional<Instant> issued;                 // iat
    std::optional<Instant> expires;                // exp
    std::string country;                           // countryCode: of arrival, ISO 3166 alpha-2
    std::string issuer_country;                    // issuerCountryCode
    std::string region;                            // within the country of arrival
    std::string kid;                               // of the signing key, base64
    std::shared_ptr<const codec::Json> value_sets; // valueSets: {"<id>": ["<code>", …]}
};

// The external parameter as JSON. What is empty or absent has no key.
codec::Json external_json(const External& external);

// The same, seen in place: the payload and the External must outlive it.
class Facts {
public:
    Facts(const codec::Json& payload, const External& external);
    Facts(const Facts&) = delete;
    Facts& operator=(const Facts&) = delete;

    const codec::Json& payload() const { return payload_; }
    const External& external() const { return external_; }
    Value root() const { return Value::frame(root_.data(), root_.size()); }

private:
    const codec::Json& payload_;
    const External& external_;
    std::string clock_, issued_, expires_;
    std::array<Member, 8> members_;
    std::array<Member, 2> root_;
};

// A fault of a document, with its place as a JSON Pointer (RFC 6901).
struct Fault {
    std::string path;
    const ErrorKind* kind;
    std::string message;
};

// Published value sets, {"valueSetId", "valueSetValues": {"<code>": …}} each, as rules see them:
// every code, also those no longer in use. Where there are faults the result is empty.
codec::Json value_sets_of(const codec::Json& documents, std::vector<Fault>& faults);

inline constexpr ErrorKind kBadValueSet{"rules.bad_value_set",
                                        "EU value sets: valueSetId and valueSetValues"};

} // namespace salus::rules
