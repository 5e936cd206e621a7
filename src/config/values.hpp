#pragma once
// From a TOML value to a setting's own type, checked against the table of settings.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_size.hpp"
#include "base/time.hpp"
#include "config/findings.hpp"
#include "config/settings.hpp"
#include "config/toml_tree.hpp"

namespace svcwrap::config {

// Each sets `out` and returns true, or adds to the findings what is wrong and returns false.
bool read_value(const Setting& setting, const Node& node, Findings& findings, std::string& out);
bool read_value(const Setting& setting, const Node& node, Findings& findings, bool& out);
bool read_value(const Setting& setting, const Node& node, Findings& findings, std::uint32_t& out);
bool read_value(const Setting& setting, const Node& node, Findings& findings, double& out);
bool read_value(const Setting& setting, const Node& node, Findings& findings, Duration& out);
bool read_value(const Setting& setting, const Node& node, Findings& findings, ByteSize& out);
bool read_value(const Setting& setting, const Node& node, Findings& findings, std::vector<std::string>& out);
bool read_value(const Setting& setting, const Node& node, Findings& findings, std::vector<std::uint32_t>& out);
// The index of the word among the choices.
std::optional<std::size_t> read_choice(const Setting& setting, const Node& node, Findings& findings);

// "restart.limit: the text "3" was found, an integer is needed", with an example as the remedy.
void add_mismatch(const Setting& setting, const Node& node, Findings& findings);

}  // namespace svcwrap::config
