#include "envelope/siwe.hpp"

#include <algorithm>
#include <charconv>

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include "crypto/hash.hpp"
#include "envelope/date_time.hpp"
#include "envelope/eip191.hpp"

namespace salus::envelope {
namespace {

constexpr std::string_view kInvitation = " wants you to sign in with your Ethereum account:";
constexpr std::string_view kSchemeEnd = "://";

bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// reserved / unreserved / " " of RFC 3986 2.2 and 2.3.
bool is_statement(std::string_view text) {
    static constexpr std::string_view kMarks = ":/?#[]@!$&'()*+,;=-._~ ";
    return std::ranges::all_of(text, [](char c) {
        return is_letter(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos;
    });
}

// *pchar of RFC 3986 3.3.
bool is_pchars(std::string_view text) {
    if (text.find_first_of("/?#[] ") != std::string_view::npos) return false;
    return boost::urls::parse_relative_ref("/" + std::string(text)).has_value();
}

bool is_scheme(std::string_view text) {
    return !text.empty() && is_letter(text[0]) && std::ranges::all_of(text, [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    });
}

bool is_authority(std::string_view text) {
    const auto parsed = boost::urls::parse_authority(text);
    return parsed.has_value() && !parsed->encoded_host().empty();
}

bool is_uri(std::string_view text) {
    return boost::urls::parse_uri(text).has_value();
}

bool is_nonce(std::string_view text) {
    return text.size() >= 8 &&
           std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c); });
}

std::optional<std::int64_t> seconds_of(std::string_view text) {
    if (text.find('T') == std::string_view::npos) return {}; // parse_rfc3339 reads numbers as well
    return parse_rfc3339(text);
}

Status check_time(std::string_view name, const std::optional<std::string>& text) {
    if (!text || seconds_of(*text)) return ok_status();
    return Error(kSiweTime, std::string(name));
}

Status check_resources(const SiweMessage& message) {
    if (!message.resources) return ok_status();
    for (std::size_t i = 0; i < message.resources->size(); ++i) {
        if (is_uri((*message.resources)[i])) continue;
        return Error(kSiweUri, fmt::format("resource {}", i + 1));
    }
    return ok_status();
}

// What parsing and printing ask of the values.
Status check_values(const SiweMessage& message) {
    if (message.scheme && !is_scheme(*message.scheme)) return Error(kSiweDomain, "scheme");
    if (!is_authority(message.domain)) return Error(kSiweDomain);
    if (message.statement && !is_statement(*message.statement)) {
        return Error(kSiweMalformed, "statement: one line of ASCII letters, digits and marks");
    }
    if (!is_uri(message.uri)) return Error(kSiweUri, "URI");
    if (!is_nonce(message.nonce)) return Error(kSiweNonce);
    SALUS_TRY(check_time("Issued At", message.issued_at));
    SALUS_TRY(check_time("Expiration Time", message.expiration_time));
    SALUS_TRY(check_time("Not Before", message.not_before));
    if (message.request_id && !is_pchars(*message.request_id)) {
        return Error(kSiweMalformed, "Request ID");
    }
    return check_resources(message);
}

// The lines of a message, one after the other.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}

    bool at_end() const { return ended_; }
    std::string_view peek() const { return rest_.substr(0, rest_.find('\n')); }
    std::string_view next() {
        const std::size_t end = rest_.find('\n');
        const std::string_view line = rest_.substr(0, end);
        ended_ = end == std::string_view::npos;
        rest_ = ended_ ? std::string_view{} : rest_.substr(end + 1);
        return line;
    }
    // The value of the line "label: value", where the next line has this label.
    std::optional<std::string> field(std::string_view label) {
        if (ended_ || !peek().starts_with(label)) return {};
        if (!peek().substr(label.size()).starts_with(": ")) return {};
        return std::string(next().substr(label.size() + 2));
    }
    Result<std::string> required(std::string_view label) {
        auto out = field(label);
        if (!out) return Error(kSiweMalformed, fmt::format("\"{}: \" is due here", label));
        return std::move(*out);
    }

private:
    std::string_view rest_;
    bool ended_ = false;
};

Status read_origin(Lines& in, SiweMessage& out) {
    std::string_view line = in.next();
    if (!line.ends_with(kInvitation)) return Error(kSiweMalformed, "the first line");
    line.remove_suffix(kInvitation.size());
    if (const std::size_t end = line.find(kSchemeEnd); end != std::string_view::npos) {
        out.scheme = std::string(line.substr(0, end));
        line.remove_prefix(end + kSchemeEnd.size());
    }
    out.domain = std::string(line);
    return ok_status();
}

Status read_address(Lines& in, SiweMessage& out) {
    const std::string_view line = in.next();
    const auto address = fixed_from_hex<20>(line);
    if (!address.ok() || eip55(*address) != line) return Error(kSiweAddress);
    out.address = *address;
    return ok_status();
}

Status read_blank(Lines& in) {
    if (!in.at_end() && in.next().empty()) return ok_status();
    return Error(kSiweMalformed, "an empty line is due around the statement");
}

