// Who may call what: every endpoint of the node by every role, as authorisation.csv has it. Each
// cell of the table is a test; an endpoint without a row is a failure, and a row without an
// endpoint too.
//
// Columns: method, path as the router has it, body (JSON, or a form), then a role each with the
// status that it gets. What stands in braces in a path is filled in by `values`.

#include "authorisation_world.hpp"

#include <set>

#include "codec/csv.hpp"

namespace salus::app {
namespace {

struct Cell {
    std::string method, path, body, role;
    int status = 0;
    std::uint64_t line = 0;

    friend std::ostream& operator<<(std::ostream& out, const Cell& cell) {
        return out << cell.method << " " << cell.path << " by " << cell.role << ", line "
                   << cell.line;
    }
};

struct Table {
    std::vector<Cell> cells;
    std::vector<std::string> endpoints; // of its rows
};

const std::set<std::string> kRoles{"anonymous",
                                   "patient",
                                   "other patient",
                                   "guardian",
                                   "hospital without consent",
                                   "hospital with consent",
                                   "hospital with expired consent",
                                   "hospital with revoked consent",
                                   "suspended hospital",
                                   "data user",
                                   "authority",
                                   "operator"};

Table read_table() {
    constexpr std::size_t kFirstRole = 3;
    Table out;
    codec::CsvReader reader;
    reader.feed(must(read_file(SALUS_AUTHORISATION_TABLE)));
    reader.finish();
    std::vector<std::string> names;
    while (auto record = reader.next()) {
        SALUS_ASSERT(!record->fault);
        if (names.empty()) {
            names = record->fields;
            continue;
        }
        SALUS_ASSERT(record->fields.size() == names.size());
        const auto& fields = record->fields;
        out.endpoints.push_back(fields[0] + " " + fields[1]);
        for (std::size_t i = kFirstRole; i < names.size(); ++i) {
            out.cells.push_back(
                {fields[0], fields[1], fields[2], names[i], std::stoi(fields[i]), record->line});
        }
    }
    return out;
}

const Table& table() {
    static const Table read = read_table();
    return read;
}

// "/api/v1/proofs/{block}/{entry}" with values.
std::string filled(std::string path) {
    const std::map<std::string, std::string, std::less<>> values{
        {"block", "0x" + std::string(64, '0')},
        {"entry", "0"},
        {"record", "00000000-0000-4000-8000-000000000001"},
        {"id", "1"},
        {"type", "Procedure"}, // of which certificates are not made
        {"vid", "1"},
        {"file", "none.json"},
        {"path*", ""},
        {"chain", AuthorisationWorld::get().chain()},
        {"upload", "0x" + std::string(32, '1')},
        {"index", "0"},
        {"hash", "0x" + std::string(64, '1')},
    };
    while (true) {
        const std::size_t begin = path.find('{');
        if (begin == std::string::npos) return path;
        const std::size_t end = path.find('}', begin);
        path.replace(begin, end - begin + 1, values.at(path.substr(begin + 1, end - begin - 1)));
    }
}

TEST(Authorisation, TheTableHasEveryEndpointAndNoOther) {
    const auto& routes = AuthorisationWorld::get().routes();
    const std::set<std::string> served(routes.begin(), routes.end());
    const std::set<std::string> known(table().endpoints.begin(), table().endpoints.end());
    for (const std::string& route : served)
        EXPECT_TRUE(known.contains(route)) << "no row: " << route;
    for (const std::string& row : known) EXPECT_TRUE(served.contains(row)) << "not served: " << row;
}

TEST(Authorisation, TheTableHasEveryRole) {
    std::set<std::string> roles;
    for (const Cell& cell : table().cells) roles.insert(cell.role);
    EXPECT_EQ(roles, kRoles);
}

class Cells : public testing::TestWithParam<Cell> {};

TEST_P(Cells, GetsTheStatusOfTheTable) {
    const Cell& cell = GetParam();
    EXPECT_EQ(AuthorisationWorld::get().ask(cell.role, cell.method, filled(cell.path), cell.body),
              cell.status)
        << cell;
}

INSTANTIATE_TEST_SUITE_P(Table, Cells, testing::ValuesIn(table().cells), [](const auto& one) {
    std::string name = std::to_string(one.param.line) + "_" + one.param.method + one.param.path +
                       "_" + one.param.role;
    for (char& c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    }
    return name;
});

} // namespace
} // namespace salus::app
