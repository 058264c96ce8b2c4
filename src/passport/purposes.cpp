#include "passport/purposes.hpp"

namespace salus::passport {

namespace {

struct Row {
    Purposes bit;
    std::string_view name, usage, early_usage;
};

constexpr Row kRows[] = {
    {kPurposeTest, "test", crypto::x509::kUsageTest, "1.3.6.1.4.1.0.1847.2021.1.1"},
    {kPurposeVaccination, "vaccination", crypto::x509::kUsageVaccination,
     "1.3.6.1.4.1.0.1847.2021.1.2"},
    {kPurposeRecovery, "recovery", crypto::x509::kUsageRecovery, "1.3.6.1.4.1.0.1847.2021.1.3"},
    {kPurposeNone, "none", {}, {}},
};

} // namespace

Purposes purposes_of(const crypto::x509::Certificate& certificate) {
    Purposes out = 0;
    for (const std::string& usage : certificate.extended_key_usage) {
        for (const Row& row : kRows) {
            if (usage == row.usage || usage == row.early_usage) out |= row.bit;
        }
    }
    return out;
}

bool allows(Purposes held, Purposes purpose) {
    return held == 0 || purpose == 0 || (held & purpose) != 0;
}

std::optional<Purposes> narrowed(Purposes a, Purposes b) {
    if (a == 0) return b;
    if (b == 0) return a;
    const auto both = static_cast<Purposes>(a & b);
    if (both == 0) return std::nullopt;
    return both;
}

std::vector<std::string_view> names_of(Purposes purposes) {
    std::vector<std::string_view> out;
    for (const Row& row : kRows) {
        if ((purposes & row.bit) != 0) out.push_back(row.name);
    }
    return out;
}

Result<Purposes> purpose_of(std::string_view name) {
    for (const Row& row : kRows) {
        if (row.name == name) return row.bit;
    }
    return Error(kUnknownPurpose, std::string(name));
}

} // namespace salus::passport
