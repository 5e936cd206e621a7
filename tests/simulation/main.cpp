// The supervisor through millions of random and hostile events on a virtual clock.
//   simulation [--seed N] [--events N] [--verbose]      anything else is refused
// SVCWRAP_SIM_EVENTS sets the amount too. A violation names its episode: `--seed EPISODE --events 1 --verbose` plays it
// alone and tells every event.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "world.hpp"

namespace {

constexpr int k_exit_usage = 2;

struct Wishes {
    std::uint64_t seed = 0;
    std::uint64_t events = 10'000'000;
    bool verbose = false;
};

constexpr std::string_view k_usage =
    "usage: simulation [--seed N] [--events N] [--verbose]\n"
    "  --seed N     the first episode; without it one is drawn, and printed\n"
    "  --events N   how many events at least (default: SVCWRAP_SIM_EVENTS, or 10000000)\n"
    "  --verbose    tells every event\n"
    "A violation names its episode: --seed EPISODE --events 1 --verbose plays it alone.\n";

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::uint64_t draw_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 16) ^ device();
}

// Nothing: the usage is to be shown, with what was wrong.
std::optional<Wishes> wishes_of(const std::vector<std::string>& arguments) {
    Wishes wishes{.seed = draw_seed()};
    const auto take = [](std::uint64_t& wish, std::string_view text, std::string_view name) {
        const auto number = number_of(text);
        if (!number) std::cerr << "simulation: " << name << " is no number: \"" << text << "\"\n";
        wish = number.value_or(0);
        return number.has_value();
    };
    const char* events = std::getenv("SVCWRAP_SIM_EVENTS");
    if (events && !take(wishes.events, events, "SVCWRAP_SIM_EVENTS")) return std::nullopt;
    for (std::size_t index = 0; index < arguments.size(); ++index) {
        const std::string& argument = arguments[index];
        if (argument == "--verbose") {
            wishes.verbose = true;
            continue;
        }
        const bool is_known = argument == "--seed" || argument == "--events";
        if (!is_known || index + 1 == arguments.size()) {
            std::cerr << "simulation: " << (is_known ? "no value for " : "unknown option ") << argument << '\n';
            return std::nullopt;
        }
        if (!take(argument == "--seed" ? wishes.seed : wishes.events, arguments[++index], argument))
            return std::nullopt;
    }
    return wishes;
}

// What one thread lives through: every n-th episode.
struct Share {
    svcwrap::simulation::Checks checks;
    std::uint64_t events = 0;
    std::uint64_t episodes = 0;
};

void live(const Wishes& wishes, std::vector<Share>& shares, std::size_t worker) {
    Share& share = shares[worker];
    while (share.events * shares.size() < wishes.events) {
        const std::uint64_t seed = wishes.seed + worker + share.episodes++ * shares.size();
        share.events += svcwrap::simulation::World(seed, share.checks, wishes.verbose).live();
    }
}

int simulate(const std::vector<std::string>& arguments) {
    const auto asked = wishes_of(arguments);
    if (!asked) {
        std::cerr << k_usage;
        return k_exit_usage;
    }
    const Wishes wishes = *asked;
    std::cout << "simulation: --seed " << wishes.seed << " --events " << wishes.events << '\n';
    // A story that is told or replayed must not be mixed with others.
    const bool is_alone = wishes.verbose || wishes.events < 1000;
    std::vector<Share> shares(is_alone ? 1 : std::max(1U, std::thread::hardware_concurrency()));
    {
        std::vector<std::jthread> workers;
        for (std::size_t worker = 0; worker < shares.size(); ++worker)
            workers.emplace_back([&, worker] { live(wishes, shares, worker); });
    }
    Share total;
    for (const Share& share : shares) {
        total.checks.add(share.checks);
        total.events += share.events;
        total.episodes += share.episodes;
    }
    std::cout << total.events << " events in " << total.episodes << " episodes\n";
    return total.checks.report() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

// The tests are linked with -municode where that decides between two kinds of main.
#if defined(__MINGW32__) && defined(_UNICODE)
int wmain(int argc, wchar_t** argv) {
    std::vector<std::string> arguments;
    for (int index = 1; index < argc; ++index) {
        std::string narrow;
        for (const wchar_t* at = argv[index]; *at != 0; ++at) narrow += static_cast<char>(*at);
        arguments.push_back(narrow);
    }
    return simulate(arguments);
}
#else
int main(int argc, char** argv) {
    return simulate(std::vector<std::string>(argv + 1, argv + argc));
}
#endif
