#pragma once
// Starting the fixture programs and following them, with bounded waits everywhere.
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/native.hpp"

namespace svcwrap::testing {

// Longer than any test needs on a loaded machine; a wait that takes as long as this has failed.
inline constexpr Duration k_patience{60'000};

// True under Wine, which differs from Windows' documentation in places; a test that meets one of them says so.
[[nodiscard]] bool is_wine();

// The absolute path of a fixture, without or with its folder.
[[nodiscard]] std::string fixture_folder();
[[nodiscard]] std::string fixture_path(const std::string& name);

// A spec that starts the fixture with this process's environment in the fixtures' folder.
[[nodiscard]] platform::LaunchSpec spec_of(const std::string& fixture, std::vector<std::string> arguments = {});

// One child on a loop of its own.
class LiveChild {
public:
    explicit LiveChild(const platform::LaunchSpec& spec);  // REQUIREs that the launch succeeds

    [[nodiscard]] platform::ChildProcess& process() { return *process_; }
    [[nodiscard]] platform::PipeReader& output() { return *output_; }
    // Reads until the output has this text, or ends, or the patience does. Returns everything read so far.
    std::string read_until(const std::string& text);
    // Reads until there are that many line ends.
    std::string read_lines(std::ptrdiff_t count);
    std::string read_all() { return read_until(std::string()); }
    // The exit code, or nothing if the child has not ended within the patience.
    std::optional<ExitCode> wait(Duration patience = k_patience);
    // Waits until the tree has this many processes.
    bool wait_for_active(std::size_t count);
    void destroy() { process_.reset(); }

private:
    // False at the end of the output or of the patience.
    bool read_more();

    boost::asio::io_context loop_;
    // On Linux a child ends with its launcher.
    std::unique_ptr<platform::ProcessLauncher> launcher_ = platform::make_process_launcher();
    std::unique_ptr<platform::ChildProcess> process_;
    std::unique_ptr<platform::PipeReader> output_;
    std::string text_;
    std::optional<ExitCode> code_;
};

struct Run {
    std::string output;
    std::optional<ExitCode> code;
};
// Starts, reads all of the output and waits for the end.
[[nodiscard]] Run run(const platform::LaunchSpec& spec);

// The code in words, so that a failed check shows it.
[[nodiscard]] std::string describe(const std::optional<ExitCode>& code);
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);
// Ends a process that the test has been told of.
void end_process(std::uint32_t id);
// True if a process of that id is gone within the patience.
[[nodiscard]] bool is_gone(std::uint32_t id);

}  // namespace svcwrap::testing
