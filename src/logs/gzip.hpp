#pragma once
// gzip files, written and read in pieces. The door of zlib.
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/error.hpp"
#include "platform/file_system.hpp"

namespace svcwrap::logs {

// Asked between two pieces; true ends the work with ErrorKind::timed_out.
using Cancelled = std::function<bool()>;

struct CompressedSize {
    ByteSize plain;
    ByteSize compressed;
};

// Writes the bytes of `from` as one gzip member behind what `to` holds, and flushes it to the disk.
Result<CompressedSize> gzip_into(platform::ReadFile& from, platform::AppendFile& to, const Cancelled& cancelled);

// Reads a gzip file forwards. Memory: some 100 KiB, whatever the file holds.
class GzipReader {
public:
    explicit GzipReader(std::unique_ptr<platform::ReadFile> file);
    ~GzipReader();
    GzipReader(const GzipReader&) = delete;
    GzipReader& operator=(const GzipReader&) = delete;

    // Up to bytes.size() bytes of the plain text; 0 at its end. Errors: io_failed if the file is damaged or ends too
    // early, or can't be read.
    [[nodiscard]] Result<std::size_t> read(std::span<std::byte> bytes);

private:
    struct Inflater;
    Status refill();
    std::unique_ptr<Inflater> inflater_;
};

// The size of what the file holds, if all of it is sound. Errors as GzipReader::read.
Result<ByteSize> verify_gzip(std::unique_ptr<platform::ReadFile> file, const Cancelled& cancelled);

}  // namespace svcwrap::logs
