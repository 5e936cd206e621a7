#pragma once
// Why a service is as it is, in plain language, and what to do about it. Pure.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/service_view.hpp"
#include "host/run_history.hpp"

namespace svcwrap::app {

// All that is known. What was not looked at is empty; the diagnosis says less then.
struct Facts {
    ServiceView view;
    WallTime now{};
    std::vector<host::RunRecord> history;             // oldest first
    std::optional<std::vector<Error>> config_errors;  // of the file as it is now
    std::optional<bool> program_is_visible;           // whether this process sees the program's file
    std::optional<std::uint32_t> refused;  // the SCM's code for a call about this service that it just refused
};

struct Diagnosis {
    std::string code;         // for scripts, never changed: "running", "gave-up", ...; the list is in README.md
    std::string cause_code;   // likewise: "missing-dll", "logon-failed", ...; empty where `code` says it all
    bool is_problem = false;  // something is not as its operator wants it, as far as can be known
    std::string summary;      // one sentence
    std::string cause;        // why; may be empty
    std::vector<std::string> evidence;  // what it is concluded from, a line each
    std::string remedy;                 // what to do; empty if there is nothing
};
[[nodiscard]] Diagnosis diagnose(const Facts& facts);
// The shape is in README.md.
[[nodiscard]] Json to_json(const Diagnosis& diagnosis);

// Why a run ended as it did.
struct EndCause {
    std::string code;  // "missing-dll", "launch-not-found", ...
    std::string cause;
    std::string remedy;
};
[[nodiscard]] EndCause explain_end(const supervise::RunEnd& end, const Facts& facts);

// The system's code in a text that to_text(Error) made: "... (error 193: ...)". Nothing if there is none.
[[nodiscard]] std::optional<std::uint32_t> error_code_in(std::string_view text);

}  // namespace svcwrap::app
