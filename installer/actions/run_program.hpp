#pragma once
// Another program, run to its end.
#include <string>
#include <vector>

#include "windows_headers.hpp"

namespace svcwrap::setup {

// Runs a program without a window and returns its exit code; one that takes longer than `patience` (milliseconds) is
// ended. ERROR_INVALID_PARAMETER for an argument that cannot be quoted, else the error that kept it from running.
[[nodiscard]] DWORD run_program(const std::wstring& program, const std::vector<std::wstring>& arguments,
                                DWORD patience);

}  // namespace svcwrap::setup
