#include "platform/posix/child_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/pipes.hpp"
#include "platform/posix/posix_error.hpp"

namespace svcwrap::platform::posix {

namespace {

Result<Descriptor> open_null(int mode) {
    Descriptor null(::open("/dev/null", mode | O_CLOEXEC));
    if (!null.is_open()) {
        return fail_errno("open", "/dev/null", errno);
    }
    return null;
}

Result<Descriptor> open_for_reading(const std::string& path) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
        return fail_errno("open the standard input", path, errno);
    }
    return file;
}

Result<Descriptor> copy_of(int number) {
    Descriptor copy(::fcntl(number, F_DUPFD_CLOEXEC, 3));
    if (!copy.is_open()) {
        return fail_errno("copy descriptor", std::to_string(number), errno);
    }
    return copy;
}

Status keep(Result<Descriptor> opened, Descriptor& where) {
    if (!opened) {
        return std::unexpected(opened.error());
    }
    where = *std::move(opened);
    return {};
}

}  // namespace

Status ChildStreams::open_input(const LaunchSpec& spec) {
    if (spec.standard_input == InputFrom::nothing) {
        return keep(open_null(O_RDONLY), child_input_);
    }
    if (spec.standard_input == InputFrom::file) {
        return keep(open_for_reading(spec.input_file), child_input_);
    }
    auto ends = make_pipe();
    if (!ends) {
        return std::unexpected(ends.error());
    }
    auto writer = make_pipe_writer(std::move(ends->writing));
    if (!writer) {
        return std::unexpected(writer.error());
    }
    child_input_ = std::move(ends->reading);
    input_ = *std::move(writer);
    return {};
}

Status ChildStreams::open_output(OutputTo target, int inherited, Descriptor& child_end,
                                 std::unique_ptr<PipeReader>& our_end) {
    if (target == OutputTo::discard) {
        return keep(open_null(O_WRONLY), child_end);
    }
    if (target == OutputTo::inherit) {
        return keep(copy_of(inherited), child_end);
    }
    auto ends = make_pipe();
    if (!ends) {
        return std::unexpected(ends.error());
    }
    auto reader = make_pipe_reader(std::move(ends->reading));
    if (!reader) {
        return std::unexpected(reader.error());
    }
    child_end = std::move(ends->writing);
    our_end = *std::move(reader);
    return {};
}

Result<ChildStreams> ChildStreams::open(const LaunchSpec& spec) {
    ChildStreams streams;
    Status opened = streams.open_input(spec);
    if (opened) {
        opened = streams.open_output(spec.standard_output, STDOUT_FILENO, streams.child_output_, streams.output_);
    }
    if (opened && spec.standard_error != OutputTo::merge) {
        opened = streams.open_output(spec.standard_error, STDERR_FILENO, streams.child_error_, streams.error_);
    }
    if (!opened) {
        return std::unexpected(opened.error());
    }
    return streams;
}

bool ChildStreams::attach_in_child() const {
    const int error = child_error_.is_open() ? child_error_.get() : child_output_.get();
    return ::dup2(child_input_.get(), STDIN_FILENO) >= 0 && ::dup2(child_output_.get(), STDOUT_FILENO) >= 0 &&
           ::dup2(error, STDERR_FILENO) >= 0;
}

void ChildStreams::close_ends_of_child() {
    child_input_.close();
    child_output_.close();
    child_error_.close();
}

}  // namespace svcwrap::platform::posix
