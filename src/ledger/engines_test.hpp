#pragma once
// A ledger on each of the engines.

#include "ledger/ledger.hpp"
#include "ledger/world_test.hpp"
#include "store/sql_world_test.hpp"

namespace salus::ledger {

class OnBothEngines : public store::Sql {
protected:
    void SetUp() override {
        store::Sql::SetUp();
        if (IsSkipped()) return;
        ledger_ = Ledger::open(*db_, kDomain).value();
    }
    std::unique_ptr<Ledger> ledger_;
};

#define ON_BOTH_ENGINES(Suite)                                                                     \
    INSTANTIATE_TEST_SUITE_P(                                                                      \
        Engines, Suite,                                                                            \
        testing::Values(salus::store::Backend::sqlite, salus::store::Backend::postgres),           \
        testing::PrintToStringParamName())

} // namespace salus::ledger
