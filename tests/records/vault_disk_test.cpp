// Whoever has the whole disk: every string of eight bytes and more of a corpus of FHIR resources is
// written through the vault, and looked for in all of its files as it is, in base64, hex and
// UTF-16.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <unordered_map>

#include "codec/base64url.hpp"
#include "codec/json.hpp"
#include "vault/world_test.hpp"

namespace salus::vault::test {
namespace {

constexpr std::size_t kShortest = 8;
constexpr std::size_t kPatients = 12; // of the corpus: some megabytes

void strings_of(const codec::Json& value, std::set<std::string>& out) {
    if (value.is_object()) {
        for (const auto& member : value.as_object()) strings_of(member.value(), out);
    } else if (value.is_array()) {
        for (const auto& one : value.as_array()) strings_of(one, out);
    } else if (value.is_string() && value.as_string().size() >= kShortest) {
        out.emplace(value.as_string());
    }
}

// Finds many needles at once, by their first eight bytes.
class Needles {
public:
    void add(const std::string& text) {
        insert(text);
        insert(to_hex(view(text)));
        std::string upper = to_hex(view(text));
        std::ranges::transform(upper, upper.begin(),
                               [](char c) { return c >= 'a' && c <= 'f' ? char(c - 32) : c; });
        insert(upper);
        std::string little;
        std::string big;
        for (const char c : text) {
            little += {c, '\0'};
            big += {'\0', c};
        }
        insert(little);
        insert(big);
        // At each of the three alignments, without the signs that neighbours share.
        for (std::size_t shift = 0; shift < 3; ++shift) {
            std::string coded = codec::base64url_encode(view(std::string(shift, 'x') + text));
            coded = coded.substr(shift + (shift > 0 ? 1 : 0));
            coded.resize(coded.size() - 1);
            insert(coded);
            std::ranges::replace(coded, '-', '+');
            std::ranges::replace(coded, '_', '/');
            insert(coded);
        }
    }
    std::vector<std::string> found_in(const std::string& bytes) const {
        std::vector<std::string> out;
        for (std::size_t at = 0; at + kShortest <= bytes.size(); ++at) {
            const auto [begin, end] = by_start_.equal_range(start(bytes.data() + at));
            for (auto one = begin; one != end; ++one) {
                if (bytes.compare(at, one->second.size(), one->second) == 0) {
                    out.push_back(one->second);
                }
            }
        }
        return out;
    }
    std::size_t size() const { return by_start_.size(); }

private:
    static std::uint64_t start(const char* from) {
        std::uint64_t out = 0;
        std::memcpy(&out, from, 8);
        return out;
    }
    void insert(const std::string& text) {
        if (text.size() >= kShortest) by_start_.emplace(start(text.data()), text);
    }
    std::unordered_multimap<std::uint64_t, std::string> by_start_;
};

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class VaultDisk : public VaultWorld {};
INSTANTIATE_TEST_SUITE_P(Backends, VaultDisk, testing::Values(Backend::sqlite),
                         testing::PrintToStringParamName());

TEST_P(VaultDisk, HoldsNoWordOfTheCorpus) {
    const char* data = std::getenv("SALUS_TEST_DATA");
    const auto folder = std::filesystem::path(data == nullptr ? "" : data) / "fhir/synthea-r4";
    if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "SALUS_TEST_DATA has no fhir";
    std::set<std::string> words;
    std::size_t resources = 0;
    std::vector<std::filesystem::path> files(std::filesystem::directory_iterator(folder), {});
    std::ranges::sort(files);
    files.resize(std::min(files.size(), kPatients));
    for (const auto& file : files) {
        const auto bundle = codec::parse_json(bytes_of(file), {64U << 20U, 64});
        if (!bundle.ok() || !bundle->is_object() || !bundle->as_object().contains("entry"))
            continue;
        std::vector<NewRecord> records;
        for (const auto& one : bundle->as_object().at("entry").as_array()) {
            const auto& resource = one.as_object().at("resource");
            strings_of(resource, words);
            const BoxPlace here{chain_, RecordId{random_.bytes<16>()}};
            const std::string text = codec::print_json(resource);
            records.push_back({here.record, seal(view(text), folder_, here, random_).value(), {}});
        }
        resources += records.size();
        ASSERT_TRUE(put(records).ok());
    }
    ASSERT_GT(resources, 1000U);
    Needles needles;
    for (const std::string& word : words) needles.add(word);
    // The search itself finds what is there.
    EXPECT_FALSE(needles.found_in("...." + to_hex(view(*words.begin())) + "....").empty());
    EXPECT_FALSE(
        needles.found_in(codec::base64url_encode(view("ab" + *words.rbegin() + "cdef"))).empty());
    std::uintmax_t size = 0;
    const auto look = [&] {
        for (const auto& file : std::filesystem::recursive_directory_iterator(directory_)) {
            const std::string bytes = bytes_of(file.path());
            size += bytes.size();
            const auto found = needles.found_in(bytes);
            EXPECT_TRUE(found.empty())
                << file.path() << " holds " << found.size() << ", such as " << found[0];
        }
    };
    look(); // with the logs that are open
    ASSERT_TRUE(vault().erase({chain_, {}, {}}).ok());
    look();
    std::printf("%zu resources, %zu words, %zu needles, %ju bytes searched\n", resources,
                words.size(), needles.size(), size);
}

} // namespace
} // namespace salus::vault::test
