#include "base/printable.hpp"

#include <catch_amalgamated.hpp>

using svcwrap::printable;

TEST_CASE("Text from outside is shown without the control characters that a terminal obeys") {
    CHECK(printable("") == "");
    CHECK(printable("a line\twith a tab, Grüße, \U0001F600") == "a line\twith a tab, Grüße, \U0001F600");
    CHECK(printable("\x1B[2Jgone") == "\uFFFD[2Jgone");
    CHECK(printable("bell\x07, back\x08, two\r\nlines") == "bell\uFFFD, back\uFFFD, two\uFFFD\uFFFDlines");
    CHECK(printable(std::string_view("nul\0", 4)) == "nul\uFFFD");
    CHECK(printable("\x7F and \u009B31m") == "\uFFFD and \uFFFD31m");
    CHECK(printable("\u00A0stays") == "\u00A0stays");
    CHECK(printable("torn \xC3") == "torn \uFFFD");
}
