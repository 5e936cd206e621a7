#pragma once
// Bytes through the standard streams, as they are: for a filter. Text for people goes through system.hpp.
#include <cstddef>
#include <span>

#include "base/byte_size.hpp"
#include "base/error.hpp"

namespace svcwrap::platform {

// Reads what is there, at least one byte, at most bytes.size(), and waits for it without a bound; 0 at the end, which
// is also that nobody holds the other end of the pipe any more. One thread at a time. Errors: io_failed.
[[nodiscard]] Result<std::size_t> read_standard_input(std::span<std::byte> bytes);

// Asks for a larger pipe behind standard input, so that both sides have more to do at a time. Where that can't be had
// (it is no pipe, the system has no such call), nothing changes.
void widen_standard_input(ByteSize size);

// Writes all of it. Errors: io_failed, commonly that nobody reads it any more.
[[nodiscard]] Status write_standard_output(std::span<const std::byte> bytes);

}  // namespace svcwrap::platform
