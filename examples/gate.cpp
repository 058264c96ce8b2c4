// A gate that opens for valid certificates: each line that a scanner types is a code.
//
//   g++ gate.cpp $(pkg-config --cflags --libs salus-verify) -o gate
//   salus trust export > trust.json
//   ./gate trust.json 0x<the authority's list key>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>

#include <salus/verify.hpp>

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "gate TRUST-LIST LIST-KEY\n";
        return 1;
    }
    salus::embed::Trust trust;
    std::ifstream file(argv[1], std::ios::binary);
    trust.trust_list.assign(std::istreambuf_iterator<char>(file), {});
    trust.list_key = argv[2];
    std::string error;
    const auto verifier = salus::embed::Verifier::open(trust, error);
    if (verifier == nullptr) {
        std::cerr << "gate: " << error << '\n';
        return 1;
    }
    for (std::string code; std::getline(std::cin, code);) {
        salus::embed::Question question;
        question.now = std::chrono::duration_cast<std::chrono::seconds>(
                           std::chrono::system_clock::now().time_since_epoch())
                           .count();
        const salus::embed::Verdict verdict = verifier->verify(code, question);
        if (verdict.overall == salus::embed::Overall::valid) {
            std::cout << "open: " << verdict.given_name << ' ' << verdict.family_name << '\n';
            continue;
        }
        std::cout << "closed:";
        for (const salus::embed::Check& check : verdict.checks) {
            if (check.outcome != "passed") std::cout << ' ' << check.code;
        }
        std::cout << '\n';
    }
}
