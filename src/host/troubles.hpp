#pragma once
// What works worse than it should at the moment, one text for each thing.
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace svcwrap::host {

// How the text begins when a changed configuration was refused.
inline constexpr std::string_view k_config_not_taken = "the configuration file was not taken";

class Troubles {
public:
    // True if that changes what text() says. An empty text = it works again.
    bool set(const std::string& thing, std::string text) {
        std::string& now = texts_[thing];
        if (now == text) return false;
        now = std::move(text);
        return true;
    }
    // All of them, "; " between; empty = nothing.
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const auto& [thing, text] : texts_) {
            if (!text.empty()) all += (all.empty() ? "" : "; ") + text;
        }
        return all;
    }

private:
    std::map<std::string, std::string> texts_;
};

}  // namespace svcwrap::host
