# How vcpkg builds the libraries for svcwrap.exe: all of it in one file, the C runtime too.
set(VCPKG_TARGET_ARCHITECTURE arm64)
set(VCPKG_CRT_LINKAGE static)
set(VCPKG_LIBRARY_LINKAGE static)
set(VCPKG_BUILD_TYPE release)
if(PORT STREQUAL "boost-process")
    # svcwrap gives it std::filesystem's paths; without this it wants those of Boost.Filesystem.
    list(APPEND VCPKG_CMAKE_CONFIGURE_OPTIONS -DBOOST_PROCESS_USE_STD_FS=ON)
endif()
