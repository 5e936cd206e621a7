#include "logs/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <vector>

namespace svcwrap::logs {

namespace {

constexpr std::size_t k_block_size = std::size_t{64} * 1024;
// zlib.h: 15 is the largest window, 16 more asks for gzip instead of zlib's own format.
constexpr int k_gzip_window = 15 + 16;
constexpr int k_memory_level = 8;  // zlib's default

using Block = std::vector<std::byte>;

Bytef* as_zlib(std::byte* bytes) {
    return reinterpret_cast<Bytef*>(bytes);
}

class Deflater {
public:
    Deflater() {
        is_ready_ = ::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, k_gzip_window, k_memory_level,
                                   Z_DEFAULT_STRATEGY) == Z_OK;
    }
    ~Deflater() {
        if (is_ready_) {
            ::deflateEnd(&stream_);
        }
    }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;
    [[nodiscard]] bool is_ready() const { return is_ready_; }
    z_stream& stream() { return stream_; }

private:
    z_stream stream_{};
    bool is_ready_ = false;
};

Status write_all(platform::AppendFile& file, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto count = file.write(bytes);
        if (!count) {
            return std::unexpected(count.error());
        }
        bytes = bytes.subspan(*count);
    }
    return {};
}

// Everything that the deflater has ready goes to the file.
Status drain(z_stream& stream, int flush, Block& block, platform::AppendFile& to, CompressedSize& size) {
    int result = Z_OK;
    do {
        stream.next_out = as_zlib(block.data());
        stream.avail_out = static_cast<uInt>(block.size());
        result = ::deflate(&stream, flush);
        if (result == Z_STREAM_ERROR) {
            return fail(ErrorKind::internal, "compress a log: zlib refused its own state");
        }
        const std::size_t count = block.size() - stream.avail_out;
        size.compressed.bytes += count;
        if (auto written = write_all(to, std::span(block).first(count)); !written) {
            return written;
        }
    } while (stream.avail_out == 0);
    return {};
}

std::unexpected<Error> damaged() {
    return fail(ErrorKind::io_failed, "read a compressed log: the file is damaged or not complete");
}

}  // namespace

Result<CompressedSize> gzip_into(platform::ReadFile& from, platform::AppendFile& to, const Cancelled& cancelled) {
    Deflater deflater;
    if (!deflater.is_ready()) {
        return fail(ErrorKind::io_failed, "compress a log: not enough memory");
    }
    Block in(k_block_size);
    Block out(k_block_size);
    CompressedSize size;
    int flush = Z_NO_FLUSH;
    while (flush != Z_FINISH) {
        if (cancelled && cancelled()) {
            return fail(ErrorKind::timed_out, "compress a log: the service is stopping");
        }
        const auto count = from.read_at(size.plain.bytes, in);
        if (!count) {
            return std::unexpected(count.error());
        }
        size.plain.bytes += *count;
        flush = *count == 0 ? Z_FINISH : Z_NO_FLUSH;
        deflater.stream().next_in = as_zlib(in.data());
        deflater.stream().avail_in = static_cast<uInt>(*count);
        if (auto drained = drain(deflater.stream(), flush, out, to, size); !drained) {
            return std::unexpected(drained.error());
        }
    }
    if (auto flushed = to.flush(); !flushed) {
        return std::unexpected(flushed.error());
    }
    return size;
}

struct GzipReader::Inflater {
    explicit Inflater(std::unique_ptr<platform::ReadFile> from) : file(std::move(from)), block(k_block_size) {
        is_ready = ::inflateInit2(&stream, k_gzip_window) == Z_OK;
    }
    ~Inflater() {
        if (is_ready) {
            ::inflateEnd(&stream);
        }
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    std::unique_ptr<platform::ReadFile> file;
    Block block;
    z_stream stream{};
    std::uint64_t offset = 0;
    bool is_ready = false;
    bool file_ended = false;
    bool member_ended = true;  // between two members, where the file may end
};

GzipReader::GzipReader(std::unique_ptr<platform::ReadFile> file)
    : inflater_(std::make_unique<Inflater>(std::move(file))) {}

GzipReader::~GzipReader() = default;

Status GzipReader::refill() {
    Inflater& in = *inflater_;
    const auto count = in.file->read_at(in.offset, in.block);
    if (!count) {
        return std::unexpected(count.error());
    }
    in.offset += *count;
    in.file_ended = *count == 0;
    in.stream.next_in = as_zlib(in.block.data());
    in.stream.avail_in = static_cast<uInt>(*count);
    return {};
}

// NOLINTNEXTLINE(readability-function-size): one loop over the members of a file
Result<std::size_t> GzipReader::read(std::span<std::byte> bytes) {
    Inflater& in = *inflater_;
    if (!in.is_ready || bytes.empty()) {
        return damaged();
    }
    const auto wanted = static_cast<uInt>(std::min<std::size_t>(bytes.size(), k_block_size));
    in.stream.next_out = as_zlib(bytes.data());
    in.stream.avail_out = wanted;
    while (in.stream.avail_out == wanted) {
        if (in.stream.avail_in == 0 && !in.file_ended) {
            if (auto refilled = refill(); !refilled) {
                return std::unexpected(refilled.error());
            }
        }
        if (in.stream.avail_in == 0 && in.file_ended) {
            return in.member_ended && in.offset != 0 ? Result<std::size_t>(0) : damaged();
        }
        if (std::exchange(in.member_ended, false)) {
            ::inflateReset(&in.stream);
        }
        const int result = ::inflate(&in.stream, Z_NO_FLUSH);
        in.member_ended = result == Z_STREAM_END;
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            return damaged();
        }
    }
    return wanted - in.stream.avail_out;
}

Result<ByteSize> verify_gzip(std::unique_ptr<platform::ReadFile> file, const Cancelled& cancelled) {
    GzipReader reader(std::move(file));
    Block block(k_block_size);
    ByteSize size;
    while (true) {
        if (cancelled && cancelled()) {
            return fail(ErrorKind::timed_out, "check a compressed log: the service is stopping");
        }
        const auto count = reader.read(block);
        if (!count) {
            return std::unexpected(count.error());
        }
        if (*count == 0) {
            return size;
        }
        size.bytes += *count;
    }
}

}  // namespace svcwrap::logs
