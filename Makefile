# Thin: every target is a script of scripts/, which says how long it took.
.PHONY: run test conformance hold bulk build check tidy bench bench-growth asan tsan fuzz format help

run: ; @scripts/setup && scripts/run
test: ; @scripts/setup && scripts/test
conformance: ; @scripts/setup && scripts/conformance
hold: ; @scripts/setup && scripts/hold
bulk: ; @scripts/setup && scripts/bulk
build: ; @scripts/setup && scripts/build
check: ; @scripts/setup && scripts/check
tidy: ; @scripts/setup && scripts/tidy
bench: ; @scripts/setup && scripts/bench
bench-growth: ; @scripts/setup && scripts/bench-growth
asan: ; @scripts/setup && scripts/test asan
tsan: ; @scripts/setup && scripts/test tsan
fuzz: ; @scripts/setup && scripts/fuzz
format: ; @scripts/format
help:
	@echo "make run     set up, build, start Salus with demonstration data, show the main job, stay up"
	@echo "make test    set up, build, run every test"
	@echo "make conformance  every case of the official Ethereum suites, with a table"
	@echo "make hold    300 kills under load, a disk that fails at every write, 11,000 WebSockets"
	@echo "make bulk    100,000 vaccinations issued from a table, killed three times"
	@echo "make build   set up and build the release preset"
	@echo "make check   format, walls, lint, generated files"
	@echo "make tidy    clang-tidy over all C++ sources"
	@echo "make bench   Salus and its peers on the same work"
	@echo "make bench-growth  the same work at 10 thousand, a million, … commitments in state"
	@echo "make asan    every test under the address and undefined-behaviour sanitizers"
	@echo "make tsan    every test under the thread sanitizer"
	@echo "make fuzz    each libFuzzer target for a minute (scripts/fuzz SECONDS TARGET… for more)"
	@echo "make format  formats C++, TypeScript, Vue and Solidity in place"
