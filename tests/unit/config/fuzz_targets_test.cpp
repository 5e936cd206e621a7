// The fuzz targets of this room on a small corpus, and on what chance makes of it.
#include <catch_amalgamated.hpp>

#include "config/settings.hpp"
#include "fuzz/small_corpus.hpp"

using namespace svcwrap;

TEST_CASE("Any text as a configuration is read, or refused with a place in it") {
    fuzz::feed_all({fuzz::parse_config, fuzz::edit_config, fuzz::parse_config_values},
                   {"", "[service]\nname = \"a\"\n[process]\nexecutable = '/x'\n",
                    "service = { name = \"a\", account = '''x''' }\n[[restart.rules]]\nexit_codes = [\"3\", \"1-2\"]\n",
                    "PATH = a;%PATH%\r\n%%y%%%Z%\n", "0xC0000005"},
                   40);
    fuzz::feed(fuzz::parse_config, config::render_reference());
    fuzz::feed(fuzz::edit_config, config::render_reference());
    SUCCEED("none ended the process");
}
