#include "support/fake_pipe.hpp"

#include <algorithm>
#include <cstring>

namespace svcwrap::testing {

void FakePipe::write(std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    bytes_ += bytes;
    changed_.notify_all();
}

void FakePipe::add_writer() {
    const std::lock_guard lock(mutex_);
    ++writers_;
}

void FakePipe::close_writer() {
    const std::lock_guard lock(mutex_);
    writers_ -= writers_ > 0 ? 1 : 0;
    changed_.notify_all();
}

Result<std::size_t> FakePipe::read(std::span<std::byte> bytes, Duration patience) {
    std::unique_lock lock(mutex_);
    const auto ready = [this] { return cancelled_ || !bytes_.empty() || writers_ == 0; };
    if (patience == k_forever) {
        changed_.wait(lock, ready);
    } else if (!changed_.wait_for(lock, patience, ready)) {
        return fail(ErrorKind::timed_out, "read the output of the child: nothing came in time");
    }
    const std::size_t size = std::min({bytes.size(), bytes_.size(), cancelled_ ? rest_ : bytes_.size()});
    std::memcpy(bytes.data(), bytes_.data(), size);
    bytes_.erase(0, size);
    rest_ -= cancelled_ ? size : 0;
    return size;
}

void FakePipe::cancel() {
    const std::lock_guard lock(mutex_);
    rest_ = cancelled_ ? rest_ : bytes_.size();
    cancelled_ = true;
    changed_.notify_all();
}

void FakePipe::close_reader() {
    const std::lock_guard lock(mutex_);
    reader_closed_ = true;
    changed_.notify_all();
}

std::string FakePipe::unread() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

bool FakePipe::is_reader_closed() const {
    const std::lock_guard lock(mutex_);
    return reader_closed_;
}

Status FakePipeWriter::write(std::span<const std::byte> bytes, Duration /*patience*/) {
    if (pipe_->is_reader_closed()) {
        return fail(ErrorKind::io_failed, "write to the standard input of the child: it has closed it");
    }
    pipe_->write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return {};
}

}  // namespace svcwrap::testing
