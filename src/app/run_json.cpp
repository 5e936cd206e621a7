#include "app/run_json.hpp"

#include <cstdint>
#include <string_view>

#include "app/service_view.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::app {

namespace {

std::string_view kind_text(supervise::EndKind kind) {
    switch (kind) {
        case supervise::EndKind::exited:
            return "exited";
        case supervise::EndKind::crashed:
            return "crashed";
        case supervise::EndKind::launch_failed:
            return "launch-failed";
        case supervise::EndKind::start_timed_out:
            return "start-timed-out";
        case supervise::EndKind::left_over:
            return "left-over";
    }
    return "unknown";
}

}  // namespace

Json time_json(const std::optional<WallTime>& time) {
    return time ? Json(to_iso8601(*time)) : Json();
}

Json end_json(const supervise::RunEnd& end) {
    return JsonObject{{"kind", kind_text(end.kind)},
                      {"exit_code", supervise::has_code(end) ? Json(end.code.value) : Json()},
                      {"text", describe_end(end)},
                      {"remedy", remedy_for(end)},
                      {"when", end.when == WallTime{} ? Json() : Json(to_iso8601(end.when))},
                      {"asked_for", end.asked_for}};
}

Json steps_json(const std::vector<supervise::StepRecord>& steps) {
    JsonArray array;
    for (const supervise::StepRecord& step : steps) {
        array.push_back(JsonObject{{"method", supervise::name_of(step.method)},
                                   {"took_ms", std::int64_t{step.took.count()}},
                                   {"failed", step.failed},
                                   {"ended_it", step.ended_it},
                                   {"detail", step.detail}});
    }
    return array;
}

}  // namespace svcwrap::app