// An empty line, the statement on a line of its own where there is one, an empty line.
Status read_statement(Lines& in, SiweMessage& out) {
    SALUS_TRY(read_blank(in));
    const std::string_view line = in.next();
    if (line.empty() && !in.peek().empty()) return ok_status();
    out.statement = std::string(line);
    return read_blank(in);
}

Status read_chain_id(Lines& in, SiweMessage& out) {
    SALUS_TRY_ASSIGN(const std::string text, in.required("Chain ID"));
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, out.chain_id);
    if (read.ec != std::errc{} || read.ptr != end) return Error(kSiweChainId);
    return ok_status();
}

Status read_resources(Lines& in, SiweMessage& out) {
    if (in.at_end() || in.peek() != "Resources:") return ok_status();
    in.next();
    out.resources.emplace();
    while (!in.at_end()) {
        const std::string_view line = in.next();
        if (!line.starts_with("- ")) return Error(kSiweMalformed, "a resource begins with \"- \"");
        out.resources->emplace_back(line.substr(2));
    }
    return ok_status();
}

Status read_fields(Lines& in, SiweMessage& out) {
    SALUS_TRY_ASSIGN(out.uri, in.required("URI"));
    SALUS_TRY_ASSIGN(const std::string version, in.required("Version"));
    if (version != "1") return Error(kSiweVersion);
    SALUS_TRY(read_chain_id(in, out));
    SALUS_TRY_ASSIGN(out.nonce, in.required("Nonce"));
    SALUS_TRY_ASSIGN(out.issued_at, in.required("Issued At"));
    out.expiration_time = in.field("Expiration Time");
    out.not_before = in.field("Not Before");
    out.request_id = in.field("Request ID");
    SALUS_TRY(read_resources(in, out));
    if (!in.at_end()) return Error(kSiweMalformed, "lines that have no place, or not here");
    return ok_status();
}

} // namespace

Result<SiweMessage> siwe_parse(std::string_view text) {
    if (text.size() > kMaxSiwe) {
        return Error(kSiweMalformed, fmt::format("more than {} bytes", kMaxSiwe));
    }
    Lines in(text);
    SiweMessage out;
    SALUS_TRY(read_origin(in, out));
    SALUS_TRY(read_address(in, out));
    SALUS_TRY(read_statement(in, out));
    SALUS_TRY(read_fields(in, out));
    SALUS_TRY(check_values(out));
    return out;
}

Result<std::string> siwe_print(const SiweMessage& message) {
    SALUS_TRY(check_values(message));
    std::string out = message.scheme ? *message.scheme + std::string(kSchemeEnd) : std::string();
    out += fmt::format("{}{}\n{}\n\n", message.domain, kInvitation, eip55(message.address));
    if (message.statement) out += *message.statement + "\n";
    out += fmt::format("\nURI: {}\nVersion: 1\nChain ID: {}\nNonce: {}\nIssued At: {}", message.uri,
                       message.chain_id, message.nonce, message.issued_at);
    if (message.expiration_time) out += "\nExpiration Time: " + *message.expiration_time;
    if (message.not_before) out += "\nNot Before: " + *message.not_before;
    if (message.request_id) out += "\nRequest ID: " + *message.request_id;
    if (message.resources) {
        out += "\nResources:";
        for (const std::string& resource : *message.resources) out += "\n- " + resource;
    }
    if (out.size() > kMaxSiwe) {
        return Error(kSiweMalformed, fmt::format("more than {} bytes", kMaxSiwe));
    }
    return out;
}

Status siwe_check(const SiweMessage& message, const SiweExpectation& expected) {
    if (message.domain != expected.domain) return Error(kSiweOtherDomain);
    if (expected.scheme && message.scheme && *message.scheme != *expected.scheme) {
        return Error(kSiweOtherDomain, "scheme");
    }
    if (expected.chain_id && message.chain_id != *expected.chain_id) return Error(kSiweOtherChain);
    if (expected.nonce && message.nonce != *expected.nonce) return Error(kSiweOtherNonce);
    if (message.not_before && expected.now < seconds_of(*message.not_before)) {
        return Error(kSiweNotYet, *message.not_before);
    }
    if (message.expiration_time && expected.now >= seconds_of(*message.expiration_time)) {
        return Error(kSiweExpired, *message.expiration_time);
    }
    return ok_status();
}

Result<SiweMessage> siwe_verify(std::string_view text, ByteView signature,
                                const SiweExpectation& expected) {
    SALUS_TRY_ASSIGN(SiweMessage message, siwe_parse(text));
    SALUS_TRY(siwe_check(message, expected));
    const auto signer = wallet_recover(personal_digest(view(text)), signature);
    if (!signer.ok()) return Error(kSiweSignature, signer.error().detail());
    if (*signer != message.address) return Error(kSiweSignature, "another account signed it");
    return message;
}

std::string eip55(const Address& address) {
    std::string out = to_hex(address.bytes);
    const Hash32 hash = crypto::keccak256(view(out));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const unsigned nibble = (hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15U;
        if (nibble >= 8 && is_letter(out[i])) out[i] = static_cast<char>(out[i] - 'a' + 'A');
    }
    return "0x" + out;
}

} // namespace salus::envelope
