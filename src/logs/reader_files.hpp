#pragma once
// The files of a stream as a reader meets them: renamed, compressed and removed while it reads.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "logs/gzip.hpp"
#include "logs/retention.hpp"
#include "platform/file_system.hpp"

namespace svcwrap::logs {

// Where the files are. Copied freely.
struct StreamFiles {
    platform::FileSystem* files = nullptr;
    std::string folder;
    std::string stream;  // its name

    // Rotated files behind that moment, oldest first, each once: of a plain and a compressed one the plain one. A
    // folder that is not there holds none.
    [[nodiscard]] Result<std::vector<RotatedFile>> rotated_since(std::optional<WallTime> moment) const;
    [[nodiscard]] std::string path_of(const RotatedFile& file) const;
    [[nodiscard]] std::string current_path() const;
    // Null if there is none at the moment.
    [[nodiscard]] Result<std::unique_ptr<platform::ReadFile>> open_current() const;
};

// The bytes of one file, forwards.
class ByteSource {
public:
    // A plain file up to `end`.
    ByteSource(std::shared_ptr<platform::ReadFile> file, std::uint64_t end) : plain_(std::move(file)), end_(end) {}
    explicit ByteSource(std::unique_ptr<GzipReader> gzip) : gzip_(std::move(gzip)) {}
    // 0 at the end.
    [[nodiscard]] Result<std::size_t> read(std::span<std::byte> bytes);

private:
    std::shared_ptr<platform::ReadFile> plain_;
    std::unique_ptr<GzipReader> gzip_;
    std::uint64_t offset_ = 0;
    std::uint64_t end_ = UINT64_MAX;
};

// A rotated file, whether it is plain still or compressed by now. Null if it was removed.
struct OpenRotated {
    std::unique_ptr<platform::ReadFile> plain;
    std::unique_ptr<GzipReader> compressed;
    [[nodiscard]] bool is_gone() const { return !plain && !compressed; }
};
[[nodiscard]] Result<OpenRotated> open_rotated(const StreamFiles& where, const RotatedFile& file);

// Files that could not be read to their ends: damaged ones, and what the disk refuses. What stands before is given.
struct UnreadFiles {
    std::size_t count = 0;
    std::string first;             // its path
    std::optional<Error> trouble;  // with the first

    void add(const std::string& path, const Error& error);
    void add(const UnreadFiles& others);
};

// Longer lines are read in parts.
inline constexpr std::size_t k_longest_read_line = std::size_t{16} * 1024 * 1024;

// The lines of a source, forwards. What is behind the last newline is the last line.
class ForwardLines {
public:
    explicit ForwardLines(ByteSource source) : source_(std::move(source)), block_(std::size_t{64} * 1024) {}
    // Without the newline, valid until the next call; nothing at the end.
    [[nodiscard]] Result<std::optional<std::string_view>> next();

private:
    ByteSource source_;
    std::vector<std::byte> block_;
    std::string buffer_;
    std::size_t start_ = 0;    // of what is not given away
    std::size_t scanned_ = 0;  // without a newline up to here
    bool at_end_ = false;
};

// The lines of a plain file, backwards from `end`. Reads only what is asked for.
class BackwardLines {
public:
    BackwardLines(platform::ReadFile& file, std::uint64_t end) : file_(file), start_(end) {}
    // Without the newline; nothing at the start of the file.
    [[nodiscard]] Result<std::optional<std::string>> next();

private:
    Status extend();

    platform::ReadFile& file_;
    std::uint64_t start_;   // of the buffer, in the file
    std::string buffer_;    // what is not given away
    bool is_first_ = true;  // the newline at the very end ends the last line and begins none
    bool is_over_ = false;
};

}  // namespace svcwrap::logs
