// argv in, exit status out; the only catch-all.
#include <exception>
#include <string>

#include "app/app.hpp"
#include "platform/system.hpp"

int main(int argc, char** argv) {
    try {
        return svcwrap::app::run(svcwrap::platform::prepare_process(argc, argv));
    } catch (const std::exception& error) {
        svcwrap::platform::write_text(svcwrap::platform::StandardStream::error,
                                      std::string("svcwrap: internal error: ") + error.what() + "\n");
    } catch (...) {
        svcwrap::platform::write_text(svcwrap::platform::StandardStream::error, "svcwrap: internal error\n");
    }
    return 70;  // as exit_status_of(ErrorKind::internal)
}
