// kill -9 at 30 moments under load, on both engines: what was acknowledged reads, chain and vault
// agree, and the writer goes on where it was.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <sstream>
#include <thread>

#include "vault/world_test.hpp"

namespace salus::vault::test {
namespace {

constexpr int kKills = 30;

class VaultKill : public VaultWorld {
protected:
    // Runs the writer until it has said something, and a while longer; gives what it said.
    std::string killed_after(std::chrono::microseconds time) {
        const bool sqlite = GetParam() == Backend::sqlite;
        const std::string where =
            sqlite ? (directory_ / "node").string() : *server_ + " dbname=" + name_;
        int ends[2];
        SALUS_ASSERT(pipe2(ends, O_CLOEXEC) == 0);
        const pid_t child = fork();
        if (child == 0) {
            dup2(ends[1], 1);
            execl(SALUS_VAULT_WRITER, SALUS_VAULT_WRITER, sqlite ? "sqlite" : "postgres",
                  where.c_str(), nullptr);
            _exit(127);
        }
        close(ends[1]);
        std::string said(1, '\0');
        SALUS_ASSERT(::read(ends[0], said.data(), 1) == 1);
        std::thread killer([&] {
            std::this_thread::sleep_for(time);
            kill(child, SIGKILL);
        });
        char buffer[4096];
        for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof(buffer))) > 0;) {
            said.append(buffer, static_cast<std::size_t>(got));
        }
        killer.join();
        close(ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        return said.substr(0, said.rfind('\n') + 1);
    }
};
INSTANTIATE_TEST_SUITE_P(Backends, VaultKill, testing::Values(Backend::sqlite, Backend::postgres),
                         testing::PrintToStringParamName());

TEST_P(VaultKill, NothingAcknowledgedIsLostAndChainAndVaultAgree) {
    std::size_t acknowledged = 0;
    std::size_t orphans = 0;
    for (int i = 0; i < kKills; ++i) {
        node_ = {};
        const std::string said = killed_after(std::chrono::microseconds(random_.next() % 200'000));
        reopen();
        std::istringstream lines(said);
        std::string chain_text;
        std::string record_text;
        std::set<ledger::PrivateChainId> chains;
        while (lines >> chain_text >> record_text) {
            const Hash32 chain = hash_from_hex(chain_text).value();
            const RecordId record = fixed_from_hex<16>(record_text).value();
            const auto read = vault().get({chain, record});
            ASSERT_TRUE(read.ok()) << "kill " << i << ": " << read.error().text();
            chains.insert(chain);
            ++acknowledged;
        }
        for (const auto& chain : chains) {
            const Status agreed = vault().check_chain(chain);
            ASSERT_TRUE(agreed.ok()) << "kill " << i << ": " << agreed.error().text();
        }
        orphans += vault().drop_orphans(~std::uint64_t{0} >> 1U).value();
        // No key is left without its record, nor a record without its key.
        ASSERT_EQ(count(*node_.database, "vault_record"),
                  count(*node_.shred_database, "shred_key") - static_cast<std::int64_t>(orphans));
    }
    EXPECT_GT(acknowledged, static_cast<std::size_t>(kKills));
    RecordProperty("acknowledged", static_cast<int>(acknowledged));
    std::printf("%zu acknowledged, %zu keys of writes that were cut off\n", acknowledged, orphans);
}

} // namespace
} // namespace salus::vault::test
