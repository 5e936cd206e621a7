#pragma once
// The exe that is in use, and the data folder.
#include <expected>
#include <string>

#include "windows_headers.hpp"

namespace svcwrap::setup {

// NAME.old-1, or the first of that kind that is free.
[[nodiscard]] std::wstring free_aside(const std::wstring& exe);

// Makes way for another file of this name: a program that runs is renamed to `aside`, which Windows allows, and a copy
// of it takes its place, so that the name is never without a program. True if that was needed and done, false if the
// file is not in use or not there.
[[nodiscard]] std::expected<bool, DWORD> set_aside_if_in_use(const std::wstring& exe, const std::wstring& aside);

// Puts a copy of what was set aside in the exe's place, if that is empty. True if it did.
[[nodiscard]] bool fill_empty_place(const std::wstring& exe, const std::wstring& aside);

enum class InUse : bool { keep, remove_at_next_boot };

// Removes what set_aside_if_in_use has left behind, as far as it is free or becomes so within `patience` milliseconds
// (a process that has ended keeps its file for a moment). Returns how many are still in use.
int remove_set_aside(const std::wstring& exe, InUse in_use, DWORD patience);

}  // namespace svcwrap::setup
