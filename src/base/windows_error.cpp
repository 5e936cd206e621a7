#include "base/windows_error.hpp"

#include <algorithm>
#include <array>

namespace svcwrap {
namespace {

using Row = WindowsErrorText;

constexpr std::string_view k_elevate =
    "Use an elevated prompt (Run as administrator), or give the account the right in the object's security settings";
constexpr std::string_view k_check_path =
    "Check the path, and that the service's account can see it (no mapped drives)";
constexpr std::string_view k_check_password =
    "Check the account's name and password, and that it has the right \"Log on as a service\"";
constexpr std::string_view k_check_account =
    "Check the spelling: DOMAIN\\user, .\\user, DOMAIN\\gmsa$, NT AUTHORITY\\LocalService or NT SERVICE\\<service>";
constexpr std::string_view k_close_users =
    "Close what holds it: an editor, a virus scanner, a backup, or a process that is still running";
constexpr std::string_view k_free_memory = "Free memory, or raise the size of the page file";
constexpr std::string_view k_check_log = "Read the service's log, then try `svcwrap run` to see it in a console";

// winerror.h. Sorted by code.
constexpr std::array k_errors{
    Row{2, "the file was not found", k_check_path},
    Row{3, "the folder was not found", k_check_path},
    Row{5, "access is denied", k_elevate},
    Row{6, "the handle is invalid", ""},
    Row{8, "not enough memory", k_free_memory},
    Row{14, "not enough storage", k_free_memory},
    Row{19, "the disk is write-protected", ""},
    Row{21, "the device is not ready", "Check that the drive is there and has a medium"},
    Row{32, "another process uses the file", k_close_users},
    Row{33, "another process has locked a part of the file", k_close_users},
    Row{39, "the disk is full", "Free space on the volume, or move logs.directory to another one"},
    Row{53, "the network path was not found", "Check the server's name, and that the account may use the network"},
    Row{64, "the network name is gone", "Check the connection to the server"},
    Row{67, "the network name was not found", "Check the share's name"},
    Row{80, "the file exists", ""},
    Row{87, "a parameter is wrong", ""},
    Row{109, "the other end of the pipe has closed", ""},
    Row{112, "the disk is full", "Free space on the volume, or move logs.directory to another one"},
    Row{121, "the wait for the device ended", ""},
    Row{123, "the name is not a valid file name", "Names may not hold < > : \" | ? * or control characters"},
    Row{126, "a DLL was not found", "Install what the program needs (often the Visual C++ Redistributable)"},
    Row{127, "a procedure was not found in a DLL", "A DLL of another version was found first: check PATH"},
    Row{145, "the folder is not empty", ""},
    Row{161, "the path is not valid", k_check_path},
    Row{183, "it already exists", ""},
    Row{193, "the file is not an executable for Windows",
        "Name the interpreter as process.executable and give it the script as an argument; check that the file is no "
        "32/64-bit mismatch and not damaged"},
    Row{203, "the environment variable was not found", ""},
    Row{206, "the file name or command line is too long",
        "A command line holds 32767 characters: move arguments into a file that the program reads"},
    Row{216, "the program is for another processor", "Use the build of the program for this machine (x64, Arm64)"},
    Row{225, "the file contains a virus or unwanted software",
        "The virus scanner blocked it: check its log, and have the file allowed by whoever runs the scanner"},
    Row{226, "a virus scanner deleted the file", "Check the virus scanner's log"},
    Row{231, "all instances of the pipe are busy", "Try again in a moment"},
    Row{232, "the pipe is being closed", ""},
    Row{258, "the wait timed out", ""},
    Row{267, "the folder's name is not valid", "Check process.working_directory: it must be an existing folder"},
    Row{299, "only a part of the request was done", ""},
    Row{577, "the signature of the file is missing or wrong",
        "A policy wants signed files: sign it, or change the policy"},
    Row{740, "the program asks for elevation",
        "Run the service under an administrative account, or remove requireAdministrator from the program's manifest"},
    Row{995, "the operation was cancelled", ""},
    Row{998, "invalid access to memory", ""},
    Row{1051, "other running services depend on it", "Stop those services first"},
    Row{1052, "the service cannot take this control now", "Check its state with `svcwrap status`"},
    Row{1053, "the service did not answer in time", k_check_log},
    Row{1054, "no thread could be made for the service", k_free_memory},
    Row{1055, "the service database is locked", "Try again in a moment"},
    Row{1056, "the service is already running", ""},
    Row{1057, "the account's name is invalid or does not exist", k_check_account},
    Row{1058, "the service is disabled",
        "Set service.start to \"manual\" or \"auto\", then `svcwrap install NAME --update`"},
    Row{1059, "the services depend on each other in a circle", "Remove one of service.dependencies"},
    Row{1060, "the service is not installed", "`svcwrap status` lists the services that svcwrap has installed"},
    Row{1061, "the service cannot take a control now", "It is starting or stopping: try again in a moment"},
    Row{1062, "the service is not running", ""},
    Row{1063, "this process was not started by the Service Control Manager",
        "Use `svcwrap run` in a console, or `svcwrap start` for the service"},
    Row{1064, "the service's control handler failed", k_check_log},
    Row{1065, "the database does not exist", ""},
    Row{1066, "the service ended with its own error code", k_check_log},
    Row{1067, "the service's process ended unexpectedly", k_check_log},
    Row{1068, "a service that it depends on did not start",
        "Start the services of service.dependencies and see why they fail"},
    Row{1069, "the service could not log on", k_check_password},
    Row{1070, "the service hung while it was starting", k_check_log},
    Row{1071, "the lock of the service database is invalid", ""},
    Row{1072, "the service is marked for deletion",
        "Close services.msc, Task Manager and all else that shows services; it goes when the last handle is closed or "
        "at "
        "the next boot"},
    Row{1073, "the service already exists", "Choose another name, or uninstall the old one first"},
    Row{1074, "the system runs with the last known good configuration", ""},
    Row{1075, "a service that it depends on does not exist or is marked for deletion", "Check service.dependencies"},
    Row{1076, "the last known good configuration is accepted already", ""},
    Row{1077, "the service was never started since the last boot", ""},
    Row{1078, "the name is taken by the name or display name of another service", "Choose another name"},
    Row{1079, "the account differs from that of other services in the same process", ""},
    Row{1080, "recovery actions are for services only, not for drivers", ""},
    Row{1081, "the recovery program could not be started", "Check the command of the recovery action"},
    Row{1082, "no recovery program is set", ""},
    Row{1083, "the program does not implement this service",
        "The service was registered by another program: install it again"},
    Row{1115, "the system is shutting down", ""},
    Row{1117, "an input/output error of the device", "Check the disk"},
    Row{1223, "the user cancelled", ""},
    Row{1260, "a group policy blocks the program",
        "Have the program allowed in AppLocker or Software Restriction Policies"},
    Row{1290, "the service's SID type does not match its process",
        "Set service.sid_type to that of the other services"},
    Row{1300, "the account does not hold all of the privileges", "Check service.required_privileges"},
    Row{1307, "this SID cannot be an owner", ""},
    Row{1311, "no domain controller can be reached", "Check the network and the domain; or use a local account"},
    Row{1313, "the privilege does not exist",
        "Check the spelling of service.required_privileges (SeDebugPrivilege, ...)"},
    Row{1314, "a privilege is missing", k_elevate},
    Row{1317, "the user does not exist", k_check_account},
    Row{1326, "the user name or password is wrong", k_check_password},
    Row{1327, "an account restriction forbids the logon", "Empty passwords, logon hours and policies can forbid it"},
    Row{1330, "the password has expired", "Set a new password, and give it to the service with `install` again"},
    Row{1331, "the account is disabled", "Enable the account"},
    Row{1332, "the name could not be turned into an account", k_check_account},
    Row{1385, "the account lacks the right \"Log on as a service\"",
        "Grant it in secpol.msc, Local Policies, User Rights Assignment, \"Log on as a service\""},
    Row{1393, "the structure of the disk is damaged", "Run chkdsk"},
    Row{1450, "not enough system resources", k_free_memory},
    Row{1455, "the page file is too small", k_free_memory},
    Row{1722, "the RPC server is not available", "Check that the other machine is reachable"},
    Row{1782, "the server is still starting", "Try again in a moment"},
    Row{1792, "the logon service is not running", "Start the Netlogon service"},
    Row{1816, "a quota does not suffice", "Raise limits.memory or limits.processes"},
    Row{1907, "the password must be changed before the first logon", "Set a new password for the account"},
    Row{1909, "the account is locked out", "Unlock the account, then check the password of the service"},
    Row{4551, "App Control (Windows Defender Application Control) blocks the program",
        "Have the program allowed there"},
    Row{14001, "the side-by-side configuration of the program is wrong",
        "Install the Visual C++ Redistributable it needs"},
};
static_assert(std::ranges::is_sorted(k_errors, {}, &Row::code));

}  // namespace

const WindowsErrorText* find_windows_error(std::uint32_t code) {
    const auto at = std::ranges::lower_bound(k_errors, code, {}, &Row::code);
    return at != k_errors.end() && at->code == code ? &*at : nullptr;
}

}  // namespace svcwrap
