#include <fmt/format.h>

#include "app/files.hpp"
#include "app/node_client.hpp"
#include "app/terminal.hpp"
#include "app/verdict_text.hpp"
#include "base/clock.hpp"
#include "codec/qr.hpp"
#include "envelope/date_time.hpp"
#include "passport/verifier.hpp"

namespace salus::app {
namespace {

using codec::json::array;
using codec::json::object;

// Longer than any certificate: its beginning is enough for the verdict to say so.
constexpr std::size_t kLongestSent = 64 * 1024;

struct Code {
    std::string source; // a file's name, or "text"
    std::string text;
};

bool is_image(std::string_view content) {
    return content.starts_with("\x89PNG") || content.starts_with("\xff\xd8\xff");
}

bool is_code(std::string_view text) {
    return text.starts_with("HC1:") || text.starts_with("shc:/");
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// One code a line; an image's codes; a text without a code is one thing that is unreadable.
Status read_codes(const std::string& source, const std::string& content, std::vector<Code>& out) {
    if (is_image(content)) {
        auto found = codec::qr_read_image(view(content));
        if (!found.ok()) return std::move(found).error().at(source);
        for (std::string& text : *found) out.push_back({source, std::move(text)});
        if (!found->empty()) return ok_status();
        return Error(kCannotRead, source + ": no QR code in this picture; try a sharper one");
    }
    std::string_view rest = content;
    bool any = false;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (trimmed(line).empty()) continue;
        any = true;
        out.push_back({source, std::string(trimmed(line).substr(0, kLongestSent))});
    }
    if (!any) out.push_back({source, ""});
    return ok_status();
}

Result<std::vector<Code>> collect(const std::vector<std::string>& inputs) {
    std::vector<Code> out;
    for (const std::string& input : inputs) {
        if (is_code(input)) {
            out.push_back({"text", input});
            continue;
        }
        if (input != "-" && !std::filesystem::exists(input)) {
            return Error(kCannotRead, "no file of this name, and a code begins with HC1:");
        }
        SALUS_TRY_ASSIGN(const std::string content, read_file(input));
        SALUS_TRY(read_codes(input == "-" ? "stdin" : input, content, out));
    }
    return out;
}

// Verifies one code after the other, online or with a trust list.
class Judge {
public:
    static Result<Judge> make(const VerifyOptions& options) {
        Judge out;
        if (options.trust_list.empty()) {
            if (!options.at.empty() || !options.list_key.empty() || !options.contract.empty() ||
                options.chain_id != 0) {
                return Error(kBadUsage, "--at, --list-key, --contract and --chain-id are for "
                                        "offline verification: give --trust-list as well");
            }
            SALUS_TRY_ASSIGN(out.node_, NodeClient::connect(options.client));
            return out;
        }
        SALUS_TRY(out.open_list(options));
        return out;
    }

    Result<object> judge(const std::string& code) const {
        if (verifier_) {
            object verdict = passport::verdict_json(verifier_->verify(code, now_));
            object& list = verdict["trustList"].as_object();
            list["signer"] = to_hex0x(signer_.bytes);
            list["pinned"] = pinned_;
            return verdict;
        }
        SALUS_TRY_ASSIGN(
            codec::Json answer,
            node_->post("/api/v1/verify", codec::print_json(object{{"code", printable(code)}})));
        if (!answer.is_object()) return Error(kNodeRefused, "an answer that is no object");
        return std::move(answer.get_object());
    }

private:
    // JSON carries text alone: what is none is unreadable in any case.
    static std::string printable(std::string text) {
        for (char& c : text) {
            if (static_cast<unsigned char>(c) >= 0x80) c = '?';
        }
        return text;
    }

    Status open_list(const VerifyOptions& options) {
        passport::TrustPins pins;
        if (options.chain_id != 0) pins.chain_id = options.chain_id;
        if (!options.contract.empty()) {
            SALUS_TRY_ASSIGN(pins.vaccine_passport, address_from_hex(options.contract));
        }
        if (!options.list_key.empty()) {
            SALUS_TRY_ASSIGN(pins.list_key, address_from_hex(options.list_key));
        }
        SALUS_TRY_ASSIGN(const std::string text, read_file(options.trust_list));
        SALUS_TRY_ASSIGN(passport::SignedTrustList list, passport::open_trust_list(text, pins));
        if (!pins.list_key) {
            fmt::print(stderr,
                       "note: the trust list is signed by {}; pin it with --list-key after "
                       "comparing it with what the authority published\n",
                       to_hex0x(list.signer.bytes));
        }
        signer_ = list.signer;
        pinned_ = pins.list_key.has_value();
        now_ = SystemClock().unix_seconds();
        if (!options.at.empty()) {
            const auto at = envelope::parse_rfc3339(options.at);
            if (!at) return Error(kBadUsage, "--at takes an instant as 2026-11-22T10:00:00Z");
            now_ = *at;
        }
        verifier_.emplace(std::move(list.list), nullptr);
        return ok_status();
    }

    std::unique_ptr<NodeClient> node_;
    std::optional<passport::Verifier> verifier_;
    Address signer_; // of the trust list
    bool pinned_ = false;
    std::int64_t now_ = 0;
};

void show(const VerifyOptions& options, const Code& code, const object& verdict) {
    if (options.show_qr) {
        const auto symbol = codec::qr_encode(code.text);
        if (symbol.ok()) fmt::print("{}", codec::qr_to_terminal(*symbol));
    }
    const bool colour = colour_wanted();
    fmt::print("{}", options.brief ? verdict_line(verdict, code.source, colour)
                                   : verdict_text(verdict, code.source, colour));
}

} // namespace

int verify_command(const VerifyOptions& options) {
    const auto codes = collect(options.inputs);
    if (!codes.ok()) return fail("verify", codes.error());
    const auto judge = Judge::make(options);
    if (!judge.ok()) return fail("verify", judge.error());
    array verdicts;
    std::size_t valid = 0;
    for (const Code& code : *codes) {
        auto verdict = judge->judge(code.text);
        if (!verdict.ok()) return fail("verify", verdict.error());
        valid += text_member(*verdict, "overall") == "valid" ? 1 : 0;
        if (!options.client.json) show(options, code, *verdict);
        (*verdict)["source"] = code.source;
        if (options.client.json) verdicts.push_back(std::move(*verdict));
    }
    if (options.client.json) {
        fmt::print("{}\n", codec::print_json(verdicts));
    } else if (codes->size() > 1) {
        fmt::print("{} of {} valid\n", valid, codes->size());
    }
    return valid == codes->size() ? 0 : 2;
}

} // namespace salus::app
