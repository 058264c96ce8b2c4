// Gas per second of the interpreter alone on the programs of ipsilon/evm-benchmarks, on loops of
// single instructions and on long straight runs of them. Without the test data only the last two
// run. Programs and loops are measured as evmone-bench measures them, so that the figures can stand
// beside each other: with the prices of Istanbul and a world that is warm.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <limits>

#include "codec/json.hpp"
#include "evm/fake_host_test.hpp"
#include "support/archives.hpp"

namespace salus::evm::test {
namespace {

struct Program {
    Revision revision = Revision::osaka;
    Bytes code;
    Bytes input;
};

// What evmone does on a machine of this kind (2 shared cores, g++ 12, one thread), in Mgas/s. No
// package of it is there to run beside; so the ratio says only roughly who is ahead.
struct Peer {
    std::string_view name; // how the benchmark's begins
    double mgas;
};
constexpr Peer kEvmone[] = {
    {"snailtracer", 5871},
    {"sha1_shifts", 1985},
    {"sha1_divs", 904},
    {"blake2b_shifts", 1477},
    {"blake2b_huff", 1446},
    {"weierstrudel", 444},
    {"structarray_alloc", 6448},
    {"swap_math", 2280},
    {"memory_grow_mload", 2230},
    {"memory_grow_mstore", 2400},
    {"loop_with_many_jumpdests", 954},
    {"loop/empty", 4043},
    {"loop/ADD", 882},
    {"loop/MUL", 700},
    {"JUMPDEST_n0", 1204},
    {"loop/JUMPDEST", 1204},
    {"loop/PUSH1", 3334},
};

// The world and the pool of frames stay from one run to the next, after a first run that is not
// measured: what remains is the interpreter and the reads and writes of a warm world.
void measure(benchmark::State& state, const std::string& name_of, const Program& program) {
    const AnalyzedCode code(program.code);
    FakeHost host(program.revision);
    host.accounts[kSelf].code = program.code;
    Message message;
    message.gas = std::numeric_limits<std::int64_t>::max();
    message.recipient = message.code_address = kSelf;
    message.sender = kOther;
    message.input = program.input;
    const Status first = interpret(host, program.revision, message, code).status;
    if (first != Status::success) return state.SkipWithError(name(first).data());
    std::int64_t used = 0;
    for (auto _ : state) {
        const CallResult result = interpret(host, program.revision, message, code);
        used += message.gas - result.gas_left;
    }
    state.counters["gas"] =
        benchmark::Counter(static_cast<double>(used), benchmark::Counter::kIsRate);
    for (const Peer& peer : kEvmone) {
        if (!name_of.starts_with(peer.name)) continue;
        state.counters["to_evmone"] = benchmark::Counter(
            static_cast<double>(used) / 1e6 / peer.mgas, benchmark::Counter::kIsRate);
    }
}

void add(const std::string& name, const Program& program) {
    benchmark::RegisterBenchmark(name.c_str(),
                                 [=](benchmark::State& state) { measure(state, name, program); });
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
            Program program{Revision::istanbul, hex(text(account, "code")),
                            hex(std::string_view(inputs[i].as_string()))};
            add(fmt::format("{}/{}", std::string(name), i), program);
        }
    }
}

// A loop of 255 rounds over `body`, which leaves the counter on the stack as it found it. The
// counter runs from -255 up to 0.
Program loop(const Code& body) {
    Code code;
    code.push(~uint256(254)).op(Op::JUMPDEST).raw(body.bytes());
    code.push(1).op(Op::ADD).op(Op::DUP1).push(33).op(Op::JUMPI);
    return {Revision::istanbul, code.bytes(), {}};
}

// As many items as there can be besides the counter.
constexpr int kItems = 1023;

// Each result is an operand of the next instruction: what counts is the time until it is there.
Code chain(Op opcode) {
    Code body;
    body.op(Op::DUP1);
    for (int i = 1; i < kItems; ++i) body.op(Op::DUP1).op(opcode);
    return body.op(Op::POP);
}

// The same on a stack that is filled to its limit first.
Code full_stack(Op opcode) {
    Code body;
    return body.repeat(kItems, Op::DUP1).repeat(kItems - 1, opcode).op(Op::POP);
}

Code pushes(bool full) {
    Code body;
    for (int i = 0; i < kItems; ++i) {
        body.push(0);
        if (!full) body.op(Op::POP);
    }
    return full ? body.repeat(kItems, Op::POP) : body;
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
    add("loop/empty", loop({}));
    add("loop/JUMPDEST", loop(Code().repeat(2 * kItems, Op::JUMPDEST)));
    add("loop/PUSH1", loop(pushes(false)));
    add("loop/PUSH1 full", loop(pushes(true)));
    for (const Op op : {Op::ADD, Op::MUL, Op::SUB, Op::LT, Op::AND, Op::SHL}) {
        const std::string_view name = kOpcodes[static_cast<Byte>(op)].name;
        add(fmt::format("loop/{}", name), loop(chain(op)));
        add(fmt::format("loop/{} full", name), loop(full_stack(op)));
    }
    for (const Op op : {Op::ADD, Op::MUL, Op::DIV, Op::SMOD, Op::MULMOD, Op::LT, Op::SHL, Op::SAR,
                        Op::BYTE, Op::CLZ}) {
        const std::string_view name = kOpcodes[static_cast<Byte>(op)].name;
        add(fmt::format("straight/{}", name), straight(op));
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
