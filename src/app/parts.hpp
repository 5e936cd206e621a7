#pragma once
// What every command works with, real or faked, and what it gives back.
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_size.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "platform/access_control.hpp"
#include "platform/accounts.hpp"
#include "platform/control_channel.hpp"
#include "platform/event_log.hpp"
#include "platform/file_system.hpp"
#include "platform/file_watcher.hpp"
#include "platform/process.hpp"
#include "platform/service_manager.hpp"
#include "platform/service_session.hpp"
#include "platform/system.hpp"

namespace svcwrap::app {

using SessionBody = std::function<void(platform::ServiceSession&)>;
using ConsoleHandler = std::function<void(platform::ConsoleRequest)>;

// The parts outlive the command. The functions have the contracts of those of platform/ that they stand for.
struct AppParts {
    platform::FileSystem& files;
    platform::ServiceManager& services;
    platform::System& system;
    platform::Clock& clock;
    platform::ProcessLauncher& launcher;
    platform::ConsoleSignaller& signaller;
    platform::ControlChannel& channel;
    platform::FileWatcher& watcher;
    platform::AccessControl& access;
    platform::Accounts& accounts;
    std::shared_ptr<platform::EventLog> events;
    std::function<void(platform::StandardStream, std::string_view)> write;
    std::function<bool(platform::StandardStream)> is_terminal;
    std::function<Status(const std::string&, SessionBody)> run_session;
    std::function<Status(std::uint32_t, platform::ConsoleEvent)> raise_event;
    std::function<std::unique_ptr<platform::ConsoleWatch>(ConsoleHandler)> watch_console;
    std::function<Result<Secret>(std::string_view)> ask_password;
    std::function<Result<Secret>()> read_password_line;
    std::function<void(int)> end_process;  // at once, without unwinding
    std::function<Status(const std::string&)> remove_tree = {};
    std::function<Result<std::size_t>(std::span<std::byte>)> read_input = {};
    std::function<void(ByteSize)> widen_input = {};
    std::function<Status(std::span<const std::byte>)> write_bytes = {};  // to standard output, as they are
};

// What a command that worked has to say. One of text and json is printed.
struct Answer {
    std::string text;      // for people, on standard output; with its final line end
    std::string warnings;  // for people, on standard error
    Json json;             // for --json
    int exit_status = 0;
    bool is_printed = false;  // it has been told already, piece by piece: nothing more is printed
};

// Why a command failed: at least one error. The first one decides the exit status.
struct Failure {
    Failure(Error error) : errors{std::move(error)} {}
    Failure(std::vector<Error> all) : errors(std::move(all)) {}
    std::vector<Error> errors;
};

using Outcome = std::expected<Answer, Failure>;

}  // namespace svcwrap::app
