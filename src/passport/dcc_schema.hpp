#pragma once
// The JSON schema of the EU DCC (ehn-dcc-development/eu-dcc-schema), versions 1.0.0 to 1.3.3, and
// the HCERT specification's rule that a DCC holds exactly one statement. Fields that the schema
// does not name are allowed.

#include <optional>

#include "codec/json.hpp"

namespace salus::passport {

// The versions that ask for different things: 1.0.1 is as 1.0.0, 1.2.1 as 1.1.0, 1.3.1 as 1.3.0 and
// 1.3.3 as 1.3.2.
enum class DccVersion { v1_0_0, v1_1_0, v1_3_0, v1_3_2 };

// Of a payload's `ver`. Versions 1.x that are newer than 1.3.3 are read as that one, for the schema
// only grew laxer; nullopt for other texts.
std::optional<DccVersion> dcc_version(std::string_view ver);

enum class DccKind { vaccination, test, recovery };

struct DccFault {
    std::string path; // of RFC 9535: "$.v[0].dn"
    std::string_view rule;
    std::string message; // for people, without the value
};

// Everything that is wrong, in the order of the schema. Empty: the payload is valid. With
// `check_dates` the fields that the schema gives a date format must be real days and times; as the
// schema stands, formats bind nobody (JSON Schema 2020-12, 7.2.1).
std::vector<DccFault> dcc_faults(const codec::Json& payload, DccVersion version,
                                 bool check_dates = false);

// Which statement the payload holds; nullopt where it is none or several.
std::optional<DccKind> dcc_kind(const codec::Json& payload);

} // namespace salus::passport
