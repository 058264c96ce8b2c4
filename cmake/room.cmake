# salus_room(NAME LINKS library... PRIVATE_LINKS library... LABELS label... CREDENTIALS filter
#            FIXTURES fixture...)
#
# Makes the library `salus_NAME` from src/NAME/*.cpp and the test program `NAME_test` from
# src/NAME/*_test.cpp. A room sees the headers of the rooms in USES (and what those use) and no
# others: each room's headers are reachable only through an include root of its own, so an
# include that no arrow allows does not compile. The arrows stand once, in tools/rooms.txt, from
# which USES is read; the walls script checks the sources against the same file.
# CREDENTIALS: a GoogleTest filter; the tests that fit it carry the label `credentials` as well.
# FIXTURES: what ctest starts for the tests and stops after them (tests/support/CMakeLists.txt).
set(SALUS_ROOMS_FILE ${CMAKE_SOURCE_DIR}/tools/rooms.txt)

# Gives every room an include root that holds one link: <root>/<room> -> src/<room>. The roots are
# the same for every preset, so that ccache serves one build from another.
function(salus_include_root room out)
  set(root ${CMAKE_SOURCE_DIR}/build/include/${room})
  if(NOT EXISTS ${root}/${room})
    file(MAKE_DIRECTORY ${root})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${room} ${root}/${room} SYMBOLIC)
  endif()
  set(${out} ${root} PARENT_SCOPE)
endfunction()

function(salus_room_uses room out)
  file(STRINGS ${SALUS_ROOMS_FILE} lines REGEX "^${room}:")
  if(NOT lines)
    message(FATAL_ERROR "room '${room}' has no line in tools/rooms.txt")
  endif()
  string(REGEX REPLACE "^${room}:" "" uses "${lines}")
  separate_arguments(uses UNIX_COMMAND "${uses}")
  set(${out} ${uses} PARENT_SCOPE)
endfunction()

# Labels the tests that gtest_discover_tests put into the variable `list`. Its own PROPERTIES cannot: a
# list of several labels falls apart there, into properties of no meaning.
function(salus_label_tests list)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${list}_labels.cmake)
  file(WRITE ${file} "if(${list})\n  set_tests_properties(\${${list}} "
                     "PROPERTIES LABELS \"${ARGN}\")\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${file})
endfunction()

function(salus_room room)
  cmake_parse_arguments(ROOM "" "CREDENTIALS" "LINKS;PRIVATE_LINKS;LABELS;FIXTURES" ${ARGN})
  set(dir ${CMAKE_SOURCE_DIR}/src/${room})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  salus_room_uses(${room} uses)
  salus_include_root(${room} root)

  if(sources)
    set(scope PUBLIC)
    add_library(salus_${room} STATIC ${sources})
    target_link_libraries(salus_${room} PRIVATE salus_warnings ${ROOM_PRIVATE_LINKS})
    target_precompile_headers(salus_${room} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.hpp)
  else()
    set(scope INTERFACE)
    add_library(salus_${room} INTERFACE)
  endif()
  target_include_directories(salus_${room} ${scope} ${root})
  foreach(used IN LISTS uses)
    target_link_libraries(salus_${room} ${scope} salus_${used})
  endforeach()
  target_link_libraries(salus_${room} ${scope} ${ROOM_LINKS})

  if(tests AND SALUS_BUILD_TESTS)
    add_executable(${room}_test ${tests})
    target_link_libraries(${room}_test PRIVATE salus_${room} salus_warnings salus_testing)
    target_precompile_headers(${room}_test PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch_test.hpp)
    if(ROOM_FIXTURES)
      set(required FIXTURES_REQUIRED "${ROOM_FIXTURES}")
    endif()
    if(ROOM_CREDENTIALS)
      gtest_discover_tests(${room}_test TEST_PREFIX "${room}." DISCOVERY_TIMEOUT 60
                           TEST_FILTER "${ROOM_CREDENTIALS}" TEST_LIST ${room}_credentials
                           PROPERTIES TIMEOUT 300)
      salus_label_tests(${room}_credentials unit ${room} credentials)
      set(others TEST_FILTER "-${ROOM_CREDENTIALS}")
    endif()
    gtest_discover_tests(${room}_test TEST_PREFIX "${room}." DISCOVERY_TIMEOUT 60 ${others}
                         TEST_LIST ${room}_others PROPERTIES TIMEOUT 300 ${required})
    salus_label_tests(${room}_others unit ${room} ${ROOM_LABELS})
  endif()
endfunction()
