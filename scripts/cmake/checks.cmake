# Checks of the sources as targets: format (rewrites), format-check, floors, tidy. scripts/test.sh runs them too.
set(scripts ${CMAKE_SOURCE_DIR}/scripts)
find_program(SVCWRAP_PYTHON NAMES python3 python)
if(SVCWRAP_PYTHON)
    add_custom_target(format COMMAND ${SVCWRAP_PYTHON} ${scripts}/lib/format.py)
    add_custom_target(format-check COMMAND ${SVCWRAP_PYTHON} ${scripts}/lib/format.py --check)
    add_custom_target(floors COMMAND ${SVCWRAP_PYTHON} ${scripts}/check-floors.py)
    add_custom_target(tidy COMMAND ${SVCWRAP_PYTHON} ${scripts}/lib/tidy.py ${CMAKE_BINARY_DIR} --all USES_TERMINAL)
endif()
