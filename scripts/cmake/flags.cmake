# Flags for all targets; warnings only for our own (svcwrap_warnings).
add_library(svcwrap_warnings INTERFACE)

if(MSVC)
    # What stands in angle brackets is not ours, the Windows SDK included.
    target_compile_options(svcwrap_warnings INTERFACE /W4 /permissive- /external:anglebrackets /external:W0
        $<$<BOOL:${SVCWRAP_WERROR}>:/WX>)
    # For C++ alone: the resource compiler has other options. /Brepro: no time in the object files either.
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:/utf-8;/EHsc;/Zc:__cplusplus;/Zc:preprocessor;/bigobj;/guard:cf;/Brepro>")
    set(CMAKE_MSVC_RUNTIME_LIBRARY "MultiThreaded$<$<CONFIG:Debug>:Debug>")
    add_link_options(/Brepro /DEPENDENTLOADFLAG:0x800 /guard:cf)
    if(CMAKE_CXX_COMPILER_ARCHITECTURE_ID STREQUAL "x64")
        add_link_options(/CETCOMPAT)  # the linker has it for x64 alone
    endif()
    # Standard functions are no mistakes (C4996), and libraries are linked by name, not by what a header of Boost guesses.
    add_compile_definitions(_CRT_SECURE_NO_WARNINGS BOOST_ALL_NO_LIB)
else()
    target_compile_options(svcwrap_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-missing-field-initializers
        $<$<BOOL:${SVCWRAP_WERROR}>:-Werror>)
    add_compile_options(-ffunction-sections -fdata-sections)
    # The same bytes wherever the source lies.
    add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=./build)
endif()

if(WIN32)
    add_compile_definitions(_WIN32_WINNT=0x0A00 NTDDI_VERSION=0x0A000010 UNICODE _UNICODE NOMINMAX WIN32_LEAN_AND_MEAN
        BOOST_ASIO_NO_DEFAULT_LINKED_LIBS)
    if(MINGW)
        add_compile_options(-Wa,-mbig-obj)
        # No DLL beside Windows' own, and no timestamp: two builds give the same bytes.
        add_link_options(-static -Wl,--gc-sections -Wl,--no-insert-timestamp -s)
        set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
    endif()
else()
    add_link_options(-Wl,--gc-sections)
endif()

if(SVCWRAP_SANITIZE)
    add_compile_options(-fsanitize=${SVCWRAP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${SVCWRAP_SANITIZE})
    if(SVCWRAP_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # GCC warns that it does not see the fences in Asio; at worst that would report a race that is none.
        target_compile_options(svcwrap_warnings INTERFACE -Wno-tsan)
    endif()
endif()
