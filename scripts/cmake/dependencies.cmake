# Every third-party library as one target, dep_NAME. Either from the folder that scripts/setup.sh fills (SVCWRAP_DEPS), or
# from vcpkg.
set(SVCWRAP_DEPS "$ENV{SVCWRAP_DEPS}" CACHE PATH "Folder filled by scripts/setup.sh; empty = use find_package (vcpkg)")
find_package(Threads REQUIRED)

foreach(name asio boost_process spdlog cli11 tomlplusplus windows zlib)
    add_library(dep_${name} INTERFACE)
endforeach()

# Separate compilation would want one source file with all of Asio; header-only with the threads of the platform does.
target_compile_definitions(dep_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)
target_link_libraries(dep_asio INTERFACE Threads::Threads)
if(WIN32)
    target_link_libraries(dep_asio INTERFACE ws2_32 mswsock bcrypt)
    target_link_libraries(dep_windows INTERFACE ntdll advapi32 shell32 user32)
endif()

# Debian: zlib1g-dev and libz-mingw-w64-dev, where the compilers look for libraries anyway; else vcpkg. Statically for Windows.
if(WIN32)
    set(ZLIB_USE_STATIC_LIBS ON)
endif()
find_package(ZLIB REQUIRED)
target_link_libraries(dep_zlib INTERFACE ZLIB::ZLIB)

if(SVCWRAP_DEPS)
    # The same bytes wherever the cache folder lies.
    add_compile_options(-ffile-prefix-map=${SVCWRAP_DEPS}=deps)
    add_library(dep_headers INTERFACE)
    target_include_directories(dep_headers SYSTEM INTERFACE ${SVCWRAP_DEPS}/include)
    target_link_libraries(dep_asio INTERFACE dep_headers)
    target_link_libraries(dep_cli11 INTERFACE dep_headers)
    target_link_libraries(dep_tomlplusplus INTERFACE dep_headers)
    target_link_libraries(dep_spdlog INTERFACE dep_headers)
    target_compile_definitions(dep_spdlog INTERFACE SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)

    set(process_src ${SVCWRAP_DEPS}/boost-process/src)
    if(WIN32)
        set(process_os ${process_src}/windows/default_launcher.cpp ${process_src}/detail/process_handle_windows.cpp
            ${process_src}/detail/environment_win.cpp ${process_src}/detail/last_error.cpp)
    else()
        file(GLOB process_os ${process_src}/posix/*.cpp)
        list(APPEND process_os ${process_src}/detail/environment_posix.cpp ${process_src}/detail/last_error.cpp)
    endif()
    add_library(boost_process_lib STATIC ${process_src}/detail/throw_error.cpp ${process_src}/detail/utf8.cpp
        ${process_src}/error.cpp ${process_src}/environment.cpp ${process_src}/shell.cpp ${process_os})
    target_compile_definitions(boost_process_lib PRIVATE BOOST_PROCESS_SOURCE=1 PUBLIC BOOST_PROCESS_USE_STD_FS=1
        BOOST_PROCESS_NO_LIB)
    target_include_directories(boost_process_lib SYSTEM PRIVATE ${SVCWRAP_DEPS}/include)
    target_link_libraries(boost_process_lib PUBLIC dep_asio dep_windows)
    target_link_libraries(dep_boost_process INTERFACE boost_process_lib)

    if(SVCWRAP_TESTS)
        add_library(dep_catch2 STATIC ${SVCWRAP_DEPS}/catch2/catch_amalgamated.cpp)
        target_include_directories(dep_catch2 SYSTEM PUBLIC ${SVCWRAP_DEPS}/catch2)
        # The largest source of all, and not what is under test.
        target_compile_options(dep_catch2 PRIVATE -O0 -g0 -fno-sanitize=all)
        # As C++23 without optimisation it would define std::type_info::operator== a second time (GCC for mingw-w64).
        set_target_properties(dep_catch2 PROPERTIES CXX_STANDARD 20)
    endif()
else()
    find_package(Boost CONFIG REQUIRED COMPONENTS headers process)
    find_package(spdlog CONFIG REQUIRED)
    find_package(CLI11 CONFIG REQUIRED)
    find_package(tomlplusplus CONFIG REQUIRED)
    target_link_libraries(dep_asio INTERFACE Boost::headers)
    target_link_libraries(dep_boost_process INTERFACE Boost::process dep_asio)
    # As the triplets in scripts/cmake/triplets build it.
    target_compile_definitions(dep_boost_process INTERFACE BOOST_PROCESS_USE_STD_FS=1)
    target_link_libraries(dep_spdlog INTERFACE spdlog::spdlog_header_only)
    target_link_libraries(dep_cli11 INTERFACE CLI11::CLI11)
    target_link_libraries(dep_tomlplusplus INTERFACE tomlplusplus::tomlplusplus)
    if(SVCWRAP_TESTS)
        find_package(Catch2 3 CONFIG REQUIRED)
        add_library(dep_catch2 INTERFACE)
        # The tests include the amalgamated header, which packages of the library leave out.
        file(WRITE ${CMAKE_BINARY_DIR}/catch2/catch_amalgamated.hpp "#pragma once\n#include <catch2/catch_all.hpp>\n")
        target_include_directories(dep_catch2 SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/catch2)
        target_link_libraries(dep_catch2 INTERFACE Catch2::Catch2WithMain)
    endif()
endif()
