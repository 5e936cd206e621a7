#pragma once
// SIDs that are the same on every machine (Microsoft: "Well-known SIDs").
#include <string_view>

namespace svcwrap::guard {

inline constexpr std::string_view k_everyone = "S-1-1-0";
inline constexpr std::string_view k_creator_owner = "S-1-3-0";
inline constexpr std::string_view k_creator_group = "S-1-3-1";
inline constexpr std::string_view k_owner_rights = "S-1-3-4";
inline constexpr std::string_view k_anonymous = "S-1-5-7";  // no member of Everyone, unless a policy says so
inline constexpr std::string_view k_local_system = "S-1-5-18";
inline constexpr std::string_view k_administrators = "S-1-5-32-544";
inline constexpr std::string_view k_users = "S-1-5-32-545";
inline constexpr std::string_view k_trusted_installer =
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
// Packages in app containers, and their capabilities, begin with this: Everyone does not take them in.
inline constexpr std::string_view k_app_package_prefix = "S-1-15-";

}  // namespace svcwrap::guard
