#pragma once
// A pipe in memory: several writers, one reader that can wait and be cancelled. Thread-safe.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "platform/process.hpp"

namespace svcwrap::testing {

class FakePipe {
public:
    explicit FakePipe(std::size_t writers = 1) : writers_(writers) {}

    // From the writing side. Never blocks: the pipe is as large as needed.
    void write(std::string_view bytes);
    void add_writer();
    void close_writer();  // the last one makes the end of file
    // From the reading side.
    [[nodiscard]] Result<std::size_t> read(std::span<std::byte> bytes, Duration patience);
    void cancel();
    void close_reader();

    [[nodiscard]] std::string unread() const;
    [[nodiscard]] bool is_reader_closed() const;

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string bytes_;
    std::size_t writers_;
    bool cancelled_ = false;
    std::size_t rest_ = 0;  // of the bytes that were there at cancel()
    bool reader_closed_ = false;
};

class FakePipeReader final : public platform::PipeReader {
public:
    explicit FakePipeReader(std::shared_ptr<FakePipe> pipe) : pipe_(std::move(pipe)) {}
    ~FakePipeReader() override { pipe_->close_reader(); }
    Result<std::size_t> read(std::span<std::byte> bytes, Duration patience) override {
        return pipe_->read(bytes, patience);
    }
    void cancel() override { pipe_->cancel(); }

private:
    std::shared_ptr<FakePipe> pipe_;
};

class FakePipeWriter final : public platform::PipeWriter {
public:
    explicit FakePipeWriter(std::shared_ptr<FakePipe> pipe) : pipe_(std::move(pipe)) {}
    ~FakePipeWriter() override { pipe_->close_writer(); }
    Status write(std::span<const std::byte> bytes, Duration patience) override;

private:
    std::shared_ptr<FakePipe> pipe_;
};

}  // namespace svcwrap::testing
