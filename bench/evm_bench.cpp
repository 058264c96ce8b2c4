// Gas per second of the interpreter alone on the programs of ipsilon/evm-benchmarks (London), and
// of loops over single instructions (Osaka). Without the test data only the loops run.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "codec/json.hpp"
#include "evm/fake_host_test.hpp"
#include "support/archives.hpp"

namespace salus::evm::test {
namespace {

struct Program {
    Revision revision = Revision::osaka;
    Bytes code;
    Bytes input;
    std::int64_t gas = 1'000'000'000;
};

void measure(benchmark::State& state, const Program& program) {
    const AnalyzedCode code(program.code);
    std::int64_t used = 0;
    for (auto _ : state) {
        state.PauseTiming();
        FakeHost host(program.revision);
        Message message;
        message.gas = program.gas;
        message.recipient = message.code_address = kSelf;
        message.sender = kOther;
        message.input = program.input;
        host.accounts[kSelf].code = program.code;
        state.ResumeTiming();
        const CallResult result = interpret(host, program.revision, message, code);
        if (result.status != Status::success) state.SkipWithError(name(result.status).data());
        used += message.gas - result.gas_left;
    }
    state.counters["gas"] =
        benchmark::Counter(static_cast<double>(used), benchmark::Counter::kIsRate);
}

std::string text(const codec::json::object& from, std::string_view key) {
    return codec::json_string(from, key).value();
}

// One benchmark for each call data of the file's one case.
void add_file(const std::filesystem::path& file) {
    const auto parsed = codec::parse_json(salus::test::read_file(file));
    if (!parsed.ok()) return;
    for (const auto& [name, value] : parsed->as_object()) {
        const auto& test = value.as_object();
        const auto& transaction = *codec::json_object(test, "transaction").value();
        const auto& pre = *codec::json_object(test, "pre").value();
        const auto& account = *codec::json_object(pre, text(transaction, "to")).value();
        const auto& inputs = *codec::json_array(transaction, "data").value();
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            Program program{Revision::london, hex(text(account, "code")),
                            hex(std::string_view(inputs[i].as_string()))};
            benchmark::RegisterBenchmark(
                fmt::format("{}/{}", std::string(name), i).c_str(),
                [program](benchmark::State& state) { measure(state, program); });
        }
    }
}

// The instruction 8,000 times over, after its operands, dropping what it leaves.
Program straight(Op opcode) {
    const OpcodeFacts facts = kOpcodes[static_cast<Byte>(opcode)];
    Code code;
    const uint256 operand(0x0123456789abcdef, 0xfedcba9876543210, 0x1122334455667788, 0x99);
    code.push(operand >> 9).push(operand >> 90).push(operand);
    for (int i = 0; i < 8'000; ++i) {
        for (int j = 0; j < facts.stack_in; ++j) code.op(Op::DUP3);
        code.op(opcode);
        for (int j = 0; j < facts.stack_out; ++j) code.op(Op::POP);
    }
    return {Revision::osaka, code.bytes(), {}};
}

void add_all() {
    if (const auto folder = salus::test::unpacked("ethereum/evm-benchmarks.tar.zst")) {
        for (const auto& file : salus::test::files_below(*folder, ".json")) add_file(file);
    } else {
        fmt::print(
            "no ethereum/evm-benchmarks.tar.zst in the test data: its programs are skipped\n");
    }
    for (const Op op : {Op::ADD, Op::MUL, Op::DIV, Op::SMOD, Op::MULMOD, Op::LT, Op::SHL, Op::SAR,
                        Op::BYTE, Op::CLZ, Op::JUMPDEST}) {
        const std::string_view name = kOpcodes[static_cast<Byte>(op)].name;
        benchmark::RegisterBenchmark(
            fmt::format("straight/{}", name).c_str(),
            [program = straight(op)](benchmark::State& state) { measure(state, program); });
    }
}

} // namespace
} // namespace salus::evm::test

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    salus::evm::test::add_all();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
