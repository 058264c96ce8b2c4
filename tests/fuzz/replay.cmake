# Without libFuzzer: the same targets in one program, on inputs that are the same each time.
if(NOT SALUS_BUILD_TESTS)
  return()
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# Decoders of credentials; the others start nodes, or are replayed by the suites of Ethereum.
set(targets base45 certlogic codec consent cose csv deflate fhir hcert image jws mrz sd_jwt trust)
list(TRANSFORM targets APPEND _fuzz.cpp OUTPUT_VARIABLE target_sources)
add_executable(fuzz_test replay_test.cpp mutate.cpp ${target_sources})
target_link_libraries(fuzz_test PRIVATE salus_passport salus_consent salus_test_support salus_testing salus_warnings)
set(seeds ${CMAKE_CURRENT_BINARY_DIR}/seeds)
target_compile_definitions(fuzz_test PRIVATE SALUS_FUZZ_SEEDS="${seeds}"
                                             SALUS_FUZZ_KEPT="${CMAKE_CURRENT_SOURCE_DIR}/kept")
gtest_discover_tests(fuzz_test TEST_PREFIX "fuzz." DISCOVERY_TIMEOUT 60
                     PROPERTIES LABELS credentials TIMEOUT 600 FIXTURES_REQUIRED fuzz_seeds
                                SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
add_test(NAME fuzz.seeds COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/seeds.py
                                 ${seeds} --credentials)
set_tests_properties(fuzz.seeds PROPERTIES LABELS credentials FIXTURES_SETUP fuzz_seeds)
