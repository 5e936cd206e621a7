// A program that svcwrap's authors did not write: Node.
#include <catch_amalgamated.hpp>
#include <string>

#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

constexpr std::string_view k_server = R"(
const http = require('http');
const server = http.createServer((request, response) => response.end('hello'));
server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    http.get({ port, host: '127.0.0.1' }, (response) => {
        response.resume();
        console.log('served with status ' + response.statusCode);
    });
});
process.on('SIGINT', () => {
    console.log('closing on SIGINT');
    server.closeAllConnections();
    server.close(() => process.exit(0));
});
)";

}  // namespace

TEST_CASE("A Node server is stopped through its own SIGINT handler, as install chooses for it") {
    const Path node = node_exe();
    if (node.empty()) SKIP("SVCWRAP_NODE names no node.exe");
    const TestService service;
    const Path script = service.temp() / L"server.js";
    write_file(script, k_server);
    const Answer installed = service.command(
        "install", {"--exe", to_utf8(node), "--start", "manual", "--stop-timeout", "60s", "--", to_utf8(script)});
    INFO(to_text(installed));
    REQUIRE(installed.exit_code == 0);
    CHECK(installed.output.contains("ctrl-c"));

    service.start();
    service.wait_for_log("served with status 200");
    const Process child = service.child("node.exe");
    service.stop();
    INFO("log: " << service.log() << "\njournal: " << service.journal());
    CHECK(service.log().contains("closing on SIGINT"));
    CHECK(child.exit_code() == 0);
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}
