// Whoever has the whole disk: every string of eight bytes and more of a corpus of FHIR resources is
// written through the vault, and looked for in all of its files as it is, in base64, hex and
// UTF-16.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "codec/base64url.hpp"
#include "codec/json.hpp"
#include "support/needles.hpp"
#include "vault/world_test.hpp"

namespace salus::vault::test {
namespace {

constexpr std::size_t kPatients = 12; // of the corpus: some megabytes

void strings_of(const codec::Json& value, std::set<std::string>& out) {
    if (value.is_object()) {
        for (const auto& member : value.as_object()) strings_of(member.value(), out);
    } else if (value.is_array()) {
        for (const auto& one : value.as_array()) strings_of(one, out);
    } else if (value.is_string() && value.as_string().size() >= 8) {
        out.emplace(value.as_string());
    }
}

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
    salus::test::Needles needles;
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
                << file.path() << " holds " << found.size() << ", such as " << found.begin()->first;
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
