// Which entries of a Windows folder are links.
#include "platform/file_type.hpp"

#include <catch_amalgamated.hpp>

namespace svcwrap::platform {

namespace {

// [MS-FSCC] 2.1.2.1, reparse tags.
constexpr std::uint32_t k_mount_point = 0xA000'0003;
constexpr std::uint32_t k_symbolic_link = 0xA000'000C;
constexpr std::uint32_t k_linux_link = 0xA000'001D;
constexpr std::uint32_t k_deduplicated = 0x8000'0013;
constexpr std::uint32_t k_compressed = 0x8000'0017;  // by the Windows overlay filter
constexpr std::uint32_t k_in_the_cloud = 0x9000'601A;

constexpr std::uint32_t k_archive = 0x20;

}  // namespace

TEST_CASE("symbolic links, junctions and mount points are links, be they of files or of folders") {
    for (const std::uint32_t tag : {k_mount_point, k_symbolic_link, k_linux_link}) {
        CHECK(file_type_of(k_reparse_attribute, tag) == FileType::link);
        CHECK(file_type_of(k_reparse_attribute | k_folder_attribute, tag) == FileType::link);
        CHECK_FALSE(is_served_by_filter(k_reparse_attribute, tag));
    }
}

TEST_CASE("a file is one also where it is deduplicated, compressed or kept in the cloud") {
    for (const std::uint32_t tag : {k_deduplicated, k_compressed, k_in_the_cloud}) {
        CHECK(file_type_of(k_reparse_attribute | k_archive, tag) == FileType::file);
        CHECK(file_type_of(k_reparse_attribute | k_folder_attribute, tag) == FileType::directory);
        CHECK(is_served_by_filter(k_reparse_attribute | k_archive, tag));
    }
}

TEST_CASE("without a reparse point what stands in the place of the tag means nothing") {
    CHECK(file_type_of(k_archive, k_symbolic_link) == FileType::file);
    CHECK(file_type_of(k_folder_attribute, k_symbolic_link) == FileType::directory);
    CHECK(file_type_of(k_device_attribute, k_symbolic_link) == FileType::other);
    CHECK_FALSE(is_served_by_filter(k_archive, k_deduplicated));
}

}  // namespace svcwrap::platform
