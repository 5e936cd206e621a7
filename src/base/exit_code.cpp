#include "base/exit_code.hpp"

#include <algorithm>
#include <array>

namespace svcwrap {
namespace {

struct Meaning {
    std::uint32_t code;
    std::string_view text;
    std::string_view remedy;
};

constexpr std::string_view k_defect = "The program has a defect: look at its own log and at a crash dump of it";
constexpr std::string_view k_redistributable =
    "Install what the program needs (often the Visual C++ Redistributable) and check that the service's account can "
    "read "
    "its folder";
constexpr std::string_view k_wrong_version =
    "A DLL of another version was found first: check PATH and the program's folder";
constexpr std::string_view k_desktop_heap =
    "Too many services with windows share one desktop heap, or the account may not use its window station; try another "
    "account, and see whether it happens during shutdown only";

// ntstatus.h and winnt.h; the small codes are conventions of runtimes and shells. Sorted by code.
constexpr std::array k_meanings{
    Meaning{1, "general failure, or ended by Task Manager", "Look at the program's own log"},
    Meaning{2, "wrong usage, by convention of many tools", "Check process.arguments"},
    Meaning{3, "often abort() or an uncaught C++ exception", k_defect},
    Meaning{126, "found but not executable, by convention of shells", "Check the command that the script starts"},
    Meaning{127, "command not found, by convention of shells", "Check PATH for the service's account"},
    Meaning{128, "no child to wait for, often desktop heap exhausted", k_desktop_heap},
    Meaning{130, "ended by SIGINT, by convention of shells", ""},
    Meaning{137, "ended by SIGKILL, by convention of shells", ""},
    Meaning{143, "ended by SIGTERM, by convention of shells", ""},
    Meaning{259, "STILL_ACTIVE used as an exit code",
            "The program should not end with 259: Windows means \"still running\""},
    Meaning{9009, "command not recognised by cmd.exe", "Check PATH for the service's account, or give full paths"},
    Meaning{0x40000015, "fatal application exit", k_defect},
    Meaning{0x40010004, "ended by a debugger, or at logoff or shutdown", ""},
    Meaning{0x40010005, "Ctrl-C seen by a debugger", ""},
    Meaning{0x80000003, "breakpoint or failed assertion", k_defect},
    Meaning{0x80000004, "single step", k_defect},
    Meaning{0x80008083, ".NET host not found", "Install the .NET runtime for all users, not for one"},
    Meaning{0x80008096, ".NET framework of that version not found",
            "Install the .NET runtime for all users, not for one"},
    Meaning{0x80131506, "internal error of the .NET runtime", k_defect},
    Meaning{0xC0000005, "access violation", k_defect},
    Meaning{0xC0000006, "in-page error", "The disk or network share with the program failed or went away"},
    Meaning{0xC0000017, "not enough memory", "Raise limits.memory, or give the machine more memory"},
    Meaning{0xC000001D, "illegal instruction", "The program may need a newer processor"},
    Meaning{0xC0000022, "access denied", "Give the service's account the right to read the program's folder"},
    Meaning{0xC0000044, "quota exceeded", "Raise limits.memory or limits.processes"},
    Meaning{0xC000007B, "invalid image",
            "32-bit and 64-bit files are mixed: check the DLLs that the program finds first"},
    Meaning{0xC000008E, "floating-point division by zero", k_defect},
    Meaning{0xC0000094, "integer division by zero", k_defect},
    Meaning{0xC0000096, "privileged instruction", k_defect},
    Meaning{0xC00000FD, "stack overflow", k_defect},
    Meaning{0xC000012D, "commit limit reached", "Raise limits.memory, or the size of the page file"},
    Meaning{0xC0000135, "DLL not found", k_redistributable},
    Meaning{0xC0000138, "ordinal not found in a DLL", k_wrong_version},
    Meaning{0xC0000139, "entry point not found in a DLL", k_wrong_version},
    Meaning{0xC000013A, "ended by Ctrl-C, Ctrl-Break or its console closing", ""},
    Meaning{0xC0000142, "DLL initialisation failed", k_desktop_heap},
    Meaning{0xC0000374, "heap corruption", k_defect},
    Meaning{0xC0000409, "stack buffer overrun or fail-fast", k_defect},
    Meaning{0xC0000417, "invalid argument to the C runtime", k_defect},
    Meaning{0xC0000420, "failed assertion", k_defect},
    Meaning{0xC06D007E, "delay-loaded DLL not found", k_redistributable},
    Meaning{0xC06D007F, "entry point not found in a delay-loaded DLL", k_wrong_version},
    Meaning{0xE0434352, "unhandled .NET exception", "Look at the program's error output and the Application event log"},
    Meaning{0xE06D7363, "unhandled C++ exception", k_defect},
};
static_assert(std::ranges::is_sorted(k_meanings, {}, &Meaning::code));

const Meaning* find(ExitCode code) {
    const auto at = std::ranges::lower_bound(k_meanings, code.value, {}, &Meaning::code);
    return at != k_meanings.end() && at->code == code.value ? &*at : nullptr;
}

std::string to_hex(std::uint32_t value) {
    std::string out = "0x";
    for (int shift = 28; shift >= 0; shift -= 4) out += "0123456789ABCDEF"[(value >> shift) & 0xF];
    return out;
}

// What programs mean by a small negative number: exit(-1) is 0xFFFFFFFF.
bool is_small_negative(std::uint32_t value) {
    return value >= 0xFFFF0000;
}

std::string note_of(ExitCode code) {
    std::string note(meaning_of(code));
    if (is_small_negative(code.value)) note = "exit(" + std::to_string(static_cast<std::int32_t>(code.value)) + ")";
    return note;
}

}  // namespace

bool is_crash(ExitCode code) {
    if (code.value >= 0xC0000000 && code.value <= 0xCFFFFFFF) return true;
    constexpr std::array<std::uint32_t, 4> others{0xE0434352, 0xE06D7363, 0x80000003, 0x40000015};
    return std::ranges::contains(others, code.value);
}

bool is_clean_after_stop(ExitCode code) {
    constexpr std::array<std::uint32_t, 5> clean{0, 1, 130, 143, 0xC000013A};
    return std::ranges::contains(clean, code.value);
}

std::string_view meaning_of(ExitCode code) {
    const auto* row = find(code);
    return row ? row->text : std::string_view();
}

std::string_view remedy_of(ExitCode code) {
    const auto* row = find(code);
    return row ? row->remedy : std::string_view();
}

std::string describe(ExitCode code) {
    const auto note = note_of(code);
    const auto decimal = std::to_string(code.value);
    if (code.value <= 0xFFFF) return "exit code " + decimal + (note.empty() ? "" : " (" + note + ")");
    return "exit code " + to_hex(code.value) + " (" + decimal + (note.empty() ? "" : ", " + note) + ")";
}

}  // namespace svcwrap
