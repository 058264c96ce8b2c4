#include "consent/document.hpp"

namespace salus::consent {
namespace {

namespace json = codec::json;
using codec::Json;

constexpr codec::JsonLimits kLimits{256 * 1024, 8};

} // namespace

std::string uuid_text(const RecordId& id) {
    std::string out = to_hex(id.bytes);
    for (const std::size_t at : {20U, 16U, 12U, 8U}) out.insert(at, 1, '-');
    return out;
}

std::optional<RecordId> uuid_of(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c != '-') digits.push_back(c);
    }
    const auto id = fixed_from_hex<16>(digits);
    if (!id.ok() || uuid_text(*id) != text) return std::nullopt;
    return *id;
}

std::string canonical_text(const json::object& document) {
    auto text = codec::canonical_json(document);
    SALUS_ASSERT(text.ok()); // numbers are bounded by the documents' checks
    return std::move(text).value();
}

const Json* Fields::find(std::string_view key) {
    const Json* value = object_.if_contains(key);
    if (value == nullptr) note(key);
    return value;
}

void Fields::note(std::string_view key) {
    if (fault_.empty()) fault_ = key;
}

std::string Fields::text(std::string_view key) {
    const Json* value = find(key);
    if (value != nullptr && value->is_string()) return std::string(value->get_string());
    note(key);
    return {};
}

std::uint64_t Fields::number(std::string_view key, std::uint64_t most) {
    const Json* value = find(key);
    if (value != nullptr && value->is_number()) {
        boost::system::error_code error;
        const auto number = value->to_number<std::uint64_t>(error);
        if (!error && number <= most) return number;
    }
    note(key);
    return 0;
}

const json::array& Fields::list(std::string_view key) {
    static const json::array none;
    const Json* value = find(key);
    if (value != nullptr && value->is_array()) return value->get_array();
    note(key);
    return none;
}

Status Fields::fault() const {
    if (fault_.empty()) return ok_status();
    return Error(kind_, "the member " + fault_ + " is missing or malformed");
}

Result<json::object> parse_document(std::string_view text, const ErrorKind& kind) {
    SALUS_TRY_ASSIGN(Json value, codec::parse_json(text, kLimits));
    json::object* object = value.if_object();
    if (object == nullptr) return Error(kind, "it is no object");
    const auto canonical = codec::canonical_json(value);
    if (!canonical.ok() || *canonical != text) {
        return Error(kind, "it is not the canonical text (RFC 8785)");
    }
    return std::move(*object);
}

std::vector<RecordId> record_ids(Fields& fields) {
    std::vector<RecordId> out;
    for (const Json& item : fields.list("records")) {
        const auto id = item.is_string() ? uuid_of(item.get_string()) : std::nullopt;
        if (!id) fields.note("records");
        out.push_back(id.value_or(RecordId{}));
    }
    return out;
}

json::array record_texts(const std::vector<RecordId>& ids) {
    json::array out;
    for (const RecordId& id : ids) out.emplace_back(uuid_text(id));
    return out;
}

std::optional<Access> access_by_name(std::string_view name) {
    for (const Access access : {Access::read, Access::write, Access::read_write}) {
        if (access_name(access) == name) return access;
    }
    return std::nullopt;
}

} // namespace salus::consent
