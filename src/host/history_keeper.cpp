#include "host/history_keeper.hpp"

#include <algorithm>
#include <format>
#include <ranges>
#include <utility>

namespace svcwrap::host {
namespace {

// A file that cannot be read for now is tried again after these pauses, which double.
constexpr Duration k_first_read_pause = std::chrono::milliseconds(500);
constexpr Duration k_longest_read_pause = std::chrono::seconds(30);

// A file that somebody holds is not damaged: it is waited for, however long that takes. Gives up when nobody needs the
// history any more; then the error is the system's.
Result<std::vector<RunRecord>> read_patiently(const LoopContext& context, const std::string& path,
                                              const std::atomic<bool>& closing,
                                              const std::function<void(Status)>& told) {
    auto records = read_history(context.parts.files, path);
    for (Duration pause = k_first_read_pause; !records && records.error().os_code && !closing;
         pause = std::min(pause * 2, k_longest_read_pause)) {
        if (pause == k_first_read_pause) told(std::unexpected(records.error()));
        context.parts.clock.sleep(pause);
        records = read_history(context.parts.files, path);
        if (records || !records.error().os_code) told({});
    }
    return records;
}

std::string put_aside(platform::FileSystem& files, const std::string& path) {
    const std::string aside = path + ".damaged";
    Status moved = files.remove_file(aside);
    if (moved) moved = files.rename(path, aside);
    return moved ? "it is kept as " + aside + ", and a new one is begun"
                 : "a new one is begun in its place: " + moved.error().message;
}

}  // namespace

HistoryKeeper::HistoryKeeper(LoopContext context, std::string path, std::function<void(Status)> told)
    : context_(std::move(context)), path_(std::move(path)) {
    if (!path_.empty())
        writer_ = std::make_unique<NewestWriter>(context_.parts.files, path_, Outlives::power_cut, told);
    told_ = std::move(told);
}

void HistoryKeeper::load() {
    if (!writer_) return;
    reader_.post([this, context = context_, path = path_, closing = closing_, told = told_, found = found_] {
        auto records = read_patiently(context, path, *closing, told);
        if (!records && records.error().os_code) return;
        if (!records) {
            const std::string done = put_aside(context.parts.files, path);
            context.say(Severity::warning,
                        std::format("the history of runs cannot be read ({}); {}", records.error().message, done));
        }
        found->put(std::move(records).value_or(std::vector<RunRecord>{}));
        context.post([this] { take_loaded(); });
    });
}

void HistoryKeeper::wait_until_loaded(Duration patience) {
    *closing_ = true;
    if (reader_.stop(patience)) take_loaded();
}

void HistoryKeeper::take_loaded() {
    auto records = found_->take();
    if (!records) return;  // taken already
    for (RunRecord& record : *records | std::views::reverse) {
        entries_.push_front({.record = std::make_shared<const RunRecord>(std::move(record)), .tail = nullptr});
    }
    loaded_ = true;
    (void)reader_.stop(Duration::zero());  // it has nothing more to do
    bound();
    if (newest_tail_) write();
}

// Only runs of this life are looked for: those of earlier ones have no tail.
HistoryKeeper::Entry* HistoryKeeper::find(std::uint64_t run) {
    for (Entry& entry : entries_ | std::views::reverse) {
        if (entry.tail && entry.record->run == run) return &entry;
    }
    return nullptr;
}

void HistoryKeeper::replace(Entry& entry, RunRecord record) {
    entry.record = std::make_shared<const RunRecord>(std::move(record));
    write();
}

void HistoryKeeper::bound() {
    while (entries_.size() > k_history_runs) entries_.pop_front();
}

void HistoryKeeper::begin(RunRecord record) {
    newest_tail_ = std::make_shared<RunTail>(OutputFilter(logs_, line_decoder(logs_.encoding, context_.parts.system)));
    entries_.push_back({.record = std::make_shared<const RunRecord>(std::move(record)), .tail = newest_tail_});
    bound();
    write();
}

void HistoryKeeper::started(std::uint64_t run, std::uint32_t process_id) {
    Entry* entry = find(run);
    if (entry == nullptr) return;
    RunRecord record = *entry->record;
    record.process_id = process_id;
    record.started = context_.parts.clock.wall_now();
    replace(*entry, std::move(record));
}

void HistoryKeeper::ready(std::uint64_t run) {
    Entry* entry = find(run);
    if (entry == nullptr || entry->record->end) return;
    RunRecord record = *entry->record;
    record.ready = context_.parts.clock.wall_now();
    replace(*entry, std::move(record));
}

// The lines are those that were read so far; output_ended() looks again.
void HistoryKeeper::over(RunRecord record) {
    Entry* entry = find(record.run);
    if (entry == nullptr) return;
    record.start_reason = entry->record->start_reason;
    record.launched = entry->record->launched;
    record.started = entry->record->started;
    record.ready = entry->record->ready;
    record.process_id = entry->record->process_id;
    record.last_lines = entry->tail->lines();
    replace(*entry, std::move(record));
}

void HistoryKeeper::output_ended(std::uint64_t run) {
    Entry* entry = find(run);
    if (entry == nullptr) return;
    RunRecord record = *entry->record;
    // Most often the output ends first, by a moment: over() takes the lines, and the file is written once.
    if (!record.end) return;
    record.last_lines = entry->tail->lines();
    replace(*entry, std::move(record));
    entry->tail = nullptr;
}

void HistoryKeeper::configure(const logs::Options& options) {
    logs_ = options;
    for (const Entry& entry : entries_) {
        if (entry.tail) entry.tail->redact(options.redact);
    }
}

std::shared_ptr<RunTail> HistoryKeeper::tail() const {
    return newest_tail_;
}

void HistoryKeeper::write() {
    if (!writer_ || !loaded_) return;
    std::vector<std::shared_ptr<const RunRecord>> records;
    for (const Entry& entry : entries_) records.push_back(entry.record);
    writer_->write([records = std::move(records)] {
        std::vector<RunRecord> all;
        for (const auto& record : records) all.push_back(*record);
        return history_text(all);
    });
}

void HistoryKeeper::finish() {
    if (writer_) writer_->finish();
}

// Runs that wait for the file to be read are lost by now.
bool HistoryKeeper::close(Duration patience) {
    return !writer_ || (writer_->close(patience) && (loaded_ || entries_.empty()));
}

void HistoryKeeper::settle(Duration patience) {
    if (writer_) writer_->settle(patience);
}

}  // namespace svcwrap::host
