#pragma once
// Bytes from standard input into a log, until the input ends or somebody wants it to.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "app/parts.hpp"
#include "logs/log_stream.hpp"

namespace svcwrap::app {

// After Ctrl-C the input has this long to come to its end, and no longer than that without a byte.
inline constexpr Duration k_pipe_grace = std::chrono::seconds(10);
inline constexpr Duration k_pipe_quiet = std::chrono::seconds(1);

struct PipeEnd {
    bool is_whole = true;               // the input came to its end
    std::optional<Error> read_error{};  // of the input
    bool tee_broke = false;             // nobody reads standard output any more
};

class PipeFlow {
public:
    // `tee`: standard output gets the bytes as well.
    PipeFlow(const AppParts& parts, std::shared_ptr<logs::LogStream> stream, bool tee);
    ~PipeFlow();
    PipeFlow(const PipeFlow&) = delete;
    PipeFlow& operator=(const PipeFlow&) = delete;

    // Reads on a thread of its own (which is left to itself if it still waits for input at the end) and does here what
    // time demands of the log. When it returns, the log is finished and nobody writes to it.
    [[nodiscard]] PipeEnd run();
    // The user wants it to end. The first time: when the input ends or pauses. The second time: at once. From any
    // thread.
    void interrupt();

private:
    struct Shared;
    static void read_all(const std::shared_ptr<Shared>& shared);
    static void take(Shared& shared, std::span<const std::byte> bytes);
    void wait_for_end();
    [[nodiscard]] bool is_time_to_end() const;
    [[nodiscard]] Duration next_pause() const;
    void do_what_is_due();

    std::shared_ptr<Shared> shared_;
};

}  // namespace svcwrap::app
