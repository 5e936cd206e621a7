// The supervisor through millions of random and hostile events on a virtual clock.
//   simulation [--seed N] [--events N] [--verbose]
// SVCWRAP_SIM_EVENTS sets the amount too. A violation names its episode: `--seed EPISODE --events 1 --verbose` plays it
// alone and tells every event.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "world.hpp"

namespace {

struct Wishes {
    std::uint64_t seed = 0;
    std::uint64_t events = 10'000'000;
    bool verbose = false;
};

std::uint64_t number_of(const std::string& text) {
    return std::strtoull(text.c_str(), nullptr, 10);
}

std::uint64_t draw_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 16) ^ device();
}

Wishes wishes_of(const std::vector<std::string>& arguments) {
    Wishes wishes{.seed = draw_seed()};
    if (const char* events = std::getenv("SVCWRAP_SIM_EVENTS")) wishes.events = number_of(events);
    for (std::size_t index = 0; index < arguments.size(); ++index) {
        const bool has_value = index + 1 < arguments.size();
        if (arguments[index] == "--verbose") wishes.verbose = true;
        if (arguments[index] == "--seed" && has_value) wishes.seed = number_of(arguments[index + 1]);
        if (arguments[index] == "--events" && has_value) wishes.events = number_of(arguments[index + 1]);
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
    const Wishes wishes = wishes_of(arguments);
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

// The tests are linked with -municode where there are two kinds of main.
#if defined(_WIN32) && defined(_UNICODE)
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
