#pragma once
// Inside of the diagnosis: what its parts share.
#include "app/diagnosis.hpp"

namespace svcwrap::app {

// A stopped service.
[[nodiscard]] Diagnosis diagnose_stopped(const Facts& facts);
// The SCM's code for a service that it does not start, or does not give out; nothing for a code without such a meaning.
[[nodiscard]] std::optional<Diagnosis> diagnose_refusal(const Facts& facts, std::uint32_t code);

// "12 s ago (2026-11-21T10:00:00.000Z)".
[[nodiscard]] std::string ago(WallTime then, WallTime now);
[[nodiscard]] inline const std::string& name_in(const Facts& facts) {
    return facts.view.name;
}
[[nodiscard]] std::string start_command(const Facts& facts);
inline constexpr std::string_view k_slow_launch_remedy =
    "A virus scanner or a slow disk or share may hold it up; start.timeout can be raised.";
// Evidence: how the last run ended; what was decided then, and what it wrote last.
void add_end(Diagnosis& diagnosis, const supervise::RunEnd& end, const Facts& facts);
void add_history(Diagnosis& diagnosis, const Facts& facts);

}  // namespace svcwrap::app
