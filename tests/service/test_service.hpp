#pragma once
// A service for one test: installed by svcwrap under a name of its own, and gone when the test is over.
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "service/process.hpp"
#include "service/scm.hpp"
#include "service/world.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::testing {

// The elements of an array; none if it is no array.
[[nodiscard]] JsonArray elements(const Json& json);

struct Program {
    Path executable;
    std::vector<std::string> arguments;
};

// A configuration: the service, the program, and whatever tables the test adds.
[[nodiscard]] std::string make_config(const std::string& name, const Program& program, std::string_view tables = {});

// The steps of a stop: one Ctrl-C with all the time in the world. Ctrl-C, because Wine cannot show Ctrl-Break.
inline constexpr std::string_view k_stop_by_ctrl_c = "[stop]\nsteps = [{ method = \"ctrl-c\", timeout = \"60s\" }]\n";

class TestService {
public:
    // Only a name and a folder; nothing is installed.
    TestService();
    // Installed with a configuration in the temporary folder.
    explicit TestService(const Program& program, std::string_view tables = {});
    // Stops and removes the service without svcwrap's help.
    ~TestService();
    TestService(const TestService&) = delete;
    TestService& operator=(const TestService&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] Path temp() const { return to_path(temp_.path()); }
    [[nodiscard]] Path config_file() const { return temp() / L"service.toml"; }
    // The service's own folder below %ProgramData%\svcwrap.
    [[nodiscard]] Path folder() const { return data_folder() / to_path(name_); }

    // `svcwrap install NAME --config FILE` with this configuration.
    [[nodiscard]] Answer install(const std::string& config);
    // `svcwrap VERB NAME MORE...`.
    [[nodiscard]] Answer command(const std::string& verb, const std::vector<std::string>& more = {}) const;

    // Started by the SCM, without svcwrap's command; waits until it runs, or has run already: a program may be short.
    void start() const;
    // Asked to stop by the SCM; waits for STOPPED and for the end of the wrapper.
    void stop() const;

    [[nodiscard]] SERVICE_STATUS_PROCESS scm() const;
    // The process that the SCM names.
    [[nodiscard]] Process wrapper() const;
    // The child of the wrapper of that file name, when there is one.
    [[nodiscard]] Process child(const std::string& file_name) const;
    // `status --json`, parsed.
    [[nodiscard]] Json status() const;
    // The member of `status --json` at the end of the way; null if it is not there.
    [[nodiscard]] Json status_at(const std::vector<std::string>& way) const;
    [[nodiscard]] std::string status_text(const std::vector<std::string>& way) const;
    // The members of `status --json` on the way, the last one as a number.
    [[nodiscard]] std::int64_t status_number(const std::vector<std::string>& way) const;

    // Writes the configuration anew, with other tables.
    void rewrite(const Program& program, std::string_view tables) const;

    // The folder of the child's output.
    [[nodiscard]] Path logs() const;
    // What the child has written so far.
    [[nodiscard]] std::string log(const std::string& file = "stdout.log") const;
    [[nodiscard]] std::string journal() const;
    // Waits for that text; the test fails, showing the whole log, if it does not come.
    void wait_for_log(std::string_view text) const;
    void wait_for_journal(std::string_view text) const;
    // Waits until `status --json` has that text there; the test fails, showing all, if it does not come.
    void wait_for_status(const std::vector<std::string>& way, std::string_view text) const;

private:
    std::string name_;
    TempFolder temp_;
};

}  // namespace svcwrap::testing
